import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.names import fold, fold_variants


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("MÜLLER", "muller"),
        ("Gößmann", "gossmann"),
        ("Søren Łukasz Đặng Ð Þór Æsa Işık", "soren lukasz dang d thor aesa isik"),
        ("  O’Brien - Smith ", "o brien smith"),
        ("O'Brien", "o brien"),
        ("Jr.", "jr"),
        ("Anne-Marie", "anne marie"),
        ("İbrahim", "ibrahim"),
        ("Smith, John", "smith john"),
        ("Zoe\u0301\u200b", "zoe"),
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),
        ("प्रिया", "प्रिया"),
        ("ガルシア", "ガルシア"),
        ("김민준", "김민준"),
        ("-", ""),
        ("", ""),
    ],
)
def test_a_name_folds_to_its_plain_form(text, plain):
    assert fold(text) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", {"muller", "mueller"}),
        ("Gößmann", {"gossmann", "gosmann", "goessmann", "goesmann"}),
        ("GÖẞMANN", {"gossmann", "gosmann", "goessmann", "goesmann"}),
        ("Mu\u0308ller", {"muller", "mueller"}),
        ("Åse", {"ase", "aase"}),
        ("MUELLER", {"mueller"}),
    ],
)
def test_a_letter_with_two_plain_spellings_gives_both(text, expected):
    assert fold_variants(text) == expected


def test_a_text_of_many_umlauts_does_not_multiply():
    assert len(fold_variants("ü" * 200)) == 2


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_the_plain_form_is_always_among_the_variants(text):
    assert fold(text) in fold_variants(text)
