"""The audit trail: for the onboarding lead, of their own organisation, without what they may not see."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from onboarding.models import AuditEntry, Placement
from steps.services import placements, verbs
from tests.web.staff import Clock, as_user, text_of

DAY_1 = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara")


def trail(client: Client, world: Any, org: str = "northgate", query: str = "") -> str:
    answer = as_user(client, world.user("onboarding_lead", org)).get(f"/audit/{query}")
    assert answer.status_code == 200
    return text_of(answer)


def test_it_says_who_did_what_when_before_and_after(client: Client, world: Any, amara: Placement) -> None:
    verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1, reason="Two records.")
    placements.set_status(amara.ref, "started", by=world.actor("hr"), at=DAY_1)
    text = trail(client, world)
    assert "Step: blocked HR at Northgate, Wed 5 August, 10am." in text
    assert "Step: hr record; Blocker: " in text
    assert "State: ready → blocked" in text
    assert "Status: expected → started" in text
    assert f"/newcomers/{amara.ref}/" in client.get("/audit/").content.decode()


def test_a_birth_date_is_only_ever_changed(client: Client, world: Any, amara: Placement) -> None:
    placements.correct_details(
        amara.ref, changes={"date_of_birth": dt.date(1994, 3, 7), "given_name": "Amarachi", "gmc_number": "7700123"},
        by=world.actor("hr"), at=DAY_1, reason="Born 7 March 1994, says the passport.",
    )  # fmt: skip
    text = trail(client, world)
    assert "Date of birth: changed" in text
    assert "Gmc number: changed" in text
    assert "Given name: changed" in text
    assert "Reason: given" in text
    html = client.get("/audit/").content.decode()
    assert not [word for word in ("1994", "Amarachi") if word in html]
    assert "7700123" not in html


def test_only_the_onboarding_lead_reads_it(client: Client, world: Any, amara: Placement) -> None:
    for role in ("hr", "payroll", "it", "registration_authority", "library", "learning", "manager", "executive"):
        assert as_user(client, world.user(role)).get("/audit/").status_code == 403
    assert as_user(client, amara.newcomer.user).get("/audit/").status_code == 403
    client.logout()
    assert client.get("/audit/").status_code == 302


def test_another_organisations_entries_do_not_exist(client: Client, world: Any, amara: Placement) -> None:
    placements.set_status(amara.ref, "started", by=world.actor("hr"), at=DAY_1)
    assert "started" not in trail(client, world, "southmere")
    assert "started" not in trail(client, world, "southmere", f"?newcomer={amara.ref}")


def test_a_trainees_entries_are_in_both_trails(client: Client, world: Any) -> None:
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    placements.set_status(trainee.ref, "started", by=world.actor("hr", "lead"), at=DAY_1)
    for org in ("lead", "northgate"):
        assert "Status: expected → started" in trail(client, world, org)


def test_filters_narrow(client: Client, world: Any, amara: Placement, clock: Clock) -> None:
    other = world.newcomer(newcomer__given_name="Chinwe")
    placements.set_status(amara.ref, "started", by=world.actor("hr"), at=DAY_1)
    clock.turn_to(2026, 8, 6, 9)
    placements.set_status(other.ref, "deferred", by=world.actor("onboarding_lead"), at=DAY_1, reason="Visa.")
    for query, there, gone in (
        ("?person=onboarding", "deferred", "started"),
        ("?first=2026-08-06", "deferred", "started"),
        ("?last=2026-08-05", "started", "deferred"),
        (f"?newcomer={amara.ref}", "started", "deferred"),
        ("?action=placement.status&person=hr", "started", "deferred"),
    ):
        text = trail(client, world, query=query)
        assert f"expected → {there}" in text, query
        assert f"expected → {gone}" not in text, query
    assert "No entry fits these filters." in trail(client, world, query="?action=handed over")


@pytest.mark.parametrize(
    "query", ["?first=yesterday", "?first=2026-08-06&last=2026-08-05", "?newcomer=4711", "?before=x", "?person=%00"]
)
def test_a_faulty_filter_says_so(client: Client, world: Any, query: str) -> None:
    answer = as_user(client, world.user("onboarding_lead")).get(f"/audit/{query}")
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)


def test_pages_lead_through_every_entry_once_at_four_queries(
    client: Client, world: Any, amara: Placement, count_queries: Any
) -> None:
    for n in range(120):
        placements.set_status(amara.ref, ("started", "expected")[n % 2], by=world.actor("hr"), at=DAY_1)
    as_user(client, world.user("onboarding_lead"))
    seen, address = [], "/audit/"
    while address:
        with count_queries() as queries:
            answer = client.get(address)
        assert len(queries) == 4  # session, person, what the last check found, entries
        seen += [line["seq"] for line in answer.context["entries"]]
        address = f"/audit/{answer.context['older']}" if answer.context["older"] else ""
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == AuditEntry.objects.filter(organisation=world.northgate).count()
