"""The week-1 report in sentences, for the page and the command alike."""

import datetime as dt

from onboarding.wording import MONTHS, count_words
from steps.readiness import Held, Report, Waiting
from steps.words import team_title


def span_words(first: dt.date, last: dt.date, today: dt.date) -> str:
    """The days from first to last.

    >>> span_words(dt.date(2026, 8, 3), dt.date(2026, 8, 9), dt.date(2026, 8, 1))
    '3 to 9 August'
    >>> span_words(dt.date(2026, 8, 31), dt.date(2027, 9, 6), dt.date(2026, 8, 1))
    '31 August 2026 to 6 September 2027'
    """
    year = f" {last.year}" if last.year != today.year or first.year != last.year else ""
    end = f"{last.day} {MONTHS[last.month - 1]}{year}"
    if (first.year, first.month) == (last.year, last.month):
        return end if first == last else f"{first.day} to {end}"
    own_year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {MONTHS[first.month - 1]}{own_year} to {end}"


def headline(report: Report, first: dt.date, last: dt.date, today: dt.date) -> str:
    """How many of those who start from `first` to `last` are ready."""
    if not report.standings:
        return f"No one starts {span_words(first, last, today)}"
    starts = {s.starter.start_date for s in report.standings}
    of = span_words(min(starts), max(starts), today)
    verb = "is" if report.ready == 1 else "are"
    return f"{report.ready:,} of {count_words(report.starters, 'starter')} of {of} {verb} ready"


def sentence(report: Report) -> str:
    """One sentence under the headline: how many are not, and who holds most of them."""
    if not report.standings:
        return ""
    if not report.not_ready:
        return "Week 1 is complete for everyone."
    lacking = f"{report.not_ready:,} {'is' if report.not_ready == 1 else 'are'} not"
    if not report.by_owner:
        return f"{lacking}."
    held = report.by_owner[0]
    if held.newcomers == report.not_ready and len(report.by_owner) == 1:
        whom = "it waits" if held.newcomers == 1 else "all of them wait"
        return f"{lacking}: {whom} for {owner_words(held)}."
    verb = "waits" if held.newcomers == 1 else "wait"
    return f"{lacking}: {held.newcomers:,} of them {verb} for {owner_words(held)}."


def owner_words(held: Held | Waiting) -> str:
    if held.place is None:
        return "a step of their own"
    return team_title(held.function, held.place.name)
