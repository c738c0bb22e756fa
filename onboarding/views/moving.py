"""/account/move-email/: from the personal address to the work address."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding import moving
from onboarding.actors import Actor
from onboarding.models import User
from onboarding.policies import Refused


def who(request: HttpRequest) -> tuple[User, Actor]:
    return cast(User, request.user), request.actor  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def move_email(request: HttpRequest) -> HttpResponse:
    """Sends the link to the new mailbox."""
    user, actor = who(request)
    context = {"address": moving.can_move_to(user, moving.own_record(actor))}
    if request.method == "POST":
        try:
            sent = moving.send_link(user, by=actor, at=timezone.now())
        except Refused as refusal:
            return render(request, "onboarding/move_email.html", context | {"refused": str(refusal)}, status=422)
        context |= {"sent": sent}
    return render(request, "onboarding/move_email.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def move_email_here(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the new mailbox; only the press moves anything."""
    user, actor = who(request)
    try:
        if request.method != "POST":
            return render(request, "onboarding/move_email_here.html", {"address": moving.target(token, user)})
        address = moving.move(user, token, by=actor, at=timezone.now())
    except Refused as refusal:
        return render(request, "onboarding/move_email.html", {"refused": str(refusal)}, status=422)
    messages.success(request, f"From now on you sign in with {address}. The old address has stopped.")
    return redirect("account")
