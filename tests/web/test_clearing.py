"""A blocker's own pages: who may read it, clear it, hand it over; and what the second of two people reads."""

import re
from typing import Any

import pytest
from django.test import Client

from onboarding.models import AuditEntry, Placement
from steps.models import Fact
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, stuck, text_of

TYPED = "My birth date is 3 July 1994, not 7 March."


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")


@pytest.fixture
def reference(world: Any, amara: Placement) -> str:
    return stuck(amara, "hr_record", "swapped_day_and_month", by=world.newcomer_actor(amara), reason=TYPED)


def signed_in(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def seen(page: Any) -> str:
    return re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]


def press(client: Client, reference: str, action: str, *, version: str = "", **fields: str) -> Any:
    address = f"/escalations/{reference}/{action}/"
    fields.setdefault("finished", "no")
    return client.post(address, {"seen": version or seen(client.get(address)), **fields})


# who may read it


def test_whoever_has_it_reads_what_was_said_word_for_word(client, world, amara, reference):
    text = text_of(signed_in(client, world.user("hr")).get(f"/escalations/{reference}/"))
    assert "The day and the month of my birth date are swapped" in text
    assert TYPED in text
    assert "Stuck With HR since 10am today" in text


def test_the_reference_can_be_typed_in_small_letters(client, world, reference):
    assert signed_in(client, world.user("hr")).get(f"/escalations/{reference.lower()}/").status_code == 200


@pytest.mark.parametrize(
    "who",
    [("library", "northgate"), ("it", "northgate"), ("executive", "northgate"), ("hr", "southmere"), ("hr", "lead")],
)
@pytest.mark.parametrize("action", ["", "clear/", "hand-over/"])
def test_for_anybody_else_it_does_not_exist(client, world, reference, who, action):
    """The library and IT have steps in this chain, but not these words."""
    assert signed_in(client, world.user(*who)).get(f"/escalations/{reference}/{action}").status_code == 404
    assert client.post(f"/escalations/{reference}/{action}", {}).status_code in (404, 405)


def test_another_newcomer_cannot_read_it(client, world, reference):
    other = world.newcomer(account=True)
    assert signed_in(client, other.newcomer.user).get(f"/escalations/{reference}/").status_code == 404


def test_the_hosts_hr_does_not_read_what_a_trainee_told_the_lead_employer(client, world):
    trainee = world.newcomer(account=True, employer=world.lead, host=world.northgate)
    told = stuck(trainee, "hr_record", "wrong_birth_date", by=world.newcomer_actor(trainee), reason=TYPED)
    assert signed_in(client, world.user("hr")).get(f"/escalations/{told}/").status_code == 404
    assert signed_in(client, world.user("hr", "lead")).get(f"/escalations/{told}/").status_code == 200


@pytest.mark.parametrize("made_up", ["AAAA-AAAA", "x", "K7RF2XMD"])
def test_a_reference_that_nothing_has_does_not_exist(client, world, reference, made_up):
    assert signed_in(client, world.user("hr")).get(f"/escalations/{made_up}/").status_code == 404


# clearing


def test_clearing_says_what_was_done_and_whose_move_it_is_now(client, world, amara, reference):
    signed_in(client, world.user("hr"))
    text = text_of(client.get(f"/escalations/{reference}/clear/"))
    assert "What did you do?" in text
    assert "Amara will read this." in text
    answer = press(client, reference, "clear", reason="I put them right.")
    assert answer["Location"] == "/queue/"
    assert "Cleared for Amara. HR has Staff record now." in text_of(client.get("/queue/"))
    assert row_of(amara, "hr_record").state == "ready"
    assert AuditEntry.objects.filter(action="step.cleared").count() == 1
    signed_in(client, amara.newcomer.user)
    assert "I put them right." in text_of(client.get(f"/escalations/{reference}/"))


def test_clearing_without_a_word_is_refused_with_the_field_named(client, world, reference):
    signed_in(client, world.user("hr"))
    answer = press(client, reference, "clear", reason=" ")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.content.decode()
    assert "Say why, in a sentence." in text_of(answer)
    assert not Fact.objects.filter(kind="cleared").exists()


