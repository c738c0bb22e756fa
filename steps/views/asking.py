"""One step of one newcomer as a member of staff asks about it: everything the verbs' pages and forms need."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.wording import capital, list_words
from onboarding.words import Function
from steps.models import Fact, PlacementStep
from steps.pathway import Check, Pathway, Step
from steps.presenting import StepView, present
from steps.selectors.pathways import pathway_for
from steps.selectors.placements import facts_of, steps_of
from steps.services.locking import applicable_checks
from steps.services.recording import Outcome
from steps.telling import chases_of
from steps.views.newcomers import found, staff
from steps.words import team_words


@dataclass(frozen=True, slots=True)
class Asked:
    """`blocker` is the open blocker that the address names, with the verbs that act on one."""

    actor: Actor
    placement: Placement
    rows: Mapping[str, PlacementStep]
    facts: Sequence[Fact]
    pathway: Pathway
    key: str
    today: dt.date
    at: dt.datetime
    blocker: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> PlacementStep:
        return self.rows[self.key]

    @property
    def step(self) -> Step:
        return self.pathway.step(self.key)

    @property
    def name(self) -> str:
        return self.placement.newcomer.name

    @property
    def ref(self) -> uuid.UUID:
        return self.placement.ref

    def views(self) -> list[StepView]:
        return present(
            self.placement,
            self.rows.values(),
            self.pathway,
            actor=self.actor,
            today=self.today,
            facts=self.facts,
            chases=chases_of(self.placement),
        )

    def checks(self, *who: str) -> list[Check]:
        return [c for c in applicable_checks(self.step, self.placement) if c.by in who]

    def owner(self, function: str, side: str | None) -> str:
        """An owner inside a sentence."""
        if function == Function.NEWCOMER:
            return self.name
        return team_words(function, (self.placement.employer if side == "employer" else self.placement.host).name)


def asked(request: HttpRequest, ref: uuid.UUID, key: str) -> Asked:
    """The step that the address names, or 404. Three queries: placement, steps, facts."""
    actor = staff(request)
    placement = found(actor, ref)
    rows = {row.key: row for row in steps_of(placement)}
    pathway = pathway_for(placement)
    if key not in rows or key not in pathway.keys:
        raise Http404
    now = timezone.now()
    return Asked(actor, placement, rows, facts_of(placement), pathway, key, timezone.localdate(now), now)


def who_has_it(asked: Asked, outcome: Outcome) -> str:
    """After a press: who has the step now, and which steps are open now that were not."""
    row = outcome.row
    if not outcome.written:
        return "That was so already, so nothing was changed."
    said = []
    if row.actionable and not row.upgrade:
        said.append(f"{capital(owner_of(asked, row))} has it now.")
    shorts = {s.key: s.short for s in asked.pathway.steps}
    opened = [r for r in outcome.changed if r.key != row.key and r.actionable and r.state == "ready"]
    if opened:
        said.append(f"Open now: {list_words([f'{shorts[r.key]} ({owner_of(asked, r)})' for r in opened])}.")
    again = [shorts[r.key] for r in outcome.changed if r.key != row.key and r.state == "recheck"]
    if again:
        said.append(f"To be checked again: {list_words(again)}.")
    return " ".join(said)


def owner_of(asked: Asked, row: PlacementStep) -> str:
    return asked.owner(row.owner_function, row.owner_side)
