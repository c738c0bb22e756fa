"""The conversation's mails, one small function each. Each is a row, written in the transaction that caused it.

`recipients` are asked again just before sending: whoever may not read it by then gets nothing.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q

from escalations import links
from escalations.addresses import reply_address
from escalations.models import Escalation, Message, Pack, Press
from onboarding import notices
from onboarding.covering import standing_in
from onboarding.models import Membership, OutboxMail, Placement, Team
from onboarding.models.notices import NoticeKind
from onboarding.outbox import sending
from onboarding.outbox.posting import message_id, post
from onboarding.outbox.trust import is_trusted
from onboarding.wording import day_words, local_day
from onboarding.words import OPEN_STATUSES, Function, Role

PLACES = {press: f"[[{press}]]" for press in Press.values}  # where a pack's links stand in the stored text


def reference_of(escalation: Escalation) -> str:
    return f"escalation:{escalation.reference}"


def page_of(escalation: Escalation) -> str:
    return f"{settings.SITE_URL.rstrip('/')}/escalations/{escalation.reference}/"


def mail(escalation: Escalation, *, kind: str, to: str, context: dict[str, Any], at: dt.datetime) -> OutboxMail | None:
    """One mail of a conversation: threaded with those before it to the same address, answered to its own one."""
    first = OutboxMail.objects.filter(subject_ref=reference_of(escalation), recipient=to).order_by("pk").first()
    return post(
        kind=kind,
        to=to,
        template=kind,
        context={"reference": escalation.reference, "link": page_of(escalation), **context},
        at=at,
        organisation_id=escalation.owner_org_id,
        subject_ref=reference_of(escalation),
        reply_to=reply_address(escalation.reference),
        thread=message_id(first.ref) if first else "",
        attachments=context.get("attachments", ()),
    )


# to a team


def mailbox_of(placement: Placement, function: str, organisation_id: int | None, *, today: dt.date) -> str:
    """Where mail for an owner goes today: its mailbox, its cover's while it is away, a manager's own; "" for none.
    One query."""
    if function == Function.MANAGER:
        return placement.manager.email if placement.manager else placement.manager_email
    teams = Team.objects.select_related("covered_by")
    team = teams.filter(organisation=organisation_id, function=function).first()
    return (standing_in(team, today).mailbox or team.mailbox) if team else ""


def may_have_all(address: str) -> bool:
    return is_trusted(address, settings.ALLOWED_MAIL_DOMAINS)


def pack_mail(
    sent: Pack, escalation: Escalation, *, pictures: list[dict[str, str]], at: dt.datetime
) -> OutboxMail | None:
    until = day_words(local_day(at + links.LIVES), today=local_day(at))
    due = day_words(escalation.due_on, today=local_day(at)) if escalation.due_on else ""
    context = {"subject": sent.subject, "text": sent.text, "due": due, "until": until, "places": PLACES}
    return mail(escalation, kind="pack", to=sent.to, context=context | {"attachments": pictures}, at=at)


def answered(
    escalation: Escalation, placement: Placement, message: Message, *, pictures: list[dict[str, str]], at: dt.datetime
) -> OutboxMail | None:
    """The newcomer said something: whoever has it hears it."""
    to = mailbox_of(placement, escalation.owner_function, escalation.owner_org_id, today=local_day(at))
    full = may_have_all(to)
    context = {"name": placement.newcomer.name if full else "", "body": message.body if full else ""}
    return mail(escalation, kind="answered", to=to, context=context | {"attachments": pictures if full else []}, at=at)


def no_mailbox(escalation: Escalation, team: str, *, at: dt.datetime) -> list[str]:
    """Every onboarding lead who could help reads which team cannot be mailed; gives their names."""
    told = []
    for lead in leads(escalation):
        if mail(escalation, kind="no_mailbox", to=lead.user.email, context={"team": team}, at=at):
            told.append(lead.user.name)
    return told


def not_theirs(escalation: Escalation, team: str, *, at: dt.datetime) -> None:
    """A team says that it is not theirs, and nobody else is likelier: the onboarding lead finds the owner."""
    for lead in leads(escalation):
        mail(escalation, kind="not_theirs", to=lead.user.email, context={"team": team}, at=at)


def leads(escalation: Escalation) -> list[Membership]:
    """The onboarding leads of the organisation whose team has it; without one there, the employer's. One query."""
    orgs = [escalation.owner_org_id, escalation.placement.employer_id]
    found = list(
        Membership.objects.select_related("user").filter(
            role=Role.ONBOARDING_LEAD, organisation__in=[o for o in orgs if o], user__is_active=True
        )
    )
    here = [one for one in found if one.organisation_id == escalation.owner_org_id]
    return here or found


