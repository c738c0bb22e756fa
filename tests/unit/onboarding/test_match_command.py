"""`manage.py match` from outside: what it reads, what it answers, how it ends."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

HEADING = "id,given_name,family_name,date_of_birth,number\n"
LEFT = HEADING + "a1,Zoë,Müller,1992-05-18,7012345\na2,Imran,Qureshi,1991-01-22,7054321\n"
RIGHT = HEADING + "b1,ZOE,MUELLER,19920518,701 2345\nb2,Qureshi,Imran,1991-01-22,\n"


@pytest.fixture
def run(tmp_path):
    """Answers what the command wrote to standard output and error for two files' bytes."""

    def running(left, right, *flags):
        paths = []
        for name, content in (("left.csv", left), ("right.csv", right)):
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(str(path))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("match", *paths, *flags, stdout=out, stderr=err)
            code = 0
        except SystemExit as ended:
            code = ended.code
        return code, out.getvalue(), err.getvalue()

    return running


def test_it_answers_one_line_of_json_a_pair_best_first_and_needs_no_database(run):
    # no database mark here: a query would fail the test
    code, out, err = run(LEFT, RIGHT)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [(line["left"], line["right"], line["verdict"]) for line in lines] == [
        ("a1", "b1", "same"),
        ("a2", "b2", "explainable"),
    ]
    assert lines[0]["score"] >= lines[1]["score"]
    assert any("another order" in reason for reason in lines[1]["reasons"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_save_is_read(run, encoding, separator):
    code, out, _ = run(LEFT.replace(",", separator).encode(encoding), RIGHT)
    assert code == 0
    assert json.loads(out.splitlines()[0])["verdict"] == "same"


def test_headings_in_any_order_and_case_and_with_others_beside_them(run):
    left = "Number,Ward,Family Name,GIVEN_NAME,Date of Birth,ID\n7012345,B4,Müller,Zoë,1992-05-18,a1\n\n"
    assert json.loads(run(left, RIGHT)[1].splitlines()[0])["left"] == "a1"


def test_a_file_with_a_heading_alone_has_nobody_to_propose(run):
    assert run(HEADING, RIGHT) == (0, "", "")


def test_every_fault_of_both_files_is_told_and_nothing_proposed(run):
    code, out, err = run(
        "id,given_name,id,family_name,date_of_birth\n",
        HEADING + ",Zoë,,,\nb1,Li,Wei,,\nb1,An,Na,,\nb3,a,b,c,d,e\n",
    )
    assert (code, out) == (1, "")
    for fault in (
        "left.csv: Row 1, number: The heading is missing.",
        "left.csv: Row 1, id: The heading is there more than once, in columns A and C.",
        "right.csv: Row 2, id: The id is missing.",
        'right.csv: Row 4, id: "b1" is the id of row 3 already.',
        "right.csv: Row 5, F: There are more cells than headings.",
    ):
        assert fault in err


def test_machines_read_the_faults_as_json(run):
    code, out, _ = run(HEADING + ",Zoë,,,\n", RIGHT, "--json")
    (fault,) = json.loads(out)["refused"]
    assert code == 1
    assert (fault["row"], fault["column"], fault["problem"]) == (2, "id", "The id is missing.")


@pytest.mark.parametrize("content", [b"", b"\x81\x8d\x00\xff", b'id,given_name\n"open'])
def test_what_is_no_table_is_refused(run, content):
    code, out, err = run(content, RIGHT)
    assert (code, out) == (1, "")
    assert "left.csv: " in err


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(CommandError, match="cannot be read") as refusal:
        call_command("match", str(tmp_path / "none.csv"), str(tmp_path / "none.csv"))
    assert refusal.value.returncode == 2


def test_people_at_a_terminal_read_lines_rather_than_json(run, monkeypatch):
    monkeypatch.setattr("django.core.management.base.OutputWrapper.isatty", lambda self: True)
    code, out, _ = run(LEFT, RIGHT)
    assert code == 0
    assert "  same         a1  b1  Same name; Same date of birth; Same number" in out
    assert run(LEFT, RIGHT, "--json")[1].startswith("{")