def test_of_two_who_clear_it_one_wins_and_the_other_reads_who_and_when_with_the_text_kept(client, world, reference):
    lead, hr = Client(), signed_in(client, world.user("hr"))
    signed_in(lead, world.user("onboarding_lead"))
    version = seen(lead.get(f"/escalations/{reference}/clear/"))
    assert press(hr, reference, "clear", reason="I put them right.").status_code == 302
    answer = press(lead, reference, "clear", version=version, reason="I phoned them.")
    assert answer.status_code == 409
    text = text_of(answer)
    assert "This is cleared already" in text
    assert "HR at Northgate cleared this at 10am." in text
    assert "Nothing of yours was saved. Your text is below. I phoned them." in text
    assert Fact.objects.filter(kind="cleared").count() == 1


def test_a_step_finished_meanwhile_has_closed_it_and_says_so(client, world, amara, reference):
    lead = signed_in(Client(), world.user("onboarding_lead"))
    version = seen(lead.get(f"/escalations/{reference}/clear/"))
    finished(world, amara, "hr_record")
    answer = press(lead, reference, "clear", version=version, reason="I phoned them.")
    assert answer.status_code == 409
    assert "HR at Northgate finished this step at 10am." in text_of(answer)


def test_what_changed_meanwhile_is_shown_and_the_text_can_be_sent_again(client, world, amara, reference):
    hr = signed_in(client, world.user("hr"))
    version = seen(hr.get(f"/escalations/{reference}/clear/"))
    stuck(amara, "hr_record", "wrong_role", by=world.newcomer_actor(amara), reason="And my role is wrong.")
    answer = press(hr, reference, "clear", version=version, reason="I put them right.")
    assert answer.status_code == 409
    assert "This changed while you had it open" in text_of(answer)
    assert "I put them right." in text_of(answer)
    assert press(hr, reference, "clear", version=seen(answer), reason="I put them right.").status_code == 302


def test_a_page_of_something_cleared_says_who_cleared_it(client, world, reference):
    hr = signed_in(client, world.user("hr"))
    press(hr, reference, "clear", reason="I put them right.")
    for action in ("clear", "hand-over"):
        answer = hr.get(f"/escalations/{reference}/{action}/")
        assert answer.status_code == 200
        assert "HR at Northgate cleared this at 10am." in text_of(answer)


def test_the_newcomer_who_raised_it_may_say_that_it_works_now(client, world, amara, reference):
    signed_in(client, amara.newcomer.user)
    assert "It works now" in text_of(client.get(f"/escalations/{reference}/"))
    answer = client.post(f"/escalations/{reference}/works/")
    assert answer["Location"] == "/me/steps/hr_record/"
    assert row_of(amara, "hr_record").state == "ready"
    assert "Cleared. HR at Northgate has Staff record now." in text_of(client.get(answer["Location"]))


def test_what_only_the_newcomer_can_clear_goes_on_to_its_owner_once_they_did(client, world, amara):
    finished(world, amara, "hr_record", "identity")
    told = stuck(
        amara, "work_email", "no_uk_mobile", by=world.newcomer_actor(amara), owner="newcomer", independent=True
    )
    signed_in(client, world.user("it"))
    assert "Work email: Amara" not in text_of(client.get("/queue/"))
    signed_in(client, amara.newcomer.user)
    assert "Only you can clear this: Get a UK SIM card" in text_of(client.get(f"/escalations/{told}/"))
    client.post(f"/escalations/{told}/works/")
    signed_in(client, world.user("it"))
    assert "Work email: Amara" in text_of(client.get("/queue/"))


def test_a_team_that_raised_nothing_and_never_had_it_reads_nothing_of_it(client, world, amara):
    """Not even the team whose step it holds up: what was told to IT is IT's."""
    finished(world, amara, "hr_record", "identity")
    told = stuck(
        amara, "esr_access", "esr_page_does_not_load", by=world.newcomer_actor(amara), owner="it", side="host"
    )
    signed_in(client, world.user("hr"))
    for action in ("", "clear/", "hand-over/", "ask/"):
        assert client.get(f"/escalations/{told}/{action}").status_code == 404


