"""Who comes in at /setup/: the onboarding lead of that organisation, and what every page there shares."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from onboarding.actors import Actor, Place
from onboarding.models import Organisation
from onboarding.seen import ChangedMeanwhile
from onboarding.words import Role


def lead(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(Role.ONBOARDING_LEAD):
        raise PermissionDenied
    return actor


def led_by(actor: Actor) -> list[Place]:
    """The organisations whose onboarding lead this is, by name."""
    places = {g.place.id: g.place for g in actor.grants if g.role == Role.ONBOARDING_LEAD}
    return sorted(places.values(), key=lambda place: place.name)


def organisation_for(request: HttpRequest, ods: str) -> Organisation:
    """The organisation of that code, for its own lead; for another's it does not exist. One query."""
    place = next((p for p in led_by(lead(request)) if p.ods_code == ods.upper()), None)
    organisation = Organisation.objects.filter(pk=place.id).first() if place else None
    if organisation is None:
        raise Http404
    return organisation


def given(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: everything that was posted, be it nothing."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest, name: str, organisation: Organisation, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"organisation": organisation, "ods": organisation.ods_code.lower(), **more}
    return render(request, f"steps/setup/{name}.html", context, status=status)


def changed(
    request: HttpRequest, refusal: ChangedMeanwhile, *, back: str, typed: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """409: who changed it, and what this person had typed."""
    kept = [(label, text) for label, text in typed if text]
    context = {"changed_words": str(refusal), "typed": kept, "back": back}
    return render(request, "steps/conflict.html", context, status=409)
