"""The week without a name: the wall of changeover day, the page for whoever runs the place, and the groups."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Placement
from steps.services import verbs
from steps.services.keeping_weeks import keep_due
from tests.crowd import crowd
from tests.web.staff import Clock, as_user, text_of
from tests.web.test_readiness import DAY_1, make_ready, report

BOTH = ("/readiness/wall/", "/readiness/summary/")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", department="Medicine", role="Registrar")


def test_the_wall_counts_by_step_and_team(client: Client, world: Any, amara: Placement) -> None:
    make_ready(world, world.newcomer(account=True, newcomer__given_name="Imran"))
    stuck = world.newcomer(newcomer__given_name="Mei")
    verbs.block(stuck.ref, "hr_record", by=world.actor("hr"), at=DAY_1, reason="Two records.")
    text = text_of(as_user(client, world.user("onboarding_lead")).get("/readiness/wall/"))
    assert "1 of 3 starters of 3 August is ready" in text
    assert "Staff record 1 1 0 1 0" in text  # done, with a team, with the newcomer, stuck, waiting
    assert "Identity 1 0 0 0 2" in text
    assert "HR at Northgate Starters who wait 2 Steps 2" in text


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("role", ["onboarding_lead", "executive", "manager", "library"])
def test_no_name_is_shown_whoever_reads(client: Client, world: Any, amara: Placement, path: str, role: str) -> None:
    html = as_user(client, world.user(role)).get(path).content.decode()
    for text in ("Amara", "Okafor", str(amara.ref), "1994"):
        assert text not in html


def test_nothing_reloads_itself_unless_somebody_asked_for_it(client: Client, world: Any, amara: Placement) -> None:
    as_user(client, world.user("onboarding_lead"))
    still = client.get("/readiness/wall/?week=2026-08-03")
    assert "Refresh" not in still
    assert 'href="?week=2026-08-03&amp;refresh=yes">Refresh every minute' in still.content.decode()
    going = client.get("/readiness/wall/?week=2026-08-03&refresh=yes")
    assert going["Refresh"] == "60"
    assert 'href="?week=2026-08-03">Stop refreshing' in going.content.decode()


def test_the_summary_names_the_three_who_hold_most(client: Client, world: Any, amara: Placement) -> None:
    text = text_of(as_user(client, world.user("executive")).get("/readiness/summary/"))
    assert "0 of 1 starter of 3 August are ready" in text
    assert "1 is not: 1 waits for HR at Northgate and 1 has a step of their own to do." in text
    assert "Ready by the end of the day, of 1 starter: 0 on Mon 3 August, 0 on Tue 4 August and 0 on Wed 5" in text
    assert text.count("Starters who wait") == 1 + 2  # the heading, and whoever holds something
    assert "Week 1 ends with the fifth working day where the newcomer works." in text


def test_the_summary_says_how_many_hours_were_lost_or_that_too_few_came(
    client: Client, world: Any, amara: Placement
) -> None:
    as_user(client, world.user("executive"))
    text = text_of(client.get("/readiness/summary/"))
    assert "Hours lost before full access, in the last 4 weeks Fewer than" in text
    assert "Hours lost" not in text_of(client.get("/readiness/summary/?department=Medicine"))


def test_the_filters_stay_from_page_to_page(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Mei", department="Surgery")
    query = "week=2026-08-03&department=Surgery"
    html = as_user(client, world.user("executive")).get(f"/readiness/?{query}&page=1").content.decode()
    there = query.replace("&", "&amp;")
    for page in ("wall/", "summary/", "week.csv", "week.xlsx", "week.pdf"):
        assert f'href="/readiness/{page}?{there}"' in html
    for path in BOTH:
        answer = client.get(f"{path}?{query}")
        assert "0 of 1 starter" in text_of(answer)
        assert "Only department Surgery." in text_of(answer)
        assert f'href="/readiness/?{there}"' in answer.content.decode()


@pytest.mark.parametrize("path", BOTH)
def test_with_nobody_to_show_and_with_a_bad_address_there_is_a_sentence(client: Client, world: Any, path: str) -> None:
    as_user(client, world.user("executive"))
    assert "No one starts 3 to 9 August" in text_of(client.get(path))
    bad = client.get(f"{path}?week=soon")
    assert bad.status_code == 422
    assert "The week is not a day that there is." in text_of(bad)


def test_the_report_says_how_each_group_does_and_leads_to_it(client: Client, world: Any, amara: Placement) -> None:
    make_ready(world, world.newcomer(account=True, department="", newcomer__given_name="Imran"))
    world.newcomer(employer=world.lead, host=world.northgate, department="Surgery")
    text = report(client, world)
    assert "Medicine alone, by department 1 0 Surgery alone, by department 1 0 No department 1 1" in text
    assert "By role" in text
    assert "Harbour Lead Employer alone, by employer 1 0" in text
    assert "By host" not in text  # all are at Northgate
    html = as_user(client, world.user("onboarding_lead")).get("/readiness/?page=1").content.decode()
    assert 'href="?week=2026-08-03&amp;department=Medicine"' in html


@pytest.mark.parametrize("path", BOTH)
def test_they_cost_the_same_at_any_size(
    client: Client, world: Any, amara: Placement, count_queries: Any, path: str
) -> None:
    as_user(client, world.user("executive"))
    costs = []
    for more in (0, 60):
        crowd(amara, more)
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs == ([4, 4] if "wall" in path else [5, 5])  # the hours lost are one more


def test_a_week_that_is_over_says_on_the_wall_when_it_stood_so(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    keep_due(dt.datetime(2026, 8, 7, 16, tzinfo=dt.UTC))
    clock.turn_to(2026, 8, 12, 9)
    as_user(client, world.user("executive"))
    for path in BOTH:
        assert "As it stood at 5pm on Fri 7 August." in text_of(client.get(f"{path}?week=2026-08-03"))
