"""Who works in an organisation: roles given and taken, and access that ends there and then.

Only its onboarding lead does any of this, or whoever runs the service. Roles are read afresh on every request, so
what is taken is gone with the next one.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Invitation, Membership, Newcomer, Organisation, Placement, Team, User
from onboarding.policies import Refused
from onboarding.seen import require_seen
from onboarding.setting_up import open_account, require_lead
from onboarding.sign_in import sessions
from onboarding.words import OPEN_STATUSES, Role


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who loses roles in an organisation, all of them if `gone`, and who takes over what they had in hand
    (None: their teams)."""

    user: User
    organisation_id: int
    roles: frozenset[str]
    gone: bool = False
    successor: User | None = None


# told inside the transaction; gives how many things in hand went over. Upper rooms fill it in their AppConfig
after_losing_roles: list[Callable[[Leaving, Change], int]] = []


def end_invitations(organisation_id: int, email: str, *, at: dt.datetime, role: str = "") -> None:
    """No link to this address lets in any more, and none of the old ones asks for a new one."""
    theirs = Invitation.objects.filter(organisation=organisation_id, placement=None, email=email, refused_at=None)
    if role:
        theirs = theirs.filter(role=role)
    theirs.filter(expires_at__gt=at).update(expires_at=at)
    theirs.update(refused_at=at)


@dataclass(slots=True)
class Member:
    """Somebody who works there, with their roles in the order of `Role`."""

    user: User
    roles: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles)

    @property
    def seen(self) -> dict[str, list[str]]:
        return {"roles": self.roles}


def members_of(organisation_id: int) -> list[Member]:
    """Everybody who can sign in with a role there, by name. One query."""
    rows = Membership.objects.filter(organisation=organisation_id, user__is_active=True).select_related("user")
    found: dict[int, Member] = {}
    for row in rows:
        found.setdefault(row.user_id, Member(row.user)).roles.append(row.role)
    order = {role: n for n, role in enumerate(Role.values)}
    for member in found.values():
        member.roles.sort(key=order.__getitem__)
    return sorted(found.values(), key=lambda m: (m.user.name.casefold(), m.user.email))


def member_of(organisation_id: int, user_id: int) -> Member | None:
    return next((m for m in members_of(organisation_id) if m.user.pk == user_id), None)


def invited_to(organisation_id: int, at: dt.datetime) -> list[Invitation]:
    """The staff who have been invited and have not come in, the newest first. One query."""
    waiting = Invitation.objects.filter(organisation=organisation_id, placement=None, refused_at=None)
    return list(waiting.filter(spent_at=None, expires_at__gt=at).order_by("-pk"))


def withdraw_invitation(ref: uuid.UUID, *, organisation_id: int, by: Actor, at: dt.datetime) -> bool:
    """The link lets nobody in from now on. False: it did not any more."""
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        mine = Invitation.objects.filter(ref=ref, organisation=organisation_id, placement=None)
        found = mine.filter(expires_at__gt=at, refused_at=None).first()
        if found is None:
            return False
        end_invitations(organisation_id, found.email, at=at, role=found.role)
        made.note(
            organisation_ids=[organisation_id],
            action="invitation.withdrawn",
            subject=f"organisation:{organisation_id}",
            after={"invitation": str(ref)},
        )
        return True


@dataclass(frozen=True, slots=True)
class Added:
    """Who has the role now; whether they are new to Week One, and whether the role is new to them."""

    user: User
    new_account: bool
    new_role: bool


def add_member(*, email: str, name: str, role: str, organisation_id: int, by: Actor, at: dt.datetime) -> Added:
    """Gives somebody a role, and an account without a password where they have none.

    Somebody who has an account keeps it, with its name and its password.
    """
    require_lead(by, organisation_id)
    email, name = email.strip().lower(), name.strip()
    if role not in Role.values:
        raise Refused(f'"{role}" is no role: it is one of {", ".join(Role.values)}.')
    with change(by=by, at=at) as made:
        user = User.objects.filter(email=email).first()
        new_account = user is None
        if user is None:
            user = open_account(email, name)
        elif not user.is_active:
            raise Refused(f"The account of {email} is closed.")
        _, new_role = Membership.objects.get_or_create(user=user, organisation_id=organisation_id, role=role)
        if new_role:
            made.note(
                organisation_ids=[organisation_id],
                action="member.added",
                subject=f"user:{user.pk}",
                after={"role": role, "name": user.name, "new_account": new_account},
            )
        return Added(user, new_account, new_role)


def remove_member(*, user: User, role: str, organisation_id: int, by: Actor, at: dt.datetime) -> bool:
    """Takes one role away, and from its last holder not that of onboarding lead. False: they had it not."""
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        hold_members(organisation_id)
        if role == Role.ONBOARDING_LEAD:
            require_other_lead(user.pk, organisation_id)
        gone, _ = Membership.objects.filter(user=user, organisation=organisation_id, role=role).delete()
        if not gone:
            return False
        left = Membership.objects.filter(user=user, organisation=organisation_id).exists()
        let_go(Leaving(user, organisation_id, frozenset({role}), gone=not left), made)
        made.note(
            organisation_ids=[organisation_id],
            action="member.removed",
            subject=f"user:{user.pk}",
            before={"role": role, "name": user.name},
        )
        return True


