"""How the blockers of somebody are chased, for the sentences of their steps."""

from collections.abc import Mapping

from escalations.models import Escalation, Status
from onboarding.wording import local_day
from steps.telling import Chase


def of_placement(placement_id: int) -> Mapping[str, Chase]:
    """Reference -> when its owner is asked next, and how often it was. One query."""
    found = Escalation.objects.filter(placement=placement_id, status=Status.OPEN)
    return {
        reference: Chase(local_day(at) if at else None, times)
        for reference, at, times in found.values_list("reference", "next_chase_at", "chases")
    }
