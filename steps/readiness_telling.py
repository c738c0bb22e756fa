"""Whose move it is, in the words that the PDF and the weekly mail share."""

import datetime as dt
from collections.abc import Mapping

from onboarding.wording import since_words
from onboarding.words import Function
from steps.readiness import Starter, Waiting
from steps.words import team_title


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