def set_roles(
    user_id: int, *, organisation_id: int, roles: Iterable[str], seen: str = "", by: Actor, at: dt.datetime
) -> bool:
    """Somebody of the organisation has exactly these roles there. False: they do. What they had claimed for a team
    that they leave is anybody's again."""
    require_lead(by, organisation_id)
    wanted = set(roles)
    if unknown := wanted - set(Role.values):
        raise Refused(f'"{min(unknown)}" is no role: it is one of {", ".join(Role.values)}.')
    if not wanted:
        raise Refused("Choose at least one role, or end their access.")
    with change(by=by, at=at) as made:
        hold_members(organisation_id)
        member = required_member(organisation_id, user_id)
        require_seen(seen, member.seen, organisation_id=organisation_id, subject=f"user:{user_id}")
        had = set(member.roles)
        if had == wanted:
            return False
        if Role.ONBOARDING_LEAD in had - wanted:
            require_other_lead(user_id, organisation_id)
        held = Membership.objects.filter(user=user_id, organisation=organisation_id)
        held.filter(role__in=had - wanted).delete()
        Membership.objects.bulk_create(
            [Membership(user_id=user_id, organisation_id=organisation_id, role=role) for role in wanted - had]
        )
        if lost := frozenset(had - wanted):
            let_go(Leaving(member.user, organisation_id, lost), made)
        made.note(
            organisation_ids=[organisation_id],
            action="member.roles",
            subject=f"user:{user_id}",
            before={"roles": sorted(had)},
            after={"roles": sorted(wanted), "name": member.user.name},
        )
        return True


def required_member(organisation_id: int, user_id: int) -> Member:
    member = member_of(organisation_id, user_id)
    if member is None:
        raise Refused("They have no access here any more.")
    return member


@dataclass(frozen=True, slots=True)
class Left:
    """How many things in hand went over or back, and whether the account was closed altogether."""

    handed_over: int
    closed: bool


def end_access(
    user_id: int, *, organisation_id: int, successor_id: int | None = None, by: Actor, at: dt.datetime
) -> Left:
    """A leaver has nothing in this organisation from now on: no role, no team to lead, no newcomer to manage, nothing
    claimed, no invitation under way. Who has no role anywhere and is no newcomer has no account either: every session
    of theirs is dead with its next request.
    """
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        hold_members(organisation_id)
        member = required_member(organisation_id, user_id)
        require_other_lead(user_id, organisation_id)
        successor = successor_of(organisation_id, user_id, successor_id)
        user = User.objects.select_for_update().get(pk=user_id)
        Membership.objects.filter(user=user, organisation=organisation_id).delete()
        end_invitations(organisation_id, user.email, at=at)
        handed_over = let_go(Leaving(user, organisation_id, frozenset(member.roles), True, successor), made)
        closed = close_account(user, by=by, at=at)
        made.note(
            organisation_ids=[organisation_id],
            action="member.left",
            subject=f"user:{user_id}",
            before={"roles": member.roles, "name": user.name},
            after={"handed_over": handed_over, "closed": closed, "to": successor.name if successor else ""},
        )
        return Left(handed_over, closed)


def successor_of(organisation_id: int, user_id: int, successor_id: int | None) -> User | None:
    if successor_id is None:
        return None
    found = member_of(organisation_id, successor_id)
    if found is None or successor_id == user_id:
        raise Refused("Choose somebody else who works here.")
    return found.user


def let_go(leaving: Leaving, made: Change) -> int:
    """What somebody had in hand by these roles goes to whoever takes over and may have it, or back to the team."""
    org, user, successor = leaving.organisation_id, leaving.user, leaving.successor
    count = 0
    if leaving.gone:
        count += Team.objects.filter(organisation=org, lead=user).update(lead=successor)
    if Role.MANAGER in leaving.roles:
        manages = successor and Membership.objects.filter(user=successor, organisation=org, role=Role.MANAGER).exists()
        people = Placement.objects.filter(Q(employer=org) | Q(host=org), manager=user, status__in=OPEN_STATUSES)
        count += people.update(
            manager=successor if manages else None, manager_email=successor.email if successor and manages else ""
        )
    return count + sum(tell(leaving, made) for tell in after_losing_roles)


def close_account(user: User, *, by: Actor, at: dt.datetime) -> bool:
    """Closes the account of somebody who has no role anywhere and is no newcomer. The password goes with it, which
    every session and every password link is signed with."""
    if user.memberships.exists() or Newcomer.objects.filter(user=user).exists():
        return False
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    sessions.end_all(user, by=by, at=at)
    return True


LAST_LEAD = "Somebody has to be onboarding lead. Make somebody else onboarding lead first."


def hold_members(organisation_id: int) -> None:
    """Two who change an organisation's roles come one after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def require_other_lead(user_id: int, organisation_id: int) -> None:
    """Refuses to take the role from the only onboarding lead who can sign in."""
    leads = Membership.objects.filter(organisation=organisation_id, role=Role.ONBOARDING_LEAD, user__is_active=True)
    holders = set(leads.values_list("user_id", flat=True))
    if holders == {user_id}:
        raise Refused(LAST_LEAD)
