import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.working_days import (
    COUNTRIES,
    add_working_days,
    calendar_of,
    fifth_working_day,
    is_working_day,
    working_days_between,
)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
countries = st.sampled_from(COUNTRIES)


@pytest.mark.parametrize(
    ("day", "open_in"),
    [
        (date(2026, 8, 3), {"england", "wales", "northern-ireland"}),  # Scotland's summer bank holiday
        (date(2026, 8, 31), {"scotland"}),  # everybody else's
        (date(2026, 3, 17), {"england", "wales", "scotland"}),  # St Patrick
        (date(2026, 7, 13), {"england", "wales", "scotland"}),  # the Boyne, moved from a Sunday
        (date(2026, 11, 30), {"england", "wales", "northern-ireland"}),  # St Andrew
        (date(2026, 4, 6), {"scotland"}),  # Easter Monday
        (date(2026, 12, 28), set()),  # Boxing Day, moved from a Saturday
        (date(2026, 8, 8), set()),  # a Saturday
        (date(2026, 8, 5), set(COUNTRIES)),
    ],
)
def test_each_country_keeps_its_own_bank_holidays(day, open_in):
    assert {country for country in COUNTRIES if is_working_day(day, country)} == open_in


@pytest.mark.parametrize(
    ("start", "country", "end"),
    [
        (date(2026, 8, 3), "england", date(2026, 8, 7)),
        (date(2026, 8, 3), "scotland", date(2026, 8, 10)),  # the start is a bank holiday there
        (date(2026, 8, 5), "england", date(2026, 8, 11)),
        (date(2026, 8, 8), "england", date(2026, 8, 14)),  # a Saturday
        (date(2026, 8, 28), "england", date(2026, 9, 4)),  # over the August bank holiday
        (date(2026, 12, 24), "wales", date(2027, 1, 4)),  # over Christmas and New Year
    ],
)
def test_week_one_ends_with_the_fifth_working_day_the_start_counting_if_it_is_one(start, country, end):
    assert fifth_working_day(start, country) == end


def test_two_working_days_before_a_payday_skip_the_weekend():
    assert add_working_days(date(2026, 8, 24), -2, "england") == date(2026, 8, 20)
    assert add_working_days(date(2026, 8, 27), -2, "england") == date(2026, 8, 25)


def test_no_working_days_away_is_the_day_itself():
    assert add_working_days(date(2026, 8, 8), 0, "england") == date(2026, 8, 8)


@given(days, st.integers(-30, 30).filter(bool), countries)
def test_counting_forth_and_measuring_back_agree(day, n, country):
    away = add_working_days(day, n, country)
    assert is_working_day(away, country)
    if n > 0:
        assert working_days_between(day, away, country) == n
    else:
        assert working_days_between(away - timedelta(days=1), day - timedelta(days=1), country) == -n


@given(days, st.integers(-400, 400), countries)
def test_days_between_are_those_a_calendar_shows(a, distance, country):
    b = a + timedelta(days=distance)
    low, high = min(a, b), max(a, b)
    walked = sum(is_working_day(low + timedelta(days=offset), country) for offset in range(1, (high - low).days + 1))
    assert working_days_between(a, b, country) == (walked if b >= a else -walked)


def test_it_needs_no_django():
    code = "import sys, onboarding.working_days; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 our own code


closed = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30)
near = st.dates(date(2024, 3, 1), date(2027, 9, 30))


@given(near, st.integers(-30, 30), countries, closed)
def test_an_organisations_days_off_are_left_out_one_by_one(day, n, country, off):
    calendar = calendar_of(country, sorted(d.isoformat() for d in off))
    found = add_working_days(day, n, calendar)
    if n:
        assert is_working_day(found, calendar)
        assert found not in off
    steps, at = 0, day
    while at != found:
        at += timedelta(days=1 if n > 0 else -1)
        steps += is_working_day(at, calendar)
    assert steps == abs(n)


@given(near, near, countries, closed)
def test_working_days_between_are_those_that_one_would_count(a, b, country, off):
    calendar = calendar_of(country, sorted(d.isoformat() for d in off))
    first, last = min(a, b), max(a, b)
    counted = sum(is_working_day(first + timedelta(days=n), calendar) for n in range(1, (last - first).days + 1))
    assert working_days_between(first, last, calendar) == counted


def test_without_days_off_the_calendar_is_the_countrys():
    assert calendar_of("wales", []) == "wales"
