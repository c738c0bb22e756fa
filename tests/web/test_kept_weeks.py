"""A week that is over says what it said then: who is kept, when, what still changes and what does not."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from onboarding import jobs
from onboarding.models import AuditEntry, Job, Newcomer, Placement
from steps.models import KeptStarter
from steps.services import keeping_weeks, placements
from steps.services.keeping_weeks import keep_due
from tests.crowd import crowd
from tests.web.staff import Clock, as_user, text_of
from tests.web.test_readiness import DAY_1, make_ready, report

FRIDAY_5PM = dt.datetime(2026, 8, 7, 16, 0, tzinfo=dt.UTC)
WEEK = "?week=2026-08-03"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", account=True)


def test_last_weeks_report_still_says_what_it_said(client: Client, world: Any, amara: Placement, clock: Clock) -> None:
    assert keep_due(FRIDAY_5PM) == 1
    make_ready(world, amara)
    Newcomer.objects.filter(pk=amara.newcomer_id).update(family_name="Eze")
    clock.turn_to(2026, 8, 12, 9)
    text = report(client, world, query=WEEK)
    assert "0 of 1 starter of 3 August were ready" in text
    assert "As it stood at 5pm on Fri 7 August. Show it as it stands now" in text
    assert "HR at Northgate: Staff record since Mon 20 July (14 working days)" in text
    assert "Amara Eze" in text  # how somebody is called is no part of how they stood
    assert "Week 3 to 9 August Starters 1 Ready 0" in text
    now = report(client, world, query=f"{WEEK}&now=yes")
    assert "1 of 1 starter of 3 August is ready" in now
    assert "As it stands now, not as it stood when the first week was over. Show it as it stood then" in now
    assert "As it stood" not in report(client, world, query="?week=2026-08-10")


def test_the_downloads_and_the_command_say_the_same(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    keep_due(FRIDAY_5PM)
    make_ready(world, amara)
    clock.turn_to(2026, 8, 12, 9)
    as_user(client, world.user("executive"))
    assert ",no," in client.get(f"/readiness/week.csv{WEEK}").content.decode()
    assert ",yes," in client.get(f"/readiness/week.csv{WEEK}&now=yes").content.decode()
    out = io.StringIO()
    call_command("readiness", "--organisation", "ZN1", "--from", "2026-08-03", stdout=out)
    assert "0 of 1 starter of 3 August were ready" in out.getvalue()
    assert "As it stood at 5pm on Fri 7 August." in out.getvalue()
    out = io.StringIO()
    call_command("readiness", "--organisation", "ZN1", "--from", "2026-08-03", "--now", "--json", stdout=out)
    assert json.loads(out.getvalue())["ready"] == 1


def test_each_is_kept_at_five_on_the_fifth_working_day_of_their_own_country(world: Any, amara: Placement) -> None:
    world.southmere.country = "scotland"  # where 3 August is a bank holiday
    world.southmere.save()
    world.newcomer(employer=world.southmere, start_date=dt.date(2026, 8, 3), pathway="scotland", manager=None)
    assert keep_due(FRIDAY_5PM - dt.timedelta(minutes=1)) == 0
    assert keep_due(FRIDAY_5PM + dt.timedelta(seconds=40)) == 1
    assert KeptStarter.objects.get().kept_at == FRIDAY_5PM
    assert keep_due(FRIDAY_5PM + dt.timedelta(days=3)) == 1  # Mon 10 August
    assert keep_due(FRIDAY_5PM + dt.timedelta(days=3)) == 0


def test_a_week_of_which_only_some_are_over_says_so(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    world.newcomer(newcomer__given_name="Imran", start_date=dt.date(2026, 8, 5))
    keep_due(FRIDAY_5PM)
    clock.turn_to(2026, 8, 10, 9)
    text = report(client, world, query=WEEK)
    assert "0 of 2 starters of 3 to 5 August are ready" in text
    assert "1 of them as they stood when their first week was over; the others as they stand now." in text


def test_a_worker_that_was_away_says_when_it_looked_and_makes_up_nothing_older(world: Any, amara: Placement) -> None:
    late = FRIDAY_5PM + dt.timedelta(hours=16)
    assert keep_due(late) == 1
    assert KeptStarter.objects.get().kept_at == late
    KeptStarter.objects.all().delete()
    assert keep_due(FRIDAY_5PM + dt.timedelta(days=4)) == 0


def test_who_withdrew_before_the_end_stays_out_of_the_count_and_who_does_after_it_stays_in(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    mei = world.newcomer(newcomer__given_name="Mei")
    placements.set_status(mei.ref, "withdrawn", by=world.actor("hr"), at=DAY_1, reason="Went abroad.")
    keep_due(FRIDAY_5PM)
    clock.turn_to(2026, 8, 11, 9)
    placements.set_status(amara.ref, "left", by=world.actor("hr"), at=FRIDAY_5PM)
    text = report(client, world, query=WEEK)
    assert "0 of 1 starter of 3 August were ready" in text
    assert "Withdrawn: Went abroad." in text


def test_whose_start_is_moved_is_not_lost_from_the_week_that_they_leave(
    client: Client, world: Any, amara: Placement
) -> None:
    world.newcomer(newcomer__given_name="Imran")
    move(world, amara, dt.date(2026, 8, 17), "The visa is late.")
    text = report(client, world, query=WEEK)
    assert "0 of 1 starter of 3 August are ready" in text
    assert "Was to start Mon 3 August. Starts Mon 17 August instead: The visa is late." in text
    assert "The visa" not in report(client, world, "executive", query=WEEK)
    move(world, amara, dt.date(2026, 8, 24), "Later still.")
    assert "Starts Mon 24 August instead: The visa is late." in report(client, world, query=WEEK)
    assert "Starts Mon 24 August instead: Later still." in report(client, world, query="?week=2026-08-17")
    move(world, amara, dt.date(2026, 8, 4), "In time after all.")
    assert "0 of 2 starters of 3 to 4 August" in report(client, world, query=WEEK)
    assert "instead" not in report(client, world, query=WEEK)


def test_a_start_that_moves_within_its_week_leaves_nothing_behind(world: Any, amara: Placement) -> None:
    move(world, amara, dt.date(2026, 8, 5), "One day of leave.")
    assert not KeptStarter.objects.exists()


def test_a_start_that_moves_after_the_end_leaves_the_old_report_as_it_was(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    keep_due(FRIDAY_5PM)
    clock.turn_to(2026, 8, 11, 9)
    move(world, amara, dt.date(2026, 8, 17), "Never came.", at=FRIDAY_5PM + dt.timedelta(days=3))
    assert "0 of 1 starter of 3 August were ready" in report(client, world, query=WEEK)
    assert "0 of 1 starter of 17 August are ready" in report(client, world, query="?week=2026-08-17")
    assert keep_due(dt.datetime(2026, 8, 21, 16, tzinfo=dt.UTC)) == 1
    assert KeptStarter.objects.count() == 2


def move(world: Any, placement: Placement, day: dt.date, reason: str, at: dt.datetime = DAY_1) -> None:
    placements.correct_details(placement.ref, changes={"start_date": day}, by=world.actor("hr"), at=at, reason=reason)


def test_another_trust_and_a_manager_of_others_read_nothing_that_was_kept(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    keep_due(FRIDAY_5PM)
    clock.turn_to(2026, 8, 12, 9)
    assert "No one starts 3 to 9 August" in report(client, world, "executive", "southmere", WEEK)
    own = report(client, world, "manager", query=WEEK)
    assert "0 of 1 starter" in own
    assert "Chinwe" not in own


def test_what_is_kept_holds_no_name_and_leaves_one_entry_in_the_trail(world: Any, amara: Placement) -> None:
    keep_due(FRIDAY_5PM)
    kept = KeptStarter.objects.values().get()
    assert "Amara" not in str(kept)
    assert "1994" not in str(kept)
    entry = AuditEntry.objects.get(action="readiness.kept")
    assert (entry.organisation_id, entry.after) == (world.northgate.pk, {"newcomers": 1, "day": "2026-08-07"})


def test_the_planner_adds_one_job_a_cut_off(world: Any, amara: Placement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_weeks, "_planned", None)
    keeping_weeks.plan(FRIDAY_5PM - dt.timedelta(hours=1))
    keeping_weeks.plan(FRIDAY_5PM)
    keeping_weeks.plan(FRIDAY_5PM + dt.timedelta(hours=1))
    keys = set(Job.objects.filter(kind="keep_weeks").values_list("unique_key", flat=True))
    assert keys == {"keep_weeks:2026-08-06", "keep_weeks:2026-08-07"}
    job = Job.objects.get(unique_key="keep_weeks:2026-08-07")
    jobs.workers["keep_weeks"](job, FRIDAY_5PM)
    assert KeptStarter.objects.count() == 1


def test_a_week_that_is_kept_costs_four_queries_at_any_size(
    client: Client, world: Any, amara: Placement, count_queries: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_weeks, "BATCH", 7)
    costs = []
    for more in (0, 30):
        crowd(amara, more)
        clock.turn_to(2026, 8, 7, 18)
        while keep_due(FRIDAY_5PM):
            pass
        clock.turn_to(2026, 8, 12, 9)
        as_user(client, world.user("executive"))
        with count_queries() as queries:
            assert f"{more + 1} starter" in text_of(client.get(f"/readiness/{WEEK}"))
        costs.append(len(queries))
    assert costs == [4, 4]
