"""The same cause cleared for many people at once, with one note to all."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations.alike_forms import AlikeForm
from escalations.cases import symptom_in
from escalations.selectors import alike, queues
from escalations.selectors.queues import TeamKey
from escalations.services.clearing import clear_all, tell_all
from escalations.views.queue import chosen, slug
from onboarding.actors import Actor
from steps.selectors.pathways import pathway_of


@require_http_methods(["GET", "HEAD", "POST"])
def clear_alike(request: HttpRequest) -> HttpResponse:
    """`?team=it-ZN1&step=work_email&cause=pending_over_a_day`"""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    teams = queues.teams_of(actor)
    if not teams:
        raise PermissionDenied
    team = chosen(teams, request.GET.get("team", ""))
    step, cause = (request.GET.get(name, "").replace("\x00", "")[:60] for name in ("step", "cause"))
    found, count = alike.alike(actor, team, step, cause)
    if request.method == "POST":
        return cleared(request, actor, team, step, cause)
    if not found:
        raise Http404
    return page(request, found, count, AlikeForm(people=found, today=timezone.localdate()), team)


def page(
    request: HttpRequest, found: list[Any], count: int, form: AlikeForm, team: TeamKey, status: int = 200
) -> HttpResponse:
    pathway = pathway_of(found[0].placement.chain.pathway)
    symptom = symptom_in(pathway, found[0].symptom)
    context = {
        "form": form,
        "step": pathway.step(found[0].step).short,
        "says": symptom.says if symptom else "",
        "shown": len(found),
        "count": count,
        "back": queue_of(team),
    }
    return render(request, "escalations/clear_alike.html", context, status=status)


def queue_of(team: TeamKey) -> str:
    return f"{reverse('queue')}?{urlencode({'team': slug(team)})}"


def cleared(request: HttpRequest, actor: Actor, team: TeamKey, step: str, cause: str) -> HttpResponse:
    now = timezone.now()
    people = alike.named(actor, team, step, cause, request.POST.getlist("people"))
    form = AlikeForm(request.POST, people=people, today=timezone.localdate(now))
    if not people:
        found, count = alike.alike(actor, team, step, cause)
        if not found:
            raise Http404
        form = AlikeForm(request.POST, people=found, today=timezone.localdate(now))
        form.is_valid()
        return page(request, found, count, form, team, status=422)
    if not form.is_valid():
        return page(request, people, len(people), form, team, status=422)
    today = timezone.localdate(now)
    said, told = form.cleaned_data, request.POST.get("only") == "tell"
    if told:
        result = tell_all(people, body=said["reason"], press=said["press"], by=actor, at=now)
    else:
        result = clear_all(people, reason=said["reason"], by=actor, at=now, today=today)
    words = " ".join(result.sentences(today, told=told))
    (messages.success if result.done else messages.info)(request, words)
    return redirect(queue_of(team))