# handing over


def test_the_likeliest_owner_comes_first_and_says_why(client, world, amara):
    finished(world, amara, "hr_record", "identity")
    told = stuck(amara, "work_email", "no_first_password", by=world.newcomer_actor(amara), owner="hr", side="employer")
    text = text_of(signed_in(client, world.user("hr")).get(f"/escalations/{told}/hand-over/"))
    choices = text[text.index("Who should have it?") :]
    assert choices.startswith("Who should have it? IT Suggested: the pathway sends this symptom there.")
    assert " HR " not in choices.split("Why?")[0].split("Suggested")[0]


def test_handing_over_moves_it_to_one_owner_and_the_newcomer_reads_why(client, world, amara, reference):
    signed_in(client, world.user("hr"))
    answer = press(client, reference, "hand-over", owner="it-host", reason="The record is right, the copy is not.")
    assert answer["Location"] == "/queue/"
    assert "Handed over to IT. Amara can read why." in text_of(client.get("/queue/"))
    assert row_of(amara, "hr_record").owner_function == "it"
    assert "Staff record: Amara" in text_of(signed_in(client, world.user("it")).get("/queue/"))
    text = text_of(signed_in(client, amara.newcomer.user).get(f"/escalations/{reference}/"))
    assert "HR at Northgate handed it over to IT at Northgate" in text
    assert "The record is right, the copy is not." in text


def test_whoever_handed_it_over_still_reads_it_and_can_no_longer_clear_it(client, world, amara):
    finished(world, amara, "hr_record", "identity")
    told = stuck(amara, "work_email", "no_first_password", by=world.newcomer_actor(amara))
    it = signed_in(client, world.user("it"))
    press(it, told, "hand-over", owner="hr-employer", reason="They are not on our list.")
    assert it.get(f"/escalations/{told}/").status_code == 200
    assert it.get(f"/escalations/{told}/clear/").status_code == 403
    hr = signed_in(Client(), world.user("hr"))
    assert "They are not on our list." in text_of(hr.get(f"/escalations/{told}/"))
    assert press(hr, told, "clear", reason="They are now.").status_code == 302


def test_two_who_hand_it_over_at_once_leave_it_with_one_owner(client, world, amara, reference):
    lead, hr = signed_in(Client(), world.user("onboarding_lead")), signed_in(client, world.user("hr"))
    version = seen(lead.get(f"/escalations/{reference}/hand-over/"))
    press(hr, reference, "hand-over", owner="it-host", reason="The copy is wrong.")
    answer = press(lead, reference, "hand-over", version=version, owner="library-host", reason="Is it theirs?")
    assert answer.status_code == 409
    assert "This changed while you had it open" in text_of(answer)
    assert "Is it theirs?" in answer.content.decode()
    assert row_of(amara, "hr_record").owner_function == "it"


def test_an_owner_that_was_not_offered_is_refused(client, world, reference):
    signed_in(client, world.user("hr"))
    for owner in ("hr-employer", "executive-host", "it-", ""):
        assert press(client, reference, "hand-over", owner=owner, reason="Why not?").status_code == 422
    assert not Fact.objects.filter(kind="handed_over").exists()


def test_a_trainees_blocker_can_go_to_either_sides_hr(client, world):
    trainee = world.newcomer(account=True, employer=world.lead, host=world.northgate)
    told = stuck(trainee, "hr_record", "wrong_role", by=world.newcomer_actor(trainee))
    hr = signed_in(client, world.user("hr", "lead"))
    assert "HR at Northgate" in text_of(hr.get(f"/escalations/{told}/hand-over/"))
    press(hr, told, "hand-over", owner="hr-host", reason="The role is the host's to say.")
    assert "Staff record: " in text_of(signed_in(client, world.user("hr")).get("/queue/"))
    assert row_of(trainee, "hr_record").owner_org_id == world.northgate.pk
