"""Who may read a conversation, and what they may do in it. Whether a blocker may be cleared or handed over is
`steps.policies`'. Nothing here asks the database: the conversation's holdings are handed in."""

from collections.abc import Iterable

from escalations.models import Escalation, Evidence, Holding, Visibility
from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import YES, Decision, no
from onboarding.words import Function, Role
from steps import policies
from steps.policies import owner_words

CLEARED = "This is cleared already."


def has_it(actor: Actor, placement: Placement, escalation: Escalation) -> bool:
    """Is the actor of the team that has it now?"""
    return policies.is_in_team(actor, placement, escalation.owner_function, escalation.owner_org_id)


def had_it(actor: Actor, placement: Placement, holdings: Iterable[Holding]) -> bool:
    """Of a team that has it or had it."""
    return any(
        policies.is_in_team(actor, placement, one.function, one.org_id)
        for one in holdings
        if one.function != Function.NEWCOMER
    )


def is_its_lead(actor: Actor, placement: Placement, holdings: Iterable[Holding]) -> bool:
    """The onboarding lead of the employer, or of an organisation whose team has it or had it. A trainee's words to
    the lead employer are not the host's."""
    orgs = {placement.employer_id, *(one.org_id for one in holdings if one.org_id)}
    return any(actor.has(Role.ONBOARDING_LEAD, org) for org in orgs)


def can_read(actor: Actor, placement: Placement, escalation: Escalation, holdings: Iterable[Holding]) -> bool:
    """The newcomer, the teams that have it or had it, the onboarding lead, and whoever of the staff raised it. Not
    everybody in the chain: what a newcomer tells HR may hold a birth date, and the library must not read it."""
    held = list(holdings)
    if policies.is_newcomer(actor, placement) or had_it(actor, placement, held):
        return True
    raised = actor.user_id is not None and actor.user_id == escalation.opened_by_id and bool(actor.grants)
    return raised or is_its_lead(actor, placement, held)


def can_say(actor: Actor, placement: Placement) -> Decision:
    """Whoever reads it may say something; a placement that has ended takes no more."""
    if placement.status in ("withdrawn", "left"):
        return no("This placement has ended.")
    return YES


def can_claim(actor: Actor, placement: Placement, escalation: Escalation) -> Decision:
    if not escalation.is_open:
        return no(CLEARED)
    if not has_it(actor, placement, escalation) or escalation.owner_function == Function.NEWCOMER:
        return no(f"Only {owner_words(escalation.owner_function)}, who has this, can claim it.")
    return YES


def can_ask(actor: Actor, placement: Placement, escalation: Escalation, holdings: Iterable[Holding]) -> Decision:
    """Ask the newcomer for more: whoever has it, or the lead. The clock stands still until the answer."""
    if not escalation.is_open:
        return no(CLEARED)
    if escalation.owner_function == Function.NEWCOMER:
        return no(f"{placement.newcomer.name} has this already.")
    if has_it(actor, placement, escalation) or is_its_lead(actor, placement, holdings):
        return YES
    return no(f"Only {owner_words(escalation.owner_function)}, who has this, or the onboarding lead can ask.")


def can_note_ticket(
    actor: Actor, placement: Placement, escalation: Escalation, holdings: Iterable[Holding]
) -> Decision:
    if has_it(actor, placement, escalation) or had_it(actor, placement, holdings):
        return YES
    return no("Only a team that has this can give it its own number.")


def can_say_works(actor: Actor, placement: Placement, escalation: Escalation) -> Decision:
    if not policies.is_newcomer(actor, placement):
        return no("Only the newcomer can say whether it works.")
    return YES if escalation.is_open else no(CLEARED)


def can_see_picture(actor: Actor, placement: Placement, evidence: Evidence, holdings: Iterable[Holding]) -> bool:
    """Whoever reads the conversation; but the newcomer none of a note for staff, and the library none that was told to
    somebody before it had this: a picture may show a birth date. Needs `message` at hand."""
    held = list(holdings)
    if policies.is_newcomer(actor, placement):
        return evidence.message is None or evidence.message.visibility != Visibility.STAFF
    if is_its_lead(actor, placement, held):
        return True
    own = [h for h in held if policies.is_in_team(actor, placement, h.function, h.org_id)]
    if not own or any(h.function != Function.LIBRARY for h in own):
        return True
    return evidence.uploaded_at >= min(h.since for h in own) or held[0].function == Function.LIBRARY
