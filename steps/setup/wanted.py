"""What a trust is to look like, and everything that is wrong with that, before anything is written."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from onboarding.models import Organisation, User
from onboarding.outbox.posting import is_address
from onboarding.setting_up import IN_USE, PERSON_LETTERS, is_lived_in, organisation_faults
from onboarding.words import TEAM_FUNCTIONS, Role
from steps.pathway import nearest, shipped
from steps.selectors.pathways import latest_version
from steps.services.publishing import may_use


@dataclass(frozen=True, slots=True)
class Member:
    role: str
    email: str
    name: str = ""  # may be left out for somebody who has an account


@dataclass(slots=True)
class Wanted:
    """Everything as it was written. Empty means: leave it as it is, or, in a new trust, as usual."""

    ods_code: str = ""
    name: str = ""
    kind: str = ""
    country: str = ""
    mail_system: str = ""
    pathway: str = ""
    teams: list[tuple[str, str]] = field(default_factory=list)  # function, mailbox
    members: list[Member] = field(default_factory=list)
    paydays: list[str] = field(default_factory=list)  # YYYY-MM-DD

    def columns(self) -> dict[str, str]:
        """The organisation's columns that were given, by the names they have on its row."""
        given = {
            "name": self.name.strip(),
            "kind": self.kind,
            "country": self.country,
            "usual_mail_system": self.mail_system,
        }
        return {column: value for column, value in given.items() if value}

    def days(self) -> list[dt.date]:
        return [dt.date.fromisoformat(day) for day in self.paydays]


def faults(wanted: Wanted) -> list[str]:
    """Every problem at once, a sentence each."""
    there = Organisation.objects.filter(ods_code=wanted.ods_code).first()
    return list(dict.fromkeys([
        *in_organisation(wanted, there),
        *in_teams(wanted.teams),
        *in_members(wanted.members),
        *in_paydays(wanted.paydays),
        *in_pathway(wanted),
    ]))  # fmt: skip


def in_organisation(wanted: Wanted, there: Organisation | None) -> Iterator[str]:
    new = {"ods_code": wanted.ods_code, "name": wanted.name} if there is None else {}
    yield from organisation_faults({**new, **wanted.columns()})
    if there and wanted.country and wanted.country != there.country and is_lived_in(there.pk):
        yield IN_USE


def in_teams(teams: Iterable[tuple[str, str]]) -> Iterator[str]:
    mailboxes: dict[str, str] = {}
    for function, mailbox in teams:
        if function not in TEAM_FUNCTIONS:
            yield not_one_of("team", function, TEAM_FUNCTIONS)
        if not is_address(mailbox):
            yield f'"{mailbox}" is no address for the team {function}.'
        if mailboxes.setdefault(function, mailbox) != mailbox:
            yield f"The team {function} is given two mailboxes."


def in_members(members: Sequence[Member]) -> Iterator[str]:
    names: dict[str, str] = {}
    for member in members:
        if member.role not in Role.values:
            yield not_one_of("role", member.role, Role.values)
        if not is_address(member.email):
            yield f'"{member.email}" is not an email address.'
            continue
        names[member.email.lower()] = names.get(member.email.lower()) or member.name.strip()
    known = dict(User.objects.filter(email__in=names).values_list("email", "is_active"))
    for email, name in names.items():
        if known.get(email) is False:
            yield f"The account of {email} is closed."
        elif email not in known and not 0 < len(name) <= PERSON_LETTERS:
            yield f"Give {email} a name of 1 to {PERSON_LETTERS} letters."


def in_paydays(days: Iterable[str]) -> Iterator[str]:
    yield from (f'"{day}" is no date. Write a payday as 2026-09-27.' for day in days if not is_day(day))


def in_pathway(wanted: Wanted) -> Iterator[str]:
    key = wanted.pathway
    if not key:
        return
    if key not in shipped() and latest_version(key) is None:
        yield f'No pathway "{key}" is published.{nearest(key, shipped())}'
    elif not may_use(key, [wanted.ods_code]):
        yield f'The pathway "{key}" is another organisation\'s.'


def not_one_of(called: str, text: str, known: Sequence[str]) -> str:
    return f'"{text}" is no {called}: it is one of {", ".join(known)}.{nearest(text, known)}'


def is_day(text: str) -> bool:
    try:
        return len(text) == len("YYYY-MM-DD") and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
