"""Whose move it is, when it is likely done, whom to call first: in the words of the PDF and of the weekly mail."""

import datetime as dt
from collections.abc import Mapping

from onboarding.wording import capital, since_words
from onboarding.words import Function
from steps.calls import buys_words, calls_of, what_words
from steps.outlook import outlook_words
from steps.readiness import Report, Standing, Starter, Waiting
from steps.words import team_title

CALLS = 3  # named in a mail or on paper


def call_words(report: Report, shorts: dict[str, str], today: dt.date) -> list[str]:
    """Whom to call first, the best first: "IT at Northgate: Work email for 4. Clearing them makes ..." """
    said = []
    for call in calls_of(report, today)[0][:CALLS]:
        who = team_title(call.function, call.place.name) if call.place else "The newcomers themselves"
        said.append(f"{who}: {what_words(call.steps, shorts)}. {buys_words(call, today)}")
    return said


def likely_words(standing: Standing, today: dt.date) -> str:
    """When somebody who is not ready likely is; empty of the past, and while nothing is foreseen."""
    if standing.ready or standing.starter.kept_at or standing.outlook is None:
        return ""
    return f"{capital(outlook_words(standing.outlook, standing.starter.week_one_by, today))}."


def move_words(one: Waiting, starter: Starter, shorts: Mapping[str, str], today: dt.date) -> str:
    """Who, with what, since when: "IT at Northgate: Work email since Mon 3 August (2 working days)"."""
    if one.function == Function.NEWCOMER:
        who = starter.name
    else:
        who = team_title(one.function, one.place.name if one.place else "")
    country = starter.host.country
    since = f" {since_words(one.since, today=today, country=country)}" if one.since else ""
    stuck = "Stuck. " if one.state == "blocked" else ""
    return f"{stuck}{who}: {shorts[one.step]}{since}"
