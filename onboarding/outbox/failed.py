"""Mail that the server refused for good: shown to the onboarding lead, tried again, or put aside."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import OutboxMail
from onboarding.models.work import MailState
from onboarding.policies import Refused
from onboarding.words import Role

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, since when it is due, and what failed: the newest fifty, and how many there are."""

    waiting: int
    due_since: dt.datetime | None
    failed_count: int
    failed: Sequence[OutboxMail]


def mail_of(actor: Actor) -> QuerySet[OutboxMail]:
    """The mail of the organisations in which the actor is the onboarding lead."""
    return OutboxMail.objects.filter(organisation__in=actor.places(Role.ONBOARDING_LEAD))


def overview(actor: Actor) -> Overview:
    """Two queries."""
    mine = mail_of(actor)
    waits = Q(state=MailState.WAITING)
    count = mine.aggregate(
        waiting=Count("pk", filter=waits), due=Min("send_after", filter=waits),
        failed=Count("pk", filter=Q(state=MailState.FAILED)),
    )  # fmt: skip
    failed = list(mine.filter(state=MailState.FAILED).order_by("-send_after", "-pk")[:SHOWN])
    return Overview(count["waiting"], count["due"], count["failed"], failed)


def try_again(ref: uuid.UUID, *, by: Actor, at: dt.datetime) -> bool:
    """Puts a failed mail back into the queue. False: it is no longer failed; somebody was quicker."""
    with change(by=by, at=at) as made:
        row = one(ref, by)
        if row.secret:
            raise Refused("Its link is not kept. Whoever wants it asks for a new one.")
        free = OutboxMail.objects.filter(pk=row.pk, state=MailState.FAILED)
        # created_at moves on as well: five days of trying begin again
        if not free.update(state=MailState.WAITING, send_after=at, created_at=at, lease_until=None):
            return False
        note(made, row, "tried_again")
        return True


def settle(ref: uuid.UUID, *, by: Actor, at: dt.datetime) -> bool:
    """Somebody took care of it another way: it is shown no more."""
    with change(by=by, at=at) as made:
        row = one(ref, by)
        if not OutboxMail.objects.filter(pk=row.pk, state=MailState.FAILED).update(state=MailState.DROPPED):
            return False
        note(made, row, "settled")
        return True


class NoSuchMail(Refused):
    pass


def one(ref: uuid.UUID, by: Actor) -> OutboxMail:
    row = mail_of(by).filter(ref=ref).first()
    if row is None:
        raise NoSuchMail("There is no such mail.")
    return row


def note(made: Change, row: OutboxMail, what: str) -> None:
    made.note(
        organisation_ids=[row.organisation_id] if row.organisation_id else [],
        action=f"mail.{what}",
        subject=row.subject_ref or f"mail:{row.ref}",
        after={"mail": str(row.ref), "kind": row.kind},
    )
