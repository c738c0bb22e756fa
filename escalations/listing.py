"""A list of conversations in words. Asks no database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from escalations import cases
from escalations.cases import symptom_in
from escalations.models import Asked, Escalation
from onboarding.actors import Actor
from onboarding.wording import capital, when_words
from steps.policies import is_newcomer
from steps.selectors.pathways import pathway_of


@dataclass(frozen=True, slots=True)
class Item:
    """One conversation. `asks`: what waits for this reader, or for the newcomer; empty where nothing does."""

    reference: str
    title: str
    name: str
    step: str
    tag: str
    colour: str
    who: str
    last: str
    asks: str
    claimed: str


def items(found: Sequence[Escalation], actor: Actor, *, today: dt.date) -> list[Item]:
    return [item(one, actor, today) for one in found]


def item(one: Escalation, actor: Actor, today: dt.date) -> Item:
    placement, pathway = one.placement, pathway_of(one.placement.chain.pathway)
    mine = is_newcomer(actor, placement)
    names = cases.names_for(placement) if mine else cases.staff_names(placement)
    step = next((s.short for s in pathway.steps if s.key == one.step), one.step.replace("_", " "))
    symptom = symptom_in(pathway, one.symptom)
    team = names.team(one.owner_function, one.owner_side or None)
    return Item(
        reference=one.reference,
        title=symptom.says if symptom else f"{step} is stuck",
        name="" if mine else placement.newcomer.name,
        step=step,
        tag="Stuck" if one.is_open else "Cleared",
        colour="red" if one.is_open else "green",
        who=f"With {team}" if one.is_open else f"Cleared by {one.cleared_by_name}",
        last=capital(when_words(one.last_at, today=today)),
        asks=asks(one, mine),
        claimed=one.claimed_by_name if one.is_open else "",
    )


def asks(one: Escalation, mine: bool) -> str:
    if one.asked == Asked.MORE:
        return "Waits for an answer of yours" if mine else "Waits for the newcomer's answer"
    if one.asked == Asked.WORKS:
        return f"Waits for {'you' if mine else 'the newcomer'} to say whether it works"
    return ""
