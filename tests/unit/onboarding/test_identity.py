"""Two statements of who somebody is: same, explainable or different, with the reasons in words."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.identity import Name, Statement, Verdict, compare, compare_names
from onboarding.names import fold

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


PARTS = ["Adaeze", "Zoë", "Łukasz", "Siobhán", "Jean-Luc", "Thị Lan", "Wei", "Imran", "Mohammed", "Mohamed"]
PARTS += ["Müller-Gößmann", "MUELLER", "O'Brien", "da Silva Costa", "bin Rashid", "García Márquez", "Nwosu", "Nguyễn"]
NAMES = st.sampled_from(PARTS)
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


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (Name("Anna Maria", "Lopez"), Name("Anna", "Lopez"), "middle_missing"),
        (Name("Anna", "García López"), Name("Anna", "López"), "family_missing"),
        (Name("Anna", "Lopez"), Name("", "Lopez"), "part_missing"),
        (Name("Anna", "Lopez"), Name("Lopez", "Anna"), "order"),
        (Name("Anna Maria", "Lopez"), Name("Anna", "Maria Lopez"), "divided"),
        (Name(full="Lopez, Anna Maria"), Name("Anna Maria", "Lopez"), "order"),
        (Name("J.", "Smith"), Name("John", "Smith"), "initial"),
        (Name("Muhammad", "Ali"), Name("Mohamed", "Ali"), "transliteration"),
        (Name("Иван", "Иванов"), Name("Ivan", "Ivanov"), "transliteration"),
        (Name("Katrin", "Vogel"), Name("Katrim", "Vogel"), "one_letter"),
        (Name("محمد", "علي"), Name("Mohammed", "Ali"), "scripts"),
        (Name("Suharto", "LNU"), Name("Suharto", ""), "placeholder"),
    ],
    ids=str,
)
def test_each_kind_of_difference_has_its_own_words(left, right, code):
    for found in (compare_names(left, right), compare_names(right, left)):
        assert found.verdict == Verdict.EXPLAINABLE
        assert {one.code for one in found.reasons} == {code}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Name("", "MULLER"), Name("", "MUELLER")),
        (Name("", "GOSSMANN"), Name("", "GOESSMANN")),
        (Name("Maria", "de la Cruz"), Name("Maria", "Delacruz")),
        (Name(full="Müller Gößmann"), Name("MUELLER", "GOESSMANN")),
        (Name("-", "Suharto"), Name("", "SUHARTO")),
    ],
    ids=str,
)
def test_spellings_that_documents_differ_in_are_the_same(left, right):
    assert compare_names(left, right).verdict == Verdict.SAME


@pytest.mark.parametrize(
    ("left", "right"),
    [("Samuel", "Samul"), ("Michael", "Michal"), ("Suen", "Sun"), ("Guerrero", "Gurrero"), ("Noelle", "Nolle")],
)
def test_a_lost_letter_is_not_taken_for_an_umlaut(left, right):
    assert compare_names(Name("Anna", left), Name("Anna", right)).verdict == Verdict.EXPLAINABLE


def test_dates_are_told_with_the_month_as_a_word():
    found = compare(said("Li", "Wei", dt.date(1994, 7, 3)), said("Li", "Wei", "19940307"))
    assert list(found) == ["Day and month may be swapped: 3 July 1994 and 7 March 1994"]


def test_a_sentence_names_the_sides_in_the_order_they_were_given():
    there = compare(said("Zoe", "Abel"), said("Abel", "Zoe"))
    back = compare(said("Abel", "Zoe"), said("Zoe", "Abel"))
    assert list(there) == ["The names stand in another order: Zoe Abel and Abel Zoe"]
    assert list(back) == ["The names stand in another order: Abel Zoe and Zoe Abel"]


WORDS = [
    *("Müller", "Mueller", "Muller", "Mohammed", "Muhammad", "Ali", "J", "John", "Jon", "FNU", "XXXX", "de", "la"),
    *("Al", "Hassan", "Anna", "García", "López", "محمد", "Иван", "Ivan", "Samuel", "Samul", "-", "O'Brien"),
]
PARTS = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join) | st.text(max_size=8)
ANY_NAME = st.builds(Name, PARTS, PARTS) | st.builds(lambda text: Name(full=text), PARTS)


@settings(max_examples=200, deadline=None)
@given(ANY_NAME, ANY_NAME)
def test_names_of_any_shape_compare_alike_from_both_sides(left, right):
    there, back = compare_names(left, right), compare_names(right, left)
    assert there.verdict == back.verdict
    assert sorted(one.code for one in there.reasons) == sorted(one.code for one in back.reasons)


@settings(max_examples=200, deadline=None)
@given(ANY_NAME)
def test_a_name_is_the_same_as_itself_and_as_its_folded_form(name):
    itself = compare_names(name, name).verdict
    assert itself in (Verdict.SAME, Verdict.UNKNOWN)
    folded = Name(fold(name.given), fold(name.family), fold(name.full))
    assert compare_names(name, folded).verdict == itself


@settings(max_examples=200, deadline=None)
@given(STATEMENTS, st.text("0123456789C- ", min_size=1, max_size=9), st.text("0123456789C- ", min_size=1, max_size=9))
def test_two_written_numbers_that_differ_never_make_the_same(one, mine, theirs):
    def plain(text):
        return text.replace(" ", "").replace("-", "")

    if plain(mine) and plain(theirs) and plain(mine) != plain(theirs):
        left = Statement(one.name, one.date_of_birth, {"number": mine})
        assert verdict(left, Statement(one.name, one.date_of_birth, {"number": theirs})) != Verdict.SAME
