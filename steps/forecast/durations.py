"""How long a step waits, in whole working days: the trust's own history, blended with the pathway's usual days.

A wait of d means: finished d working days after the step could start, 0 on the same day. It is kept as hazards: the
chance of being finished on day d for a step that is still open when day d begins. That form takes what is still
open at its word ("at least so many days"), and answers how long a step that has been open for k days has yet to go.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

LAST: Final = 60  # day from which on the hazard stays the same: a quarter of a year, beyond any chain's use
PRIOR_WEIGHT: Final = 20.0  # the pathway's usual days count as so many cases; a trust's own pass them soon
_WIDEST: Final = 0.25  # of a day: how far apart median and 9 in 10 are taken where a pathway says the same for both


class Durations:
    """The waiting time of one step as a discrete distribution; equal where its hazards are. Never changed.

    `hazards[d]` lies in [0, 1], for d = 0 .. LAST, and goes on as hazards[LAST]. `cases` is how many finished waits
    of the trust's own are in it. A step that never ends has hazards of 0, one that takes no time 1 on day 0.
    """

    __slots__ = ("_hash", "cases", "hazards")

    def __init__(self, hazards: Iterable[float], cases: int = 0) -> None:
        """Take hazards, at most LAST + 1 of them, the last of which goes on. ValueError outside [0, 1] or for none."""
        told = tuple(hazards)
        if not 0 < len(told) <= LAST + 1 or not all(0.0 <= hazard <= 1.0 for hazard in told):
            raise ValueError("hazards are between 1 and 61 numbers from 0 to 1")
        self.hazards = told + (told[-1],) * (LAST + 1 - len(told))
        self.cases = cases
        self._hash = hash(self.hazards)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Durations) and self.hazards == other.hazards)

    def __repr__(self) -> str:
        return f"Durations(median={self.quantile(0.5)}, nine_in_ten={self.quantile(0.9)}, cases={self.cases})"

    def left(self, open_days: int, horizon: int) -> tuple[float, ...]:
        """Answer the chance of each number of days yet to go, 0 .. horizon, and last that of more than that.

        For a step that has been open for so many working days, today being the next: 0 means finished today.
        """
        return _left(self, open_days, horizon)

    def quantile(self, share: float, open_days: int = 0) -> int | None:
        """Answer by which day so large a share is finished, counted from now; None where that lies past LAST."""
        still = 1.0
        for day in range(LAST + 1):
            still *= 1.0 - self.hazards[min(open_days + day, LAST)]
            if 1.0 - still >= share - 1e-12:
                return day
        return None


@lru_cache(maxsize=65_536)
def _left(durations: Durations, open_days: int, horizon: int) -> tuple[float, ...]:
    if open_days < 0:
        raise ValueError("a step cannot have been open for less than no days")
    still, chances = 1.0, []
    for day in range(horizon + 1):
        hazard = durations.hazards[min(open_days + day, LAST)]
        chances.append(still * hazard)
        still *= 1.0 - hazard
    return (*chances, still)


def usual(usual_days: tuple[int, int]) -> Durations:
    """Answer the waiting time of which half are done within the first number of days, and nine in ten in the second.

    Log-logistic in days + 1: the one common shape with both quantiles in closed form whose hazard falls in the end,
    as it does in offices, where what was not done in a fortnight has usually been forgotten.
    """
    median, nine = usual_days
    if not 0 <= median <= nine:
        raise ValueError("usual days are a median and a 9 in 10 that is no smaller")
    scale = median + 1.0
    shape = math.log(9.0) / math.log(max(nine + 1.0, scale + _WIDEST) / scale)
    still = [1.0 / (1.0 + ((day + 1.0) / scale) ** shape) for day in range(LAST + 1)]
    before = [1.0, *still]
    return Durations(1.0 - left / was for left, was in zip(still, before, strict=False))


def learnt(
    usual_days: tuple[int, int],
    finished: Iterable[int] = (),
    still_open: Iterable[int] = (),
    *,
    weight: float = PRIOR_WEIGHT,
) -> Durations:
    """Answer the waiting time that history tells, the pathway's usual days counting as `weight` cases of it.

    `finished` are whole working days that the step took; `still_open` those that it has been open for without being
    finished yet, each "at least so many": it was there to be finished on every day before, and was not. The hazard of
    a day is the share finished on it of those still open (Kaplan and Meier), the usual days' cases among both.
    ValueError for a wait below 0 and a weight that is not above 0.
    """
    done, at_least = list(finished), list(still_open)
    if weight <= 0.0:
        raise ValueError("the usual days count as more than no cases")
    if min(done, default=0) < 0 or min(at_least, default=0) < 0:
        raise ValueError("a wait is never below no days")
    ended, risked = [0] * (LAST + 1), [0] * (LAST + 2)
    for days in done:
        if days <= LAST:
            ended[days] += 1
        risked[min(days, LAST) + 1] += 1  # open on every day up to and including that
    for days in at_least:
        risked[min(days, LAST + 1)] += 1
    return Durations(_blended(usual(usual_days).hazards, ended, risked, weight), cases=len(done))


def _blended(hazards: tuple[float, ...], ended: list[int], risked: list[int], weight: float) -> list[float]:
    """Add `weight` cases that went as the hazards say; `risked[d]` is how many were last open on the day before d."""
    there, pretend, blended = sum(risked), weight, []
    for day, hazard in enumerate(hazards):
        there -= risked[day]
        blended.append((ended[day] + pretend * hazard) / (there + pretend))
        pretend *= 1.0 - hazard
    return blended
