"""Week 1 day by day: how far each starter had come by the end of each of the five working days, and all together.

Pure: no Django, no clock, no database. Read off where the steps stand now: a step counts from the day it was done; one
that is stuck again counted until it was. What was done and then reopened is not done, on any day.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from onboarding.wording import DAYS, count_words, day_words, list_words, local_day
from onboarding.working_days import Country, add_working_days, is_working_day
from steps.readiness import MET, Standing, Starter, StepNow

FIVE = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One working day of a starter's week 1. `done` of `of` week-1 steps by its end; None while it is to come."""

    on: dt.date
    done: int | None
    of: int
    today: bool = False

    @property
    def ready(self) -> bool:
        return self.done == self.of

    @property
    def short(self) -> str:
        return DAYS[self.on.weekday()]

    @property
    def words(self) -> str:
        """
        >>> Day(dt.date(2026, 8, 4), 3, 5).words
        'Tue 3 of 5'
        """
        if self.done is None:
            return f"{self.short} to come"
        return f"{self.short} ready" if self.ready else f"{self.short} {self.done} of {self.of}"

    @property
    def level(self) -> int:
        """How high the cell is filled, of 20 units."""
        return round(20 * self.done / self.of) if self.done is not None and self.of else 0


@lru_cache(maxsize=4096)
def five_days(start: dt.date, country: Country) -> tuple[dt.date, ...]:
    """The five working days of week 1, the start counting as the first if it is one.

    >>> [day.day for day in five_days(dt.date(2026, 8, 29), "england")]
    [1, 2, 3, 4, 7]
    """
    first = start if is_working_day(start, country) else add_working_days(start, 1, country)
    return (first, *(add_working_days(first, n, country) for n in range(1, FIVE)))


def met_by(step: StepNow, day: dt.date) -> bool:
    """Was the step done by the end of that day, as far as its row of today can tell?"""
    if step.done_at is None or local_day(step.done_at) > day:
        return False
    return step.state in MET or (step.state == "blocked" and local_day(step.since) > day)


def days_of(starter: Starter, today: dt.date) -> tuple[Day, ...]:
    """The five days; none for whom no step counts for week 1."""
    steps = [s for s in starter.steps if s.week_one]
    if not steps:
        return ()
    today = starter.seen_on(today)
    days = []
    for on in five_days(starter.start_date, starter.host.country):
        if on > today:
            done = None
        elif on == today:
            done = sum(s.state in MET for s in steps)
        else:
            done = sum(met_by(s, on) for s in steps)
        days.append(Day(on, done, len(steps), today=on == today))
    return tuple(days)


def strip_words(days: Sequence[Day]) -> str:
    """The strip in one sentence.

    >>> strip_words([Day(dt.date(2026, 8, 3), 2, 5), Day(dt.date(2026, 8, 4), None, 5)])
    'Steps done by the end of each day: Mon 2 of 5, Tue to come.'
    """
    return f"Steps done by the end of each day: {', '.join(day.words for day in days)}." if days else ""


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the week's chart: how many were ready by its end, how many were not, for how many it is to come.

    `label` is the day where all have the same, else "Day 2". The heights are in the drawing's units, of `HEIGHT`.
    """

    label: str
    ready: int
    not_ready: int
    to_come: int

    HEIGHT = 120

    @property
    def total(self) -> int:
        return self.ready + self.not_ready + self.to_come

    def height(self, count: int) -> float:
        return round(self.HEIGHT * count / self.total, 1) if self.total else 0

    @property
    def been(self) -> bool:
        """The day has come for somebody."""
        return self.to_come < self.total

    @property
    def parts(self) -> tuple["Part", ...]:
        """From the bottom up: ready, not ready, to come; what there is none of is left out."""
        made, y = [], float(self.HEIGHT)
        for kind in ("ready", "not_ready", "to_come"):
            if high := self.height(getattr(self, kind)):
                y = round(y - high, 1)
                made.append(Part(kind, y, high))
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column. `y` is its upper edge, counted down from the column's top."""

    kind: str
    y: float
    height: float


def columns_of(standings: Iterable[Standing], today: dt.date) -> tuple[Column, ...]:
    """The chart's five columns; none where nobody has a step that counts.

    Says what the strips (`days_of`) say, without making one for each of 50,000 starters.
    """
    alike: Counter[tuple[tuple[dt.date, ...], dt.date, Spell]] = Counter()
    for standing in standings:
        starter = standing.starter
        if steps := [s for s in starter.steps if s.week_one]:
            days = five_days(starter.start_date, starter.host.country)
            alike[days, starter.seen_on(today), spell_of(steps)] += 1
    total = alike.total()
    columns = []
    for n in range(FIVE) if total else ():
        dates = {days[n] for days, _, _ in alike}
        label = day_words(dates.pop()) if len(dates) == 1 else f"Day {n + 1}"
        to_come = sum(count for (days, seen, _), count in alike.items() if days[n] > seen)
        ready = sum(count for (days, seen, spell), count in alike.items() if spell.ready(days[n], seen))
        columns.append(Column(label, ready, total - ready - to_come, to_come))
    return tuple(columns)


class Spell(NamedTuple):
    """When everything of week 1 was done: `now`; and on the days before, from one day on until another, if ever."""

    now: bool
    since: dt.date | None
    until: dt.date | None

    def ready(self, day: dt.date, seen: dt.date) -> bool:
        """Was it, by the end of that day, as seen on that other one?"""
        if day >= seen:
            return day == seen and self.now
        return self.since is not None and self.since <= day and (self.until is None or day < self.until)


def spell_of(steps: Sequence[StepNow]) -> Spell:
    now, last, stuck = True, None, None
    for step in steps:
        met = step.state in MET
        now = now and met
        if step.done_at is None or not (met or step.state == "blocked"):
            return Spell(all(s.state in MET for s in steps), None, None)
        last = step.done_at if last is None else max(last, step.done_at)
        if not met:
            stuck = step.since if stuck is None else min(stuck, step.since)
    return Spell(now, local_day(last) if last else None, local_day(stuck) if stuck else None)


def columns_words(columns: Sequence[Column]) -> str:
    """The chart in one sentence.

    >>> columns_words([Column("Mon 3 August", 1, 2, 0), Column("Tue 4 August", 0, 0, 3)])
    'Ready by the end of the day, of 3 starters: 1 on Mon 3 August. Tue 4 August is to come.'
    """
    been = [c for c in columns if c.been]
    ahead = [c.label for c in columns if not c.been]
    said = f"Ready by the end of the day, of {count_words(columns[0].total, 'starter')}: " if been else ""
    said += f"{list_words([f'{c.ready:,} on {c.label}' for c in been])}. " if been else ""
    said += f"{list_words(ahead)} {'is' if len(ahead) == 1 else 'are'} to come." if ahead else ""
    return said.strip()
