"""What people read for each state of a step: the one table, for pages, mails and exports.

Tags are not the code's words on purpose: "Work email: ready" reads as "works", "locked" as "locked out". Each
sentence has three readers: the newcomer, whoever has the step or its next move, and everybody else who may see it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from onboarding.wording import capital, list_words, when_words
from onboarding.words import Country, Employment, Function, MailSystem
from steps.models import Fact
from steps.models.chain import FactKind
from steps.pathway import Step


class Kind(StrEnum):
    """A state as people see it: finer than the verdict's, since whose move it is makes another sentence of it."""

    YOURS = "yours"  # ready, and the newcomer's
    CONFIRM = "confirm"  # issued: the owner did its part
    TEAM = "team"  # ready, and a team's
    SAYS_WORKS = "says_works"  # the newcomer says that it works, before its owner did
    LOCKED = "locked"
    STUCK = "stuck"
    STUCK_NEWCOMER = "stuck_newcomer"  # only the newcomer can clear it
    PARKED = "parked"
    DONE = "done"
    RECHECK = "recheck"
    LIMITED = "limited"
    UPGRADE = "upgrade"
    NOT_NEEDED = "not_needed"
    WAIVED = "waived"
    NOT_DUE = "not_due"


class Reader(StrEnum):
    NEWCOMER = "newcomer"
    TEAM = "team"  # whoever has the step or its next move
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Words:
    """`colour` is nhsuk's for the tag; empty where the tag is plain text. `to_act` is the tag for whoever must act."""

    tag: str
    colour: str
    newcomer: str
    team: str
    others: str
    to_act: str = ""
    glyph: str = ""


# {team} and {name} hold the step's next move and the newcomer; {Team} opens a sentence
TABLE: Mapping[Kind, Words] = {
    Kind.YOURS: Words(
        "Your turn",
        "blue",
        "You can do this now.",
        "With {name} {since}.",
        "With {name} {since}.",
        glyph="yours",
    ),
    Kind.CONFIRM: Words(
        "Your turn",
        "blue",
        "{Own} says this works. Does it for you?",
        "With {name} to confirm {since}.",
        "With {name} to confirm {since}.",
        glyph="yours",
    ),
    Kind.TEAM: Words(
        "With {function}",
        "white",
        "{Team} can do this now, {since}. Nothing for you to do.",
        "Yours {since}.{held}",
        "With {team} {since}.",
        to_act="To do",
        glyph="team",
    ),
    Kind.SAYS_WORKS: Words(
        "With {function}",
        "white",
        "You told us on {said} that this works. We asked {team} to confirm it.",
        "{name} says it works, {said}. Confirm it.{held}",
        "{name} says it works, {said}. With {team} {since}.",
        to_act="To do",
        glyph="team",
    ),
    Kind.LOCKED: Words(
        "Waiting",
        "",
        "{waits}",
        "Not yet yours: {causes_with}.",
        "Waits for {waiting_on}. {Held_at}.",
        glyph="waiting",
    ),
    Kind.STUCK: Words(
        "Stuck",
        "red",
        "{Team} knows {since}.{chase}",
        "{symptom} Yours {since}{chased}.",
        "{stuck} With {team} {since}{chased}.",
        glyph="stuck",
    ),
    Kind.STUCK_NEWCOMER: Words(
        "Stuck",
        "red",
        "Only you can clear this: {action}",
        "With {name} {since}: {action}",
        "With {name} {since}: {action}",
        glyph="stuck",
    ),
    Kind.PARKED: Words(
        "Stuck, waiting",
        "",
        "{Causes_first} Then we ask you to try again.",
        "Not yet yours: {causes_with}.",
        "Not yet: {causes_with}.",
        glyph="stuck",
    ),
    Kind.DONE: Words("Done", "", "{you_heard}", "{Who_done}.", "Done {done}.", glyph="done"),
    Kind.RECHECK: Words(
        "Check again",
        "yellow",
        "{Doubt} {Team} is checking. Keep using it.",
        "{Asked}",
        "Done, being checked again.",
        glyph="recheck",
    ),
    Kind.LIMITED: Words(
        "Done, limited",
        "green",
        "Works, with less access {until}.",
        "Works, with less access {until}.",
        "Works, with less access {until}.",
        glyph="limited",
    ),
    Kind.UPGRADE: Words(
        "Upgrade due", "blue", "{upgrade}", "Can be improved; can wait.", "Can be improved; can wait.", glyph="yours"
    ),
    Kind.NOT_NEEDED: Words(
        "Not needed",
        "",
        "Your role does not need this.",
        "Not needed: {rule}.",
        "Not needed: {rule}.",
    ),
    Kind.WAIVED: Words(
        "Not needed",
        "",
        "{Waived_by} decided that you do not need this: {reason}",
        "Waived by {waived_by}, {waived}: {reason}",
        "Waived {waived}.",
    ),
    Kind.NOT_DUE: Words(
        "Not due yet", "", "{due_shows} Nothing is wrong.", "{due_from}.", "{due_from}.", glyph="not_due"
    ),
}


