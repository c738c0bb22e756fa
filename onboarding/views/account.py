"""Somebody's own account: which mails come when; of a team, who covers for it and when it is chased."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from onboarding import chase_days, covering, notices
from onboarding.account_forms import ChaseDaysForm, CoverForm, MailsForm
from onboarding.actors import Actor
from onboarding.models import Team
from onboarding.policies import Refused
from onboarding.wording import day_words
from onboarding.words import Role


@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is None:
        raise PermissionDenied
    chosen = notices.choices_of(actor.user_id)
    now = {name: getattr(chosen, name) for name in notices.FIELDS}
    shown = {
        "staff": bool(actor.grants),
        "newcomer": actor.newcomer_id is not None,
        "manager": Role.MANAGER in actor.roles,
    }
    initial = now | {"weekly": "yes" if chosen.weekly else "no"}
    form = MailsForm(request.POST if request.method == "POST" else None, initial=initial, **shown)
    if request.method == "POST" and form.is_valid():
        notices.choose(**{**now, **form.cleaned_data}, by=actor, at=timezone.now())
        messages.success(request, "Saved. Your mails come as you chose.")
        return redirect("account")
    return render(request, "onboarding/mails.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def cover(request: HttpRequest) -> HttpResponse:
    """The teams of this person, who covers for each now, and when each is chased."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    teams = list(covering.teams_of(actor))
    if not teams:
        raise PermissionDenied
    today = timezone.localdate()
    rows = [
        {
            "team": team,
            "says": cover_words(team, today),
            "chased": chase_days.days_words(team),
            "may": covering.can_set_cover(actor, team),
        }
        for team in teams
    ]
    several = len({team.organisation_id for team in teams}) > 1
    return render(request, "onboarding/cover.html", {"rows": rows, "several": several})


def cover_words(team: Team, today: dt.date) -> str:
    other = covering.standing_in(team, today)
    if other.pk == team.pk or team.covered_until is None:
        return "Not away"
    return f"Covered by {other.get_function_display()} until {day_words(team.covered_until, today=today)}"


def team_in(request: HttpRequest, pk: int) -> tuple[Actor, Team]:
    """The door: one of the teams that this person sees, or 404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = covering.teams_of(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return actor, found


@require_http_methods(["GET", "HEAD", "POST"])
def team_cover(request: HttpRequest, team: int) -> HttpResponse:
    actor, found = team_in(request, team)
    may = covering.can_set_cover(actor, found)
    if not may:
        raise PermissionDenied(may.reason)
    now = timezone.now()
    today = timezone.localdate(now)
    initial = {"covered_by": found.covered_by_id, "until": found.covered_until}
    data = request.POST if request.method == "POST" else None
    form = CoverForm(data, initial=initial, teams=list(covering.may_cover(found)), today=today)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            covering.set_cover(
                found.pk, covered_by=chosen["covered_by"], until=chosen["until"], by=actor, at=now, today=today
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            fresh = covering.teams_of(actor).get(pk=found.pk)
            messages.success(request, f"{fresh.get_function_display()}: {cover_words(fresh, today)}.")
            return redirect("account_cover")
    context = {"form": form, "team": found}
    return render(request, "onboarding/team_cover.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def team_chases(request: HttpRequest, team: int) -> HttpResponse:
    """After how many working days this team is asked, then its lead, then the onboarding lead."""
    actor, found = team_in(request, team)
    may = chase_days.can_set_days(actor, found)
    if not may:
        raise PermissionDenied(may.reason)
    form = ChaseDaysForm(request.POST if request.method == "POST" else None, initial=chase_days.days_of(found))
    if form.is_bound and form.is_valid():
        try:
            chase_days.set_days(found.pk, days=form.cleaned_data, by=actor, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            found.refresh_from_db(fields=chase_days.FIELDS)
            messages.success(request, f"{found.get_function_display()}: {chase_days.days_words(found)}")
            return redirect("account_cover")
    context = {"form": form, "team": found}
    return render(request, "onboarding/team_chases.html", context, status=422 if form.is_bound else 200)
