"""Where somebody is signed in, and what they typed when a session ended under it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.models import User
from onboarding.sign_in import sessions
from onboarding.wording import day_words, moment_words


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        {
            "place": place,
            "since": f"{day_words(place.since, today=today)}, {moment_words(place.since)}",
            "seen": f"{day_words(place.seen, today=today)}, {moment_words(place.seen)}",
        }
        for place in sessions.places(cast(User, request.user), request.session.session_key)
    ]
    others = any(not row["place"].here for row in rows)  # type: ignore[attr-defined]
    return render(request, "onboarding/sessions.html", {"rows": rows, "others": others})


@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    found = {place.id: place for place in sessions.places(user, request.session.session_key)}
    if pk not in found:
        raise Http404
    if found[pk].here:
        return redirect("account_logout")
    sessions.end(user, [pk], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, f"Signed out there: {found[pk].browser}.")
    return redirect("account_sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    others = [place.id for place in sessions.places(user, request.session.session_key) if not place.here]
    sessions.end(user, others, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, "Signed out everywhere but here.")
    return redirect("account_sessions")


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """What was typed when the session ended: to be sent now, or thrown away by POST."""
    draft = sessions.kept(request)
    if request.method == "POST":
        request.session.pop(sessions.DRAFT, None)
        return redirect(draft.get("form") or "home")
    typed = [value for _, value in draft.get("fields", []) if " " in value.strip()]
    context = {"draft": draft, "typed": typed}
    return render(request, "onboarding/kept.html", context)
