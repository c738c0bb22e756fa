"""The matcher proposes; `same` is what folds to the same, and a human has the rest."""

import io
import json
import random
from pathlib import Path

import pytest
from django.core.management import call_command

from onboarding.matching import Record, match
from tests.benchmarks.made_people import HARSH, USUAL, made_people


def row(pk, given="", family="", born="", number=""):
    return Record(pk, given, family, born, number)


def strangers(side, given, family, first):
    return [
        row(
            f"{side}{n}",
            f"{given}{n}",
            f"{family}{n * 7}",
            f"19{50 + n % 45}-0{1 + n % 9}-1{n % 9}",
            f"{first + n * 37}",
        )
        for n in range(60)
    ]


CROWD, OTHERS = strangers("c", "Given", "Family", 1_000_000), strangers("o", "Alias", "Surname", 5_000_000)


def verdicts(left, right):
    found = match([*left, *CROWD], [*right, *OTHERS])
    return {(p.left, p.right): p for p in found}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("Jürgen", "Müller-Gößmann"), ("JUERGEN", "MUELLER GOESSMANN")),
        (("Łukasz", "Wiśniewski"), ("LUKASZ", "WISNIEWSKI")),
        (("Siobhán", "O'Brien"), ("siobhan", "obrien")),
    ],
)
def test_what_folds_to_the_same_with_one_birthday_is_the_same(mine, theirs):
    found = verdicts([row("a", *mine, "1992-05-18")], [row("b", *theirs, "1992-05-18")])
    assert found["a", "b"].verdict == "same"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("Mohammed", "El-Sayed", "1992-10-19"), ("Mohamed", "El-Sayed", "1992-10-19")),
        (("Priya", "Raghunathan", "1993-04-11"), ("Raghunathan", "Priya", "1993-04-11")),
        (("Imran", "Qureshi", "1991-07-03"), ("Imran", "Qureshi", "1991-03-07")),
        (("Suharto", "", "1991-02-01"), ("FNU", "Suharto", "1991-02-01")),
    ],
)
def test_what_has_an_explanation_is_proposed_and_never_passed(mine, theirs):
    found = verdicts([row("a", *mine, "7012345")], [row("b", *theirs, "7012345")])
    assert found["a", "b"].verdict == "explainable"
    assert found["a", "b"].reasons


def test_one_name_and_birthday_under_two_numbers_are_two_people():
    left = [row("a", "Wei", "Li", "1994-02-28", "7012345")]
    found = verdicts(left, [row("b", "Wei", "Li", "1994-02-28", "7099999")])
    assert ("a", "b") not in found or found["a", "b"].verdict == "explainable"


def test_twins_are_not_each_other():
    left = [row("a", "Amina", "Yusuf", "1995-02-02", "7012345")]
    found = verdicts(left, [row("b", "Halima", "Yusuf", "1995-02-02", "7099999")])
    assert ("a", "b") not in found


def test_a_row_is_the_same_as_one_other_at_the_most():
    left = [row("a", "Adaeze", "Nwosu", "1994-07-03")]
    found = verdicts(left, [row("b", "Adaeze", "Nwosu", "1994-07-03"), row("c", "Adaeze", "Nwosu", "1994-07-03")])
    assert [p.verdict for p in found.values() if p.left == "a"].count("same") == 0
    with_number = [row("b", "Adaeze", "Nwosu", "1994-07-03", "7000001"), row("c", "Adaeze", "Nwosu", "1994-07-03")]
    found = verdicts([row("a", "Adaeze", "Nwosu", "1994-07-03", "7000001")], with_number)
    assert found["a", "b"].verdict == "same"
    assert found["a", "c"].verdict == "explainable"


@pytest.mark.parametrize(("mix", "recall"), [(USUAL, 0.985), (HARSH, 0.94)], ids=["usual", "harsh"])
def test_a_made_set_is_found_nearly_whole_and_no_same_is_wrong(mix, recall):
    made = made_people(300, mix, seed=7)
    pairs = match(made.left, made.right)
    assert [p for p in pairs if p.verdict == "same" and (p.left, p.right) not in made.pairs] == []
    assert len({p.left for p in pairs if p.verdict == "same"}) == sum(p.verdict == "same" for p in pairs)
    right, found = 0, 0
    for place, pair in enumerate(pairs, 1):
        right += (pair.left, pair.right) in made.pairs
        if right / place >= 0.999:
            found = right
    assert found / len(made.pairs) >= recall


