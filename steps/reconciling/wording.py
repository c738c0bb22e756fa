"""The words of the page about a system's list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from onboarding.wording import count_words, list_words
from steps.models import Extract
from steps.models.upload import UploadState
from steps.reconciling.columns import FIELDS
from steps.reconciling.differing import WORDS
from steps.reconciling.sorting import AGREE, DIFFERING, IN_BULK, KINDS, LIKELY, MISSING, NOTED, TWICE
from steps.reconciling.summing_up import DOES, owners, status_words
from steps.reconciling.systems import System
from steps.services.reconciling import Plan

HEADINGS = {
    AGREE: ("1 agrees", "{n} agree"),
    LIKELY: ("1 is probably the same person", "{n} are probably the same people"),
    DIFFERING: ("1 differs", "{n} differ"),
    MISSING: ("1 has gone or does not work any more", "{n} have gone or do not work any more"),
    TWICE: ("1 is there more than once", "{n} are there more than once"),
    NOTED: ("1 has news of the account", "{n} have news of their accounts"),
}
EXPLAINED = {
    AGREE: "The same person in every field that you may see, with {holds} that works.",
    LIKELY: "The name is the same, and there is nothing else to compare. Choose those whom you know to be the same.",
    DIFFERING: "Whoever has to mend it is asked. Choose whom to send; nobody’s record is changed by this.",
    MISSING: "Their step is done, and stays done. Its owner is asked for a look.",
    TWICE: "Choose whom to send to the owner, who finds out which one is right.",
    NOTED: "Nothing is done to their step. What the list says of the account is kept, so that waiting can be counted.",
}
PRESSED = {
    LIKELY: "Take those I chose",
    DIFFERING: "Send those I chose to the owners",
    TWICE: "Send those I chose to the owner",
}
TOLD = {
    "absent": ("is not in the list yet.", "are not in the list yet."),
    "asked": (
        "differs or is there twice, and the owner has been asked.",
        "differ or are there twice, and the owners have been asked.",
    ),
    "stuck": (
        "is in the list as it should be, but the step is stuck: its conversation settles that.",
        "are in the list as they should be, but their steps are stuck: the conversations settle that.",
    ),
    "same": ("agrees already, with nothing new.", "agree already, with nothing new."),
    "unneeded": ("has {holds} without needing one.", "have {holds} without needing one."),
}
AFTER = {
    AGREE: "{n} taken from the list.",
    LIKELY: "{n} taken from the list.",
    DIFFERING: "{n} sent to whoever has to mend it.",
    MISSING: "{n} to be checked again.",
    TWICE: "{n} sent to the owner.",
    NOTED: "{n} noted.",
}


@dataclass(frozen=True, slots=True)
class Group:
    """One kind on the page. `after` is what came of it once it was confirmed."""

    kind: str
    heading: str
    explained: str
    count: int
    items: list[dict[str, Any]]
    press: str
    chosen: bool  # one by one
    after: str
    stale: str


def counted(one: str, many: str, n: int) -> str:
    return one if n == 1 else many.format(n=f"{n:,}")


def group(one: Extract, system: System, kind: str) -> Group:
    found, came = one.result["groups"][kind], one.taken.get(kind)
    return Group(
        kind=kind,
        heading=counted(*HEADINGS[kind], found["count"]),
        explained=EXPLAINED[kind].format(holds=system.holds),
        count=found["count"],
        items=found["items"],
        press=PRESSED.get(kind) or press(kind, found),
        chosen=kind not in IN_BULK,
        after=AFTER[kind].format(n=count_words(came["written"], "newcomer")) if came else "",
        stale=stale(came) if came and came["stale"] else "",
    )


def press(kind: str, found: Mapping[str, Any]) -> str:
    count = f"{found['count']:,}"
    if kind == MISSING:
        return f"Check {count} again"
    if kind == NOTED:
        return f"Note {count}"
    kinds = found.get("does", {})
    said = [f"{n:,} {DOES[does]}" for does, n in kinds.items() if n and does]
    return f"Mark {list_words(said)}" if said else f"Mark {count} done"


def done(one: Extract, kind: str) -> str:
    return AFTER[kind].format(n=count_words(one.taken[kind]["written"], "newcomer"))


def stale(came: Mapping[str, Any]) -> str:
    """Of whom something changed after it was shown."""
    names = list_words(came["names"]) if came["names"] else ""
    more = came["stale"] - len(came["names"])
    who = names if not more else f"{names} and {more:,} more" if names else count_words(came["stale"], "newcomer")
    last = f" {came['who']}" if came["who"] else ""
    return f"Something changed after you were shown this. Left as they are: {who}.{last}"


def heading(one: Extract, system: System) -> str:
    result = one.result
    if not result["readable"]:
        return "The list cannot be used"
    groups = result["groups"]
    said = [
        f"{groups[kind]['count']:,} {words}"
        for kind, words in (
            (AGREE, "agree"), (LIKELY, "probably agree"), (DIFFERING, "differ"), (MISSING, "gone or inactive"),
            (TWICE, "there twice"), (NOTED, "with news"),
        )
        if groups[kind]["count"]
    ]  # fmt: skip
    return f"{count_words(result['rows'], 'row')}: {', '.join(said) if said else 'nothing to confirm'}"


def told(one: Extract, system: System) -> list[dict[str, Any]]:
    """What has nothing to confirm: a sentence, and names where there are any."""
    result = one.result
    if not result["readable"]:
        return []
    found = []
    for name, (single, many) in TOLD.items():
        some = result[name] if isinstance(result[name], dict) else {"count": result[name], "names": []}
        if some["count"]:
            verb = (single if some["count"] == 1 else many).format(holds=system.holds)
            says, names = f"{count_words(some['count'], 'newcomer')} {verb}", some["names"]
            found.append({"says": says, "names": names, "more": some["count"] - len(names)})
    for row in result["torn"]:
        found.append({"says": f"Row {row['row']} fits {row['names']}. Nobody can tell which.", "names": []})
    for words, count in result["unclear"]:
        says = f"We do not know the status “{words}” of {count_words(count, 'newcomer')}, so it changes no step."
        found.append({"says": says, "names": []})
    if result["unknown"]:
        verb = "is" if result["unknown"] == 1 else "are"
        says = f"{count_words(result['unknown'], 'row')} {verb} about nobody who is new here."
        found.append({"says": says, "names": []})
    return found


def how_far(one: Extract, percent: int) -> str:
    if not one.total:
        return "Reading the list." if one.state == UploadState.CHECKING else "Taking what you confirmed."
    return f"{percent}% compared." if one.state == UploadState.CHECKING else f"{percent}% taken."


Lines = Iterator[tuple[Any, ...]]


def kind_lines(plan: Plan, kind: str) -> Lines:
    yield "name", "rows", "would be", "status in the list", "field", "ours", "theirs", "for"
    for item in plan.sorted.kinds[kind]:
        head = (item.person.name, " ".join(map(str, item.rows)), DOES.get(item.does, ""), status_words(item))
        to = list_words(owners(plan, item)) if kind in (DIFFERING, TWICE) else ""
        differs = plan.sorted.differs(item) if kind == DIFFERING else []
        for one in differs:
            yield *head, WORDS[one.field], one.ours, one.theirs, to
        if not differs:
            yield *head, "", "", "", to


def absent_lines(plan: Plan) -> Lines:
    yield ("name",)
    for item in plan.sorted.absent:
        yield (item.person.name,)


def fault_lines(plan: Plan) -> Lines:
    yield "row", "column", "problem"
    for fault in plan.extract.faults:
        yield fault.row, FIELDS.get(fault.column or "", fault.column), fault.problem


LISTS: Mapping[str, Callable[[Plan], Lines]] = {
    **{kind: partial(kind_lines, kind=kind) for kind in KINDS}, "absent": absent_lines, "problem": fault_lines,
}  # fmt: skip
