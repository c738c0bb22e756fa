"""The rows of the matcher's two files, and their plain forms worked out once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onboarding.identity import numbers, spelling
from onboarding.identity.dates import Born, born

GIVEN, FAMILY = 0, 1


@dataclass(frozen=True, slots=True)
class Record:
    """One row: `date_of_birth` ISO, YYYYMMDD or whatever was written; every field but `id` may be empty."""

    id: str
    given_name: str = ""
    family_name: str = ""
    date_of_birth: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A record folded for comparing. Index 0 is the given name, 1 the family name; placeholders are gone."""

    words: tuple[tuple[str, ...], tuple[str, ...]]
    joined: tuple[str, str]
    born: Born | None
    number: str


def plain(record: Record) -> Plain:
    given = spelling.name_words(record.given_name)
    family = spelling.name_words(record.family_name)
    return Plain(
        words=(given, family),
        joined=("".join(given), "".join(family)),
        born=born(record.date_of_birth),
        number=numbers.plain_number(record.number),
    )


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each value occurs in one file. `names[role]` counts joined names and their single words."""

    size: int
    names: tuple[Counter[str], Counter[str]]
    whole_names: Counter[tuple[str, str]]
    dates: Counter[str]
    numbers: Counter[str]


def frequencies(rows: Sequence[Plain]) -> Frequencies:
    return Frequencies(
        size=len(rows),
        names=(_name_counts(rows, GIVEN), _name_counts(rows, FAMILY)),
        whole_names=Counter(row.joined for row in rows if all(row.joined)),
        dates=Counter(row.born.key for row in rows if row.born),
        numbers=Counter(row.number for row in rows if row.number),
    )


def _name_counts(rows: Iterable[Plain], role: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update({row.joined[role], *row.words[role]} - {""})
    return counts
