"""Where the days went: a made October with one slow team, which the page names; who reads it; small groups."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Newcomer, Organisation, Placement
from steps.days import SMALLEST
from steps.models import Chain, Fact, PathwayVersion
from steps.services.looking_back import look_back
from tests.web.staff import Clock, as_user, text_of

NINE = dt.time(9)
OCTOBER = "?first=2026-10-01&last=2026-10-31"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch)
    clock.turn_to(2026, 11, 2, 9)
    return clock


def made_week(world: Any, monday: dt.date, count: int, *, email_days: int, host: Organisation | None = None) -> None:
    """So many newcomers whose record and identity take HR half a day each and whose work email takes IT so long.

    Written as facts alone, as an import of a past would: the report reads nothing else.
    """
    version = PathwayVersion.objects.filter(key="england").latest("version")
    begins = dt.datetime.combine(monday, NINE, dt.UTC)
    for number in range(count):
        person = Newcomer.objects.create(
            given_name=f"Made{monday:%m%d}{number}", date_of_birth=dt.date(1990, 1, 1), personal_email=""
        )
        where = host or world.northgate
        placement = Placement.objects.create(
            ref=uuid.uuid4(), newcomer=person, employer=where, host=where, start_date=monday, role="Fellow",
            status="started", manager=None if host else world.user("manager"),
        )  # fmt: skip
        Chain.objects.create(
            placement=placement, pathway=version, arrived_at=begins, week_one_by=monday + dt.timedelta(days=4)
        )
        hours = {"hr_record": 4, "identity": 8, "work_email": 8 + 24 * email_days, "esr_access": 10 + 24 * email_days}
        facts = [(key, begins + dt.timedelta(hours=hour)) for key, hour in hours.items()]
        Fact.objects.bulk_create(
            Fact(placement=placement, step=key, kind="done", at=at, recorded_at=at, by_name="made", source="demo")
            for key, at in facts
        )


@pytest.fixture
def october(world: Any) -> None:
    """In September IT took a day, in October it took three."""
    made_week(world, dt.date(2026, 9, 7), 6, email_days=1)
    made_week(world, dt.date(2026, 10, 5), 6, email_days=3)
    look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))


def page(client: Client, world: Any, query: str = OCTOBER, role: str = "executive", org: str = "northgate") -> str:
    answer = as_user(client, world.user(role, org)).get(f"/readiness/days/{query}")
    assert answer.status_code == 200
    return text_of(answer)


def test_the_team_that_was_slow_is_named_with_what_it_took(client: Client, world: Any, october: None) -> None:
    text = page(client, world)
    assert "Where the days went, 1 to 31 October" in text
    assert (
        "Most of the teams' time went into Work email with IT at Northgate: 144 hours (18 days) for 6 newcomers. Half "
        "of the waits took up to 24 hours (3 days), nine in ten up to 24 hours (3 days)." in text
    )
    assert (
        "Work email with IT at Northgate slowed down most: half of the waits took up to 24 hours (3 days), against "
        "8 hours in the period before." in text
    )


def test_by_team_and_by_cause_with_half_and_nine_in_ten(client: Client, world: Any, october: None) -> None:
    text = page(client, world)
    assert (
        "IT at Northgate: Work email Newcomers 6 Half within 24 hours (3 days) 9 in 10 within 24 hours (3 days)"
        in text
    )
    assert "In all 144 hours (18 days) Half within, before 8 hours Still waiting 0" in text
    assert "Work email. To be done Newcomers 6" in text


def test_what_has_not_ended_is_still_waiting(client: Client, world: Any, october: None) -> None:
    assert "HR at Northgate: Staff record" in page(client, world)
    made_week(world, dt.date(2026, 10, 26), 5, email_days=30)
    look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))
    assert "Half within, before 8 hours Still waiting 5" in page(client, world)


def test_the_period_can_be_any(client: Client, world: Any, october: None) -> None:
    text = page(client, world, "?first=2026-09-01&last=2026-09-30")
    assert "Work email with IT at Northgate: 48 hours (6 days) for 6 newcomers." in text
    assert "slowed down" not in text
    assert "before too few to show" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?first=2026-10-31&last=2026-10-01", "The period is the wrong way round: it ends before it begins."),
        ("?first=soon", "“From” is not a day that there is."),
        ("?last=2026-02-30", "“To” is not a day that there is."),
        ("?first=0001-01-01&last=0001-02-01", "Choose days between the years 2000 and 2200."),
        ("?first=2001-01-01&last=2026-01-01", "Choose two years at most."),
    ],
)
def test_a_bad_period_is_a_clear_sentence(client: Client, world: Any, query: str, says: str) -> None:
    answer = as_user(client, world.user("executive")).get(f"/readiness/days/{query}")
    assert answer.status_code == 422
    assert says in text_of(answer)


@pytest.mark.parametrize("query", ["?last=0001-01-01", "?first=9999-12-31"])
def test_the_ends_of_the_calendar_are_no_fault_of_ours(client: Client, world: Any, query: str) -> None:
    assert as_user(client, world.user("executive")).get(f"/readiness/days/{query}").status_code == 422


def test_a_period_without_waits_says_so(client: Client, world: Any, october: None) -> None:
    assert "No wait ended 1 to 31 January 2025 for the newcomers whom you see." in page(
        client, world, "?first=2025-01-01&last=2025-01-31"
    )


def test_small_groups_are_not_shown_in_any_figure(client: Client, world: Any) -> None:
    made_week(world, dt.date(2026, 10, 5), SMALLEST - 1, email_days=3)
    look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))
    text = page(client, world)
    assert "The groups are too small to be shown. 4 groups of fewer than 5 newcomers are not shown." in text
    assert "Half within" not in text
    assert "24 hours" not in text
    assert "too few to show" in text


def test_another_trust_and_a_manager_read_of_their_own(client: Client, world: Any, october: None) -> None:
    assert "No wait ended" in page(client, world, org="southmere")
    made_week(world, dt.date(2026, 10, 5), 6, email_days=5, host=world.southmere)
    look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))
    assert "IT at Southmere" in page(client, world, org="southmere")
    assert "IT at Southmere" not in page(client, world)
    assert "IT at Northgate" in page(client, world, role="manager")
    amara = world.newcomer(account=True)
    assert as_user(client, amara.newcomer.user).get("/readiness/days/").status_code == 403


def test_no_newcomer_is_named(client: Client, world: Any, october: None) -> None:
    assert "Made" not in page(client, world)


def test_the_charts_have_a_text_a_table_and_no_style(client: Client, world: Any, october: None) -> None:
    world.newcomer(start_date=dt.date(2026, 11, 2))
    html = as_user(client, world.user("executive")).get(f"/readiness/days/{OCTOBER}").content.decode()
    for name in ("took", "flow"):
        assert f'aria-labelledby="{name}-says"' in html
        assert f'<title id="{name}-says">How ' in html
    assert html.count("as a table") == 2
    assert "style=" not in html[html.index("<main") :]


def test_time_until_full_access_and_hand_overs(client: Client, world: Any, october: None) -> None:
    text = page(client, world)
    assert "Fewer than 5 newcomers who started in these days have full access: too few to show." in text
    Fact.objects.bulk_create(
        Fact(placement=fact.placement, step=step, kind="done", at=fact.at, recorded_at=fact.at, by_name="made")
        for fact in Fact.objects.filter(step="esr_access")
        for step in ("elfh", "training")
    )
    look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))
    assert (
        "Of 6 who started in these days, half had full access within 32 hours (4 days) of their first morning, nine "
        "in ten within 32 hours (4 days). In the period before, half had it within 16 hours (2 days)."
        in page(client, world)
    )


def test_hand_overs_are_counted_by_blocker(client: Client, world: Any, october: None) -> None:
    assert "Fewer than 5 newcomers were stuck in these days" in page(client, world)
    then = dt.datetime(2026, 10, 6, 9, tzinfo=dt.UTC)
    for number, placement in enumerate(Placement.objects.filter(start_date="2026-10-05")):
        kinds = ["blocked", *["handed_over"] * (number if number < 3 else 0)]
        Fact.objects.bulk_create(
            Fact(placement=placement, step="work_email", kind=kind, blocker=f"b{number}", by_name="made",
                 at=then + dt.timedelta(hours=n), recorded_at=then + dt.timedelta(hours=n), owner="hr" if n else "")
            for n, kind in enumerate(kinds)
        )  # fmt: skip
    assert (
        "6 blockers came up in these days. 4 went to the right team at once; 1 was handed over once, 1 more than "
        "once: 0.5 hand-overs a blocker." in page(client, world)
    )


def test_it_costs_the_same_at_any_size(client: Client, world: Any, october: None, count_queries: Any) -> None:
    as_user(client, world.user("executive"))
    costs = []
    for more in (0, 12):
        made_week(world, dt.date(2026, 10, 12), more, email_days=2)
        look_back(dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC))
        with count_queries() as queries:
            assert client.get(f"/readiness/days/{OCTOBER}").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14
