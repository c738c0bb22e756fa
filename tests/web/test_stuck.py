""" "I'm stuck", page by page: what the newcomer sees, whose it is, what is recorded word for word."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from escalations.models import Pack
from onboarding.models import AuditEntry, OutboxMail, Placement
from steps.models import Fact
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, stuck, text_of

SWAPPED = "hr_record.swapped_day_and_month"
NO_USERNAME = "esr_access.no_esr_username"
TOLD = {"tried": "today", "error": "Person not found (E-104)"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any, client: Client) -> Placement:
    placement = world.newcomer(account=True, newcomer__given_name="Amara", needs_smartcard=False)
    client.force_login(placement.newcomer.user)
    return placement


def ask(client: Client, key: str, status: int = 200, **query: str) -> Any:
    answer = client.get(f"/me/steps/{key}/stuck/", query)
    assert answer.status_code == status
    return answer


def press(client: Client, key: str, action: str, **fields: str) -> Any:
    return client.post(f"/me/steps/{key}/stuck/{action}/", fields)


def blockers() -> list[Fact]:
    return list(Fact.objects.filter(kind="blocked"))


# what do you see?


def test_the_first_page_asks_what_the_newcomer_sees_at_this_step_and_then_at_those_before_it(client, amara):
    text = text_of(ask(client, "esr_access"))
    order = ["What do you see?", "I have no ESR username", "Something with Work email", "Something with Identity"]
    order += ["Something with Staff record", "None of these"]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_only_what_fits_the_newcomer_is_offered(client, amara):
    text = text_of(ask(client, "esr_access"))
    assert "The trust where I work cannot find me in ESR" not in text
    assert "I have no UK mobile number yet" in text


def test_pressing_on_without_a_choice_asks_again(client, amara):
    answer = ask(client, "esr_access", status=422, symptom="")
    assert "Choose what you see" in text_of(answer)
    assert "<title>Error: What do you see?" in answer.content.decode()


@pytest.mark.parametrize("made_up", ["hr_record.no_such", "x", "../../etc", "smartcard.card_locked", "hr_record"])
def test_a_symptom_that_was_not_offered_is_asked_for_again(client, amara, made_up):
    assert "Choose what you see" in text_of(ask(client, "esr_access", status=422, symptom=made_up))


# it is somebody's


def test_the_second_page_says_whose_it_is_and_whose_it_is_not(client, amara):
    text = text_of(ask(client, "esr_access", symptom="esr_access.esr_wrong_birth_date"))
    assert "HR at Northgate has to fix this, not IT." in text
    assert "When did you last try?" in text
    assert "What does the error say?" in text
    assert not blockers()


def test_whatever_is_missing_is_asked_for_and_what_was_typed_is_kept(client, amara):
    answer = press(client, "hr_record", "check", symptom=SWAPPED, error="Person not found")
    assert answer.status_code == 422
    assert "Choose when you last tried." in text_of(answer)
    assert "Person not found" in answer.content.decode()


def test_the_check_page_shows_word_for_word_what_goes_to_whom_and_writes_nothing(client, amara):
    answer = press(client, "hr_record", "check", symptom=SWAPPED, **TOLD)
    text = text_of(answer)
    assert "Check what HR at Northgate will get" in text
    assert "The day and the month of my birth date are swapped" in text
    assert "Last tried: Wed 5 August" in text
    assert "The error says: “Person not found (E-104)”" in text
    assert "A newcomer cannot go on: Staff record" in text
    assert "Date of birth: 3 July 1994" in text
    assert "Send to HR" in text
    assert not blockers()


def test_what_was_not_said_is_left_out_and_never_n_a(client, amara):
    text = text_of(press(client, "hr_record", "check", symptom=SWAPPED, tried="never", error=" "))
    assert "Last tried: not yet" in text
    assert "The error says" not in text
    assert "N/A" not in text


def test_change_goes_back_with_the_text_kept(client, amara):
    answer = press(client, "hr_record", "change", symptom=SWAPPED, **TOLD)
    assert answer.status_code == 200
    assert "Person not found (E-104)" in answer.content.decode()
    assert "When did you last try?" in text_of(answer)


def test_sending_records_exactly_what_was_shown_and_answers_with_a_reference_to_say(client, amara):
    shown = press(client, "hr_record", "check", symptom=SWAPPED, **TOLD)
    answer = press(client, "hr_record", "send", symptom=SWAPPED, **TOLD)
    (fact,) = blockers()
    assert (fact.step, fact.symptom, fact.owner, fact.side) == ("hr_record", "swapped_day_and_month", "hr", "employer")
    sent = Pack.objects.get(escalation__reference=fact.blocker)
    assert sent.subject == f"[{fact.blocker}] A newcomer cannot go on: Staff record"
    for line in sent.text.splitlines():
        assert line in text_of(shown)
    text = text_of(client.get(answer["Location"]))
    assert f"Sent Say {fact.blocker} if you phone" in text
    assert "HR at Northgate has it now, until " in text
    assert row_of(amara, "hr_record").state == "blocked"
    assert AuditEntry.objects.filter(action="step.blocked").count() == 1


def test_at_most_four_pages_from_the_question_to_sent(client, amara):
    pages = [ask(client, "hr_record"), ask(client, "hr_record", symptom=SWAPPED)]
    pages.append(press(client, "hr_record", "check", symptom=SWAPPED, **TOLD))
    pages.append(client.get(press(client, "hr_record", "send", symptom=SWAPPED, **TOLD)["Location"]))
    assert [page.status_code for page in pages] == [200] * 4


def test_a_double_press_sends_once_and_is_answered_alike(client, amara):
    first = press(client, "hr_record", "send", symptom=SWAPPED, **TOLD)
    second = press(client, "hr_record", "send", symptom=SWAPPED, **TOLD)
    assert len(blockers()) == Pack.objects.count() == OutboxMail.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_a_double_press_of_free_words_sends_once(client, amara):
    told = {"symptom": "other", "sees": "The page is blue", **TOLD}
    first, second = (press(client, "hr_record", "send", **told) for _ in range(2))
    assert len(blockers()) == Pack.objects.count() == OutboxMail.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_the_blocker_belongs_to_the_cause_upstream_and_not_to_where_it_was_seen(client, amara, world):
    finished(world, amara, "hr_record", "identity", "work_email")
    press(client, "esr_access", "send", symptom="esr_access.esr_wrong_birth_date", **TOLD)
    (fact,) = blockers()
    assert (fact.step, fact.owner) == ("hr_record", "hr")
    assert row_of(amara, "hr_record").state == "blocked"


# it is known, or in its usual time


def test_what_is_known_says_since_when_and_leads_to_what_they_were_told(client, amara, world, clock):
    clock.turn_to(2026, 8, 4, 9)
    reference = stuck(amara, "hr_record", "swapped_day_and_month", by=world.newcomer_actor(amara))
    clock.turn_to(2026, 8, 6, 9)
    client.force_login(amara.newcomer.user)
    answer = ask(client, "hr_record", symptom=SWAPPED)
    text = text_of(answer)
    assert "HR at Northgate knows" in text
    assert "They know since Tue 4 August (2 working days)" in text
    assert f"Say {reference}" in text
    assert f"/escalations/{reference}/" in answer.content.decode()


def test_within_the_usual_time_nothing_is_wrong_yet_but_it_can_be_sent_anyway(client, amara, world, clock):
    clock.turn_to(2026, 8, 3, 9)
    finished(world, amara, "hr_record", "identity")
    clock.turn_to(2026, 8, 5, 9)
    client.force_login(amara.newcomer.user)
    text = text_of(ask(client, "esr_access", symptom=NO_USERNAME))
    assert "Nothing is wrong yet" in text
    assert "IT at Northgate has Work email, not HR. ESR waits for Work email." in text
    assert "usually takes 1 to 3 working days" in text
    assert "Expect it by Thu 6 August." in text
    assert "It stops me working: send anyway" in text
    assert press(client, "esr_access", "send", symptom=NO_USERNAME, **TOLD).status_code == 302
    assert not blockers()
    assert "When did you last try?" in text_of(ask(client, "esr_access", symptom=NO_USERNAME, anyway="yes"))
    press(client, "esr_access", "send", symptom=NO_USERNAME, anyway="yes", **TOLD)
    (fact,) = blockers()
    assert (fact.step, fact.owner, fact.side) == ("work_email", "it", "host")


# it is the newcomer's, or not due


def test_what_only_the_newcomer_can_mend_says_how_and_is_noted_only_when_they_say_so(client, amara, world):
    finished(world, amara, "hr_record", "identity")
    symptom = "work_email.no_uk_mobile"
    answer = ask(client, "work_email", symptom=symptom)
    assert "You can fix this yourself" in text_of(answer)
    assert "Get a UK SIM card" in text_of(answer)
    assert "Nothing is sent to anyone." in text_of(answer)
    assert not blockers()
    told = press(client, "work_email", "note", symptom=symptom)
    assert told["Location"] == "/me/steps/work_email/"
    (fact,) = blockers()
    assert (fact.owner, fact.side, fact.independent) == ("newcomer", "", True)
    assert row_of(amara, "work_email").owner_function == "newcomer"
    assert "Only you can clear this" in text_of(client.get("/me/steps/work_email/"))


def test_advice_that_blocks_nothing_is_not_recorded(client, amara, world):
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access")
    assert "Note that this is with me" not in text_of(ask(client, "esr_access", symptom="esr_access.esr_off_site"))
    press(client, "esr_access", "note", symptom="esr_access.esr_off_site")
    press(client, "esr_access", "send", symptom="esr_access.esr_off_site", **TOLD)
    assert not blockers()


def test_what_waits_for_the_newcomers_own_step_leads_there(client, amara, world):
    finished(world, amara, "hr_record", "identity", issued_only="work_email")
    text = text_of(ask(client, "esr_access", symptom=NO_USERNAME))
    assert "Work email is your turn" in text
    assert "ESR waits for Work email." in text


def test_a_payslip_that_is_not_due_says_from_when_and_nothing_can_be_sent(client, amara):
    symptom = "first_pay.no_payslip"
    text = text_of(ask(client, "first_pay", symptom=symptom))
    assert "This is not due until Tue 25 August." in text
    press(client, "first_pay", "send", symptom=symptom, anyway="yes", **TOLD)
    assert not blockers()


# none of these


def test_when_nothing_fits_the_newcomers_own_words_go_to_the_steps_owner_for_a_look(client, amara):
    text = text_of(ask(client, "work_email", symptom="other"))
    assert "IT at Northgate takes a look." in text
    refused = press(client, "work_email", "check", symptom="other", **TOLD)
    assert refused.status_code == 422
    assert "Say in your own words what you see." in text_of(refused)
    press(client, "work_email", "send", symptom="other", sees="It asks for a token", **TOLD)
    (fact,) = blockers()
    assert (fact.step, fact.owner, fact.symptom, fact.independent) == ("work_email", "it", "", True)
    assert fact.reason.startswith("Needs a look: It asks for a token")
    assert row_of(amara, "work_email").actionable


# whose page it is


def test_another_newcomers_words_cannot_be_read_and_staff_have_no_such_page(client, amara, world):
    other = world.newcomer(account=True, newcomer__given_name="Bela", needs_smartcard=False)
    reference = stuck(other, "hr_record", "wrong_role", by=world.newcomer_actor(other))
    assert client.get(f"/me/steps/hr_record/stuck/sent/{reference}/").status_code == 404
    client.force_login(world.user("hr"))
    assert client.get("/me/steps/hr_record/stuck/").status_code == 403


@pytest.mark.parametrize("key", ["smartcard", "no_such_step"])
def test_a_step_that_the_newcomer_does_not_have_does_not_exist(client, amara, key):
    assert client.get(f"/me/steps/{key}/stuck/").status_code == 404


@pytest.mark.parametrize("action", ["check", "change", "send", "note"])
def test_the_pages_of_a_form_opened_by_their_address_lead_to_the_question(client, amara, action):
    answer = client.get(f"/me/steps/hr_record/stuck/{action}/")
    assert answer["Location"] == "/me/steps/hr_record/stuck/"


def test_a_placement_that_has_ended_says_why_nothing_can_be_sent(client, amara):
    Placement.objects.filter(pk=amara.pk).update(status="withdrawn", status_reason="They told us.")
    text = text_of(ask(client, "hr_record"))
    assert "This placement has ended." in text
    answer = press(client, "hr_record", "send", symptom=SWAPPED, **TOLD)
    assert answer.status_code == 422
    assert "This placement has ended." in text_of(answer)
    assert not blockers()


def test_a_second_placement_keeps_its_address_through_all_pages(client, amara, world):
    second = world.newcomer(newcomer=amara.newcomer, start_date=dt.date(2026, 8, 3), host=world.southmere)
    query = f"?placement={second.ref}"
    assert f'value="{second.ref}"' in client.get(f"/me/steps/hr_record/stuck/{query}").content.decode()
    answer = client.post(f"/me/steps/hr_record/stuck/send/{query}", {"symptom": SWAPPED, **TOLD})
    assert answer["Location"].endswith(query)
    assert blockers()[0].placement_id == second.pk
