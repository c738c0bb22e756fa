"""What a trust still lacks before its first newcomer arrives, and where each is mended."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from onboarding import heartbeat
from onboarding.models import Membership, Organisation, OutboxMail, Payday, Placement, Team
from onboarding.models.work import MailState
from onboarding.wording import count_words
from onboarding.words import OPEN_STATUSES, Function, OrganisationKind, Role
from steps.pathway import Pathway
from steps.selectors.pathways import owned_by, published_pathway

NOT_SENT = ("console", "dummy")  # EMAIL_URL was left out, or throws mail away
PEOPLE, TEAMS, DAYS, PATHWAY, SERVICE = "people", "teams", "days", "pathway", "service"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that is missing, in a sentence. `task` is the part of the set-up that it belongs to, `href` where it
    is mended ("" for what only whoever runs the service can do), `flag` how `setup_trust` mends it."""

    task: str
    says: str
    href: str = ""
    flag: str = ""

    def __str__(self) -> str:
        return f"{self.says} {self.flag}".strip()


def shortfalls(organisation: Organisation, *, today: dt.date) -> list[Shortfall]:
    """None: it can begin. Six queries."""
    return [
        *in_pathway(organisation),
        *in_people(organisation),
        *in_days(organisation, today),
        *in_service(organisation),
    ]


def page(name: str, organisation: Organisation, *more: str) -> str:
    return reverse(name, args=[organisation.ods_code.lower(), *more])


def in_pathway(organisation: Organisation) -> Iterator[Shortfall]:
    pathway = published_pathway(organisation.pathway_key)
    if pathway is None:
        says = f'No pathway "{organisation.pathway_key}" is published.'
        yield Shortfall(PATHWAY, says, page("setup_pathway", organisation), "Give another with --pathway.")
        return
    teams = {team.function: team for team in Team.objects.filter(organisation=organisation)}
    for function in needed(organisation, pathway):
        called, there = Function(function).label, page("setup_team", organisation, function)
        team = teams.get(function)
        if team is None:
            says = f"There is no team for {called}, which has steps."
            yield Shortfall(TEAMS, says, there, f"Give it one with --team {function}=MAILBOX.")
            continue
        if not team.mailbox:
            says = f"{called} has steps and no mailbox."
            yield Shortfall(TEAMS, says, there, f"Give it one with --team {function}=MAILBOX.")
        if team.lead_id is None:
            yield Shortfall(TEAMS, f"{called} has no lead, who is asked when it is late.", there)


def needed(organisation: Organisation, pathway: Pathway) -> list[str]:
    """The functions that own a step here, in the pathway's order. A lead employer's newcomers work elsewhere, so it
    needs its own side's alone; managers are written to by name.
    """
    sides = {"employer"} if organisation.kind == OrganisationKind.LEAD_EMPLOYER else {"employer", "host"}
    owners = [step.owner for step in owned_by(organisation, pathway).steps if step.side in sides]
    return [f for f in dict.fromkeys(owners) if f not in (Function.NEWCOMER, Function.MANAGER)]


def in_people(organisation: Organisation) -> Iterator[Shortfall]:
    held = Membership.objects.filter(organisation=organisation, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    there = page("setup_people", organisation)
    if Role.ONBOARDING_LEAD not in roles:
        says = "Nobody is onboarding lead."
        yield Shortfall(PEOPLE, says, there, "Name one with --lead-email and --lead-name.")
    if Role.MANAGER not in roles:
        yield Shortfall(PEOPLE, "Nobody is manager.", there, "Name them with --member manager=EMAIL=NAME.")
    here = Placement.objects.filter(Q(employer=organisation) | Q(host=organisation), status__in=OPEN_STATUSES)
    if alone := here.filter(manager=None).count():
        says = f"{count_words(alone, 'newcomer')} {'has' if alone == 1 else 'have'} no manager."
        yield Shortfall(PEOPLE, says, reverse("newcomers"), "Give one in the roster's manager_email.")


def in_days(organisation: Organisation, today: dt.date) -> Iterator[Shortfall]:
    if not Payday.objects.filter(organisation=organisation, on__gte=today).exists():
        says = "No payday lies ahead, so nobody's first payslip can be watched."
        yield Shortfall(DAYS, says, page("setup_days", organisation), "Add some with --payday.")


def in_service(organisation: Organisation) -> Iterator[Shortfall]:
    """What the service itself lacks; mended by whoever runs it."""
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in NOT_SENT:
        yield Shortfall(SERVICE, "Mail goes nowhere but the console. Set EMAIL_URL.")
    elif not OutboxMail.objects.filter(state=MailState.SENT).exists():
        yield Shortfall(SERVICE, "No mail has gone out yet. Invite somebody, and see whether it comes.",
                        page("setup_invite", organisation))  # fmt: skip
    yield from silent(heartbeat.last_heard(), timezone.now())


def silent(heard: Mapping[str, dt.datetime], now: dt.datetime) -> Iterable[Shortfall]:
    """The background processes that do not run, or not any more."""
    for process in heartbeat.PROCESSES:
        last = heard.get(process)
        if last is None or now - last > heartbeat.SILENT:
            since = "has not been heard of" if last is None else "has fallen silent"
            yield Shortfall(SERVICE, f"manage.py {process} --loop {since}. Start it on the server.")
