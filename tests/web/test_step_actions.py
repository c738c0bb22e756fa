"""What staff do to a step and to a placement, each at its own address: done, refused in words, or stale."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from onboarding.models import AuditEntry, Placement
from steps.models import Fact, PlacementStep
from steps.selectors.pathways import pathway_of
from steps.services import placements, verbs
from steps.services.locking import applicable_checks
from steps.services.verifying import differences
from tests.web.staff import Clock, as_user, text_of

DAY_1 = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
RECORD = ["record_active", "name_matches", "birth_date_matches", "start_date_matches", "role_matches"]
VERBS = ("issue", "finish", "stuck", "reopen", "correct", "waive")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def _verified(db: Any) -> Any:
    """After every scenario all is resolved afresh and compared."""
    yield
    assert list(differences()) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara")


def row(placement: Placement, key: str) -> PlacementStep:
    return PlacementStep.objects.get(placement=placement, key=key)


def ticks(placement: Placement, key: str) -> list[str]:
    """The owner's required checks of a step."""
    step = pathway_of(placement.chain.pathway).step(key)
    return [c.key for c in applicable_checks(step, placement) if c.required and c.by == "owner"]


def finish_as_hr(world: Any, placement: Placement, *keys: str) -> None:
    for minute, key in enumerate(keys):
        at = DAY_1 + dt.timedelta(minutes=minute)
        verbs.finish(placement.ref, key, by=world.actor("hr"), at=at, tick=ticks(placement, key))


class Desk:
    """A member of staff before one step of one newcomer."""

    def __init__(self, client: Client, user: Any, placement: Placement, key: str) -> None:
        self.client, self.placement, self.key = as_user(client, user), placement, key
        self.home = f"/newcomers/{placement.ref}/steps/{key}/"

    def read(self, tail: str = "") -> str:
        return text_of(self.client.get(self.home + tail))

    def press(self, tail: str, **data: Any) -> Any:
        data.setdefault("seen", row(self.placement, self.key).version)
        return self.client.post(f"{self.home}{tail}/", data)

    def press_and_read(self, tail: str, **data: Any) -> str:
        answer = self.press(tail, **data)
        assert answer.status_code == 302, text_of(answer)
        return text_of(self.client.get(answer["Location"]))


