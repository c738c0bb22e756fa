"""How long something lay there, in the hours in which offices work: 9am to 5pm, Monday to Friday, less bank holidays.

Pure: no Django and no clock. Hours are those of the United Kingdom, whatever zone a moment came in; nobody's breaks,
shifts or part time are known, so this is how long people waited for an office, never how long anybody worked.
"""

import datetime as dt
from typing import Final

from onboarding.wording import UK
from onboarding.working_days import Country, is_working_day, working_days_between

OPENS, CLOSES = 9 * 60, 17 * 60  # minutes after midnight
DAY: Final = CLOSES - OPENS  # working minutes a day


def working_minutes(began: dt.datetime, ended: dt.datetime, country: Country) -> int:
    """The working minutes from one moment to another; 0 where the second is not later.

    >>> friday, monday = dt.datetime(2026, 8, 7, 16, 30, tzinfo=UK), dt.datetime(2026, 8, 10, 9, 15, tzinfo=UK)
    >>> working_minutes(friday, monday, "england")
    45
    """
    if ended <= began:
        return 0
    here, there = began.astimezone(UK), ended.astimezone(UK)
    first, last = here.date(), there.date()
    begins_open, ends_open = is_working_day(first, country), is_working_day(last, country)
    if first == last:
        return _into_day(there) - _into_day(here) if begins_open else 0
    whole = working_days_between(first, last, country) - ends_open
    before = DAY - _into_day(here) if begins_open else 0
    return before + whole * DAY + (_into_day(there) if ends_open else 0)


def _into_day(moment: dt.datetime) -> int:
    """How many working minutes of its day have passed."""
    return min(max(moment.hour * 60 + moment.minute - OPENS, 0), DAY)


def hours_words(minutes: float) -> str:
    """Working minutes as people say them: hours, whole ones from ten on; days of eight hours once there are two.

    >>> hours_words(20), hours_words(90), hours_words(8 * 60), hours_words(30 * 60), hours_words(82_300)
    ('less than an hour', '1.5 hours', '8 hours', '30 hours (4 days)', '1,372 hours (171 days)')
    """
    if minutes < 1:
        return "no time"
    if minutes < 30:
        return "less than an hour"
    hours = f"{minutes / 60:,.0f}" if minutes >= 600 else f"{minutes / 60:.1f}".removesuffix(".0")
    said = f"{hours} {'hour' if hours == '1' else 'hours'}"
    return f"{said} ({minutes / DAY:,.0f} days)" if minutes >= 2 * DAY else said
