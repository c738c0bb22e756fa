"""What the try-out shows of conversations: chases that have gone out since each was raised, and a claim."""

import datetime as dt

from escalations.models import Escalation, Status
from escalations.services import talking
from escalations.services.chasing import take_rung
from onboarding.models import Membership
from onboarding.sign_in import actor_of
from onboarding.words import Function

SOON = dt.timedelta(minutes=5)  # after eight in the morning, as the worker would have taken it


def play(now: dt.datetime) -> None:
    """Takes every rung that fell due until now, at its own time. Again, it finds none left."""
    taken = True
    while taken:
        due = Escalation.objects.filter(status=Status.OPEN, next_chase_at__lte=now - SOON)
        found = list(due.values_list("pk", "chase_level", "next_chase_at"))
        taken = sum(take_rung(pk, level=level, now=at + SOON) for pk, level, at in found if at) > 0
    claim_one(now)


def claim_one(now: dt.datetime) -> None:
    """Somebody of IT has the oldest of its blockers in hand."""
    held = Escalation.objects.filter(status=Status.OPEN, owner_function=Function.IT, asked="").order_by("opened_at")
    first = held.first()
    if first is None or first.claimed_at:
        return
    members = Membership.objects.filter(role=Function.IT, organisation=first.owner_org_id)
    member = members.select_related("user").first()
    if member is not None:
        talking.claim(first.reference, by=actor_of(member.user), at=now)
