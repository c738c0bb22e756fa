import io
import tracemalloc

import pytest

from onboarding.roster import read_roster, read_table
from onboarding.roster.faults import MAX_BYTES
from tests.unit.onboarding.roster.files import AMARA, TODAY, person, problems, read, text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_in_the_heading(separator):
    people = [person(1, role='Fellow, "acting"; and\ttutor'.replace("\t", " "))]
    assert len(read(text(*people, separator=separator)).rows) == 1


def test_the_line_that_names_the_separator_for_excel_is_no_row():
    roster = read("sep=;\r\n" + text(person(1), person(2, role=""), separator=";"))
    assert problems(roster) == ["Row 3, role: is missing."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(end):
    assert len(read(text(person(1), person(2)).replace("\r\n", end)).rows) == 2


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    heading, *lines = text(person(1, role="Clinical\nfellow"), person(2, role="")).split("\r\n")
    file = "\r\n".join([heading, "", lines[0], ",,,,,", " ", *lines[1:]])
    roster = read(file)
    assert [(fault.row, fault.column) for fault in roster.faults] == [(3, "role"), (6, "role")]
    assert (roster.total_rows, roster.blank_rows) == (2, 3)


def test_a_row_with_too_many_cells_is_refused_and_a_short_one_is_filled_up():
    heading, first, second, _ = text(person(1), person(2), columns=[*AMARA, "department"]).split("\r\n")
    roster = read("\r\n".join([heading, first + ",x", second.rstrip(","), ""]))
    assert problems(roster) == ["Row 2: The row has 8 cells, the heading 7."]
    assert [row.row for row in roster.rows] == [3]


def test_empty_cells_behind_the_heading_do_no_harm():
    assert len(read(text(AMARA).replace("\r\n", ",,,\r\n")).rows) == 1


def test_a_cell_without_a_heading_is_refused():
    heading, first, _ = text(AMARA).split("\r\n")
    assert problems(read(f"{heading},\r\n{first},lost\r\n")) == [
        "Row 2: The row has a cell in a column without a heading."
    ]


@pytest.mark.parametrize("broken", ['"Amara', 'x"Amara"', '"Amara"x'])
def test_a_broken_quotation_mark_refuses_the_file_and_names_the_row(broken):
    lines = text(person(1), person(2), person(3)).split("\r\n")
    roster = read("\r\n".join([*lines[:2], broken + lines[2][5:], *lines[3:]]))
    if broken.startswith("x"):  # a mark inside an unquoted cell is a letter like others
        assert roster.rows[1].given_name == 'x"Amara"'
        return
    assert not roster.readable
    assert roster.faults[0].row == 3
    assert "quotation mark" in roster.faults[0].problem


def test_headings_are_matched_without_case_spaces_and_underscores_in_any_order():
    row = {"Family Name": "Okafor", "GIVEN_NAME": "Amara", "employer ODS": "ZN1", " role ": "Fellow"}
    row |= {"StartDate": "2026-08-03", "date of birth": "1994-07-03", "Work E-Mail": "a@b.example"}
    assert read(text(row)).rows[0].work_email == "a@b.example"


def test_unknown_missing_and_doubled_headings_are_named_all_at_once():
    roster = read("given_name,Given Name,family_name,shoe_size,start_date,role,employer_ods\r\nA,B,C,D,E,F,G\r\n")
    assert problems(roster) == [
        "Row 1, shoe_size: Column D: unknown heading.",
        "Row 1, given_name: The heading is there more than once, in columns A and B.",
        "Row 1, date_of_birth: The heading is missing.",
    ]
    assert not roster.readable


def test_an_organisations_own_headings_are_understood():
    row = {key: value for key, value in AMARA.items() if key != "role"} | {"Position Title": "Fellow"}
    roster = read(text(row), headings={"position title": "role"})
    assert roster.rows[0].role == "Fellow"
    assert "no column" in problems(read(text(AMARA), headings={"x": "shoe_size"}))[0]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=,\n", b"\r\n\r\n"])
def test_a_file_of_nothing_is_refused(data):
    assert not read(data).readable


def test_headings_alone_are_refused():
    assert problems(read(text(AMARA).split("\r\n")[0])) == ["The file has no rows below its heading."]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"\x00\x00\xfe\xffabcd", "UTF-32"),
        (b"\x81\x8d\x90,", "neither UTF-8 nor Windows-1252"),
        (b"PK\x03\x04rubbish", "cannot be read as an Excel workbook"),
    ],
)
def test_other_files_are_told_apart_by_their_first_bytes(start, words):
    assert words in problems(read(start))[0]


class Endless(io.RawIOBase):
    """A pipe without an end."""

    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


def test_a_pipe_is_read_to_the_limit_and_no_further():
    roster = read_roster(io.BufferedReader(Endless()), today=TODAY)
    assert problems(roster) == ["The file is larger than 30 MB. Split it into smaller files."]


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    class Unread(io.BytesIO):
        def read(self, size=-1):
            raise AssertionError("the size alone was enough")

    assert "30 MB" in problems(read_roster(Unread(b"x" * (MAX_BYTES + 1)), today=TODAY))[0]


@pytest.mark.slow
def test_a_million_short_rows_are_refused_with_little_memory():
    """Slow: 100,000 rows are read before the limit is met. 25 bytes a row pass the limit on size."""
    file = io.BytesIO(text(AMARA).split("\r\n")[0].encode() + b"\r\nA,B,C,D,E,F" * 1_000_000)
    tracemalloc.start()
    try:
        roster = read_roster(file, today=TODAY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert problems(roster) == ["The file has more than 100,000 rows. Split it into smaller files."]
    assert peak < 150_000_000


@pytest.mark.parametrize("body", ['"' + "x" * 5_000_000, "x," * 2_000_000, '"\n",' * 1_000_000, "," * 5_000_000])
def test_one_endless_row_is_refused_early(body):
    file = io.BytesIO((text(AMARA) + body).encode())
    tracemalloc.start()
    try:
        roster = read_roster(file, today=TODAY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (roster.readable, roster.faults[0].row) == (False, 3)
    assert peak < 5_000_000


def test_the_callers_file_stays_open():
    file = io.BytesIO(text(AMARA).encode())
    read_roster(file, today=TODAY)
    assert not file.closed


def test_any_other_table_can_be_read_the_same_way():
    table = read_table(io.BytesIO(b"number;sign_in\n0012;yes\n"))
    assert (table.heading, list(table.rows)) == (["number", "sign_in"], [(2, ["0012", "yes"])])