def test_best_comes_first_and_the_same_files_give_the_same_answer():
    made = made_people(120, USUAL, seed=3)
    there = match(made.left, made.right)
    assert [p.score for p in there] == sorted((p.score for p in there), reverse=True)
    assert match(made.left, made.right) == there


def test_every_copy_of_a_person_on_one_side_is_proposed_and_one_is_the_same():
    left = [row("a", "Adaeze", "Nwosu", "1994-07-03", "7000001")]
    copies = [
        row("b", "Adaeze", "Nwosu", "1994-07-03", "7000001"),
        row("c", "ADAEZE", "NWOSU", "1994-07-03", "7000001"),
        row("d", "Adaze", "Nwosu", "1994-03-07", "7000001"),
    ]
    found = verdicts(left, copies)
    assert {right for left, right in found if left == "a"} >= {"b", "c", "d"}
    assert sorted(found["a", right].verdict for right in "bcd") == ["explainable", "explainable", "same"]


def test_of_two_namesakes_the_one_with_the_birthday_comes_first():
    left = [row("a", "John", "Smith", "1990-01-01"), row("b", "John", "Smith", "1985-06-30")]
    found = [(p.left, p.right) for p in match([*left, *CROWD], [row("r", "John", "Smith", "1985-06-30"), *OTHERS])]
    assert found[0] == ("b", "r")


def test_a_rare_name_says_more_than_a_common_one():
    common = [row(f"l{n}", "John", f"Kin{n}", f"19{50 + n}-01-01") for n in range(40)]
    left = [*common, row("a", "John", "Zwingli"), row("b", "Ottokar", "Vogelsang")]
    found = verdicts(left, [row("r", "John", "Zwingli"), row("s", "Ottokar", "Vogelsang")])
    assert found["b", "s"].score > found["a", "r"].score


def test_empty_rows_and_hostile_ones_are_nobody():
    long = row("x", "Jö hn " * 300, "Smïth " * 300, "1980 01 01 " * 100, "7" * 2000)
    assert match([row("a"), long], [row("b"), row("c", "-", "XXXX")]) == []
    assert match([], [row("b")]) == []


def test_an_id_is_the_same_as_one_other_at_most_whatever_the_files_hold():
    dice = random.Random(5)
    rows = [
        row(str(n), dice.choice("AB") + "nna", "Lee", dice.choice(["1990-01-01", ""]), dice.choice(["", "7000001"]))
        for n in range(40)
    ]
    same = [p for p in match(rows[:20], rows[20:]) if p.verdict == "same"]
    assert len({p.left for p in same}) == len({p.right for p in same}) == len(same)


HEADING = "id,given_name,family_name,date_of_birth,number\n"


def run(tmp_path: Path, left: str, right: str, *more: str) -> list[dict]:
    for name, text in (("left.csv", left), ("right.csv", right)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    out = io.StringIO()
    call_command("match", str(tmp_path / "left.csv"), str(tmp_path / "right.csv"), *more, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_answers_a_line_a_pair(tmp_path):
    text = HEADING + "a1,Zoë,Müller,1992-05-18,7012345\na2,Imran,Qureshi,1991-01-22,7054321\n"
    lines = run(tmp_path, text, text.replace("a1", "b1").replace("a2", "b2").replace("Müller", "MUELLER"))
    assert {(line["left"], line["right"], line["verdict"]) for line in lines} == {
        ("a1", "b1", "same"),
        ("a2", "b2", "same"),
    }
    assert all(set(line) == {"left", "right", "score", "verdict", "reasons"} for line in lines)


def test_damaged_dates_and_names_are_compared_and_not_refused(tmp_path):
    text = HEADING + "a1,zoe,mueller,19920518,7012345\na2,,,,\n"
    lines = run(tmp_path, text, HEADING + "b1,zoe,mueller,19921805,7012345\n")
    assert [(line["left"], line["right"]) for line in lines] == [("a1", "b1")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,given_name\na,b\n", "The heading is missing."),
        (HEADING + ",Zoë,Müller,,\n", "Row 2, id: The id is missing."),
        (HEADING + "a,Zoë,,,\na,Li,,,\n", 'Row 3, id: "a" is the id of row 2 already.'),
    ],
)
def test_a_faulty_file_is_refused_with_every_reason(tmp_path, capsys, text, says):
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, text, HEADING + "b,Li,Wei,,\n")
    assert ended.value.code == 1
    assert says in capsys.readouterr().err
