"""`manage.py resolve`: answers on standard output, one a line; the exit code says whether all were good."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from steps.management.commands.resolve import find_pathway
from tests.unit.steps.test_resolver_rules import ESR_ACCESS, EXAMPLE, HR_RECORD

INLINE = {
    **EXAMPLE,
    "pathway": {
        "key": "p",
        "title": "P",
        "country": "england",
        "step": [{"key": "a", "title": "A", "owner": "it", "side": "host"}],
    },
    "facts": [],
}


def run(*arguments):
    code = 0
    out = io.StringIO()
    try:
        call_command("resolve", *arguments, stdout=out)
    except SystemExit as left:
        code = left.code
    return code, out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "documents.jsonl"
        path.write_bytes(content)
        return str(path)

    return write


@pytest.mark.django_db
def test_a_document_over_many_lines_is_answered(file):
    code, lines = run(file(json.dumps(EXAMPLE, indent=1).encode()), "--json")
    assert code == 0
    assert len(lines) == 1
    assert HR_RECORD in lines[0]
    assert ESR_ACCESS in lines[0]


def test_an_inline_pathway_touches_no_database(file):
    code, lines = run(file(json.dumps(INLINE).encode()))
    assert code == 0
    assert json.loads(lines[0])["act_now"] == ["a"]


def test_faulty_documents_are_answered_in_their_places_and_the_exit_code_is_one(file):
    good = json.dumps(INLINE).encode()
    code, lines = run(file(good + b"\n\xff\n\n{}\n" + good + b'\n{"pathway": \n'))
    assert code == 1
    assert ["errors" in json.loads(line) for line in lines] == [False, True, True, False, True]


def test_standard_input_is_read_for_a_dash(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(INLINE).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run("-")[0] == 0


def test_an_empty_file_has_no_answers(file):
    assert run(file(b"")) == (0, [])


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("resolve", str(tmp_path / "nowhere"))
    assert refused.value.returncode == 2


@pytest.mark.django_db
def test_a_key_that_nobody_published_is_the_shipped_one():
    assert find_pathway("england").key == "england"
    assert find_pathway("narnia") is None
