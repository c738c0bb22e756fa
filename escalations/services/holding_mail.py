"""Mail that nobody could place: the onboarding lead reads it, puts it where it belongs, or discards it."""

import datetime as dt
import uuid

from django.db.models import QuerySet

from escalations import policies
from escalations.inbox.replies import reply_in
from escalations.models import Escalation, Holding, InboundMail, InboundState, Kind, Message, Visibility
from escalations.services.talking import touch
from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.policies import YES, Decision, Refused, no
from onboarding.words import Role

SHOWN = 50
THE_SENDER = "somebody whom Week One does not know"


def can_read_held(actor: Actor) -> Decision:
    if actor.places(Role.ONBOARDING_LEAD):
        return YES
    return no("Only the onboarding lead can see replies that nobody could place.")


def held_mail(actor: Actor) -> QuerySet[InboundMail]:
    """What waits for this onboarding lead, oldest first."""
    mine = InboundMail.objects.filter(state=InboundState.HELD, organisation__in=actor.places(Role.ONBOARDING_LEAD))
    return mine.select_related("escalation").order_by("received_at", "pk")


class NoSuchMail(Refused):
    pass


def one_for(actor: Actor, ref: uuid.UUID) -> InboundMail:
    found = held_mail(actor).filter(ref=ref).first()
    if found is None:
        raise NoSuchMail("There is no such mail here any more.")
    return found


def attach(ref: uuid.UUID, *, reference: str, visibility: str, by: Actor, at: dt.datetime) -> Escalation:
    """Puts a held mail into a conversation that the lead may read, under its sender's address. Pictures in it are not
    taken: nobody vouches for them. Two leads at once: one wins, the other is told."""
    with change(by=by, at=at) as made:
        row = locked(one_for(by, ref), by)
        one = conversation_for(by, reference)
        reply = reply_in(row.text)
        row.message = Message.objects.create(
            escalation=one,
            kind=Kind.MAIL_IN,
            visibility=Visibility(visibility),
            at=at,
            by_name=row.sender or THE_SENDER,
            by_team=f"placed here by {by.name}"[:200],
            body=reply.said or row.subject or "A mail without words.",
            quoted=reply.quoted,
        )
        touch(one, at)
        settle(made, row, InboundState.ATTACHED, one, by=by, at=at)
        return one


def discard(ref: uuid.UUID, *, by: Actor, at: dt.datetime) -> None:
    """Nobody's reply. Its bytes stay in the storage until retention takes them."""
    with change(by=by, at=at) as made:
        row = locked(one_for(by, ref), by)
        settle(made, row, InboundState.DISCARDED, row.escalation, by=by, at=at)


def locked(row: InboundMail, by: Actor) -> InboundMail:
    held = InboundMail.objects.select_for_update().get(pk=row.pk)
    if held.state != InboundState.HELD:
        raise Refused(f"{held.settled_by_name} placed or discarded it while you looked.")
    return held


def conversation_for(by: Actor, reference: str) -> Escalation:
    people = ("placement__newcomer__user", "placement__employer", "placement__host", "placement__chain__pathway")
    one = (
        Escalation.objects.select_for_update(of=("self",))
        .select_related(*people, "placement__manager", "owner_org")
        .filter(reference__iexact=" ".join(reference.split()))
        .first()
    )
    if one is None or not policies.can_read(by, one.placement, one, Holding.objects.filter(escalation=one)):
        raise Refused("There is no conversation of that reference here.")
    decision = policies.can_say(by, one.placement)
    if not decision:
        raise Refused(decision.reason)
    return one


def settle(
    made: Change, row: InboundMail, state: InboundState, one: Escalation | None, *, by: Actor, at: dt.datetime
) -> None:
    row.state, row.escalation, row.text = state, one, ""
    row.settled_at, row.settled_by_id, row.settled_by_name = at, by.user_id, by.name[:200]
    row.save()
    attached = state == InboundState.ATTACHED and one is not None
    made.note(
        organisation_ids=(one.placement.employer_id, one.placement.host_id)
        if attached and one
        else [row.organisation_id or 0],
        action="mail.placed" if attached else "mail.discarded",
        subject=f"placement:{one.placement.ref}" if attached and one else f"mail:{row.ref}",
        after={"mail": str(row.ref), **({"reference": one.reference} if attached and one else {})},
    )
