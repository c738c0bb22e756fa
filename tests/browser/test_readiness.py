"""The readiness report in a browser: each role reads their own part, filters keep, and no page has a fault."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from onboarding.models import Placement
from steps.printing.typesetting import can_print
from steps.services import verbs
from tests.browser.conftest import Person
from tests.factories import World

PAGES = ("/readiness/", "/readiness/summary/", "/readiness/wall/")


def this_monday() -> dt.date:
    today = timezone.localdate()
    return today - dt.timedelta(days=today.weekday())


@pytest.fixture
def amara(world: World) -> Placement:
    """Of Northgate's manager, stuck at the record; beside her somebody of nobody's, and a lead employer's trainee."""
    start, before = this_monday(), timezone.now() - dt.timedelta(days=1)
    amara = world.newcomer(
        start_date=start, newcomer__given_name="Amara", department="Medicine", arrived_at=before - dt.timedelta(days=9)
    )
    verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=before, reason="Two records.")
    world.newcomer(start_date=start, newcomer__given_name="Chinwe", department="Surgery", manager=None)
    world.newcomer(
        start_date=start, newcomer__given_name="Farid", employer=world.lead, host=world.northgate, manager=None
    )
    return amara


@pytest.mark.parametrize(
    ("role", "org", "sees", "not_sees"),
    [
        ("manager", "northgate", {"Amara"}, {"Chinwe", "Farid"}),
        ("executive", "northgate", {"Amara", "Chinwe", "Farid"}, set()),
        ("onboarding_lead", "northgate", {"Amara", "Chinwe", "Farid"}, set()),
        ("library", "northgate", {"Amara", "Chinwe", "Farid"}, set()),
        ("executive", "lead", {"Farid"}, {"Amara", "Chinwe"}),
        ("executive", "southmere", set(), {"Amara", "Chinwe", "Farid"}),
    ],
)
def test_each_reads_of_those_in_their_own_report(
    world: World, amara: Placement, person: Any, role: str, org: str, sees: set[str], not_sees: set[str]
) -> None:
    reader: Person = person()
    reader.sign_in(f"{role}@{org}.example")
    for path in PAGES:
        reader.open(path)
        reader.finds_the_page_sound()
        if path != "/readiness/":
            assert not any(name in reader.text for name in sees | not_sees)
    reader.open("/readiness/")
    assert all(name in reader.text for name in sees)
    assert not any(name in reader.text for name in not_sees)
    if sees:
        assert f"0 of {len(sees)} starter" in reader.h1
    else:
        assert reader.h1.startswith("No one starts")


def test_on_a_phone_without_script_the_filters_work_and_go_along(world: World, amara: Placement, person: Any) -> None:
    lead: Person = person(phone=True, script=False)
    lead.sign_in("onboarding_lead@northgate.example")
    lead.open("/readiness/")
    lead.page.get_by_text("Another week, or a part of it").click()
    lead.page.get_by_label("Department").select_option("Surgery")
    lead.page.get_by_role("button", name="Show", exact=True).click()
    assert "0 of 1 starter" in lead.h1
    assert "Chinwe" in lead.text
    assert "Amara" not in lead.text
    assert "department=Surgery" in lead.page.url
    for name in ("Download as CSV", "Download as PDF", "On one page, without names"):
        assert "department=Surgery" in (lead.page.get_by_role("link", name=name).get_attribute("href") or "")
    lead.page.get_by_role("link", name="For a wall screen, without names").click()
    assert "Only department Surgery." in lead.text
    wide = lead.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_the_drawings_say_in_words_what_they_show(world: World, amara: Placement, person: Any) -> None:
    reader: Person = person()
    reader.sign_in("executive@northgate.example")
    reader.open("/readiness/")
    names = reader.page.locator("main svg[role=img]").evaluate_all(
        "all => all.map(s => s.getAttribute('aria-label') || s.querySelector('title').textContent)"
    )
    assert names[0] == "0 ready, 2 with a team, 0 only the newcomer can go on, 1 stuck"
    assert names[1].startswith("Ready by the end of the day, of 3 starters: 0 on Mon ") or "to come" in names[1]
    assert all(name.startswith("Steps done by the end of each day: Mon ") for name in names[2:])
    assert len(names) == 2 + 3


def test_the_wall_refreshes_by_itself_once_somebody_asks_and_stops(
    world: World, amara: Placement, person: Any
) -> None:
    reader: Person = person()
    reader.sign_in("onboarding_lead@northgate.example")
    reader.open("/readiness/wall/")
    with reader.page.expect_response(lambda answer: "refresh=yes" in answer.url) as loaded:
        reader.page.get_by_role("link", name="Refresh every minute").click()
    assert loaded.value.headers["refresh"] == "60"
    with reader.page.expect_response(lambda answer: "/wall/" in answer.url) as still:
        reader.page.get_by_role("link", name="Stop refreshing").click()
    assert "refresh" not in still.value.headers


@pytest.mark.skipif(not can_print(), reason="the fonts are not built: run manage.py assets")
def test_the_report_comes_down_as_a_pdf(world: World, amara: Placement, person: Any) -> None:
    reader: Person = person()
    reader.sign_in("manager@northgate.example")
    reader.open("/readiness/")
    with reader.page.expect_download() as coming:
        reader.page.get_by_role("link", name="Download as PDF").click()
    assert coming.value.suggested_filename == f"week-one-{this_monday()}.pdf"
    with open(coming.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
