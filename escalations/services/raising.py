""" "I'm stuck", recorded and sent: the blocker where the route leads, its pack with pictures, in one transaction."""

import datetime as dt

from escalations.models import Escalation
from escalations.pack import Told
from escalations.routing import NEWCOMER, Route
from escalations.services import packs, pictures, telling
from escalations.services.pictures import Prepared
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Placement
from onboarding.policies import Refused
from steps.models import Fact
from steps.services import verbs


def raise_blocker(
    placement: Placement, route: Route, *, said: str, told: Told | None = None, by: Actor, at: dt.datetime
) -> str:
    """Records the blocker where the route leads, sends the pack of what was `told`, and answers its reference. The
    same said again writes nothing, sends nothing, and answers the reference that it has."""
    function, side = route.owner
    with change(by=by, at=at) as made, telling.by_hand():
        outcome = verbs.block(
            placement.ref,
            route.step,
            by=by,
            at=at,
            reason=said,
            symptom=route.symptom,
            owner=function,
            side="" if function == NEWCOMER else side or "",
            independent=route.independent,
        )
        if not outcome.written or outcome.fact is None:
            blockers = outcome.row.reasons["blockers"]
            same = (b for b in blockers if b["reason"] == said and b["owner"]["function"] == function)
            return str(next(same)["id"])
        escalation = Escalation.objects.get(reference=outcome.fact.blocker)
        pictures.attach(escalation, placement, by, route.seen_at)
        if told is not None:
            packs.send(made, escalation, placement, told, waiting=outcome.row.unlock_count, by=by, at=at)
        return escalation.reference


def raise_again(reference: str, *, said: str, by: Actor, at: dt.datetime, shown: Prepared = pictures.NONE) -> None:
    """Cleared, and still wrong: the same blocker stands again, with whoever had it, and they get a pack."""
    with change(by=by, at=at):
        people = ("placement__newcomer", "placement__employer", "placement__host")
        escalation = Escalation.objects.select_related(*people).get(reference=reference)
        if escalation.is_open:
            return
        placement = escalation.placement
        if by.newcomer_id is None or by.newcomer_id != placement.newcomer_id:
            raise Refused("Only the newcomer can say that it is still wrong.")
        pictures.keep_all(shown, placement=placement, by=by, at=at, escalation=escalation)
        raised = Fact.objects.filter(blocker=reference, kind="blocked").order_by("pk").first()
        verbs.block(
            placement.ref,
            escalation.step,
            by=by,
            at=at,
            reason=said,
            symptom=escalation.symptom,
            owner=escalation.owner_function,
            side=escalation.owner_side,
            blocker=reference,
            independent=bool(raised and raised.independent),
        )
