"""The table that holds a staff record against its sources: verdicts, letters, what stands in the way."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.identity import Verdict
from steps.record_check import Said, compared, letters, refusal

MARCH, JULY = dt.date(1994, 3, 7), dt.date(1994, 7, 3)


def record(**more):
    return Said("record", "Staff record", "the staff record", **more)


def passport(**more):
    return Said("passport", "Passport", "the passport", **more)


def cells(record, *sources):
    return {row.field: row.cells[0] for row in compared(record, sources).rows}


def test_a_birth_date_with_day_and_month_swapped_is_named_and_stands_in_the_way():
    found = compared(record(given_name="Wei", date_of_birth=MARCH), [passport(given_name="Wei", date_of_birth=JULY)])
    cell = next(row.cells[0] for row in found.rows if row.field == "date_of_birth")
    assert cell.tag == "Different: 3 July or 7 March?"
    assert cell.says == ("Day and month may be swapped: 7 March 1994 and 3 July 1994.",)
    assert [p.text for p in cell.pieces if p.differs] == ["3", "July"]
    assert cell.heard == "differs in 3 and July"
    assert refusal(found.in_the_way) == (
        "You cannot confirm while the birth date differs (the passport says otherwise)."
    )


@pytest.mark.parametrize("written", [("Müller", "Gößmann"), ("MUELLER", "GOESSMANN"), ("MULLER", "GOSSMANN")])
def test_an_umlaut_written_in_any_way_is_the_same(written):
    found = compared(
        record(given_name="Müller", family_name="Gößmann"), [passport(given_name=written[0], family_name=written[1])]
    )
    assert not found.differences
    assert {row.cells[0].tag for row in found.rows} == {"Same"}


def test_two_spellings_of_one_name_may_be_explained_and_are_never_the_same():
    found = compared(
        record(given_name="Mohammed", family_name="Ali"), [passport(given_name="Mohamed", family_name="Ali")]
    )
    assert not found.in_the_way
    assert [d.verdict for d in found.to_explain] == [Verdict.EXPLAINABLE]
    cell = found.rows[0].cells[0]
    assert cell.verdict == Verdict.EXPLAINABLE
    assert "Explainable" in cell.tag
    assert "".join(p.text for p in cell.pieces) == "Mohamed"


def test_names_the_wrong_way_round_say_so_in_both_fields():
    found = cells(record(given_name="Wei", family_name="Li"), passport(given_name="Li", family_name="Wei"))
    assert found["given_name"].tag == found["family_name"].tag == "Explainable: names swapped"


def test_a_name_that_is_not_divided_is_held_against_the_whole():
    found = cells(record(given_name="Wei", family_name="Li"), passport(full_name="WEI LI"))
    assert found["full_name"].tag == "Same"
    assert found["given_name"].tag == ""


def test_somebody_with_one_name_has_no_fault_for_it():
    found = compared(record(family_name="Suharto"), [passport(family_name="SUHARTO")])
    assert not found.differences
    assert [row.field for row in found.rows] == ["family_name"]


@pytest.mark.parametrize(
    ("field", "ours", "theirs"),
    [
        ("gmc_number", "7012345", "7012346"),
        ("gmc_number", "", "7012345"),
        ("start_date", dt.date(2026, 8, 3), dt.date(2026, 8, 10)),
        ("role", "Consultant", "Clinical fellow"),
    ],
)
def test_a_number_a_date_and_another_role_stand_in_the_way(field, ours, theirs):
    found = compared(record(given_name="A", **{field: ours}), [passport(given_name="A", **{field: theirs})])
    assert [d.field for d in found.in_the_way] == [field]


def test_a_role_that_says_more_may_be_the_same_post():
    found = compared(
        record(given_name="A", role="Clinical fellow"), [passport(given_name="A", role="Clinical Fellow in Medicine")]
    )
    assert [(d.field, d.verdict) for d in found.to_explain] == [("role", Verdict.EXPLAINABLE)]


def test_what_a_better_source_has_overtaken_is_shown_and_holds_nothing_up():
    old = Said("newcomer", "Passport, as Wei reads it", "Wei", given_name="Wei", date_of_birth=JULY, superseded=True)
    found = compared(record(given_name="Wei", date_of_birth=MARCH), [old])
    assert not found.in_the_way
    assert [d.field for d in found.to_explain] == ["date_of_birth"]


@pytest.mark.parametrize(
    ("ours", "theirs", "marked", "heard"),
    [
        ("Ana", "Anna", "n", "differs at letter 3"),
        ("Anna", "Ana", "n", "differs at letter 2"),
        ("Ali", "li", "l", "differs at letter 1"),
        ("José", "JOSEF", "F", "differs at letter 5"),
    ],
)
def test_the_letters_that_differ_are_marked(ours, theirs, marked, heard):
    pieces, where = letters(ours, theirs)
    assert "".join(p.text for p in pieces if p.differs) == marked
    assert where == heard


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_marking_letters_changes_none_of_them(ours, theirs):
    assert "".join(p.text for p in letters(ours, theirs)[0]) == theirs


TEXT = st.text("abcdé ü", max_size=8)
SAIDS = st.builds(
    record, given_name=TEXT, family_name=TEXT, date_of_birth=st.dates(dt.date(1950, 1, 1), dt.date(2000, 1, 1)),
    gmc_number=st.text("0123", max_size=7), role=TEXT,
)  # fmt: skip


@settings(max_examples=60)
@given(SAIDS)
def test_a_record_is_never_in_its_own_way(said):
    assert not compared(said, [said]).differences


@settings(max_examples=60)
@given(SAIDS, SAIDS)
def test_all_that_differs_is_in_the_way_or_to_be_explained_and_dates_and_numbers_in_the_way(ours, theirs):
    found = compared(ours, [theirs])
    assert {*found.in_the_way, *found.to_explain} == set(found.differences)
    assert not {d.field for d in found.to_explain} & {"date_of_birth", "gmc_number", "start_date"}
