"""The readiness report as what is printed: every text that the PDF holds, and nothing else of a newcomer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from onboarding.wording import capital, day_words, list_words, moment_words
from onboarding.words import PlacementStatus
from steps.printing.typesetting import CannotPrint, typeset
from steps.readiness import Held, Report, Standing, Starter
from steps.readiness_days import FIVE, columns_of, columns_words, days_of, five_days
from steps.readiness_telling import call_words, likely_words, move_words
from steps.readiness_words import COUNTED_HOW, KINDS, headline, left_words, sentence, stood_words
from steps.words import team_title

MOST = 2000  # newcomers in one PDF: some ten seconds, 250 MB while it is made
Shorts = Mapping[str, Mapping[str, str]]  # pathway hash -> step key -> short title


def week_pdf(
    report: Report,
    shorts: Shorts,
    *,
    days: tuple[dt.date, dt.date],
    reader: str,
    narrowed: Sequence[str],
    as_of: dt.datetime,
    site: str = "",
) -> bytes:
    """The report of those who start on `days` (first and last). `reader`: who may read it; `narrowed`: the filters in
    words. Raises CannotPrint."""
    if report.starters > MOST:
        raise CannotPrint(f"A PDF holds {MOST:,} newcomers at most. Choose a department, or take the CSV.")
    return typeset("week.typ", document(report, shorts, days, reader, narrowed, as_of, site))


def document(
    report: Report,
    shorts: Shorts,
    days: tuple[dt.date, dt.date],
    reader: str,
    narrowed: Sequence[str],
    as_of: dt.datetime,
    site: str,
) -> dict[str, Any]:
    today = as_of.date()
    columns = columns_of(report.standings, today)
    stood = stood_words(report, dt.date.min)
    if not stood or any(s.starter.kept_at is None for s in report.standings):
        stood = f"As of {moment_words(as_of)} on {day_words(as_of, today=dt.date.min)}. {stood}".strip()
    bar = [{"kind": kind, "count": count, "says": KINDS[kind]} for kind, count in report.kinds().items() if count]
    firsts = {five_days(s.starter.start_date, s.starter.host.country) for s in report.standings}
    return {
        "title": headline(report, *days, today),
        "sentence": sentence(report, today),
        "context": " ".join([stood, f"For {reader}.", *(f"Only {list_words(narrowed)}." for _ in narrowed[:1])]),
        "footer": f"Names people: pass it on only to those who work with them. Week One{f', {site}' if site else ''}",
        "bar": bar,
        "bar_words": list_words([f"{part['count']} {part['says']}" for part in bar]),
        "owners": [owner(held) for held in report.by_owner],
        "calls": call_words(report, {k: v for one in shorts.values() for k, v in one.items()}, today),
        "columns": [asdict(column) for column in columns],
        "columns_words": columns_words(columns) if columns else "",
        "days": [day_words(day)[:6].strip() for day in firsts.pop()] if len(firsts) == 1 else day_numbers(),
        "days_words": "Those who are not ready first, each with how many steps were done by the end of each day.",
        "people": [person(s, shorts[s.starter.pathway], today) for s in report.standings],
        "gone": [left(s, today) for s in report.gone],
        "counted": COUNTED_HOW,
    }


def day_numbers() -> list[str]:
    return [f"Day {n + 1}" for n in range(FIVE)]


def owner(held: Held) -> dict[str, str]:
    who = team_title(held.function, held.place.name) if held.place else "The newcomers themselves"
    return {"owner": who, "newcomers": f"{held.newcomers:,}", "steps": f"{held.steps:,}"}


def person(standing: Standing, shorts: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    starter = standing.starter
    today = starter.seen_on(today)
    days = [{"done": d.done, "of": d.of, "ready": d.ready} for d in days_of(starter, today)]
    missing = "" if standing.ready else ", ".join(shorts[key] for key in standing.missing)
    if standing.ready:
        checks = [shorts[key] for key in standing.recheck]
        missing = f"Ready. To be checked again: {', '.join(checks)}" if checks else "Ready"
    return {
        "name": starter.name,
        "about": about(starter, today),
        "days": days or [None] * FIVE,
        "missing": missing,
        "likely": likely_words(standing, today),
        "moves": [move_words(one, starter, shorts, today) for one in standing.waiting_for],
    }


def about(starter: Starter, today: dt.date) -> str:
    verb = "started" if starter.status == PlacementStatus.STARTED else "starts"
    what = ", ".join(filter(None, (starter.role, starter.department)))
    start = f"{verb} {day_words(starter.start_date, today=today)}"
    sides = f" Hosted by {starter.host.name}, employed by {starter.employer.name}."
    return f"{what}; {start}.{sides if starter.host != starter.employer else ''}"


def left(starter: Starter, today: dt.date) -> dict[str, str]:
    """Who left the count. The reason that somebody typed is not for passing on: it stays on the page."""
    return {
        "name": starter.name,
        "about": ", ".join(filter(None, (starter.role, starter.department))),
        "start": capital(day_words(starter.start_date, today=today)),
        "why": left_words(starter, today),
    }
