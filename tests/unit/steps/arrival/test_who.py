"""Who a row of a roster is about, and what it does to them: found again, joined, moved, left alone."""

import datetime as dt
from typing import Any

import pytest

from onboarding.models import AuditEntry, Newcomer, Placement
from onboarding.policies import Refused
from steps.models import Fact
from steps.services import placements
from steps.services.verifying import differences
from tests.unit.steps.arrival.files import AT, person, take_in, told


@pytest.fixture(autouse=True)
def _verified(db: Any) -> Any:
    """Whatever a test did, what is kept is what the facts give."""
    yield
    assert list(differences()) == []


@pytest.fixture
def bring(world: Any) -> Any:
    """`bring(row, ..., org="northgate", at=AT)`: HR there takes the rows in."""

    def taken(*rows: dict[str, str], org: str = "northgate", at: dt.datetime = AT, **how: Any) -> Any:
        return told(take_in(world.org(org), world.actor("hr", org), *rows, at=at, **how))

    return taken


def only() -> Placement:
    return Placement.objects.select_related("newcomer").get()


def test_a_new_person_arrives_with_every_step(world, bring):
    assert bring(person()) == (1, 0, 0, [])
    placement = only()
    assert placement.chain.week_one_by == dt.date(2026, 8, 7)
    assert placement.payday == dt.date(2026, 8, 27)
    assert placement.steps.get(key="hr_record").state == "ready"
    assert placement.steps.get(key="identity").state == "locked"


def test_the_same_file_twice_changes_nothing(world, bring):
    rows = [person(gmc_number="7000001"), person(given_name="Zoë", family_name="", department="Surgery")]
    assert bring(*rows) == (2, 0, 0, [])
    entries = AuditEntry.objects.count()
    assert bring(*rows) == (0, 0, 2, [])
    assert (Placement.objects.count(), AuditEntry.objects.count()) == (2, entries)


def test_a_gmc_number_finds_somebody_whose_name_and_birth_date_were_wrong(world, bring):
    bring(person(gmc_number="7000001"))
    corrected = person(given_name="Amarachi", date_of_birth="1994-03-07", gmc_number="7000001")
    assert bring(corrected) == (0, 1, 0, [])
    assert (only().newcomer.name, only().newcomer.date_of_birth) == ("Amarachi Okafor", dt.date(1994, 3, 7))
    assert Fact.objects.get().fields == ["date_of_birth", "name"]


def test_an_assignment_number_finds_somebody_at_the_same_employer(world, bring):
    bring(person(assignment_number="00412345"))
    assert bring(person(family_name="Okafor-Bell", assignment_number="00412345")) == (0, 1, 0, [])
    assert only().newcomer.name == "Amara Okafor-Bell"


def test_without_numbers_a_folded_name_and_the_birth_date_decide(world, bring):
    bring(person(given_name="Zoë", family_name="O'Brien"))
    assert bring(person(given_name="ZOE", family_name="O Brien"))[:2] == (0, 1)
    assert bring(person(given_name="Zoe", family_name="O Brien", date_of_birth="1994-07-04"))[:2] == (1, 0)


def test_twins_are_two_people_and_so_are_namesakes_with_two_gmc_numbers(world, bring):
    twins = [person(given_name="Taiwo"), person(given_name="Kehinde")]
    namesakes = [person(gmc_number="7000001"), person(gmc_number="7000002")]
    assert bring(*twins, *namesakes) == (4, 0, 0, [])
    assert Newcomer.objects.count() == 4
    assert bring(*twins, *namesakes) == (0, 0, 4, [])
    assert bring(person(gmc_number="7000003")) == (1, 0, 0, [])


def test_namesakes_in_one_post_with_two_assignment_numbers_are_two_people(world, bring):
    rows = [person(assignment_number="00000001"), person(assignment_number="00000002")]
    assert bring(*rows) == (2, 0, 0, [])
    assert Newcomer.objects.count() == 2
    assert bring(*rows) == (0, 0, 2, [])


