"""What a newcomer may open of their own: the door to it. Nobody else's record exists for them."""

import datetime as dt
import uuid
from collections.abc import Sequence

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.words import OPEN_STATUSES
from steps.models import Fact, Joining, PlacementStep, RecordStatement, Source
from steps.models.chain import FactKind


def own_placements(actor: Actor) -> list[Placement]:
    """The newcomer's placements, the latest start first, with their forecast, and their pathway's hash but not its
    source. One query."""
    if actor.newcomer_id is None:
        return []
    own = Placement.objects.filter(newcomer=actor.newcomer_id, chain__isnull=False, twin_of=None)
    people = own.select_related("newcomer", "employer", "host", "chain__pathway", "forecast")
    return list(
        people.defer("chain__pathway__source", "employer__heading_map", "host__heading_map").order_by(
            "-start_date", "-pk"
        )
    )


def was_joined(actor: Actor) -> bool:
    """Is this the sign-in of a record that was joined into another one, which has a sign-in of its own? One query."""
    return Joining.objects.filter(gone=actor.newcomer_id, undone_at=None).exists()


def own_steps(placement: Placement) -> list[PlacementStep]:
    """All steps in pathway order, each with the placement at hand and no organisation of its own. One query."""
    rows = list(PlacementStep.objects.filter(placement=placement).order_by("position"))
    for row in rows:
        row.placement = placement
    return rows


def own_word(placement: Placement) -> RecordStatement | None:
    """What the newcomer said last that their passport says. One query."""
    own = RecordStatement.objects.filter(placement=placement, source=Source.NEWCOMER)
    return own.order_by("-pk").first()


def who_finished(placement: Placement) -> list[Fact]:
    """What was finished and what was taken back, oldest first: enough to say who finished a step. One query."""
    facts = Fact.objects.filter(placement=placement, kind__in=[FactKind.DONE, FactKind.RETRACTED])
    return list(facts.only("step", "kind", "at", "by_id", "by_name", "of_id", "source").order_by("at", "pk"))


SOON = dt.timedelta(weeks=4)


def chosen_placement(placements: Sequence[Placement], ref: str, *, today: dt.date) -> Placement | None:
    """The one that an address names. Without a name, of those that are open: the latest that has begun or begins
    within four weeks, else the one that begins next; if none is open, the latest. No query.

    `placements` come with the latest start first: the next rotation may be there half a year ahead.
    """
    if ref:
        return next((p for p in placements if str(p.ref) == ref), None)
    still_open = [p for p in placements if p.status in OPEN_STATUSES]
    near = [p for p in still_open if p.start_date <= today + SOON]
    if near or still_open:
        return near[0] if near else still_open[-1]
    return placements[0] if placements else None


def placement_of_own_fact(actor: Actor, fact_id: int) -> uuid.UUID | None:
    """The `ref` of the newcomer's own placement to which a fact belongs. One query."""
    if actor.newcomer_id is None:
        return None
    own = Fact.objects.filter(pk=fact_id, placement__newcomer=actor.newcomer_id)
    return own.values_list("placement__ref", flat=True).first()
