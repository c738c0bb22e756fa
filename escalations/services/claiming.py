"""A step that is simply to be done, taken in hand by one person of its team, so that two do not do the same work."""

import datetime as dt
import uuid

from escalations.models import StepClaim
from escalations.selectors.queues import TeamKey
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Placement
from onboarding.policies import Refused
from onboarding.words import OPEN_STATUSES, Function
from steps.models import PlacementStep
from steps.models.chain import State
from steps.services.locking import Locked, NotThere, lock


def claim_step(
    ref: uuid.UUID, key: str, *, team: TeamKey, instead_of: int | None = None, by: Actor, at: dt.datetime
) -> bool:
    """Whoever takes it over names whom they saw there; another by then is refused with their name. False: it was
    theirs already. `team` is one of `queues.teams_of(by)`."""
    with change(by=by, at=at) as made:
        locked, row = held(ref, key, team=team, by=by)
        standing = holds(locked.placement, row, team)
        if standing and standing.claimed_by_id == by.user_id:
            return False
        if standing and standing.claimed_by_id != instead_of:
            raise Refused(f"{standing.claimed_by_name} has this since you looked. Take over if that was agreed.")
        StepClaim.objects.update_or_create(
            placement=locked.placement, step=key,
            defaults={
                "function": team.function, "org_id": team.organisation_id, "claimed_at": max(at, row.since),
                "claimed_by_id": by.user_id, "claimed_by_name": by.name[:200],
            },
        )  # fmt: skip
        made.note(
            organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
            action="step.claimed",
            subject=f"placement:{locked.placement.ref}",
            after={"step": key, "team": team.function, "instead_of": standing.claimed_by_name if standing else ""},
        )
        return True


def let_go_step(ref: uuid.UUID, key: str, *, team: TeamKey, by: Actor, at: dt.datetime) -> bool:
    """Back to the whole team. False: it was not theirs."""
    with change(by=by, at=at) as made:
        locked, row = held(ref, key, team=team, by=by)
        standing = holds(locked.placement, row, team)
        if standing is None or standing.claimed_by_id != by.user_id:
            return False
        standing.delete()
        made.note(
            organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
            action="step.let_go",
            subject=f"placement:{locked.placement.ref}",
            after={"step": key, "team": team.function},
        )
        return True


def held(ref: uuid.UUID, key: str, *, team: TeamKey, by: Actor) -> tuple[Locked, PlacementStep]:
    """Locks the placement; `NotThere` where the step is none of this team's."""
    locked = lock(ref)
    row = locked.row(key)
    if not is_theirs(locked.placement, row, team, by):
        raise NotThere(key)
    if row.state == State.BLOCKED:
        raise Refused("This is stuck by now. Look at your queue again.")
    if locked.placement.status not in OPEN_STATUSES or not (row.actionable or row.says_works_at):
        raise Refused("There is nothing left to do here. Look at your queue again.")
    return locked, row


def is_theirs(placement: Placement, row: PlacementStep, team: TeamKey, by: Actor) -> bool:
    """Does it stand in this team's queue, or did it?"""
    if team.function == Function.MANAGER:
        here = team.organisation_id in (placement.employer_id, placement.host_id)
        return here and placement.manager_id == by.user_id and team.function in (row.owner_function, row.team_function)
    mine = (team.function, team.organisation_id)
    return mine in ((row.owner_function, row.owner_org_id), (row.team_function, row.team_org_id))


def holds(placement: Placement, row: PlacementStep, team: TeamKey) -> StepClaim | None:
    """The claim that holds now; the queue's statement asks the same."""
    return StepClaim.objects.filter(
        placement=placement, step=row.key, function=team.function, org=team.organisation_id, claimed_at__gte=row.since
    ).first()
