"""Letting somebody start again who has lost their app, their passkeys and their recovery codes."""

import datetime as dt

from allauth.mfa.models import Authenticator

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import User
from onboarding.policies import Refused
from onboarding.setting_up import password_link, require_lead
from onboarding.sign_in import notes, sessions


def reset(user: User, *, organisation_id: int, by: Actor, at: dt.datetime) -> str:
    """Takes the factors and the password away and ends all sessions; gives the link for a new password.

    By an onboarding lead of an organisation that the person belongs to, and not for themselves: who is signed in has
    their own page. Their days without a second factor begin anew.
    """
    require_lead(by, organisation_id)
    if by.user_id == user.pk:
        raise Refused("Ask another onboarding lead, or whoever runs the service: nobody can do this for themselves.")
    if organisation_id not in notes.organisations_of(user.pk):
        raise Refused("This person does not belong to the organisation.")
    with change(by=by, at=at):
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()
        user.factor_asked_at = None
        user.save(update_fields=["password", "factor_asked_at"])
        sessions.end_all(user, by=by, at=at)
        notes.note(user.pk, "account.sign_in_reset", by=by, at=at)
    return password_link(user)
