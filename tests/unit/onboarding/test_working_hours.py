"""Working hours: nine to five, Monday to Friday, here, less bank holidays."""

import datetime as dt

import pytest

from onboarding.wording import UK
from onboarding.working_hours import working_minutes


def at(day: int, hour: int = 0, minute: int = 0, month: int = 8) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=UK)


@pytest.mark.parametrize(
    ("began", "ended", "minutes"),
    [
        (at(3, 9), at(3, 17), 480),
        (at(3, 10, 30), at(3, 11), 30),
        (at(3, 7), at(3, 9, 5), 5),
        (at(3, 16), at(4, 10), 120),
        (at(7, 16), at(10, 10), 120),  # over a weekend
        (at(8, 9), at(9, 17), 0),  # on a weekend
        (at(3, 18), at(4, 8), 0),  # over night
        (at(28, 12), at(1, 12, month=9), 480),  # Mon 31 August is a bank holiday in England
        (at(4, 9), at(3, 9), 0),
        (at(3, 9), at(3, 9), 0),
    ],
)
def test_only_the_hours_of_offices_count(began: dt.datetime, ended: dt.datetime, minutes: int) -> None:
    assert working_minutes(began, ended, "england") == minutes


def test_the_country_says_which_days_are_holidays() -> None:
    assert working_minutes(at(31, 9), at(31, 17), "scotland") == 480
    assert working_minutes(at(31, 9), at(31, 17), "england") == 0


def test_hours_are_those_here_whatever_the_zone() -> None:
    assert working_minutes(at(3, 9).astimezone(dt.UTC), at(3, 17).astimezone(dt.UTC), "england") == 480
