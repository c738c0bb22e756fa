"""The audit trail as the onboarding lead reads it: their own organisation's entries, newest first, a page by key."""

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.audit.reading import COLUMNS, cells_of, checks_of, entries_for, line_of
from onboarding.cells import safe
from onboarding.models import AuditEntry
from onboarding.policies import can_read_audit
from onboarding.words import Role

PAGE = 50


class AuditFilter(forms.Form):
    action = forms.CharField(label="What, as in “handed over”", required=False, max_length=60)
    person = forms.CharField(label="Who", required=False, max_length=200)
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], error_messages={"invalid": "“From” is not a day that there is."},
    )  # fmt: skip
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], error_messages={"invalid": "“To” is not a day that there is."},
    )  # fmt: skip
    newcomer = forms.UUIDField(
        label="Newcomer, by the end of their page's address", required=False, widget=forms.TextInput,
        error_messages={"invalid": "That is not the end of a newcomer's address."},
    )  # fmt: skip
    before = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "There is no such page."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "“To” is before “From”.")
        return cleaned


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not can_read_audit(actor):
        raise PermissionDenied
    return actor


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return render(request, "onboarding/audit.html", {"form": form, "refused": True}, status=422)
    entries = page_of(actor, form)
    more = len(entries) > PAGE
    today = timezone.localdate()
    narrowed = request.GET.copy()
    narrowed.pop("before", None)
    older = request.GET.copy()
    older["before"] = str(entries[PAGE - 1].pk) if more else ""
    context = {
        "form": form,
        "checks": checks_of(actor, today),
        "entries": [line_of(entry, today) for entry in entries[:PAGE]],
        "older": f"?{older.urlencode()}" if more else "",
        "newest": not form.cleaned_data.get("before"),
        "narrowed": any(value for name, value in form.cleaned_data.items() if name != "before"),
        "query": narrowed.urlencode(),
    }
    return render(request, "onboarding/audit.html", context)


def page_of(actor: Actor, form: AuditFilter) -> list[AuditEntry]:
    """One more than a page. One query."""
    found = entries_for(actor, form.cleaned_data)
    if form.cleaned_data["before"]:
        found = found.filter(pk__lt=form.cleaned_data["before"])
    return list(found[: PAGE + 1])


@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """All that the filters leave, as a table that is written while it is read. It leaves an entry itself, first."""
    actor = reader(request)
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return render(request, "onboarding/audit.html", {"form": form, "refused": True}, status=422)
    now = timezone.now()
    with change(by=actor, at=now) as made:
        asked = {name: str(value) for name, value in form.cleaned_data.items() if value and name != "before"}
        made.note(
            organisation_ids=actor.places(Role.ONBOARDING_LEAD), action="audit.exported",
            subject=f"user:{actor.user_id}", after=asked,
        )  # fmt: skip
    found = entries_for(actor, form.cleaned_data).select_related("organisation")
    response = StreamingHttpResponse(csv_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate(now)}.csv"'
    return response


class Line:
    """What a csv.writer writes to: hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(found: QuerySet[AuditEntry]) -> Iterator[str]:
    writer: Any = csv.writer(Line(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in found.iterator(chunk_size=2000):
        yield writer.writerow([safe(cell) for cell in cells_of(entry)])
