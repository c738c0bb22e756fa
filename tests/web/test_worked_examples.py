"""The ten worked examples of the field, and the cross-checks, through the pages and the services.

Each says whose it is, and asserts that nobody of the teams who must never be asked has anything of it.
"""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onboarding.identity import Name, Verdict, compare_names
from onboarding.models import Placement
from steps.models import Fact, PlacementStep
from steps.services import verbs
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, text_of

TOLD = {"tried": "today", "error": ""}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def someone(world: Any) -> Any:
    def make(name: str = "Amara", **fields: Any) -> Placement:
        return world.newcomer(account=True, newcomer__given_name=name, newcomer__family_name="", **fields)

    return make


@pytest.fixture
def sends(client: Client) -> Any:
    """The newcomer says what they see at a step, and sends it. Answers the fact, None where nothing was sent."""

    def send(placement: Placement, key: str, symptom: str, **more: str) -> Fact | None:
        before = set(Fact.objects.values_list("pk", flat=True))
        client.force_login(placement.newcomer.user)
        client.post(f"/me/steps/{key}/stuck/send/", {"symptom": symptom, **TOLD, **more})
        return Fact.objects.exclude(pk__in=before).filter(kind="blocked").first()

    return send


@pytest.fixture
def queues(world: Any) -> Any:
    """(role, organisation) of every team whose queue names this newcomer as stuck."""

    def named(name: str) -> set[tuple[str, str]]:
        found = set()
        for (role, org), user in world.users.items():
            reader = Client()
            reader.force_login(user)
            answer = reader.get("/queue/", {"show": "stuck"})
            own = answer.status_code == 200 and role != "onboarding_lead"
            if own and f": {name}" in text_of(answer):
                found.add((role, org))
        return found

    return named


def states(placement: Placement) -> dict[str, str]:
    return dict(PlacementStep.objects.filter(placement=placement).values_list("key", "state"))


def test_c1_day_and_month_swapped_is_hrs_and_everything_but_elfh_waits_for_the_record(someone, sends, queues):
    amara = someone()
    fact = sends(amara, "hr_record", "hr_record.swapped_day_and_month")
    assert (fact.step, fact.owner, fact.side) == ("hr_record", "hr", "employer")
    assert queues("Amara") == {("hr", "northgate")}
    found = states(amara)
    assert found.pop("elfh") == "ready"
    assert found.pop("hr_record") == "blocked"
    assert set(found.values()) <= {"locked", "ready", "not_applicable"}
    assert [key for key, state in found.items() if state == "ready"] == []
    for row in PlacementStep.objects.filter(placement=amara, state="locked").exclude(key="training"):
        assert [cause["step"] for cause in row.reasons["because"]] == ["hr_record"]


def test_c2_spellings_that_fold_alike_block_nothing(someone, queues):
    written = Name("Müller", "Gößmann")
    assert compare_names(written, Name("MUELLER", "GOESSMANN")).verdict == Verdict.SAME
    assert compare_names(written, Name("MULLER", "GOSSMANN")).verdict == Verdict.SAME
    someone("Müller")
    assert queues("Müller") == set()


def test_c3_a_spelling_that_differs_is_never_passed_by_itself_and_is_hrs(someone, sends, queues, world):
    assert compare_names(Name("Mohammed", "Ali"), Name("Mohamed", "Ali")).verdict != Verdict.SAME
    mohammed = someone("Mohammed")
    finished(world, mohammed, "hr_record", "identity", "work_email")
    assert sends(mohammed, "esr_access", "esr_access.esr_wrong_name").owner == "hr"
    assert queues("Mohammed") == {("hr", "northgate")}


def test_c4_a_gp_trainee_without_an_esr_login_is_the_lead_employers(someone, sends, queues, world):
    tess = someone("Tess", employer=world.lead, host=world.northgate, role="GP trainee")
    finished(world, tess, "hr_record", "identity", "work_email")
    fact = sends(tess, "esr_access", "esr_access.no_esr_username")
    assert (fact.step, fact.owner, fact.side) == ("esr_access", "hr", "employer")
    assert queues("Tess") == {("hr", "lead")}


