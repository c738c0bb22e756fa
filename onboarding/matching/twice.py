"""Rows of one list that may be one person listed twice. Pure: it proposes, a human decides.

Likeness only finds candidates; what may be proposed is settled by `onboarding.identity`. Two numbers that differ are
two people, whatever else agrees. Where one side keeps its date of birth and number to itself, only the same name
counts, so that a proposal tells nothing about what is kept back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from onboarding.identity import Comparison, Name, Statement, Verdict, compare
from onboarding.identity.numbers import plain_number
from onboarding.identity.spelling import spellings
from onboarding.matching.records import Record

SURE, LIKELY, BY_NAME = range(3)  # rank: the same in all, something to explain, nothing but the name to go by
CLOSE = (Verdict.SAME, Verdict.EXPLAINABLE)
KIND = "GMC number"
_FULLEST = 300  # a birthday that more than these share (1 January, say) says too little to look at them all


@dataclass(frozen=True, slots=True)
class Twice:
    """Two rows, in the order of the list, that may be one person."""

    left: str
    right: str
    rank: int


def listed_twice(rows: Sequence[Record], fresh: Collection[str] | None = None) -> list[Twice]:
    """Pairs of one list that may be one person, likeliest first; `fresh` (ids) narrows it to pairs with one of them.

    A row without a date of birth and a number is one of which only the name may be used.
    """
    found = []
    for i, j in sorted(_pairs(rows)):
        if fresh is not None and rows[i].id not in fresh and rows[j].id not in fresh:
            continue
        rank = rank_of(rows[i], rows[j])
        if rank is not None:
            found.append(Twice(rows[i].id, rows[j].id, rank))
    return sorted(found, key=lambda pair: pair.rank)


def _pairs(rows: Sequence[Record]) -> set[tuple[int, int]]:
    """Pairs of positions that share a whole name, date or number: without one of them nothing is proposed."""
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        for key in _keys(row):
            sharing[key].append(i)
    pairs: set[tuple[int, int]] = set()
    for at in sharing.values():
        if len(at) <= _FULLEST:
            pairs.update(combinations(at, 2))
    return pairs


def _keys(row: Record) -> Iterator[tuple[str, str]]:
    if number := plain_number(row.number):
        yield "number", number
    if row.date_of_birth:
        yield "date", row.date_of_birth
    for written in spellings(f"{row.given_name} {row.family_name}"):
        yield "name", written


def rank_of(one: Record, other: Record) -> int | None:
    """How likely two rows are one person; None for two people, or too little to say so."""
    found = compare(statement(one), statement(other))
    name, born, number = found.name.verdict, found.date_of_birth.verdict, _number(found)
    if number not in (Verdict.UNKNOWN, Verdict.SAME):
        return None  # one digit off as well: whoever typed it can mend it, and then the two are one
    if number == Verdict.SAME:
        fitting = [name in CLOSE, born in (*CLOSE, Verdict.UNKNOWN)]
        return (SURE if (name, born) == (Verdict.SAME, Verdict.SAME) else LIKELY) if any(fitting) else None
    if born == Verdict.UNKNOWN:
        return BY_NAME if name == Verdict.SAME else None
    if name not in CLOSE or born not in CLOSE or Verdict.SAME not in (name, born):
        return None
    return SURE if name == born else LIKELY


def statement(record: Record) -> Statement:
    numbers = {KIND: record.number} if record.number else {}
    return Statement(Name(record.given_name, record.family_name), record.date_of_birth or None, numbers)


def _number(found: Comparison) -> Verdict:
    return next((one.verdict for one in found.numbers.values()), Verdict.UNKNOWN)
