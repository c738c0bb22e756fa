"""A roster's way in on the page: upload, preview, confirm, result; and the organisation's own headings."""

import io
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.roster import MAX_BYTES, read_roster, refused_csv
from onboarding.roster.columns import LEFT_OUT, NAMES
from onboarding.words import Role
from steps.arrival.planning import plan_arrival
from steps.arrival.summing_up import FIELDS
from steps.models import RosterUpload
from steps.models.upload import UploadState
from steps.services import uploads

IMPORTERS = (Role.HR, Role.ONBOARDING_LEAD)
DATES = [
    ("ISO", "2026-08-03, the year first with hyphens"),
    ("DMY", "03/08/2026, the day first"),
    ("MDY", "08/03/2026, the month first"),
    ("YMD", "2026/08/03, the year first"),
]
REFRESH = 2  # seconds between two looks at the progress


class UploadForm(forms.Form):
    organisation = forms.ChoiceField(label="Whose roster is it?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Roster file",
        help_text=f"CSV or XLSX, {MAX_BYTES // 1_000_000} MB at most.",
        allow_empty_file=True,
        error_messages={"required": "Choose a file."},
    )
    dates = forms.ChoiceField(
        label="How are dates written?",
        choices=DATES,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how dates are written in the file."},
    )

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = places
        if len(places) == 1:
            del self.fields["organisation"]


class HeadingsForm(forms.Form):
    """One choice for each heading that nobody knows."""

    def __init__(self, *args: object, headings: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.headings = headings
        columns = [(name, FIELDS.get(name, name.replace("_ods", "").capitalize() + " (ODS code)")) for name in NAMES]
        for number, heading in enumerate(headings):
            self.fields[f"heading_{number}"] = forms.ChoiceField(
                label=f"“{heading}” is",
                choices=[("", "Choose"), *columns, ("-", "Nothing we need: leave it out")],
                widget=forms.Select(attrs={"class": "nhsuk-select"}),
                error_messages={"required": f"Say what “{heading}” is, or leave it out."},
            )

    def chosen(self) -> dict[str, str]:
        answers = [self.cleaned_data[f"heading_{n}"] for n in range(len(self.headings))]
        return {h: LEFT_OUT if a == "-" else a for h, a in zip(self.headings, answers, strict=True)}


def importer(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(*IMPORTERS):
        raise PermissionDenied
    return actor


def places_of(actor: Actor) -> list[tuple[str, str]]:
    named = {g.place.ods_code: g.place.name for g in actor.grants if g.role in IMPORTERS}
    return sorted(named.items(), key=lambda place: place[1])


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    actor = importer(request)
    places = places_of(actor)
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None, places=places)
    if not sent or not form.is_valid():
        status = 422 if sent else 200
        return render(request, "steps/import.html", {"form": form, "places": places}, status=status)
    code = form.cleaned_data.get("organisation") or places[0][0]
    file = form.cleaned_data["file"]
    try:
        if file.size > MAX_BYTES:
            raise Refused(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
        made = uploads.receive(
            organisation=Organisation.objects.get(ods_code=code),
            name=file.name,
            content=file.read(),
            dates=form.cleaned_data["dates"],
            by=actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return render(request, "steps/import.html", {"form": form, "places": places}, status=422)
    return redirect("import_file", made.ref)


def found(request: HttpRequest, ref: uuid.UUID) -> tuple[Actor, RosterUpload]:
    actor = importer(request)
    one = uploads.upload_for(actor, ref)
    if one is None:
        raise Http404
    return actor, one


@require_safe
def file(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Where the file stands: being checked, its preview, being stored, or what came of it."""
    _, one = found(request, ref)
    return page(request, one)


def page(request: HttpRequest, one: RosterUpload, form: HeadingsForm | None = None, status: int = 200) -> HttpResponse:
    headings = one.result.get("headings") or []
    if form is None and headings and one.content is not None:
        form = HeadingsForm(headings=headings)
    alive = uploads.is_alive(one)
    context = {"one": one, "result": one.result, "form": form, "alive": alive, "percent": percent(one)}
    template = {UploadState.CHECKING: "progress", UploadState.STORING: "progress", UploadState.STORED: "result"}
    name = template.get(UploadState(one.state), "preview")
    return render(request, f"steps/import_{name}.html", context, status=status)


def percent(one: RosterUpload) -> int:
    return min(100, round(100 * one.done / one.total)) if one.total else 0


@require_safe
def progress(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """How far it is, for the script that asks now and then."""
    _, one = found(request, ref)
    working = one.state in (UploadState.CHECKING, UploadState.STORING)
    return JsonResponse({"working": working and uploads.is_alive(one), "percent": percent(one)})


@require_POST
def again(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Takes up work that a stopped process has left."""
    _, one = found(request, ref)
    uploads.start_again(one)
    return redirect("import_file", one.ref)


@require_POST
def confirm(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return storing(request, ref, take_good_rows=False)


@require_POST
def take_good(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return storing(request, ref, take_good_rows=True)


def storing(request: HttpRequest, ref: uuid.UUID, *, take_good_rows: bool) -> HttpResponse:
    actor, one = found(request, ref)
    uploads.confirm(one, take_good_rows=take_good_rows, by=actor, at=timezone.now())
    one.refresh_from_db()
    if one.state == UploadState.CHECKED and one.result.get("refused") and not take_good_rows:
        messages.error(request, "Some rows are refused now, so nothing was stored. They are listed below.")
    return redirect("import_file", one.ref)


@require_POST
def headings(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Keeps what the organisation calls its columns, and checks the file once more with it."""
    actor, one = found(request, ref)
    form = HeadingsForm(request.POST, headings=one.result.get("headings") or [])
    if one.content is None or not form.is_valid():
        return page(request, one, form, status=422)
    now = timezone.now()
    uploads.save_headings(one.organisation, form.chosen(), by=actor, at=now)
    made = uploads.receive(
        organisation=one.organisation, name=one.name, content=bytes(one.content), dates=one.dates, by=actor, at=now
    )
    return redirect("import_file", made.ref)


@require_safe
def refused(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The refused rows as a file to mend, with what is wrong beside each."""
    actor, one = found(request, ref)
    if one.content is None:
        raise Http404
    today = timezone.localdate(one.uploaded_at)
    content = io.BytesIO(bytes(one.content))
    roster = read_roster(content, today=today, dates=one.dates, headings=one.organisation.heading_map)
    plan_arrival(roster, organisation=one.organisation, by=actor, today=today)
    response = HttpResponse(refused_csv(roster), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
