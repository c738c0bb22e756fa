"""Sign-in: allauth does it; this says who may, and reads a session's user with all roles in one query."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from onboarding.actors import Actor, Grant, Place
from onboarding.models import Placement, User
from onboarding.outbox.posting import put, site_domain

USER_FIELDS = tuple(f.attname for f in User._meta.concrete_fields)


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        return user_with_grants(user_id, today=timezone.localdate())


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email and password do not match.",
        "too_many_login_attempts": 'Too many tries. Wait 5 minutes, or choose "I cannot get in".',
        "account_inactive": "This account is closed. Your onboarding lead can open it again.",
        "enter_current_password": "That is not the password you have used until now.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # accounts come from rosters and from the onboarding lead

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        if user.last_login:  # the sign-in before this one: "since you were last here" is counted from it
            User.objects.filter(pk=user.pk).update(previous_login=user.last_login)
        return super().pre_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: nobody waits for the mail server, and so a known address answers as fast as another."""
        full = {"request": self.request, "email": email, "current_site": site_domain(), **context}
        mail = self.render_mail(template_prefix, email, full)
        put(
            kind=template_prefix.replace("/", "."), to=email, subject=mail.subject, text=f"{mail.body}\n",
            at=timezone.now(), secret=True,
        )  # fmt: skip

    def get_reset_password_from_key_url(self, key: str) -> str:
        return at_home(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return at_home(super().get_email_confirmation_url(request, emailconfirmation))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")


def at_home(url: str) -> str:
    """The address on the configured site, whatever name the request came to."""
    parts = urlsplit(url)
    return settings.SITE_URL.rstrip("/") + urlunsplit(("", "", parts.path, parts.query, ""))


def user_with_grants(user_id: Any, *, today: dt.date) -> User | None:
    """The active user of a session, with `.actor` made of the roles of this very moment. One query.

    Grants are the memberships, and while a team covers another, the other team's role as well.
    """
    org = [f"memberships__organisation__{f}" for f in ("id", "name", "ods_code", "it_sees_date_of_birth")]
    where = Placement.objects.filter(newcomer__user=OuterRef("pk")).order_by("-start_date").values("host__name")[:1]
    base: QuerySet[User] = User.objects.filter(pk=user_id, is_active=True).annotate(starts_at=Subquery(where))
    own = base.values_list(
        *USER_FIELDS, "newcomer__id", "starts_at", "memberships__role", *org, Cast(Value(""), CharField())
    )
    covered = base.filter(
        memberships__organisation__teams__function=F("memberships__role"),
        memberships__organisation__teams__covers__covered_until__gte=today,
    ).values_list(
        *USER_FIELDS,
        "newcomer__id",
        "starts_at",
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
        for _, _, role, *place, until in (row[width:] for row in rows)
        if role
    ]
    grants.sort(key=lambda g: (bool(g.until), g.place.name, g.role))
    user.actor = Actor(  # type: ignore[attr-defined]
        user_id=user.pk,
        name=user.name or user.email,
        grants=tuple(grants),
        newcomer_id=rows[0][width],
        starts_at=rows[0][width + 1] or "",
    )
    return user


def actor_of(user: User) -> Actor:
    """The actor for a user met outside a request, as commands do."""
    found = user_with_grants(user.pk, today=timezone.localdate())
    if found is None:
        return Actor(user_id=None, name="nobody")
    return found.actor  # type: ignore[attr-defined]
