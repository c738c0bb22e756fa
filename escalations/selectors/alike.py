"""People of one team's queue who are held by the same cause."""

from collections.abc import Sequence

from django.db.models import QuerySet

from escalations.models import Escalation, Status
from escalations.selectors.queues import TeamKey
from onboarding.actors import Actor
from onboarding.words import OPEN_STATUSES, Function
from steps.models import PlacementStep

AT_ONCE = 100  # cleared in one press: some two seconds


def of_team(actor: Actor, team: TeamKey, step: str, symptom: str) -> QuerySet[Escalation]:
    """The team's conversations about this cause, also those cleared since; a manager's own people only."""
    found = Escalation.objects.filter(
        owner_org=team.organisation_id, owner_function=team.function, step=step, symptom=symptom,
        placement__status__in=OPEN_STATUSES,
    ).exclude(symptom="")  # fmt: skip
    if team.function == Function.MANAGER:
        found = found.filter(placement__manager=actor.user_id)
    return found.select_related("placement__newcomer", "placement__chain__pathway").order_by(
        "placement__start_date", "placement__newcomer__folded_name", "pk"
    )


def alike(actor: Actor, team: TeamKey, step: str, symptom: str) -> tuple[list[Escalation], int]:
    """Those that can be cleared now, at most AT_ONCE, and how many there are. Two queries."""
    can_act = PlacementStep.objects.filter(actionable=True, key=step)
    found = of_team(actor, team, step, symptom).filter(status=Status.OPEN, placement__in=can_act.values("placement"))
    return list(found[:AT_ONCE]), found.count()


def named(actor: Actor, team: TeamKey, step: str, symptom: str, references: Sequence[str]) -> list[Escalation]:
    """Those of these references that are the team's. One query."""
    return list(of_team(actor, team, step, symptom).filter(reference__in=list(references)[:AT_ONCE]))
