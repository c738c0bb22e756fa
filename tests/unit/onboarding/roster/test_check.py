import io
import subprocess
import sys
from datetime import date

import pytest

from onboarding.roster import Fault, RosterRow, read_roster
from onboarding.roster.columns import COLUMNS
from tests.unit.onboarding.roster.files import AMARA, TODAY, person, problems, read, text


def test_a_full_row_becomes_typed_values():
    row = AMARA | {
        "host_ods": "zs1",
        "department": "Ward  7",
        "assignment_number": "0012345",
        "gmc_number": "7654321",
        "personal_email": "Amara@Mail.Example",
        "mail_system": "NHSmail",
        "needs_smartcard": "Y",
        "uses_library": "FALSE",
        "manager_email": "lead@southmere.example",
        "pathway": "england-early-esr",
    }
    assert read(text(row)).rows == [
        RosterRow(
            row=2,
            given_name="Amara",
            family_name="Okafor",
            date_of_birth=date(1994, 7, 3),
            start_date=date(2026, 8, 3),
            role="Clinical fellow",
            employer_ods="ZN1",
            host_ods="ZS1",
            employment="lead_employer",
            department="Ward 7",
            assignment_number="0012345",
            gmc_number="7654321",
            personal_email="amara@mail.example",
            work_email="",
            mail_system="nhsmail",
            needs_smartcard=True,
            uses_library=False,
            manager_email="lead@southmere.example",
            pathway="england-early-esr",
        )
    ]


def test_what_is_left_blank_has_its_usual_value():
    row = read(text(AMARA)).rows[0]
    assert (row.host_ods, row.employment, row.mail_system) == ("ZN1", "trust", "")
    assert (row.needs_smartcard, row.uses_library, row.pathway) == (False, True, "")


def test_the_file_says_which_columns_it_had():
    assert read(text(AMARA)).columns == set(AMARA)


@pytest.mark.parametrize("empty", ["given_name", "family_name"])
def test_one_name_is_enough(empty):
    assert len(read(text(person(**{empty: ""}))).rows) == 1


def test_no_name_at_all_is_not_enough():
    roster = read(text(person(given_name="", family_name=" ")))
    assert problems(roster) == ["Row 2, given_name: Both names are missing. One name is enough."]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("date_of_birth", "", "is missing."),
        ("start_date", " ", "is missing."),
        ("role", "", "is missing."),
        ("employer_ods", "", "is missing."),
        ("role", "x" * 121, "is longer than 120 letters."),
        ("given_name", "x" * 101, "is longer than 100 letters."),
        ("employer_ods", "Z-1", '"Z-1" is not an ODS code: letters and digits only.'),
        ("employer_ods", "ZN123456789", "is longer than 10 letters."),
        ("host_ods", "ZÑ1", '"ZÑ1" is not an ODS code: letters and digits only.'),
        ("employment", "agency", '"agency" is none of: trust, lead_employer.'),
        ("mail_system", "gmail", '"gmail" is none of: nhsmail, trust, none.'),
        ("needs_smartcard", "maybe", '"maybe" is neither yes nor no.'),
        ("uses_library", "2", '"2" is neither yes nor no.'),
        ("pathway", "the best!", '"the best!" is not the key of a pathway.'),
        ("assignment_number", "1.2E+10", "1.2E+10 is rounded; save as text."),
        ("assignment_number", "1e10", "1e10 is rounded; save as text."),
        ("gmc_number", "7,65E+06", "7,65E+06 is rounded; save as text."),
        ("gmc_number", "7654321.0", "7654321.0 was kept as a number, so zeros in front may be lost; save as text."),
        ("assignment_number", "#N/A", "#N/A is a spreadsheet's error, not a value."),
        ("assignment_number", "9" * 33, "is longer than 32 letters."),
    ],
)
def test_each_fault_names_its_row_and_column(column, cell, words):
    roster = read(text(person(1), person(2, **{column: cell}), columns=[*dict.fromkeys([*AMARA, column])]))
    assert roster.faults == [Fault(3, column, words)]
    assert roster.refused_rows == {3}
    assert [row.row for row in roster.rows] == [2]


