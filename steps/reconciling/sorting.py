"""Pure: everybody into one kind each, and what confirming that kind would do."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from steps.reconciling.differing import DIFFER, SAME, Comparer, Differs
from steps.reconciling.extract import Extract, Progress
from steps.reconciling.joining import join, number_key
from steps.reconciling.systems import ACTIVE, GONE, UNCLEAR, System, status_of

AGREE, LIKELY, DIFFERING, MISSING, TWICE, NOTED = "agree", "likely", "differ", "missing", "twice", "noted"
KINDS = (AGREE, LIKELY, DIFFERING, MISSING, TWICE, NOTED)  # what a person may confirm
IN_BULK = (AGREE, MISSING, NOTED)  # the others are chosen one by one
_WORK_DOMAINS = ("nhs.net", "nhs.uk", "nhs.scot", "hscni.net")

DONE, ISSUED, QUESTION, BLOCK, NOTHING = "done", "issued", "questioned", "blocked", ""
Person = Any  # steps.reconciling.expected.Person, which needs Django
Held = Any  # steps.reconciling.expected.Account


@dataclass(slots=True)
class Item:
    """One newcomer in one kind. `does` is what confirming records, NOTHING for the account alone; `rows` are rows of
    the list as a spreadsheet counts, `at` the position of the one that speaks for the person."""

    person: Person
    does: str = NOTHING
    rows: tuple[int, ...] = ()
    at: int | None = None
    status: str = ACTIVE
    words: str = ""  # the list's own for the status
    full: bool | None = None


@dataclass(slots=True)
class Sorted:
    """A list against the newcomers. `absent` are awaited and not in it, with nothing to confirm: their step is not
    done yet, or is being looked at. `torn`: a row of the list, and the newcomers whom it fits."""

    kinds: dict[str, list[Item]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    absent: list[Item] = field(default_factory=list)
    stuck: list[Item] = field(default_factory=list)  # in the list as they should be, but their step is stuck
    torn: list[tuple[int, list[Person]]] = field(default_factory=list)
    agreeing: int = 0  # the same person in every field, with an account that works, whatever there is to do
    same: int = 0  # in the list and done, with no news
    unneeded: int = 0  # in the list though they do not need the step
    unclear: Counter[str] = field(default_factory=Counter)  # words for a status that are not known here
    unknown: int = 0  # rows about nobody who is new here
    rows: int = 0
    account: Callable[[Item], dict[str, Any]] = lambda item: {}  # what would be kept of the list about somebody
    differs: Callable[[Item], list[Differs]] = lambda item: []  # field by field


def sort(
    people: Sequence[Person],
    held: Mapping[int, Held],
    extract: Extract,
    system: System,
    *,
    confirmed_by_newcomer: Set[int],
    hidden: Mapping[tuple[int, int], Set[str]],
    today: date,
    progress: Progress = lambda done, total: None,
) -> Sorted:
    """`held` are earlier lists' words by placement; `confirmed_by_newcomer` the pathways in which the newcomer says
    whether the step works, so that a list which shows no sign-in makes it ready to use and no more. `hidden` are the
    fields that the reader may not see, by employer and host."""
    joined = join(people, extract, progress)
    sorter = _Sorter(extract, system, held, confirmed_by_newcomer, hidden, today)
    torn = {at for fitting in joined.torn.values() for at in fitting}
    for at, person in enumerate(people):
        rows = joined.rows(at)
        if rows or at not in torn:  # who may be one of two in the list is not missing from it
            sorter.put(person, rows)
    made = sorter.made
    made.torn = [(extract.numbers[row], [people[at] for at in fitting]) for row, fitting in joined.torn.items()]
    made.rows, made.unknown = len(extract.numbers), len(extract.numbers) - joined.known
    made.account, made.differs = sorter.account, sorter.differs
    return made


@dataclass
class _Sorter:
    extract: Extract
    system: System
    held: Mapping[int, Held]
    confirmed_by_newcomer: Set[int]
    hidden: Mapping[tuple[int, int], Set[str]]
    today: date
    made: Sorted = field(default_factory=Sorted)
    statuses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        extract = self.extract
        self.comparer = Comparer(extract, own_address=self.system.key == "work_email")
        self.status_words, self.leaver_on = extract.of("status"), extract.of("leaver_on")
        self.last_used_on = extract.of("last_used_on")

    def put(self, person: Person, rows: list[int]) -> None:
        if person.state == "not_applicable":
            self.made.unneeded += bool(rows)
        elif not rows:
            self.lacking(person)
        else:
            self.found(person, rows)

    def lacking(self, person: Person) -> None:
        if person.state == "done":
            self.add(MISSING, Item(person, QUESTION, status=GONE))
        elif person.status != "deferred":
            self.made.absent.append(Item(person, status=GONE))

    def found(self, person: Person, rows: list[int]) -> None:
        chosen = self.one_of(person, rows)
        if chosen is None:
            numbers = tuple(self.extract.numbers[row] for row in rows)
            self.add(TWICE, Item(person, BLOCK, numbers))
            return
        row, verdict = chosen
        item = self.item(person, row)
        self.made.agreeing += verdict == SAME and item.status == ACTIVE
        if verdict == DIFFER:
            item.does = BLOCK
            self.add(DIFFERING, item)
        elif item.status != ACTIVE:
            self.not_working(item)
        else:
            self.working(item, AGREE if verdict == SAME else LIKELY)

    def one_of(self, person: Person, rows: list[int]) -> tuple[int, str] | None:
        """The row that speaks for the person; None if two do. Rows of several posts of one employee are told apart
        by the number's suffix; where several rows a person are usual, one that works and agrees speaks for all."""
        if len(rows) == 1:
            return rows[0], self.comparer.verdict(person, rows[0])
        found = [(row, self.comparer.verdict(person, row)) for row in rows]
        if self.system.several:
            return min(found, key=lambda one: (_RANK[one[1]], self.status(one[0]) != ACTIVE))
        numbers = self.extract.of("assignment_number")
        own = [one for one in found if person.assignment_number and numbers[one[0]] == person.assignment_number]
        apart = (
            len({numbers[row] for row in rows}) == len(rows) and len({number_key(numbers[row]) for row in rows}) == 1
        )
        return own[0] if len(own) == 1 and apart else None

    def differs(self, item: Item) -> list[Differs]:
        return self.comparer.differs(item.person, item.at) if item.at is not None else []

    def not_working(self, item: Item) -> None:
        if item.status == UNCLEAR:  # a word that nobody here knows puts nothing in doubt
            self.made.unclear[item.words] += 1
            self.news(item)
        elif item.person.state == "done":
            item.does = QUESTION
            self.add(MISSING, item)
        else:
            self.news(item)

    def working(self, item: Item, kind: str) -> None:
        person = item.person
        if person.state == "blocked":
            self.made.stuck.append(item)
            return
        item.does = self.step_for(item)
        if item.does:
            self.add(kind, item)
        elif kind == AGREE:
            self.news(item)
        else:
            self.made.same += 1

    def step_for(self, item: Item) -> str:
        person = item.person
        used = item.at is not None and self.last_used_on[item.at] is not None
        if person.state == "done":
            return DONE if person.limited and item.full else NOTHING
        if person.state == "recheck" or used or person.pathway not in self.confirmed_by_newcomer:
            return DONE
        return NOTHING if person.issued else ISSUED

    def news(self, item: Item) -> None:
        """An account that says something else than the last list did is noted; one that does not is no news."""
        held, account = self.held.get(item.person.placement), self.account(item)
        if held and all(_plain(getattr(held, name)) == account[name] for name in _NEWS):
            self.made.same += 1
        else:
            self.add(NOTED, item)

    def add(self, kind: str, item: Item) -> None:
        self.made.kinds[kind].append(item)

    def status(self, row: int) -> str:
        words, leaver = self.status_words[row], self.leaver_on[row] is not None
        if leaver:
            return status_of(words, self.system, leaver=True)
        if words not in self.statuses:
            self.statuses[words] = status_of(words, self.system)
        return self.statuses[words]

    def since(self, person: Person, status: str, stated: date | None) -> str:
        held = self.held.get(person.placement)
        day = stated or (held.since if held and held.status == status else self.today)
        return day.isoformat()

    def item(self, person: Person, at: int) -> Item:
        full = _full(person, self.comparer.email[at])
        return Item(person, NOTHING, (self.extract.numbers[at],), at, self.status(at), self.status_words[at], full)

    def account(self, item: Item) -> dict[str, Any]:
        """What is kept of the list about somebody: the columns of `SystemAccount`, dates as ISO text."""
        person, at, extract = item.person, item.at, self.extract
        if at is None:
            return {"status": item.status, "status_words": "", "since": self.since(person, item.status, None)}
        days = {name: _plain(extract.of(name)[at]) for name in ("last_used_on", "leaver_on")}
        since = self.since(person, item.status, extract.of("since")[at])
        said = {"said": self.said(person, at)}
        return {"status": item.status, "status_words": item.words[:60], "since": since} | days | said

    def said(self, person: Person, at: int) -> dict[str, str]:
        """What the list calls the person, but for what the reader may not see of them."""
        hidden, values = self.hidden.get((person.employer, person.host), frozenset()), self.extract.values
        return {n: _plain(values[n][at]) for n in _SAID if n in values and n not in hidden and values[n][at]}


_RANK = {SAME: 0, "thin": 1, DIFFER: 2}
_NEWS = ("status", "since", "last_used_on", "leaver_on", "said")
_SAID = (
    "given_name", "family_name", "full_name", "date_of_birth", "gmc_number", "assignment_number", "email",
    "start_date",
)  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _full(person: Person, email: str) -> bool | None:
    """Which address the account goes by, where that is known: with the work email it opens everything."""
    if not email or not person.work_email:
        return None
    return bool(email == person.work_email.lower())
