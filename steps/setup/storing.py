"""Writing what is wanted, in one transaction, and only what differs."""

import datetime as dt
from dataclasses import dataclass, field

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation, User
from onboarding.setting_up import change_organisation, create_organisation, password_link, set_team
from onboarding.staffing import add_member
from onboarding.words import Function, Role
from steps.models import PathwayVersion
from steps.services.placements import add_paydays
from steps.services.publishing import publish_shipped, use_for_arrivals
from steps.setup.wanted import Wanted


@dataclass(slots=True)
class Done:
    """The organisation, what was changed in words, and each new account with the link that sets its password."""

    organisation: Organisation
    changes: list[str] = field(default_factory=list)
    new_accounts: list[tuple[User, str]] = field(default_factory=list)


def set_up(wanted: Wanted, *, by: Actor, at: dt.datetime) -> Done:
    """Needs a `wanted` without faults. Run again with the same, it changes nothing."""
    with change(by=by, at=at):
        done = organisation(wanted, by=by, at=at)
        pk = done.organisation.pk
        if not PathwayVersion.objects.exists():
            keys = ", ".join(version.key for version in publish_shipped(at=at, by=by))
            done.changes.append(f"Published the pathways {keys}.")
        if wanted.pathway and use_for_arrivals(pk, wanted.pathway, by=by, at=at):
            done.changes.append(f"Newcomers are put on the pathway {wanted.pathway}.")
        for function, mailbox in wanted.teams:
            if set_team(organisation_id=pk, function=function, mailbox=mailbox, by=by, at=at):
                done.changes.append(f"{Function(function).label} is written to at {mailbox}.")
        members(wanted, done, by=by, at=at)
        if wanted.paydays and (added := add_paydays(pk, wanted.days(), by=by, at=at)):
            done.changes.append(f"Added {added} payday{'' if added == 1 else 's'}.")
        done.organisation.refresh_from_db()
    return done


def organisation(wanted: Wanted, *, by: Actor, at: dt.datetime) -> Done:
    there = Organisation.objects.filter(ods_code=wanted.ods_code).first()
    given = wanted.columns()
    if there is None:
        if "usual_mail_system" in given:
            given["mail_system"] = given.pop("usual_mail_system")
        made = create_organisation(ods_code=wanted.ods_code, by=by, at=at, **given)
        return Done(made, [f"Made {made.name} ({made.ods_code})."])
    done = Done(there)
    if change_organisation(organisation_id=there.pk, fields=given, by=by, at=at):
        done.changes.append(f"Changed what {there.ods_code} is.")
    return done


def members(wanted: Wanted, done: Done, *, by: Actor, at: dt.datetime) -> None:
    names = {m.email.lower(): m.name for m in reversed(wanted.members) if m.name}  # one name will do for two roles
    for member in wanted.members:
        name = member.name or names.get(member.email.lower(), "")
        added = add_member(
            email=member.email, name=name, role=member.role, organisation_id=done.organisation.pk, by=by, at=at
        )
        if added.new_account:
            done.new_accounts.append((added.user, password_link(added.user)))
        if added.new_role:
            done.changes.append(f"{added.user.name or added.user.email} is {Role(member.role).label} now.")
