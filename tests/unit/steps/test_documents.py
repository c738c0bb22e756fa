"""Documents of other programs: every fault named at once, nothing makes it stumble, one answer a document."""

import copy
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steps.documents import Answers
from steps.documents.splitting import TooLong, documents
from tests.unit.steps.strategies import documents as random_documents
from tests.unit.steps.test_resolver_rules import ENGLAND, EXAMPLE

answers = Answers({"england": ENGLAND}.get)


def errors(document):
    text = document if isinstance(document, str) else json.dumps(document)
    told, good = answers.text(text)
    assert not good
    assert list(json.loads(told)) == ["errors"]
    return json.loads(told)["errors"]


def changed(path, value):
    """The example with one value put in, or taken out where it is None."""
    document = copy.deepcopy(EXAMPLE)
    *way, last = path
    inner = document
    for part in way:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["pathway"], "narnia", 'unknown pathway "narnia"'),
        (["pathway"], 3, "pathway must be a key, or an object of a pathway file's shape"),
        (["pathway"], None, "pathway is missing"),
        (["today"], "5 August", 'today must be a date such as 2026-08-03: "5 August" is not'),
        (["colour"], "red", 'unknown key "colour"'),
        (["newcomer", "mail_system"], None, "newcomer: mail_system is missing, and the pathway asks for it"),
        (["newcomer", "needs_smartcard"], "no", 'newcomer: needs_smartcard must be true or false: "no" is not'),
        (["newcomer", "needs_smartcard"], 1, "newcomer: needs_smartcard must be true or false: 1 is not"),
        (["newcomer", "employment"], "casual", 'newcomer: employment "casual" is none of trust, lead_employer'),
        (
            ["newcomer", "start_date"],
            20260803,
            "newcomer: start_date must be a date such as 2026-08-03: 20260803 is not",
        ),
        (["facts", 0, "step"], "hr_recrod", 'fact 1: unknown step "hr_recrod". Did you mean "hr_record"?'),
        (["facts", 0, "fact"], "finished", 'fact 1: unknown fact "finished".'),
        (
            ["facts", 0, "at"],
            "2026-08-04T09:00:00",
            'fact 1: the time "2026-08-04T09:00:00" has no zone, such as +01:00 or Z',
        ),
        (["facts", 0, "at"], None, "fact 1: at is missing"),
        (["facts", 0, "full"], "yes", 'fact 1: full must be true or false: "yes" is not'),
        (["facts", 0, "owner"], "it", 'fact 1: a fact "done" carries no owner'),
        (["facts", 1, "owner"], "porter", 'fact 2: unknown function "porter" as owner.'),
        (["facts", 1, "side"], "left", 'fact 2: side must be "employer" or "host", not "left"'),
        (["facts", 0, "fact"], "waived", "fact 1: a fact waived must give its reason"),
        (
            ["facts", 2],
            {"fact": "retracted", "of": "f9", "at": "2026-08-04T09:00:00Z"},
            'fact 3: retracts "f9", which is the id of no fact',
        ),
        (
            ["facts", 2],
            {"fact": "retracted", "at": "2026-08-04T09:00:00Z"},
            "fact 3: a fact retracted must say of which fact: of is its id",
        ),
        (
            ["facts", 2],
            {"id": "r", "of": "r", "fact": "retracted", "at": "2026-08-04T09:00:00Z"},
            'fact 3: retracts "r", which is itself a retraction',
        ),
        (["facts", 2, "id"], "f1", 'fact 3: the id "f1" is another fact\'s already'),
        (["facts", 2, "fields"], ["name"], 'fact 3: a fact "reopened" carries no fields'),
        (["facts"], {}, "facts must be a list"),
    ],
)
def test_a_fault_is_answered_in_words(path, value, said):
    assert errors(changed(path, value)) == [said]


def test_all_faults_are_answered_at_once():
    document = changed(["newcomer", "role"], 7)
    document["facts"][0].update(step="x", at="now")
    document["facts"][1].update(owner=None, independent=float("nan"))
    document["facts"][2].update(fact="undone")
    assert len(errors(document)) == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '"x"',
        "nul",
        "NaN",
        "[" * 100_000,
        '{"a": ' * 5000,
        "9" * 5000,
        '{"pathway": "\\ud800"}',
        "\x00",
    ],
)
def test_what_is_no_document_is_refused_in_words(text):
    assert errors(text)


