"""The only door to a picture: its own newcomer's draft, or one of a conversation that the actor may read."""

import uuid

from escalations import policies
from escalations.models import Evidence, Holding
from onboarding.actors import Actor


def picture_for(actor: Actor, ref: uuid.UUID) -> Evidence | None:
    """None for one that is not there, not the actor's to see, or not yet called clean. Two queries."""
    people = ("placement__newcomer", "placement__manager", "escalation", "message")
    evidence = Evidence.objects.select_related(*people).filter(ref=ref).first()
    if evidence is None or not evidence.can_be_shown:
        return None
    if evidence.escalation is None:
        return evidence if actor.user_id is not None and evidence.uploaded_by_id == actor.user_id else None
    holdings = list(Holding.objects.filter(escalation=evidence.escalation))
    if not policies.can_read(actor, evidence.placement, evidence.escalation, holdings):
        return None
    return evidence if policies.can_see_picture(actor, evidence.placement, evidence, holdings) else None
