"""From one placement's steps to a chance and a likely day. Equal situations are worked out once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from .graph import Node, Step, nodes_of, parts_of
from .spreading import Days, Spread, spread

HORIZON: Final = 30  # working days, six weeks: what lies beyond is "too early to say"
KEPT: Final = 200_000  # results; past this the memory starts afresh


@dataclass(frozen=True, slots=True)
class StepForecast:
    """When one step is met: the chance by the end of week 1, and the working days from now by which half are."""

    chance: float | None
    likely: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a newcomer is ready. `chance` is of all week-1 steps being met by the end of week 1.

    It is None where week 1 ends beyond the horizon: too early to say. `likely` counts working days from now, 0 being
    today, to the first by whose end it is at least as likely as not that all are met; None beyond the horizon.
    `by` holds that chance for each day up to the horizon; `steps` each unmet step. A newcomer with nothing missing has
    a chance of 1, and is likely on day 0.
    """

    chance: float | None
    likely: int | None
    by: Days
    steps: Mapping[str, StepForecast]


class Forecaster:
    """Forecasts, remembering every situation it met. For one run: it keeps no names and no clock."""

    def __init__(self, horizon: int = HORIZON, kept: int = KEPT) -> None:
        self.horizon, self.kept = horizon, kept
        self.worked_out = 0  # parts that were walked, for the figures
        self._given: dict[tuple[tuple[Step, ...], int], Forecast] = {}
        self._whole: dict[tuple[tuple[Node, ...], int], Forecast] = {}
        self._parts: dict[tuple[Node, ...], Spread] = {}

    def forecast(self, steps: Iterable[Step], days_left: int) -> Forecast:
        """Answer when these steps are met; week 1 ends `days_left` working days from today (0: today, below 0: over).

        Durations of different steps are taken as independent of each other; what they share is the graph. Edges that
        go round in a circle raise `Tangled`.
        """
        given = (tuple(steps), days_left)
        found = self._given.get(given)
        if found is None:
            if len(self._given) >= self.kept:
                self._given.clear()
                self._whole.clear()
                self._parts.clear()
            found = self._given[given] = self._situation(tuple(nodes_of(given[0])), days_left)
        return found

    def _situation(self, nodes: tuple[Node, ...], days_left: int) -> Forecast:
        found = self._whole.get((nodes, days_left))
        if found is None:
            spreads = [self._part(part) for part in parts_of(nodes)]
            found = self._whole[nodes, days_left] = together(spreads, days_left, self.horizon)
        return found

    def _part(self, part: tuple[Node, ...]) -> Spread:
        found = self._parts.get(part)
        if found is None:
            self.worked_out += 1
            found = self._parts[part] = spread(part, self.horizon)
        return found


def forecast(steps: Iterable[Step], days_left: int, *, horizon: int = HORIZON) -> Forecast:
    """Answer one placement's forecast; for many, a `Forecaster` remembers. See `Forecaster.forecast`."""
    return Forecaster(horizon).forecast(steps, days_left)


def together(spreads: Sequence[Spread], days_left: int, horizon: int) -> Forecast:
    """Answer the forecast of parts that have nothing to do with each other: their chances do multiply."""
    ready: Days = (1.0,) * (horizon + 1)
    steps: dict[str, StepForecast] = {}
    for one in spreads:
        if one.ready is not None:
            ready = tuple(map(mul, ready, one.ready))  # as long as the shorter
        for key, days in one.steps.items():
            steps[key] = StepForecast(_chance(days, days_left), _likely(days))
    missing = any(one.ready is not None for one in spreads)
    chance = _chance(ready, days_left) if missing else 1.0
    return Forecast(chance, _likely(ready), ready, steps)


def _chance(by: Days, days_left: int) -> float | None:
    if days_left < 0:
        return 0.0
    return by[days_left] if days_left < len(by) else None


def _likely(by: Days) -> int | None:
    return next((day for day, chance in enumerate(by) if chance >= 0.5 - 1e-12), None)
