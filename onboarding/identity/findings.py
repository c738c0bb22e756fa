"""The words and the weight of each finding about two statements of who somebody is."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`SAME` may pass; `EXPLAINABLE` waits for a human; `DIFFERENT` blocks. `UNKNOWN`: one side says nothing."""

    SAME = "same"
    EXPLAINABLE = "explainable"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two statements are not simply the same. `left` and `right` are what each side wrote, for showing."""

    field: str  # "name", "date_of_birth", or the kind of number
    code: str
    verdict: Verdict
    says: str
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One field's verdict with its reasons, worst first."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


# code -> (verdict, sentence). {left} and {right} are what each side wrote.
_SENTENCES = {
    "order": (Verdict.EXPLAINABLE, "The names stand in another order: {left} and {right}"),
    "divided": (Verdict.EXPLAINABLE, "Given and family name are divided differently: {left} and {right}"),
    "middle_missing": (Verdict.EXPLAINABLE, "A middle name is on one side only: {left}{right}"),
    "family_missing": (Verdict.EXPLAINABLE, "One of several family names is on one side only: {left}{right}"),
    "part_missing": (Verdict.EXPLAINABLE, "A name is on one side only: {left}{right}"),
    "placeholder": (Verdict.EXPLAINABLE, "A placeholder stands in for a name that is not there: {left}{right}"),
    "transliteration": (Verdict.EXPLAINABLE, "Perhaps two spellings of one name: {left} and {right}"),
    "one_letter": (Verdict.EXPLAINABLE, "One letter differs: {left} and {right}"),
    "initial": (Verdict.EXPLAINABLE, "An initial stands for a name: {left} and {right}"),
    "scripts": (
        Verdict.EXPLAINABLE,
        "The names are in different scripts, so someone who reads both must compare them: {left} and {right}",
    ),
    "spelling": (Verdict.EXPLAINABLE, "The names are not written alike: {left} and {right}"),
    "look_alike": (Verdict.DIFFERENT, "The names look alike but are not the same: {left} and {right}"),
    "name": (Verdict.DIFFERENT, "The names differ: {left} and {right}"),
    "day_month": (Verdict.EXPLAINABLE, "Day and month may be swapped: {left} and {right}"),
    "birth_digit": (Verdict.EXPLAINABLE, "One digit of the date of birth differs: {left} and {right}"),
    "birth_part": (Verdict.DIFFERENT, "The dates of birth agree in part only: {left} and {right}"),
    "birth": (Verdict.DIFFERENT, "The dates of birth differ: {left} and {right}"),
    "number_digit": (Verdict.EXPLAINABLE, "One digit of the {field} differs: {left} and {right}"),
    "number": (Verdict.DIFFERENT, "The {field}s differ, and one person has one {field}: {left} and {right}"),
    "thin": (Verdict.EXPLAINABLE, "Too little is on both sides to tell: {left}"),
}


def reason(field: str, code: str, left: str = "", right: str = "") -> Reason:
    verdict, sentence = _SENTENCES[code]
    return Reason(field, code, verdict, sentence.format(field=field, left=left, right=right), left, right)


_ORDER = {Verdict.DIFFERENT: 0, Verdict.EXPLAINABLE: 1}


def finding(reasons: list[Reason]) -> Finding:
    """The worst of the reasons decides; none at all is the same."""
    ordered = tuple(sorted(reasons, key=lambda one: _ORDER[one.verdict]))
    return Finding(ordered[0].verdict if ordered else Verdict.SAME, ordered)
