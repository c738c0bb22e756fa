import io
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from onboarding.roster import read_roster
from tests.unit.onboarding.roster.files import AMARA, TODAY, problems, read, repacked, workbook

HEADING = [*AMARA, "assignment_number", "needs_smartcard"]
BORN, START = datetime(1994, 7, 3), date(2026, 8, 3)  # noqa: DTZ001 - a cell has no zone


def row(given="Zoë", born=BORN, start=START, role="Fellow", number="0012345", card="yes"):
    return [given, "Okafor", born, start, role, "ZN1", number, card]


SHEET = "xl/worksheets/sheet1.xml"


def sheet(body: bytes) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b'<?xml version="1.0"?><worksheet ' + space + b"><sheetData>" + body + b"</sheetData></worksheet>"


@pytest.mark.parametrize("dates", ["ISO", "DMY", "MDY", "YMD"])
def test_real_dates_are_dates_whatever_order_is_declared(dates):
    roster = read(workbook(HEADING, row()), dates=dates)
    assert problems(roster) == []
    assert (roster.rows[0].date_of_birth, roster.rows[0].start_date) == (date(1994, 7, 3), date(2026, 8, 3))
    assert (roster.rows[0].given_name, roster.rows[0].assignment_number) == ("Zoë", "0012345")
    assert roster.rows[0].needs_smartcard is True


@pytest.mark.parametrize(("value", "read_as"), [(True, True), (False, False), (1, True), (0, False), ("no", False)])
def test_yes_and_no_may_be_what_a_spreadsheet_makes_of_them(value, read_as):
    assert read(workbook(HEADING, row(card=value))).rows[0].needs_smartcard is read_as


def test_a_number_where_text_belongs_has_lost_its_zeros():
    rows = [row(number=12345), row("B", number=1.2e16), row("C", start=46237), row("D", role=5)]
    roster = read(workbook(HEADING, *rows))
    assert problems(roster) == [
        "Row 2, assignment_number: 12345 is a number, so zeros in front may be lost; save as text.",
        "Row 3, assignment_number: 1.2e+16 is rounded; save as text.",
        "Row 4, start_date: 46237 is a number, not a date. Format the column as a date.",
    ]
    assert roster.rows[0].role == "5"


def test_text_and_number_of_the_same_figures_are_told_apart():
    roster = read(workbook(HEADING, row("A", number="1234567"), row("B", number=1234567)))
    assert roster.refused_rows == {3}


def test_a_date_with_a_time_of_day_is_refused():
    roster = read(workbook(HEADING, row(start=datetime(2026, 8, 3, 9, 30))))  # noqa: DTZ001
    assert roster.faults[0].column == "start_date"


def test_blank_rows_are_skipped_and_counted():
    roster = read(workbook(HEADING, [], row(), [None] * 8, row("B", born=None)))
    assert problems(roster) == ["Row 5, date_of_birth: is missing."]
    assert (roster.total_rows, roster.blank_rows) == (2, 2)


def test_only_the_first_visible_sheet_is_read_and_it_says_so():
    roster = read(workbook(HEADING, row(), Notes=[["anything"]]))
    assert len(roster.rows) == 1
    assert [str(fault) for fault in roster.warnings] == ['Only the first sheet, "Sheet", was read.']


def test_a_formula_gives_what_it_showed_and_is_refused_if_it_never_showed_anything():
    unworked = read(workbook(HEADING, row(), row("B", role='="Fel"&"low"')))
    assert problems(unworked) == ["Row 3, role: The formula was never worked out. Paste the values instead."]
    body = b"".join(
        b'<row r="%d">%s</row>' % (number, b"".join(cell.encode() for cell in cells))
        for number, cells in enumerate(
            [
                [f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in AMARA],
                [f'<c t="str"><f>A1</f><v>{value}</v></c>' for value in AMARA.values()],
            ],
            start=1,
        )
    )
    worked = read(repacked(workbook(["x"]), {SHEET: sheet(body)}))
    assert worked.rows[0].role == AMARA["role"]


def test_a_spreadsheets_error_is_refused_by_cell():
    assert problems(read(workbook(HEADING, row(role="#N/A")))) == [
        "Row 2, role: #N/A is a spreadsheet's error, not a value."
    ]


def refused(data: bytes) -> str:
    roster = read(data)
    assert not roster.readable
    return problems(roster)[0]


def test_a_bomb_of_zeros_is_refused_by_its_named_size():
    started = workbook(HEADING, row())
    bomb = repacked(started, {SHEET: b" " * 160_000_000})
    assert len(bomb) < 500_000
    assert "too large once unpacked" in refused(bomb)


@pytest.mark.parametrize(
    "body",
    [
        b"<row>" + b"<c/>" * 2_000_000 + b"</row>",
        b"<row><c>" + b"<x/>" * 2_000_000 + b"</c></row>",
        b"<x>" * 100_000 + b"</x>" * 100_000,
        b"<x/>" * 2_000_000,
        b"<row><c><v>" + b"9" * 2_000_000 + b"</v></c></row>",
    ],
    ids=["cells in one row", "children of one cell", "depth", "elements outside rows", "one endless value"],
)
def test_a_small_file_that_swells_is_refused_with_little_memory(body):
    data = repacked(workbook(["x"]), {SHEET: sheet(body)})
    tracemalloc.start()
    try:
        assert "too large" in refused(data)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_one_cell_in_the_last_row_and_column_is_no_million_rows():
    data = repacked(workbook(["x"]), {SHEET: sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')})
    assert "more than 100,000 rows" in refused(data)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_are_never_expanded(part):
    lol = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    for body in (lol, outside):
        assert "document type" in refused(repacked(workbook(HEADING, row()), {part: body}))


def test_openpyxl_has_its_guard_against_entities():
    assert openpyxl.DEFUSEDXML is True


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "body", [b"", b"<x>", b"<x/>", b"\xff\xfe\x00", sheet(b'<row r="-1"><c r="!!"><v>x</v></c></row>')]
)
def test_damaged_parts_are_refused_in_words(part, body):
    roster = read(repacked(workbook(HEADING, row()), {part: body}))
    assert roster.faults or part == "xl/styles.xml"


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "cannot be read as an Excel workbook" in refused(out.getvalue())


def test_the_callers_file_stays_open():
    file = io.BytesIO(workbook(HEADING, row()))
    read_roster(file, today=TODAY)
    assert not file.closed
