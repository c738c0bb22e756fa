"""What allauth asks of us: who may sign in, how it refuses, how its mail goes out, which address tries come from."""

import datetime as dt
import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from onboarding.clients import client_address
from onboarding.models import User
from onboarding.outbox.posting import put, site_domain
from onboarding.sign_in import notes, sessions
from onboarding.wording import day_words

SAID_BEFORE = dt.timedelta(days=60)  # a day further off is on the account page, and not said at every sign-in
JUST_NOW = 300  # seconds after signing in, in which "is it still you?" is not asked


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email and password do not match.",
        "too_many_login_attempts": "Too many tries. Wait 5 minutes, or ask for a code.",
        "account_inactive": "This account is closed. Your onboarding lead can open it again.",
        "enter_current_password": "That is not the password you have used until now.",
        "incorrect_code": "That code is not right, or it has run out.",
        "rate_limited": "Too many tries. Wait 5 minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # accounts come from rosters and from the onboarding lead

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        if not user.is_active:
            notes.refused(user, "closed", at=timezone.now())
        elif user.last_login:  # the sign-in before this one: "since you were last here" is counted from it
            User.objects.filter(pk=user.pk).update(previous_login=user.last_login)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Signed in, with whatever was asked: the trail says so, and what was typed before is theirs or nobody's."""
        records = get_authentication_records(request, user)
        now = timezone.now()
        by = notes.signed_in(user, [str(r.get("type") or r["method"]) for r in records], at=now)
        if by and now < by < now + SAID_BEFORE:
            day = day_words(by, today=timezone.localdate(now))
            messages.info(request, f"Your role needs more than a password. Add a passkey or an app by {day}.")
        sessions.come_back(request, user)
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_kept") if sessions.kept(request) else str(super().get_login_redirect_url(request))

    def logout(self, request: HttpRequest) -> None:
        sessions.forget(request.session.session_key)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        notes.refused(user, "password", at=timezone.now())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries are counted for the account from this address, and for the account from anywhere.

        So whoever guesses from one place stops there, and not at the owner, who is elsewhere; and many at one
        hospital's address are not counted together.
        """
        login = str(credentials.get("email", "")).lower()
        rates = (("login_failed", f"{login}|{ratelimit.get_ip(request)}"), ("login_failed_anywhere", login))
        self._login_failed_rl_usage = None
        used: list[Any] = []
        for action, key in rates:
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not usage:
                raise self.validation_error("too_many_login_attempts")
            used += usage.usage
        self._login_failed_rl_usage = ratelimit.RateLimitUsage(usage=used)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a new password by mail: they may try again here."""
        login = str(credentials.get("email", "")).lower()
        key = f"{login}|{ratelimit.get_ip(request)}"
        ratelimit.clear(request, app="allauth.account", action="login_failed", key=key)
        ratelimit.clear(request, app="allauth.account", action="login_failed_anywhere", key=login)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("x-forwarded-for", ""),
            proxies=settings.TRUSTED_PROXY_COUNT,
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """ "Is it still you?" is not asked of whoever has only just signed in."""
        request = self.request
        records = get_authentication_records(request, request.user) if request else []
        if records and time.time() - records[-1]["at"] < JUST_NOW:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: nobody waits for the mail server, and so a known address answers as fast as another.

        A mail to an unknown address is written just so, which takes as long; the outbox sends none of these
        (`sessions.UNKNOWN`).
        """
        full = {"request": self.request, "email": email, "current_site": site_domain(), **context}
        mail = self.render_mail(template_prefix, email, full)
        put(
            kind=template_prefix.replace("/", "."), to=email, subject=mail.subject, text=f"{mail.body}\n",
            at=timezone.now(), secret=True,
        )  # fmt: skip

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """To the owner, of what changed about their sign-in. Their very first password is no news to them."""
        if template_prefix != "account/email/password_set":
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

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
