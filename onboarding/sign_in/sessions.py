"""How long somebody stays signed in, where they are, and what becomes of a form whose session ended under it.

A session ends when nothing was pressed for `SESSION_IDLE_MINUTES`, and after `SESSION_HOURS` in any case. What was
typed meanwhile is kept on the server, in the visitor's next session: the same person finds it after signing in, for
anybody else it is gone. It is in no address, and no script is needed for it.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.clients import browser_words
from onboarding.models import Job, OutboxMail, User
from onboarding.sign_in import notes

SINCE, SEEN = "since", "seen"  # of a session: when it began, and when something was last asked for, in seconds
DRAFT, ENDED = "draft", "ended_after"
TOUCH = 60  # seconds: a session's row is written at most once in this time
MOST = 200_000  # letters of a draft
KEPT_ADDRESS = "account_kept"

Next = Callable[[HttpRequest], HttpResponse]


def started(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Django tells of a new session by a signal alone."""
    request.session[SINCE] = request.session[SEEN] = int(time.time())


def limit_passed(session: Any, now: float) -> str:
    """After how long this session has ended, in words; "" while it goes on."""
    if now - session.get(SEEN, now) >= settings.SESSION_IDLE_MINUTES * 60:
        minutes = settings.SESSION_IDLE_MINUTES
        return f"{minutes} minutes" if minutes != 1 else "1 minute"
    if now - session.get(SINCE, now) >= settings.SESSION_HOURS * 3600:
        return f"{settings.SESSION_HOURS} hours" if settings.SESSION_HOURS != 1 else "1 hour"
    return ""


def limits(get_response: Next) -> Next:
    """Middleware: ends a session that is over, and keeps what was just sent with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        now = time.time()
        passed = limit_passed(request.session, now)
        if not passed:
            if now - request.session.get(SEEN, 0) >= TOUCH:
                request.session[SEEN] = int(now)
                request.session.setdefault(SINCE, int(now))
            return answered(request, get_response)
        draft = draft_of(request, request.user.pk)
        forget(request.session.session_key)
        logout(request)
        request.session[ENDED] = passed
        if draft:
            request.session[DRAFT] = draft
            return redirect_to_login(reverse(KEPT_ADDRESS))
        return get_response(request)

    return middleware


def answered(request: HttpRequest, get_response: Next) -> HttpResponse:
    """The answer; a draft that was sent with this is kept no longer."""
    draft = kept(request)
    sent = bool(draft) and request.method == "POST" and request.get_full_path() == draft["path"]
    response = get_response(request)
    if sent and response.status_code < 500:
        request.session.pop(DRAFT, None)
    return response


def draft_of(request: HttpRequest, user_id: int) -> dict[str, Any] | None:
    """What somebody sent when their session had ended: not passwords and codes, which is all that /account/ takes."""
    if request.method != "POST" or request.path.startswith(("/account/", "/invitation/")):
        return None
    pairs = [[k, v] for k, values in request.POST.lists() for v in values if k != "csrfmiddlewaretoken"]
    if not any(v.strip() for _, v in pairs) or sum(len(k) + len(v) for k, v in pairs) > MOST:
        return None
    came = urlsplit(request.headers.get("referer", ""))
    form_at = came.path if came.netloc == request.get_host() else ""
    path, files = request.get_full_path(), bool(request.FILES)
    return {"user": user_id, "path": path, "fields": pairs, "form": form_at, "files": files}


def kept(request: HttpRequest) -> dict[str, Any]:
    """The draft that is kept for whoever is signed in; empty when there is none."""
    found = request.session.get(DRAFT) or {}
    return found if found.get("user") == getattr(request.user, "pk", None) else {}


def come_back(request: HttpRequest, user: User) -> None:
    """Signed in again: somebody else's draft goes."""
    request.session.pop(ENDED, None)
    if request.session.get(DRAFT, {}).get("user", user.pk) != user.pk:
        del request.session[DRAFT]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which somebody is signed in."""

    id: int
    browser: str
    address: str
    since: dt.datetime
    seen: dt.datetime
    here: bool


def places(user: User, here: str | None) -> list[SignedIn]:
    """Where this person is signed in now, this browser first, then the newest. Two queries."""
    listed = {one.session_key: one for one in UserSession.objects.filter(user=user)}
    found = []
    for row in Session.objects.filter(session_key__in=listed, expire_date__gt=timezone.now()):
        data, one = row.get_decoded(), listed[row.session_key]
        if not is_alive(data, user):
            continue
        seen = dt.datetime.fromtimestamp(data.get(SEEN, one.last_seen_at.timestamp()), dt.UTC)
        mine = row.session_key == here
        found.append(SignedIn(one.pk, browser_words(one.user_agent), one.ip, one.created_at, seen, mine))
    return sorted(found, key=lambda one: (not one.here, -one.seen.timestamp()))


def is_alive(data: dict[str, Any], user: User) -> bool:
    same = data.get(SESSION_KEY) == str(user.pk) and data.get(HASH_SESSION_KEY) == user.get_session_auth_hash()
    return same and not limit_passed(data, time.time())


def end(user: User, ids: list[int], *, by: Actor, at: dt.datetime) -> int:
    """Ends these sessions of this person; gives how many there were."""
    with change(by=by, at=at):
        keys = list(UserSession.objects.filter(user=user, pk__in=ids).values_list("session_key", flat=True))
        if keys:
            Session.objects.filter(session_key__in=keys).delete()
            UserSession.objects.filter(session_key__in=keys).delete()
            notes.note(user.pk, "account.sessions_ended", by=by, at=at, after={"sessions": len(keys)})
        return len(keys)


def end_all(user: User, *, by: Actor, at: dt.datetime) -> int:
    """Ends every session of somebody whose account is closed."""
    return end(user, list(UserSession.objects.filter(user=user).values_list("pk", flat=True)), by=by, at=at)


def forget(session_key: str | None) -> None:
    """A session that ends here is no longer listed."""
    if session_key:
        UserSession.objects.filter(session_key=session_key).delete()


def to_nobody(mail: OutboxMail) -> str:
    """Who gets a mail that was written for an address that nobody has here."""
    return ""


def sweep(job: Job, now: dt.datetime) -> None:
    """Takes away what ended by itself: rows of sessions, where they were, and mails that were for nobody."""
    OutboxMail.objects.filter(kind=UNKNOWN, created_at__lt=now - dt.timedelta(hours=1)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


SWEEP, UNKNOWN = "sweep_sessions", "account.email.unknown_account"
_planned = ""


def plan(now: dt.datetime) -> None:
    """Adds the day's sweep. No query once it is added."""
    global _planned
    day = f"{SWEEP}:{now:%Y%m%d}"
    if _planned != day:
        jobs.enqueue(SWEEP, {}, at=now, key=day)
        _planned = day
