"""How long the organisation keeps pictures, mails and newcomers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding.policies import Refused
from onboarding.rights import keeping
from onboarding.rights_forms import KeepingForm
from steps.views.setup.door import given, organisation_for, page


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    initial: dict[str, Any] = {name: getattr(organisation, name) for name in keeping.DAYS}
    form = KeepingForm(given(request), initial=initial)
    if form.is_bound and form.is_valid():
        by = request.actor  # type: ignore[attr-defined]
        try:
            done = keeping.set_days(organisation.pk, days=form.cleaned_data, by=by, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. It holds from tonight." if done else "It stood like that already.")
            return redirect("setup_place", ods)
    return page(request, "keeping", organisation, form=form, status=422 if form.is_bound else 200)
