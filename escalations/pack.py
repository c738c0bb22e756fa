"""The one tight message that goes to whoever can mend it: one owner, one ask, no more data than that owner needs.

Pure: no Django, no clock. What is missing is left out, never "N/A". Nothing personal stands in a subject. A full
pack is for addresses that the trust trusts; any other gets the reference, the step and a link.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.wording import count_words, date_words, day_words

DATE_OF_BIRTH, NUMBER = "date_of_birth", "assignment_number"
NEVER_TO_THE_LIBRARY = frozenset({DATE_OF_BIRTH, NUMBER})
LABELS = {
    "name": "Name",
    DATE_OF_BIRTH: "Date of birth",
    NUMBER: "Assignment number",
    "role": "Role",
    "start_date": "Start date",
    "step": "Step",
    "sees": "What they see",
    "tried": "Last tried",
    "error": "The error says",
    "more": "More",
}
# beside these, everybody who is asked gets what they cannot do without
BY_RULE = (DATE_OF_BIRTH, NUMBER)


@dataclass(frozen=True, slots=True)
class Person:
    """The newcomer as a pack may name them; what is empty or None is not known."""

    name: str
    role: str
    start_date: date
    date_of_birth: date | None = None
    assignment_number: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the newcomer told: the step by its short title, what they see, when it was tried, the exact error."""

    step: str
    sees: str
    tried: str = ""
    error: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be sent. `fields` are (key, label, value); `left_out` the labels that this owner does not get."""

    subject: str
    fields: tuple[tuple[str, str, str], ...]
    text: str
    left_out: tuple[str, ...]


def compose(
    person: Person, told: Told, *, function: str, may_have: Collection[str], pictures: int = 0, waiting: int = 0
) -> Draft:
    """`may_have`: which of a birth date and a number the owner may see (`onboarding.policies`); the library gets
    neither, whatever that says. `waiting`: steps that wait behind this one."""
    allowed = frozenset(may_have) - (NEVER_TO_THE_LIBRARY if function == "library" else frozenset())
    known = values(person, told)
    fields = tuple(
        (key, LABELS[key], value) for key, value in known if value and (key not in BY_RULE or key in allowed)
    )
    left_out = tuple(LABELS[key] for key, value in known if value and key in BY_RULE and key not in allowed)
    return Draft(subject(told.step), fields, text(fields, pictures=pictures, waiting=waiting), left_out)


def values(person: Person, told: Told) -> Iterable[tuple[str, str]]:
    born = person.date_of_birth
    return (
        ("name", person.name),
        (DATE_OF_BIRTH, date_words(born) if born else ""),
        (NUMBER, person.assignment_number),
        ("role", person.role),
        ("start_date", f"{day_words(person.start_date)} {person.start_date.year}"),
        ("step", told.step),
        ("sees", told.sees),
        ("tried", told.tried),
        ("error", f"“{told.error}”" if told.error else ""),
        ("more", told.more),
    )


def subject(step: str) -> str:
    """Without its reference, which `with_reference` puts in front. Nothing personal."""
    return f"A newcomer cannot go on: {step}"


def with_reference(reference: str, said: str) -> str:
    return f"[{reference}] {said}"


def text(fields: Sequence[tuple[str, str, str]], *, pictures: int, waiting: int) -> str:
    lines = [f"{label}: {value}" for _, label, value in fields]
    if pictures:
        lines.append(f"Pictures: {count_words(pictures, 'picture')} of what they see")
    if waiting:
        lines.append(f"{count_words(waiting, 'step')} {'waits' if waiting == 1 else 'wait'} for this.")
    return "\n".join(lines)


def reference_only(reference: str, step: str) -> str:
    """What an address gets that may not have personal data; the link stands below it."""
    return f"A newcomer cannot go on with {step}. The reference is {reference}."


def content_hash(said: dict[str, Any]) -> str:
    """SHA-256, in hex, over everything that a pack says, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
