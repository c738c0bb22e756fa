"""What a newcomer may open of their own: the door to it. Nobody else's record exists for them."""

import uuid
from collections.abc import Sequence

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.words import OPEN_STATUSES
from steps.models import Fact


def chosen_placement(placements: Sequence[Placement], ref: str) -> Placement | None:
    """The one that an address names; without a name the latest that is open, else the latest. No query."""
    if ref:
        return next((p for p in placements if str(p.ref) == ref), None)
    is_open = (p for p in placements if p.status in OPEN_STATUSES)
    return next(is_open, placements[0] if placements else None)


def placement_of_own_fact(actor: Actor, fact_id: int) -> uuid.UUID | None:
    """The `ref` of the newcomer's own placement to which a fact belongs. One query."""
    if actor.newcomer_id is None:
        return None
    own = Fact.objects.filter(pk=fact_id, placement__newcomer=actor.newcomer_id)
    return own.values_list("placement__ref", flat=True).first()
