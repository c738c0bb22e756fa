"""Verdicts of a whole changeover. Newcomers in the same situation have the same verdicts, which are made once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

from onboarding.working_days import add_working_days
from steps.pathway import Pathway

from .facts import Fact, Owner, owner_of
from .judging import Holders, Judgement, Situation, judge, situation
from .plan import Outcome, Plan, bits, plan_of
from .recent import Recent
from .verdicts import Cause, standings_of

_MOST_SITUATIONS: Final = 32_768  # some 3 kB each

Due = tuple[date | None, str] | None  # the payday and the country, where the pathway has a `due`


class Brief(NamedTuple):
    """A step's verdict without the instants, which are each newcomer's own. Fields as in `Verdict`."""

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


class Briefs(NamedTuple):
    """One newcomer's verdicts in pathway order, what to act on that day, and how week 1 stands."""

    steps: tuple[Brief, ...]
    act_now: tuple[str, ...]
    missing: tuple[str, ...]
    recheck: tuple[str, ...]


class _Context:
    """What newcomers share who have the same attributes and payday, with the briefs of their situations so far."""

    __slots__ = ("applicable", "briefs", "due")

    def __init__(self, applicable: int, due: Due) -> None:
        self.applicable = applicable
        self.due = due
        self.briefs: dict[object, Briefs] = {}


