"""A placement held still: its step rows locked, with all that settling needs."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from onboarding.models import Placement
from steps.models import Chain, Fact, PlacementStep
from steps.models.chain import FactKind
from steps.pathway import Pathway, Step, applies
from steps.selectors.pathways import pathway_for
from steps.services.settling import attributes


class NotThere(Exception):
    """No such placement or step. Whoever may not see one is told the same."""


@dataclass(slots=True)
class Locked:
    """A placement with its chain, its step rows (locked) and its facts, as one transaction sees them."""

    placement: Placement
    chain: Chain
    pathway: Pathway
    rows: dict[str, PlacementStep]
    facts: list[Fact]

    def row(self, key: str) -> PlacementStep:
        if key not in self.rows:
            raise NotThere(key)
        return self.rows[key]

    def definition(self, key: str) -> Step:
        return next(step for step in self.pathway.steps if step.key == key)

    def last_fact(self, key: str) -> Fact | None:
        """The newest fact of a step that stands."""
        taken_back = {f.of_id for f in self.facts if f.of_id}
        own = [f for f in self.facts if f.step == key and f.pk not in taken_back and f.kind != FactKind.RETRACTED]
        return max(own, key=lambda f: (f.at, f.pk), default=None)


def lock(ref: uuid.UUID) -> Locked:
    """Locks the rows of one placement and reads all that settling needs. Two queries."""
    rows = list(
        PlacementStep.objects.select_for_update(of=("self", "placement"))
        .select_related("placement__newcomer", "placement__employer", "placement__host", "placement__chain__pathway")
        .filter(placement__ref=ref)
        .order_by("position")
    )
    if not rows:
        raise NotThere(str(ref))
    placement = rows[0].placement
    for row in rows:
        row.placement = placement
    chain = placement.chain
    facts = list(Fact.objects.filter(placement=placement).order_by("at", "pk"))
    return Locked(placement, chain, pathway_for(placement), {r.key: r for r in rows}, facts)


def checks_missing(locked: Locked, row: PlacementStep, tick: Iterable[str], who: str) -> list[str]:
    """The words of the required checks of `who` ("owner" or "newcomer") that nobody has ticked."""
    ticked = {*row.ticks, *tick}
    return [
        c.says
        for c in applicable_checks(locked.definition(row.key), locked.placement)
        if c.required and c.by == who and c.key not in ticked
    ]


def applicable_checks(step: Step, placement: Placement) -> list[Any]:
    given = attributes(placement)
    return [c for c in step.checks if applies(c.applies, given)]