def test_c5_a_trainee_without_a_computer_login_is_the_hosts_it_and_esr_is_unaffected(someone, sends, queues, world):
    tess = someone("Tess", employer=world.lead, host=world.northgate, role="GP trainee")
    finished(world, tess, "hr_record", "identity", "work_email")
    before = row_of(tess, "esr_access").state
    sends(tess, "training", "training.no_computer_login")
    assert queues("Tess") == {("it", "northgate")}
    assert row_of(tess, "esr_access").state == before == "ready"


def test_c6_with_the_trusts_own_mail_week_1_can_be_complete_and_nhsmail_is_not_spoken_of(someone, client, world):
    amara = someone(mail_system="trust")
    client.force_login(amara.newcomer.user)
    pages = [client.get(f"/me/steps/work_email/{page}") for page in ("", "stuck/")]
    assert not [page for page in pages if "nhsmail" in text_of(page).lower()]
    finished(world, amara, "hr_record", "identity", "work_email", "elfh", "esr_access", "training")
    assert "Week 1: 5 of 5 done." in text_of(client.get("/me/"))
    assert not row_of(amara, "elfh").limited


def test_c7_esr_that_waits_for_work_email_names_it_and_goes_to_it_and_not_to_payroll(
    someone, sends, queues, world, client, clock
):
    amara = someone()
    finished(world, amara, "hr_record", "identity")
    clock.turn_to(2026, 8, 12, 9)
    client.force_login(amara.newcomer.user)
    text = text_of(client.get("/me/steps/esr_access/stuck/", {"symptom": "esr_access.no_esr_username"}))
    assert "IT at Northgate has Work email, not HR. ESR waits for Work email." in text
    fact = sends(amara, "esr_access", "esr_access.no_esr_username")
    assert (fact.step, fact.owner) == ("work_email", "it")
    assert queues("Amara") == {("it", "northgate")}


def test_c8_in_scotland_no_esr_and_no_nhsmail_is_shown_and_the_boards_own_the_steps(
    someone, sends, queues, world, client
):
    ailsa = someone("Ailsa", employer=world.lead, host=world.southmere, pathway="scotland", mail_system="nhsmail")
    keys = set(states(ailsa))
    assert "staff_record" in keys
    assert "esr_access" not in keys
    client.force_login(ailsa.newcomer.user)
    for address in ("/me/", "/me/steps/staff_record/", "/me/steps/work_email/", "/me/steps/work_email/stuck/"):
        text = text_of(client.get(address))
        assert "ESR" not in text.split()
        assert "assignment number" not in text
    sends(ailsa, "hr_record", "hr_record.misspelt_name")
    assert queues("Ailsa") == {("hr", "lead")}


def test_c9_library_access_pending_is_the_librarys_alone_and_week_1_goes_on(someone, sends, queues, world, client):
    amara = someone(newcomer__date_of_birth=dt.date(1994, 7, 3))
    finished(world, amara, "hr_record", "identity", "work_email", "elfh", "esr_access", "training")
    fact = sends(amara, "openathens", "openathens.openathens_pending")
    assert (fact.step, fact.owner, fact.side) == ("openathens", "library", "host")
    assert queues("Amara") == {("library", "northgate")}
    client.force_login(amara.newcomer.user)
    assert "Week 1: 5 of 5 done." in text_of(client.get("/me/"))
    client.force_login(world.user("library"))
    for address in ("/queue/", f"/escalations/{fact.blocker}/", f"/escalations/{fact.blocker}/clear/"):
        page = client.get(address).content.decode()
        assert "1994" not in page
        assert "3 July" not in page


def test_c10_no_payslip_is_not_due_at_first_and_payrolls_once_payday_has_passed(
    someone, sends, queues, world, client, clock
):
    amara = someone(start_date=dt.date(2026, 7, 20), payday=dt.date(2026, 8, 27))
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access")
    client.force_login(amara.newcomer.user)
    text = text_of(client.get("/me/steps/first_pay/stuck/", {"symptom": "first_pay.no_payslip"}))
    assert "This is not due until Tue 25 August." in text
    assert "Nothing is sent to anyone." in text
    assert sends(amara, "first_pay", "first_pay.no_payslip", anyway="yes") is None
    clock.turn_to(2026, 8, 28, 9)
    fact = sends(amara, "first_pay", "first_pay.no_payslip")
    assert (fact.step, fact.owner, fact.side) == ("first_pay", "payroll", "employer")
    assert queues("Amara") == {("payroll", "northgate")}