class Facts(Protocol):
    """What a sentence names, by name: `facts["team"]`, and `facts["Team"]` where it opens a sentence."""

    def __getitem__(self, name: str, /) -> str: ...


def sentence(kind: Kind, reader: Reader, facts: Facts) -> str:
    """The table's sentence with the facts filled in. It opens with a capital letter."""
    text: str = getattr(TABLE[kind], reader)
    return capital(text.format_map(facts).strip())


# What somebody did, after their name
DID: Mapping[str, str] = {
    FactKind.ISSUED: "said that this is ready to use",
    FactKind.DONE: "finished this",
    FactKind.REOPENED: "reopened this",
    FactKind.CORRECTED: "corrected this",
    FactKind.QUESTIONED: "asked for a look at this",
    FactKind.BLOCKED: "said that this is stuck",
    FactKind.CLEARED: "cleared what was stuck",
    FactKind.HANDED_OVER: "handed this over",
    FactKind.WAIVED: "decided that this is not needed",
    FactKind.RETRACTED: "took something back",
}


def changed_words(last: Fact | None, *, today: dt.date) -> str:
    """Who changed a step last, and when: "Sam Okoro finished this at 10.02am today." """
    if last is None:
        return "Something that this rests on has changed."
    moment = when_words(last.recorded_at, today=today)
    at_or_on = "at" if moment.endswith("today") else "on"
    return f"{last.by_name} {DID[last.kind]} {at_or_on} {moment}."


# A function in the middle of a sentence: "with the library", "the library at Northgate"
FUNCTIONS: Mapping[str, str] = {
    Function.HR: "HR",
    Function.PAYROLL: "payroll",
    Function.IT: "IT",
    Function.REGISTRATION_AUTHORITY: "the registration authority",
    Function.LIBRARY: "the library",
    Function.LEARNING: "learning and development",
    Function.MANAGER: "the manager",
}


def function_words(function: str) -> str:
    """A function inside a sentence.

    >>> function_words("library")
    'the library'
    """
    return FUNCTIONS.get(function, "the newcomer")


def team_words(function: str, organisation: str = "") -> str:
    """A team inside a sentence: "IT at Northgate", "the library at Northgate"; without an organisation "IT"."""
    return f"{function_words(function)} at {organisation}" if organisation else function_words(function)


def team_title(function: str, organisation: str) -> str:
    """A team as a heading or a row says it.

    >>> team_title("library", "Northgate")
    'Library at Northgate'
    """
    return f"{Function(function).label} at {organisation}"


def waits_words(waits: Sequence[str], behind: Sequence[str]) -> str:
    """What has to come first, and what that waits for: the nearest steps as well as the cause.

    >>> waits_words(["Work email"], ["Identity"])
    'Work email comes first, which waits for Identity'
    >>> waits_words(["Work email"], ["Work email"])
    'Work email comes first'
    """
    verb = "comes" if len(waits) == 1 else "come"
    further = [one for one in behind if one not in waits]
    tail = f", which {'waits' if len(waits) == 1 else 'wait'} for {list_words(further)}" if further else ""
    return f"{list_words(waits)} {verb} first{tail}"


def any_words(group: Sequence[str]) -> str:
    """Of a group, one is enough.

    >>> any_words(["ESR", "e-LfH"])
    'ESR or e-LfH has to work first'
    """
    return f"{list_words(group, last='or')} has to work first"


# A rule of applicability, after "only": (attribute, value) -> words
RULES: Mapping[tuple[str, Any], str] = {
    ("needs_smartcard", True): "for roles that need a smartcard",
    ("needs_smartcard", False): "for roles without a smartcard",
    ("uses_library", True): "for people who use the library",
    ("uses_library", False): "for people who do not use the library",
    **{("mail_system", m.value): f"for people with {m.label}" for m in MailSystem},
    **{("employment", e.value): f"for people employed by {e.label}" for e in Employment},
    **{("country", c.value): f"in {c.label}" for c in Country},
}


def rule_words(step: Step) -> str:
    """For whom a step is there, after "Not needed: ".

    >>> from steps.pathway import parse, shipped
    >>> rule_words(parse(shipped()["england"]).step("smartcard"))
    'this step is only for roles that need a smartcard'
    """
    rules = []
    for attribute, values in step.applies:
        plain = f"where the {attribute} is " + list_words([str(v) for v in values], last="or")
        known = [RULES[attribute, value] for value in values if (attribute, value) in RULES]
        rules.append(list_words(known, last="or") if known else plain)
    return f"this step is only {list_words(rules)}" if rules else "this pathway does not ask for it"
