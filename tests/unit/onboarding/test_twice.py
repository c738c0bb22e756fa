"""Rows of one list that may be one person: symmetric, blind to the order, and never across two numbers."""

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.identity.numbers import plain_number
from onboarding.matching import Record
from onboarding.matching.twice import BY_NAME, LIKELY, SURE, listed_twice, rank_of

NAMES = ["Mohammed", "Mohamed", "Zoë", "ZOE", "Müller", "Mueller", "MULLER", "Gößmann", "Li", "Wei", "", "Anne-Marie"]
BORN = ["1994-07-03", "1994-03-07", "1994-07-04", "1980-01-01", ""]
NUMBERS = ["7712345", "7712346", "771-2345", ""]
ROWS = st.lists(
    st.tuples(*map(st.sampled_from, (NAMES, NAMES, BORN, NUMBERS))).filter(lambda row: row[0] or row[1]), max_size=8
).map(lambda rows: [Record(str(n), *row) for n, row in enumerate(rows)])


def pairs(found):
    return {(frozenset((one.left, one.right)), one.rank) for one in found}


@settings(max_examples=100, deadline=None)
@given(ROWS)
@example([Record("0", "Mohammed", "Mueller", BORN[1], ""), Record("1", "Mohammed", "MULLER", BORN[0], "7712345")])
def test_every_pair_that_may_be_one_person_is_found_and_in_any_order(rows):
    wanted = {
        (frozenset((one.id, other.id)), rank)
        for i, one in enumerate(rows)
        for other in rows[i + 1 :]
        if (rank := rank_of(one, other)) is not None
    }
    assert pairs(listed_twice(rows)) == wanted == pairs(listed_twice(rows[::-1]))


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_two_different_numbers_are_two_people(rows):
    numbers = {row.id: plain_number(row.number) for row in rows}
    for one in listed_twice(rows):
        said = {numbers[one.left], numbers[one.right]} - {""}
        assert len(said) < 2


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_what_is_kept_back_cannot_be_told_from_a_proposal(rows):
    """A row without date and number is proposed or not whatever the other side's date and number are."""
    for row in rows:
        bare = Record("bare", "Zoë", "Müller")
        blank = Record(row.id, row.given_name, row.family_name)
        assert rank_of(bare, row) == rank_of(bare, blank)


@pytest.mark.parametrize(
    ("one", "other", "rank"),
    [
        (("Zoë", "Müller", "1994-07-03"), ("ZOE", "MUELLER", "1994-07-03"), SURE),
        (("Mohammed", "Aziz", "1994-07-03"), ("Mohamed", "Aziz", "1994-07-03"), LIKELY),
        (("Zoë", "Müller", "1994-07-03"), ("Zoë", "Müller", "1994-03-07"), LIKELY),
        (("Zoë", "Müller", "1994-07-03", "7712345"), ("Zoë", "Khan", "1994-07-03", "7712345"), LIKELY),
        (("Mohammed", "Aziz", "1994-07-03"), ("Mohamed", "Aziz", "1994-03-07"), None),
        (("Zoë", "Müller", "1994-07-03"), ("Zoë", "Müller", "1980-01-01"), None),
        (("Zoë", "Müller", "1994-07-03", "7712345"), ("Zoë", "Müller", "1994-07-03", "7712346"), None),
        (("Zoë", "Müller"), ("Zoe", "Muller", "1994-07-03", "7712345"), BY_NAME),
        (("Mohammed", "Aziz"), ("Mohamed", "Aziz", "1994-07-03"), None),
    ],
)
def test_worked_examples(one, other, rank):
    assert rank_of(Record("a", *one), Record("b", *other)) == rank


def test_a_birthday_that_hundreds_share_is_left_to_the_names():
    day = dt.date(1990, 1, 1).isoformat()
    rows = [Record(str(n), f"Given{n}", f"Family{n}", day) for n in range(400)]
    rows.append(Record("again", "GIVEN7", "Family 7", day))
    assert [(one.left, one.right) for one in listed_twice(rows)] == [("7", "again")]
