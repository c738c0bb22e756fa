"""Everybody in one kind: agreeing, differing, missing, twice, or nobody who is new here."""

import datetime as dt

import pytest

from steps.models import SystemAccount
from steps.services import verbs
from tests.unit.steps.reconciling.lists import MAIL, STAFF, facts, kinds, listed, planned, step, taken
from tests.web.stage import finished

AMARA = "0012345,Okafor,Amara,1994-07-03,7654321,Active Assignment"


@pytest.fixture
def amara(world):
    return world.newcomer(
        newcomer__given_name="Amara", newcomer__gmc_number="7654321", assignment_number="0012345", account=True
    )


def test_a_row_that_agrees_in_every_field_can_be_marked_done_with_the_list_as_its_source(world, amara):
    content = listed(STAFF, AMARA, "0099999,Nobody,Here,1960-01-01,,Active Assignment")
    plan = planned(world, "hr_record", content)
    assert kinds(plan) == {"agree": ["Amara Okafor"]}
    assert plan.sorted.unknown == 1
    assert facts(amara, "hr_record") == []  # a preview writes nothing
    assert taken(world, "hr_record", content)["agree"].written == 1
    row = step(amara, "hr_record")
    assert (row.state, row.ticks) == ("done", {})  # a list leaves checks unticked
    assert amara.facts.get().source == "extract:hr_record"
    assert SystemAccount.objects.get().said["date_of_birth"] == "1994-07-03"


def test_the_same_list_again_changes_nothing(world, amara):
    content = listed(STAFF, AMARA)
    taken(world, "hr_record", content)
    again = planned(world, "hr_record", content)
    assert kinds(again) == {}
    assert (again.sorted.same, again.sorted.agreeing) == (1, 1)
    assert all(not one.written for one in taken(world, "hr_record", content).values())


@pytest.mark.parametrize(
    ("row", "field", "symptom"),
    [
        ("0012345,Okafor,Amara,1994-03-07,7654321,Active", "date_of_birth", "swapped_day_and_month"),
        ("0012345,Amara,Okafor,1994-07-03,7654321,Active", "name", "reversed_names"),
        ("0012345,Okafor,Amarra,1994-07-03,7654321,Active", "given_name", "misspelt_name"),
        ("0012345,Okafor,Amara,1994-07-03,7654312,Active", "gmc_number", "wrong_gmc_number"),
    ],
)
def test_what_differs_is_told_field_by_field_and_goes_to_its_true_owner(world, amara, row, field, symptom):
    content = listed(STAFF, row)
    plan = planned(world, "hr_record", content)
    assert kinds(plan) == {"differ": ["Amara Okafor"]}
    (item,) = plan.sorted.kinds["differ"]
    assert [one.field for one in plan.sorted.differs(item)] == [field]
    assert taken(world, "hr_record", content, "differ")["differ"].written == 1
    (blocker,) = step(amara, "hr_record").reasons["blockers"]
    assert (blocker["symptom"], blocker["owner"]["function"]) == (symptom, "hr")
    assert "1994" not in blocker["reason"]  # more people read that than may see a birth date
    again = planned(world, "hr_record", content)
    assert (kinds(again), len(again.asked)) == ({}, 1)


def test_a_mailbox_with_a_wrong_name_is_for_hr_whose_record_it_copies(world, amara):
    row = "Amara Okafour,Amara,Okafour,amara.okafour@nhs.net,0012345,Active,2026-08-01"
    taken(world, "work_email", listed(MAIL, row), "differ")
    (blocker,) = step(amara, "hr_record").reasons["blockers"]
    assert (blocker["symptom"], blocker["owner"]) == ("email_wrong_name", {"function": "hr", "side": "employer"})
    assert step(amara, "work_email").reasons["blockers"] == []


def test_an_account_that_was_used_works_and_one_that_was_not_is_ready_to_use(world, amara):
    unused = "Amara Okafor,Amara,Okafor,amara.okafor@nhs.net,0012345,Active,"
    taken(world, "work_email", listed(MAIL, unused))
    row = step(amara, "work_email")
    assert (row.issued, row.state) == (True, "locked")
    amara.newcomer.refresh_from_db()
    assert amara.newcomer.work_email == "amara.okafor@nhs.net"  # nobody has to type it
    taken(world, "work_email", listed(MAIL, unused + "2026-08-01"))
    assert step(amara, "work_email").state == "done"


def test_a_pending_account_is_noted_with_the_day_since_when(world, amara):
    heading = MAIL + ",Created on"
    row = "Amara Okafor,Amara,Okafor,,0012345,Pending,,2026-08-01"
    assert kinds(planned(world, "work_email", listed(heading, row))) == {"noted": ["Amara Okafor"]}
    taken(world, "work_email", listed(heading, row))
    account = SystemAccount.objects.get()
    assert (account.status, account.since) == ("pending", dt.date(2026, 8, 1))
    assert facts(amara, "work_email") == []
    assert kinds(planned(world, "work_email", listed(heading, row))) == {}


