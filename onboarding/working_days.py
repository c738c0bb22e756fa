"""Working days in the four countries of the United Kingdom: Monday to Friday, less bank holidays, and, in an
organisation, less the days off of its own.

Pure: no Django and no clock. Bank holidays come from the `holidays` package and are kept a year at a time. Days are
counted by a country, which is one of COUNTRIES (any other raises KeyError), or by an organisation's `Calendar`. A day
so near the ends of the calendar that the answer would leave it raises OverflowError.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays


@dataclass(frozen=True, slots=True)
class Calendar:
    """A country's bank holidays, and the days on which nobody works in one organisation beside."""

    country: str
    closed: frozenset[date]


Country = str | Calendar  # by what working days are counted

COUNTRIES: Final[tuple[str, ...]] = ("england", "wales", "scotland", "northern-ireland")

_SUBDIVISION: Final[dict[str, str]] = {
    "england": "ENG",
    "wales": "WLS",
    "scotland": "SCT",
    "northern-ireland": "NIR",
}
_DAY = timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=512)
def bank_holidays(year: int, country: str) -> frozenset[date]:
    """Answer the bank holidays of one year in one country, those moved to a weekday included."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISION[country], years=year))


def calendar_of(country: str, closed: Iterable[str]) -> Country:
    """Answer the calendar of an organisation with these days off, as ISO dates; without any it is the country's."""
    days = tuple(closed)
    return _calendar(country, days) if days else country


@lru_cache(maxsize=512)
def _calendar(country: str, closed: tuple[str, ...]) -> Calendar:
    return Calendar(country, frozenset(map(date.fromisoformat, closed)))


def is_working_day(day: date, country: Country) -> bool:
    """Say whether people in that country's offices, or in that organisation, work on that day."""
    if isinstance(country, Calendar):
        return day not in country.closed and is_working_day(day, country.country)
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year, country)


@lru_cache(maxsize=4096)
def add_working_days(day: date, n: int, country: Country) -> date:
    """Answer the working day that lies n working days after the day, or before it where n is negative.

    The day itself is not counted, whether it is a working day or not; n = 0 answers the day unchanged.
    """
    stride = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day += stride
        if is_working_day(day, country):
            left -= 1
    return day


def fifth_working_day(start: date, country: Country) -> date:
    """Answer the day on which week 1 ends; the start counts as the first day if it is a working day."""
    return add_working_days(start, 4 if is_working_day(start, country) else 5, country)


def working_days_between(a: date, b: date, country: Country) -> int:
    """Count the working days after a, up to and including b; negative where b lies before a."""
    if b < a:
        return -working_days_between(b, a, country)
    weeks, odd = divmod((b - a).days, 7)
    odd_days = (b - _DAY * back for back in range(odd))
    weekdays = weeks * 5 + sum(day.weekday() < _SATURDAY for day in odd_days)
    return weekdays - sum(
        1 for day in _days_off(a.year, b.year, country) if a < day <= b and day.weekday() < _SATURDAY
    )


@lru_cache(maxsize=1024)
def _days_off(first: int, last: int, country: Country) -> frozenset[date]:
    """Answer the days of these years on which nobody works, some weekends among them."""
    name, own = (country.country, country.closed) if isinstance(country, Calendar) else (country, frozenset[date]())
    return own.union(*(bank_holidays(year, name) for year in range(first, last + 1)))
