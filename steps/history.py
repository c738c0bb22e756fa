"""What the facts tell of how long each step waited, for whom and why.

Pure: no Django, no clock, no database. The facts are played again, one instant after the other, and the verdicts
before and after each are compared. What was taken back never happened.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from onboarding.wording import UK
from steps.pathway import Pathway
from steps.resolver import Fact, Verdict, resolve
from steps.resolver.facts import standing_facts

UNMET = frozenset({"ready", "blocked"})
TO_DO, CONFIRM, STUCK = "to_do", "confirm", "stuck"
Holding = tuple[str, str | None, str, str]  # function, side, kind, symptom


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a step lay with one owner for one reason; `ended` None: it still does.

    `kind`: to_do (it could be done), confirm (the newcomer was asked whether it works), stuck (a blocker was open, of
    this `symptom` if one was named). `side` is None for the newcomer.
    """

    step: str
    function: str
    side: str | None
    kind: str
    symptom: str
    began: dt.datetime
    ended: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A step from when nothing was before it until it was done. `finished` False: it is open still, or (`ended` known)
    it ceased to wait without being done: something before it came up again, or it was waived."""

    step: str
    began: dt.datetime
    ended: dt.datetime | None
    finished: bool


@dataclass(frozen=True, slots=True)
class History:
    """`ready_at`: when everything of week 1 was met for the first time."""

    waits: tuple[Wait, ...]
    stretches: tuple[Stretch, ...]
    ready_at: dt.datetime | None


def history_of(
    pathway: Pathway,
    newcomer: Mapping[str, Any],
    facts: Iterable[Fact],
    *,
    arrived_at: dt.datetime,
    symptoms: Mapping[str, str],
    until: dt.datetime | None = None,
) -> History:
    """Play the facts again. `symptoms`: id of a `blocked` fact -> its symptom. `until`: what is open then ends there
    unfinished, for a placement that goes on no more."""
    kept = sorted(standing_facts(facts), key=lambda fact: fact.at)
    past = _Past(pathway, symptoms)
    known = [fact for fact in kept if fact.at <= arrived_at]
    past.see(arrived_at, resolve(pathway, newcomer, known, today=None).steps)
    for at, together in groupby((fact for fact in kept if fact.at > arrived_at), key=lambda fact: fact.at):
        known += together
        past.see(at, resolve(pathway, newcomer, known, today=None).steps)
    return past.told(until)


class _Past:
    """What is open so far, and what is over."""

    def __init__(self, pathway: Pathway, symptoms: Mapping[str, str]) -> None:
        self.week_one = {step.key for step in pathway.steps if step.week_one}
        self.symptoms = symptoms
        self.waiting: dict[str, dt.datetime] = {}
        self.lying: dict[str, tuple[Holding, dt.datetime]] = {}
        self.waits: list[Wait] = []
        self.stretches: list[Stretch] = []
        self.ready_at: dt.datetime | None = None

    def see(self, at: dt.datetime, verdicts: Sequence[Verdict]) -> None:
        """Take in how things stand from an instant on."""
        missing = False
        for verdict in verdicts:
            key = verdict.key
            open_now = verdict.state in UNMET and not verdict.parked and verdict.actionable
            missing |= key in self.week_one and verdict.state in ("ready", "blocked", "locked")
            began = max(at, _morning(verdict.act_from)) if verdict.act_from else at
            if open_now and key not in self.waiting:
                self.waiting[key] = began
            elif not open_now and key in self.waiting:
                self._over(key, at, finished=verdict.state in ("done", "recheck"))
            self._lie(key, self._holding(verdict) if open_now else None, began if open_now else at)
        if not missing and self.ready_at is None:
            self.ready_at = at

    def _over(self, key: str, at: dt.datetime, *, finished: bool) -> None:
        began = self.waiting.pop(key)
        self.waits.append(Wait(key, min(began, at), at, finished))

    def _holding(self, verdict: Verdict) -> Holding:
        function, side = verdict.owner
        if verdict.state == "blocked":
            fact = verdict.blockers[0].by_fact if verdict.blockers else None
            return function, side, STUCK, self.symptoms.get(fact or "", "")
        return function, side, CONFIRM if verdict.issued else TO_DO, ""

    def _lie(self, key: str, holding: Holding | None, at: dt.datetime) -> None:
        before = self.lying.get(key)
        if before is not None and before[0] != holding:
            del self.lying[key]
            self._kept(key, before, at)
            before = None
        if before is None and holding is not None:
            self.lying[key] = holding, at

    def _kept(self, key: str, lay: tuple[Holding, dt.datetime], ended: dt.datetime | None) -> None:
        holding, began = lay
        if ended is None or ended > began:
            self.stretches.append(Stretch(key, *holding, began, ended))

    def told(self, until: dt.datetime | None) -> History:
        """Answer the whole, with what is open."""
        for key, began in self.waiting.items():
            if until is None or until > began:
                self.waits.append(Wait(key, began, until, finished=False))
        for key, lay in self.lying.items():
            self._kept(key, lay, until)
        return History(tuple(self.waits), tuple(self.stretches), self.ready_at)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), UK)
