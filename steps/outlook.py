"""A newcomer's forecast as people read it: the likely day, the chance in tenths, and never a promise.

Pure: no Django, no clock, no database.
"""

import datetime as dt
from dataclasses import dataclass

from onboarding.wording import day_words, local_day, when_words
from steps.forecast import TOO_EARLY, chance_words, likely_words

STALE = dt.timedelta(days=3)  # a forecast that nobody has renewed for so long says nothing any more


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was foreseen at `at`. `likely`: the day by whose end it is as likely as not that all of week 1 is done;
    `chance`: of that by the end of week 1. None: too early to say."""

    likely: dt.date | None
    chance: float | None
    at: dt.datetime

    def holds(self, today: dt.date) -> bool:
        """It is fresh, and what it foresaw has not gone by without coming."""
        stale = today - local_day(self.at) > STALE
        return not stale and (self.likely is None or self.likely >= today)


def still_holding(outlook: Outlook | None, today: dt.date) -> Outlook | None:
    return outlook if outlook is not None and outlook.holds(today) else None


def outlook_words(outlook: Outlook | None, by: dt.date | None, today: dt.date) -> str:
    """One line for somebody who is not ready, from a forecast that holds: the likely day, and the chance while week 1
    lasts.

    >>> at = dt.datetime(2026, 8, 4, 5, tzinfo=dt.UTC)
    >>> friday, tuesday = dt.date(2026, 8, 7), dt.date(2026, 8, 4)
    >>> outlook_words(Outlook(dt.date(2026, 8, 6), 0.71, at), friday, tuesday)
    'likely Thu 6 August: about 7 in 10 to be ready by Fri 7 August'
    >>> outlook_words(Outlook(dt.date(2026, 8, 12), 0.0, at), dt.date(2026, 7, 31), tuesday)
    'likely Wed 12 August'
    >>> outlook_words(None, friday, tuesday)
    'too early to say'
    """
    if outlook is None or (outlook.likely is None and outlook.chance is None):
        return TOO_EARLY
    said = likely_words(outlook.likely, today=today) if outlook.likely else "later than six weeks from now"
    if outlook.chance is None or by is None or by < today:
        return said
    return f"{said}: {chance_words(outlook.chance)} to be ready by {day_words(by, today=today)}"


def stamp_words(at: dt.datetime | None, today: dt.date) -> str:
    """When the forecasts that a page shows were made.

    >>> stamp_words(dt.datetime(2026, 8, 4, 5, tzinfo=dt.UTC), dt.date(2026, 8, 4))
    'Forecast from 6am today.'
    """
    return f"Forecast from {when_words(at, today=today)}." if at else ""
