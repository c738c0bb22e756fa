"""The page of a signed link: one button, no account. Opening it does nothing, so that a mail scanner does nothing."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations import links
from escalations.forms import PressForm
from escalations.models import Press
from escalations.services import pressing
from onboarding.policies import Refused

HEADINGS = {
    Press.FIXED: "Is it fixed?",
    Press.NOT_OURS: "Is it not yours?",
    Press.NEED_MORE: "What do you need?",
}
BUTTONS = {
    Press.FIXED: "It is fixed: ask the newcomer",
    Press.NOT_OURS: "Not ours: pass it on",
    Press.NEED_MORE: "Ask the newcomer",
}
ASKS = {
    Press.FIXED: "What did you do?",
    Press.NOT_OURS: "Whose is it, if you know?",
    Press.NEED_MORE: "What do you need?",
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def pack_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = links.read(token)
    except links.RunOut:
        return shown(request, {"over": "This link has run out. Reply to the mail instead, or phone."}, status=410)
    sent = pressing.pack_of(link.pack) if link else None
    if link is None or sent is None:
        raise Http404
    context: dict[str, Any] = {"reference": sent.escalation.reference, "step": pressing.step_of(sent)}
    context |= {"heading": HEADINGS[link.what], "button": BUTTONS[link.what], "team": sent.to_name}
    over = pressing.why_not(sent, link.what, today=timezone.localdate())
    if over:
        return shown(request, context | {"over": over}, status=409 if request.method == "POST" else 200)
    form = PressForm(
        request.POST if request.method == "POST" else None, asks=ASKS[link.what], needed=link.what == Press.NEED_MORE
    )
    if request.method != "POST" or not form.is_valid():
        return shown(request, context | {"form": form}, status=422 if request.method == "POST" else 200)
    try:
        done = pressing.press(
            link.pack, link.what, said=form.cleaned_data["said"].strip(), ticket=form.cleaned_data["ticket"],
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return shown(request, context | {"over": str(refusal)}, status=409)
    return shown(request, context | {"done": done})


def shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context["refused"] = status >= 400
    response = render(request, "escalations/pack_link.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