@pytest.mark.parametrize(
    "address",
    [
        "amara", "@x.example", "a@", "a@b", "a@@b.example", "a@b@c.example", "a b@c.example",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "a@-b.example", "a@b..example",
        ".a@b.example", "a..b@c.example", "a@10.0.0.1", "ä@b.example", "a@bücher.example", f"{'a' * 65}@b.example",
        f"a@{'b.' * 130}example", "mailto:a@b.example", "a@b.example?bcc=c",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["personal_email", "work_email", "manager_email"])
def test_what_is_not_one_plain_address_is_refused(column, address):
    roster = read(text(person(**{column: address})))
    assert [(fault.row, fault.column) for fault in roster.faults] == [(2, column)]


@pytest.mark.parametrize("address", ["a@b.example", "o'brien+nhs@mail.b.example", "first.last@nhs-trust.example"])
def test_plain_addresses_pass(address):
    assert read(text(person(personal_email=address))).rows[0].personal_email == address


@pytest.mark.parametrize("number", ["0012345", "00000001", "12345678-2", "0000000000"])
def test_zeros_in_front_are_kept(number):
    assert read(text(person(assignment_number=number))).rows[0].assignment_number == number


@pytest.mark.parametrize(("column", "number"), [("assignment_number", "AB/12"), ("gmc_number", "C1234567")])
def test_an_odd_number_is_remarked_on_and_refuses_nothing(column, number):
    roster = read(text(person(**{column: number})))
    assert [(fault.row, fault.column) for fault in roster.warnings] == [(2, column)]
    assert roster.faults == []
    assert getattr(roster.rows[0], column) == number


def test_all_faults_of_all_rows_come_at_once_in_order():
    people = [person(1, role="", date_of_birth="x"), person(2), person(3, employer_ods="", start_date="y")]
    places = [(fault.row, fault.column) for fault in read(text(*people)).faults]
    assert places == [(2, "date_of_birth"), (2, "role"), (4, "start_date"), (4, "employer_ods")]


def test_a_row_of_the_same_person_in_the_same_post_is_a_double():
    people = [person(1, given_name="Zoë"), person(2), person(1, given_name="ZOE")]
    roster = read(text(*people))
    assert problems(roster) == [
        "Row 2: The same person in the same post as row 4.",
        "Row 4: The same person in the same post as row 2.",
    ]
    assert [row.row for row in roster.rows] == [3]


def test_two_posts_of_one_person_are_no_double():
    roster = read(text(person(1), person(1, start_date="2026-12-02"), person(1, employer_ods="ZS1")))
    assert len(roster.rows) == 3


def test_two_people_of_one_name_and_birth_date_are_told_apart_by_their_numbers():
    roster = read(text(person(1, gmc_number="7000001"), person(1, gmc_number="7000002")))
    assert roster.faults == []


@pytest.mark.parametrize("column", ["gmc_number", "assignment_number"])
def test_one_number_for_two_people_is_refused(column):
    number = {column: "7654321"}
    roster = read(text(person(1, **number), person(2, **number), person(3, **{column: "7654322"})))
    assert [(fault.row, fault.column) for fault in roster.faults] == [(2, column), (3, column)]
    assert "is in row 3" in roster.faults[0].problem
    assert "is in row 2" in roster.faults[1].problem


def test_one_persons_two_posts_may_share_the_gmc_number():
    people = [person(1, gmc_number="7654321"), person(1, gmc_number="7654321", start_date="2026-12-02")]
    assert len(read(text(*people)).rows) == 2


def test_whoever_knows_the_organisations_can_refuse_more_rows():
    roster = read(text(person(1), person(2, role="")))
    roster.refuse([Fault(2, "employer_ods", "not one of yours.")])
    assert problems(roster) == ["Row 2, employer_ods: not one of yours.", "Row 3, role: is missing."]
    assert roster.rows == []
    assert roster.refused_rows == {2, 3}


def test_progress_ends_at_the_whole():
    seen = []
    file = text(*(person(n, gmc_number=f"{7_000_000 + n}") for n in range(2_500))).encode()
    read_roster(io.BytesIO(file), today=TODAY, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) == 3
    assert seen[-1] == (len(file), len(file))


def test_every_column_is_a_field_of_the_row_in_the_same_order():
    assert RosterRow._fields == ("row", *(column.name for column in COLUMNS))


def test_reading_a_roster_imports_no_django():
    code = "import sys, onboarding.roster; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
