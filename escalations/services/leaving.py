"""What somebody had claimed, when they leave a team: to whoever takes over in it, or back to the team."""

from escalations.models import Escalation
from escalations.models.conversation import Status
from onboarding.audit import Change
from onboarding.models import Membership
from onboarding.staffing import Leaving


def hand_over_claims(leaving: Leaving, made: Change) -> int:
    """Open blockers of the teams that are left. The claim is no part of a verdict: nothing is resolved afresh."""
    mine = Escalation.objects.filter(claimed_by=leaving.user, owner_org=leaving.organisation_id, status=Status.OPEN)
    if not leaving.gone:  # somebody who leaves altogether may have claimed for a team that theirs covered
        mine = mine.filter(owner_function__in=leaving.roles)
    taken = 0
    if leaving.successor:
        same = Membership.objects.filter(user=leaving.successor, organisation=leaving.organisation_id)
        teams = set(same.values_list("role", flat=True))
        taken = mine.filter(owner_function__in=teams).update(
            claimed_at=made.at, claimed_by=leaving.successor, claimed_by_name=str(leaving.successor)[:200]
        )
    return taken + mine.update(claimed_at=None, claimed_by=None, claimed_by_name="")