def test_a_key_given_twice_is_named():
    text = json.dumps(EXAMPLE)
    for twice in (
        '"today": "2026-08-05", "today"',
        '"today" : "2026-08-05", "today"',
        '"to\\u0064ay": "2026-08-05", "today"',
    ):
        assert errors(text.replace('"today"', twice)) == ['The key "today" is given twice in one object']
    inner = text.replace('"step": "hr_record", "fact": "done"', '"step": "elfh", "step": "hr_record", "fact": "done"')
    assert errors(inner) == ['The key "step" is given twice in one object']


def test_words_that_look_like_keys_are_no_keys():
    assert answers.text(json.dumps(changed(["facts", 1, "reason"], 'he said "no": twice, and "\\u"'))) == answers.text(
        json.dumps(EXAMPLE)
    )


def test_an_inline_pathway_is_checked_first():
    step = {"key": "a", "title": "A", "owner": "it", "side": "host", "after": ["b"]}
    pathway = {"key": "p", "title": "P", "country": "england", "step": [step, {**step, "key": "b", "after": ["a"]}]}
    document = {**EXAMPLE, "pathway": pathway, "facts": []}
    assert errors(document) == ["pathway: Cycle: a, b, a"]
    assert errors(document) == ["pathway: Cycle: a, b, a"]


def test_the_calendar_has_an_end():
    assert errors(changed(["newcomer", "start_date"], "9999-12-31")) == [
        "newcomer: start_date or payday lies at the end of the calendar"
    ]
    assert answers.text(json.dumps(changed(["newcomer", "start_date"], "0001-01-01")))[1]


@settings(max_examples=60, deadline=None)
@given(random_documents())
def test_text_and_data_give_the_same_answer(document):
    told, good = answers.text(json.dumps(document))
    assert good
    assert json.loads(told) == answers.data(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.data())
def test_no_value_anywhere_makes_it_stumble(value, data):
    document = copy.deepcopy(EXAMPLE)
    place = data.draw(st.sampled_from(["document", "newcomer", "facts", "fact"]))
    inner = {"document": document, "newcomer": document["newcomer"], "facts": None, "fact": document["facts"][1]}[
        place
    ]
    if inner is None:
        document["facts"].append(value)
    else:
        inner[data.draw(st.sampled_from([*inner, "of", "full", "fields", "independent"]))] = value
    answer = answers.data(document)
    assert ("errors" in answer) != ("steps" in answer)


def split(data):
    return list(documents(io.BytesIO(data)))


ONE = json.dumps(EXAMPLE).encode()
LONG = json.dumps(EXAMPLE, indent=2).encode()


def same(texts):
    return [json.loads(text) for text in texts] == [EXAMPLE] * len(texts)


def test_one_document_a_line_or_one_over_many_lines():
    assert split(b"") == split(b"\n \r\n") == []
    assert len(split(ONE)) == 1
    assert same(split(ONE + b"\r\n\n" + ONE + b"\n"))
    assert len(split(ONE + b"\r\n\n" + ONE + b"\n")) == 2
    assert len(split(LONG)) == 1
    assert same(split(b"\xef\xbb\xbf" + LONG))
    assert len(split(LONG + b"\n" + LONG)) == 2


def test_a_broken_line_leaves_the_others_alone():
    broken = b'{"pathway": "england",\n'
    assert split(broken + ONE + b"\n" + ONE) == [broken, ONE + b"\n", ONE]
    assert split(ONE + b"\n" + broken + ONE) == [ONE + b"\n", broken, ONE]


def test_a_line_longer_than_any_document_is_passed_over(monkeypatch):
    monkeypatch.setattr("steps.documents.splitting._MOST_BYTES", 2000)
    first, second = split(b"x" * 9000 + b"\n" + ONE)
    assert isinstance(first, TooLong)
    assert second == ONE


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from([ONE, LONG, b"{", b"}", b'"', b"\n", b"\xff"]), max_size=8).map(b"".join)
)
def test_no_stream_makes_it_stumble(data):
    for document in split(data):
        if isinstance(document, bytes):
            assert document.strip() or not document.isspace()
