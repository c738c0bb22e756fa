"""Waits and forecasts on rows: from the facts, in the background, stamped, the same however often it is done."""

import datetime as dt
from typing import Any

import pytest

from onboarding import jobs
from onboarding.models import Job, Placement
from onboarding.wording import UK
from steps.models import PlacementForecast, Replay, StepGain, StepWait, Stretch
from steps.readiness import report_of
from steps.selectors.forecasts import forecasts_of, stamped_at
from steps.selectors.reports import starters_of
from steps.services import looking_back, refreshing
from steps.services.forecasting import foresee
from steps.services.looking_back import look_back
from steps.services.placements import set_status
from tests.web.stage import finished

MONDAY = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
TODAY = MONDAY.date()
FRIDAY = dt.date(2026, 8, 7)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara")


def history() -> list[tuple[Any, ...]]:
    waits = StepWait.objects.order_by("placement", "step", "began")
    lies = Stretch.objects.order_by("placement", "step", "began")
    return [*waits.values_list("placement", "step", "began", "ended", "days", "minutes", "finished"),
            *lies.values_list("placement", "step", "function", "org", "kind", "began", "minutes")]  # fmt: skip


def past(world: Any, count: int, *, days: int, step: str = "hr_record") -> None:
    """So many earlier newcomers whose step took so many working days."""
    who = world.newcomer(start_date=dt.date(2026, 5, 4))
    began = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
    StepWait.objects.bulk_create(
        StepWait(placement=who, step=step, function="hr", org=world.northgate, began=began,
                 ended=began + dt.timedelta(days=days), finished=True, days=days, minutes=days * 480)
        for _ in range(count)
    )  # fmt: skip


def test_a_wait_is_kept_with_its_working_days_and_hours(world: Any, amara: Placement) -> None:
    finished(world, amara, "hr_record")
    look_back(MONDAY + dt.timedelta(days=9))
    wait = StepWait.objects.get(placement=amara, step="hr_record")
    fact = amara.facts.get(step="hr_record")
    assert (wait.began, wait.ended, wait.finished, wait.org) == (
        amara.chain.arrived_at,
        fact.at,
        True,
        world.northgate,
    )
    assert wait.days == looking_back.days_waited(wait.began, fact.at.astimezone(UK).date(), "england")
    own = StepWait.objects.get(placement=amara, step="elfh")
    assert (own.function, own.org, own.days) == ("newcomer", world.northgate, None)
    assert Stretch.objects.get(placement=amara, step="elfh").org is None


def test_only_what_changed_is_played_again_and_twice_is_once(world: Any, amara: Placement) -> None:
    imran = world.newcomer()
    assert look_back(MONDAY) == 2
    first = history()
    assert look_back(MONDAY) == 0
    assert look_back(MONDAY, everybody=True) == 2
    assert history() == first
    finished(world, amara, "hr_record")
    assert look_back(MONDAY) == 1
    set_status(imran.ref, "withdrawn", by=world.actor("hr"), at=MONDAY, reason="Took another post.")
    assert look_back(MONDAY) == 1


