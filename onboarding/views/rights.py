"""What is held about the person who is signed in."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.rights.exporting import own_copy


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
