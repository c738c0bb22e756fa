"""A newcomer withdraws or defers: who is told, what the mail leaves out, what becomes of open conversations."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail

from escalations.models import Escalation, Message
from onboarding.models import OutboxMail, Placement, Team
from onboarding.outbox import sending
from steps.services import placements, verbs
from steps.services.verifying import differences
from tests.web.staff import Clock

DAY_1 = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", account=True)


def turn(world: Any, placement: Placement, status: str) -> list[OutboxMail]:
    placements.set_status(placement.ref, status, by=world.actor("hr"), at=DAY_1, reason="Is ill.")
    return list(OutboxMail.objects.filter(kind="withdrawn").order_by("pk"))


def test_the_teams_that_have_work_in_hand_are_told_and_no_other(world: Any, amara: Placement) -> None:
    verbs.block(amara.ref, "work_email", by=world.actor("it"), at=DAY_1, reason="No account.", independent=True)
    told = turn(world, amara, "withdrawn")
    assert [(row.recipient, row.organisation_id) for row in told] == [
        ("hr@northgate.example", world.northgate.pk), ("it@northgate.example", world.northgate.pk)
    ]  # fmt: skip
    assert "A newcomer who was to start on Mon 3 August has withdrawn. HR at Northgate had work" in told[0].text
    assert "in hand: Staff record. It has left your queue" in told[0].text
    assert "IT at Northgate had work in hand: Work email." in told[1].text
    for row in told:
        assert row.subject == "Nothing more to do: a newcomer has withdrawn"
        for text in (row.text, row.html):
            assert f"/newcomers/{amara.ref}/" in text
            assert "Amara" not in text
            assert "Is ill" not in text


def test_of_a_lead_employers_trainee_each_side_is_told_what_is_its_own(world: Any) -> None:
    mei = world.newcomer(employer=world.lead, host=world.southmere, manager=None)
    verbs.block(mei.ref, "work_email", by=world.actor("it", "southmere"), at=DAY_1, reason="x", independent=True)
    placements.set_status(mei.ref, "withdrawn", by=world.actor("hr", "lead"), at=DAY_1, reason="Is ill.")
    told = {row.recipient: row.text for row in OutboxMail.objects.filter(kind="withdrawn")}
    assert set(told) == {"hr@lead.example", "it@southmere.example"}
    assert "HR at Harbour Lead Employer had work in hand: Staff record." in told["hr@lead.example"]


def test_who_starts_later_is_told_apart_from_who_never_comes(world: Any, amara: Placement) -> None:
    [row] = turn(world, amara, "deferred")
    assert row.subject == "Nothing to do for now: a newcomer starts later"
    assert "will not start then" in row.text
    assert "until there is a new start." in row.text
    assert turn(world, amara, "withdrawn") == [row]  # it had left the queues already


def test_a_team_without_a_mailbox_is_told_through_its_onboarding_lead(world: Any, amara: Placement) -> None:
    Team.objects.filter(organisation=world.northgate, function="hr").update(mailbox="")
    assert [row.recipient for row in turn(world, amara, "withdrawn")] == ["onboarding_lead@northgate.example"]


def test_nothing_goes_if_the_newcomer_is_expected_after_all(world: Any, amara: Placement) -> None:
    [row] = turn(world, amara, "withdrawn")
    turn(world, amara, "expected")
    sending.drain()
    row.refresh_from_db()
    assert (row.state, mail.outbox) == ("dropped", [])


def test_the_conversation_says_so_and_its_clock_stands_still_until_they_come_after_all(
    world: Any, amara: Placement
) -> None:
    verbs.block(amara.ref, "hr_record", by=world.newcomer_actor(amara), at=DAY_1, reason="My name is wrong.")
    assert Escalation.objects.get().next_chase_at is not None
    turn(world, amara, "withdrawn")
    assert Escalation.objects.get().next_chase_at is None
    said = Message.objects.get()
    assert (said.body, said.visibility, said.by_name) == (
        "The newcomer has withdrawn. Nothing more is to be done here.", "staff", "HR at Northgate",
    )  # fmt: skip
    turn(world, amara, "started")
    assert Escalation.objects.get().next_chase_at is not None
    assert Message.objects.order_by("-pk")[0].body == "The newcomer is expected after all. This goes on."
    assert list(differences()) == []


def test_from_expected_to_started_nobody_is_told(world: Any, amara: Placement) -> None:
    verbs.block(amara.ref, "hr_record", by=world.newcomer_actor(amara), at=DAY_1, reason="My name is wrong.")
    assert turn(world, amara, "started") == []
    assert not Message.objects.exists()
