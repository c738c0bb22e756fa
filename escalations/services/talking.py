"""What is said in a conversation, and who has it in hand. What is done to the blocker goes through the steps' verbs.

Each function takes the conversation's `reference`, `by=` and `at=`, locks the conversation, asks the policy again, and
leaves one audit entry. Whoever should hear of it is mailed in the same transaction.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from escalations import mailing, policies
from escalations.models import Asked, Escalation, Evidence, Holding, Kind, Message, Visibility
from escalations.services import packs, pictures, winding
from escalations.services.pictures import Prepared
from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Placement
from onboarding.policies import Decision, Refused
from onboarding.words import Function, Role
from steps.models import Fact
from steps.policies import is_newcomer
from steps.services.locking import NotThere
from steps.words import team_words

LETTERS = 4000


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation, locked, with all that the policies ask."""

    escalation: Escalation
    placement: Placement
    holdings: list[Holding]


@contextmanager
def held(reference: str, *, by: Actor, at: dt.datetime) -> Iterator[tuple[Change, Held]]:
    """Locks the conversation; `NotThere` where there is none that `by` may read."""
    with change(by=by, at=at) as made:
        people = ("placement__newcomer__user", "placement__employer", "placement__host", "placement__manager")
        locked = Escalation.objects.select_for_update(of=("self",)).select_related(
            *people, "placement__chain__pathway"
        )
        escalation = locked.filter(reference=reference).first()
        holdings = list(Holding.objects.filter(escalation=escalation)) if escalation else []
        if escalation is None or not policies.can_read(by, escalation.placement, escalation, holdings):
            raise NotThere(reference)
        yield made, Held(escalation, escalation.placement, holdings)


def require(decision: Decision) -> None:
    if not decision:
        raise Refused(decision.reason)


def say(
    reference: str,
    *,
    body: str,
    visibility: str,
    by: Actor,
    at: dt.datetime,
    press: str = "",
    shown: Prepared | None = None,
) -> Message:
    """A note of the staff's, or the newcomer's reply, which starts the clock again. The same `press` again says
    nothing again, and answers the message that it made."""
    with held(reference, by=by, at=at) as (made, one):
        require(policies.can_say(by, one.placement))
        mine = is_newcomer(by, one.placement)
        if (known := pressed(one.escalation, press)) is not None:
            return known
        message = write(
            one, kind=Kind.REPLY if mine else Kind.NOTE, body=body, by=by, at=at, press=press,
            visibility=Visibility.EVERYONE if mine else Visibility(visibility),
        )  # fmt: skip
        kept = keep_pictures(one, message, shown, by=by, at=at)
        if mine and one.escalation.asked == Asked.MORE:
            ask_nothing(one.escalation)
        touch(one.escalation, at)
        tell(one, message, kept)
        note(made, one, "conversation.said", message=message.pk, visibility=message.visibility)
        return message


def ask_more(reference: str, *, body: str, by: Actor, at: dt.datetime, press: str = "") -> Message:
    """The newcomer is asked for something; the clock stands still until they answer."""
    with held(reference, by=by, at=at) as (made, one):
        require(policies.can_ask(by, one.placement, one.escalation, one.holdings))
        if (known := pressed(one.escalation, press)) is not None:
            return known
        message = write(one, kind=Kind.NOTE, body=body, visibility=Visibility.EVERYONE, by=by, at=at, press=press)
        ask(one.escalation, Asked.MORE, by=by, at=at)
        touch(one.escalation, at)
        mailing.asked_more(one.escalation, one.placement, message, team=message.by_team or by.name)
        note(made, one, "conversation.asked_more", message=message.pk)
        return message


def ask_whether_it_works(
    reference: str, *, by: Actor, at: dt.datetime, team: str, step: str, body: str = ""
) -> Message | None:
    """Its owner says that it is fixed: only the newcomer knows. None where they are asked already."""
    with held(reference, by=by, at=at) as (made, one):
        require(policies.can_ask(by, one.placement, one.escalation, one.holdings))
        if one.escalation.asked == Asked.WORKS:
            return None
        said = f"{team} says that this is fixed." + (f" {body}" if body else "")
        message = write(one, kind=Kind.NOTE, body=said, visibility=Visibility.EVERYONE, by=by, at=at)
        ask(one.escalation, Asked.WORKS, by=by, at=at)
        touch(one.escalation, at)
        mailing.asked_works(one.escalation, one.placement, team=team, step=step, at=at)
        note(made, one, "conversation.asked_whether_it_works")
        return message


