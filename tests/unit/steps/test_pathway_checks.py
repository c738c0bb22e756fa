"""Every fault of a pathway file is named at once, on its line, in words for the person who edits it."""

import contextlib
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steps.pathway import PathwayFaults, check, from_data, parse, shipped

HEAD = 'key = "small"\ntitle = "Small"\ncountry = "england"\n'


def step(key, *more, owner='owner = "it"\nside = "host"'):
    return "\n".join(["[[step]]", f'key = "{key}"', 'title = "A step"', owner, *more, ""])


def faults(*steps, head=HEAD):
    return [str(fault) for fault in check(head + "".join(steps))]


def test_a_small_pathway_is_read_with_what_it_leaves_out_filled_in():
    pathway = parse(HEAD + step("a") + step("b", 'after = ["a"]'))
    a, b = pathway.steps
    assert (a.short, a.side, a.watches, a.usual_days, b.after) == ("A step", "host", None, (1, 5), ("a",))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([step("a", 'after = ["b"]'), step("b", 'after = ["a"]')], ["line 9: Cycle: a, b, a"]),
        ([step("a", 'after = ["b"]'), step("b", 'better_after = ["a"]')], ["line 9: Cycle: a, b, a"]),
        (
            [step("a", 'any = [["b", "c"]]'), step("b"), step("c", 'better_after = ["a"]')],
            ["line 9: Cycle: a, c, a"],
        ),
        ([step("a", 'after = ["a"]')], ["line 9: Cycle: a, a"]),
        ([step("a", "sidd = 1")], ['line 9: Step a: "sidd" is not a key that belongs here. Did you mean "side"?']),
        ([step("a"), step("a")], ["line 10: Step a is given again: step 1 has that key already"]),
        ([step("a", 'title = "again"')], ['line 9: The key "title" is given again: line 6 has it already']),
        (
            [step("a", owner='side = "host"')],
            [
                "line 4: Step a has no owner: name one of hr, payroll, it, registration_authority, library, learning, "
                "manager, newcomer"
            ],
        ),
        ([step("a", owner='owner = "it"')], ['line 4: Step a has no side: say side = "employer" or "host"']),
        (
            [step("a", owner='owner = "newcomer"\nside = "host"')],
            ["line 8: Step a: the newcomer is on no side: take out side"],
        ),
        (
            [step("a", owner='owner = "it desk"\nside = "host"')],
            [
                'line 7: Step a: owner "it desk" is not a function. The functions are hr, payroll, it, '
                "registration_authority, library, learning, manager, newcomer."
            ],
        ),
        (
            [step("a", 'applies = { country = "wales" }')],
            ["line 9: Nobody can reach step a: its applies asks for country, and the pathway is for england only"],
        ),
        (
            [step("a", "applies = { mail_system = [] }")],
            ["line 9: Nobody can reach step a: its applies asks for mail_system, and its list is empty"],
        ),
        (
            [
                step("a", 'applies = { mail_system = "none" }'),
                step("b", 'after = ["a"]', 'applies = { mail_system = ["nhsmail", "trust"] }'),
            ],
            [
                "line 15: Step b comes after a, but the two never apply together: they ask for different values of "
                "mail_system"
            ],
        ),
        (
            [step("a"), step("b", 'any = [["a"]]')],
            ["line 14: Step b has an any-group of one, a: name it in after instead"],
        ),
        ([step("a", 'after = ["b"]')], ['line 9: Step a comes after "b", which is not a step.']),
        ([step("a", "applies = { needs_smartcard = 1 }")], None),
        ([step("a", 'applies = { mood = "good" }')], None),
        ([step("a", 'applies = { mail_system = "gmail" }')], None),
        ([step("a", 'short = "seventeen letters"')], None),
        ([step("a", "usual_days = [3, 1]")], None),
        ([step("a", "usual_days = [true, 2]")], None),
        ([step("a", 'due = { from = "payday" }')], None),
        ([step("a", 'watches = ["shoe_size"]')], None),
        ([step("a", 'week_one = "yes"')], None),
        ([step("a", 'confirmed_by = "hr"')], None),
        ([step("a", "after = 3")], None),
        ([step("a", '[[step.guidance]]\ntitle = "x"\nurl = "javascript:alert(1)"')], None),
        ([step("a", '[[step.guidance]]\ntitle = " "\nurl = "https://support.nhs.net"')], None),
        ([step("a", '[[step.symptom]]\nkey = "s"\nsays = "x"\ncause = "b"')], None),
        ([step("a", '[[step.check]]\nkey = "s"\nsays = "x"\nby = "it"')], None),
        ([step("a", '[[step.check]]\nkey = "s"\nsays = "x"\nby = "owner"\n' * 2)], None),
    ],
)
def test_a_fault_is_named_once_on_its_line(steps, said):
    found = faults(*steps)
    assert len(found) == 1, found
    assert said in (None, found)


