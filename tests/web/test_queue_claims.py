"""A step that is simply to be done, taken in hand by one person: seen by the team, taken over, given back."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from escalations.models import StepClaim
from onboarding.models import AuditEntry, Membership, Placement
from steps.services import verbs
from tests.factories import UserFactory
from tests.web.stage import Clock, finished, row_of, stuck, text_of


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def hr(world: Any) -> Client:
    return signed_in(world.user("hr"))


@pytest.fixture
def sam(world: Any) -> Client:
    user = UserFactory(name="Sam Okoro")
    Membership.objects.create(user=user, organisation=world.northgate, role="hr")
    return signed_in(user)


def press(client: Client, placement: Placement, key: str = "hr_record", **more: Any) -> str:
    return text_of(client.post(f"/queue/claim/{placement.ref}/{key}/", {"team": "hr-ZN1", **more}, follow=True))


def queue(client: Client, **query: str) -> str:
    return text_of(client.get("/queue/", query))


def test_a_claim_is_seen_by_the_team_with_since_when_and_has_its_own_part_of_the_queue(hr, sam, amara):
    assert "Claim Staff record for Amara" in queue(hr)
    assert "You have it in hand. Your team sees that." in press(sam, amara)
    assert "Sam Okoro has this since 10am today." in queue(hr)
    assert "Take over Staff record for Amara" in queue(hr)
    assert "Give back Staff record for Amara" in queue(sam)
    assert "HR at Northgate: 1 to do" in queue(sam, show="mine")
    assert "HR at Northgate: 0 to do" in queue(hr, show="mine")
    assert "HR at Northgate: 0 to do" in queue(hr, show="unclaimed")
    assert AuditEntry.objects.filter(action="step.claimed").count() == 1


def test_of_two_who_claim_the_second_reads_who_has_it_and_a_double_press_writes_once(hr, sam, amara):
    press(sam, amara)
    assert "You have it in hand already." in press(sam, amara)
    assert "Sam Okoro has this since you looked. Take over if that was agreed." in press(hr, amara)
    assert StepClaim.objects.get().claimed_by_name == "Sam Okoro"
    assert AuditEntry.objects.filter(action="step.claimed").count() == 1
    press(hr, amara, instead_of=StepClaim.objects.get().claimed_by_id)
    assert StepClaim.objects.get().claimed_by_name == "HR at Northgate"


def test_it_is_given_back_by_whoever_has_it(hr, sam, amara):
    press(sam, amara)
    assert "You do not have it in hand." in press(hr, amara, let_go="yes")
    assert "It is your whole team's again." in press(sam, amara, let_go="yes")
    assert not StepClaim.objects.exists()


def test_a_claim_ends_with_what_it_was_about(world, hr, amara):
    press(hr, amara)
    finished(world, amara, "hr_record")
    at, by = timezone.now(), world.actor("hr")
    verbs.reopen(amara.ref, "hr_record", by=by, at=at, reason="The name is wrong.")
    assert "has this since" not in queue(hr)
    assert "Claim Staff record for Amara" in queue(hr)


def test_what_is_stuck_is_claimed_in_its_conversation_alone(world, hr, amara):
    press(hr, amara)
    stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara))
    text = queue(hr)
    assert "has this since" not in text
    assert row_of(amara, "hr_record").state == "blocked"
    assert "This is stuck by now." in press(hr, amara)
    assert "HR at Northgate: 0 to do" in queue(hr, show="mine")


def test_a_step_of_another_team_or_trust_cannot_be_claimed(world, hr, amara):
    it = signed_in(world.user("it"))
    other = signed_in(world.user("hr", "southmere"))
    where = f"/queue/claim/{amara.ref}/hr_record/"
    assert it.post(where, {"team": "it-ZN1"}).status_code == 404
    assert it.post(where, {"team": "hr-ZN1"}).status_code == 404
    assert other.post(where, {"team": "hr-ZS1"}).status_code == 404
    assert hr.post(f"/queue/claim/{amara.ref}/no_step/", {"team": "hr-ZN1"}).status_code == 404
    assert "nothing left to do here" in press(hr, amara, "identity")  # HR's, but it waits
    assert not StepClaim.objects.exists()
