"""What a trust still lacks before its first newcomer arrives."""

import datetime as dt

from django.conf import settings

from onboarding.models import Membership, Organisation, Payday, Team
from onboarding.words import Function, OrganisationKind, Role
from steps.pathway import Pathway
from steps.selectors.pathways import published_pathway

NOT_SENT = ("console", "dummy")  # EMAIL_URL was left out, or throws mail away


def shortfalls(organisation: Organisation, *, today: dt.date) -> list[str]:
    """A sentence each, with what to do; none: it can begin."""
    short = []
    pathway = published_pathway(organisation.pathway_key)
    if pathway is None:
        short.append(f'No pathway "{organisation.pathway_key}" is published. Give another with --pathway.')
    else:
        short += without_mailbox(organisation, pathway)
    held = Membership.objects.filter(organisation=organisation, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    if Role.ONBOARDING_LEAD not in roles:
        short.append("Nobody is onboarding lead. Name one with --lead-email and --lead-name.")
    if Role.MANAGER not in roles:
        short.append("Nobody is manager. Name them with --member manager=EMAIL=NAME.")
    if not Payday.objects.filter(organisation=organisation, on__gte=today).exists():
        short.append("No payday lies ahead, so nobody's first payslip can be watched. Add some with --payday.")
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in NOT_SENT:
        short.append("Mail goes nowhere but the console. Set EMAIL_URL.")
    return short


def without_mailbox(organisation: Organisation, pathway: Pathway) -> list[str]:
    written = Team.objects.filter(organisation=organisation).exclude(mailbox="").values_list("function", flat=True)
    return [
        f"{Function(function).label} has steps and no mailbox. Give it one with --team {function}=MAILBOX."
        for function in needed(organisation, pathway)
        if function not in set(written)
    ]


def needed(organisation: Organisation, pathway: Pathway) -> list[str]:
    """The functions that own a step here, in the pathway's order. A lead employer's newcomers work elsewhere, so it
    needs its own side's alone; managers are written to by name.
    """
    sides = {"employer"} if organisation.kind == OrganisationKind.LEAD_EMPLOYER else {"employer", "host"}
    owners = [step.owner for step in pathway.steps if step.side in sides]
    return [f for f in dict.fromkeys(owners) if f not in (Function.NEWCOMER, Function.MANAGER)]
