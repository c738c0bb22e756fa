"""What is done about blockers, through the steps' own verbs."""

import datetime as dt
import uuid

from escalations.routing import NEWCOMER, Route
from onboarding.actors import Actor
from steps.services import verbs


def raise_blocker(ref: uuid.UUID, route: Route, *, said: str, by: Actor, at: dt.datetime) -> str:
    """Records the blocker where the route leads, and answers its reference. The same said again writes nothing and
    answers the reference that it has."""
    function, side = route.owner
    outcome = verbs.block(
        ref,
        route.step,
        by=by,
        at=at,
        reason=said,
        symptom=route.symptom,
        owner=function,
        side="" if function == NEWCOMER else side or "",
        independent=route.independent,
    )
    if outcome.written and outcome.fact:
        return outcome.fact.blocker
    same = (b for b in outcome.row.reasons["blockers"] if b["reason"] == said and b["owner"]["function"] == function)
    return str(next(same)["id"])
