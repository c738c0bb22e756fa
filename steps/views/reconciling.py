"""A system's list on the page: brought in, its columns, the preview, and each kind confirmed alone."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.policies import Refused
from steps.models import Extract
from steps.models.upload import UploadState
from steps.reconcile_forms import ChosenForm, ColumnsForm, ExtractForm
from steps.reconciling import wording
from steps.reconciling.sorting import IN_BULK, KINDS
from steps.services import background, extracts
from steps.services.reconciling import systems_for
from steps.views.holding import HeldInMemory
from steps.views.importing import attachment, csv_of, percent


@csrf_exempt  # only until the handler is set, which has to be before anything reads the form: see `received`
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not systems_for(actor):
        raise PermissionDenied
    request.upload_handlers = [HeldInMemory(request)]
    return received(request, actor)


@csrf_protect
def received(request: HttpRequest, actor: Actor) -> HttpResponse:
    places = systems_for(actor)
    if request.method != "POST":
        return render(request, "steps/reconcile.html", {"form": ExtractForm(places=places)})
    form = ExtractForm(request.POST, request.FILES, places=places)
    if form.is_valid():
        try:
            made = extracts.receive(
                system=form.chosen,
                organisation=Organisation.objects.get(pk=form.organisation_id),
                name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                dates=form.cleaned_data["dates"],
                by=actor,
                at=timezone.now(),
            )
            return redirect("reconcile_file", made.ref)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "steps/reconcile.html", {"form": form}, status=422)


def found(request: HttpRequest, ref: uuid.UUID) -> tuple[Actor, Extract]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not systems_for(actor):
        raise PermissionDenied
    one = extracts.extract_for(actor, ref)
    if one is None:
        raise Http404
    return actor, one


@require_safe
def file(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Where the list stands: being compared, its columns if nobody looked at them yet, or what it says."""
    _, one = found(request, ref)
    return page(request, one)


def page(request: HttpRequest, one: Extract, form: Any = None, kind: str = "", status: int = 200) -> HttpResponse:
    """`form` of `kind` is the one that was refused."""
    system, context = extracts.system_of(one), {"one": one, "result": one.result, "form": form}
    context |= {"system": system, "title": system.title}
    if one.state in background.WORKING:
        context |= {
            "alive": background.is_alive(one),
            "percent": percent(one),
            "says": wording.how_far(one, percent(one)),
        }
        return render(request, "steps/reconcile_progress.html", context)
    if one.state == UploadState.FAILED:
        return render(request, "steps/reconcile_failed.html", context)
    if not one.result["told"] and one.result["columns"] and not one.result.get("cells_at_fault"):
        return columns_page(request, one, ColumnsForm(columns=one.result["columns"]))
    context["groups"] = [wording.group(one, system, kind) for kind in KINDS if one.result["groups"][kind]["count"]]
    context |= {"heading": wording.heading(one, system), "told": wording.told(one, system), "refused_kind": kind}
    return render(request, "steps/reconcile_preview.html", context, status=status)


@require_safe
def progress(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """How far it is, for the script that asks now and then."""
    _, one = found(request, ref)
    working = one.state in background.WORKING and background.is_alive(one)
    said = {"working": working, "percent": percent(one), "says": wording.how_far(one, percent(one))}
    return JsonResponse(said)


@require_POST
def again(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Compares once more, or takes up what a stopped process has left."""
    _, one = found(request, ref)
    extracts.start_again(one)
    return redirect("reconcile_file", one.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """What each heading is: kept for the organisation and system, and the list is compared with it."""
    actor, one = found(request, ref)
    if one.state != UploadState.CHECKED or not one.result["columns"]:
        return redirect("reconcile_file", one.ref)
    if request.method != "POST":
        return columns_page(request, one, ColumnsForm(columns=one.result["columns"]))
    form = ColumnsForm(request.POST, columns=one.result["columns"])
    if form.is_valid():
        try:
            extracts.tell_columns(one, form.chosen(), by=actor, at=timezone.now())
            return redirect("reconcile_file", one.ref)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return columns_page(request, one, form, status=422)


def columns_page(request: HttpRequest, one: Extract, form: ColumnsForm, status: int = 200) -> HttpResponse:
    context = {"one": one, "system": extracts.system_of(one), "form": form, "faults": one.result["faults"]}
    return render(request, "steps/reconcile_columns.html", context, status=status)


@require_POST
def confirm(request: HttpRequest, ref: uuid.UUID, kind: str) -> HttpResponse:
    """Takes one kind. A second press, or one beside the first, is sent to the page that says what happened."""
    actor, one = found(request, ref)
    if kind not in KINDS:
        raise Http404
    chosen = None
    if kind not in IN_BULK and one.state == UploadState.CHECKED and kind not in one.taken:
        form = ChosenForm(request.POST, placements=one.items.get(kind, {}))
        if not form.is_valid():
            return page(request, one, form, kind, status=422)
        chosen = form.cleaned_data["who"]
    if extracts.confirm(one, kind, chosen=chosen, by=actor, at=timezone.now()) and kind in one.taken:
        came = one.taken[kind]
        if came["stale"] and not came["written"]:
            return conflict(request, one, kind)
        if came["written"]:
            messages.success(request, wording.done(one, kind))
    return redirect("reconcile_file", one.ref)


def conflict(request: HttpRequest, one: Extract, kind: str) -> HttpResponse:
    back = reverse("reconcile_file", args=[one.ref])
    context = {"changed_words": wording.stale(one.taken[kind]), "typed": (), "back": back}
    return render(request, "steps/conflict.html", context, status=409)


@require_safe
def whole_list(request: HttpRequest, ref: uuid.UUID, kind: str) -> HttpResponse:
    """All of one kind as a file, where the page shows the first hundred; or every fault of a list that has some."""
    actor, one = found(request, ref)
    if one.content is None or one.state != UploadState.CHECKED or kind not in wording.LISTS:
        raise Http404
    return attachment(f"reconcile-{kind}", csv_of(wording.LISTS[kind](extracts.planned(one, by=actor))))
