"""The record check: HR's table and what HR does with it, and the newcomer's answer about the passport."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onboarding.models import AuditEntry, OutboxMail, Placement
from steps.models import Fact, PlacementStep, RecordCheck, RecordStatement, SystemAccount
from steps.services import verbs
from steps.services.placements import correct_details
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, text_of

JULY = {"date_of_birth_day": "3", "date_of_birth_month": "7", "date_of_birth_year": "1994"}
MARCH = {"date_of_birth_day": "7", "date_of_birth_month": "3", "date_of_birth_year": "1994"}
AUGUST = {"start_date_day": "3", "start_date_month": "8", "start_date_year": "2026"}
AMARA = {"given_name": "Amara", "family_name": "Okafor"}
CONTRACT = {**AMARA, **AUGUST, "role": "Clinical fellow"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__gmc_number="7012345")


class Desk:
    """HR of Northgate before the record of one newcomer."""

    def __init__(self, client: Client, user: Any, placement: Placement) -> None:
        self.client, self.placement = client, placement
        self.home = f"/newcomers/{placement.ref}/record/"
        client.force_login(user)

    def read(self, tail: str = "") -> str:
        answer = self.client.get(self.home + tail)
        assert answer.status_code == 200, answer.status_code
        return text_of(answer)

    def press(self, tail: str, status: int = 302, **data: Any) -> Any:
        data.setdefault("seen", row_of(self.placement, "hr_record").version)
        answer = self.client.post(f"{self.home}{tail}/", data)
        assert answer.status_code == status, text_of(answer)
        return answer

    def writes_down(self, source: str, **data: Any) -> None:
        self.press(source, **data)

    def confirms(self, status: int = 302, **data: Any) -> Any:
        return self.press("confirm", status, **{"checks": ["record_active"], **data})


@pytest.fixture
def hr(client: Client, world: Any, amara: Placement) -> Desk:
    return Desk(client, world.user("hr"), amara)


@pytest.fixture
def newcomer(world: Any, amara: Placement) -> Client:
    client = Client()
    client.force_login(amara.newcomer.user)
    return client


# HR


def test_what_the_documents_say_is_the_evidence_of_a_confirmed_record(hr, amara):
    hr.writes_down("passport", **AMARA, **JULY)
    hr.writes_down("gmc", **AMARA, gmc_number="7012345")
    hr.writes_down("contract", **CONTRACT)
    text = hr.read()
    assert "Different" not in text
    assert "HR at Northgate wrote this down, Wed 5 August." in text
    answer = hr.confirms()
    assert "The record is confirmed. Open now: Identity" in text_of(hr.client.get(answer["Location"]))
    row = row_of(amara, "hr_record")
    assert row.state == "done"
    assert set(row.ticks) >= {"name_matches", "birth_date_matches", "start_date_matches", "role_matches"}
    check = RecordCheck.objects.get()
    assert check.fact == Fact.objects.get(step="hr_record", kind="done")
    assert set(check.statements.values_list("source", flat=True)) == {"passport", "gmc", "contract"}
    assert "Confirmed by HR at Northgate, Wed 5 August." in hr.read()


def test_a_check_that_no_document_answers_is_ticked_by_hand(hr, amara):
    hr.writes_down("passport", **AMARA, **JULY)
    assert "The role is the one in the contract" in hr.read()
    assert "Tick first: The start date is the one in the contract" in text_of(hr.confirms(422))
    hr.confirms(checks=["record_active", "start_date_matches", "role_matches"])
    assert row_of(amara, "hr_record").state == "done"


def test_a_birth_date_that_differs_holds_the_record_up_until_it_is_corrected(hr, amara, world):
    finished(world, amara, "hr_record", "identity")
    correct_details(amara.ref, changes={"date_of_birth": dt.date(1994, 3, 7)}, by=world.actor("hr"), at=timezone.now())
    finished(world, amara, "identity")
    hr.writes_down("passport", **AMARA, **JULY)
    text = hr.read()
    assert "3 July 1994 , differs in 3 and July Different: 3 July or 7 March?" in text
    assert "Day and month may be swapped: 7 March 1994 and 3 July 1994." in text
    assert "You cannot confirm while the birth date differs (the passport says otherwise)." in text
    assert "Take the date of birth from the passport (1 finished step will be checked again)" in text
    text = hr.read("passport/take/")
    assert "Date of birth: 7 March 1994 becomes 3 July 1994" in text
    assert "Identity is checked again" in text
    hr.press("passport/take", reason="As the passport says.")
    amara.newcomer.refresh_from_db()
    assert amara.newcomer.date_of_birth == dt.date(1994, 7, 3)
    assert row_of(amara, "identity").state == "recheck"
    assert "You cannot confirm" not in hr.read()


def test_the_step_cannot_be_finished_past_a_document_that_says_otherwise_on_any_page(hr, amara, world):
    hr.writes_down("passport", **AMARA, **MARCH)
    every = ["record_active", "name_matches", "birth_date_matches", "start_date_matches", "role_matches"]
    answer = hr.client.post(
        f"/newcomers/{amara.ref}/steps/hr_record/finish/",
        {"seen": row_of(amara, "hr_record").version, "checks": every},
    )
    assert answer.status_code == 422
    assert "You cannot confirm while the birth date differs" in text_of(answer)
    assert "Check the record against the documents" in text_of(
        hr.client.get(f"/newcomers/{amara.ref}/steps/hr_record/")
    )
    assert row_of(amara, "hr_record").state == "ready"


def test_two_spellings_wait_for_hr_to_say_why_they_may_stand(hr, amara):
    hr.writes_down("passport", given_name="Amarah", family_name="Okafor", **JULY)
    hr.writes_down("contract", **CONTRACT)
    text = hr.read()
    assert "Explainable: two spellings of one name?" in text
    assert "Why may the record stand?" in text
    assert "Say why the record may stand" in text_of(hr.confirms(422))
    assert row_of(amara, "hr_record").state == "ready"
    hr.confirms(explained="The registry left out the h; certificate seen.")
    assert row_of(amara, "hr_record").state == "done"
    assert "Why it may stand: “The registry left out the h; certificate seen.”" in hr.read()


def test_an_explanation_holds_until_the_name_changes(hr, amara, world):
    hr.writes_down("passport", given_name="Amarah", family_name="Okafor", **JULY)
    hr.writes_down("contract", **CONTRACT)
    hr.confirms(explained="Certificate seen.")
    verbs.reopen(amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), reason="Look again.")
    assert "Why may the record stand?" not in hr.read()
    correct_details(amara.ref, changes={"family_name": "Okafor Eze"}, by=world.actor("hr"), at=timezone.now())
    assert "Why may the record stand?" in hr.read()


def test_what_somebody_writes_down_makes_an_open_confirmation_stale(hr, amara):
    hr.writes_down("passport", **AMARA, **JULY)
    hr.writes_down("contract", **CONTRACT)
    before = row_of(amara, "hr_record").version
    hr.writes_down("gmc", **AMARA, gmc_number="7012345")
    hr.confirms(409, seen=before)
    assert row_of(amara, "hr_record").state == "ready"


def test_the_same_word_again_writes_nothing_and_another_keeps_the_first(hr, amara):
    hr.writes_down("passport", **AMARA, **MARCH)
    hr.writes_down("passport", **AMARA, **MARCH)
    hr.writes_down("passport", **AMARA, **JULY)
    assert list(RecordStatement.objects.order_by("pk").values_list("date_of_birth", flat=True)) == [
        dt.date(1994, 3, 7),
        dt.date(1994, 7, 3),
    ]
    assert "You cannot confirm" not in hr.read()
    entries = AuditEntry.objects.filter(action="record.stated")
    assert entries.count() == 2
    assert "1994" not in str(entries.values_list("after", flat=True)), "the trail says what was stated, not what it is"


@pytest.mark.parametrize(
    ("source", "data", "says"),
    [
        ("passport", {**JULY}, "Enter a name. One name is fine."),
        ("passport", {**AMARA}, "Date of birth: there is no such day."),
        ("passport", {**AMARA, **JULY, "date_of_birth_day": "32"}, "Date of birth: there is no such day."),
        ("passport", {**AMARA, **JULY, "full_name": "Amara Okafor"}, "in parts, or undivided: not both"),
        ("gmc", {**AMARA}, "Enter the GMC number."),
        ("contract", {**AMARA, **AUGUST}, "Enter the role."),
    ],
)
def test_a_statement_with_a_fault_is_refused_in_words(hr, source, data, says):
    assert says in text_of(hr.press(source, 422, **data))
    assert not RecordStatement.objects.exists()


def test_one_name_is_fine(hr, world, client):
    placement = world.newcomer(newcomer__given_name="", newcomer__family_name="Suharto")
    desk = Desk(client, world.user("hr"), placement)
    desk.writes_down("passport", family_name="SUHARTO", **JULY)
    text = desk.read()
    assert "Different" not in text
    assert "Given names" not in text


def test_a_newcomer_who_is_asked_for_a_document_has_the_step_and_a_conversation(hr, amara, newcomer):
    hr.press("ask", reason="Please bring your marriage certificate to the HR desk.")
    row = row_of(amara, "hr_record")
    assert (row.state, row.owner_function) == ("blocked", "newcomer")
    blocker = row.reasons["blockers"][0]["id"]
    text = text_of(newcomer.get(f"/escalations/{blocker}/"))
    assert "Please bring your marriage certificate to the HR desk." in text
    assert "Only you can clear this" in text_of(newcomer.get("/me/steps/hr_record/"))
    assert OutboxMail.objects.filter(recipient=amara.newcomer.user.email).exists()


def test_the_staff_record_systems_own_list_has_a_column_and_holds_nothing_up(hr, amara):
    SystemAccount.objects.create(
        placement=amara, system="hr_record", status="active", since=dt.date(2026, 8, 1),
        as_of=dt.datetime(2026, 8, 4, 9, tzinfo=dt.UTC),
        said={"given_name": "Amara", "family_name": "Okafor", "date_of_birth": "1994-03-07"},
    )  # fmt: skip
    text = hr.read()
    assert "Staff record system its list of Tue 4 August" in text
    assert "Different: 7 March or 3 July?" in text
    assert "You cannot confirm" not in text


@pytest.mark.parametrize("role", ["it", "payroll", "registration_authority", "onboarding_lead", "manager"])
def test_nobody_but_hr_of_the_employer_opens_the_record_check(client, world, role):
    amara = world.newcomer(needs_smartcard=True)
    client.force_login(world.user(role))
    answer = client.get(f"/newcomers/{amara.ref}/record/")
    assert answer.status_code in (403, 404)
    assert "1994" not in answer.content.decode()


def test_the_hosts_hr_does_not_see_a_lead_employers_record(client, world):
    tess = world.newcomer(employer=world.lead, host=world.northgate)
    client.force_login(world.user("hr"))
    answer = client.get(f"/newcomers/{tess.ref}/record/")
    assert answer.status_code == 403
    assert "1994" not in answer.content.decode()


@pytest.mark.parametrize("sources", [0, 4])
def test_the_table_costs_the_same_whatever_was_written_down(hr, amara, newcomer, count_queries, sources):
    for source, data in list(
        {"passport": {**AMARA, **JULY}, "gmc": {**AMARA, "gmc_number": "7012345"}, "contract": CONTRACT}.items()
    )[:sources]:
        hr.writes_down(source, **data)
    hr.read()  # the first look of a day at a date of birth leaves an entry
    with count_queries() as asked:
        hr.read()
    assert len(asked) == 8  # session, user, placement, steps, facts, statements, list, confirmation


# the newcomer


def test_a_yes_is_the_newcomers_word_and_is_asked_for_again_once_the_record_changes(newcomer, amara, world, hr):
    assert newcomer.post("/me/steps/hr_record/passport/").status_code == 302
    assert "same_as_passport" in row_of(amara, "hr_record").ticks
    assert "Amara Okafor said on Wed 5 August that the record is exactly what the passport says." in hr.read()
    correct_details(amara.ref, changes={"given_name": "Amarah"}, by=world.actor("hr"), at=timezone.now())
    assert "same_as_passport" not in row_of(amara, "hr_record").ticks
    text = text_of(newcomer.get("/me/steps/hr_record/"))
    assert "Yes, exactly" in text
    assert "You told us on Wed 5 August that your passport says Amara Okafor, born 3 July 1994." in text


def test_a_yes_to_a_page_that_is_out_of_date_asks_again(newcomer, amara, world):
    seen = row_of(amara, "hr_record").version
    correct_details(amara.ref, changes={"given_name": "Amarah"}, by=world.actor("hr"), at=timezone.now())
    answer = newcomer.post("/me/steps/hr_record/passport/", {"seen": seen}, follow=True)
    assert "The record changed after you opened this page." in text_of(answer)
    assert not RecordStatement.objects.exists()


def test_a_no_goes_to_hr_as_a_statement_and_changes_nothing(newcomer, amara, hr):
    text = text_of(newcomer.get("/me/steps/hr_record/passport/differs/"))
    assert "July" in text
    answer = newcomer.post("/me/steps/hr_record/passport/differs/", {**AMARA, **MARCH}, follow=True)
    assert "HR compares this with your record" in text_of(answer)
    amara.newcomer.refresh_from_db()
    assert amara.newcomer.date_of_birth == dt.date(1994, 7, 3)
    text = hr.read()
    assert "Passport, as Amara Okafor reads it" in text
    assert "Different: 7 March or 3 July?" in text
    assert "the birth date differs (the passport, as Amara Okafor reads it, says otherwise)." in text
    assert "Take the date of birth from the passport, as Amara Okafor reads it" in text


def test_hr_who_has_seen_the_passport_is_not_held_up_by_an_older_no(newcomer, amara, hr):
    newcomer.post("/me/steps/hr_record/passport/differs/", {**AMARA, **MARCH})
    hr.writes_down("passport", **AMARA, **JULY)
    text = hr.read()
    assert "You cannot confirm" not in text
    assert "Why may the record stand?" in text


def test_a_no_to_a_confirmed_record_asks_hr_for_a_look(newcomer, amara, world, client):
    finished(world, amara, "hr_record")
    newcomer.post("/me/steps/hr_record/passport/differs/", {**AMARA, **MARCH})
    row = row_of(amara, "hr_record")
    assert (row.state, row.owner_function) == ("recheck", "hr")
    assert row_of(amara, "identity").state == "ready", "what waits for the record goes on"
    client.force_login(world.user("hr"))
    text = text_of(client.get("/queue/"))
    assert "Staff record: Amara Okafor" in text
    assert "What a list or a document says changed on Wed 5 August. Is this still right?" in text


def test_what_turns_out_to_be_the_same_counts_as_a_yes(newcomer, amara):
    answer = newcomer.post("/me/steps/hr_record/passport/differs/", {**AMARA, **JULY}, follow=True)
    assert "Thank you. You told us that this is what your passport says." in text_of(answer)
    assert "same_as_passport" in row_of(amara, "hr_record").ticks


def test_a_step_that_asks_nothing_of_the_passport_takes_no_answer(newcomer):
    assert newcomer.get("/me/steps/elfh/passport/differs/").status_code == 404
    assert newcomer.post("/me/steps/elfh/passport/").status_code == 404


def test_hrs_queue_warns_of_a_record_that_a_document_contradicts_and_shows_no_date(hr, amara):
    hr.writes_down("passport", **AMARA, **MARCH)
    text = text_of(hr.client.get("/queue/"))
    assert "Staff record: Amara Okafor To do The birth date differs (the passport)" in text
    assert "1994" not in text


# the field's worked examples 1, 2 and 3


def standing(placement: Placement) -> dict[str, str]:
    return dict(PlacementStep.objects.filter(placement=placement).values_list("key", "state"))


def others_have_nothing(client: Client, world: Any, name: str) -> None:
    for role in ("it", "library", "learning", "payroll"):
        client.force_login(world.user(role))
        assert name not in text_of(client.get("/queue/")), role


def test_example_1_a_swapped_birth_date_is_hrs_before_anybody_else_has_anything_to_do(client, world):
    wei = world.newcomer(account=True, newcomer__given_name="Wei", newcomer__date_of_birth=dt.date(1994, 3, 7))
    desk = Desk(client, world.user("hr"), wei)
    desk.writes_down("passport", given_name="Wei", family_name="Okafor", **JULY)
    text = desk.read()
    assert "Day and month may be swapped: 7 March 1994 and 3 July 1994." in text
    desk.confirms(422)
    found = standing(wei)
    assert found.pop("hr_record") == "ready"
    assert found.pop("elfh") == "ready"
    assert set(found.values()) <= {"locked", "not_applicable"}
    others_have_nothing(client, world, "Wei")
    client.force_login(world.user("hr"))
    desk.press("passport/take", reason="As the passport says.")
    desk.confirms(checks=["record_active", "start_date_matches", "role_matches"])
    assert standing(wei)["identity"] == "ready"


@pytest.mark.parametrize("written", ["MUELLER GOESSMANN", "MULLER GOSSMANN", "Müller Gößmann"])
def test_example_2_an_umlaut_in_any_spelling_is_the_same_and_nothing_is_held_up(client, world, written):
    who = world.newcomer(newcomer__given_name="Müller", newcomer__family_name="Gößmann")
    desk = Desk(client, world.user("hr"), who)
    given, family = written.split()
    desk.writes_down("passport", given_name=given, family_name=family, **JULY)
    text = desk.read()
    assert "Explainable" not in text
    assert "Different" not in text
    desk.confirms(checks=["record_active", "start_date_matches", "role_matches"])
    assert standing(who)["hr_record"] == "done"


def test_example_3_two_spellings_are_held_with_both_shown_and_only_hr_has_them(client, world):
    who = world.newcomer(newcomer__given_name="Mohammed", newcomer__family_name="Khan")
    desk = Desk(client, world.user("hr"), who)
    desk.writes_down("passport", given_name="Mohamed", family_name="Khan", **JULY)
    text = desk.read()
    assert "Mohamed" in text
    assert "Mohammed" in text
    assert "Explainable: two spellings of one name?" in text
    desk.confirms(422, checks=["record_active", "start_date_matches", "role_matches"])
    assert standing(who)["hr_record"] == "ready"
    others_have_nothing(client, world, "Moham")
