"""Week 1 day by day: what was done by the end of each day, the columns of the week, and their words."""

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest

from steps.outlook import Outlook
from steps.readiness import Place, Starter, StepNow, report_of
from steps.readiness_days import columns_of, columns_words, days_of, five_days, strip_words
from steps.readiness_words import foreseen_words

NORTHGATE = Place(1, "ZN1", "Northgate")
MONDAY, WEDNESDAY = dt.date(2026, 8, 3), dt.date(2026, 8, 5)


def at(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 8, day, hour, tzinfo=dt.UTC)


def step(key: str, state: str = "ready", **more: Any) -> StepNow:
    more = {"week_one": True, "owner_function": "it", "owner_org_id": 1, "since": at(1), "actionable": True} | more
    return StepNow(key=key, state=state, **more)


def starter(*steps: StepNow, start: dt.date = MONDAY, host: Place = NORTHGATE) -> Starter:
    return Starter(
        "r", "Amara", start, "started", "", "Fellow", "", NORTHGATE, host, None, dt.date(2026, 8, 7), "p", steps
    )


def done(starter: Starter, today: dt.date = WEDNESDAY) -> list[int | None]:
    return [day.done for day in days_of(starter, today)]


def test_a_step_counts_from_the_day_on_which_it_was_done() -> None:
    one = starter(step("a", "done", done_at=at(3)), step("b", "done", done_at=at(4, 23)), step("c"))
    assert done(one) == [1, 1, 2, None, None]  # 11pm in UTC is past midnight here, so b counts from Wednesday


def test_what_was_done_before_the_start_counts_on_the_first_day() -> None:
    assert done(starter(step("a", "recheck", done_at=at(1)), step("b"))) == [1, 1, 1, None, None]


def test_what_is_stuck_again_counted_until_it_was() -> None:
    assert done(starter(step("a", "blocked", done_at=at(1), since=at(4)))) == [1, 0, 0, None, None]


def test_today_is_as_it_is_now_and_what_is_reopened_is_done_on_no_day() -> None:
    assert done(starter(step("a", "ready", done_at=None), step("b", "done", done_at=at(5)))) == [0, 0, 1, None, None]


def test_the_five_days_are_working_days_of_the_hosts_country() -> None:
    scotland = Place(2, "S1", "Glasgow", "scotland")
    assert [d.on.day for d in days_of(starter(step("a"), host=scotland), WEDNESDAY)] == [4, 5, 6, 7, 10]
    assert five_days(dt.date(2026, 8, 8), "england")[0] == dt.date(2026, 8, 10)


def test_who_has_no_step_for_week_1_has_no_days() -> None:
    assert days_of(starter(step("a", week_one=False)), WEDNESDAY) == ()
    assert columns_of(report_of([starter()], WEDNESDAY).standings, WEDNESDAY) == ()


def test_the_strip_says_in_words_what_it_shows() -> None:
    days = days_of(starter(step("a", "done", done_at=at(4))), WEDNESDAY)
    assert strip_words(days) == (
        "Steps done by the end of each day: Mon 0 of 1, Tue ready, Wed ready, Thu to come, Fri to come."
    )


def test_the_columns_count_who_was_ready_by_each_day() -> None:
    people = [starter(step("a", "done", done_at=at(4))), starter(step("a"))]
    columns = columns_of(report_of(people, WEDNESDAY).standings, WEDNESDAY)
    assert [(c.label, c.ready, c.not_ready, c.to_come) for c in columns][:2] == [
        ("Mon 3 August", 0, 2, 0), ("Tue 4 August", 1, 1, 0)
    ]  # fmt: skip
    assert [(p.kind, p.y, p.height) for p in columns[1].parts] == [("ready", 60.0, 60.0), ("not_ready", 0.0, 60.0)]
    assert columns_words(columns) == (
        "Ready by the end of the day, of 2 starters: 0 on Mon 3 August, 1 on Tue 4 August and 1 on Wed 5 August. "
        "Thu 6 August and Fri 7 August are to come."
    )


def test_starters_of_several_days_are_counted_by_the_day_of_their_own_week() -> None:
    people = [starter(step("a")), starter(step("a"), start=WEDNESDAY)]
    columns = columns_of(report_of(people, WEDNESDAY).standings, WEDNESDAY)
    assert [(c.label, c.not_ready, c.to_come) for c in columns][:2] == [("Day 1", 2, 0), ("Day 2", 1, 1)]


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        (step("pay", due_from=dt.date(2026, 8, 25)), False),  # before it is due
        (step("pay", due_from=WEDNESDAY), True),
        (step("pay", actionable=False), False),  # nobody knows when it is due
        (step("pay", "locked", actionable=False), True),
    ],
)
def test_a_payslip_is_not_missing_before_it_is_due(row: StepNow, lacks: bool) -> None:
    assert report_of([starter(row)], WEDNESDAY).not_ready == lacks


FRIDAY, TUESDAY = dt.date(2026, 8, 7), dt.date(2026, 8, 11)


def foreseen(likely: dt.date | None, chance: float | None = 0.5) -> Starter:
    return replace(starter(step("a")), outlook=Outlook(likely, chance, at(5)))


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ([foreseen(FRIDAY), foreseen(FRIDAY), foreseen(TUESDAY)],
         "2 more are likely by Fri 7 August; 1 is likely to be later."),
        ([foreseen(FRIDAY)], "1 more is likely by Fri 7 August."),
        ([foreseen(TUESDAY), starter(step("a"))],
         "No one else is likely by Fri 7 August; 1 is likely to be later; for 1 it is too early to say."),
        ([starter(step("a"))], ""),
        ([foreseen(None, None)], ""),
    ],
)  # fmt: skip
def test_the_sentence_says_who_is_likely_in_time_and_promises_nothing(people: list[Starter], says: str) -> None:
    assert foreseen_words(report_of(people, WEDNESDAY), WEDNESDAY) == says


def test_once_week_1_is_over_nothing_is_foreseen_of_it() -> None:
    today = dt.date(2026, 8, 10)
    assert foreseen_words(report_of([foreseen(TUESDAY)], today), today) == ""


def test_the_columns_say_what_the_strips_say() -> None:
    states = [("done", at(2)), ("done", at(4)), ("recheck", at(5)), ("blocked", at(3)), ("blocked", None),
              ("ready", None), ("locked", at(3))]  # fmt: skip
    people = [
        starter(step("a", one, done_at=then), step("b", two, done_at=last, since=at(5)))
        for (one, then), (two, last) in itertools.product(states, states)
    ]
    for today in (MONDAY, dt.date(2026, 8, 4), WEDNESDAY, dt.date(2026, 8, 14)):
        strips = [days_of(one, today) for one in people]
        columns = columns_of(report_of(people, today).standings, today)
        for n, column in enumerate(columns):
            day = [strip[n] for strip in strips]
            assert (column.ready, column.to_come) == (sum(d.ready for d in day), sum(d.done is None for d in day))
