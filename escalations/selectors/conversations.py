"""The only door to a conversation: by its reference, for whoever may read it. Anybody else is told that there is none.

Opening one costs the same queries whether two messages were written or two hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from escalations import policies
from escalations.cases import symptom_in
from escalations.history import ending, standing_facts, taken_back
from escalations.models import Escalation, Evidence, Holding, Message, Pack, Status, Visibility
from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.words import TEAM_ROLES, Function, Role
from steps.models import Fact, PlacementStep
from steps.pathway import Pathway, Step, Symptom
from steps.policies import is_newcomer
from steps.selectors.pathways import pathway_for
from steps.selectors.placements import facts_of, steps_of

PAGE = 25
PEOPLE = (
    "placement__newcomer__user",
    "placement__employer",
    "placement__host",
    "placement__manager",
    "placement__chain__pathway",
)


@dataclass(frozen=True)
class Conversation:
    """One blocker with all that was said about it. What the actor may not read is not in it.

    `facts` are those that raised it, handed it over and cleared it, oldest first; `ended` is the one that ended it.
    `row` is its step, None where the pathway has it no more.
    """

    escalation: Escalation
    placement: Placement
    pathway: Pathway
    row: PlacementStep | None
    rows: list[PlacementStep]
    facts: list[Fact]
    ended: Fact | None
    holdings: list[Holding]
    messages: list[Message]
    evidence: list[Evidence]
    packs: list[Pack]

    @property
    def reference(self) -> str:
        return self.escalation.reference

    @cached_property
    def open(self) -> dict[str, Any] | None:
        """Its entry in the settled row, None once it is cleared."""
        if self.row is None:
            return None
        return next((b for b in self.row.reasons["blockers"] if b["id"] == self.reference), None)

    @cached_property
    def step(self) -> Step | None:
        return next((s for s in self.pathway.steps if s.key == self.escalation.step), None)

    @property
    def short(self) -> str:
        return self.step.short if self.step else self.escalation.step.replace("_", " ")

    @cached_property
    def symptom(self) -> Symptom | None:
        return symptom_in(self.pathway, self.escalation.symptom)

    @property
    def title(self) -> str:
        """What is wrong, in the pathway's words; else the first line of what was typed."""
        return self.symptom.says if self.symptom else title_typed(self.facts, self.short)

    @property
    def last_at(self) -> Any:
        return self.escalation.last_at


def title_typed(facts: Sequence[Fact], short: str) -> str:
    first = facts[0].reason.splitlines()[0] if facts and facts[0].reason else ""
    return first.removeprefix("Needs a look: ") or f"{short} is stuck"


def conversation_for(actor: Actor, reference: str) -> Conversation | None:
    """The conversation of that reference; None where there is none that the actor may read. Eight queries."""
    escalation = Escalation.objects.select_related(*PEOPLE).filter(reference=reference).first()
    if escalation is None:
        return None
    placement = escalation.placement
    holdings = list(Holding.objects.filter(escalation=escalation).select_related("org").order_by("pk"))
    if not policies.can_read(actor, placement, escalation, holdings):
        return None
    return opened(escalation, placement, holdings, mine=is_newcomer(actor, placement))


def opened(escalation: Escalation, placement: Placement, holdings: list[Holding], *, mine: bool) -> Conversation:
    rows, every = steps_of(placement), facts_of(placement)
    standing = standing_facts(every)
    of_step = [f for f in standing if f.step == escalation.step]
    said = Message.objects.filter(escalation=escalation).order_by("at", "pk")
    pictures = Evidence.objects.filter(escalation=escalation).select_related("message").order_by("uploaded_at", "pk")
    packs = Pack.objects.filter(escalation=escalation).select_related("owner_org", "mail").order_by("pk")
    return Conversation(
        escalation=escalation,
        placement=placement,
        pathway=pathway_for(placement),
        row=next((r for r in rows if r.key == escalation.step), None),
        rows=rows,
        facts=[f for f in standing if f.blocker == escalation.reference],
        ended=ending(of_step, escalation.reference) or taken_back(every, escalation.reference),
        holdings=holdings,
        messages=list(said.filter(visibility=Visibility.EVERYONE) if mine else said),
        evidence=list(pictures),
        packs=list(packs.prefetch_related("presses")),
    )


def conversations_of(actor: Actor, *, status: str = "", number: int = 1) -> tuple[list[Escalation], bool]:
    """A page of those that the actor may read, open ones first, then by what happened last; is there a next page?
    One query, and none of what was said is read."""
    found: QuerySet[Escalation] = Escalation.objects.filter(readable(actor)).select_related(*PEOPLE, "owner_org")
    found = found.defer("placement__chain__pathway__source")
    if status:
        found = found.filter(status=status)
    first = (number - 1) * PAGE
    page = list(found.order_by("-status", "-last_at", "-pk")[first : first + PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def open_conversations(actor: Actor) -> int:
    """How many of them are open. One query."""
    return Escalation.objects.filter(readable(actor), status=Status.OPEN).count()


def readable(actor: Actor) -> Q:
    """`policies.can_read` as a condition."""
    seen = Q(pk__in=[])
    if actor.newcomer_id is not None:
        seen |= Q(placement__newcomer=actor.newcomer_id)
    held = Q(pk__in=[])
    for role in sorted(TEAM_ROLES & actor.roles):
        held |= Q(function=role, org__in=actor.places(role))
    if places := actor.places(Role.ONBOARDING_LEAD):
        held |= Q(org__in=places)
        seen |= Q(placement__employer__in=places)
    seen |= Q(pk__in=Holding.objects.filter(held).values("escalation"))
    if actor.places(Role.MANAGER):
        managed = Holding.objects.filter(function=Function.MANAGER).values("escalation")
        seen |= Q(placement__manager=actor.user_id, pk__in=managed)
    if actor.grants and actor.user_id is not None:
        seen |= Q(opened_by=actor.user_id)
    return seen
