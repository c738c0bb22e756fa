"""The week-1 report's arithmetic: who is ready, what is missing, whose move it is since when.

Pure: no Django, no clock, no database. A starter is ready when every week-1 step that is there is met. What is
missing waits for its causes, so each missing step is counted with those who can act now, never with whoever
merely comes after them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onboarding.wording import local_day
from onboarding.working_days import Country
from steps.outlook import Outlook, still_holding

MET = frozenset({"done", "recheck", "not_applicable"})
COUNTED = frozenset({"expected", "started"})  # of a placement; the others leave the count, with their reason
WEEK = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)


@dataclass(slots=True)  # not frozen, though nobody changes one: 300,000 of them are made in a third of the time
class StepNow:
    """A step's settled verdict, as far as the report reads it. `because`: the keys of its causes, with owners.

    `blocker`, `more` and `owner_more`: what clearing it would add to the chance, as the forecast had it (`StepGain`).
    """

    key: str
    state: str
    week_one: bool
    owner_function: str
    owner_org_id: int | None
    since: dt.datetime
    limited: bool = False
    issued: bool = False
    upgrade: bool = False
    actionable: bool = False
    parked: bool = False
    due_from: dt.date | None = None
    says_works_at: dt.datetime | None = None
    unlock_count: int = 0
    done_at: dt.datetime | None = None
    because: tuple[tuple[str, str, str | None], ...] = ()
    blocker: str = ""
    more: float = 0.0
    owner_more: float = 0.0

    def acting(self, today: dt.date) -> bool:
        """Somebody must act on it now."""
        return self.actionable and (self.state != "ready" or self.due_from is None or self.due_from <= today)

    def lacks(self, today: dt.date) -> bool:
        """It counts for week 1, and it is not met. A payslip does not lack before it is due, nor while nobody knows
        when that is (such a step is ready, and yet nobody's to act on)."""
        early = self.due_from is not None and self.due_from > today
        unknown = self.state == "ready" and not self.actionable
        return self.week_one and self.state not in MET and not early and not unknown


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    ods_code: str
    name: str
    country: Country = "england"


@dataclass(frozen=True, slots=True)
class Starter:
    """A placement that starts in the reported days, with its week-1 steps and those somebody must act on."""

    ref: str
    name: str
    start_date: dt.date
    status: str
    status_reason: str
    role: str
    department: str
    employer: Place
    host: Place
    manager_id: int | None
    week_one_by: dt.date | None
    pathway: str
    steps: tuple[StepNow, ...]
    outlook: Outlook | None = None
    kept_at: dt.datetime | None = None  # the moment that all this describes; None: now
    moved_to: dt.date | None = None  # the start instead, of one who left the week for another

    def seen_on(self, today: dt.date) -> dt.date:
        """The day that the steps describe: today, or the day on which this was kept."""
        return local_day(self.kept_at) if self.kept_at else today

    def place(self, organisation_id: int | None) -> Place | None:
        return next((p for p in (self.host, self.employer) if p.id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that somebody must act on before week 1 is complete. `place` is None for the newcomer."""

    step: str
    state: str
    function: str
    place: Place | None
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one starter stands. `outlook`: of somebody who is not ready, a forecast that still holds."""

    starter: Starter
    ready: bool
    missing: tuple[str, ...]
    recheck: tuple[str, ...]
    waiting_for: tuple[Waiting, ...]
    outlook: Outlook | None = None

    @property
    def likely_in_time(self) -> bool:
        """Not ready, and as likely as not to be by the end of week 1."""
        likely, by = self.outlook.likely if self.outlook else None, self.starter.week_one_by
        return likely is not None and by is not None and likely <= by

    @property
    def kind(self) -> str:
        """Which part of the bar: ready; stuck; the newcomer's own move and nobody else's; or with a team."""
        if self.ready:
            return "ready"
        if any(w.state == "blocked" for w in self.waiting_for):
            return "stuck"
        if self.waiting_for and all(w.function == "newcomer" for w in self.waiting_for):
            return "newcomer"
        return "team"


@dataclass(frozen=True, slots=True)
class Held:
    """What one owner holds: how many newcomers wait for it, with how many steps."""

    function: str
    place: Place | None
    newcomers: int
    steps: int


@dataclass(frozen=True, slots=True)
class Report:
    """`standings`: those who count, who is not ready first. `gone`: those who left the count. `unmarked`: counted,
    but their pathway marks no step for week 1, so nothing can be missing."""

    standings: tuple[Standing, ...]
    gone: tuple[Starter, ...]
    by_owner: tuple[Held, ...]
    ready: int
    unmarked: int

    @property
    def starters(self) -> int:
        return len(self.standings)

    @property
    def not_ready(self) -> int:
        return self.starters - self.ready

    def kinds(self) -> dict[str, int]:
        counts = dict.fromkeys(("ready", "team", "newcomer", "stuck"), 0)
        for standing in self.standings:
            counts[standing.kind] += 1
        return counts


def monday_of(day: dt.date) -> dt.date:
    return day - DAY * day.weekday()


def standing_of(starter: Starter, today: dt.date) -> Standing:
    """Where the starter stands today; one that was kept, where they stood then."""
    today = starter.seen_on(today)
    week_one = [s for s in starter.steps if s.week_one]
    missing = [s for s in week_one if s.lacks(today)]
    return Standing(
        starter=starter,
        ready=not missing,
        missing=tuple(s.key for s in missing),
        recheck=tuple(s.key for s in week_one if s.state == "recheck"),
        waiting_for=waiting_for(starter, missing, today),
        outlook=still_holding(starter.outlook, today) if missing else None,
    )


def waiting_for(starter: Starter, missing: Iterable[StepNow], today: dt.date) -> tuple[Waiting, ...]:
    """Whose move it is, each step once, in pathway order: a missing step's own owner, or those of its causes."""
    rows = {s.key: s for s in starter.steps}
    found: dict[str, Waiting] = {}
    for step in missing:
        if step.acting(today) or not step.because:
            found[step.key] = waiting(starter, step)
            continue
        for key, function, side in step.because:
            if key in rows:
                found[key] = waiting(starter, rows[key])
            else:
                place = None if function == "newcomer" else starter.employer if side == "employer" else starter.host
                found[key] = Waiting(key, "ready", function, place, None)
    order = {key: n for n, key in enumerate(rows)}
    return tuple(sorted(found.values(), key=lambda w: order.get(w.step, len(order))))


def waiting(starter: Starter, step: StepNow) -> Waiting:
    return Waiting(step.key, step.state, step.owner_function, starter.place(step.owner_org_id), step.since)


def report_of(starters: Sequence[Starter], today: dt.date) -> Report:
    counted = [s for s in starters if s.status in COUNTED]
    standings = sorted(
        (standing_of(s, today) for s in counted),
        key=lambda s: (s.ready, s.starter.start_date, -len(s.missing), s.starter.name, s.starter.ref),
    )
    return Report(
        standings=tuple(standings),
        gone=tuple(s for s in starters if s.status not in COUNTED),
        by_owner=by_owner(standings),
        ready=sum(s.ready for s in standings),
        unmarked=sum(not any(step.week_one for step in s.steps) for s in counted),
    )


def foreseen_at(report: Report) -> dt.datetime | None:
    """When the forecasts of those who are not ready were made, the oldest of them."""
    return min((s.outlook.at for s in report.standings if s.outlook), default=None)


def by_owner(standings: Iterable[Standing]) -> tuple[Held, ...]:
    """Who holds most first, counted in newcomers."""
    people: dict[tuple[str, Place | None], set[str]] = defaultdict(set)
    steps: dict[tuple[str, Place | None], int] = defaultdict(int)
    for standing in standings:
        for one in standing.waiting_for:
            people[one.function, one.place].add(standing.starter.ref)
            steps[one.function, one.place] += 1
    held = [Held(function, place, len(refs), steps[function, place]) for (function, place), refs in people.items()]
    return tuple(sorted(held, key=lambda h: (-h.newcomers, -h.steps, h.function, h.place.ods_code if h.place else "")))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar. `x` and `width` in the drawing's units; `shows`: the number fits on it."""

    kind: str
    count: int
    x: float
    width: float
    shows: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def bar(counts: dict[str, int], width: int = 600, room: int = 30) -> tuple[Segment, ...]:
    """The counts side by side over the whole width; what is there at all is at least a few units wide."""
    total = sum(counts.values())
    if not total:
        return ()
    least = width / 60
    there = {kind: max(width * n / total, least) for kind, n in counts.items() if n}
    scale = width / sum(there.values())
    segments, x = [], 0.0
    for kind, wide in there.items():
        wide = wide * scale
        segments.append(Segment(kind, counts[kind], round(x, 1), round(wide, 1), wide >= room))
        x += wide
    return tuple(segments)
