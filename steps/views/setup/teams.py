"""An organisation's teams: each with its mailbox, its lead and when it can be reached."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from onboarding.models import Organisation, Team
from onboarding.policies import Refused
from onboarding.seen import ChangedMeanwhile, mark_of
from onboarding.setting_up import change_team
from onboarding.staffing import members_of
from onboarding.words import TEAM_ROLES, Function
from steps.selectors.local import hours_words
from steps.selectors.pathways import published_pathway
from steps.setup.checklist import needed
from steps.setup.forms import TeamForm
from steps.views.setup.door import changed, given, organisation_for, page

FUNCTIONS = [f for f in Function.values if f in TEAM_ROLES]


@require_safe
def index(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    there = {t.function: t for t in Team.objects.filter(organisation=organisation).select_related("lead")}
    pathway = published_pathway(organisation.pathway_key)
    wanted = needed(organisation, pathway) if pathway else []
    rows = [line(function, there.get(function), organisation, wanted) for function in FUNCTIONS]
    return page(request, "teams", organisation, rows=rows)


def line(function: str, team: Team | None, organisation: Organisation, wanted: list[str]) -> dict[str, Any]:
    has_steps = function in wanted
    return {
        "function": function,
        "label": Function(function).label,
        "mailbox": team.mailbox if team else "",
        "lead": str(team.lead) if team and team.lead else "",
        "hours": hours_words(team, organisation),
        "has_steps": has_steps,
        "short": has_steps and not (team and team.mailbox and team.lead_id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, ods: str, function: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    if function not in FUNCTIONS:
        raise Http404
    found = Team.objects.filter(organisation=organisation, function=function).first()
    kept = kept_of(found)
    form = TeamForm(
        given(request), members=members_of(organisation.pk), initial={**shown(kept), "seen": mark_of(kept)}
    )
    label = Function(function).label
    if form.is_bound and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in kept}
        try:
            done = change_team(
                organisation_id=organisation.pk, function=function, wanted=wanted, seen=form.cleaned_data["seen"],
                by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            typed = [("Shared mailbox", wanted["mailbox"])]
            return changed(request, refusal, back=reverse("setup_team", args=[ods, function]), typed=typed)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{label}: saved." if done else f"{label} stood like that already.")
            return redirect("setup_teams", ods)
    status = 422 if form.is_bound else 200
    return page(request, "team", organisation, form=form, team=found, label=label, status=status)


def kept_of(team: Team | None) -> dict[str, Any]:
    return {
        "mailbox": team.mailbox if team else "",
        "lead_id": team.lead_id if team else None,
        "opens": team.opens if team else None,
        "closes": team.closes if team else None,
    }


def shown(kept: dict[str, Any]) -> dict[str, Any]:
    return kept | {n: kept[n].isoformat("minutes") if kept[n] else "" for n in ("opens", "closes")}
