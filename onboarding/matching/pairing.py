"""Two files in, proposed pairs out, best first: candidates, their weights, their rivals, and the verdict in words.

The score ranks; it never decides. `same` is the comparison's own word (equal after folding, with nothing against it),
given only where it is the one such pair of both its rows; everything else that is proposed waits for a human.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

from onboarding.identity import Comparison, Name, Statement, Verdict, compare
from onboarding.matching.blocking import candidates
from onboarding.matching.model import fit, learn
from onboarding.matching.records import Record, frequencies, plain
from onboarding.matching.rivals import Weighed, settle

_PROPOSED = -1.5  # log odds: a pair with less than one chance in five is not worth anybody's look
_DOUBTED = 0.0  # and below even odds only what the comparison can explain: twins are not each other
_SPREAD = 4.0  # a score that keeps its order where plain probabilities all read 1.0
_TOLD_EVERY = 2_000

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposed pair by the rows' ids. `score` is 0 to 1, `verdict` "same" or "explainable"."""

    left: str
    right: str
    score: float
    verdict: str
    reasons: tuple[str, ...]


def match(left: Sequence[Record], right: Sequence[Record], *, told: Told = lambda done, total: None) -> list[Pair]:
    """Proposed pairs, best first. `told` hears (candidate pairs weighed, all of them)."""
    if not left or not right:
        return []
    ours, theirs = [plain(row) for row in left], [plain(row) for row in right]
    model = learn(ours, theirs, frequencies(ours), frequencies(theirs))
    pairs = candidates(ours, theirs)
    evidence = []
    for done, (i, j) in enumerate(pairs, 1):
        evidence.append(model.evidence(ours[i], theirs[j]))
        if done % _TOLD_EVERY == 0:
            told(done, len(pairs))
    fit(model, evidence)
    weighed = [Weighed(i, j, model.weight(shown)) for (i, j), shown in zip(pairs, evidence, strict=True)]
    likely = [pair for pair in settle([w for w in weighed if w.weight > _PROPOSED]) if pair.weight > _PROPOSED]
    compared = [compare(statement(left[pair.left]), statement(right[pair.right])) for pair in likely]
    alone = same_alone(likely, compared)
    told(len(pairs), len(pairs))
    return [
        Pair(
            left[pair.left].id,
            right[pair.right].id,
            round(1 / (1 + exp(-pair.weight / _SPREAD)), 6),
            "same" if place in alone else "explainable",
            words(said, place in alone),
        )
        for place, (pair, said) in enumerate(zip(likely, compared, strict=True))
        if pair.weight > _DOUBTED or said.verdict != Verdict.DIFFERENT
    ]


def statement(row: Record) -> Statement:
    numbers = {"number": row.number} if row.number.strip() else {}
    return Statement(Name(row.given_name, row.family_name), row.date_of_birth or None, numbers)


def same_alone(pairs: Sequence[Weighed], compared: Sequence[Comparison]) -> set[int]:
    """The places of those pairs that are the same and have no equal: neither row is the same as a second one.

    A number that agrees goes before none at all: two rows of one name and birthday, one of them without a number.
    """
    fitting: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, (pair, said) in enumerate(zip(pairs, compared, strict=True)):
        if said.verdict == Verdict.SAME:
            fitting["left", pair.left].append(place)
            fitting["right", pair.right].append(place)

    def best(places: list[int]) -> int | None:
        numbered = [p for p in places if any(f.verdict == Verdict.SAME for f in compared[p].numbers.values())]
        kept = numbered if len(places) > 1 else places
        return kept[0] if len(kept) == 1 else None

    left = {best(places) for (side, _), places in fitting.items() if side == "left"}
    right = {best(places) for (side, _), places in fitting.items() if side == "right"}
    return {place for place in left & right if place is not None}


def words(said: Comparison, same: bool) -> tuple[str, ...]:
    if same:
        return tuple(said) or ("Everything that both sides state is the same.",)
    if said.verdict == Verdict.SAME:
        return (*said, "More than one row fits: a human decides which.")
    return tuple(said)
