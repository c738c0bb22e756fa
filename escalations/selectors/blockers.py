"""The only door to a blocker: by its reference, for whoever may read it. Anybody else is told that there is none."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from escalations import policies
from escalations.cases import symptom_in
from onboarding.actors import Actor
from onboarding.models import Placement
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind
from steps.pathway import Pathway, Step, Symptom
from steps.selectors.pathways import pathway_of
from steps.selectors.placements import facts_of, steps_of, visible_placements, with_people

# what ends a blocker: its own `cleared`, or a `done` or `waived` of the step, which closes every blocker
ENDINGS = (FactKind.CLEARED, FactKind.DONE, FactKind.WAIVED)


@dataclass(frozen=True)
class Blocker:
    """One blocker with all that its pages show. `open` is its entry in the settled row, None once it is cleared.

    `facts` are those that raised it, handed it over and cleared it, oldest first; `ended` is the one that ended it.
    """

    reference: str
    placement: Placement
    pathway: Pathway
    row: PlacementStep
    rows: list[PlacementStep]
    facts: list[Fact]
    ended: Fact | None

    @cached_property
    def open(self) -> dict[str, Any] | None:
        return next((b for b in self.row.reasons["blockers"] if b["id"] == self.reference), None)

    @cached_property
    def step(self) -> Step:
        return self.pathway.step(self.row.key)

    @property
    def raised(self) -> Fact:
        return self.facts[0]

    @cached_property
    def symptom(self) -> Symptom | None:
        return symptom_in(self.pathway, self.raised.symptom)

    @property
    def title(self) -> str:
        """What is wrong, in the pathway's words; else the first line of what was typed."""
        return self.symptom.says if self.symptom else self.raised.reason.splitlines()[0]


def blocker_for(actor: Actor, reference: str) -> Blocker | None:
    """The blocker of that reference; None where there is none that the actor may read. Three queries."""
    own = Q(newcomer=actor.newcomer_id) if actor.newcomer_id else Q(pk__in=[])
    seen = Q(pk__in=visible_placements(actor).values("pk")) if actor.grants else Q(pk__in=[])
    raised = Fact.objects.filter(kind=FactKind.BLOCKED, blocker=reference).exclude(blocker="")
    placement = with_people(Placement.objects.filter(own | seen, pk__in=raised.values("placement"))).first()
    if placement is None:
        return None
    rows = steps_of(placement)
    standing = standing_facts(facts_of(placement))
    facts = [f for f in standing if f.blocker == reference]
    row = next((r for r in rows if facts and r.key == facts[0].step), None)
    pathway = pathway_of(placement.chain.pathway)
    if row is None or not policies.can_read_blocker(actor, row, pathway.step(row.key), facts):
        return None
    of_step = [f for f in standing if f.step == row.key]
    found = Blocker(reference, placement, pathway, row, rows, facts, ending(of_step, reference))
    return found if found.open or found.ended else None


def standing_facts(facts: list[Fact]) -> list[Fact]:
    taken_back = {f.of_id for f in facts if f.of_id}
    return [f for f in facts if f.pk not in taken_back and f.kind != FactKind.RETRACTED]


def ending(facts: list[Fact], reference: str) -> Fact | None:
    """The fact that ended the blocker, of its step's facts, oldest first; None while it is open."""
    found: Fact | None = None
    for fact in facts:
        if fact.kind == FactKind.BLOCKED and fact.blocker == reference:
            found = None
        elif found is None and fact.kind in ENDINGS and fact.blocker in ("", reference):
            found = fact
    return found
