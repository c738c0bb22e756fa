"""Dates, counts and lists in words, as the NHS content guide asks: "Mon 3 August", "2.30pm".

Pure: no Django and no clock. Days are those of the United Kingdom, whatever zone a moment came in.
https://service-manual.nhs.uk/content/numbers-measurements-dates-time
"""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from onboarding.working_days import Country, working_days_between

UK = ZoneInfo("Europe/London")

# not strftime, which would follow the machine's language
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def local_day(moment: dt.datetime) -> dt.date:
    """The day on which a moment falls here.

    >>> local_day(dt.datetime(2026, 8, 3, 23, 30, tzinfo=dt.UTC))
    datetime.date(2026, 8, 4)
    """
    return moment.astimezone(UK).date()


def day_words(day: dt.date | dt.datetime, *, today: dt.date | None = None) -> str:
    """A day as people say it; the year only if it is not this year. Without `today` no year is said.

    >>> day_words(dt.date(2026, 8, 3))
    'Mon 3 August'
    >>> day_words(dt.date(2027, 1, 4), today=dt.date(2026, 12, 30))
    'Mon 4 January 2027'
    """
    if isinstance(day, dt.datetime):
        day = local_day(day)
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"


def date_words(day: dt.date) -> str:
    """A date that is no appointment, as a birth date is: the month as a word, always with its year.

    >>> date_words(dt.date(1994, 7, 3))
    '3 July 1994'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: dt.datetime) -> str:
    """The time of day here.

    >>> moment_words(dt.datetime(2026, 8, 3, 9, 12, tzinfo=dt.UTC))
    '10.12am'
    >>> moment_words(dt.datetime(2026, 8, 3, 13, 0, tzinfo=dt.UTC))
    '2pm'
    >>> moment_words(dt.datetime(2026, 8, 3, 11, 0, tzinfo=dt.UTC))
    'midday'
    """
    return clock_words(moment.astimezone(UK).time())


def clock_words(time: dt.time) -> str:
    """A time of day.

    >>> clock_words(dt.time(8, 30)), clock_words(dt.time(17)), clock_words(dt.time(12))
    ('8.30am', '5pm', 'midday')
    """
    if (time.hour, time.minute) == (12, 0):
        return "midday"
    if (time.hour, time.minute) == (0, 0):
        return "midnight"
    minutes = f".{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'am' if time.hour < 12 else 'pm'}"


def when_words(moment: dt.datetime, *, today: dt.date) -> str:
    """A moment in the past: its time if it was today, else its day.

    >>> when_words(dt.datetime(2026, 8, 3, 9, 12, tzinfo=dt.UTC), today=dt.date(2026, 8, 3))
    '10.12am today'
    >>> when_words(dt.datetime(2026, 8, 3, 9, 12, tzinfo=dt.UTC), today=dt.date(2026, 8, 5))
    'Mon 3 August'
    """
    day = local_day(moment)
    return f"{moment_words(moment)} today" if day == today else day_words(day, today=today)


def since_words(moment: dt.datetime, *, today: dt.date, country: Country) -> str:
    """Since when, and for how many working days, if any have passed.

    >>> since_words(dt.datetime(2026, 8, 4, 9, 0, tzinfo=dt.UTC), today=dt.date(2026, 8, 6), country="england")
    'since Tue 4 August (2 working days)'
    >>> since_words(dt.datetime(2026, 8, 7, 9, 0, tzinfo=dt.UTC), today=dt.date(2026, 8, 8), country="england")
    'since Fri 7 August'
    """
    days = working_days_between(local_day(moment), today, country)
    tail = f" ({count_words(days, 'working day')})" if days > 0 else ""
    return f"since {when_words(moment, today=today)}{tail}"


def count_words(count: int, one: str, many: str = "") -> str:
    """A number with what it counts.

    >>> count_words(1, "step"), count_words(3, "step"), count_words(2, "person", "people")
    ('1 step', '3 steps', '2 people')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def range_words(least: int, most: int, one: str) -> str:
    """From so many to so many.

    >>> range_words(1, 3, "working day"), range_words(1, 1, "working day")
    ('1 to 3 working days', '1 working day')
    """
    return count_words(most, one) if least == most else f"{least} to {count_words(most, one)}"


def list_words(items: Sequence[str], *, last: str = "and") -> str:
    """Several things in one sentence.

    >>> list_words(["Identity", "Smartcard", "ESR"]), list_words(["ESR", "e-LfH"], last="or")
    ('Identity, Smartcard and ESR', 'ESR or e-LfH')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capital(text: str) -> str:
    """The first letter large, the rest as it is: names keep their case.

    >>> capital("the library at Northgate")
    'The library at Northgate'
    """
    return text[:1].upper() + text[1:]
