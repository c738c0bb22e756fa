"""What the facts tell of waits: who had a step, since when, why, until when; and when week 1 was complete."""

import datetime as dt
from typing import Any

from onboarding.wording import UK
from steps.history import History, history_of
from steps.pathway import from_data
from steps.resolver import Fact

ARRIVED = dt.datetime(2026, 8, 3, 8, tzinfo=dt.UTC)
NEWCOMER = {"country": "england", "role": "Fellow", "payday": dt.date(2026, 8, 27)}


def step(key: str, owner: str, **more: Any) -> dict[str, Any]:
    side = {} if owner == "newcomer" else {"side": "host"}
    return {"key": key, "title": key, "short": key, "owner": owner, "usual_days": [1, 3], **side, **more}


PATHWAY = from_data(
    {
        "key": "three",
        "title": "Three steps",
        "country": "england",
        "step": [
            step("record", "hr", week_one=True),
            step("email", "it", week_one=True, after=["record"], confirmed_by="newcomer"),
            step("pay", "payroll", after=["email"], due={"from": "payday", "working_days": -2}),
        ],
    }
)


def day(number: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 8, number, hour, tzinfo=dt.UTC)


def told(*facts: Fact, symptoms: dict[str, str] | None = None, until: dt.datetime | None = None) -> History:
    return history_of(PATHWAY, NEWCOMER, facts, arrived_at=ARRIVED, symptoms=symptoms or {}, until=until)


def lines(history: History, key: str) -> list[tuple[Any, ...]]:
    return [(s.function, s.kind, s.symptom, s.began, s.ended) for s in history.stretches if s.step == key]


def waits(history: History, key: str) -> list[tuple[Any, ...]]:
    return [(w.began, w.ended, w.finished) for w in history.waits if w.step == key]


def test_a_step_waits_from_when_nothing_is_before_it_until_it_is_done() -> None:
    history = told(Fact("record", "done", day(4)), Fact("email", "issued", day(5)), Fact("email", "done", day(6)))
    assert waits(history, "record") == [(ARRIVED, day(4), True)]
    assert waits(history, "email") == [(day(4), day(6), True)]
    assert lines(history, "email") == [
        ("it", "to_do", "", day(4), day(5)),
        ("newcomer", "confirm", "", day(5), day(6)),
    ]
    assert history.ready_at == day(6)


def test_what_is_open_is_told_as_open() -> None:
    history = told(Fact("record", "done", day(4)))
    assert waits(history, "email") == [(day(4), None, False)]
    assert lines(history, "email") == [("it", "to_do", "", day(4), None)]
    assert waits(history, "pay") == []
    assert history.ready_at is None


def test_stuck_names_the_symptom_and_a_hand_over_the_next_owner() -> None:
    facts = (
        Fact("record", "done", day(4)),
        Fact("email", "blocked", day(5), id="7", blocker="b1"),
        Fact("email", "handed_over", day(6), blocker="b1", owner="hr"),
        Fact("email", "cleared", day(7), blocker="b1"),
    )
    assert lines(told(*facts, symptoms={"7": "pending"}), "email") == [
        ("it", "to_do", "", day(4), day(5)),
        ("it", "stuck", "pending", day(5), day(6)),
        ("hr", "stuck", "pending", day(6), day(7)),
        ("it", "to_do", "", day(7), None),
    ]


def test_a_step_that_is_stuck_behind_another_lies_with_nobody() -> None:
    history = told(Fact("email", "blocked", day(4), id="7"), Fact("record", "done", day(6)))
    assert lines(history, "email") == [("it", "stuck", "", day(6), None)]


def test_a_step_before_it_that_comes_up_again_ends_a_wait_unfinished() -> None:
    history = told(Fact("record", "done", day(4)), Fact("record", "reopened", day(5)), Fact("record", "done", day(6)))
    assert waits(history, "record") == [(ARRIVED, day(4), True), (day(5), day(6), True)]
    assert waits(history, "email") == [(day(4), day(5), False), (day(6), None, False)]


def test_week_one_is_complete_when_it_first_was() -> None:
    history = told(Fact("record", "done", day(4)), Fact("email", "done", day(5)), Fact("record", "reopened", day(6)))
    assert history.ready_at == day(5)


def test_what_was_taken_back_never_happened() -> None:
    taken = told(
        Fact("record", "done", day(4), id="1"), Fact("record", "retracted", day(4, 10), of="1"),
        Fact("record", "done", day(6), id="2"),
    )  # fmt: skip
    assert waits(taken, "record") == [(ARRIVED, day(6), True)]


def test_before_its_day_a_payslip_waits_for_nobody() -> None:
    facts = (Fact("record", "done", day(4)), Fact("email", "done", day(5)))
    (wait,) = waits(told(*facts), "pay")
    assert wait[0] == dt.datetime(2026, 8, 25, tzinfo=UK)
    assert waits(told(*facts, Fact("pay", "done", day(20))), "pay") == [(day(20), day(20), True)]
    assert lines(told(*facts, Fact("pay", "done", day(20))), "pay") == []


def test_of_somebody_who_went_what_was_open_ends_unfinished() -> None:
    history = told(Fact("record", "done", day(4)), until=day(10))
    assert waits(history, "email") == [(day(4), day(10), False)]
    assert lines(history, "email") == [("it", "to_do", "", day(4), day(10))]


def test_facts_in_any_order_tell_the_same() -> None:
    facts = [Fact("record", "done", day(4)), Fact("email", "issued", day(5)), Fact("email", "done", day(6))]
    assert told(*facts) == told(*reversed(facts))