def still_wrong(
    reference: str, *, body: str, by: Actor, at: dt.datetime, press: str = "", shown: Prepared | None = None
) -> Message | None:
    """The newcomer says that it is not fixed: it goes on with whoever has it. What is cleared is opened again by
    `raising.raise_again` instead; None where that has just been done in these words, as by a double press."""
    said = f"Still wrong: {body}" if body else "Still wrong."
    with held(reference, by=by, at=at) as (_, one):
        require(policies.can_say_works(by, one.placement, one.escalation))
        if one.escalation.asked == Asked.WORKS:
            ask_nothing(one.escalation)
        elif raised_with(reference) == said:
            return None
    return say(reference, body=said, visibility="everyone", by=by, at=at, press=press, shown=shown)


def raised_with(reference: str) -> str:
    """What was said when it was raised, or raised again, last."""
    raised = Fact.objects.filter(blocker=reference, kind="blocked").order_by("-pk")
    return raised.values_list("reason", flat=True).first() or ""


def claim(reference: str, *, instead_of: int | None = None, by: Actor, at: dt.datetime) -> bool:
    """One person of the team has it in hand. Whoever takes it over names whom they saw there; another by then is
    refused with their name. False: it was theirs already."""
    with held(reference, by=by, at=at) as (made, one):
        escalation = one.escalation
        require(policies.can_claim(by, one.placement, escalation))
        if escalation.claimed_at and escalation.claimed_by_id == by.user_id:
            return False
        if escalation.claimed_at and escalation.claimed_by_id != instead_of:
            raise Refused(f"{escalation.claimed_by_name} has this since you looked. Take over if that was agreed.")
        before = escalation.claimed_by_name
        escalation.claimed_at, escalation.claimed_by_id, escalation.claimed_by_name = at, by.user_id, by.name[:200]
        escalation.save(update_fields=["claimed_at", "claimed_by", "claimed_by_name"])
        note(made, one, "conversation.claimed", instead_of=before)
        return True


def let_go(reference: str, *, by: Actor, at: dt.datetime) -> bool:
    """Back to the whole team. False: it was not theirs."""
    with held(reference, by=by, at=at) as (made, one):
        escalation = one.escalation
        if not escalation.claimed_at or escalation.claimed_by_id != by.user_id:
            return False
        escalation.claimed_at, escalation.claimed_by, escalation.claimed_by_name = None, None, ""
        escalation.save(update_fields=["claimed_at", "claimed_by", "claimed_by_name"])
        note(made, one, "conversation.let_go")
        return True


def note_ticket(reference: str, *, number: str, by: Actor, at: dt.datetime) -> bool:
    """The team's own ticket number, shown to everybody here. False: it stood already."""
    with held(reference, by=by, at=at) as (made, one):
        require(policies.can_note_ticket(by, one.placement, one.escalation, one.holdings))
        number = " ".join(number.split())[:40]
        if one.escalation.ticket_number == number:
            return False
        one.escalation.ticket_number = number
        one.escalation.save(update_fields=["ticket_number"])
        note(made, one, "conversation.ticket", number=number)
        return True


def by_mail(
    escalation: Escalation,
    *,
    body: str,
    quoted: str,
    by_name: str,
    at: dt.datetime,
    by: Actor | None = None,
    by_team: str = "",
    by_newcomer: bool = False,
    shown: Prepared | None = None,
) -> Message:
    """A reply that came by mail, whose sender has been checked: a note for everybody, which clears nothing. The
    newcomer's is an answer. Runs in the caller's `change`."""
    message = Message.objects.create(
        escalation=escalation, kind=Kind.MAIL_IN, visibility=Visibility.EVERYONE, at=at,
        by_id=by.user_id if by else None, by_name=by_name[:200], by_team=by_team[:200], by_newcomer=by_newcomer,
        body=body, quoted=quoted,
    )  # fmt: skip
    author = by or Actor(None, by_name)
    one = Held(escalation, escalation.placement, [])
    kept = keep_pictures(one, message, shown, by=author, at=at)
    if by_newcomer and escalation.asked == Asked.MORE:
        ask_nothing(escalation)
    touch(escalation, at)
    tell(one, message, kept)
    return message


