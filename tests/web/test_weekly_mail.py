"""The managers' weekly mail: when it goes, to whom, what it says, what it leaves out, and who wants none."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from onboarding.models import Job, MailChoices, Membership, OutboxMail, Placement
from onboarding.outbox import sending
from steps.services import weekly
from steps.services.forecasting import foresee
from tests.web.staff import Clock, as_user, text_of
from tests.web.test_readiness import make_ready

THURSDAY = dt.datetime(2026, 8, 6, 7, 30, tzinfo=dt.UTC)  # half past eight here


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch)
    clock.turn_to(2026, 8, 6, 7, 30)
    return clock


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", account=True, newcomer__gmc_number="7654321")


def send(now: dt.datetime = THURSDAY) -> list[OutboxMail]:
    weekly.work(Job(kind="weekly"), now)
    return list(OutboxMail.objects.filter(kind="weekly"))


def test_a_manager_reads_the_sentence_the_list_and_a_link_for_this_week_and_the_next(
    world: Any, amara: Placement
) -> None:
    make_ready(world, world.newcomer(account=True, newcomer__given_name="Imran"))
    world.newcomer(newcomer__given_name="Mei", start_date=dt.date(2026, 8, 10))
    [row] = send()
    assert (row.recipient, row.subject) == ("manager@northgate.example", "Week 1: 1 of 3 ready")
    for text in (row.text, row.html):
        assert "1 of 2 starters of 3 August is ready" in text
        assert "1 is not: 1 waits for HR at Northgate" in text
        assert "missing Staff record, Identity, Work email, ESR, Training." in text
        assert "HR at Northgate: Staff record since Mon 20 July (13 working days)" in text
        assert "0 of 1 starter of 10 August are ready" in text
        assert "/readiness/?week=2026-08-03" in text
        assert "/readiness/?week=2026-08-10" in text
        assert "/account/mails/" in text
        assert "Imran" not in text  # who is ready is only counted
        assert "7654321" not in text
        assert "1994" not in text
    assert "Amara Okafor: missing" in row.text


def test_each_gets_one_a_week_about_their_own_people_alone(world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    Membership.objects.create(user=world.user("manager"), organisation=world.northgate, role="hr")
    [row] = send()
    assert "Chinwe" not in row.text
    assert len(send()) == 1


def test_once_it_is_sent_its_text_is_gone_from_here(world: Any, amara: Placement) -> None:
    [row] = send()
    sending.drain()
    assert "Amara" in mail.outbox[0].body
    row.refresh_from_db()
    assert (row.state, "Amara" in row.text + row.html) == ("sent", False)


def test_who_has_nobody_in_these_weeks_gets_none(world: Any) -> None:
    world.newcomer(start_date=dt.date(2026, 8, 17))
    assert send() == []


def test_an_address_outside_the_trust_gets_no_name(world: Any, amara: Placement) -> None:
    manager = world.user("manager")
    manager.email = "manager@elsewhere.example"
    manager.save()
    [row] = send()
    for text in (row.text, row.html):
        assert "0 of 1 starter of 3 August are ready" in text
        assert "Amara" not in text
        assert "stands on the page alone" in text
        assert "/readiness/?week=2026-08-03" in text


def test_whoever_wants_none_gets_none_and_says_so_among_their_mails(
    client: Client, world: Any, amara: Placement
) -> None:
    as_user(client, world.user("manager"))
    assert "How your starters stand, in one mail a week" in text_of(client.get("/account/mails/"))
    data = {"messages": "daily", "work": "never", "weekly": "no", "hour": "9"}
    assert client.post("/account/mails/", data).status_code == 302
    assert not MailChoices.objects.get().weekly
    assert send() == []
    as_user(client, world.user("it"))
    assert "How your starters stand" not in text_of(client.get("/account/mails/"))


@pytest.mark.parametrize("change", ["closed", "no manager", "moved", "unwanted"])
def test_who_may_read_it_is_asked_again_just_before_it_goes(world: Any, amara: Placement, change: str) -> None:
    [row] = send()
    user = world.user("manager")
    if change == "closed":
        user.is_active = False
        user.save()
    elif change == "moved":
        user.email = "manager@elsewhere.example"
        user.save()
    elif change == "unwanted":
        MailChoices.objects.create(user=user, weekly=False)
    else:
        Membership.objects.filter(user=user).delete()
    sending.drain()
    row.refresh_from_db()
    assert row.state == "dropped"
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("day", "country", "goes"),
    [
        (dt.date(2026, 8, 3), "england", dt.date(2026, 8, 6)),
        (dt.date(2026, 12, 25), "england", dt.date(2026, 12, 24)),
        (dt.date(2026, 12, 28), "england", dt.date(2026, 12, 31)),
        (dt.date(2032, 1, 1), "scotland", dt.date(2031, 12, 31)),  # New Year's Day is a Thursday
    ],
)
def test_it_goes_on_thursday_or_the_working_day_before(day: dt.date, country: str, goes: dt.date) -> None:
    assert weekly.sending_day(day, country) == goes


def test_on_other_days_nothing_goes(world: Any, amara: Placement) -> None:
    assert send(THURSDAY - dt.timedelta(days=1)) == []


def test_the_planner_adds_a_job_a_day_in_working_hours(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "_planned", None)
    for hours in (-2, 0, 1, 24):  # too early, then twice, then on Friday
        weekly.plan(THURSDAY + dt.timedelta(hours=hours))
    assert list(Job.objects.filter(kind="weekly").values_list("unique_key", flat=True)) == ["weekly:2026-08-06"]


def test_a_long_list_names_forty_and_counts_the_rest(
    world: Any, amara: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "MOST", 1)
    world.newcomer(newcomer__given_name="Zoe")
    [row] = send()
    assert "1 more is not ready." in row.text


def test_it_says_when_each_is_likely_ready_and_whom_to_call_first(world: Any) -> None:
    world.newcomer(newcomer__given_name="Mei", start_date=dt.date(2026, 8, 10), arrived_at=THURSDAY)
    foresee(THURSDAY)
    [row] = send()
    for text in (row.text, row.html):
        assert "missing Staff record, Identity, Work email, ESR, Training. Likely " in text
        assert "to be ready by Fri 14 August." in text
        assert "Call first:" in text
        assert "HR at Northgate: Staff record for 1. Clearing it makes" in text
