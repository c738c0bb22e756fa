"""Replies that nobody could place, for the onboarding lead: read, put where it belongs, or discard."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations.models import InboundMail
from escalations.services import holding_mail
from escalations.services.holding_mail import NoSuchMail
from escalations.services.receiving import raw_of
from onboarding.actors import Actor
from onboarding.policies import Refused
from onboarding.wording import count_words, when_words


class PlaceForm(forms.Form):
    """Which conversation, and who may read it: nothing is chosen beforehand."""

    reference = forms.CharField(
        label="Reference of the conversation, such as K7RF-2XMD",
        max_length=20,
        error_messages={"required": "Give the reference of the conversation."},
    )
    visibility = forms.ChoiceField(
        label="Who can read this?",
        choices=[("everyone", "The newcomer and the teams"), ("staff", "Staff only")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who can read this."},
    )


def lead(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not holding_mail.can_read_held(actor):
        raise PermissionDenied
    return actor


def found(request: HttpRequest, ref: uuid.UUID) -> tuple[Actor, InboundMail]:
    actor = lead(request)
    try:
        return actor, holding_mail.one_for(actor, ref)
    except NoSuchMail as error:
        raise Http404 from error


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    mine = holding_mail.held_mail(lead(request))
    today = timezone.localdate()
    count = mine.count()
    shown = [
        {"row": row, "when": when_words(row.received_at, today=today)}
        for row in mine.defer("text")[: holding_mail.SHOWN]
    ]
    heading = count_words(count, "reply", "replies")
    context = {"heading": f"{heading} we could not place" if count else "", "mails": shown, "more": count - len(shown)}
    return render(request, "escalations/held.html", context)


@require_safe
def held_mail(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    _, row = found(request, ref)
    return page(request, row, PlaceForm(initial={"reference": row.escalation.reference if row.escalation else ""}))


def page(request: HttpRequest, row: InboundMail, form: Any) -> HttpResponse:
    when = when_words(row.received_at, today=timezone.localdate())
    context = {"row": row, "form": form, "when": when}
    return render(request, "escalations/held_mail.html", context, status=422 if form.errors else 200)


@require_POST
def held_place(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, row = found(request, ref)
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            one = holding_mail.attach(
                ref,
                reference=form.cleaned_data["reference"],
                visibility=form.cleaned_data["visibility"],
                by=actor,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("reference", str(refusal))
        else:
            messages.success(request, f"It is in {one.reference} now.")
            return redirect("held")
    return page(request, row, form)


@require_POST
def held_discard(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, _ = found(request, ref)
    try:
        holding_mail.discard(ref, by=actor, at=timezone.now())
    except Refused as refusal:
        messages.success(request, str(refusal))
    else:
        messages.success(request, "It is discarded.")
    return redirect("held")


@require_safe
def held_raw(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The mail as it came, to be saved and never shown: a browser would run what is in it."""
    _, row = found(request, ref)
    response = HttpResponse(raw_of(row), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{row.ref}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
