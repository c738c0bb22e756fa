"""A session's user, with the roles of this very moment, in one query."""

import datetime as dt
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone

from onboarding.actors import Actor, Grant, Place
from onboarding.models import Placement, User

USER_FIELDS = tuple(f.attname for f in User._meta.concrete_fields)
PLACE_FIELDS = ("id", "name", "ods_code", "it_sees_date_of_birth", "second_factor_days")
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        return user_with_grants(user_id, today=timezone.localdate())


def user_with_grants(user_id: Any, *, today: dt.date) -> User | None:
    """The active user of a session, with `.actor` made of the roles of this very moment. One query.

    Grants are the memberships, and while a team covers another, the other team's role as well.
    """
    org = [f"memberships__organisation__{f}" for f in PLACE_FIELDS]
    # by the newcomer's id, which has an index with placements: by its user, SQLite reads every placement there is
    where = (
        Placement.objects.filter(newcomer=OuterRef("newcomer__id")).order_by("-start_date").values("host__name")[:1]
    )
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    base: QuerySet[User] = User.objects.filter(pk=user_id, is_active=True).annotate(
        starts_at=Subquery(where), has_factor=Exists(factor)
    )
    about = (*USER_FIELDS, "newcomer__id", "starts_at", "has_factor")
    own = base.values_list(*about, "memberships__role", *org, Cast(Value(""), CharField()))
    covered = base.filter(
        memberships__organisation__teams__function=F("memberships__role"),
        memberships__organisation__teams__covers__covered_until__gte=today,
    ).values_list(
        *about,
        "memberships__organisation__teams__covers__function",
        *org,
        Cast("memberships__organisation__teams__covers__covered_until", CharField()),
    )
    rows = list(own.union(covered, all=True))
    if not rows:
        return None
    width = len(USER_FIELDS)
    user = User.from_db(None, USER_FIELDS, rows[0][:width])
    grants = [
        Grant(role=role, place=Place(*place), until=until)
        for _, _, _, role, *place, until in (row[width:] for row in rows)
        if role
    ]
    grants.sort(key=lambda g: (bool(g.until), g.place.name, g.role))
    user.actor = Actor(  # type: ignore[attr-defined]
        user_id=user.pk,
        name=user.name or user.email,
        grants=tuple(grants),
        newcomer_id=rows[0][width],
        starts_at=rows[0][width + 1] or "",
        has_factor=bool(rows[0][width + 2]),
        factor_asked_at=user.factor_asked_at,
    )
    return user


def actor_of(user: User) -> Actor:
    """The actor for a user met outside a request, as commands do."""
    found = user_with_grants(user.pk, today=timezone.localdate())
    if found is None:
        return Actor(user_id=None, name="nobody")
    return found.actor  # type: ignore[attr-defined]
