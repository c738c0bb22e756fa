"""A list's columns and cells: guessed, remembered, and every fault by row and column."""

import datetime as dt
import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.roster import Fault
from steps.reconciling.columns import FIELDS, as_map, guess
from steps.reconciling.extract import _Cells, are_plain, read_extract
from steps.reconciling.systems import SYSTEMS, status_of
from tests.unit.steps.reconciling.lists import MAIL, STAFF, listed


def test_headings_are_guessed_as_the_systems_write_them():
    read = read_extract(listed(STAFF, "0012345,Okafor,Amara,1994-07-03,7654321,Active Assignment"))
    assert list(read.columns) == [
        "assignment_number", "family_name", "given_name", "date_of_birth", "gmc_number", "status",
    ]  # fmt: skip
    assert read.of("date_of_birth") == [dt.date(1994, 7, 3)]
    assert read.of("email") == [""]


def test_what_was_told_goes_before_every_guess_and_takes_a_column_out():
    heading = ["Name", "Contact", "Email"]
    told = {"contact": "email", "email": ""}
    assert guess(heading, told) == {"email": 1, "full_name": 0}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([*FIELDS, "Cost centre", "Known As", "UPN", "Ward"]), unique=True))
def test_what_is_remembered_of_columns_gives_the_same_columns_again(heading):
    found = guess(heading)
    assert guess(heading, as_map(heading, found)) == found


def test_every_fault_is_named_by_row_and_column_and_nothing_of_the_list_is_used():
    rows = [
        "Amara Okafor,Amara,Okafor,,0012345,Active,03/08/2026",
        "B,B,B,,1.2E+10,Active,",
        'C,"Zo\u00c3\u00ab",C,,,,,x',
    ]
    read = read_extract(listed(MAIL, *rows))
    assert (read.numbers, read.fault_count) == ([], 4)
    assert [(fault.row, fault.column) for fault in read.faults] == [
        (2, "last_used_on"), (3, "assignment_number"), (4, None), (4, "given_name"),
    ]  # fmt: skip


def test_a_list_that_says_of_nobody_who_they_are_is_refused_before_its_rows_are_read():
    read = read_extract(listed("Ward,Status", "Ash,Active"))
    assert [fault.row for fault in read.faults] == [1]
    assert "who a row is about" in read.faults[0].problem


def test_a_heading_that_is_there_twice_is_refused_as_nobody_can_tell_which_is_meant():
    read = read_extract(listed("First name,Last name,Email,Email", "A,B,a@nhs.net,b@nhs.net"))
    assert [(fault.row, fault.column) for fault in read.faults] == [(1, "Email")]


def test_a_million_rows_are_refused_at_the_limit_which_is_named(monkeypatch):
    monkeypatch.setattr("steps.reconciling.extract.MAX_ROWS", 3)
    read = read_extract(listed("Name", "A", "B", "C", "D"))
    assert read.numbers == []
    assert "100,000" in read.faults[0].problem


@pytest.mark.parametrize("content", [b"", b"Name\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04nothing"])
def test_what_is_no_list_is_refused_in_words(content):
    assert read_extract(content).faults


def test_a_workbook_is_read_as_well_and_numbers_that_lost_their_zeros_are_refused():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Employee Number", "Last login"])
        sheet.write_row(1, 0, ["Amara Okafor", "0012345"])
        moment = dt.datetime(2026, 8, 3, 8, 15)  # noqa: DTZ001 (a workbook's clock has no zone)
        sheet.write_datetime(1, 2, moment, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_row(2, 0, ["Li Wei", 12345])
    read = read_extract(out.getvalue())
    assert read.faults == [
        Fault(3, "assignment_number", "12345 is a number, so zeros in front may be lost; save as text.")
    ]


def test_moments_are_taken_as_their_day():
    read = read_extract(listed("Name,Last login", "A,2026-08-03 08:15:00", "B,2026-08-03T08:15:00Z"))
    assert read.of("last_used_on") == [dt.date(2026, 8, 3)] * 2
    assert read_extract(listed("Name,Last login", "A,03/08/2026 08:15"), dates="DMY").of("last_used_on") == [
        dt.date(2026, 8, 3)
    ]


@pytest.mark.parametrize(
    ("system", "words", "leaver", "status"),
    [
        ("work_email", "Active", False, "active"), ("work_email", "", False, "active"),
        ("work_email", "PENDING", False, "pending"), ("work_email", "Marked as Leaver", False, "leaver"),
        ("work_email", "Active", True, "leaver"), ("work_email", "Inactive", True, "inactive"),
        ("work_email", "Zombie", False, "unclear"), ("hr_record", "Active Assignment", False, "active"),
        ("hr_record", "Applicant", False, "pending"), ("training", "Non-compliant", False, "active"),
        ("training", "Leaver", False, "leaver"),
    ],
)  # fmt: skip
def test_a_systems_own_word_for_a_status_is_understood_or_called_unclear(system, words, leaver, status):
    assert status_of(words, SYSTEMS[system], leaver=leaver) == status


CELLS = st.lists(st.text(alphabet="aB3 '#\n\u00e9-=E+.,\u200b", max_size=6), min_size=1, max_size=4)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=200)
@given(st.sampled_from(["given_name", "family_name", "assignment_number", "gmc_number"]), CELLS)
def test_a_batch_that_is_taken_as_it_is_would_be_left_as_it_is_cell_by_cell(name, texts):
    if are_plain(name, texts):
        cells = _Cells(name, "ISO", guessed=True)
        assert [cells[text] for text in texts] == texts
