"""Rivals: a row that clearly is one person is hardly another one too, unless its file lists people twice.

How often a file lists people twice is read off the strong pairs themselves, so a clean list of originals makes its
rows exclude each other, and a file with five copies of everybody does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, log1p

_STRONG = 7.0  # log odds: one in a thousand is wrong
_FEWEST_TWICE = 0.002  # a list without a single person listed twice is not to be relied on
_ROWS_ASSUMED = 50
_HOPELESS = -8.0
_NO_RIVAL = -30.0
_LARGEST = 60.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A pair of positions, left and right, and the log of the odds that they are one person."""

    left: int
    right: int
    weight: float


def settle(pairs: Sequence[Weighed]) -> list[Weighed]:
    """The pairs with their weights lowered by their rivals, best first; the hopeless ones are gone."""
    pairs = [pair for pair in pairs if pair.weight > _HOPELESS]
    left_rivals = _best_two((pair.right, pair.weight) for pair in pairs)
    right_rivals = _best_two((pair.left, pair.weight) for pair in pairs)
    left_twice = _listed_twice(pair.right for pair in pairs if pair.weight > _STRONG)
    right_twice = _listed_twice(pair.left for pair in pairs if pair.weight > _STRONG)
    settled = []
    for pair in pairs:
        lost = _lost(pair.weight, _rival(left_rivals[pair.right], pair.weight), left_twice)
        lost += _lost(pair.weight, _rival(right_rivals[pair.left], pair.weight), right_twice)
        settled.append(Weighed(pair.left, pair.right, pair.weight - lost))
    return sorted(settled, key=lambda pair: (-pair.weight, pair.left, pair.right))


def _best_two(weights: Iterable[tuple[int, float]]) -> dict[int, tuple[float, float]]:
    best: dict[int, tuple[float, float]] = defaultdict(lambda: (_NO_RIVAL, _NO_RIVAL))
    for row, weight in weights:
        first, second = best[row]
        if weight > first:
            best[row] = (weight, first)
        elif weight > second:
            best[row] = (first, weight)
    return best


def _rival(best: tuple[float, float], weight: float) -> float:
    """The best weight that another pair of the same row has."""
    first, second = best
    return second if weight == first else first


def _listed_twice(rows: Iterable[int]) -> float:
    """Of rows of the one file with a strong partner in the other, the share with another strong one."""
    partners: dict[int, int] = defaultdict(int)
    for row in rows:
        partners[row] += 1
    more = sum(count - 1 for count in partners.values())
    return max(_FEWEST_TWICE, more / (len(partners) + _ROWS_ASSUMED))


def _lost(weight: float, rival: float, twice: float) -> float:
    """How much of a pair's log odds is lost to its rival.

    Four cases: this pair only, the rival only, both (one person listed twice), neither.
    """
    weight, rival = min(weight, _LARGEST), min(rival, _LARGEST)
    both = log(twice) + rival
    return _log_of_sum(0.0, rival) - log1p(exp(both)) if both < 30 else _log_of_sum(0.0, rival) - both


def _log_of_sum(one: float, other: float) -> float:
    top = max(one, other)
    return top + log1p(exp(min(one, other) - top))
