"""Dates of birth as the files write them, and how two of them differ."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA

from onboarding.identity.findings import Finding, Verdict, finding, reason

_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NOT_DIGITS = re.compile(r"\D+")
_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
_MONTHS += ("October", "November", "December")

EQUAL, SWAPPED, SLIP, TWO_PARTS, APART = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Born:
    """A date of birth as somebody wrote it: `parts` (year, month, day) if it has that shape, possible or not."""

    text: str
    parts: tuple[int, int, int] | None
    digits: str

    @property
    def key(self) -> str:
        """One text for one date, however it is written."""
        return self.digits if self.parts else self.text.casefold()

    def as_date(self) -> date | None:
        try:
            return date(*self.parts) if self.parts else None
        except ValueError:
            return None


@lru_cache(maxsize=100_000)
def born(written: str) -> Born | None:
    """`1956-12-31` or `19561231`, also with an impossible month: a damaged date can still be compared.

    Anything else is kept as text; None where nothing is written.
    """
    text = written.strip()
    if not text:
        return None
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return Born(text, None, _NOT_DIGITS.sub("", text))
    year, month, day = (int(part) for part in found.groups())
    return Born(text, (year, month, day), f"{year:04}{month:02}{day:02}")


def difference(left: Born, right: Born) -> int:
    """EQUAL, SWAPPED (day and month), SLIP (one digit, or two neighbours), TWO_PARTS (only the day, the month
    or the year differs, or swapped with a slip) or APART. Symmetric."""
    if not left.parts or not right.parts:
        if left.text.casefold() == right.text.casefold():
            return EQUAL
        close = left.digits and right.digits and OSA.distance(left.digits, right.digits) <= 1
        return SLIP if close else APART
    if left.parts == right.parts:
        return EQUAL
    (year, month, day), (other_year, other_month, other_day) = left.parts, right.parts
    if (month, day) == (other_day, other_month):
        return SWAPPED if year == other_year else TWO_PARTS
    if OSA.distance(left.digits, right.digits, score_cutoff=1) <= 1:
        return SLIP
    agreeing = (year == other_year) + (month == other_month) + (day == other_day)
    return TWO_PARTS if agreeing == 2 else APART


def compare_births(left: date | str | None, right: date | str | None) -> Finding:
    """Two dates of birth. Equal is SAME; day and month swapped, or one digit off, is EXPLAINABLE; UNKNOWN if a
    side has none. Entered as three fields and shown with the month as a word, since 3/7 and 7/3 look alike.
    """
    ours, theirs = _stated(left), _stated(right)
    if ours is None or theirs is None:
        return Finding(Verdict.UNKNOWN)
    code = {SWAPPED: "day_month", SLIP: "birth_digit", TWO_PARTS: "birth_part", APART: "birth"}
    found = difference(ours, theirs)
    if found == EQUAL:
        return Finding(Verdict.SAME)
    return finding([reason("date_of_birth", code[found], in_words(ours), in_words(theirs))])


def _stated(written: date | str | None) -> Born | None:
    if written is None:
        return None
    return born(written.isoformat() if isinstance(written, date) else written)


def in_words(one: Born) -> str:
    """`3 July 1990`; an impossible or unreadable date as it was written."""
    day = one.as_date()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else one.text
