"""The only door to a placement and its steps: what the actor may see, in a fixed number of queries.

A record that the actor may not see does not exist: every function answers None, or leaves it out.
"""

import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.words import TEAM_ROLES, Function, Role
from steps.models import Fact, PlacementStep
from steps.models.chain import State

WHOLE_ORGANISATION = (Role.HR, Role.ONBOARDING_LEAD)


def visible_placements(actor: Actor) -> QuerySet[Placement]:
    """The placements that staff may open: HR and the onboarding lead see all that their organisation employs or
    hosts, managers their own people, and a team those in whose chain it has, or holds, a step.
    """
    seen = Q(pk__in=[])
    if whole := actor.places(*WHOLE_ORGANISATION):
        seen |= Q(employer__in=whole) | Q(host__in=whole)
    if managed := actor.places(Role.MANAGER):
        seen |= Q(manager=actor.user_id) & (Q(employer__in=managed) | Q(host__in=managed))
    for role in sorted(TEAM_ROLES & actor.roles - {Role.HR}):
        orgs = actor.places(role)
        steps = PlacementStep.objects.filter(placement=OuterRef("pk")).filter(
            Q(team_function=role, team_org__in=orgs) & ~Q(state=State.NOT_APPLICABLE)
            | Q(owner_function=role, owner_org__in=orgs)
        )
        seen |= (Q(employer__in=orgs) | Q(host__in=orgs)) & Q(Exists(steps))
    return Placement.objects.filter(seen)


def reported_placements(actor: Actor) -> QuerySet[Placement]:
    """The placements in the actor's readiness report: the whole organisation for the executive as well."""
    if whole := actor.places(Role.EXECUTIVE, *WHOLE_ORGANISATION):
        mine = visible_placements(actor)
        return mine | Placement.objects.filter(Q(employer__in=whole) | Q(host__in=whole))
    return visible_placements(actor)


def with_people(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    return placements.select_related("newcomer", "employer", "host", "manager", "chain__pathway")


def placement_for_staff(actor: Actor, ref: uuid.UUID) -> Placement | None:
    """One placement that staff may open, with its people and its pathway. One query."""
    return with_people(visible_placements(actor)).filter(ref=ref).first()


def other_placements(actor: Actor, placement: Placement) -> list[Placement]:
    """The same person's other placements that staff may open, the latest start first. One query."""
    same = visible_placements(actor).filter(newcomer=placement.newcomer_id, chain__isnull=False)
    return list(same.exclude(pk=placement.pk).select_related("host").order_by("-start_date", "-pk"))


def steps_of(placement: Placement) -> list[PlacementStep]:
    """All steps of a placement in pathway order, each with the placement at hand. One query."""
    rows = list(
        PlacementStep.objects.filter(placement=placement).select_related("owner_org", "team_org").order_by("position")
    )
    for row in rows:
        row.placement = placement
    return rows


def facts_of(placement: Placement) -> list[Fact]:
    """Everything that happened, oldest first. One query."""
    return list(Fact.objects.filter(placement=placement).order_by("at", "pk"))


def week_one_steps(placements: Sequence[Placement]) -> dict[int, list[PlacementStep]]:
    """Placement id -> its week-1 steps in order, for the strip beside each. One query."""
    rows: dict[int, list[PlacementStep]] = {p.pk: [] for p in placements}
    for row in PlacementStep.objects.filter(placement__in=list(rows), week_one=True).order_by("position"):
        rows[row.placement_id].append(row)
    return rows


def queue_rows(actor: Actor, *, function: str, organisation_id: int) -> QuerySet[PlacementStep]:
    """What one team must act on now or once it is due, of placements that are still going on; and its steps of which
    the newcomer says that they work already, also where the chain would not have it. One query when read.
    """
    holds = Q(actionable=True, owner_function=function)
    asked = Q(says_works_at__isnull=False, team_function=function)
    rows = PlacementStep.objects.filter(placement__status__in=["expected", "started"])
    if function == Function.MANAGER:
        return rows.filter(
            Q(placement__employer=organisation_id) | Q(placement__host=organisation_id),
            holds | asked,
            placement__manager=actor.user_id,
        )
    return rows.filter(holds & Q(owner_org=organisation_id) | asked & Q(team_org=organisation_id))