@pytest.mark.parametrize("status", ["Inactive", "Marked as leaver", None])
def test_an_account_that_vanished_or_went_inactive_is_to_be_checked_again_and_stays_done(world, amara, status):
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access")
    rows = [f"Amara Okafor,Amara,Okafor,,0012345,{status},2026-06-01"] if status else ["Li Wei,Li,Wei,,1,Active,"]
    content = listed(MAIL, *rows)
    assert kinds(planned(world, "work_email", content))["missing"] == ["Amara Okafor"]
    assert step(amara, "work_email").state == "done"  # nothing is undone in silence
    taken(world, "work_email", content, "missing")
    row = step(amara, "work_email")
    assert (row.state, row.reasons["recheck_because"]) == ("recheck", ["work_email"])
    assert (row.owner_function, row.actionable) == ("it", True)
    assert step(amara, "esr_access").state == "done"
    assert "missing" not in kinds(planned(world, "work_email", content))  # the same list asks once
    back = "Amara Okafor,Amara,Okafor,,0012345,Active,2026-08-04"
    taken(world, "work_email", listed(MAIL, back), "agree")
    assert step(amara, "work_email").state == "done"


def test_a_word_for_a_status_that_nobody_knows_puts_no_finished_step_in_doubt(world, amara):
    finished(world, amara, "hr_record", "identity", "work_email")
    plan = planned(world, "work_email", listed(MAIL, "A,Amara,Okafor,,0012345,Zombie,"))
    assert kinds(plan) == {"noted": ["Amara Okafor"]}
    assert plan.sorted.unclear == {"Zombie": 1}


def test_somebody_who_is_not_in_the_list_yet_is_told_of_and_nothing_more(world, amara):
    content = listed(STAFF, "1,Wei,Li,1990-01-01,,Active")
    assert kinds(planned(world, "hr_record", content)) == {"absent": ["Amara Okafor"]}
    assert all(not one.written for one in taken(world, "hr_record", content).values())


def test_two_records_of_one_person_are_nobodys_guess(world, amara):
    content = listed(STAFF, AMARA, AMARA.replace("0012345", "0077777"))
    plan = planned(world, "hr_record", content)
    assert kinds(plan) == {"twice": ["Amara Okafor"]}
    taken(world, "hr_record", content, "agree", "twice")
    (blocker,) = step(amara, "hr_record").reasons["blockers"]
    assert (blocker["symptom"], step(amara, "hr_record").state) == ("two_records", "blocked")
    assert kinds(planned(world, "hr_record", content)) == {}


def test_two_posts_of_one_employee_are_not_two_records(world, amara):
    content = listed(STAFF, AMARA, AMARA.replace("0012345", "0012345-2"))
    assert kinds(planned(world, "hr_record", content)) == {"agree": ["Amara Okafor"]}


def test_a_row_that_fits_two_newcomers_is_neither_ones(world, amara):
    world.newcomer(newcomer__given_name="Amara", newcomer__gmc_number="7654321")
    content = listed("Last Name,First Name,GMC", "Okafor,Amara,7654321")
    plan = planned(world, "hr_record", content)
    assert [(row, len(people)) for row, people in plan.sorted.torn] == [(2, 2)]
    assert kinds(plan) == {}  # nor missing


def test_a_training_report_has_many_rows_a_person_and_being_in_it_is_what_the_step_wants(world, amara):
    heading = "Assignment Number,Employee Name,Competence,Compliant"
    rows = [f'0012345,"Okafor, Amara",Course {n},{said}' for n, said in enumerate(["No", "Expired", "Yes"])]
    assert kinds(planned(world, "training", listed(heading, *rows))) == {"likely": ["Amara Okafor"]}  # sees no numbers
    taken(world, "training", listed(heading, *rows), "agree", role="onboarding_lead")
    assert step(amara, "training").state == "done"


def test_too_little_on_both_sides_is_for_a_person_to_say_one_by_one(world, amara):
    content = listed("Name,Status", "Amara Okafor,Approved")
    assert kinds(planned(world, "openathens", content)) == {"likely": ["Amara Okafor"]}


def test_a_stuck_step_is_left_to_its_conversation(world, amara):
    verbs.block(
        amara.ref, "hr_record", by=world.actor("hr"), at=dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC), reason="A typo."
    )
    plan = planned(world, "hr_record", listed(STAFF, AMARA))
    assert kinds(plan) == {}
    assert [item.person.name for item in plan.sorted.stuck] == ["Amara Okafor"]


@pytest.mark.parametrize(("ours", "theirs", "kind"), [
    ("Müller", "MUELLER", "agree"), ("Müller", "MULLER", "agree"), ("Mohammed", "Mohamed", "differ"),
])  # fmt: skip
def test_spellings_of_one_letter_agree_and_another_romanisation_never_does(world, ours, theirs, kind):
    world.newcomer(newcomer__given_name="Sam", newcomer__family_name=ours)
    content = listed("First name,Surname,DOB", f"SAM,{theirs},1994-07-03")
    assert kinds(planned(world, "hr_record", content)) == {kind: [f"Sam {ours}"]}


def test_one_name_and_birthday_under_two_gmc_numbers_never_agree(world, amara):
    content = listed(STAFF, "0099999,Okafor,Amara,1994-07-03,1112223,Active")
    plan = planned(world, "hr_record", content)
    assert list(kinds(plan)) == ["differ"]


def test_the_e_lfh_report_says_which_address_the_account_goes_by(world, amara):
    finished(world, amara, "elfh")
    amara.newcomer.work_email = "amara@nhs.net"
    amara.newcomer.save()
    assert step(amara, "elfh").limited
    content = listed("First name,Last name,Email,Assignment number", "Amara,Okafor,amara@nhs.net,0012345")
    assert kinds(planned(world, "elfh", content)) == {"agree": ["Amara Okafor"]}
    taken(world, "elfh", content, "agree")
    assert not step(amara, "elfh").limited
