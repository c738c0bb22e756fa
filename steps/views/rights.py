"""For the employer's HR and onboarding lead: a copy of what is held, a hold on it, and erasing it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import Decision, Refused
from onboarding.rights import erasing, policies
from onboarding.rights.exporting import copy_for
from onboarding.rights_forms import EraseForm, HoldForm
from onboarding.wording import date_words
from steps.views.newcomers import found, staff


def employers_own(request: HttpRequest, ref: uuid.UUID) -> tuple[Actor, Placement]:
    """The door to all of these: whoever may open the newcomer and speaks for their employer."""
    actor = staff(request)
    placement = found(actor, ref)
    if not policies.speaks_for_employer(actor, placement):
        raise PermissionDenied
    return actor, placement


@require_safe
def copy(request: HttpRequest, ref: uuid.UUID) -> FileResponse:
    actor, placement = employers_own(request, ref)
    if not policies.can_copy(actor, placement):
        raise PermissionDenied
    now = timezone.now()
    name = f"newcomer-{erasing.typed_reference(placement)}-{timezone.localdate(now)}.zip"
    content = copy_for(placement, by=actor, at=now)
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, placement = employers_own(request, ref)
    reference = erasing.typed_reference(placement)
    form = EraseForm(request.POST if request.method == "POST" else None, reference=reference)
    if form.is_bound and form.is_valid():
        try:
            gone = erasing.erase(placement, by=actor, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Erased. Backups end on {date_words(gone.backups_end_on)}.")
            return redirect("newcomers")
    return page(request, actor, placement, form=form, status=422 if form.is_bound else 200)


def page(
    request: HttpRequest, actor: Actor, placement: Placement, *, form: EraseForm, holding: HoldForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    who = erasing.about(placement)
    held = policies.hold_of(placement)
    may: Decision = policies.can_erase(actor, placement)
    context = {
        "placement": placement,
        "posts": who.placements,
        "whole": who.whole,
        "form": form if may else None,
        "bound": form if form.is_bound else holding,
        "held": held,
        "held_since": date_words(timezone.localdate(held.since)) if held else "",
        "can_copy": policies.can_copy(actor, placement),
        "hold_form": holding or HoldForm(),
    }
    return render(request, "steps/erase.html", context, status=status)


@require_POST
def hold(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, placement = employers_own(request, ref)
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            erasing.hold(placement, reason=form.cleaned_data["reason"], by=actor, at=timezone.now())
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Held. Nothing about this newcomer is erased until you lift it.")
            return redirect("newcomer_erase", ref=ref)
    blank = EraseForm(reference=erasing.typed_reference(placement))
    return page(request, actor, placement, form=blank, holding=form, status=422)


@require_POST
def lift(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, placement = employers_own(request, ref)
    if erasing.lift(placement, by=actor, at=timezone.now()):
        messages.success(request, "The hold is lifted. Your organisation's usual times hold again.")
    return redirect("newcomer_erase", ref=ref)
