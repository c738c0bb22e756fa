"""What was carried over from an earlier post, as the newcomer, the teams and the lead read it."""

import datetime as dt

import pytest
from django.urls import reverse

from onboarding.models import Newcomer
from tests.web.staff import as_user
from tests.web.stage import Clock, finished, text_of


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def moved(world, clock):
    """A trainee who finished week 1 at Northgate in May and comes to Southmere in August."""
    clock.turn_to(2026, 5, 3, 10)
    first = world.newcomer(
        account=True, employer=world.lead, host=world.northgate, start_date=dt.date(2026, 5, 4),
        arrived_at=dt.datetime(2026, 4, 20, 9, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    finished(world, first, "hr_record", "identity", "work_email", "esr_access", "elfh", "training")
    clock.turn_to(2026, 7, 20, 9)
    return world.newcomer(
        newcomer=Newcomer.objects.get(pk=first.newcomer_id), employer=world.lead, host=world.southmere,
        arrived_at=clock.tick(),
    )  # fmt: skip


def test_the_newcomer_reads_where_it_was_done_and_what_is_asked(client, world, moved):
    as_user(client, moved.newcomer.user)
    page = text_of(client.get(reverse("step", args=["elfh"])))
    assert "Carried over from Southmere" not in page
    assert "Carried over from Northgate, done Sun 3 May. Change the workplace in your account to this one." in page
    assert "Carried over from Harbour Lead Employer, done Sun 3 May." in text_of(
        client.get(reverse("step", args=["identity"]))
    )
    said = text_of(client.get(reverse("step", args=["training"])))
    assert "Carried over from Northgate, done Sun 3 May. Learning and development at Southmere is checking." in said


def test_the_newcomer_answers_and_it_is_done(client, world, moved):
    as_user(client, moved.newcomer.user)
    page = client.get(reverse("step", args=["elfh"]))
    checks = [c.key for c in page.context["step"].checks if c.by == "newcomer"]
    data = {"seen": page.context["view"].row.version, "checks": checks, "full": "yes"}
    client.post(reverse("step_done", args=["elfh"]), data)
    assert "You told us on" in text_of(client.get(reverse("step", args=["elfh"])))


def test_two_posts_have_two_chains_and_each_leads_to_the_other(client, world, moved):
    as_user(client, moved.newcomer.user)
    page = client.get(reverse("me"))
    assert "Your other placements" in text_of(page)
    (other,) = page.context["others"]
    first = client.get(reverse("me"), {"placement": other["placement"].ref})
    assert "Carried over" not in text_of(first)


def test_my_week_is_of_the_post_that_goes_on_until_the_next_one_is_near(client, world, moved, clock):
    shown = {}
    for day in ((2026, 5, 4), (2026, 6, 30), (2026, 7, 6), (2026, 8, 4)):
        clock.turn_to(*day, 9)
        (other,) = as_user(client, moved.newcomer.user).get(reverse("me")).context["others"]
        shown[day[1:]] = other["placement"].host.name
    assert shown == {(5, 4): "Southmere", (6, 30): "Southmere", (7, 6): "Northgate", (8, 4): "Northgate"}


def test_the_team_of_the_next_host_reads_the_question(client, world, moved):
    page = as_user(client, world.user("learning", "southmere")).get(reverse("newcomer", args=[moved.ref]))
    said = text_of(page)
    assert "Carried over from Northgate, done Sun 3 May. What was trained before counts." in said
    assert "Northgate finished Training, which was carried over" in said


def test_hr_reads_that_the_identity_was_carried_over(client, world, moved):
    page = as_user(client, world.user("hr", "lead")).get(reverse("newcomer", args=[moved.ref]))
    assert "Carried over from Harbour Lead Employer, done Sun 3 May." in text_of(page)


def test_the_next_host_is_not_led_to_the_earlier_placement(client, world, moved):
    page = as_user(client, world.user("hr", "southmere")).get(reverse("newcomer", args=[moved.ref]))
    earlier = moved.newcomer.placements.exclude(pk=moved.pk).get()
    assert str(earlier.ref) not in page.content.decode()
    assert client.get(reverse("newcomer", args=[earlier.ref])).status_code == 404


def test_the_lead_reads_in_the_pathway_what_is_carried(client, world):
    page = text_of(as_user(client, world.user("onboarding_lead")).get(reverse("pathway", args=["england"])))
    assert "Carried over from another post with this employer." in page
    assert "Carried over from any other post, and asked again." in page
