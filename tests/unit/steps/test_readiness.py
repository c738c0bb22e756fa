"""The report's arithmetic, without a database: who is ready, whose move it is, and the bar."""

import datetime as dt
import itertools
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from steps.readiness import Place, Starter, StepNow, bar, monday_of, report_of, standing_of

TODAY = dt.date(2026, 8, 5)
THEN = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
NORTHGATE, LEAD = Place(1, "ZN1", "Northgate"), Place(2, "ZL1", "Lead")


def step(key: str, state: str, owner: str = "hr", org: int | None = 1, **more) -> StepNow:
    more.setdefault("actionable", state == "ready" or (state == "blocked" and not more.get("parked")))
    return StepNow(key, state, more.pop("week_one", True), owner, org, THEN, **more)


def starter(*steps: StepNow, ref: str = "a", status: str = "started", employer: Place = NORTHGATE) -> Starter:
    return Starter(
        ref, f"Name {ref}", TODAY, status, "", "Fellow", "", employer, NORTHGATE, None, TODAY, "hash", tuple(steps)
    )


def test_ready_is_when_every_week_one_step_is_met():
    assert standing_of(
        starter(step("a", "done"), step("b", "recheck"), step("c", "ready", week_one=False)), TODAY
    ).ready
    assert not standing_of(starter(step("a", "done"), step("b", "blocked")), TODAY).ready


def test_a_recheck_counts_as_met_and_is_named():
    standing = standing_of(starter(step("a", "recheck", actionable=True)), TODAY)
    assert (standing.ready, standing.recheck, standing.waiting_for) == (True, ("a",), ())


def test_a_waiting_step_is_its_causes_move_and_each_cause_counts_once():
    rows = (
        step("identity", "ready"),
        step("email", "locked", "it", because=(("identity", "hr", "employer"),)),
        step("esr", "locked", because=(("identity", "hr", "employer"),)),
    )
    standing = standing_of(starter(*rows), TODAY)
    assert [(w.step, w.function, w.place, w.since) for w in standing.waiting_for] == [
        ("identity", "hr", NORTHGATE, THEN)
    ]
    held = report_of([starter(*rows)], TODAY).by_owner
    assert [(h.function, h.newcomers, h.steps) for h in held] == [("hr", 1, 1)]


def test_a_cause_outside_the_rows_goes_to_the_side_it_names():
    one = starter(
        step("esr", "locked", because=(("record", "hr", "employer"), ("x", "newcomer", None))), employer=LEAD
    )
    assert [(w.step, w.place) for w in standing_of(one, TODAY).waiting_for] == [("record", LEAD), ("x", None)]


def test_what_is_not_due_is_nobodys_move_yet():
    late = step("pay", "ready", due_from=TODAY + dt.timedelta(days=1))
    assert not late.acting(TODAY)
    assert late.acting(TODAY + dt.timedelta(days=1))


def test_the_bar_tells_stuck_from_the_newcomers_own_move():
    stuck = starter(step("a", "blocked"), step("b", "ready", "newcomer", None), ref="1")
    own = starter(step("b", "ready", "newcomer", None), ref="2")
    team = starter(step("a", "ready"), step("b", "ready", "newcomer", None), ref="3")
    report = report_of([stuck, own, team, starter(step("a", "done"), ref="4")], TODAY)
    assert report.kinds() == {"ready": 1, "team": 1, "newcomer": 1, "stuck": 1}


def test_who_withdrew_deferred_or_left_does_not_count_and_is_not_lost():
    gone = [starter(step("a", "ready"), ref=s, status=s) for s in ("withdrawn", "deferred", "left")]
    report = report_of([*gone, starter(step("a", "done"))], TODAY)
    assert (report.starters, report.ready, [s.status for s in report.gone]) == (
        1,
        1,
        ["withdrawn", "deferred", "left"],
    )


def test_a_pathway_without_week_one_steps_is_said_not_hidden():
    report = report_of([starter(step("a", "ready", week_one=False))], TODAY)
    assert (report.ready, report.unmarked) == (1, 1)


def test_those_who_are_not_ready_stand_first():
    report = report_of([starter(step("a", "done"), ref="1"), starter(step("a", "ready"), ref="2")], TODAY)
    assert [s.starter.ref for s in report.standings] == ["2", "1"]


@given(st.lists(st.integers(0, 100_000), min_size=4, max_size=4))
def test_the_bar_fills_its_width_and_shows_everyone_there(counts):
    parts = bar(dict(zip(("ready", "team", "newcomer", "stuck"), counts, strict=True)))
    assert [p.count for p in parts] == [n for n in counts if n]
    if parts:
        assert abs(parts[-1].x + parts[-1].width - 600) < 0.5
        assert all(p.width >= 8 for p in parts)
        assert all(abs(a.x + a.width - b.x) < 0.3 for a, b in itertools.pairwise(parts))


def test_nobody_makes_no_bar():
    assert bar({"ready": 0, "stuck": 0}) == ()


def test_a_week_begins_on_monday():
    assert monday_of(dt.date(2026, 8, 9)) == dt.date(2026, 8, 3)


def test_the_arithmetic_imports_no_django():
    code = "import sys, steps.readiness; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
