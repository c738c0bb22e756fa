"""The days that no calendar knows: when nobody works here, and paydays."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from onboarding.days import days_text
from onboarding.models import Organisation, Payday
from onboarding.seen import ChangedMeanwhile, mark_of
from onboarding.wording import count_words, day_words
from steps.services.closing import set_closed_days
from steps.services.owning import AT_ONCE
from steps.services.placements import add_paydays
from steps.setup.forms import ClosedDaysForm, PaydaysForm
from steps.views.setup.door import changed, given, organisation_for, page


@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest, ods: str) -> HttpResponse:
    """The days on which nobody works here. First weeks and chases count them."""
    organisation = organisation_for(request, ods)
    form = ClosedDaysForm(given(request), initial=closed_initial(organisation))
    if form.is_bound and form.is_valid():
        try:
            count = set_closed_days(
                organisation.pk, form.cleaned_data["closed_days"], seen=form.cleaned_data["seen"],
                by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            typed = [("Days off", request.POST.get("closed_days", ""))]
            return changed(request, refusal, back=reverse("setup_days", args=[ods]), typed=typed)
        messages.success(request, closed_words(count))
        return redirect("setup_days", organisation.ods_code.lower())
    return days(request, organisation, form, PaydaysForm())


def closed_initial(organisation: Organisation) -> dict[str, str]:
    text = days_text([dt.date.fromisoformat(day) for day in organisation.closed_days])
    return {"closed_days": text, "seen": mark_of({"closed_days": organisation.closed_days})}


def closed_words(count: int | None) -> str:
    if count is None:
        return "The days off stood like that already."
    if count == 0:
        return "Days off: saved."
    people = count_words(count, "newcomer")
    later = " in the background" if count > AT_ONCE else ""
    return f"Days off: saved, and the first week of {people} is counted afresh{later}."


@require_POST
def paydays(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    form = PaydaysForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["paydays"]
        added = add_paydays(organisation.pk, chosen, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, f"Added {count_words(added, 'payday')}." if added else "They were there already.")
        return redirect("setup_days", organisation.ods_code.lower())
    return days(request, organisation, ClosedDaysForm(initial=closed_initial(organisation)), form)


def days(
    request: HttpRequest, organisation: Organisation, closed: ClosedDaysForm, paydays: PaydaysForm
) -> HttpResponse:
    """One page of two forms; the one that was refused says why."""
    today = timezone.localdate()
    ahead = Payday.objects.filter(organisation=organisation, on__gte=today).order_by("on")
    words = [day_words(day, today=today) for day in ahead.values_list("on", flat=True)]
    refused = paydays if paydays.is_bound else closed
    return page(
        request, "days", organisation, closed=closed, paydays=paydays, form=refused, ahead=words,
        status=422 if refused.is_bound else 200,
    )  # fmt: skip
