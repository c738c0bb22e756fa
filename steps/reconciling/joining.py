"""Pure: which rows of a list are about which newcomers. Strong keys first; likeness only for what they leave over."""

from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Protocol

from rapidfuzz.distance import OSA

from onboarding.identity import Name, Verdict, compare_births, compare_names
from onboarding.identity.numbers import TWO_SLIPS, difference, plain_number
from onboarding.names import fold
from steps.reconciling.extract import Extract, Progress

_STEP = 2_000  # rows between two words about progress
_CLOSE = 0.75  # of two names' letters: less alike, they are not worth comparing
_NAMESAKES = 50  # past that many of one name, the birthday has to be there


class Somebody(Protocol):
    """What is known of a newcomer, as far as finding them goes; empty where it is hidden or not known."""

    @property
    def newcomer(self) -> int: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def date_of_birth(self) -> date | None: ...
    @property
    def gmc_number(self) -> str: ...
    @property
    def assignment_number(self) -> str: ...
    @property
    def work_email(self) -> str: ...
    @property
    def personal_email(self) -> str: ...


@dataclass(slots=True)
class Joined:
    """By position: the first row of each person (-1: none), further rows of those with several, and the people of a
    row that fits several. `known` counts the rows that are about somebody."""

    first: list[int]
    further: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    torn: dict[int, list[int]] = field(default_factory=dict)
    known: int = 0

    def rows(self, at: int) -> list[int]:
        if self.first[at] < 0:
            return []
        return [self.first[at], *self.further[at]] if at in self.further else [self.first[at]]


def plain_name(text: str) -> str:
    """A name's words in one order and one spelling, coarser than the comparison: Mueller and Müller, either first."""
    folded = text.lower() if text.isascii() and text.replace(" ", "").isalpha() else fold(text)
    for pair, one in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ss", "s"), ("th", "t")):
        if pair in folded:
            folded = folded.replace(pair, one)
    return "".join(sorted(folded.split()))


def number_key(text: str) -> str:
    """An assignment number without the suffix of a second post: 0012345-2 is the same employee as 0012345."""
    if text.isascii() and text.isdigit():
        return text
    base, dash, suffix = text.rpartition("-")
    return plain_number(base if dash and suffix.isdigit() and len(suffix) <= 2 else text)


_PLAIN: dict[str, Callable[[str], str]] = {
    "gmc_number": plain_number, "assignment_number": number_key, "email": str,
}  # fmt: skip


Found = int | list[int]  # a person's position, or several


class _Keys:
    """The people by what may find them."""

    def __init__(self, people: Sequence[Somebody]) -> None:
        self.people = people

    def strong(self, kind: str) -> dict[str, Found]:
        index: dict[str, Found] = {}
        if kind == "email":
            for at, person in enumerate(self.people):
                for address in {person.work_email.lower(), person.personal_email.lower()} - {""}:
                    _add(index, address, at)
            return index
        plain = _PLAIN[kind]
        for at, number in enumerate(map(attrgetter(kind), self.people)):
            if number:
                _add(index, plain(number), at)
        return index

    @cached_property
    def names(self) -> list[str]:
        return [plain_name(f"{person.given_name} {person.family_name}") for person in self.people]

    def by_name(self, wanted: Set[str]) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self.names):
            if name in wanted:
                index[name].append(at)
        return index

    def by_birth(self, wanted: Set[date]) -> dict[date, list[int]]:
        index: dict[date, list[int]] = defaultdict(list)
        for at, person in enumerate(self.people):
            if person.date_of_birth and person.date_of_birth in wanted:
                index[person.date_of_birth].append(at)
        return index


def _add(index: dict[str, Found], key: str, at: int) -> None:
    there = index.setdefault(key, at)
    if there != at:
        index[key] = [*there, at] if isinstance(there, list) else [there, at]


def join(people: Sequence[Somebody], extract: Extract, progress: Progress = lambda done, total: None) -> Joined:
    """Who is who. A row found by a number, an address, or the name with the birthday is that person's; only a person
    whom no row fits so well may have one that is merely like it."""
    keys, joined = _Keys(people), Joined([-1] * len(people))
    strong = _strong(keys, extract)
    for row, found in enumerate(strong):
        if found is not None:
            _give(joined, people, row, found)
    left = [row for row, found in enumerate(strong) if found is None]
    if left:
        _by_name(joined, keys, extract, left, progress)
    progress(len(strong), len(strong))
    return joined


