"""Where the days went: how long steps lay with whom and why, half of the waits and nine in ten, small groups left out.

Pure: no Django, no clock, no database. Waits come as how many lasted how many quarters of an hour, so that a national
lead employer's are as few numbers as a trust's.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

SMALLEST: Final = 5  # newcomers; a group of fewer says more about somebody than about the work
QUARTER: Final = 15  # minutes
LONGEST: Final = dt.timedelta(days=731)
USUAL: Final = dt.timedelta(days=28)
DAY: Final = dt.timedelta(days=1)
K = TypeVar("K", bound=Hashable)


class TeamSort(NamedTuple):
    """A step and with whom it lay; `org` is "" for the newcomers themselves."""

    step: str
    function: str
    org: str


class CauseSort(NamedTuple):
    """A step and why it lay: what kind of wait, and the symptom of one that was stuck."""

    step: str
    kind: str
    symptom: str


class Flow(NamedTuple):
    """So many newcomers wait at a step, for whom and in what state: to_do, confirm or stuck."""

    step: str
    function: str
    org: str
    kind: str
    newcomers: int


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both in it. `before` is as long, and ends on the day before it."""

    first: dt.date
    last: dt.date

    @property
    def before(self) -> "Period":
        long = self.last - self.first
        return Period(self.first - DAY - long, self.first - DAY)


def fault_of(first: dt.date, last: dt.date) -> str:
    """Why that is no period to look at, in a sentence; "" for one that is.

    >>> fault_of(dt.date(2026, 10, 31), dt.date(2026, 10, 1))
    'The period is the wrong way round: it ends before it begins.'
    """
    if last < first:
        return "The period is the wrong way round: it ends before it begins."
    if not first.year >= 2000 or not last.year <= 2200:
        return "Choose days between the years 2000 and 2200."
    return "Choose two years at most." if last - first > LONGEST else ""


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of one sort. `minutes` are working minutes, all together; half of the waits lasted up to `median` of them
    and nine in ten up to `nine`."""

    newcomers: int
    waits: int
    minutes: int
    median: int
    nine: int


@dataclass(frozen=True, slots=True)
class Sort(Generic[K]):
    """One line: a sort of wait now and in the period before (None: too few then). `still`: not over at the end."""

    key: K
    now: Waits
    before: Waits | None
    still: int


@dataclass(frozen=True, slots=True)
class Sorts(Generic[K]):
    """The lines, those on which most time was spent first; `hidden`: how many are too small to be shown."""

    lines: tuple[Sort[K], ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Counted(Generic[K]):
    """So many waits of one sort, each of so many quarters of an hour, `minutes` together; in the period or before."""

    key: K
    now: bool
    quarters: int
    count: int
    minutes: int


def waits_of(newcomers: int, counted: Iterable[tuple[int, int, int]]) -> Waits:
    """From (quarters of an hour, how many waits, their minutes).

    >>> waits_of(5, [(1, 4, 60), (8, 5, 600), (40, 1, 600)])
    Waits(newcomers=5, waits=10, minutes=1260, median=120, nine=120)
    """
    histogram: Counter[int] = Counter()
    minutes = 0
    for quarters, count, sum_of in counted:
        histogram[quarters] += count
        minutes += sum_of
    return Waits(newcomers, histogram.total(), minutes, quantile(histogram, 0.5), quantile(histogram, 0.9))


def quantile(histogram: Mapping[int, int], share: float) -> int:
    """Within how many minutes so large a share was over."""
    total, so_far = sum(histogram.values()), 0
    for quarters in sorted(histogram):
        so_far += histogram[quarters]
        if so_far >= share * total - 1e-9:
            return quarters * QUARTER
    return 0


def sorts_of(
    counted: Iterable[Counted[K]],
    newcomers: Mapping[tuple[K, bool], int],
    still: Mapping[K, int],
) -> Sorts[K]:
    """Sort the waits. `newcomers`: how many have waits of that sort, in the period (True) or before."""
    parts: dict[tuple[K, bool], list[tuple[int, int, int]]] = defaultdict(list)
    for one in counted:
        parts[one.key, one.now].append((one.quarters, one.count, one.minutes))
    lines, hidden = [], 0
    for (key, now), part in parts.items():
        if not now:
            continue
        if newcomers[key, True] < SMALLEST:
            hidden += 1
            continue
        before = newcomers.get((key, False), 0)
        then = waits_of(before, parts[key, False]) if before >= SMALLEST else None
        lines.append(Sort(key, waits_of(newcomers[key, True], part), then, still.get(key, 0)))
    return Sorts(tuple(sorted(lines, key=lambda line: (-line.now.minutes, repr(line.key)))), hidden)


@dataclass(frozen=True, slots=True)
class Lost:
    """Working time from the first morning until all of week 1 was done for the first time; `not_yet`: without it."""

    newcomers: int
    median: int
    nine: int
    not_yet: int


def lost_of(counted: Iterable[tuple[int | None, int]]) -> Lost | None:
    """From (quarters of an hour or None for not yet, how many newcomers); None for fewer than `SMALLEST`.

    >>> lost_of([(0, 3), (20, 2), (None, 1)])
    Lost(newcomers=6, median=0, nine=300, not_yet=1)
    """
    histogram: Counter[int] = Counter()
    not_yet = 0
    for quarters, count in counted:
        if quarters is None:
            not_yet += count
        else:
            histogram[quarters] += count
    newcomers = histogram.total() + not_yet
    if newcomers < SMALLEST or not histogram:
        return None
    return Lost(newcomers, quantile(histogram, 0.5), quantile(histogram, 0.9), not_yet)


@dataclass(frozen=True, slots=True)
class HandOvers:
    """How many blockers were raised, and how many of them were handed over never, once, and more often."""

    blockers: int
    never: int
    once: int
    more: int
    hand_overs: int


def hand_overs_of(newcomers: int, counted: Mapping[int, int]) -> HandOvers | None:
    """From hand-overs -> how many blockers; None for fewer than `SMALLEST` newcomers.

    >>> hand_overs_of(9, {0: 6, 1: 2, 3: 1})
    HandOvers(blockers=9, never=6, once=2, more=1, hand_overs=5)
    """
    if newcomers < SMALLEST:
        return None
    more = sum(count for times, count in counted.items() if times > 1)
    passed = sum(times * count for times, count in counted.items())
    return HandOvers(sum(counted.values()), counted.get(0, 0), counted.get(1, 0), more, passed)
