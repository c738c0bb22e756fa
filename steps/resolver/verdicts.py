"""Facts in, verdicts out: what everybody reads, with the names of steps and the instants at which states began."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from onboarding.working_days import Country, fifth_working_day
from steps.pathway import Pathway, due_from

from .facts import Event, Fact, OpenBlocker, Owner, Standing, event, stand, standing_facts
from .judging import Judgement, judge, situation
from .plan import NOT_APPLICABLE, Outcome, Plan, bits, plan_of


class Cause(NamedTuple):
    """An unmet step upstream that somebody can act on now, with who that is."""

    step: str
    state: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one step, and why. Lists of keys are in pathway order.

    `since` is when the present state began as far as facts tell, None for: since arrival. `actionable` is what
    somebody must act on, but for the day: a step that is ready counts from its `due_from` on (see `act_from`).
    A step that is not applicable has its `key`, `state`, `since` and its usual `owner`; the rest is empty.
    """

    key: str
    state: str
    owner: Owner
    issued: bool
    parked: bool
    waiting_on: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...]
    because: tuple[Cause, ...]
    recheck_because: tuple[str, ...]
    limited: bool
    better_after: tuple[str, ...]
    upgrade: bool
    due_from: date | None
    unlocks: tuple[str, ...]
    actionable: bool
    since: datetime | None
    done_at: datetime | None
    issued_at: datetime | None
    full: bool | None
    blockers: tuple[OpenBlocker, ...]

    @property
    def act_from(self) -> date | None:
        """Answer from which day an actionable step is a task; None for: now."""
        return self.due_from if self.state == "ready" else None


@dataclass(frozen=True, slots=True)
class WeekOne:
    """Where a placement stands with week 1, which ends on the day `by`. `ready` when nothing is missing."""

    by: date
    ready: bool
    missing: tuple[str, ...]
    recheck: tuple[str, ...]


class Resolution:
    """A newcomer's verdicts in pathway order, and what follows from them on a day."""

    def __init__(
        self, plan: Plan, judgement: Judgement, steps: tuple[Verdict, ...], country: Country, today: date | None
    ) -> None:
        self.steps = steps
        self.country = country
        self.today = today
        self._plan = plan
        self._judgement = judgement

    def __getitem__(self, key: str) -> Verdict:
        return self.steps[self._plan.number[key]]

    def _not_due(self, day_asked: date | None) -> int:
        """Answer the steps with a `due` whose day has not come by then, or is not known."""
        today = day_asked or self.today
        early = 0
        for i in bits(self._plan.dues):
            day = self.steps[i].due_from
            if day is None or today is None or today < day:
                early |= 1 << i
        return early

    def act_now(self, today: date | None = None) -> tuple[str, ...]:
        """Answer what is ready and due on that day, blocked and not parked, on recheck, or to upgrade.

        Without a day here and in `resolve`, a step that has a `due` is not due.
        """
        return self._plan.names(self._judgement.to_act | self._judgement.ready & ~self._not_due(today))

    def week_one(self, start_date: date, today: date | None = None) -> WeekOne:
        """Answer how far week 1 is on that day, for somebody who starts on `start_date`."""
        week_one = self._plan.week_one
        missing = self._judgement.unmet & week_one & ~self._not_due(today)
        return WeekOne(
            by=fifth_working_day(start_date, self.country),
            ready=not missing,
            missing=self._plan.names(missing),
            recheck=self._plan.names(self._judgement.on_recheck & week_one),
        )


def resolve(
    pathway: Pathway, newcomer: Mapping[str, Any], facts: Iterable[Fact], *, today: date | None = None
) -> Resolution:
    """Answer the verdict of every step of the pathway for a newcomer to whom these facts happened.

    `newcomer` has the attributes that the pathway asks for (KeyError for one that is lacking) and may have `payday`
    (a date or None), `country`, which is the pathway's if left out, and `calendar`, where working days are counted
    by an organisation's own. Facts may come in any order; those about
    steps that the pathway does not have are passed over, so that a newer version can be tried on old facts. No fact
    is hidden by `today`, which only says what is due.
    """
    plan = plan_of(pathway)
    country = newcomer.get("calendar") or newcomer.get("country") or pathway.country
    standings = standings_of(plan, facts)
    now = situation(plan, plan.applicable(newcomer), standings)
    judgement = judge(plan, now)
    since = _Since(plan, now.present, judgement, standings)
    payday = newcomer.get("payday")
    steps = tuple(
        _verdict(plan, i, outcome, judgement, standings[i], since.of(i), payday, country)
        for i, outcome in enumerate(judgement.outcomes)
    )
    return Resolution(plan, judgement, steps, country, today)


def standings_of(plan: Plan, facts: Iterable[Fact]) -> list[Standing | None]:
    """Answer what each step's own facts make of it, None where there are none."""
    events: list[list[Event] | None] = [None] * plan.size
    for fact in standing_facts(facts):
        i = plan.number.get(fact.step)
        if i is None:
            continue
        mine = events[i]
        if mine is None:
            events[i] = [event(fact)]
        else:
            mine.append(event(fact))
    return [stand(mine, step) if mine else None for mine, step in zip(events, plan.steps, strict=True)]


