"""The days that no calendar knows: paydays."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding.models import Payday
from onboarding.wording import count_words, day_words
from steps.services.placements import add_paydays
from steps.setup.forms import PaydaysForm
from steps.views.setup.door import given, organisation_for, page


@require_http_methods(["GET", "HEAD", "POST"])
def paydays(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    today = timezone.localdate()
    form = PaydaysForm(given(request))
    if form.is_bound and form.is_valid():
        days = form.cleaned_data["paydays"]
        added = add_paydays(organisation.pk, days, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, f"Added {count_words(added, 'payday')}." if added else "They were there already.")
        return redirect("setup_paydays", organisation.ods_code.lower())
    ahead = Payday.objects.filter(organisation=organisation, on__gte=today).order_by("on")
    words = [day_words(day, today=today) for day in ahead.values_list("on", flat=True)]
    return page(request, "paydays", organisation, form=form, ahead=words, status=422 if form.is_bound else 200)