def test_c10_payroll_has_it_also_while_the_newcomer_cannot_get_into_esr(someone, sends, queues, clock):
    amara = someone()
    clock.turn_to(2026, 8, 28, 9)
    sends(amara, "first_pay", "first_pay.no_payslip")
    assert queues("Amara") == {("payroll", "northgate")}


# cross-checks


def test_a_mending_the_step_above_opens_the_one_below_at_once(someone, sends, world, client):
    amara = someone()
    fact = sends(amara, "hr_record", "hr_record.swapped_day_and_month")
    verbs.clear(
        amara.ref, "hr_record", blocker=fact.blocker, by=world.actor("hr"), at=timezone.now(), reason="Mended."
    )
    finished(world, amara, "hr_record", "identity")
    client.force_login(world.user("it"))
    assert "Work email: Amara" in text_of(client.get("/queue/"))


def test_b_a_birth_date_that_hr_breaks_again_asks_for_a_look_at_what_was_done(someone, world):
    amara = someone()
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access")
    verbs.correct(
        amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), fields=["date_of_birth"], reason="Typed."
    )
    found = states(amara)
    assert (found["identity"], found["esr_access"]) == ("recheck", "recheck")
    assert found["work_email"] == "done", "a mailbox holds no birth date"


def test_c_blocked_words_name_the_nearest_step_and_the_cause_and_the_cause_gets_it(
    someone, sends, queues, client, clock
):
    amara = someone()
    clock.turn_to(2026, 8, 12, 9)
    client.force_login(amara.newcomer.user)
    text = text_of(client.get("/me/steps/esr_access/stuck/", {"symptom": "esr_access.no_esr_username"}))
    assert "HR at Northgate has Staff record, not IT. ESR waits for Work email, which waits for" in text
    assert sends(amara, "esr_access", "esr_access.no_esr_username").step == "hr_record"
    assert queues("Amara") == {("hr", "northgate")}


def test_d_what_is_not_held_is_left_out_and_never_n_a(someone, client, sends):
    amara = someone()
    client.force_login(amara.newcomer.user)
    page = client.post("/me/steps/hr_record/stuck/check/", {"symptom": "hr_record.wrong_role", **TOLD})
    assert "N/A" not in text_of(page)
    assert "The error says" not in text_of(page)
    assert "ssignment number" not in text_of(page)


def test_e_an_expired_share_code_is_the_newcomers_then_hrs_and_never_its(someone, sends, queues, world, client):
    amara = someone()
    finished(world, amara, "hr_record")
    assert sends(amara, "identity", "identity.expired_share_code") is None
    client.post("/me/steps/identity/stuck/note/", {"symptom": "identity.expired_share_code"})
    assert row_of(amara, "identity").owner_function == "newcomer"
    assert queues("Amara") == set()
    blocker = row_of(amara, "identity").reasons["blockers"][0]["id"]
    client.post(f"/escalations/{blocker}/works/")
    row = row_of(amara, "identity")
    assert (row.owner_function, row.owner_side, row.state) == ("hr", "employer", "ready")


def test_f_no_state_is_said_by_colour_alone(someone, sends, world, client):
    sends(someone(), "hr_record", "hr_record.wrong_role")
    client.force_login(world.user("hr"))
    assert "Staff record: Amara Stuck “My role or my grade is wrong.”" in text_of(client.get("/queue/"))


def test_g_the_host_reads_nothing_that_only_the_lead_employer_may(someone, sends, queues, world, client):
    tess = someone("Tess", employer=world.lead, host=world.northgate, newcomer__date_of_birth=dt.date(1994, 7, 3))
    fact = sends(tess, "hr_record", "other", sees="My birth date is 3 July 1994")
    assert queues("Tess") == {("hr", "lead")}
    for role in ("hr", "it", "library", "learning", "manager", "payroll"):
        client.force_login(world.user(role))
        assert client.get(f"/escalations/{fact.blocker}/").status_code == 404
        assert "1994" not in client.get("/queue/").content.decode()