def test_hr_finishes_the_record_and_the_next_step_opens(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    assert "The record exists and is active" in desk.read()
    text = desk.press_and_read("finish", checks=RECORD)
    assert "Staff record is done. Open now: Identity (HR at Northgate)" in text
    assert row(amara, "identity").state == "ready"


def test_a_required_check_left_unticked_is_refused_and_the_ticks_are_kept(
    client: Client, world: Any, amara: Placement
) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    answer = desk.press("finish", checks=RECORD[:4])
    assert answer.status_code == 422
    assert "Tick first: The role is the one in the contract." in text_of(answer)
    assert answer.content.decode().count("checked") >= 4
    assert row(amara, "hr_record").state == "ready"


def test_what_it_made_ready_is_asked_of_the_newcomer(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    desk = Desk(client, world.user("it"), amara, "work_email")
    assert "This works now: ask Amara Okafor" in desk.read()
    text = desk.press_and_read("issue", checks=ticks(amara, "work_email"))
    assert "Work email is ready to use. We ask Amara Okafor whether it works. Amara Okafor has it now." in text
    assert "With Amara Okafor to confirm since" in text
    assert row(amara, "work_email").issued


def test_a_newcomer_who_says_it_works_is_confirmed_by_the_team(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    verbs.say_works(amara.ref, "work_email", by=world.newcomer_actor(amara), at=DAY_1)
    desk = Desk(client, world.user("it"), amara, "work_email")
    assert "Confirm: it works" in desk.read()
    assert "Work email is done." in desk.press_and_read("finish", checks=ticks(amara, "work_email"))
    assert row(amara, "work_email").state == "done"


def test_a_step_is_stuck_cleared_and_handed_over_with_words(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    desk = Desk(client, world.user("it"), amara, "work_email")
    text = desk.press_and_read("stuck", symptom="", reason="The old trust still holds the account.")
    assert "Work email is stuck. IT at Northgate has it now." in text
    blocker = row(amara, "work_email").reasons["blockers"][0]["id"]
    assert "HR at Northgate" in desk.read(f"hand-over/{blocker}/")
    text = desk.press_and_read(f"hand-over/{blocker}", to="hr.employer", reason="The leaving date is HR's to set.")
    assert "HR at Northgate has it now." in text
    assert row(amara, "work_email").owner_function == "hr"
    hr = Desk(client, world.user("hr"), amara, "work_email")
    assert "HR at Northgate has it now" not in hr.press_and_read(f"clear/{blocker}", reason="Set the date.")
    assert row(amara, "work_email").state == "ready"
    again = hr.press(f"clear/{blocker}", reason="Set the date.")
    assert again.status_code in (302, 403)
    assert Fact.objects.filter(kind="cleared").count() == 1


def test_a_blocker_that_never_was_is_not_there(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    assert client.get(desk.home + "clear/K7RF-2XMD/").status_code == 404
    assert desk.press("hand-over/K7RF-2XMD", to="it.host", reason="x").status_code == 404


def test_suggested_owners_come_first(client: Client, world: Any, amara: Placement) -> None:
    """ESR is stuck on a record that is not right yet: the record's owner is who has to act."""
    verbs.block(amara.ref, "esr_access", by=world.actor("hr"), at=DAY_1, reason="No way in.", owner="it")
    blocker = row(amara, "esr_access").reasons["blockers"][0]["id"]
    answer = as_user(client, world.user("it")).get(f"/newcomers/{amara.ref}/steps/esr_access/hand-over/{blocker}/")
    choices = answer.context["form"].fields["to"].choices
    assert choices[0] == ("hr.employer", "HR at Northgate (suggested)")
    assert "it.host" not in dict(choices)


def test_waiving_says_first_what_will_change(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("library"), amara, "openathens")
    assert "This will change: OpenAthens is not needed then" in desk.read("waive/")
    text = desk.press_and_read("waive", reason="Uses the university's library.")
    assert "Amara Okafor does not need OpenAthens." in text
    assert row(amara, "openathens").state == "not_applicable"


def test_the_record_is_never_waived(client: Client, world: Any, amara: Placement) -> None:
    for role in ("hr", "onboarding_lead"):
        desk = Desk(client, world.user(role), amara, "hr_record")
        assert "A staff record and an identity check are never waived." in desk.read()
        answer = desk.press("waive", reason="Why not.")
        assert answer.status_code == 403
        assert "never waived" in text_of(answer)


def test_reopening_sends_what_rests_on_it_to_be_checked_again(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    assert "Identity is to be checked again then" in desk.read("reopen/")
    text = desk.press_and_read("reopen", reason="The contract has another date.")
    assert "To be checked again: Identity." in text
    assert row(amara, "identity").state == "recheck"
    assert "It is still right" in Desk(client, world.user("hr"), amara, "identity").read()


def test_correcting_a_step_keeps_it_done(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    desk.press_and_read("correct", fields_changed=["name"], reason="A letter was missing.")
    assert row(amara, "hr_record").state == "done"
    assert row(amara, "identity").state == "recheck"
    assert desk.press("correct", reason="x").status_code == 422


def test_words_are_asked_for_and_kept(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    answer = desk.press("stuck", symptom="misspelt_name", reason="  ")
    assert answer.status_code == 422
    assert "Say why, in a sentence." in text_of(answer)
    assert "<title>Error: " in answer.content.decode()
    assert 'value="misspelt_name" checked' in answer.content.decode()


def test_a_stale_form_gets_the_conflict_with_its_text_kept(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    seen = row(amara, "hr_record").version
    verbs.finish(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1, tick=RECORD)
    answer = desk.press("stuck", seen=seen, symptom="", reason="Two records: 4711 and 4712.")
    assert answer.status_code == 409
    text = text_of(answer)
    assert "HR at Northgate" in text
    assert "Two records: 4711 and 4712." in text
    assert not Fact.objects.filter(kind="blocked").exists()


def test_a_second_press_says_that_it_was_so_already(client: Client, world: Any, amara: Placement) -> None:
    desk = Desk(client, world.user("hr"), amara, "hr_record")
    seen = row(amara, "hr_record").version
    desk.press_and_read("finish", seen=seen, checks=RECORD)
    assert "That was so already, so nothing was changed." in desk.press_and_read("finish", seen=seen, checks=RECORD)
    assert Fact.objects.count() == 1


def test_undo_takes_a_wrong_tick_back(client: Client, world: Any, amara: Placement) -> None:
    finish_as_hr(world, amara, "hr_record")
    fact = Fact.objects.get()
    address = f"/newcomers/{amara.ref}/facts/{fact.pk}/undo/"
    refused = as_user(client, world.user("it")).post(address)
    assert refused.status_code == 403
    assert "Only the person who recorded this, or the onboarding lead, can take it back." in text_of(refused)
    as_user(client, world.user("hr"))
    assert client.get(address).status_code == 405
    assert "Taken back. The step is open again." in text_of(client.post(address, follow=True))
    assert row(amara, "hr_record").state == "ready"
    assert "That was taken back already." in text_of(client.post(address, follow=True))
    assert client.post(f"/newcomers/{amara.ref}/facts/999999/undo/").status_code == 404


def test_another_newcomers_fact_is_not_there(client: Client, world: Any, amara: Placement) -> None:
    other = world.newcomer(newcomer__given_name="Chinwe")
    finish_as_hr(world, other, "hr_record")
    as_user(client, world.user("hr"))
    assert client.post(f"/newcomers/{amara.ref}/facts/{Fact.objects.get().pk}/undo/").status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_reads_the_reason_and_changes_nothing(
    client: Client, world: Any, amara: Placement, verb: str
) -> None:
    desk = Desk(client, world.user("learning"), amara, "identity")
    shown = client.get(f"{desk.home}{verb}/")
    pressed = desk.press(verb, reason="x", checks=[], symptom="", fields_changed=["name"])
    assert shown.status_code == pressed.status_code == 403
    assert '<form method="post" novalidate' not in pressed.content.decode()
    assert not Fact.objects.exists()
    assert "What you cannot do here, and why" in desk.read()


@pytest.mark.parametrize("verb", VERBS)
def test_another_trust_and_an_executive_reach_no_verb(client: Client, world: Any, amara: Placement, verb: str) -> None:
    address = f"/newcomers/{amara.ref}/steps/identity/{verb}/"
    data = {"seen": 1, "reason": "x"}
    for role in ("hr", "onboarding_lead"):
        as_user(client, world.user(role, "southmere"))
        assert (client.get(address).status_code, client.post(address, data).status_code) == (404, 404)
    as_user(client, world.user("executive"))
    assert (client.get(address).status_code, client.post(address, data).status_code) == (403, 403)


def test_a_step_that_the_pathway_lacks_is_not_there(client: Client, world: Any, amara: Placement) -> None:
    as_user(client, world.user("hr"))
    assert client.get(f"/newcomers/{amara.ref}/steps/turas/").status_code == 404
    assert client.get(f"/newcomers/{amara.ref}/steps/turas/finish/").status_code == 404


def details(placement: Placement, **changes: Any) -> dict[str, Any]:
    born = placement.newcomer.date_of_birth
    return {
        "given_name": placement.newcomer.given_name, "family_name": placement.newcomer.family_name,
        "date_of_birth_day": born.day, "date_of_birth_month": born.month, "date_of_birth_year": born.year,
        "start_date_day": 3, "start_date_month": 8, "start_date_year": 2026,
        "role": placement.role, "department": "", "gmc_number": "", "assignment_number": "", "personal_email": "",
        "work_email": "", "reason": "The passport says so.", "seen": row(placement, "hr_record").version, **changes,
    }  # fmt: skip


def test_hr_corrects_a_birth_date_and_the_finished_steps_are_checked_again(
    client: Client, world: Any, amara: Placement
) -> None:
    finish_as_hr(world, amara, "hr_record", "identity")
    as_user(client, world.user("hr"))
    address = f"/newcomers/{amara.ref}/details/"
    page = client.get(address)
    assert "This will change:" in text_of(page)
    assert "Date of birth: Identity is checked again" in text_of(page)
    assert '<option value="7" selected>July</option>' in page.content.decode()
    data = details(amara, date_of_birth_day=7, date_of_birth_month=3)
    text = text_of(client.post(address, data, follow=True))
    assert "Corrected: date of birth. 1 finished step is checked again, by HR at Northgate." in text
    amara.newcomer.refresh_from_db()
    assert amara.newcomer.date_of_birth == dt.date(1994, 3, 7)
    assert row(amara, "identity").state == "recheck"
    assert "That was so already" in text_of(client.post(address, data | details(
        Placement.objects.get(pk=amara.pk)), follow=True))  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"date_of_birth_day": 31, "date_of_birth_month": 2}, "Date of birth: there is no such day."),
        ({"date_of_birth_year": 2024}, "Born 3 July 2024: that is not an age between 16 and 90."),
        ({"date_of_birth_month": ""}, "Date of birth: there is no such day."),
        ({"start_date_year": 99999999999}, "Start date: there is no such day."),
        ({"given_name": "", "family_name": " "}, "Enter a name. One name is fine."),
        ({"role": ""}, "Enter the role."),
        ({"personal_email": "nobody"}, "Enter a valid email address."),
        ({"reason": ""}, "Say why, in a sentence."),
        ({"seen": ""}, "Open the page again, then press once more."),
    ],
)
def test_details_that_cannot_be_are_refused_with_the_rest_kept(
    client: Client, world: Any, amara: Placement, wrong: dict[str, Any], says: str
) -> None:
    answer = as_user(client, world.user("hr")).post(
        f"/newcomers/{amara.ref}/details/", details(amara, department="Ward 9") | wrong
    )
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "Ward 9" in answer.content.decode()
    assert not Fact.objects.exists()


def test_two_who_correct_at_once_do_not_overwrite_each_other(client: Client, world: Any, amara: Placement) -> None:
    data = details(amara, family_name="Okafor-Eze", reason="Her passport has both names.")
    placements.correct_details(amara.ref, changes={"given_name": "Amarachi"}, by=world.actor("hr"), at=DAY_1)
    answer = as_user(client, world.user("hr")).post(f"/newcomers/{amara.ref}/details/", data)
    assert answer.status_code == 409
    assert "Her passport has both names." in text_of(answer)
    amara.newcomer.refresh_from_db()
    assert amara.newcomer.name == "Amarachi Okafor"


def test_only_the_employers_hr_corrects_details(client: Client, world: Any) -> None:
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    for role, org, status in (
        ("hr", "northgate", 403), ("onboarding_lead", "northgate", 403), ("it", "northgate", 403), ("hr", "lead", 302)
    ):  # fmt: skip
        as_user(client, world.user(role, org))
        answer = client.post(f"/newcomers/{trainee.ref}/details/", details(trainee, family_name="Whitfield"))
        assert answer.status_code == status, (role, org)
        assert client.get(f"/newcomers/{trainee.ref}/details/").status_code == (403 if status == 403 else 200)
        if status == 403:
            assert "1994" not in answer.content.decode()


def test_the_start_is_moved_and_week_one_with_it(client: Client, world: Any, amara: Placement) -> None:
    as_user(client, world.user("hr"))
    address = f"/newcomers/{amara.ref}/move-start/"
    assert "starts on Mon 3 August. When now?" in text_of(client.get(address))
    data = {
        "start_date_day": 1, "start_date_month": 9, "start_date_year": 2026, "reason": "The visa is late.",
        "seen": row(amara, "hr_record").version,
    }  # fmt: skip
    assert "Corrected: start date." in text_of(client.post(address, data, follow=True))
    moved = Placement.objects.select_related("chain").get(pk=amara.pk)
    assert (moved.start_date, moved.payday) == (dt.date(2026, 9, 1), dt.date(2026, 9, 27))
    assert moved.chain.week_one_by == dt.date(2026, 9, 7)


def test_a_start_that_is_another_placements_already_is_refused(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer=amara.newcomer, start_date=dt.date(2026, 9, 1))
    data = {
        "start_date_day": 1, "start_date_month": 9, "start_date_year": 2026, "reason": "The visa is late.",
        "seen": row(amara, "hr_record").version,
    }  # fmt: skip
    answer = as_user(client, world.user("hr")).post(f"/newcomers/{amara.ref}/move-start/", data)
    assert answer.status_code == 422
    assert "There is a placement of this person with this start date already." in text_of(answer)


@pytest.mark.parametrize(("turn", "needs_reason"), [("started", False), ("deferred", True), ("withdrawn", True)])
def test_a_status_changes_with_its_reason(
    client: Client, world: Any, amara: Placement, turn: str, needs_reason: bool
) -> None:
    as_user(client, world.user("hr"))
    address = f"/newcomers/{amara.ref}/{turn}/"
    assert client.get(address).status_code == 200
    data = {"seen": 1, "was": "expected", "reason": ""}
    if needs_reason:
        assert client.post(address, data).status_code == 422
        data["reason"] = "Took another post."
    assert client.post(address, data).status_code == 302
    amara.refresh_from_db()
    assert amara.status == turn
    assert AuditEntry.objects.filter(action="placement.status").count() == 1


def test_withdrawing_says_who_has_work_in_hand(client: Client, world: Any, amara: Placement) -> None:
    text = text_of(as_user(client, world.user("hr")).get(f"/newcomers/{amara.ref}/withdrawn/"))
    assert "This will change:" in text
    assert "HR at Northgate has work in hand: Staff record" in text


def test_a_status_that_somebody_changed_meanwhile_is_a_conflict(client: Client, world: Any, amara: Placement) -> None:
    placements.set_status(amara.ref, "deferred", by=world.actor("hr"), at=DAY_1, reason="The visa is late.")
    answer = as_user(client, world.user("onboarding_lead")).post(
        f"/newcomers/{amara.ref}/withdrawn/", {"seen": 1, "was": "expected", "reason": "Took another post."}
    )
    assert answer.status_code == 409
    assert "Took another post." in text_of(answer)


def test_teams_do_not_change_a_status(client: Client, world: Any, amara: Placement) -> None:
    for role in ("it", "library", "manager"):
        answer = as_user(client, world.user(role)).post(
            f"/newcomers/{amara.ref}/withdrawn/", {"seen": 1, "was": "expected", "reason": "x"}
        )
        assert answer.status_code == 403
        assert "Only HR of the employer or the onboarding lead can do this." in text_of(answer)
    amara.refresh_from_db()
    assert amara.status == "expected"
