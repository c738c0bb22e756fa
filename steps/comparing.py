"""Two records side by side, in words: field by field, what each side would keep, and what joining does.

A value is shown where the field rules allow it. Where an organisation may not read one side's identity fields, and
its employer has not asked for a decision, not even whether they agree is said.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onboarding.actors import Actor
from onboarding.identity import Finding, Name, Verdict, compare_births, compare_names, compare_numbers
from onboarding.models import Placement
from onboarding.policies import visible_fields
from onboarding.wording import capital, date_words, day_words, list_words
from onboarding.words import PlacementStatus
from steps.selectors.pairs import PairView, Side

TAGS = {
    Verdict.SAME: ("Same", "green"),
    Verdict.EXPLAINABLE: ("Explainable", "yellow"),
    Verdict.DIFFERENT: ("Different", "red"),
}
WEIGHTY = frozenset(tag for tag, _ in TAGS.values())
WHY = {
    "order": "the names stand in another order",
    "divided": "given and family name are divided differently",
    "middle_missing": "a middle name is on one side only",
    "family_missing": "one of several family names is on one side only",
    "part_missing": "a name is on one side only",
    "placeholder": "a placeholder stands for a name that is not there",
    "transliteration": "perhaps two spellings of one name",
    "one_letter": "one letter differs",
    "initial": "an initial stands for a name",
    "scripts": "they are in different scripts",
    "spelling": "they are not written alike",
    "look_alike": "they look alike and are not the same",
    "day_month": "day and month may be swapped",
    "birth_digit": "one digit differs",
    "birth_part": "they agree in part only",
    "number_digit": "one digit differs",
}
LABELS = {
    "name": "name",
    "date_of_birth": "date of birth",
    "gmc_number": "GMC number",
    "personal_email": "personal email address",
    "work_email": "work email address",
}
ADDRESSES = frozenset({"personal_email", "work_email"})  # one person may well have two
OPEN = frozenset({"name", "work_email"})  # for everybody who may open the record
NOTHING, HIDDEN = "Not given", "Your role does not see this"


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what both sides say, and how the two compare ("" where that is not for this reader)."""

    field: str
    left: str
    right: str
    tag: str = ""
    colour: str = ""
    why: str = ""

    @property
    def label(self) -> str:
        return capital(self.field)


@dataclass(frozen=True, slots=True)
class Reader:
    """What one actor may read of a pair."""

    actor: Actor
    view: PairView

    @property
    def may_compare(self) -> bool:
        return all(side.mine or side.agreed for side in self.view.sides)

    def sees(self, side: Side, field: str) -> bool:
        return field in OPEN or any(field in visible_fields(self.actor, post) for post in side.shown)

    def value(self, side: Side, field: str) -> str:
        if self.sees(side, field):
            return said(side, field) or NOTHING
        return HIDDEN if side.mine else f"{side.employers} keeps this to itself"


def said(side: Side, field: str) -> str:
    if field == "name":
        return side.person.name
    if field == "date_of_birth":
        return date_words(side.person.date_of_birth)
    return str(getattr(side.person, field))


def rows_of(actor: Actor, view: PairView) -> list[Row]:
    """The fields of both, in order. No query."""
    reader = Reader(actor, view)
    rows = []
    for field, label in LABELS.items():
        left, right = (reader.value(side, field) for side in view.sides)
        if left == right == NOTHING:
            continue
        both = all(reader.sees(side, field) for side in view.sides)
        found = finding(view, field) if both or reader.may_compare or field in OPEN else Finding(Verdict.UNKNOWN)
        tag, colour = TAGS.get(found.verdict, ("", ""))
        if found.verdict == Verdict.DIFFERENT and field in ADDRESSES:
            tag, colour = "Two", "grey"
        why = next((WHY.get(reason.code, "") for reason in found.reasons), "")
        rows.append(Row(label, left, right, tag, colour, why))
    return rows


