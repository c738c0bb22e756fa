"""Numbers that stand for a person (GMC, assignment, payroll), and how two of them differ."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

from onboarding.identity.findings import Finding, Verdict, finding, reason

_SEPARATORS = re.compile(r"[\W_]+")

EQUAL, SLIP, TWO_SLIPS, APART = range(4)
_LONG_ENOUGH = 4  # in a shorter number one digit off is another number


@lru_cache(maxsize=200_000)
def plain_number(written: str) -> str:
    """The letters and digits alone, in capitals: `gmc 701-2345` is `GMC7012345`. Leading zeros stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", written)).upper()


def difference(left: str, right: str) -> int:
    """EQUAL, SLIP (one character, two neighbours, or lost zeros in front), TWO_SLIPS or APART, for two plain
    numbers. Symmetric."""
    if left == right:
        return EQUAL
    if left.lstrip("0") == right.lstrip("0"):
        return SLIP
    shorter = min(len(left), len(right))
    slips = OSA.distance(left, right, score_cutoff=2)
    if shorter >= _LONG_ENOUGH and slips == 1:
        return SLIP
    return TWO_SLIPS if shorter > _LONG_ENOUGH and slips == 2 else APART


def compare_numbers(kind: str, left: str, right: str) -> Finding:
    """Two numbers of one kind, `GMC number` say. Only the same characters are SAME; one slip is EXPLAINABLE, and
    anything else is DIFFERENT: one name and birthday under two GMC numbers are two people.
    """
    ours, theirs = plain_number(left), plain_number(right)
    if not ours or not theirs:
        return Finding(Verdict.UNKNOWN)
    found = difference(ours, theirs)
    if found == EQUAL:
        return Finding(Verdict.SAME)
    return finding([reason(kind, "number_digit" if found == SLIP else "number", left.strip(), right.strip())])
