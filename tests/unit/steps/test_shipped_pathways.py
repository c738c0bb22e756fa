"""The five shipped pathways as data: England's table, the other countries' keys, what every step carries."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from steps.pathway import check, parse, shipped
from tests.unit.steps.shipped import KEYS, PATHWAYS, fits, steps, symptoms

ANY_MAIL = {"mail_system": ["nhsmail", "trust"]}
ENGLAND: list[dict[str, Any]] = [
    {"key": "hr_record", "owner": "hr", "side": "employer", "week_one": True},
    {
        "key": "identity",
        "owner": "hr",
        "side": "employer",
        "after": ["hr_record"],
        "week_one": True,
        "watches": ["name", "date_of_birth"],
    },
    {
        "key": "smartcard",
        "owner": "registration_authority",
        "side": "host",
        "after": ["hr_record", "identity"],
        "better_after": ["work_email"],
        "applies": {"needs_smartcard": True},
        "confirmed_by": "newcomer",
        "watches": ["name", "date_of_birth", "role"],
    },
    {
        "key": "work_email",
        "owner": "it",
        "side": "host",
        "after": ["identity"],
        "applies": ANY_MAIL,
        "week_one": True,
        "confirmed_by": "newcomer",
        "watches": ["name", "role"],
    },
    {
        "key": "esr_access",
        "owner": "hr",
        "side": "employer",
        "after": ["work_email"],
        "week_one": True,
        "confirmed_by": "newcomer",
        "watches": ["name", "date_of_birth", "number"],
    },
    {
        "key": "elfh",
        "owner": "newcomer",
        "better_after": ["work_email"],
        "upgrade": True,
        "watches": ["name", "email"],
    },
    {
        "key": "openathens",
        "owner": "library",
        "side": "host",
        "after": ["hr_record"],
        "better_after": ["work_email", "elfh"],
        "applies": {"uses_library": True},
        "confirmed_by": "newcomer",
        "upgrade": True,
        "watches": ["email"],
    },
    {
        "key": "training",
        "owner": "learning",
        "side": "host",
        "any": [["esr_access", "elfh"]],
        "better_after": ["esr_access"],
        "week_one": True,
        "watches": [],
    },
    {
        "key": "first_pay",
        "owner": "payroll",
        "side": "employer",
        "after": ["esr_access"],
        "due": {"from": "payday", "working_days": -2},
        "watches": ["number"],
    },
]
ENGLISH_KEYS = [row["key"] for row in ENGLAND]


# --- the graphs


def row_of(step: dict[str, Any]) -> dict[str, Any]:
    """The part of a step that the table pins; what is empty or off is left out, except `watches = []`."""
    row = {
        name: step[name]
        for name in ("key", "owner", "side", "after", "any", "better_after", "applies", "confirmed_by", "due")
        if step.get(name)
    }
    if step.get("week_one"):
        row["week_one"] = True
    if step.get("upgrade"):
        row["upgrade"] = True
    if "watches" in step:
        row["watches"] = step["watches"]
    return row


def test_england_is_the_published_table_row_by_row() -> None:
    assert [row_of(step) for step in PATHWAYS["england"]["step"]] == ENGLAND


def test_early_esr_differs_from_england_in_the_edges_of_esr_only() -> None:
    expected = [
        row | {"after": ["identity"], "better_after": ["work_email"]} if row["key"] == "esr_access" else row
        for row in ENGLAND
    ]
    assert [row_of(step) for step in PATHWAYS["england-early-esr"]["step"]] == expected


def test_wales_has_the_graph_of_england_with_esr_hard_after_email() -> None:
    assert [row_of(step) for step in PATHWAYS["wales"]["step"]] == ENGLAND


@pytest.mark.parametrize(
    ("pathway", "keys"),
    [
        (
            "scotland",
            [
                "hr_record",
                "identity",
                "work_email",
                "staff_record",
                "turas",
                "openathens",
                "training",
                "first_pay",
            ],
        ),
        (
            "northern-ireland",
            [
                "hr_record",
                "identity",
                "work_email",
                "staff_record",
                "elfh",
                "openathens",
                "training",
                "first_pay",
            ],
        ),
    ],
)
def test_the_other_countries_use_the_same_keys_where_the_thing_is_the_same(pathway: str, keys: list[str]) -> None:
    assert list(steps(pathway)) == keys
    for key, twin in {key: key for key in keys if key in ENGLISH_KEYS}.items() | {("staff_record", "esr_access")}:
        ours, theirs = steps(pathway)[key], steps("england")[twin]
        for name in ("owner", "side", "confirmed_by", "week_one", "watches", "due"):
            assert ours.get(name) == theirs.get(name), (key, name)


@pytest.mark.parametrize("pathway", KEYS)
def test_a_pathway_names_itself_after_its_file_and_its_country(pathway: str) -> None:
    assert PATHWAYS[pathway]["key"] == pathway
    assert PATHWAYS[pathway]["country"] == ("england" if pathway.startswith("england") else pathway)


@pytest.mark.parametrize("pathway", KEYS)
def test_week_one_is_record_identity_email_self_service_and_training(pathway: str) -> None:
    marked = [key for key, step in steps(pathway).items() if step["week_one"]]
    self_service = "esr_access" if "esr_access" in steps(pathway) else "staff_record"
    assert marked == ["hr_record", "identity", "work_email", self_service, "training"]


@pytest.mark.parametrize("pathway", KEYS)
def test_the_product_s_own_check_finds_no_fault_and_reads_every_step(pathway: str) -> None:
    text = shipped()[pathway]
    assert check(text) == []
    assert parse(text, name=pathway).keys == tuple(steps(pathway))


def test_five_pathways_are_shipped_and_each_is_tested_here() -> None:
    assert set(shipped()) == set(KEYS)


# --- what every step carries


@pytest.mark.parametrize("pathway", KEYS)
def test_every_step_says_why_how_long_what_to_do_and_where_to_read_more(pathway: str) -> None:
    for key, step in steps(pathway).items():
        assert step["title"], key
        assert step["why"].endswith("."), key
        assert step["minutes"] > 0, key
        assert step["do"], key
        assert step["dont"], key
        assert step["check"], key
        assert step["guidance"], key
        assert step["symptom"], key
        median, nine_in_ten = step["usual_days"]
        assert 0 < median <= nine_in_ten, key


@pytest.mark.parametrize("pathway", KEYS)
def test_short_titles_fit_the_picture(pathway: str) -> None:
    shorts = [step["short"] for step in PATHWAYS[pathway]["step"]]
    assert all(0 < len(short) <= 16 for short in shorts), shorts
    assert len(set(shorts)) == len(shorts)


@pytest.mark.parametrize("pathway", KEYS)
def test_dos_and_donts_are_sentences(pathway: str) -> None:
    for key, step in steps(pathway).items():
        for sentence in step["do"] + step["dont"]:
            assert sentence.endswith("."), (key, sentence)
            assert sentence[0].isupper(), (key, sentence)
        assert all(sentence.startswith("Do not ") for sentence in step["dont"]), key


@pytest.mark.parametrize("pathway", KEYS)
def test_a_key_is_used_once_so_that_one_list_can_hold_many_steps_symptoms(pathway: str) -> None:
    keys = [symptom["key"] for _, symptom in symptoms(pathway)]
    assert len(set(keys)) == len(keys)
    for key, step in steps(pathway).items():
        checks = [check["key"] for check in step["check"]]
        assert len(set(checks)) == len(checks), key


@pytest.mark.parametrize("pathway", KEYS)
def test_a_newcomer_never_reads_the_same_words_twice_in_one_list(pathway: str) -> None:
    for mail in ("nhsmail", "trust", "none"):
        for key in steps(pathway):
            says = [
                symptom["says"]
                for step, symptom in symptoms(pathway)
                if step["key"] == key and fits(symptom.get("applies", {}), {"mail_system": mail})
            ]
            assert len(set(says)) == len(says), (key, mail)


@pytest.mark.parametrize("pathway", KEYS)
@pytest.mark.parametrize("mail", ["nhsmail", "trust"])
def test_work_email_has_something_to_read_and_to_tick_whatever_the_mail_system(pathway: str, mail: str) -> None:
    step = steps(pathway)["work_email"]
    for kind in ("guidance", "symptom"):
        assert [row for row in step[kind] if fits(row.get("applies", {}), {"mail_system": mail})]
    required = {
        check["by"]
        for check in step["check"]
        if check["required"] and fits(check.get("applies", {}), {"mail_system": mail})
    }
    assert required == {"owner", "newcomer"}


@pytest.mark.parametrize("pathway", KEYS)
def test_who_may_finish_a_step_can_tick_its_required_checks(pathway: str) -> None:
    """The newcomer's required checks stand only where the newcomer has the last word."""
    for key, step in steps(pathway).items():
        by = {check["by"] for check in step["check"] if check["required"]}
        assert by <= {"owner", "newcomer"}
        assert by, key
        if step["owner"] == "newcomer":
            assert by == {"newcomer"}, key
        elif step.get("confirmed_by") != "newcomer":
            assert by == {"owner"}, key


@pytest.mark.parametrize("pathway", KEYS)
def test_guidance_is_linked_by_https_to_a_host_without_a_query(pathway: str) -> None:
    for key, step in steps(pathway).items():
        for link in step["guidance"]:
            parts = urlsplit(link["url"])
            assert parts.scheme == "https", (key, link)
            assert parts.hostname, (key, link)
            assert not parts.query, (key, link)
            assert not parts.fragment, (key, link)
