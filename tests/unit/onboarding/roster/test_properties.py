import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onboarding.roster import refused_csv
from onboarding.roster.columns import NAMES
from tests.unit.onboarding.roster.files import AMARA, person, read, repacked, text, workbook

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADING = text(AMARA).split("\r\n")[0].encode() + b"\n"
BOOK = workbook(list(AMARA), list(AMARA.values()))


@QUICK
@given(st.binary(max_size=400), st.sampled_from([b"", HEADING, b"\xff\xfe", b"\xef\xbb\xbf" + HEADING, b"PK\x03\x04"]))
def test_no_bytes_whatever_raise_or_pass_unnoticed(data, start):
    roster = read(start + data)
    assert roster.faults or roster.rows
    refused_csv(roster)


@QUICK
@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=6), st.sampled_from(["ISO", "DMY", "MDY", "YMD"]))
def test_no_cells_whatever_raise_and_every_row_is_taken_or_refused(rows, dates):
    lines = [dict(zip([*AMARA, "gmc_number", "work_email", "needs_smartcard"], row, strict=False)) for row in rows]
    data = text(AMARA | {"gmc_number": "", "work_email": "", "needs_smartcard": ""}, *lines)
    roster = read(data.encode("utf-8", "replace"), dates=dates)
    if roster.readable:
        assert roster.refused_rows.isdisjoint(row.row for row in roster.rows)
        assert roster.refused_rows | {row.row for row in roster.rows} == set(roster.cells)
        assert roster.refused_rows == {fault.row for fault in roster.faults}
    refused_csv(roster)


@QUICK
@given(st.integers(0, len(BOOK) - 1), st.integers(0, 255))
def test_a_workbook_with_a_flipped_byte_never_raises(place, byte):
    read(BOOK[:place] + bytes([byte]) + BOOK[place + 1 :])


@QUICK
@given(st.binary(max_size=200), st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]))
def test_a_workbook_with_rubbish_inside_never_raises(data, part):
    read(repacked(BOOK, {part: data}))


@QUICK
@given(st.randoms(use_true_random=False))
def test_shuffled_columns_give_equal_rows(dice: random.Random):
    people = [
        person(n, gmc_number=f"70000{n:02}", personal_email=f"p{n}@mail.example", mail_system="trust")
        for n in range(5)
    ]
    columns = list(people[0])
    dice.shuffle(columns)
    assert read(text(*people, columns=columns)).rows == read(text(*people)).rows


@QUICK
@given(st.from_regex(r"0{1,6}[0-9]{1,20}", fullmatch=True), st.sampled_from(["assignment_number", "gmc_number"]))
def test_zeros_in_front_are_always_kept(number, column):
    for data in (text(person(**{column: number})).encode(), workbook([*AMARA, column], [*AMARA.values(), number])):
        assert getattr(read(data).rows[0], column) == number


@QUICK
@given(st.text(st.characters(codec="cp1252", categories=["L"]), min_size=1, max_size=12))
def test_a_name_of_windows_1252_is_right_or_refused(name):
    data = text(person(given_name="X" + name)).encode("cp1252")
    assume(not _is_utf_8(data))
    assert [row.given_name for row in read(data).rows] in ([], ["X" + name])


def _is_utf_8(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeError:
        return False


@QUICK
@given(st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=12))
def test_a_name_reads_the_same_in_every_unicode_form(name):
    forms = {
        tuple(row.given_name for row in read(text(person(given_name=name)).encode(encoding)).rows)
        for encoding in ("utf-8", "utf-8-sig", "utf-16")
    }
    assert len(forms) == 1


def test_the_columns_are_those_of_the_documentation():
    with open("docs/rosters.md", encoding="utf-8") as page:
        words = page.read()
    assert [name for name in NAMES if f"`{name}`" not in words] == []


@pytest.mark.parametrize("name", ["docs/sample-roster.csv"])
def test_the_sample_roster_is_good(name):
    with open(name, "rb") as file:
        roster = read(file.read())
    assert roster.faults == []
    assert len(roster.rows) == 40
