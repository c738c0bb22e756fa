"""A roster's way in on the page: upload, preview, confirm, result; and the organisation's own headings."""

import csv
import io
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.actors import Actor
from onboarding.cells import safe
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.roster import refused_csv
from onboarding.roster.columns import UNKNOWN
from onboarding.wording import count_words
from onboarding.words import Role
from steps.arrival.planning import Plan
from steps.arrival.summing_up import arrival_words, change_words, changes_of
from steps.import_forms import HeadingsForm, UploadForm
from steps.models import RosterUpload
from steps.models.upload import Upload, UploadState
from steps.services import background, uploads
from steps.services import headings as own_headings
from steps.views.holding import HeldInMemory
from steps.views.inviting import to_invite

IMPORTERS = (Role.HR, Role.ONBOARDING_LEAD)
PAGES = {
    UploadState.CHECKING: "progress",
    UploadState.STORING: "progress",
    UploadState.STORED: "result",
    UploadState.FAILED: "failed",
}


def importer(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(*IMPORTERS):
        raise PermissionDenied
    return actor


def places_of(actor: Actor) -> list[tuple[int, str]]:
    named = {g.place.id: g.place.name for g in actor.grants if g.role in IMPORTERS}
    return sorted(named.items(), key=lambda place: place[1])


@csrf_exempt  # only until the handler is set, which has to be before anything reads the form: see `received`
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    actor = importer(request)
    request.upload_handlers = [HeldInMemory(request)]
    return received(request, actor)


@csrf_protect
def received(request: HttpRequest, actor: Actor) -> HttpResponse:
    places = places_of(actor)
    if request.method != "POST":
        return render(request, "steps/import.html", {"form": UploadForm(places=places), "places": places})
    form = UploadForm(request.POST, request.FILES, places=places)
    if form.is_valid():
        try:
            made = uploads.receive(
                organisation=Organisation.objects.get(pk=form.organisation_id),
                name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                dates=form.cleaned_data["dates"],
                by=actor,
                at=timezone.now(),
            )
            return redirect("import_file", made.ref)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "steps/import.html", {"form": form, "places": places}, status=422)


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
    return page(request, one, headings_form(one))


def headings_form(one: RosterUpload, data: Any = None) -> HeadingsForm | None:
    """Asks for the headings that nobody knows, where there are any."""
    heading, known = one.result.get("heading") or [], one.organisation.heading_map
    unknown = own_headings.unknown_headings(heading, known)
    if not unknown or one.state != UploadState.CHECKED:
        return None
    return HeadingsForm(data, headings=unknown, there=own_headings.columns_there(heading, known))


def page(request: HttpRequest, one: RosterUpload, form: HeadingsForm | None, status: int = 200) -> HttpResponse:
    template = PAGES.get(UploadState(one.state), "preview")
    result = one.result
    to_store = result.get("new", 0) + result.get("changed", 0)
    context = {
        "one": one,
        "result": result,
        "faults": [fault for fault in result.get("faults", ()) if not asked_about(fault, form)],
        "form": form,
        "alive": background.is_alive(one),
        "percent": percent(one),
        "says": how_far(one),
        "heading": heading_words(result),
        "to_store": to_store and count_words(to_store, "row"),
        "good": count_words(result.get("good", 0), "good row"),
        "refused_rows": count_words(result.get("refused", 0), "refused row"),
        "done": done_words(result),
        "to_invite": to_invite(one),
        "records": [(place, count_words(count, "new record")) for place, count in result.get("records", ())],
    }
    return render(request, f"steps/import_{template}.html", context, status=status)


def asked_about(fault: dict[str, Any], form: HeadingsForm | None) -> bool:
    """Is the fault a heading that the form asks for?"""
    named = fault["problem"].endswith(UNKNOWN) and fault["column"]
    return bool(form and named and any(heading.startswith(named) for heading in form.headings))


def heading_words(result: dict[str, Any]) -> str:
    if not result.get("rows"):
        return ""
    kinds = (("new", "new"), ("changed", "changed"), ("same", "the same"), ("refused", "refused"))
    said = ", ".join(f"{result[name]:,} {words}" for name, words in kinds)
    return f"{count_words(result['rows'], 'row')}: {said}"


