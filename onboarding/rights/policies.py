"""Who may copy, keep or erase what is held about a newcomer: their employer."""

from onboarding.actors import Actor
from onboarding.models import LegalHold, Placement
from onboarding.policies import YES, Decision, no
from onboarding.words import Role


def speaks_for_employer(actor: Actor, placement: Placement) -> bool:
    clock = actor.user_id is None  # the product itself, by the trust's own clock
    return clock or any(actor.has(role, placement.employer_id) for role in (Role.HR, Role.ONBOARDING_LEAD))


def can_copy(actor: Actor, placement: Placement) -> Decision:
    """A copy holds the date of birth, so it is for HR."""
    if actor.has(Role.HR, placement.employer_id):
        return YES
    return no("Only HR of the employer can give out a copy.")


def can_hold(actor: Actor, placement: Placement) -> Decision:
    if speaks_for_employer(actor, placement):
        return YES
    return no("Only HR and the onboarding lead of the employer can keep a record from being erased.")


def can_erase(actor: Actor, placement: Placement) -> Decision:
    """Erasing is for the employer, and not while a hold stands."""
    if not speaks_for_employer(actor, placement):
        return no("Only HR and the onboarding lead of the employer can erase a newcomer.")
    if hold_of(placement):
        return no("A legal hold keeps this record. Lift it first, if it has ended.")
    return YES


def hold_of(placement: Placement) -> LegalHold | None:
    """The employer's hold that stands. One query."""
    return LegalHold.objects.filter(
        newcomer=placement.newcomer_id, organisation=placement.employer_id, lifted_at=None
    ).first()
