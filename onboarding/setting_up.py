"""Setting an organisation up: who it is, its teams, and accounts for its newcomers (its people: `staffing`).

Every service checks who asks, refuses in words for people (`Refused`), and changes only what differs.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.invitations import can_have_account
from onboarding.models import Membership, Newcomer, Organisation, Placement, Team, User
from onboarding.outbox.posting import is_address
from onboarding.policies import Refused
from onboarding.seen import require_seen
from onboarding.words import TEAM_FUNCTIONS, Country, MailSystem, OrganisationKind, Role

ODS_CODE = re.compile(r"[A-Z0-9]{2,10}")
NAME_LETTERS, PERSON_LETTERS = 120, 200
LISTS: dict[str, tuple[str, list[str]]] = {
    "kind": ("kind", OrganisationKind.values),
    "country": ("country", Country.values),
    "usual_mail_system": ("mail system", MailSystem.values),
}


def organisation_faults(fields: Mapping[str, Any]) -> list[str]:
    """What is wrong with an organisation's columns, a sentence each. Columns that are left out are not looked at."""
    faults = []
    if "ods_code" in fields and not ODS_CODE.fullmatch(fields["ods_code"]):
        faults.append("An ODS code is 2 to 10 capital letters and digits, such as RX1.")
    if "name" in fields and not 0 < len(fields["name"].strip()) <= NAME_LETTERS:
        faults.append(f"Give the organisation a name of 1 to {NAME_LETTERS} letters.")
    for column, (called, known) in LISTS.items():
        if column in fields and fields[column] not in known:
            faults.append(f'"{fields[column]}" is no {called}: it is one of {", ".join(known)}.')
    if "opens" in fields and "closes" in fields and not fields["opens"] < fields["closes"]:
        faults.append(HOURS)
    if not 0 <= fields.get("second_factor_days", 0) <= LONGEST_GRACE:
        faults.append(f"People may go without a second step for at most {LONGEST_GRACE} days.")
    return faults


LONGEST_GRACE = 60  # days
HOURS = "It closes later on the day than it opens."


def create_organisation(
    *,
    ods_code: str,
    name: str,
    kind: str = OrganisationKind.TRUST,
    country: str = Country.ENGLAND,
    mail_system: str = MailSystem.NHSMAIL,
    by: Actor,
    at: dt.datetime,
) -> Organisation:
    """A new organisation, made by whoever runs the service: nobody has a role in it yet."""
    fields = {"ods_code": ods_code.strip().upper(), "name": name.strip(), "kind": kind, "country": country}
    fields["usual_mail_system"] = mail_system
    require_operator(by)
    if faults := organisation_faults(fields):
        raise Refused(" ".join(faults))
    with change(by=by, at=at) as made:
        if Organisation.objects.filter(ods_code=fields["ods_code"]).exists():
            raise Refused(f"{fields['ods_code']} is there already.")
        organisation = Organisation.objects.create(**fields)
        made.note(
            organisation_ids=[organisation.pk],
            action="organisation.created",
            subject=f"organisation:{organisation.ods_code}",
            after=fields,
        )
        return organisation


OPERATORS = ("kind",)  # what an organisation is; the rest is its onboarding lead's to say


