"""The week-1 report in sentences, for the page and the command alike."""

import datetime as dt

from onboarding.wording import MONTHS, count_words, day_words, list_words, moment_words
from onboarding.words import PlacementStatus
from steps.readiness import Held, Report, Starter, Waiting
from steps.words import team_title

KINDS = {
    "ready": "ready",
    "team": "with a team",
    "newcomer": "only the newcomer can go on",
    "stuck": "stuck",
}
COUNTED_HOW = (
    "Ready: every step that the newcomer's pathway marks for week 1, and that they need, is done. A step that is "
    "being checked again counts as done. A payslip is never missing before it is due.",
    "Week 1 ends with the fifth working day where the newcomer works. The start date counts as the first if it is a "
    "working day.",
    "Who starts later, defers or withdraws leaves the count and is listed apart. What waits is counted with whoever "
    "can act on it now, not with those who come after them.",
)


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


def stood_words(report: Report, today: dt.date) -> str:
    """When it stood so, if that is past: a week that is over says what it said then. Empty while all is of now."""
    kept = [s.starter.kept_at for s in report.standings if s.starter.kept_at]
    if not kept:
        return ""
    first, last = min(kept), max(kept)
    if len(kept) < report.starters:
        part = f"{len(kept):,} of them as they stood when their first week was over"
        return f"{part}; the others as they stand now."
    if first == last:
        return f"As it stood at {moment_words(first)} on {day_words(first, today=today)}."
    span = f"from {day_words(first, today=today)} to {day_words(last, today=today)}"
    return f"As each one stood when their first week was over, {span}."


def left_words(starter: Starter, today: dt.date) -> str:
    """Why somebody is not counted, without the reason that was typed."""
    if starter.moved_to:
        return f"Starts {day_words(starter.moved_to, today=today)} instead"
    return str(PlacementStatus(starter.status).label)


def headline(report: Report, first: dt.date, last: dt.date, today: dt.date) -> str:
    """How many of those who start from `first` to `last` are ready."""
    if not report.standings:
        return f"No one starts {span_words(first, last, today)}"
    starts = {s.starter.start_date for s in report.standings}
    of = span_words(min(starts), max(starts), today)
    over = all(s.starter.kept_at for s in report.standings)
    verb = ("was" if over else "is") if report.ready == 1 else ("were" if over else "are")
    return f"{report.ready:,} of {count_words(report.starters, 'starter')} of {of} {verb} ready"


def sentence(report: Report, today: dt.date) -> str:
    """Under the headline: how many are not ready, how many of them are likely in time, who holds most of them."""
    if not report.standings:
        return ""
    if not report.not_ready:
        return "Week 1 is complete for everyone."
    lacking = f"{report.not_ready:,} {'is' if report.not_ready == 1 else 'are'} not"
    said = []
    if team := next((held for held in report.by_owner if held.place), None):
        said.append(f"{waiting_words(team.newcomers, report.not_ready, 'waits', 'wait')} for {owner_words(team)}")
    if own := next((held for held in report.by_owner if not held.place), None):
        said.append(f"{waiting_words(own.newcomers, report.not_ready, 'has', 'have')} a step of their own to do")
    holds = f"{lacking}: {list_words(said)}." if said else f"{lacking}."
    return f"{foreseen_words(report, today)} {holds}".strip()


def foreseen_words(report: Report, today: dt.date) -> str:
    """What the forecast says of those who are not ready and whose week 1 goes on; empty while it says nothing.

    No promise: who is not among the likely ones may still be ready.
    """
    open_ones = [
        s for s in report.standings if not s.ready and s.starter.week_one_by and s.starter.week_one_by >= today
    ]
    told = [s for s in open_ones if s.outlook and (s.outlook.likely or s.outlook.chance is not None)]
    if not told:
        return ""
    likely = sum(s.likely_in_time for s in told)
    ends = {s.starter.week_one_by for s in told}
    by = f"by {day_words(max(filter(None, ends)), today=today)}" if len(ends) == 1 else "by the end of their week 1"
    more = f"{likely:,} more {'is' if likely == 1 else 'are'}" if likely else "No one else is"
    parts = [f"{more} likely {by}"]
    if later := len(told) - likely:
        parts.append(f"{later:,} {'is' if later == 1 else 'are'} likely to be later")
    if unsaid := len(open_ones) - len(told):
        parts.append(f"for {unsaid:,} it is too early to say")
    return f"{'; '.join(parts)}."


def waiting_words(count: int, of: int, one: str, many: str) -> str:
    whom = "all" if count == of and count > 1 else f"{count:,}"
    return f"{whom} {one if count == 1 else many}"


def owner_words(held: Held | Waiting) -> str:
    if held.place is None:
        return "a step of their own"
    return team_title(held.function, held.place.name)
