"""Roles that the trust's own sign-in decides, where the installation is set up so (`OIDC_ROLES_CLAIM`)."""

import datetime as dt
import logging
from collections.abc import Set
from typing import Any

from django.conf import settings

from onboarding import staffing
from onboarding.actors import system
from onboarding.audit import change
from onboarding.models import Membership, Organisation, User
from onboarding.words import Role

log = logging.getLogger(__name__)


def roles_in(said: Any) -> frozenset[str]:
    """Our roles in a claim's value: a list of texts, or one. What `OIDC_ROLES` does not name is none of ours.

    Without `OIDC_ROLES` the claim says our own words.
    """
    texts = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    ours = settings.OIDC_ROLES or {role: role for role in Role.values}
    return frozenset(ours[text] for text in texts if isinstance(text, str) and text in ours) & set(Role.values)


def take(user: User, claimed: Set[str], *, at: dt.datetime) -> None:
    """Makes somebody's roles in the one organisation what the claim says: gives, and takes away.

    The last onboarding lead stays one: a claim that is set up wrongly must not lock everybody out.
    """
    organisation = Organisation.objects.filter(ods_code=settings.OIDC_ROLES_ORGANISATION).first()
    if organisation is None:
        log.error("OIDC_ROLES_ORGANISATION names %s, which is not here.", settings.OIDC_ROLES_ORGANISATION)
        return
    by = system("the trust's sign-in")
    with change(by=by, at=at):
        mine = Membership.objects.filter(organisation=organisation)
        had = set(mine.filter(user=user).values_list("role", flat=True))
        for role in sorted(claimed - had):
            staffing.add_member(
                email=user.email, name=user.name, role=role, organisation_id=organisation.pk, by=by, at=at
            )
        for role in sorted(had - claimed):
            last = role == Role.ONBOARDING_LEAD and not mine.filter(role=role).exclude(user=user).exists()
            if not last:
                staffing.remove_member(user=user, role=role, organisation_id=organisation.pk, by=by, at=at)
