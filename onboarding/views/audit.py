"""The audit trail as the onboarding lead reads it: their own organisation's entries, newest first, a page by key."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.actors import Actor
from onboarding.models import AuditEntry
from onboarding.policies import IDENTITY_FIELDS, can_read_audit
from onboarding.wording import UK, capital, day_words, moment_words
from onboarding.words import Role

PAGE = 50
# what the entry keeps and the page does not show: a field that the lead of a host, or of a trust, may not see, and
# words that somebody typed, which may hold one. The newcomer's own page shows them to whoever may read them there.
CLOSED = frozenset({*IDENTITY_FIELDS, "reason", "status_reason"})

NOT_FOR_PEOPLE = frozenset({"fact", "of_id", "issued", "content_hash"})


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


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not can_read_audit(actor):
        raise PermissionDenied
    form = AuditFilter(request.GET)
    refused = not form.is_valid()
    entries = [] if refused else page_of(actor, form.cleaned_data)
    more = len(entries) > PAGE
    today = timezone.localdate()
    query = request.GET.copy()
    query["before"] = str(entries[PAGE - 1].pk) if more else ""
    context = {
        "form": form,
        "refused": refused,
        "entries": [line_of(entry, today) for entry in entries[:PAGE]],
        "older": f"?{query.urlencode()}" if more else "",
        "newest": not form.cleaned_data.get("before"),
        "narrowed": any(value for name, value in form.cleaned_data.items() if name != "before"),
    }
    return render(request, "onboarding/audit.html", context, status=422 if refused else 200)


def page_of(actor: Actor, given: Mapping[str, Any]) -> list[AuditEntry]:
    """One more than a page of the entries of the actor's own organisations. One query."""
    found = AuditEntry.objects.filter(organisation__in=actor.places(Role.ONBOARDING_LEAD))
    if given["action"]:
        found = found.filter(action__icontains="_".join(given["action"].split()))
    if given["person"]:
        found = found.filter(by_name__icontains=given["person"])
    if given["first"]:
        found = found.filter(at__gte=dt.datetime.combine(given["first"], dt.time(), UK))
    if given["last"]:
        found = found.filter(at__lt=dt.datetime.combine(given["last"] + dt.timedelta(days=1), dt.time(), UK))
    if given["newcomer"]:
        found = found.filter(subject=f"placement:{given['newcomer']}")
    if given["before"]:
        found = found.filter(pk__lt=given["before"])
    return list(found.order_by("-pk")[: PAGE + 1])


def line_of(entry: AuditEntry, today: dt.date) -> dict[str, Any]:
    kind, _, ident = entry.subject.partition(":")
    return {
        "seq": entry.seq,
        "day": day_words(entry.at, today=today),
        "time": moment_words(entry.at),
        "who": entry.by_name,
        "action": capital(entry.action.replace(".", ": ", 1).replace("_", " ")),
        "href": placement_address(ident) if kind == "placement" else "",
        "subject": kind if ident.isdigit() or kind == "placement" else f"{kind} {ident}",
        "changes": list(changes_of(entry.before, entry.after)),
    }


def placement_address(ident: str) -> str:
    try:
        return reverse("newcomer", args=[uuid.UUID(ident)])
    except (ValueError, NoReverseMatch):
        return ""


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what, how it changed) in words. Of what is closed, only that it changed or was given."""
    for name in sorted({*before, *after}, key=lambda name: (name != "step", name)):  # jsonb keeps no order
        if name in NOT_FOR_PEOPLE:
            continue
        was, now = before.get(name), after.get(name)
        if name in CLOSED:
            text = "changed" if name in before else "given" if now else ""
        elif name not in before or was == now:
            text = plain(now if name in after else was)
        else:
            text = f"{plain(was) or 'empty'} → {plain(now) or 'empty'}" if name in after else plain(was)
        if text:
            yield capital(name.replace("_", " ")), text


def plain(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name}: {text}" for name, text in changes_of({}, value))
        case list():
            return ", ".join(plain(one) for one in value)
    return str(value).replace("_", " ") if isinstance(value, str) else str(value)
