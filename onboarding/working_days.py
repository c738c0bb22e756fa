"""Working days in the four countries of the United Kingdom: Monday to Friday, less bank holidays.

Pure: no Django and no clock. Bank holidays come from the `holidays` package and are kept a year at a time. A country
is one of COUNTRIES; any other raises KeyError. A day so near the ends of the calendar that the answer would leave it
raises OverflowError.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

import holidays

Country = Literal["england", "wales", "scotland", "northern-ireland"]

COUNTRIES: Final[tuple[Country, ...]] = ("england", "wales", "scotland", "northern-ireland")

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


def is_working_day(day: date, country: str) -> bool:
    """Say whether people in that country's offices work on that day."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year, country)


@lru_cache(maxsize=4096)
def add_working_days(day: date, n: int, country: str) -> date:
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


def fifth_working_day(start: date, country: str) -> date:
    """Answer the day on which week 1 ends; the start counts as the first day if it is a working day."""
    return add_working_days(start, 4 if is_working_day(start, country) else 5, country)


def working_days_between(a: date, b: date, country: str) -> int:
    """Count the working days after a, up to and including b; negative where b lies before a."""
    if b < a:
        return -working_days_between(b, a, country)
    weeks, odd = divmod((b - a).days, 7)
    odd_days = (b - _DAY * back for back in range(odd))
    weekdays = weeks * 5 + sum(day.weekday() < _SATURDAY for day in odd_days)
    closed = (
        day
        for year in range(a.year, b.year + 1)
        for day in bank_holidays(year, country)
        if a < day <= b and day.weekday() < _SATURDAY
    )
    return weekdays - sum(1 for _ in closed)
