"""Whether two statements of who somebody is mean one person: same, explainable or different, with reasons.

*Same* is equality after folding case, accents, hyphens, spaces and apostrophes, and nothing else. A swapped order,
a missing middle name, one of several family names, a placeholder, a swapped day and month, one digit off or another
romanisation is *explainable*: a human confirms it and holds the evidence of why
(https://nibusinessinfo.co.uk/content/keeping-records-workers-documents). Likeness words the message and never passes
anyone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from onboarding.identity.dates import compare_births
from onboarding.identity.findings import Finding, Reason, Verdict, reason
from onboarding.identity.naming import Name, compare_names
from onboarding.identity.numbers import compare_numbers

__all__ = [
    "Comparison",
    "Finding",
    "Name",
    "Reason",
    "Statement",
    "Verdict",
    "compare",
    "compare_births",
    "compare_names",
    "compare_numbers",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says: a name, a date of birth (a date, ISO text or YYYYMMDD) and numbers by kind.

    Kinds are words as a reader knows them (`{"GMC number": "7012345"}`); each is compared with its like only.
    """

    name: Name = field(default_factory=Name)
    date_of_birth: date | str | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on the whole, never UNKNOWN, and each field's own."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    name: Finding
    date_of_birth: Finding
    numbers: Mapping[str, Finding]

    def __iter__(self) -> Iterator[str]:
        """The reasons as sentences."""
        return (one.says for one in self.reasons)


def compare(left: Statement, right: Statement) -> Comparison:
    """Compares all that both sides state. The verdict is symmetric; a full statement is the same as itself.

    SAME needs the same name and, stated on both sides, the same date of birth or number, with nothing against it.
    What only one side states says nothing either way.
    """
    name = compare_names(left.name, right.name)
    birth = compare_births(left.date_of_birth, right.date_of_birth)
    kinds = [kind for kind in left.numbers if kind in right.numbers]
    numbers = {kind: compare_numbers(kind, left.numbers[kind], right.numbers[kind]) for kind in kinds}
    findings = [name, birth, *numbers.values()]
    reasons = [one for found in findings for one in found.reasons]
    thin = _too_little(name, [birth, *numbers.values()])
    if not any(found.verdict == Verdict.DIFFERENT for found in findings) and thin:
        reasons.append(reason("name", "thin", thin))
    worst = [
        verdict for verdict in (Verdict.DIFFERENT, Verdict.EXPLAINABLE) for one in reasons if one.verdict == verdict
    ]
    reasons.sort(key=lambda one: one.verdict != Verdict.DIFFERENT)
    return Comparison(worst[0] if worst else Verdict.SAME, tuple(reasons), name, birth, numbers)


def _too_little(name: Finding, others: list[Finding]) -> str:
    """What is missing for a verdict of SAME, in words; empty if nothing is."""
    if name.verdict == Verdict.UNKNOWN:
        return "no name"
    if all(found.verdict == Verdict.UNKNOWN for found in others):
        return "a name, but no date of birth and no number"
    return ""