class Many:
    """Resolves newcomers on one pathway, as of one day, each as `resolve` would; keeps what comes up again."""

    def __init__(self, pathway: Pathway, *, today: date) -> None:
        self.plan: Plan = plan_of(pathway)
        self.today = today
        self._bit = {key: 1 << i for i, key in enumerate(self.plan.keys)}
        self._prefers = [
            (1 << i, [1 << j for j in bits(better)]) for i, better in enumerate(self.plan.better) if better
        ]
        self._choosy = sum(bit for bit, _ in self._prefers)
        self._ask: Final = itemgetter(*self.plan.asked, "payday", "country")
        self._contexts: dict[object, _Context] = {}
        self._kept = 0
        self._undated: Recent[Situation, tuple[Judgement, tuple[Brief, ...]]] = Recent(_MOST_SITUATIONS)
        self._said: Recent[tuple[int, Outcome, tuple[Cause, ...]], Brief] = Recent(_MOST_SITUATIONS)
        self._finished = [_as_brief(self.plan, i, outcome, ()) for i, outcome in enumerate(self.plan.finished)]
        self._owners: dict[tuple[int, str, str | None], Owner] = {}

    def resolve(self, newcomer: Mapping[str, Any], facts: Sequence[Fact]) -> Briefs:
        """Answer one newcomer's verdicts. `newcomer` as for `resolve`.

        The common case, on a step one done and one blocked at most, and issued, is read in one pass and without
        objects on the way, since this is where all of the time goes.
        """
        try:
            context = self._contexts[self._ask(newcomer)]
        except KeyError:
            context = self._context(newcomer)
        bit_of = self._bit
        done = 0
        done_at: dict[int, datetime] = {}
        issues: list[tuple[int, datetime]] = []
        blocks: list[tuple[int, Fact]] = []
        fulls: list[tuple[int, bool]] = []
        for fact in facts:
            kind = fact.kind
            bit = bit_of.get(fact.step, 0)
            if kind == "done" and not done & bit:
                done |= bit
                done_at[bit] = fact.at
                if fact.full is not None:
                    fulls.append((bit, fact.full))
            elif kind == "issued":
                issues.append((bit, fact.at))
            elif kind == "blocked":
                blocks.append((bit, fact))
            else:
                return self._any_situation(context, facts)
        issued = 0
        for bit, at in issues:
            if not done & bit or at > done_at[bit]:  # at one instant the done comes last
                issued |= bit
        if blocks:
            if len({bit for bit, _ in blocks}) < len(blocks):
                return self._any_situation(context, facts)
            return self._with_blockers(context, done, issued, done_at, blocks, fulls)
        limited = self._limited(context.applicable, done, done_at, fulls) if done & self._choosy or fulls else 0
        size = self.plan.size
        key = (done << size | issued) << size | limited
        briefs = context.briefs.get(key)
        if briefs is None:
            there = context.applicable
            now = Situation(there, done & there, 0, 0, issued & there, limited & there, (), ())
            briefs = self._keep(context, key, now)
        return briefs

    def _context(self, newcomer: Mapping[str, Any]) -> _Context:
        """Answer the context of somebody whose payday or country may be left out."""
        payday, country = newcomer.get("payday"), newcomer.get("country") or self.plan.pathway.country
        context = _Context(self.plan.applicable(newcomer), (payday, country) if self.plan.dues else None)
        asked = (*[newcomer[attribute] for attribute in self.plan.asked], payday, country)
        return self._contexts.setdefault(asked, context)

    def _keep(self, context: _Context, key: object, now: Situation) -> Briefs:
        self._kept += 1
        if self._kept > _MOST_SITUATIONS:
            self._kept = 0
            self._contexts.clear()
        briefs = context.briefs[key] = self._brief(now, context.due)
        return briefs

    def _any_situation(self, context: _Context, facts: Sequence[Fact]) -> Briefs:
        now = situation(self.plan, context.applicable, standings_of(self.plan, facts))
        return context.briefs.get(now) or self._keep(context, now, now)

    def _with_blockers(
        self,
        context: _Context,
        done: int,
        issued: int,
        done_at: Mapping[int, datetime],
        blocks: list[tuple[int, Fact]],
        fulls: list[tuple[int, bool]],
    ) -> Briefs:
        there = context.applicable
        blocked, independent, holders = self._open_blockers(there, done_at, blocks)
        limited = self._limited(there, done & there & ~blocked, done_at, fulls)
        now = Situation(there, done & there, blocked, independent, issued & there, limited, (), holders)
        return context.briefs.get(now) or self._keep(context, now, now)

    def _open_blockers(
        self, applicable: int, done_at: Mapping[int, datetime], blocks: list[tuple[int, Fact]]
    ) -> tuple[int, int, tuple[tuple[int, Holders], ...]]:
        blocked = independent = 0
        holders = []
        for bit, fact in blocks:
            finished = done_at.get(bit)
            if not bit & applicable or (finished is not None and fact.at < finished):
                continue  # at one instant the done comes first and closes nothing
            blocked |= bit
            if fact.independent:
                independent |= bit
            named = (bit, fact.owner, fact.side)
            owner = self._owners.get(named)
            if owner is None:
                owner = self._owners[named] = owner_of(self.plan.steps[bit.bit_length() - 1], fact.owner, fact.side)
            holders.append((bit.bit_length() - 1, (owner, owner)))
        return blocked, independent, tuple(sorted(holders)) if len(holders) > 1 else tuple(holders)

    def _limited(
        self, applicable: int, done: int, done_at: Mapping[int, datetime], fulls: list[tuple[int, bool]]
    ) -> int:
        limited = 0
        for bit, preferred in self._prefers:
            if done & bit:
                at = done_at[bit]
                for upstream in preferred:
                    if applicable & upstream and (upstream not in done_at or done_at[upstream] > at):
                        limited |= bit
                        break
        for bit, full in fulls:
            limited = limited & ~bit if full else limited | (bit & done)
        return limited

    def _brief(self, now: Situation, due: Due) -> Briefs:
        plan = self.plan
        undated = self._undated.get(now)
        if undated is None:
            undated = self._undated.put(now, self._without_dates(judge(plan, now)))
        judged, steps = undated
        early = 0
        for i in bits(plan.dues & now.present):
            wanted = plan.steps[i].due
            if due is None or due[0] is None or wanted is None:
                early |= 1 << i
                continue
            day = add_working_days(due[0], wanted.working_days, due[1])
            if self.today < day:
                early |= 1 << i
            steps = (*steps[:i], steps[i]._replace(due_from=day), *steps[i + 1 :])
        return Briefs(
            steps=steps,
            act_now=plan.names(judged.to_act | judged.ready & ~early),
            missing=plan.names(judged.unmet & plan.week_one & ~early),
            recheck=plan.names(judged.on_recheck & plan.week_one),
        )

    def _without_dates(self, judged: Judgement) -> tuple[Judgement, tuple[Brief, ...]]:
        steps = []
        for i, outcome in enumerate(judged.outcomes):
            if outcome is self.plan.finished[i]:
                steps.append(self._finished[i])
                continue
            causes = tuple([Cause(self.plan.keys[j], *judged.outcomes[j][:2]) for j in bits(outcome.because)])
            said = (i, outcome, causes)
            brief = self._said.get(said)
            steps.append(self._said.put(said, _as_brief(self.plan, *said)) if brief is None else brief)
        return judged, tuple(steps)


def _as_brief(plan: Plan, i: int, outcome: Outcome, causes: tuple[Cause, ...]) -> Brief:
    return Brief(
        plan.keys[i],
        outcome.state,
        outcome.owner,
        outcome.issued,
        outcome.parked,
        plan.names(outcome.waiting_on),
        tuple([plan.names(group) for group in outcome.any_of]),
        causes,
        plan.names(outcome.recheck_because),
        outcome.limited,
        plan.names(outcome.better_after),
        outcome.upgrade,
        None,
        plan.names(outcome.unlocks),
    )


def resolve_many(
    pathway: Pathway, newcomers: Iterable[tuple[Mapping[str, Any], Sequence[Fact]]], *, today: date
) -> Iterator[Briefs]:
    """Answer each newcomer's verdicts in turn, in memory that does not grow with their number."""
    many = Many(pathway, today=today)
    for newcomer, facts in newcomers:
        yield many.resolve(newcomer, facts)