def test_a_run_that_is_interrupted_leaves_whole_newcomers_and_the_next_goes_on(
    world: Any, amara: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.newcomer()
    monkeypatch.setattr(looking_back, "BATCH", 1)
    lives = iter([True, False])
    assert look_back(MONDAY, alive=lambda: next(lives)) == 1
    assert look_back(MONDAY) == 1
    bits = history()
    monkeypatch.setattr(looking_back, "BATCH", 200)
    look_back(MONDAY, everybody=True)
    assert history() == bits


def test_hours_lost_count_from_the_first_morning(world: Any, amara: Placement) -> None:
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access", "elfh", "training")
    look_back(MONDAY)
    replay = Replay.objects.get(pk=amara.pk)
    assert replay.ready_at is not None
    assert replay.lost_minutes == looking_back.working_minutes(
        dt.datetime(2026, 8, 3, 9, tzinfo=UK), replay.ready_at, "england"
    )


def test_a_forecast_is_kept_with_when_it_was_made(world: Any, amara: Placement) -> None:
    look_back(MONDAY)
    assert foresee(MONDAY) == 1
    outlook = forecasts_of([amara.pk])[amara.pk]
    assert outlook.at == stamped_at(world.northgate.pk) == MONDAY
    assert outlook.likely is not None
    assert outlook.likely > FRIDAY
    assert outlook.chance is not None
    assert 0 < outlook.chance < 0.5


def test_the_trusts_own_history_moves_the_forecast(world: Any) -> None:
    amara = world.newcomer(arrived_at=MONDAY)
    look_back(MONDAY)
    foresee(MONDAY)
    before = forecasts_of([amara.pk])[amara.pk]
    past(world, 400, days=0)
    foresee(MONDAY)
    quick = forecasts_of([amara.pk])[amara.pk]
    StepWait.objects.filter(minutes__isnull=False).update(days=20)
    foresee(MONDAY)
    slow = forecasts_of([amara.pk])[amara.pk]
    assert slow.chance < before.chance < quick.chance
    assert slow.likely > quick.likely


def test_another_trusts_history_moves_nothing(world: Any) -> None:
    amara = world.newcomer(arrived_at=MONDAY)
    look_back(MONDAY)
    foresee(MONDAY)
    before = forecasts_of([amara.pk])[amara.pk]
    past(world, 400, days=0)
    StepWait.objects.filter(minutes__isnull=False).update(org=world.southmere)
    foresee(MONDAY)
    assert forecasts_of([amara.pk])[amara.pk] == before


def test_what_has_been_open_long_is_taken_into_account(world: Any) -> None:
    fresh = world.newcomer(arrived_at=MONDAY)
    old = world.newcomer(arrived_at=MONDAY - dt.timedelta(days=28))
    look_back(MONDAY)
    foresee(MONDAY)
    told = forecasts_of([fresh.pk, old.pk])
    assert told[old.pk].chance < told[fresh.pk].chance


def test_who_is_ready_late_gone_or_far_off(world: Any, amara: Placement) -> None:
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access", "elfh", "training")
    gone, far = world.newcomer(), world.newcomer(start_date=dt.date(2026, 11, 2))
    late = world.newcomer(start_date=dt.date(2026, 7, 6))
    set_status(gone.ref, "withdrawn", by=world.actor("hr"), at=MONDAY, reason="Took another post.")
    look_back(MONDAY)
    foresee(MONDAY)
    told = forecasts_of([amara.pk, gone.pk, far.pk, late.pk])
    assert (told[amara.pk].likely, told[amara.pk].chance) == (None, 1.0)
    assert gone.pk not in told
    assert told[far.pk].chance is None
    assert told[late.pk].chance == 0.0


def test_a_forecast_goes_when_its_newcomer_does(world: Any, amara: Placement) -> None:
    foresee(MONDAY)
    set_status(amara.ref, "withdrawn", by=world.actor("hr"), at=MONDAY, reason="Took another post.")
    foresee(MONDAY)
    assert not PlacementForecast.objects.exists()


def test_what_calls_buy_is_kept_by_step_and_by_owner(world: Any, amara: Placement) -> None:
    past(world, 300, days=0, step="identity")
    look_back(MONDAY)
    foresee(MONDAY)
    gain = StepGain.objects.get(step__placement=amara, step__key="hr_record")
    assert gain.blocker == "hr_record"
    assert 0 < gain.more == gain.owner_more <= 1
    assert StepGain.objects.filter(step__placement=amara).count() == 2  # and e-LfH, the newcomer's


def test_clearing_two_things_buys_no_less_than_either(world: Any, amara: Placement) -> None:
    finished(world, amara, "hr_record", "identity", issued_only="work_email")
    look_back(MONDAY)
    foresee(MONDAY)
    gains = {gain.step.key: gain for gain in StepGain.objects.select_related("step")}
    assert set(gains) == {"work_email", "elfh"}
    assert sum(gain.owner_more for gain in gains.values()) > max(gain.more for gain in gains.values())
    foresee(MONDAY)
    assert StepGain.objects.count() == 2


def test_the_report_reads_the_forecasts_and_drops_those_that_hold_no_more(world: Any, amara: Placement) -> None:
    foresee(MONDAY)
    starters = starters_of(world.actor("executive"), TODAY, FRIDAY)
    (standing,) = report_of(starters, TODAY).standings
    assert standing.outlook == forecasts_of([amara.pk])[amara.pk]
    assert not standing.likely_in_time
    assert report_of(starters, TODAY + dt.timedelta(days=4)).standings[0].outlook is None


def test_the_job_is_planned_once_an_hour_in_the_day_and_does_both(world: Any, amara: Placement) -> None:
    refreshing._planned = ""
    for minutes in (0, 20, 59):
        refreshing.plan(MONDAY + dt.timedelta(minutes=minutes))
    refreshing.plan(MONDAY + dt.timedelta(hours=14))  # midnight
    job = Job.objects.get(kind=refreshing.FORECAST)
    assert jobs.claim(MONDAY) == job
    job.refresh_from_db()
    refreshing.work(job, MONDAY)
    assert Replay.objects.count() == PlacementForecast.objects.count() == 1
