"""Mail that did not go out, as the onboarding lead sees it: why, and what can be done."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from onboarding.actors import Actor
from onboarding.outbox import failed
from onboarding.outbox.overdue import TOO_LONG
from onboarding.policies import Refused, can_read_mail
from onboarding.wording import count_words, when_words


def lead(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not can_read_mail(actor):
        raise PermissionDenied
    return actor


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    return page(request, lead(request))


def page(request: HttpRequest, actor: Actor, refused: str = "") -> HttpResponse:
    now = timezone.now()
    found = failed.overview(actor)
    late = found.due_since is not None and now - found.due_since > TOO_LONG
    context = {
        "failed": [line_of(row, timezone.localdate()) for row in found.failed],
        "heading": f"{count_words(found.failed_count, 'mail')} could not be sent" if found.failed_count else "",
        "more": found.failed_count - len(found.failed),
        "waiting": count_words(found.waiting, "mail") if found.waiting else "",
        "one_waits": found.waiting == 1,
        "late": when_words(found.due_since, today=timezone.localdate()) if late and found.due_since else "",
        "refused": refused,
    }
    return render(request, "onboarding/mail.html", context, status=422 if refused else 200)


def line_of(row: Any, today: dt.date) -> dict[str, Any]:
    return {"row": row, "since": when_words(row.send_after, today=today)}


@require_POST
def again(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return pressed(request, ref, failed.try_again, "It is on its way again.")


@require_POST
def settled(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return pressed(request, ref, failed.settle, "It is off the list.")


def pressed(request: HttpRequest, ref: uuid.UUID, what: Callable[..., bool], said: str) -> HttpResponse:
    actor = lead(request)
    try:
        done = what(ref, by=actor, at=timezone.now())
    except failed.NoSuchMail as error:
        raise Http404 from error
    except Refused as refusal:
        return page(request, actor, str(refusal))
    messages.success(request, said if done else "Somebody was quicker: it was off the list already.")
    return redirect("outbox")