def percent(one: Upload) -> int:
    return min(100, 100 * one.done // one.total) if one.total else 0


def how_far(one: RosterUpload) -> str:
    """The progress in words. Storing is one step that shows nothing until it is whole."""
    if one.state == UploadState.STORING and not one.total:
        return "The file is read. Storing now."
    return f"{percent(one)}% read." if one.total else "Reading the file."


def done_words(result: dict[str, Any]) -> str:
    """What was stored, as a heading: the work that it makes, if it makes any."""
    if result.get("new"):
        return f"HR has {count_words(result['new'], 'record')} to check"
    return f"{count_words(result['changed'], 'placement')} changed" if result.get("changed") else "Nothing was changed"


@require_safe
def progress(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """How far it is, for the script that asks now and then."""
    _, one = found(request, ref)
    working = one.state in background.WORKING and background.is_alive(one)
    return JsonResponse({"working": working, "percent": percent(one), "says": how_far(one)})


@require_POST
def again(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Takes up work that a stopped process has left, or that failed."""
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
    """A second press, or one beside the first, is sent to the same page: what is there says what happened."""
    actor, one = found(request, ref)
    uploads.confirm(one, take_good_rows=take_good_rows, by=actor, at=timezone.now())
    return redirect("import_file", one.ref)


@require_POST
def headings(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Keeps what the organisation calls its columns, and checks the file once more with it."""
    actor, one = found(request, ref)
    form = headings_form(one, request.POST)
    if form is None:
        return redirect("import_file", one.ref)  # told already
    if not form.is_valid():
        return page(request, one, form, status=422)
    own_headings.save_headings(one.organisation, form.chosen(), by=actor, at=timezone.now())
    uploads.check_again(one)
    return redirect("import_file", one.ref)


@require_safe
def refused(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The refused rows as a file to mend, with what is wrong beside each."""
    actor, one = found(request, ref)
    if one.content is None or one.state not in (UploadState.CHECKED, UploadState.STORED):
        raise Http404
    if one.state == UploadState.STORED:  # what is kept of the file is its refused rows
        return attachment("refused-rows", bytes(one.content))
    return attachment("refused-rows", refused_csv(uploads.planned(one, by=actor).roster))


@require_safe
def whole_list(request: HttpRequest, ref: uuid.UUID, kind: str) -> HttpResponse:
    """All rows of one kind, where the page shows the first hundred."""
    actor, one = found(request, ref)
    make = LISTS.get(kind)
    if make is None or one.content is None or one.state != UploadState.CHECKED:
        raise Http404
    return attachment(f"{kind}-rows", csv_of(make(uploads.planned(one, by=actor), actor)))


Lines = Iterator[tuple[Any, ...]]


def new_lines(plan: Plan, actor: Actor) -> Lines:
    yield "row", "name", "role", "start", "where"
    for new in map(arrival_words, plan.new):
        yield new["row"], new["name"], new["role"], new["start"], new["where"]


def changed_lines(plan: Plan, actor: Actor) -> Lines:
    yield "row", "name", "field", "before", "after"
    for change in changes_of(plan):
        said = change_words(*change, actor)
        for one in said["fields"]:
            shown = ("not shown to you",) * 2 if one["before"] is None else (one["before"], one["after"])
            yield said["row"], said["name"], one["field"], *shown


def problem_lines(plan: Plan, actor: Actor) -> Lines:
    yield "row", "column", "problem"
    yield from plan.roster.faults


def remark_lines(plan: Plan, actor: Actor) -> Lines:
    yield "row", "column", "to look at"
    yield from plan.roster.warnings


LISTS = {"new": new_lines, "changed": changed_lines, "problem": problem_lines, "remarked": remark_lines}


def csv_of(lines: Iterable[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([safe("" if cell is None else str(cell)) for cell in line])
    return out.getvalue().encode("utf-8-sig")


def attachment(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
