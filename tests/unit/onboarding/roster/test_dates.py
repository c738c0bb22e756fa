from datetime import date

import pytest

from onboarding.roster.dates import NotADate, parse_date, written
from tests.unit.onboarding.roster.files import person, problems, read, text

THIRD = date(2026, 4, 3)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2026-04-03", "ISO"),
        ("2026-04-03 00:00:00", "ISO"),
        ("2026-04-03T00:00", "ISO"),
        ("03/04/2026", "DMY"),
        ("3.4.2026", "DMY"),
        ("3-Apr-2026", "DMY"),
        ("3 April 2026", "DMY"),
        ("04/03/2026", "MDY"),
        ("April 3, 2026", "MDY"),
        ("2026/4/3", "YMD"),
        ("20260403", "YMD"),
    ],
)
def test_a_date_is_read_in_the_declared_order(cell, order):
    assert parse_date(cell, order) == THIRD
    assert parse_date(written(THIRD, order), order) == THIRD


@pytest.mark.parametrize(
    ("cell", "order", "words"),
    [
        ("03/04/2026", "ISO", "03/04/2026 may be 3 April or 4 March."),
        ("25/12/2026", "ISO", "25/12/2026 is not written like the rest. Write it as 2026-12-25."),
        ("12/25/2026", "ISO", "12/25/2026 is not written like the rest. Write it as 2026-12-25."),
        ("05/05/2026", "ISO", "05/05/2026 is not written like the rest. Write it as 2026-05-05."),
        ("99/99/2026", "ISO", "99/99/2026 is not a date. Write it like 2026-08-03."),
        ("2026/04/03", "ISO", "2026/04/03 is not written like the rest. Write it as 2026-04-03."),
        ("2026-04-03", "DMY", "2026-04-03 is not written like the rest. Write it as 03/04/2026."),
        ("2026-04-03", "MDY", "2026-04-03 is not written like the rest. Write it as 04/03/2026."),
        ("3/4/26", "DMY", "3/4/26 needs a year of four figures, like 03/08/2026."),
        ("2026-02-30", "ISO", "There is no 30 February 2026."),
        ("2026-13-01", "ISO", "There is no month 13 in 2026-13-01."),
        ("04/13/2026", "DMY", "There is no month 13 in 04/13/2026. Is the month written first?"),
        ("3 Foo 2026", "DMY", '"Foo" in 3 Foo 2026 is not a month.'),
        ("0000-01-01", "ISO", "There is no 1 January 0."),
        ("tomorrow", "ISO", '"tomorrow" is not a date. Write it like 2026-08-03.'),
        ("2026-W31-1", "ISO", '"2026-W31-1" is not a date. Write it like 2026-08-03.'),
        ("٢٠٢٦-٠٤-٠٣", "ISO", '"٢٠٢٦-٠٤-٠٣" is not a date. Write it like 2026-08-03.'),
        ("2026-04-03 09:30", "ISO", '"2026-04-03 09:30" is not a date. Write it like 2026-08-03.'),
    ],
)
def test_any_other_date_is_refused_with_the_reason(cell, order, words):
    with pytest.raises(NotADate) as refusal:
        parse_date(cell, order)
    assert str(refusal.value) == words


def test_a_file_of_two_orders_is_refused_by_row():
    people = [person(1), person(2, start_date="03/08/2026"), person(3, date_of_birth="13/04/1994")]
    assert problems(read(text(*people))) == [
        "Row 3, start_date: 03/08/2026 may be 3 August or 8 March.",
        "Row 4, date_of_birth: 13/04/1994 is not written like the rest. Write it as 1994-04-13.",
    ]


def test_a_declared_order_holds_for_the_whole_file():
    people = [person(date_of_birth="03/07/1994", start_date="03/08/2026"), person(start_date="03/08/2026")]
    roster = read(text(*people), dates="dmy")
    assert roster.rows[0].start_date == date(2026, 8, 3)
    assert problems(roster) == [
        "Row 3, date_of_birth: 1994-07-01 is not written like the rest. Write it as 01/07/1994."
    ]


def test_an_order_that_does_not_exist_is_the_callers_mistake():
    with pytest.raises(ValueError, match="not YDM"):
        read(text(person()), dates="YDM")


@pytest.mark.parametrize(
    ("born", "passes"),
    [
        ("2010-08-03", True),
        ("2010-08-04", False),
        ("1936-08-03", True),
        ("1935-08-04", True),
        ("1935-08-03", False),
        ("2026-08-04", False),
    ],
)
def test_a_newcomer_is_between_16_and_90_on_the_start_date(born, passes):
    roster = read(text(person(date_of_birth=born, start_date="2026-08-03")))
    assert bool(roster.rows) is passes
    assert passes or roster.faults[0].column == "date_of_birth"


@pytest.mark.parametrize(("born", "passes"), [("2008-02-29", True), ("2008-03-01", False)])
def test_age_on_a_leap_day(born, passes):
    assert bool(read(text(person(date_of_birth=born, start_date="2024-02-29"))).rows) is passes


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2021-07-01", None),
        ("2021-06-30", "30 June 2021 is more than 5 years ago."),
        ("2028-07-01", None),
        ("2028-07-02", "2 July 2028 is more than 2 years away."),
        ("9999-12-31", "31 December 9999 is more than 2 years away."),
        ("0001-01-01", "1 January 1 is more than 5 years ago."),
    ],
)
def test_a_start_date_lies_near_today(start, words):
    roster = read(text(person(start_date=start, date_of_birth="1990-01-01")))
    assert [fault.problem for fault in roster.faults] == ([words] if words else [])
