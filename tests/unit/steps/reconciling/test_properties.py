"""What holds of every list: nobody is in two kinds, the order of rows does not matter, and what *same* never means."""

import datetime as dt
import random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onboarding.names import fold
from steps.reconciling.differing import SAME, Comparer
from steps.reconciling.expected import Person
from steps.reconciling.extract import Extract
from steps.reconciling.sorting import sort
from steps.reconciling.systems import SYSTEMS

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = ["Amara", "Müller", "MUELLER", "Mohammed", "Mohamed", "O'Brien", "Li", "Łukasz", "da Silva", ""]
BIRTHDAYS = [dt.date(1994, 7, 3), dt.date(1994, 3, 7), dt.date(1990, 1, 1)]
NUMBERS = ["0012345", "0012354", "0012345-2", "7654321", ""]

names = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(any)
rows = st.tuples(names, st.sampled_from([*BIRTHDAYS, None]), st.sampled_from(NUMBERS), st.sampled_from(NUMBERS))


def person(at, name, born, gmc, assignment, state="ready"):
    return Person(
        at, at, 1, 1, *name, born or BIRTHDAYS[0], gmc, assignment, "", "", None, "expected", state, False, 1, False, 1
    )


def extract(given_rows):
    columns = list(zip(*((*name, born, gmc, number) for name, born, gmc, number in given_rows), strict=True))
    fields = ("given_name", "family_name", "date_of_birth", "gmc_number", "assignment_number")
    return Extract(
        numbers=list(range(2, len(given_rows) + 2)), values={f: list(c) for f, c in zip(fields, columns, strict=True)}
    )


def sorted_kinds(people, given_rows):
    made = sort(
        people, {}, extract(given_rows), SYSTEMS["hr_record"], confirmed_by_newcomer=set(), hidden={},
        today=dt.date(2026, 8, 3),
    )  # fmt: skip
    kinds = {kind: sorted(item.person.placement for item in items) for kind, items in made.kinds.items()}
    kinds |= {"absent": sorted(item.person.placement for item in made.absent)}
    return made, kinds


@QUICK
@given(
    st.lists(rows, min_size=1, max_size=6), st.lists(rows, min_size=1, max_size=6), st.randoms(use_true_random=False)
)
def test_everybody_is_in_one_kind_at_most_every_row_is_counted_once_and_their_order_does_not_matter(
    ours, theirs, dice
):
    people = [person(at, *one) for at, one in enumerate(ours)]
    made, kinds = sorted_kinds(people, theirs)
    placed = [pk for found in kinds.values() for pk in found]
    assert len(placed) == len(set(placed))
    assert 0 <= made.unknown <= made.rows == len(theirs)
    shuffled = list(theirs)
    dice.shuffle(shuffled)
    assert sorted_kinds(people, shuffled)[1] == kinds


@QUICK
@given(names, st.sampled_from(BIRTHDAYS), st.sampled_from(["7654321", "0012345"]))
@example(("Zoë", "Müller-Gößmann"), BIRTHDAYS[0], "7654321")
def test_same_survives_what_systems_do_to_a_name(name, born, gmc):
    one = person(1, name, born, gmc, "")
    for change in (str.upper, str.lower, fold, lambda text: f" {text} ".strip()):
        row = (tuple(change(part) for part in name), born, gmc, "")
        assert Comparer(extract([row]), own_address=False).verdict(one, 0) == SAME


@QUICK
@given(names, st.sampled_from(BIRTHDAYS), st.sampled_from(["7654321", "7654312", "0012345"]))
def test_nobody_is_the_same_under_another_number(name, born, gmc):
    one = person(1, name, born, "1112223", "")
    row = (name, born, gmc, "")
    assert Comparer(extract([row]), own_address=False).verdict(one, 0) != SAME


def test_ten_thousand_rows_about_nobody_are_unknown_and_make_no_kind():
    dice = random.Random(3)
    people = [person(1, ("Amara", "Okafor"), BIRTHDAYS[0], "", "")]
    theirs = [
        ((f"G{dice.random()}", "Holloway"), dt.date(1960, 1, 1 + n % 28), "", f"{5_000_000 + n}")
        for n in range(10_000)
    ]
    made, kinds = sorted_kinds(people, theirs)
    assert (made.unknown, kinds["absent"]) == (10_000, [1])
