"""Where the days went: how long steps lay, with whom and why, over a period and the one before."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.wording import when_words
from steps.days import USUAL, Period, Sorts, fault_of
from steps.days_words import (
    HEADINGS,
    HOW_COUNTED,
    cause_rows,
    flow_chart,
    grown_words,
    hand_over_words,
    hidden_words,
    longest_words,
    lost_words,
    step_chart,
    team_rows,
    words_of,
)  # fmt: skip
from steps.readiness_words import span_words
from steps.selectors import days
from steps.views.readiness import reader


class DaysFilter(forms.Form):
    """The first and the last day of the period; left out: the last four weeks."""

    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], error_messages={"invalid": "“From” is not a day that there is."},
    )  # fmt: skip
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], error_messages={"invalid": "“To” is not a day that there is."},
    )  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        last = cleaned["last"] or (self.today if not cleaned["first"] else max(self.today, cleaned["first"]))
        first = cleaned["first"] or max(last, dt.date.min + USUAL) - USUAL + dt.timedelta(days=1)
        if fault := fault_of(first, last):
            self.add_error("last", fault)
        cleaned["period"] = Period(first, last)
        return cleaned


@require_safe
def where_the_days_go(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    today = timezone.localdate()
    form = DaysFilter(request.GET, today=today)
    if not form.is_valid():
        return render(request, "steps/days.html", {"form": form, "refused": True}, status=422)
    period: Period = form.cleaned_data["period"]
    words = words_of(days.pathways_in_use(actor))
    teams, causes = days.spent(actor, period)
    steps = days.by_step(actor, period)
    span = span_words(period.first, period.last, today)
    context = {
        "form": form,
        "span": span,
        "before": span_words(period.before.first, period.before.last, today),
        "longest": longest_words(teams, words),
        "grown": grown_words(teams, words),
        "none": none_words(teams, span),
        "team_headings": ("Team and step", *HEADINGS),
        "cause_headings": ("Step and cause", *HEADINGS),
        "teams": team_rows(teams, words),
        "causes": cause_rows(causes, words),
        "hidden": hidden_words(teams.hidden),
        "hidden_causes": hidden_words(causes.hidden),
        "steps": step_chart(steps, words),
        "flow": flow_chart(days.flow(actor, today), words),
        "lost": lost_words(*days.lost(actor, period)),
        "hand_overs": hand_over_words(days.hand_overs(actor, period)),
        "how": HOW_COUNTED,
        "worked_out": f"Worked out {when_words(at, today=today)}." if (at := days.worked_out(actor)) else "",
    }
    return render(request, "steps/days.html", context)


def none_words(teams: Sorts[Any], span: str) -> str:
    """Why there is nothing to show; "" where there is."""
    if teams.lines:
        return ""
    return "" if teams.hidden else f"No wait ended {span} for the newcomers whom you see."
