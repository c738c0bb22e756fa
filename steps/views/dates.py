"""Dates that people enter: a share code's day, by the newcomer or HR; how a mail account stands, by IT."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import Decision, Refused
from steps import policies
from steps.clocks import IDENTITY, MAIL
from steps.dates_forms import MailAccountForm, ShareCodeForm
from steps.models import PlacementStep, ShareCode, SystemAccount
from steps.models.chain import State
from steps.selectors.own import own_steps
from steps.selectors.placements import steps_of
from steps.services import clocks
from steps.views.me import own_placement
from steps.views.newcomers import found, staff

SAVED, STANDS = "Saved. We warn before it bites.", "That was so already, so nothing was changed."
FORMS = ["GET", "HEAD", "POST"]


def row_in(rows: list[PlacementStep], key: str) -> PlacementStep:
    """The step that the date belongs to; 404 where this newcomer has none."""
    row = next((r for r in rows if r.key == key and r.state != State.NOT_APPLICABLE), None)
    if row is None:
        raise Http404
    return row


def posted(request: HttpRequest, decision: Decision) -> Any:
    return request.POST if request.method == "POST" and decision else None


@require_http_methods(FORMS)
def share_code(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor = staff(request)
    placement = found(actor, ref)
    row = row_in(steps_of(placement), IDENTITY)
    return share_code_page(request, actor, placement, row, back=reverse("newcomer_step", args=[ref, IDENTITY]))


@require_http_methods(FORMS)
def own_share_code(request: HttpRequest) -> HttpResponse:
    mine = own_placement(request)
    row = row_in(own_steps(mine.placement), IDENTITY)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return share_code_page(request, actor, mine.placement, row, back=mine.address("step", IDENTITY))


def share_code_page(
    request: HttpRequest, actor: Actor, placement: Placement, row: PlacementStep, *, back: str
) -> HttpResponse:
    decision = policies.can_enter_share_code(actor, row)
    known = ShareCode.objects.filter(placement=placement).first() if decision else None
    form = ShareCodeForm(posted(request, decision), initial={"made_on": known.made_on if known else None})

    def act() -> bool:
        made_on: dt.date = form.cleaned_data["made_on"]
        return clocks.enter_share_code(placement.ref, made_on=made_on, by=actor, at=timezone.now())

    heading = "On which day was the share code made?"
    return answer(request, placement, decision, form, act, heading=heading, back=back)


@require_http_methods(FORMS)
def mail_account(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """By whoever looked into the mail system, between two of its lists."""
    actor = staff(request)
    placement = found(actor, ref)
    row = row_in(steps_of(placement), MAIL)
    decision = policies.can_enter_mail_account(actor, row)
    known = SystemAccount.objects.filter(placement=placement, system=MAIL).first() if decision else None
    initial = {"status": known.status, "since": known.since} if known else {}
    form = MailAccountForm(posted(request, decision), initial=initial)

    def act() -> bool:
        given = form.cleaned_data
        return clocks.enter_mail_account(
            ref, status=given["status"], since=given["since"], by=actor, at=timezone.now()
        )

    back = reverse("newcomer_step", args=[ref, MAIL])
    return answer(request, placement, decision, form, act, heading="How does the mail account stand?", back=back)


def answer(
    request: HttpRequest, placement: Placement, decision: Decision, form: Any, act: Any, *, heading: str, back: str
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, SAVED if act() else STANDS)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(back)
    context = {"placement": placement, "heading": heading, "button": "Save", "back": back, "reason": decision.reason}
    context["form"] = form if decision else None
    return render(request, "steps/verb.html", context, status=403 if not decision else 422 if form.is_bound else 200)
