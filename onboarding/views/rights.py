"""What is held about the person who is signed in, and how long an organisation keeps what it holds."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from onboarding.actors import Actor
from onboarding.models import Organisation, Placement
from onboarding.policies import Refused
from onboarding.rights import keeping
from onboarding.rights.exporting import own_copy
from onboarding.rights_forms import KeepingForm
from onboarding.words import Role


def newcomer_in(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.newcomer_id is None:
        raise PermissionDenied
    return actor


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    actor = newcomer_in(request)
    posts = Placement.objects.filter(newcomer=actor.newcomer_id).select_related("employer").order_by("pk")
    employers = list(dict.fromkeys(placement.employer for placement in posts))
    return render(request, "onboarding/my_data.html", {"employers": employers})


@require_safe
def my_copy(request: HttpRequest) -> FileResponse:
    actor = newcomer_in(request)
    now = timezone.now()
    name = f"week-one-{timezone.localdate(now)}.zip"
    return FileResponse(own_copy(by=actor, at=now), as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, ods: str) -> HttpResponse:
    """How long an organisation keeps pictures, mails and newcomers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(Role.ONBOARDING_LEAD):
        raise PermissionDenied
    mine = Organisation.objects.filter(pk__in=actor.places(Role.ONBOARDING_LEAD), ods_code=ods).first()
    if mine is None:
        raise Http404
    initial: dict[str, Any] = {name: getattr(mine, name) for name in keeping.DAYS}
    form = KeepingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            keeping.set_days(mine.pk, days=form.cleaned_data, by=actor, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. It holds from tonight.")
            return redirect("keeping", ods=ods)
    context = {"form": form, "organisation": mine}
    return render(request, "onboarding/keeping.html", context, status=422 if form.is_bound else 200)
