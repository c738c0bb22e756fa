"""A newcomer stops coming, or comes after all: their open conversations say so, and the clocks stand still or run."""

import datetime as dt

from escalations.models import Escalation, Kind, Message, Status, Visibility
from escalations.services.winding import wind
from onboarding.models import Placement
from onboarding.words import OPEN_STATUSES, PlacementStatus

SAYS = {
    PlacementStatus.WITHDRAWN: "The newcomer has withdrawn. Nothing more is to be done here.",
    PlacementStatus.DEFERRED: "The newcomer starts later. Nothing is to be done here until there is a new start.",
    PlacementStatus.LEFT: "The newcomer has left. Nothing more is to be done here.",
}


def status_changed(placement: Placement, before: str, by_name: str, at: dt.datetime) -> None:
    """Told by `steps.services.placements` in the transaction that changed the status."""
    if (before in OPEN_STATUSES) == (placement.status in OPEN_STATUSES):
        return
    body = SAYS.get(PlacementStatus(placement.status), "The newcomer is expected after all. This goes on.")
    open_now = Escalation.objects.select_for_update(of=("self",)).filter(placement=placement, status=Status.OPEN)
    for one in open_now.select_related("owner_org").order_by("pk"):
        one.placement = placement
        wind(one, at=at)
        Message.objects.create(
            escalation=one, kind=Kind.SYSTEM, visibility=Visibility.STAFF, at=at, by_name=by_name[:200], body=body
        )
