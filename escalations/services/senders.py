"""Is a mail's sender somebody of a conversation? By addresses that we know, never by what the mail says of itself."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from escalations.models import Escalation
from onboarding.actors import Actor
from onboarding.covering import standing_in
from onboarding.models import Membership, Organisation, Placement, Team, User
from onboarding.words import Function, Role
from steps.words import team_words


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose words they are. `team` is empty for the newcomer."""

    actor: Actor
    team: str = ""
    is_newcomer: bool = False


def sender_in(one: Escalation, address: str, name: str, *, today: dt.date) -> Sender | None:
    """The newcomer by an address of theirs; a member, lead or mailbox of a team that has or had it, or that covers
    for it; the manager where the manager has it; the onboarding lead. None: nobody of this conversation."""
    placement = one.placement
    person = placement.newcomer
    own = {person.personal_email, person.work_email, person.user.email if person.user else ""} - {""}
    if address in {a.lower() for a in own}:
        return Sender(Actor(person.user_id, person.name, newcomer_id=person.pk), is_newcomer=True)
    held = {(h.function, h.org_id) for h in one.holdings.all() if h.org_id}
    if any(function == Function.MANAGER for function, _ in held) and address == manager_address(placement):
        manager = placement.manager
        return Sender(Actor(placement.manager_id, manager.name if manager else name or address), "The manager")
    return of_team(held, address, name, today) or of_lead(placement, held, address)


def manager_address(placement: Placement) -> str:
    manager = placement.manager
    return (manager.email if manager and manager.is_active else placement.manager_email).lower()


def of_team(held: set[tuple[str, int]], address: str, name: str, today: dt.date) -> Sender | None:
    where = Q(pk__in=[])
    for function, org in held:
        where |= Q(function=function, organisation=org)
    people = ("organisation", "lead", "covered_by__organisation", "covered_by__lead")
    teams = list(Team.objects.filter(where).select_related(*people))
    for team in dict.fromkeys([*teams, *(standing_in(team, today) for team in teams)]):
        called = team_words(team.function, team.organisation.name)
        if team.lead and team.lead.is_active and team.lead.email == address:
            return Sender(Actor(team.lead_id, str(team.lead)), called)
        if user := member(team, address):
            return Sender(Actor(user.pk, str(user)), called)
        if team.mailbox.lower() == address:
            return Sender(Actor(None, name or address), called)
    return None


def member(team: Team, address: str) -> User | None:
    if team.function == Function.MANAGER:
        return None  # managers are no team: one's newcomers are not another's
    found = Membership.objects.filter(role=team.function, organisation=team.organisation_id)
    one = found.filter(user__email=address, user__is_active=True).select_related("user").first()
    return one.user if one else None


def of_lead(placement: Placement, held: set[tuple[str, int]], address: str) -> Sender | None:
    orgs = {placement.employer_id, *(org for _, org in held)}
    found = Membership.objects.filter(role=Role.ONBOARDING_LEAD, organisation__in=orgs, user__email=address)
    one = found.filter(user__is_active=True).select_related("user", "organisation").first()
    return Sender(Actor(one.user_id, str(one.user)), f"Onboarding lead at {one.organisation}") if one else None


def organisation_of(address: str) -> int | None:
    """Whose onboarding lead is to look at a mail from there, when no conversation says so; None: nobody knows it."""
    team = (
        Team.objects.filter(mailbox__iexact=address).values_list("organisation", flat=True).first()
        if address
        else None
    )
    if team or not address:
        return team
    work = Membership.objects.filter(user__email=address).order_by("pk").values_list("organisation", flat=True).first()
    if work:
        return work
    known = Q(newcomer__personal_email__iexact=address) | Q(newcomer__work_email__iexact=address)
    known |= Q(newcomer__user__email=address)
    return Placement.objects.filter(known).order_by("-start_date").values_list("host", flat=True).first()


def whose_by_default() -> int | None:
    """The organisation that looks after what nobody can place: the first that was set up and has an onboarding
    lead. One, and not all: what a stranger wrote may be about anybody."""
    led = Organisation.objects.filter(memberships__role=Role.ONBOARDING_LEAD, memberships__user__is_active=True)
    return led.order_by("pk").values_list("pk", flat=True).first()
