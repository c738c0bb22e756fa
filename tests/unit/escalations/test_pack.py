"""What a pack holds, for whom; and to which addresses all of it may go."""

import datetime as dt

import pytest

from escalations.pack import Person, Told, compose, content_hash, reference_only, with_reference
from onboarding.outbox.trust import is_trusted

AMARA = Person("Amara Okafor", "Clinical fellow", dt.date(2026, 8, 3), dt.date(1994, 7, 3), "0012345")
TOLD = Told("Staff record", "My birth date is wrong", "Wed 5 August", "Person not found (E-104)")
ALL = {"date_of_birth", "assignment_number"}


def test_it_holds_the_nine_things_word_for_word():
    draft = compose(AMARA, TOLD, function="hr", may_have=ALL, pictures=2, waiting=5)
    assert draft.text.splitlines() == [
        "Name: Amara Okafor",
        "Date of birth: 3 July 1994",
        "Assignment number: 0012345",
        "Role: Clinical fellow",
        "Start date: Mon 3 August 2026",
        "Step: Staff record",
        "What they see: My birth date is wrong",
        "Last tried: Wed 5 August",
        "The error says: “Person not found (E-104)”",
        "Pictures: 2 pictures of what they see",
        "5 steps wait for this.",
    ]
    assert draft.left_out == ()


def test_what_is_missing_is_left_out_and_never_n_a():
    person = Person("Suharto", "Fellow", dt.date(2026, 8, 3))
    draft = compose(person, Told("ESR", "No login"), function="hr", may_have=ALL)
    assert [key for key, _, _ in draft.fields] == ["name", "role", "start_date", "step", "sees"]
    assert "N/A" not in draft.text
    assert draft.left_out == ()  # nothing was kept from the owner: there is nothing


@pytest.mark.parametrize("allowed", [ALL, set()])
def test_the_library_gets_neither_birth_date_nor_number_whatever_it_may_see(allowed):
    draft = compose(AMARA, TOLD, function="library", may_have=allowed)
    assert "1994" not in draft.text
    assert "0012345" not in draft.text
    assert draft.left_out == ("Date of birth", "Assignment number")


def test_the_subject_says_nothing_about_a_person():
    draft = compose(AMARA, TOLD, function="hr", may_have=ALL)
    assert with_reference("K7RF-2XMD", draft.subject) == "[K7RF-2XMD] A newcomer cannot go on: Staff record"


def test_an_address_that_is_not_trusted_gets_the_reference_and_the_step():
    assert reference_only("K7RF-2XMD", "ESR") == "A newcomer cannot go on with ESR. The reference is K7RF-2XMD."


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("hr@nhs.net", True),
        ("HR@NHS.NET", True),
        ("hr@northgate.nhs.uk", True),
        ("hr@a.b.nhs.uk", True),
        ("hr@nhs.uk", False),
        ("hr@evilnhs.uk", False),
        ("hr@nhs.net.evil.example", False),
        ("hr@evil-nhs.net", False),
        ("hr@sub.nhs.net", False),
        ("nhs.net", False),
        ("a@b@nhs.net", True),  # the last @ is what mail systems go by; `post` refuses such an address
        ("", False),
        ("hr@", False),
    ],
)
def test_only_listed_domains_get_all_of_it(address, trusted):
    assert is_trusted(address, ["nhs.net", "*.nhs.uk"]) is trusted


def test_the_hash_is_over_everything_that_was_said():
    said = {"text": "a", "to": "b", "evidence": [{"hash": "1"}]}
    assert content_hash(said) == content_hash(dict(reversed(said.items())))
    assert content_hash(said) != content_hash({**said, "evidence": [{"hash": "2"}]})