def test_a_row_that_fits_two_people_is_refused_and_says_how_to_mend_it(world, bring):
    bring(person(assignment_number="00000001"), person(assignment_number="00000002"))
    arrived = take_in(world.northgate, world.actor("hr"), person(start_date="2026-09-01"))
    assert [str(f) for f in arrived.plan.refused] == ["Row 2: More than one newcomer here fits. Give the GMC number."]


def test_one_person_in_two_posts_of_one_file_is_one_person_with_two_placements(world, bring):
    rows = [
        person(gmc_number="7000001"),
        person(gmc_number="7000001", start_date="2027-02-01", work_email="a@nhs.net"),
    ]
    assert bring(*rows) == (2, 0, 0, [])
    assert Newcomer.objects.get().work_email == "a@nhs.net"
    assert Placement.objects.count() == 2
    assert bring(*rows) == (0, 0, 2, [])
    assert bring(*reversed(rows)) == (0, 0, 2, [])


def test_a_later_file_may_add_a_second_post_beside_the_first(world, bring):
    first, second = person(), person(start_date="2027-02-01")
    bring(first)
    assert bring(second, first) == (1, 0, 1, [])
    assert sorted(Placement.objects.values_list("start_date", flat=True)) == [dt.date(2026, 8, 3), dt.date(2027, 2, 1)]
    assert Newcomer.objects.count() == 1


def test_two_rows_that_say_different_things_about_one_person_are_refused(world, bring):
    """Else each reading of the file would change the person to and fro."""
    rows = [person(personal_email="a@mail.example"), person(start_date="2027-02-01", personal_email="b@mail.example")]
    assert bring(*rows) == (1, 0, 0, [(3, "personal_email")])
    assert Placement.objects.count() == 0
    bring(rows[0])
    assert bring(*rows) == (0, 0, 1, [(3, "personal_email")])


def test_an_assignment_number_that_somebody_else_has_is_refused(world, bring):
    bring(person(gmc_number="7000001", assignment_number="00000001"))
    other = person(given_name="Imran", gmc_number="7000002", assignment_number="00000001")
    assert bring(other) == (0, 0, 0, [(2, "assignment_number")])


def test_one_assignment_number_for_two_people_of_a_file_is_refused(world, bring):
    namesakes = [person(gmc_number=gmc, assignment_number="00000001") for gmc in ("7000001", "7000002")]
    assert bring(*namesakes) == (1, 0, 0, [(3, "assignment_number")])
    bring(person(gmc_number="7000003", family_name="Bell"))
    married = person(gmc_number="7000003", assignment_number="00000002")
    assert bring(person(start_date="2027-02-01", assignment_number="00000002"), married)[3] == [
        (3, "assignment_number")
    ]


def test_a_new_start_date_moves_a_placement_that_has_not_started(world, bring):
    bring(person())
    assert bring(person(start_date="2026-08-10")) == (0, 1, 0, [])
    placement = only()
    assert (placement.start_date, placement.chain.week_one_by) == (dt.date(2026, 8, 10), dt.date(2026, 8, 14))
    assert bring(person(start_date="2026-08-10")) == (0, 0, 1, [])


def test_after_the_start_another_date_is_another_placement(world, bring):
    bring(person())
    later = dt.datetime(2026, 8, 5, 9, tzinfo=dt.UTC)
    assert bring(person(start_date="2027-02-03"), at=later) == (1, 0, 0, [])
    assert Placement.objects.count() == 2


def test_with_two_placements_ahead_nobody_guesses_which_one_moves(world, bring):
    bring(person(), person(start_date="2027-02-01"))
    assert bring(person(start_date="2026-09-01")) == (0, 0, 0, [(2, "start_date")])


def test_somebody_who_was_deferred_comes_back_even_after_the_old_start(world, bring):
    bring(person())
    hr = world.actor("hr")
    placements.set_status(only().ref, "deferred", by=hr, at=AT, reason="No visa yet.")
    october = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
    assert bring(person(start_date="2026-11-02"), at=october) == (0, 1, 0, [])
    assert (only().status, only().status_reason, only().start_date) == ("expected", "", dt.date(2026, 11, 2))
    assert AuditEntry.objects.filter(after__status="expected").count() == 1