def _by_name(joined: Joined, keys: _Keys, extract: Extract, rows: Sequence[int], progress: Progress) -> None:
    born = extract.of("date_of_birth")
    called = {row: name for row in rows if (name := _row_name(extract, row))}
    births = keys.by_birth({born[row] for row in called} - {None})
    left = []
    for row, name in called.items():
        fitting = [at for at in births.get(born[row], ()) if keys.names[at] == name]
        if fitting:
            _give(joined, keys.people, row, fitting)
        else:
            left.append(row)
    namesakes, fitted = keys.by_name({called[row] for row in left}), list(joined.first)
    for done, row in enumerate(left):
        if not done % _STEP:
            progress(done, len(left))
        like = _alike(keys, extract, row, called[row], births.get(born[row], ()))
        like = like or _namesakes(keys, extract, row, namesakes.get(called[row], ()))
        alike = [at for at in like if fitted[at] < 0]
        if alike:
            _give(joined, keys.people, row, alike)


def _row_name(extract: Extract, row: int) -> str:
    given, family = extract.of("given_name")[row], extract.of("family_name")[row]
    return plain_name(f"{given} {family}" if given or family else extract.of("full_name")[row].replace(",", " "))


def _strong(keys: _Keys, extract: Extract) -> list[Found | None]:
    """For each row the people whom a number or an address names: all whom any of them does."""
    found: list[Found | None] = [None] * len(extract.numbers)
    for kind, plain in _PLAIN.items():
        index = keys.strong(kind) if kind in extract.values else {}
        if not index:
            continue
        for row, text in enumerate(extract.values[kind]):
            people = index.get(plain(text)) if text else None
            if people is not None:
                before = found[row]
                found[row] = people if before is None or before == people else _both(before, people)
    return found


def _both(one: Found, other: Found) -> list[int]:
    ours, theirs = one if isinstance(one, list) else [one], other if isinstance(other, list) else [other]
    return [*ours, *(at for at in theirs if at not in ours)]


def _give(joined: Joined, people: Sequence[Somebody], row: int, fitting: Found) -> None:
    """A row is about one person, who may have more than one post here; or it fits several people, and is nobody's."""
    joined.known += 1
    if isinstance(fitting, list):
        if len({people[at].newcomer for at in fitting}) > 1:
            joined.torn[row] = fitting
            return
    else:
        fitting = [fitting]
    for at in fitting:
        if joined.first[at] < 0:
            joined.first[at] = row
        else:
            joined.further[at].append(row)


def _alike(keys: _Keys, extract: Extract, row: int, name: str, same_birthday: Sequence[int]) -> list[int]:
    """People of that birthday with a name like it."""
    found = []
    for at in same_birthday:
        if OSA.normalized_similarity(name, keys.names[at], score_cutoff=_CLOSE) or _share_a_word(
            keys, extract, row, at
        ):
            said = compare_names(name_of(keys.people[at]), name_in(extract, row))
            if said.verdict in (Verdict.SAME, Verdict.EXPLAINABLE):
                found.append(at)
    return found


def _namesakes(keys: _Keys, extract: Extract, row: int, namesakes: Sequence[int]) -> list[int]:
    """People of that name whose birthday may be a slip, or is not on both sides."""
    if len(namesakes) > _NAMESAKES:
        return []
    born = extract.of("date_of_birth")[row]
    return [at for at in namesakes if _may_be_one(keys.people[at], extract, row, born)]


def _may_be_one(person: Somebody, extract: Extract, row: int, born: date | None) -> bool:
    """Somebody of the same name: not with a birthday that is no slip, nor, without one, with another number."""
    verdict = compare_births(person.date_of_birth, born).verdict
    if verdict != Verdict.UNKNOWN:
        return verdict in (Verdict.SAME, Verdict.EXPLAINABLE)
    pairs = (
        (plain(ours), plain(extract.of(kind)[row]))
        for kind, plain in _PLAIN.items()
        if kind != "email" and (ours := getattr(person, kind))
    )
    return not any(theirs and difference(ours, theirs) >= TWO_SLIPS for ours, theirs in pairs)


def _share_a_word(keys: _Keys, extract: Extract, row: int, at: int) -> bool:
    person = keys.people[at]
    ours = set(fold(f"{person.given_name} {person.family_name}").split())
    return not ours.isdisjoint(fold(str(name_in(extract, row))).split())


def name_of(person: Somebody) -> Name:
    return Name(person.given_name, person.family_name)


def name_in(extract: Extract, row: int) -> Name:
    """What the row calls its person. "Okafor, Amara" is a family name and what comes before it."""
    given, family = extract.of("given_name")[row], extract.of("family_name")[row]
    if given or family:
        return Name(given, family)
    full = str(extract.of("full_name")[row])
    last, comma, first = full.partition(",")
    return Name(first.strip(), last.strip()) if comma else Name(full=full)
