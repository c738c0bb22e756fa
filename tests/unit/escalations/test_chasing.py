"""The chase clock: it never runs backwards, standing still adds nothing, and each rung comes once, in order."""

import datetime as dt
import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations import chasing
from escalations.chasing import RUNGS, Clock, Ladder, quiet_until, working_day_from
from onboarding.wording import UK
from onboarding.working_days import COUNTRIES, is_working_day, working_days_between

FRIDAY, SATURDAY = dt.date(2026, 7, 31), dt.date(2026, 8, 1)
MONDAY, TUESDAY = dt.date(2026, 8, 3), dt.date(2026, 8, 4)
ENGLAND = "england"
days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
gaps = st.integers(0, 12)
countries = st.sampled_from(COUNTRIES)
ladders = st.builds(Ladder, *[st.integers(1, 9)] * 3)
holders = st.sampled_from(["hr", "it", "payroll", ""])  # "": the newcomer
moves = st.lists(st.tuples(gaps, holders), min_size=1, max_size=12)


def walked(start, steps, country):
    """The clock after each move, with the day of the move."""
    clock, day = Clock(), start
    for gap, holder in steps:
        day += dt.timedelta(days=gap)
        clock = clock.with_team(holder, day, country) if holder else clock.standing_still(day, country)
        yield day, clock


def test_a_team_is_asked_on_the_second_working_day_then_its_lead_then_the_onboarding_lead():
    clock = Clock().with_team("hr", TUESDAY, ENGLAND)
    asked = []
    while (day := clock.next_on(Ladder(), ENGLAND)) is not None:
        asked.append((clock.next_rung, day.isoformat()))
        clock = clock.asked()
    assert asked == [("team", "2026-08-06"), ("lead", "2026-08-07"), ("onboarding_lead", "2026-08-11")]


@pytest.mark.parametrize(
    ("country", "due"), [("scotland", dt.date(2026, 8, 5)), ("england", TUESDAY)]
)  # the first Monday of August is a holiday in Scotland
def test_days_are_those_of_the_owners_country(country, due):
    assert Clock().with_team("hr", FRIDAY, country).next_on(Ladder(), country) == due


def test_what_is_raised_at_a_weekend_counts_from_monday():
    assert Clock().with_team("hr", SATURDAY, ENGLAND).next_on(Ladder(team=1), ENGLAND) == MONDAY


def test_the_clock_stands_still_while_the_newcomer_holds_it():
    clock = Clock().with_team("hr", TUESDAY, ENGLAND)
    waiting = clock.standing_still(dt.date(2026, 8, 5), ENGLAND)
    assert (waiting.worked, waiting.next_on(Ladder(), ENGLAND)) == (1, None)
    back = waiting.with_team("hr", dt.date(2026, 8, 14), ENGLAND)
    assert back.next_on(Ladder(), ENGLAND) == dt.date(2026, 8, 17)
    assert back.hand_overs == 0


def test_a_hand_over_starts_anew_and_is_counted():
    clock = Clock().with_team("it", TUESDAY, ENGLAND).asked()
    there = clock.with_team("hr", dt.date(2026, 8, 6), ENGLAND)
    assert (there.hand_overs, there.climbed, there.elapsed(dt.date(2026, 8, 6), ENGLAND)) == (1, 0, 0)
    by_way_of_the_newcomer = there.standing_still(dt.date(2026, 8, 7), ENGLAND).with_team("it", MONDAY, ENGLAND)
    assert by_way_of_the_newcomer.hand_overs == 2


def test_what_comes_back_overdue_is_asked_about_on_the_first_working_day():
    late = Clock("hr", worked=5).with_team("hr", SATURDAY, ENGLAND)
    assert late.next_on(Ladder(), ENGLAND) == MONDAY


@given(days, moves, st.lists(gaps, min_size=2, max_size=5), countries)
def test_the_clock_never_runs_backwards(start, steps, looks, country):
    owner, before = "", 0
    for day, clock in walked(start, steps, country):
        for gap in sorted(looks):
            now = clock.elapsed(day + dt.timedelta(days=gap), country)
            if clock.owner != owner:
                owner, before = clock.owner, 0
            assert now >= clock.worked >= 0
        assert clock.elapsed(day, country) >= (before if clock.owner == owner else 0)
        before = clock.elapsed(day, country)


@given(days, gaps, gaps, gaps, countries)
def test_standing_still_adds_nothing(start, worked, stood, after, country):
    stop = start + dt.timedelta(days=worked)
    on = stop + dt.timedelta(days=stood)
    end = on + dt.timedelta(days=after)
    clock = Clock().with_team("hr", start, country).standing_still(stop, country)
    assert clock.elapsed(on, country) == working_days_between(start, stop, country)
    again = clock.with_team("hr", on, country)
    assert again.elapsed(end, country) == working_days_between(start, stop, country) + working_days_between(
        on, end, country
    )
    assert clock.standing_still(on, country) == clock


@given(days, ladders, countries)
def test_each_rung_comes_once_in_order_on_a_working_day_and_never_before_its_time(start, ladder, country):
    clock = Clock().with_team("hr", start, country)
    seen, last = [], start
    while (day := clock.next_on(ladder, country)) is not None:
        assert day > last or (day >= last and not seen)
        assert is_working_day(day, country)
        assert clock.elapsed(day, country) == ladder.reached_after(clock.climbed)
        seen.append(clock.next_rung)
        last, clock = day, clock.asked()
    assert tuple(seen) == RUNGS
    assert clock.asked() == clock
    assert clock.next_rung == ""


@given(days, moves, ladders, countries)
def test_the_next_rung_is_never_in_the_past_of_the_move_that_set_it_unless_it_was_due(start, steps, ladder, country):
    for day, clock in walked(start, steps, country):
        due = clock.next_on(ladder, country)
        if due is not None and clock.running_since == day:
            assert due >= day


@settings(max_examples=50)
@given(days, st.integers(0, 24 * 60 - 1), countries)
def test_nothing_leaves_at_night_or_at_a_weekend(day, minute, country):
    moment = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(minutes=minute)
    sent = quiet_until(moment, country)
    assert sent >= moment
    assert is_working_day(sent.astimezone(UK).date(), country)
    assert 8 <= sent.astimezone(UK).hour < 18
    assert quiet_until(sent, country) == sent


@given(days, countries)
def test_a_working_day_is_its_own(day, country):
    found = working_day_from(day, country)
    assert is_working_day(found, country)
    assert (found == day) == is_working_day(day, country)


def test_the_examples_hold():
    assert doctest.testmod(chasing).failed == 0
