"""A session's user, with the roles of this very moment, in one query."""

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db import connection
from django.utils import timezone

from onboarding.actors import Actor, Grant, Place
from onboarding.models import User

FIELDS = User._meta.concrete_fields
USER_FIELDS = tuple(f.attname for f in FIELDS)
USER_COLUMNS = tuple(f.column for f in FIELDS)
PLACE_FIELDS = ("id", "name", "ods_code", "it_sees_date_of_birth", "second_factor_days")
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        return user_with_grants(user_id, today=timezone.localdate())


# Written out: every page asks this, and making it of query sets took as long as the rest of a small page.
# The newcomer's latest host goes by the newcomer's id, which has an index with placements: by its user, SQLite would
# read every placement there is.
ABOUT = f"""
    SELECT {", ".join(f"u.{f}" for f in USER_COLUMNS)}, n.id,
        (SELECT h.name FROM onboarding_placement p JOIN onboarding_organisation h ON h.id = p.host_id
         WHERE p.newcomer_id = n.id ORDER BY p.start_date DESC LIMIT 1),
        EXISTS (SELECT 1 FROM mfa_authenticator f WHERE f.user_id = u.id AND f.type IN (%s, %s)),
"""  # noqa: S608 (names of our own columns)
PLACE = ", ".join(f"o.{f}" for f in PLACE_FIELDS)
PERSON = "FROM onboarding_user u LEFT JOIN onboarding_newcomer n ON n.user_id = u.id"
SQL = f"""
    {ABOUT} m.role, {PLACE}, ''
    {PERSON}
    LEFT JOIN onboarding_membership m ON m.user_id = u.id
    LEFT JOIN onboarding_organisation o ON o.id = m.organisation_id
    WHERE u.id = %s AND u.is_active
    UNION ALL
    {ABOUT} c.function, {PLACE}, CAST(c.covered_until AS varchar)
    {PERSON}
    JOIN onboarding_membership m ON m.user_id = u.id
    JOIN onboarding_organisation o ON o.id = m.organisation_id
    JOIN onboarding_team t ON t.organisation_id = o.id AND t.function = m.role
    JOIN onboarding_team c ON c.covered_by_id = t.id
    WHERE u.id = %s AND u.is_active AND c.covered_until >= %s
"""


def user_with_grants(user_id: Any, *, today: dt.date) -> User | None:
    """The active user of a session, with `.actor` made of the roles of this very moment. One query.

    Grants are the memberships, and while a team covers another, the other team's role as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(SQL, [*SECOND_FACTORS, int(user_id), *SECOND_FACTORS, int(user_id), today.isoformat()])
        rows = cursor.fetchall()
    if not rows:
        return None
    width = len(USER_FIELDS)
    user = User.from_db(None, USER_FIELDS, from_database(rows[0][:width]))
    grants = [
        Grant(role=role, place=place_of(*place), until=until)
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


def place_of(pk: int, name: str, ods_code: str, it_sees_date_of_birth: Any, second_factor_days: int) -> Place:
    """SQLite hands a boolean back as a number."""
    return Place(pk, name, ods_code, bool(it_sees_date_of_birth), second_factor_days)


def from_database(values: Sequence[Any]) -> list[Any]:
    """The user's columns as Django has them: SQLite keeps moments as text and booleans as numbers."""
    return [
        functools.reduce(lambda kept, convert: convert(kept, None, connection), converters(field), value)
        for field, value in zip(FIELDS, values, strict=True)
    ]


def converters(field: Any) -> list[Callable[[Any, Any, Any], Any]]:
    column = field.get_col(User._meta.db_table)
    return [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]


def actor_of(user: User) -> Actor:
    """The actor for a user met outside a request, as commands do."""
    found = user_with_grants(user.pk, today=timezone.localdate())
    if found is None:
        return Actor(user_id=None, name="nobody")
    return found.actor  # type: ignore[attr-defined]