# to the newcomer


def newcomer_address(placement: Placement) -> str:
    """Where the newcomer reads mail: their sign-in's address, before there is one their personal address."""
    user = placement.newcomer.user
    if user is not None:
        return user.email if user.is_active else ""
    return placement.newcomer.personal_email


def to_newcomer(
    escalation: Escalation, placement: Placement, *, kind: str, context: dict[str, Any], says: str, at: dt.datetime
) -> None:
    """At once, in the daily mail or not at all, as the newcomer chose; who has no sign-in yet hears at once."""

    def at_once() -> None:
        mail(escalation, kind=kind, to=newcomer_address(placement), context=context, at=at)

    user = placement.newcomer.user
    if user is None:
        at_once()
    elif user.is_active:
        path = f"/escalations/{escalation.reference}/"
        notices.tell(user.pk, NoticeKind.MESSAGES, says=says, path=path, at=at, at_once=at_once)


def asked_more(escalation: Escalation, placement: Placement, message: Message, *, team: str) -> None:
    needs(escalation, placement, team=team, what=message.body, at=message.at)


def needs(escalation: Escalation, placement: Placement, *, team: str, what: str, at: dt.datetime) -> None:
    to_newcomer(
        escalation, placement, kind="asked_more", context={"team": team, "body": what},
        says=f"{team} needs something from you.", at=at,
    )  # fmt: skip


def said(escalation: Escalation, placement: Placement, message: Message, *, team: str) -> None:
    to_newcomer(
        escalation, placement, kind="said", context={"team": team, "body": message.body},
        says=f"{team} wrote to you.", at=message.at,
    )  # fmt: skip


def asked_works(escalation: Escalation, placement: Placement, *, team: str, step: str, at: dt.datetime) -> None:
    to_newcomer(
        escalation, placement, kind="asked_works", context={"team": team, "step": step},
        says=f"{team} says that {step} is fixed. Does it work for you?", at=at,
    )  # fmt: skip


def cleared(
    escalation: Escalation, placement: Placement, *, team: str, did: str, then: str, step: str, at: dt.datetime
) -> None:
    to_newcomer(
        escalation, placement, kind="cleared", context={"team": team, "did": did, "then": then},
        says=f"{team} cleared what held up {step}.", at=at,
    )  # fmt: skip


def moved(escalation: Escalation, placement: Placement, *, team: str, why: str, step: str, at: dt.datetime) -> None:
    to_newcomer(
        escalation, placement, kind="moved", context={"team": team, "why": why},
        says=f"{team} has {step} now.", at=at,
    )  # fmt: skip


# asked again just before sending


def conversation_of(row: OutboxMail) -> Escalation | None:
    people = ("placement__newcomer__user", "placement__manager")
    reference = row.subject_ref.partition(":")[2]
    return Escalation.objects.select_related(*people).filter(reference=reference).first()


def newcomer_now(row: OutboxMail) -> str:
    escalation = conversation_of(row)
    if escalation is None or escalation.placement.status not in OPEN_STATUSES:
        return ""
    return newcomer_address(escalation.placement)


def team_now(row: OutboxMail) -> str:
    """The mailbox of the team it was written for, while that team has it; none that may have less than it holds."""
    escalation = conversation_of(row)
    if escalation is None or not escalation.is_open:
        return ""
    sent = Pack.objects.filter(mail=row).first()
    owner = (escalation.owner_function, escalation.owner_org_id)
    if sent and (sent.owner_function, sent.owner_org_id) != owner:
        return ""
    address = mailbox_of(escalation.placement, *owner, today=local_day(row.created_at))
    return address if address == row.recipient or may_have_all(address) else ""


def lead_now(row: OutboxMail) -> str:
    still = Membership.objects.filter(
        Q(organisation=row.organisation_id) | Q(organisation=None),
        role=Role.ONBOARDING_LEAD, user__email=row.recipient, user__is_active=True,
    )  # fmt: skip
    return row.recipient if still.exists() else ""


def links_of(row: OutboxMail) -> Mapping[str, str]:
    """A pack's links, made when it goes out: no row holds what lets somebody in."""
    sent = Pack.objects.filter(mail=row).first()
    return {PLACES[p]: links.address(sent, Press(p)) for p in Press.values} if sent else {}


RECIPIENTS: dict[str, Callable[[OutboxMail], str]] = {
    "pack": team_now,
    "answered": team_now,
    "no_mailbox": lead_now,
    "not_theirs": lead_now,
    **dict.fromkeys(("asked_more", "asked_works", "said", "cleared", "moved"), newcomer_now),
}


def register() -> None:
    sending.recipients.update(RECIPIENTS)
    sending.secrets["pack"] = links_of
