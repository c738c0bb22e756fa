"""The list of newcomers: whom it shows to whom, how it searches and pages, and what it costs."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Placement
from steps.services import placements, verbs
from tests.crowd import crowd
from tests.web.staff import Clock, as_user, text_of

DAY_2 = dt.datetime(2026, 8, 4, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", newcomer__family_name="Okafor", department="Medicine")


def listed(client: Client, world: Any, role: str = "hr", org: str = "northgate", query: str = "") -> str:
    answer = as_user(client, world.user(role, org)).get(f"/newcomers/{query}")
    assert answer.status_code == 200
    return text_of(answer)


def test_hr_sees_each_newcomer_with_strip_and_whose_move_it_is(client: Client, world: Any, amara: Placement) -> None:
    text = listed(client, world)
    assert "Newcomers: 1 person" in text
    assert "Amara Okafor Clinical fellow, Medicine. Starts Mon 3 August." in text
    assert "HR at Northgate: Staff record since Mon 20 July" in text
    assert "Week 1: 0 of 5 done." in text


@pytest.mark.parametrize(
    "typed",
    ["amara okafor", "OKAFOR Amara", "okaf", "  ámara ", "okafor,amara"],
)
def test_search_forgives_case_accents_and_order(client: Client, world: Any, amara: Placement, typed: str) -> None:
    assert "Amara Okafor" in listed(client, world, query=f"?q={typed}")


@pytest.mark.parametrize("typed", ["zoe muller", "Müller", "MUELLER", "gossmann zoë", "goessmann"])
def test_search_finds_a_name_however_a_document_writes_it(client: Client, world: Any, typed: str) -> None:
    world.newcomer(newcomer__given_name="Zoë", newcomer__family_name="Müller-Gößmann")
    assert "Zoë Müller-Gößmann" in listed(client, world, query=f"?q={typed}")


def test_a_percent_sign_is_only_a_percent_sign(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="100%", newcomer__family_name="Okonkwo")
    assert "Okonkwo" in listed(client, world, query="?q=okonkwo")
    assert "No one found for “zz%”" in listed(client, world, query="?q=zz%25")


def test_who_finds_nobody_is_told_whose_people_they_see(client: Client, world: Any, amara: Placement) -> None:
    text = listed(client, world, query="?q=nobody")
    assert "No one found for “nobody”. You see only people at Northgate." in text


def test_another_trust_sees_nobody_of_ours(client: Client, world: Any, amara: Placement) -> None:
    for role in ("hr", "it", "onboarding_lead", "manager"):
        assert "Amara" not in listed(client, world, role, "southmere")


def test_the_list_holds_no_date_of_birth(client: Client, world: Any, amara: Placement) -> None:
    for role in ("hr", "library", "it", "manager", "onboarding_lead"):
        html = as_user(client, world.user(role)).get("/newcomers/").content.decode()
        assert "Amara" in html
        assert "1994" not in html


def test_executives_and_newcomers_have_no_list(client: Client, world: Any) -> None:
    placement = world.newcomer(account=True)
    assert as_user(client, world.user("executive")).get("/newcomers/").status_code == 403
    assert as_user(client, placement.newcomer.user).get("/newcomers/").status_code == 403


def test_managers_see_their_own_people(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    text = listed(client, world, "manager")
    assert "Amara" in text
    assert "Chinwe" not in text


def test_filters_narrow(client: Client, world: Any, amara: Placement) -> None:
    late = world.newcomer(
        newcomer__given_name="Chinwe", start_date=dt.date(2026, 8, 12), department="Surgery", manager=None
    )
    verbs.block(
        late.ref,
        "hr_record",
        by=world.actor("hr"),
        at=dt.datetime(2026, 8, 4, 9, tzinfo=dt.UTC),
        reason="Two records.",
    )
    for query in ("?week=2026-08-10", "?department=Surgery", "?stuck=on"):
        text = listed(client, world, query=query)
        assert "Chinwe" in text, query
        assert "Amara" not in text, query
    assert "Stuck HR at Northgate" in listed(client, world, query="?stuck=on")
    placements.set_status(amara.ref, "withdrawn", by=world.actor("hr"), at=DAY_2, reason="Elsewhere.")
    text = listed(client, world, query="?status=withdrawn")
    assert "Withdrawn Elsewhere." in text
    assert "Chinwe" not in text


def test_your_move_is_what_your_team_must_act_on(client: Client, world: Any, amara: Placement) -> None:
    assert "Amara" in listed(client, world, "hr", query="?mine=on")
    assert "No one fits these filters." in listed(client, world, "it", query="?mine=on")


def test_a_lead_employer_sees_its_trainees_with_their_hosts(client: Client, world: Any) -> None:
    world.newcomer(employer=world.lead, host=world.southmere, newcomer__given_name="Farid", manager=None)
    world.newcomer(employer=world.lead, host=world.northgate, newcomer__given_name="Mei", manager=None)
    text = listed(client, world, "hr", "lead")
    assert "Hosted by Southmere, employed by Harbour Lead Employer." in text
    only = listed(client, world, "hr", "lead", query="?place=ZS1")
    assert "Farid" in only
    assert "Mei" not in only


@pytest.mark.parametrize("query", ["?week=tomorrow", "?status=gone", "?department=Nowhere", "?q=%00"])
def test_a_filter_that_fits_nothing_says_so(client: Client, world: Any, amara: Placement, query: str) -> None:
    answer = as_user(client, world.user("hr")).get(f"/newcomers/{query}")
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)
    assert "<title>Error: " in answer.content.decode()


def test_pages_lead_through_everybody_once_and_back(client: Client, world: Any, amara: Placement) -> None:
    crowd(amara, 60)
    as_user(client, world.user("hr"))
    address, pages = "/newcomers/", []
    while address:
        answer = client.get(address)
        pages.append([line["starter"].ref for line in answer.context["lines"]])
        address = f"/newcomers/{answer.context['next']}" if answer.context["next"] else ""
    seen = [ref for page in pages for ref in page]
    assert len(seen) == len(set(seen)) == 61
    by_ref = {str(p.ref): p for p in Placement.objects.all()}
    starts = [by_ref[ref].start_date for ref in seen]
    assert starts == sorted(starts, reverse=True)
    back = client.get(f"/newcomers/{answer.context['previous']}")
    assert [line["starter"].ref for line in back.context["lines"]] == pages[-2]
    first = client.get(f"/newcomers/{back.context['previous']}")
    assert first.context["previous"] == ""
    for broken in ("?after=x", "?after=2026-99-99.1", "?before=2026-08-03.x", "?after=2026-08-03.999999999999999999"):
        assert client.get(f"/newcomers/{broken}").status_code == 200


@pytest.mark.parametrize("role", ["hr", "it", "manager", "onboarding_lead"])
def test_the_list_costs_five_queries_at_any_size(
    client: Client, world: Any, amara: Placement, count_queries: Any, role: str
) -> None:
    as_user(client, world.user(role))
    costs = []
    for more in (0, 49, 4950) if role in ("hr", "it") else (0, 49):
        crowd(amara, more)
        with count_queries() as queries:
            assert client.get("/newcomers/?q=a").status_code == 200
        costs.append(len(queries))
    assert set(costs) == {5}
