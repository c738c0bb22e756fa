import codecs

import pytest

from tests.unit.onboarding.roster.files import person, problems, read, text

NAMES = ["Zoë", "Łukasz", "Müller", "محمد", "李", "O’Brien", "Nguyễn", "Þóra"]


@pytest.mark.parametrize(
    "encode",
    [
        lambda file: file.encode(),
        lambda file: file.encode("utf-8-sig"),
        lambda file: file.encode("utf-16"),
        lambda file: codecs.BOM_UTF16_LE + file.encode("utf-16-le"),
        lambda file: codecs.BOM_UTF16_BE + file.encode("utf-16-be"),
        lambda file: file.encode("utf-16-le"),
        lambda file: file.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16", "LE", "BE", "LE without a mark", "BE without a mark"],
)
def test_every_unicode_file_gives_the_same_names(encode):
    roster = read(encode(text(*(person(n, given_name=name) for n, name in enumerate(NAMES)))))
    assert [row.given_name for row in roster.rows] == NAMES
    assert roster.warnings == []


def test_windows_1252_gives_its_names_and_asks_to_look_at_them():
    people = [person(1, given_name="Zoë"), person(2, family_name="Müller"), person(3, family_name="O’Brien")]
    roster = read(text(*people).encode("cp1252"))
    assert [(row.given_name, row.family_name) for row in roster.rows] == [
        ("Zoë", "Okafor"),
        ("Amara", "Müller"),
        ("Amara", "O’Brien"),
    ]
    assert 'The file is not UTF-8. Is "Zoë" right?' in [fault.problem for fault in roster.warnings]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Łukasz", "cp1250"),
        ("Żaneta", "cp1250"),
        ("Kuźniar", "cp1250"),
        ("Şahin", "cp1254"),
        ("Иван", "cp1251"),
        ("Γιώργος", "cp1253"),
        ("Zoë", "cp437"),
        ("André", "mac-roman"),
        ("Müller", "mac-roman"),
        ("محمد", "cp1256"),
    ],
)
def test_a_file_in_another_code_page_is_refused_whole_and_says_what_to_do(name, encoding):
    roster = read(text(person(1), person(2, given_name=name)).encode(encoding))
    assert not roster.rows
    assert not roster.readable
    assert 'Save it as "CSV UTF-8"' in problems(roster)[0]


def test_letters_that_an_earlier_program_mixed_up_are_refused():
    roster = read(text(person(given_name="ZoÃ«")))
    assert problems(roster) == [
        'Row 2, given_name: "ZoÃ«" has mixed-up letters; probably "Zoë". Save it as "CSV UTF-8" and upload it again.'
    ]


@pytest.mark.parametrize("name", ["?ukasz", "Zo\ufffd"])
def test_a_lost_letter_is_refused(name):
    assert "lost a letter" in problems(read(text(person(given_name=name))))[0]


def test_a_name_keeps_its_case_and_letters_in_one_form():
    roster = read(text(person(given_name="  zOE\u0308\u00a0 anne ", family_name="d'ANGELO-Núñez")))
    assert (roster.rows[0].given_name, roster.rows[0].family_name) == ("zOË anne", "d'ANGELO-Núñez")
    assert roster.warnings == []


def test_joiners_that_spell_persian_names_stay_and_marks_nobody_typed_go():
    roster = read(text(person(given_name="علی\u200cرضا", family_name="Oka\u00adfor\u200e")))
    assert (roster.rows[0].given_name, roster.rows[0].family_name) == ("علی\u200cرضا", "Okafor")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Am\x00ara", "control character"),
        ("Am\x1bara", "control character"),
        ("Ama\nra", "line break"),
        ("Ama\tra", "a tab"),
        ("\u202eAmara", "no letter"),
        ("Am\ue000ara", "no letter"),
    ],
)
@pytest.mark.parametrize("column", ["given_name", "role", "personal_email", "assignment_number"])
def test_characters_that_are_no_text_are_refused_by_cell(column, cell, words):
    roster = read(text(person(**{column: cell})))
    assert [(fault.row, fault.column) for fault in roster.faults] == [(2, column)]
    assert words in roster.faults[0].problem


def test_script_in_a_name_is_text_and_remarked_on():
    roster = read(text(person(given_name="<script>alert(1)</script>")))
    assert roster.rows[0].given_name == "<script>alert(1)</script>"
    assert "Is it a name?" in roster.warnings[0].problem