def _verdict(
    plan: Plan,
    i: int,
    outcome: Outcome,
    judgement: Judgement,
    standing: Standing | None,
    since: datetime | None,
    payday: date | None,
    country: Country,
) -> Verdict:
    gone = outcome.state == NOT_APPLICABLE
    due = None if gone else due_from(plan.steps[i], payday, country)
    ready = outcome.state == "ready" and not (plan.steps[i].due and due is None)
    stands = standing if standing is not None and not gone else Standing()
    done_at = stands.done_at if stands.done else None
    return Verdict(
        key=plan.keys[i],
        state=outcome.state,
        owner=outcome.owner,
        issued=outcome.issued,
        parked=outcome.parked,
        waiting_on=plan.names(outcome.waiting_on),
        any_of=tuple(plan.names(group) for group in outcome.any_of),
        because=causes(plan, outcome, judgement),
        recheck_because=plan.names(outcome.recheck_because),
        limited=outcome.limited,
        better_after=plan.names(outcome.better_after),
        upgrade=outcome.upgrade,
        due_from=due,
        unlocks=plan.names(outcome.unlocks),
        actionable=ready or bool(judgement.to_act >> i & 1),
        since=since,
        done_at=done_at,
        issued_at=stands.issued_at,
        full=None if done_at is None else (None, False, True)[stands.full],
        blockers=tuple(stands.blockers.values()),
    )


def causes(plan: Plan, outcome: Outcome, judgement: Judgement) -> tuple[Cause, ...]:
    """Answer the causes of an outcome with their states and owners."""
    found = ((plan.keys[j], judgement.outcomes[j]) for j in bits(outcome.because))
    return tuple(Cause(key, cause.state, cause.owner) for key, cause in found)


class _Since:
    """When each step's present state began, worked out from facts alone.

    A step is ready from when the last thing that held it was gone, and locked from when the first thing that holds
    it now was there; neither is before the step itself was last reopened or its last blocker cleared.
    """

    def __init__(self, plan: Plan, present: int, judgement: Judgement, standings: Sequence[Standing | None]) -> None:
        self.graph = plan.graph(present)
        self.plan = plan
        self.present = present
        self.judgement = judgement
        self.standings = standings

    def of(self, i: int) -> datetime | None:
        outcome, standing = self.judgement.outcomes[i], self.standings[i]
        if outcome.state == NOT_APPLICABLE:
            return standing.waived_at if standing else None
        if outcome.state == "blocked" and standing:
            return next(iter(standing.blockers.values())).since
        if outcome.state == "recheck" and standing and standing.done_at:
            return self._stirred(i, outcome.recheck_because, standing.done_at)
        if outcome.state == "done" and standing:
            return standing.done_at
        if outcome.state == "locked":
            return _later(_own(standing), self._held_since(outcome))
        return _later(_own(standing), *self._freed(i))

    def _stirred(self, i: int, because: int, done_at: datetime) -> datetime | None:
        watches, standing = self.plan.watches[i], self.standings[i]
        questioned = standing.questioned_at if standing else None
        stirs = (
            at
            for j in bits(because & ~(1 << i))
            for at, fields in (self.standings[j] or Standing()).stirs
            if at > done_at and (fields is None or watches is None or not fields or watches & set(fields))
        )
        return min([*stirs, *([questioned] if questioned else [])], default=None)

    def _held_since(self, outcome: Outcome) -> datetime | None:
        """Answer the earliest instant from which something now unmet has been unmet; None for: since arrival."""
        instants = [self._unmet_since(j) for j in bits(outcome.waiting_on)]
        known = [at for at in instants if at is not None]
        return min(known) if len(known) == len(instants) else None

    def _unmet_since(self, j: int) -> datetime | None:
        standing = self.standings[j]
        if standing is None:
            return None
        if standing.done and standing.blockers:
            return next(iter(standing.blockers.values())).since
        ended = [at for at, to in standing.turns if not to]
        return ended[-1] if ended and any(to for _, to in standing.turns) else None

    def _freed(self, i: int) -> list[datetime | None]:
        """Answer when each thing that the step came after was met, steps that were waived included."""
        freed = [self._met_since(j) for j in bits(self.graph.hard[i])]
        for group in self.graph.groups[i]:
            met = [self._met_since(j) for j in bits(group & ~self.judgement.unmet)]
            freed.append(min((at for at in met if at is not None), default=None))
        waived = bits(self.plan.after[i] & ~self.present)
        freed += [standing.waived_at for standing in map(self.standings.__getitem__, waived) if standing]
        return freed

    def _met_since(self, j: int) -> datetime | None:
        standing = self.standings[j]
        return _later(standing.done_at, standing.freed_at) if standing else None


def _own(standing: Standing | None) -> datetime | None:
    """Answer when the step itself last stopped being done, waived or blocked."""
    if standing is None:
        return None
    ended = standing.turns[-1][0] if standing.turns and not standing.turns[-1][1] else None
    return _later(ended, standing.freed_at)


def _later(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)