def test_all_faults_are_named_at_once():
    found = faults(
        step("a", "colour = 1", 'after = ["zz"]'),
        step("b", 'any = [["a"]]', "usual_days = 3"),
        step("a", 'short = "x"', 'short = "y"'),
        head='key = "small"\ntitle = ""\ncountry = "france"\n',
    )
    assert [line.split(":")[0] for line in found] == [f"line {n}" for n in (2, 3, 9, 10, 16, 17, 19, 24)]


def test_lines_are_right_inside_lists_and_tables_of_any_form():
    text = HEAD + '\n# a comment with "quotes" and [[brackets]]\nstep = [\n { key = "a", title = """x""",\n'
    text = text.replace(" { key", ' { key = "a", title = "A", owner = "newcomer", after = [ "q" ] },\n { key')
    text = text.splitlines()[:-1]
    found = [str(f) for f in check("\n".join([*text, "]"]))]
    assert found == ['line 7: Step a comes after "q", which is not a step.']


@pytest.mark.parametrize(
    "text",
    [
        "",
        "key",
        "key = [",
        "\x00",
        "a = " + "[" * 5000,
        "a = " + "9" * 5000,
        "[[step]]\n" * 3,
        "step = 3",
        "[step]\na = 1",
    ],
)
def test_what_is_no_pathway_is_refused_in_words(text):
    found = check(text)
    assert found
    assert all(fault.line and fault.says for fault in found)


def test_bytes_that_are_not_utf_8_are_named_by_line():
    assert [str(f) for f in check(HEAD.encode() + b'x = "\xff"\n')] == [
        "line 4: This line is not UTF-8 text. Save the file as UTF-8"
    ]


def test_a_mark_and_windows_line_ends_are_taken_as_they_come():
    text = "\ufeff" + (HEAD + step("a", "usual_days = 1")).replace("\n", "\r\n")
    assert [fault.line for fault in check(text)] == [9]


def test_an_object_has_the_faults_of_a_file_without_lines():
    with pytest.raises(PathwayFaults) as refused:
        from_data(
            {"key": "x", "title": "X", "country": "england", "step": [{"key": "a", "title": "A", "owner": "ti"}]}
        )
    assert [fault.line for fault in refused.value.faults] == [None]


def test_an_object_of_a_file_is_the_file():
    for key, text in shipped().items():
        assert from_data(tomllib.loads(text)) == parse(text, name=key)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ["key", "title", "owner", "side", "after", "any", "applies", "check", "symptom", "guidance", "due", "watches"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=8), max_size=4) | json_values)
def test_no_object_makes_it_stumble(steps):
    with contextlib.suppress(PathwayFaults):
        from_data({"key": "x", "title": "X", "country": "england", "step": steps})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_makes_it_stumble(data):
    text = shipped()["england"][:6000]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(['"', "[", "]", "{", "}", "\n", "=", "'", "\\", "#", "x"]))
            + text[end:]
        )
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_at_all_makes_it_stumble(given_text):
    assert check(given_text)