def change_organisation(
    *, organisation_id: int, fields: Mapping[str, Any], seen: str = "", by: Actor, at: dt.datetime
) -> bool:
    """Writes those of its details that differ: name, kind, country, usual mail system, opening hours, whether IT sees
    dates of birth, and how long people may go without a second factor. False: nothing does. `seen` is the mark of
    what was on the page (`onboarding.seen`).
    """
    require_operator(by) if set(fields) & set(OPERATORS) else require_lead(by, organisation_id)
    if faults := organisation_faults(fields):
        raise Refused(" ".join(faults))
    with change(by=by, at=at) as made:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        subject = f"organisation:{organisation.ods_code}"
        kept = {name: getattr(organisation, name) for name in fields}
        require_seen(seen, kept, organisation_id=organisation_id, subject=subject)
        before = {k: v for k, v in kept.items() if v != fields[k]}
        if not before:
            return False
        if "country" in before and is_lived_in(organisation_id):
            raise Refused(IN_USE)
        after = {k: fields[k] for k in before}
        for column, value in after.items():
            setattr(organisation, column, value)
        organisation.save(update_fields=list(after))
        made.note(
            organisation_ids=[organisation_id],
            action="organisation.changed",
            subject=subject,
            before=plain(before),
            after=plain(after),
        )
        return True


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the trail keeps it: a time of day as text."""
    return {k: v.isoformat("minutes") if isinstance(v, dt.time) else v for k, v in values.items()}


IN_USE = "The country stays: newcomers are on its steps, and their days are counted by its bank holidays."


def is_lived_in(organisation_id: int) -> bool:
    return Placement.objects.filter(host=organisation_id).exists()


def set_team(
    *,
    organisation_id: int,
    function: str,
    mailbox: str | None = None,
    lead: User | None = None,
    by: Actor,
    at: dt.datetime,
) -> bool:
    """Gives a team its mailbox or its lead; None leaves what is there, an empty mailbox takes it away. False: nothing
    differs.
    """
    wanted: dict[str, Any] = {} if mailbox is None else {"mailbox": mailbox}
    if lead is not None:
        wanted["lead_id"] = lead.pk
    return change_team(organisation_id=organisation_id, function=function, wanted=wanted, by=by, at=at)


def change_team(
    *,
    organisation_id: int,
    function: str,
    wanted: Mapping[str, Any],
    seen: str = "",
    by: Actor,
    at: dt.datetime,
) -> bool:
    """Writes those of `mailbox`, `lead_id`, `opens` and `closes` that differ, and makes the team if there is none."""
    require_lead(by, organisation_id)
    require_team(organisation_id, function, wanted)
    with change(by=by, at=at) as made:
        team, new = Team.objects.select_for_update().get_or_create(organisation_id=organisation_id, function=function)
        kept = {k: getattr(team, k) for k in wanted}
        require_seen(seen, kept, organisation_id=organisation_id, subject=f"team:{team.pk}")
        before = {k: v for k, v in kept.items() if v != wanted[k]}
        if not before and not new:
            return False
        after = {k: wanted[k] for k in before}
        Team.objects.filter(pk=team.pk).update(**after)
        made.note(
            organisation_ids=[organisation_id],
            action="team.changed",
            subject=f"team:{team.pk}",
            before=plain(before),
            after={"function": function, **plain(after)},
        )
        return True


def require_team(organisation_id: int, function: str, wanted: Mapping[str, Any]) -> None:
    if function not in TEAM_FUNCTIONS:
        raise Refused(f'"{function}" is no team: it is one of {", ".join(TEAM_FUNCTIONS)}.')
    mailbox, lead = wanted.get("mailbox"), wanted.get("lead_id")
    if mailbox and not is_address(mailbox):
        raise Refused(f'"{mailbox}" is not an email address.')
    if lead and not Membership.objects.filter(user=lead, organisation=organisation_id, user__is_active=True).exists():
        raise Refused("The lead of a team works in the organisation. Add them first.")
    opens, closes = wanted.get("opens"), wanted.get("closes")
    if (opens is None) != (closes is None):
        raise Refused("Give both hours, or neither.")
    if opens is not None and closes is not None and not opens < closes:
        raise Refused(HOURS)


def open_newcomer_account(*, placement: Placement, email: str = "", by: Actor, at: dt.datetime) -> User:
    """An account for a newcomer, at their personal address or the one given. Needs employer and host of the placement.

    An address that is in use already is refused without saying whose it is: only its owner, with the mail in hand,
    may join a newcomer to an account that is there (`invitations.accept`).
    """
    with change(by=by, at=at) as made:
        newcomer = Newcomer.objects.select_for_update().get(pk=placement.newcomer_id)
        placement.newcomer = newcomer
        if not (decision := can_have_account(by, placement)):
            raise Refused(decision.reason)
        address = (email or newcomer.personal_email).strip().lower()
        if not address:
            raise Refused("There is no personal email address on the record.")
        if is_taken(address):
            raise Refused(TAKEN)
        newcomer.user = open_account(address, newcomer.name[:PERSON_LETTERS])
        newcomer.save(update_fields=["user"])
        made.note(
            organisation_ids=[placement.employer_id, placement.host_id],
            action="newcomer.account_opened",
            subject=f"placement:{placement.ref}",
        )  # without the address, which is the newcomer's own
        return newcomer.user


TAKEN = "This email address cannot be used for a new account. Give another one."


def is_taken(address: str) -> bool:
    return User.objects.filter(email=address).exists() or EmailAddress.objects.filter(email__iexact=address).exists()


def open_account(email: str, name: str) -> User:
    """The rows of an account that nobody can sign in to until its `password_link` was used.

    The address counts as confirmed: allauth confirms nothing when a password is set by a link, and here the link is
    handed over by the operator, who vouches for the address. Otherwise the first sign-in would wait for a mail, from
    a service that may have no mail server yet.
    """
    if not is_address(email):
        raise Refused(f'"{email}" is not an email address.')
    if not 0 < len(name) <= PERSON_LETTERS:
        raise Refused(f"Give {email} a name of 1 to {PERSON_LETTERS} letters.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, name=name)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    except IntegrityError as error:  # somebody else was quicker
        raise Refused(TAKEN) from error
    return user


def password_link(user: User) -> str:
    """Where this person sets a password. Ends when it was used, and after `PASSWORD_RESET_TIMEOUT`.

    Whoever has it is let in: print it once, keep it nowhere.
    """
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(settings.SITE_URL).rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)


def require_operator(by: Actor) -> None:
    if by.user_id is not None:
        raise Refused("Only whoever runs the service can set an organisation up.")


def require_lead(by: Actor, organisation_id: int) -> None:
    if by.user_id is not None and not by.has(Role.ONBOARDING_LEAD, organisation_id):
        raise Refused("Only the onboarding lead can change teams and roles.")