def tell_by_itself(
    escalation: Escalation, body: str, *, at: dt.datetime, visibility: str = Visibility.EVERYONE
) -> Message:
    """What the product did by itself, as a line in the conversation. Runs in the caller's `change`."""
    message = Message.objects.create(
        escalation=escalation, kind=Kind.SYSTEM, visibility=visibility, at=at, by_name="Week One", body=body
    )
    touch(escalation, at)
    return message


def keep_pictures(
    one: Held, message: Message, shown: Prepared | None, *, by: Actor, at: dt.datetime
) -> list[Evidence]:
    if shown is None:
        return []
    return pictures.keep_all(shown, placement=one.placement, by=by, at=at, escalation=one.escalation, message=message)


def write(one: Held, *, kind: str, body: str, visibility: str, by: Actor, at: dt.datetime, press: str = "") -> Message:
    return Message.objects.create(
        escalation=one.escalation, kind=kind, visibility=visibility, at=at, by_id=by.user_id, by_name=by.name[:200],
        by_team=team_of(by, one)[:200], by_newcomer=is_newcomer(by, one.placement), body=body.replace("\x00", ""),
        press=press or None,
    )  # fmt: skip


def pressed(escalation: Escalation, press: str) -> Message | None:
    """What this press has said already. The conversation is locked, so that a second one comes after the first."""
    return Message.objects.filter(escalation=escalation, press=press).first() if press else None


def tell(one: Held, message: Message, evidence: Sequence[Evidence]) -> None:
    """The other side hears of it; notes for staff are read in the queue."""
    if message.visibility == Visibility.STAFF or not one.escalation.is_open:
        return
    if message.by_newcomer:
        if one.escalation.owner_function != Function.NEWCOMER:
            attached = [packs.attachment(n, e) for n, e in enumerate(evidence, start=1) if e.can_be_shown]
            mailing.answered(one.escalation, one.placement, message, pictures=attached, at=message.at)
    else:
        mailing.said(one.escalation, one.placement, message, team=message.by_team or message.by_name)


def team_of(by: Actor, one: Held) -> str:
    """Whose words they are: of the person's roles the one that has it, or had it, else their first."""
    if is_newcomer(by, one.placement):
        return ""
    current = (one.escalation.owner_function, one.escalation.owner_org_id)
    owners = [current, *((h.function, h.org_id) for h in reversed(one.holdings))]
    for function, org in owners:
        if function == Function.MANAGER and one.placement.manager_id == by.user_id:
            return "Manager"
        grant = next((g for g in by.grants if (g.role, g.place.id) == (function, org)), None)
        if grant:
            return team_words(function, grant.place.name)
    lead = next((g for g in by.grants if g.role == Role.ONBOARDING_LEAD), None)
    if lead:
        return f"Onboarding lead at {lead.place.name}"
    return next((f"{Role(g.role).label} at {g.place.name}" for g in by.grants), "")


def ask(escalation: Escalation, what: Asked, *, by: Actor, at: dt.datetime) -> None:
    escalation.asked, escalation.asked_at = what, at
    escalation.asked_by_id, escalation.asked_by_name = by.user_id, by.name[:200]
    escalation.save(update_fields=["asked", "asked_at", "asked_by", "asked_by_name"])
    winding.wind(escalation, at=at)


def ask_nothing(escalation: Escalation) -> None:
    escalation.asked, escalation.asked_at = Asked.NOTHING, None
    escalation.asked_by_id, escalation.asked_by_name = None, ""
    escalation.save(update_fields=["asked", "asked_at", "asked_by", "asked_by_name"])


def touch(escalation: Escalation, at: dt.datetime) -> None:
    escalation.last_at = max(at, escalation.last_at)
    escalation.save(update_fields=["last_at"])
    winding.wind(escalation, at=at)


def note(made: Change, one: Held, action: str, **after: object) -> None:
    made.note(
        organisation_ids=(one.placement.employer_id, one.placement.host_id),
        action=action,
        subject=f"placement:{one.placement.ref}",
        after={"reference": one.escalation.reference, **after},
    )
