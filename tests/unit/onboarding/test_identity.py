"""Two statements of who somebody is: same, explainable or different, with the reasons in words."""

import datetime as dt
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.identity import Name, Statement, Verdict, compare

BORN = dt.date(1994, 7, 3)


def said(given_name, family_name="", born=BORN, **numbers):
    return Statement(Name(given_name, family_name), born, numbers)


def verdict(left, right):
    return compare(left, right).verdict


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("Jürgen", "Müller"), ("JURGEN", "MULLER")),
        (("Jürgen", "Müller"), ("JUERGEN", "MUELLER")),
        (("Anna", "Gößmann"), ("ANNA", "GOSSMANN")),
        (("Anna", "Gößmann"), ("Anna", "GOESSMANN")),
        (("Siobhán", "O'Brien"), ("siobhan", "obrien")),
        (("Jean-Luc", "Dupont"), ("Jean Luc", "Dupont")),
    ],
)
def test_accents_hyphens_spaces_and_case_make_no_difference(left, right):
    assert verdict(said(*left), said(*right)) == Verdict.SAME


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (said("Mohammed", "Khan"), said("Mohamed", "Khan")),
        (said("Priya", "Raghunathan"), said("Raghunathan", "Priya")),
        (said("Adaeze Chioma", "Nwosu"), said("Adaeze", "Nwosu")),
        (said("Juan", "García Márquez"), said("Juan", "García")),
        (said("Suharto", ""), said("FNU", "Suharto")),
        (said("Suharto", ""), said("", "SUHARTO")),
        (said("Suharto", ""), said("Suharto", "XXXX")),
        (said("Li", "Wei", dt.date(1994, 7, 3)), said("Li", "Wei", dt.date(1994, 3, 7))),
        (said("Li", "Wei", dt.date(1994, 7, 3)), said("Li", "Wei", dt.date(1994, 7, 8))),
        (said("Li", "Wei", gmc="7012345"), said("Li", "Wei", gmc="7012346")),
    ],
    ids=str,
)
def test_what_has_an_explanation_is_explainable_and_says_it(left, right):
    found = compare(left, right)
    assert found.verdict == Verdict.EXPLAINABLE
    assert list(found)
    assert all(sentence[0].isupper() for sentence in found)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (said("Amina", "Yusuf"), said("Halima", "Yusuf")),
        (said("Li", "Wei", dt.date(1994, 7, 3)), said("Li", "Wei", dt.date(1988, 11, 20))),
        (said("Li", "Wei", gmc="7012345"), said("Li", "Wei", gmc="7099999")),
    ],
    ids=["twins", "another birthday", "another GMC number"],
)
def test_what_has_no_explanation_is_different(left, right):
    assert verdict(left, right) == Verdict.DIFFERENT


def test_a_name_alone_is_never_the_same():
    assert verdict(Statement(Name("Li", "Wei")), Statement(Name("Li", "Wei"))) != Verdict.SAME


NAMES = st.text(string.ascii_lowercase + "éüößłñ' -", min_size=1, max_size=14).filter(
    lambda text: text.strip() not in ("none", "fnu", "lnu", "unknown") and not set(text) <= set("x '-")
)
STATEMENTS = st.builds(
    lambda first, last, born, number: Statement(Name(first, last), born, {"GMC number": number} if number else {}),
    NAMES, NAMES, st.dates(dt.date(1940, 1, 1), dt.date(2010, 12, 31)), st.sampled_from(["", "7012345", "7099999"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(STATEMENTS, STATEMENTS)
def test_the_verdict_does_not_depend_on_who_is_asked_first(left, right):
    assert verdict(left, right) == verdict(right, left)


@settings(max_examples=150, deadline=None)
@given(STATEMENTS)
def test_a_full_statement_is_the_same_as_itself_whatever_its_case(one):
    if any(c.isalpha() for c in one.name.given + one.name.family):
        shouted = Statement(Name(one.name.given.upper(), one.name.family.upper()), one.date_of_birth, one.numbers)
        assert verdict(one, one) == Verdict.SAME
        assert verdict(one, shouted) == Verdict.SAME


@settings(max_examples=100, deadline=None)
@given(STATEMENTS)
def test_nobody_is_the_same_across_two_numbers(one):
    mine = Statement(one.name, one.date_of_birth, {"GMC number": "7012345"})
    theirs = Statement(one.name, one.date_of_birth, {"GMC number": "7012399"})
    assert verdict(mine, theirs) != Verdict.SAME
