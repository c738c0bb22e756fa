"""Which fields of a newcomer somebody may see, and who may do what to people. Reasons in words.

Minimum data by owner (`docs/fields.md`): a date of birth goes to the newcomer, to HR and payroll of the
employer, to the registration authority, and to IT only where the trust allows it. The library gets none of it, on no
page, export or log. A lead employer's identity fields stay with the lead employer.
"""

import datetime as dt
from dataclasses import dataclass

from onboarding.actors import Actor, Grant
from onboarding.models import Placement
from onboarding.words import Role


@dataclass(frozen=True, slots=True)
class Decision:
    """May this be done now? `reason` says why not, in words for the page; the button and the refusal share it."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def no(reason: str) -> Decision:
    return Decision(False, reason)


class Refused(Exception):
    """Policy or state says no; the text is for people."""


# fields that say who somebody is, beside the name; everything else on a placement is for all who may open it
IDENTITY_FIELDS = ("date_of_birth", "gmc_number", "assignment_number", "personal_email")

_BY_ROLE: dict[str, tuple[frozenset[str], str]] = {
    # role: (fields, on which side the role must stand)
    Role.HR: (frozenset(IDENTITY_FIELDS), "employer"),
    Role.PAYROLL: (frozenset({"date_of_birth", "assignment_number"}), "employer"),
    Role.REGISTRATION_AUTHORITY: (frozenset({"date_of_birth"}), "host"),
    Role.IT: (frozenset({"assignment_number"}), "host"),
    Role.ONBOARDING_LEAD: (frozenset({"assignment_number", "gmc_number", "personal_email"}), "employer"),
}


def visible_fields(actor: Actor, placement: Placement) -> frozenset[str]:
    """The identity fields of this placement's newcomer that the actor may see."""
    if actor.newcomer_id and actor.newcomer_id == placement.newcomer_id:
        return frozenset(IDENTITY_FIELDS)
    seen: set[str] = set()
    for grant in actor.grants:
        fields, side = _BY_ROLE.get(grant.role, (frozenset(), ""))
        if side and getattr(placement, f"{side}_id") == grant.place.id:
            seen |= fields
            if grant.role == Role.IT and grant.place.it_sees_date_of_birth and not is_lead_employed(placement):
                seen.add("date_of_birth")
    if is_lead_employed(placement) and not any(g.place.id == placement.employer_id for g in actor.grants):
        seen &= {"date_of_birth"} if actor.has(Role.REGISTRATION_AUTHORITY, placement.host_id) else set()
    return frozenset(seen)


def is_lead_employed(placement: Placement) -> bool:
    return placement.employer_id != placement.host_id


def can_import(actor: Actor, organisation_id: int) -> Decision:
    if actor.has(Role.HR, organisation_id) or actor.has(Role.ONBOARDING_LEAD, organisation_id):
        return YES
    return no("Only HR and the onboarding lead of an organisation can import its newcomers.")


def can_read_audit(actor: Actor) -> Decision:
    return YES if actor.places(Role.ONBOARDING_LEAD) else no("Only the onboarding lead can read the audit trail.")


def can_read_mail(actor: Actor) -> Decision:
    return YES if actor.places(Role.ONBOARDING_LEAD) else no("Only the onboarding lead can see mail that failed.")


def asks_second_factor(grant: Grant) -> bool:
    """A password alone is not enough for who sees dates of birth, and for who gives roles."""
    fields, _ = _BY_ROLE.get(grant.role, (frozenset[str](), ""))
    by_choice = grant.role == Role.IT and grant.place.it_sees_date_of_birth
    return grant.role == Role.ONBOARDING_LEAD or "date_of_birth" in fields or by_choice


def second_factor_by(actor: Actor, now: dt.datetime) -> dt.datetime | None:
    """Until when this person may go on without a second factor. None: they have one, or need none.

    The days count from the first sign-in with a role that needs one; the shortest of several organisations' holds.
    """
    days = [grant.place.second_factor_days for grant in actor.grants if asks_second_factor(grant)]
    if actor.has_factor or not days:
        return None
    return (actor.factor_asked_at or now) + dt.timedelta(days=min(days))