def test_somebody_who_withdrew_is_not_brought_back_by_the_same_row(world, bring):
    bring(person())
    placements.set_status(only().ref, "withdrawn", by=world.actor("hr"), at=AT, reason="Another job.")
    assert bring(person()) == (0, 0, 1, [])
    assert only().status == "withdrawn"


def test_blank_cells_empty_nothing(world, bring):
    full = person(
        department="Surgery", assignment_number="00412345", gmc_number="7000001", personal_email="a@mail.example",
        work_email="a@nhs.net", mail_system="trust", needs_smartcard="yes", uses_library="no",
        manager_email="boss@northgate.example",
    )  # fmt: skip
    bring(full)
    blank = dict.fromkeys(full, "") | {name: full[name] for name in person()}
    assert bring(blank) == (0, 0, 1, [])
    assert (only().department, only().needs_smartcard, only().uses_library) == ("Surgery", True, False)


def test_columns_that_a_file_leaves_out_change_nothing(world, bring):
    bring(person(needs_smartcard="yes", uses_library="no", mail_system="none", department="Surgery"))
    assert bring(person()) == (0, 0, 1, [])
    assert (only().needs_smartcard, only().uses_library, only().mail_system) == (True, False, "none")


def test_a_flag_that_is_said_is_changed_and_the_steps_follow(world, bring):
    bring(person(needs_smartcard="yes"))
    assert only().steps.get(key="smartcard").state == "locked"
    assert bring(person(needs_smartcard="no")) == (0, 1, 0, [])
    assert only().steps.get(key="smartcard").state == "not_applicable"


def test_a_swapped_or_single_name_is_taken_as_a_whole(world, bring):
    bring(person(given_name="Suharto", family_name=""))
    assert bring(person(given_name="", family_name="Suharto")) == (0, 1, 0, [])
    assert (only().newcomer.given_name, only().newcomer.family_name) == ("", "Suharto")


def test_people_who_are_missing_from_a_file_are_left_alone(world, bring):
    bring(person(), person(given_name="Imran"))
    assert bring(person()) == (0, 0, 1, [])
    assert Placement.objects.filter(status="expected").count() == 2


def test_another_trusts_newcomer_with_the_same_number_is_neither_changed_nor_revealed(world, bring):
    bring(person(gmc_number="7000001", employer_ods="ZS1", personal_email="a@mail.example"), org="southmere")
    theirs = Newcomer.objects.get()
    assert bring(person(given_name="Adaeze", gmc_number="7000001")) == (1, 0, 0, [])
    mine = Newcomer.objects.exclude(pk=theirs.pk).get()
    assert (mine.name, mine.personal_email) == ("Adaeze Okafor", "")
    theirs.refresh_from_db()
    assert theirs.name == "Amara Okafor"


def test_a_row_of_another_organisation_is_refused_whether_it_is_known_or_not(world, bring):
    assert bring(person(employer_ods="ZS1")) == (0, 0, 0, [(2, "employer_ods")])
    assert bring(person(employer_ods="ZZ9")) == (0, 0, 0, [(2, "employer_ods")])
    known, unknown = (
        take_in(world.northgate, world.actor("hr"), person(employer_ods=code)).plan.refused[0].problem
        for code in ("ZS1", "ZZ9")
    )
    assert known.replace("ZS1", "ZZ9") == unknown == "ZZ9 is not one of yours."


@pytest.mark.parametrize("role", ["it", "payroll", "manager", "library", "executive"])
def test_only_hr_and_the_onboarding_lead_import(world, role):
    with pytest.raises(Refused):
        take_in(world.northgate, world.actor(role), person())
    with pytest.raises(Refused):
        take_in(world.northgate, world.actor("hr", "southmere"), person())
    assert not Placement.objects.exists()