def finding(view: PairView, field: str) -> Finding:
    one, other = view.first.person, view.second.person
    if field == "name":
        return compare_names(Name(one.given_name, one.family_name), Name(other.given_name, other.family_name))
    if field == "date_of_birth":
        return compare_births(one.date_of_birth, other.date_of_birth)
    left, right = getattr(one, field), getattr(other, field)
    if field == "gmc_number":
        return compare_numbers("GMC number", left, right)
    if not left or not right:
        return Finding(Verdict.UNKNOWN)
    return Finding(Verdict.SAME if left.lower() == right.lower() else Verdict.DIFFERENT)


def why_proposed(actor: Actor, view: PairView) -> str:
    """The reasons in one sentence, for the list: "Same date of birth. Name: one letter differs." """
    parts = []
    for row in rows_of(actor, view):
        if row.tag == TAGS[Verdict.SAME][0]:
            parts.append(f"same {row.field}")
        elif row.tag in WEIGHTY:
            parts.append(f"{row.field}: {row.why or 'different'}")
    return f"{capital('; '.join(parts))}."


def post_words(post: Placement, today: dt.date) -> str:
    """One post as a line: "Clinical fellow at Northgate, from Mon 3 August"."""
    where = post.host.name
    if post.employer_id != post.host_id:
        where += f", employed by {post.employer.name}"
    ended = post.status not in (PlacementStatus.EXPECTED, PlacementStatus.STARTED)
    status = f" ({post.get_status_display().lower()})" if ended else ""
    return f"{post.role} at {where}, from {day_words(post.start_date, today=today)}{status}"


def keeps(kept: Side, gone: Side) -> str:
    """What keeping this record means for its details."""
    words = [f"The name stays {kept.person.name}."]
    filled = [LABELS[n] for n in ("gmc_number", "personal_email", "work_email") if takes(kept, gone, n)]
    if filled:
        words.append(f"It takes over the {list_words(filled)} of the other.")
    return " ".join(words)


def takes(kept: Side, gone: Side, field: str) -> bool:
    return not getattr(kept.person, field) and bool(getattr(gone.person, field))


def consequences(view: PairView, today: dt.date) -> Iterator[str]:
    """What joining does, whichever record is kept, before anybody presses."""
    yield "Every post keeps its own steps and its own history, and all of them stand under one person."
    same = same_posts(view.first.shown, view.second.shown)
    for post in [post for post in view.second.shown if post.pk in same]:
        yield (
            f"Both list the same post: {post_words(post, today)}. The one of the record that you keep goes on and "
            "takes over what is finished on the other, which ends as listed twice."
        )
    changed = [LABELS[f] for f in ("name", "date_of_birth") if finding(view, f).verdict != Verdict.SAME]
    if changed:
        words = list_words(changed)
        yield f"The {words} of one side will be said otherwise, so finished steps that rest on it are checked again."
    yield sign_in_words(view)
    yield "It can be undone until somebody writes something that belongs to both."


def same_posts(of_one: Sequence[Placement], of_other: Sequence[Placement]) -> dict[int, int]:
    """Placement of the other -> placement of the one that is the very same post, listed twice."""
    posts = {(p.employer_id, p.host_id, p.start_date): p.pk for p in of_one if p.twin_of_id is None}
    pairs = ((p, posts.get((p.employer_id, p.host_id, p.start_date))) for p in of_other if p.twin_of_id is None)
    return {post.pk: same for post, same in pairs if same is not None}


def sign_in_words(view: PairView) -> str:
    have = [side for side in view.sides if side.person.user_id is not None]
    if not have:
        return "Neither of them has a sign-in yet: one invitation will do."
    if len(have) == 1:
        return (
            "One of them has a sign-in. Whoever uses it will see the posts of both, so be sure that it is one person."
        )
    return (
        "Both have a sign-in. That of the record you keep will show the posts of both. Whoever uses the other one is "
        "told to use this one, and sees nothing else."
    )
