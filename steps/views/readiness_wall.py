"""The week-1 report without a name: for a wall on changeover day, and on one page for whoever runs the place."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.wording import moment_words
from steps.days import USUAL, Period
from steps.days_words import lost_words
from steps.forms import ReadinessFilter
from steps.readiness import Segment, bar
from steps.readiness_counts import StepCount, by_step
from steps.readiness_days import columns_of
from steps.readiness_words import COUNTED_HOW, KINDS, headline, sentence, stood_words
from steps.selectors import days
from steps.selectors.pathways import short_titles
from steps.views.readiness import Asked, asked, changed_query, chart_of, owner_line

EVERY = 60  # seconds
HOLDERS = 3  # named in the summary
PART_WORDS = {
    "ready": "Done",
    "team": "With a team",
    "newcomer": "With the newcomer",
    "stuck": "Stuck",
    "waiting": "Waiting for another",
}


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Counts by step and by team. It reloads itself only where somebody pressed "Refresh every minute"."""
    now = timezone.localtime()
    found = asked(request, now.date())
    if isinstance(found, ReadinessFilter):
        return refused(request, found)
    shorts = short_titles(s.starter.pathway for s in found.report.standings)
    steps = by_step(found.report.standings, shorts, now.date())
    refreshing = request.GET.get("refresh") == "yes"
    context = {
        **common(found, now.date()),
        "at": moment_words(now),
        "steps": [step_line(step) for step in steps],
        "owners": [owner_line(held, found.staffed) for held in found.report.by_owner],
        "refreshing": refreshing,
        "other": other_way(request, refreshing),
        "patterns": list(PART_WORDS.items()),
    }
    response = render(request, "steps/readiness_wall.html", context)
    if refreshing:
        response["Refresh"] = str(EVERY)
    return response


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """One page of paper: the sentence, the bar, the days, who holds most."""
    today = timezone.localdate()
    found = asked(request, today)
    if isinstance(found, ReadinessFilter):
        return refused(request, found)
    report = found.report
    context = {
        **common(found, today),
        "week": chart_of(columns_of(report.standings, today)),
        "owners": [owner_line(held, found.staffed) for held in report.by_owner[:HOLDERS]],
        "gone": len(report.gone),
        "lost": "" if found.narrowed.words() else lost_lately(found, today),
        "lately": f"{USUAL.days // 7} weeks",
        "counted": COUNTED_HOW,
    }
    return render(request, "steps/readiness_summary.html", context)


def lost_lately(found: Asked, today: dt.date) -> str:
    """How long newcomers were without access of late, with the time before; empty for a group too small to show."""
    return lost_words(*days.lost(found.actor, Period(today - USUAL + dt.timedelta(days=1), today)))


def refused(request: HttpRequest, form: ReadinessFilter) -> HttpResponse:
    return render(request, "steps/readiness.html", {"form": form, "refused": True}, status=422)


def common(found: Asked, today: dt.date) -> dict[str, Any]:
    report = found.report
    return {
        "heading": headline(report, *found.days, today),
        "sentence": sentence(report, today),
        "stood": stood_words(report, today),
        "report": report,
        "segments": [{"part": s, "says": KINDS[s.kind]} for s in bar(report.kinds())],
        "kinds": [(KINDS[kind], count) for kind, count in report.kinds().items()],
        "narrowed": found.narrowed.words(),
        "query": found.query,
    }


def step_line(step: StepCount) -> dict[str, Any]:
    return {"short": step.short, "counts": [f"{n:,}" for n in step.counts.values()], "parts": parts(step)}


def parts(step: StepCount) -> tuple[Segment, ...]:
    """The step's bar; every bar of the wall is as wide as every other."""
    return bar(dict(step.counts), width=240)


def other_way(request: HttpRequest, refreshing: bool) -> str:
    """The address that starts the refreshing, or stops it."""
    return f"?{changed_query(request)}" if refreshing else f"?{changed_query(request, refresh='yes')}"
