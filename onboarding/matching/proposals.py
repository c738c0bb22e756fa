"""From weighed pairs to proposals: which may be called the same, and why the others may not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onboarding.identity import Comparison, Name, Statement, Verdict, compare
from onboarding.matching.model import probability
from onboarding.matching.records import Record
from onboarding.matching.rivals import Weighed

LOWEST_SCORE = 0.05  # below it a pair is not worth anybody's time
_SURE = 0.99  # below it the same name and birthday can be a coincidence

_NO_BIRTHDAY = "The date of birth is not on both sides"
_SEVERAL = "Another row fits as well"
_COINCIDENCE = "Two people could share this name and date of birth by coincidence"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two rows that may be one person. `score` is the probability, 0 to 1; nothing is joined without a human."""

    left: str
    right: str
    score: float
    verdict: Verdict  # SAME or EXPLAINABLE
    reasons: tuple[str, ...]


def propose(pairs: Sequence[Weighed], left: Sequence[Record], right: Sequence[Record]) -> list[Proposal]:
    """Proposals in the order of the pairs, which is best first; an id is in one SAME at most."""
    likely = [pair for pair in pairs if probability(pair.weight) >= LOWEST_SCORE]
    compared = [compare(_statement(left[pair.left]), _statement(right[pair.right])) for pair in likely]
    fitting = {at for at, comparison in enumerate(compared) if _fully_same(comparison)}
    only = _only_ones(fitting, likely, compared)
    proposals = []
    for at, (pair, comparison) in enumerate(zip(likely, compared, strict=True)):
        score = probability(pair.weight)
        doubts = list(_doubts(comparison, at in fitting, at in only, score))
        proposals.append(
            Proposal(
                left=left[pair.left].id,
                right=right[pair.right].id,
                score=round(score, 9),
                verdict=Verdict.EXPLAINABLE if doubts else Verdict.SAME,
                reasons=(*doubts, *_supports(comparison)),
            )
        )
    return proposals


def _statement(record: Record) -> Statement:
    name = Name(record.given_name, record.family_name)
    return Statement(name, record.date_of_birth, {"number": record.number} if record.number else {})


def _fully_same(comparison: Comparison) -> bool:
    """Same in name and date of birth, both stated, and nothing against it."""
    return (
        comparison.verdict == Verdict.SAME
        and comparison.name.verdict == Verdict.SAME
        and comparison.date_of_birth.verdict == Verdict.SAME
    )


def _number_agrees(comparison: Comparison) -> bool:
    return any(found.verdict == Verdict.SAME for found in comparison.numbers.values())


def _only_ones(fitting: set[int], pairs: Sequence[Weighed], compared: Sequence[Comparison]) -> set[int]:
    """Of the pairs that fit fully, those that no other such pair contests.

    An agreeing number beats a missing one. Among several with the same number the first stands, since all of them
    are that person; among several without one nobody knows which, so none does.
    """
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at in fitting:
        rows["left", pairs[at].left].append(at)
        rows["right", pairs[at].right].append(at)
    taken: set[tuple[str, int]] = set()
    only = set()
    for at in sorted(fitting, key=lambda at: (not _number_agrees(compared[at]), at)):
        sides = ("left", pairs[at].left), ("right", pairs[at].right)
        contested = any(len(rows[side]) > 1 for side in sides) and not _number_agrees(compared[at])
        if not contested and taken.isdisjoint(sides):
            only.add(at)
            taken.update(sides)
    return only


def _doubts(comparison: Comparison, fits: bool, only: bool, score: float) -> Iterator[str]:
    """Why the pair is not simply the same; nothing if it is."""
    yield from comparison
    if comparison.verdict == Verdict.SAME and not fits:
        yield _NO_BIRTHDAY
    if fits and not only:
        yield _SEVERAL
    elif fits and score < _SURE:
        yield _COINCIDENCE


def _supports(comparison: Comparison) -> Iterator[str]:
    """What agrees, so that whoever decides sees both sides."""
    if comparison.name.verdict == Verdict.SAME:
        yield "Same name"
    if comparison.date_of_birth.verdict == Verdict.SAME:
        yield "Same date of birth"
    if _number_agrees(comparison):
        yield "Same number"
