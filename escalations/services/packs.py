"""Packs: composed for whoever has it, shown before they go, frozen as they went."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from escalations import mailing, pack
from escalations.cases import organisation_name
from escalations.models import Escalation, Evidence, Kind, Message, Pack, Visibility
from escalations.pack import Draft, Told
from escalations.routing import Owner
from onboarding.actors import Actor, Grant, Place
from onboarding.audit import Change
from onboarding.models import Organisation, Placement
from onboarding.policies import visible_fields
from onboarding.wording import capital, list_words, local_day
from onboarding.words import Function
from steps.services.settling import org_on_side
from steps.words import team_words


@dataclass(frozen=True, slots=True)
class Envelope:
    """A draft and where it goes. `to` empty: the team has no mailbox. `full`: the address may have all of it."""

    draft: Draft
    owner: Owner
    to: str
    to_name: str
    full: bool


def envelope(
    placement: Placement, owner: Owner, told: Told, *, pictures: int, waiting: int, today: dt.date
) -> Envelope:
    """What an owner would get. Two queries."""
    function, side = owner
    org = org_on_side(placement, function, side)
    to = mailing.mailbox_of(placement, function, org, today=today)
    draft = pack.compose(
        person_of(placement), told, function=function, may_have=may_have(placement, owner), pictures=pictures,
        waiting=waiting,
    )  # fmt: skip
    return Envelope(draft, owner, to, team_of(placement, owner), mailing.may_have_all(to))


def person_of(placement: Placement) -> pack.Person:
    newcomer = placement.newcomer
    return pack.Person(
        newcomer.name, placement.role, placement.start_date, newcomer.date_of_birth, placement.assignment_number
    )


def may_have(placement: Placement, owner: Owner) -> frozenset[str]:
    """The fields that a member of the owning team may see: the page and the mail share one rule."""
    function, side = owner
    org: Organisation = placement.employer if side == "employer" else placement.host
    place = Place(org.pk, org.name, org.ods_code, org.it_sees_date_of_birth)
    return visible_fields(Actor(None, "", (Grant(function, place),)), placement)


def team_of(placement: Placement, owner: Owner) -> str:
    """ "IT at Northgate", "the manager"."""
    function, side = owner
    if function == Function.NEWCOMER:
        return placement.newcomer.name
    if function == Function.MANAGER:
        return "the manager"
    return team_words(function, organisation_name(placement, side))


def owner_of(escalation: Escalation) -> Owner:
    return escalation.owner_function, escalation.owner_side or None


def send(
    made: Change,
    escalation: Escalation,
    placement: Placement,
    told: Told,
    *,
    waiting: int,
    by: Actor,
    at: dt.datetime,
) -> Pack | None:
    """Sends a pack to whoever has it now, in the caller's change, and freezes it. The newcomer's own gets none."""
    owner = owner_of(escalation)
    if owner[0] == Function.NEWCOMER or escalation.owner_org_id is None:
        return None
    pictures = pictures_for(escalation, owner)
    ready = envelope(
        placement, owner, told, pictures=len(pictures), waiting=waiting, today=local_day(at)
    )  # fmt: skip
    sent = frozen(escalation, ready, pictures, by=by, at=at)
    attached = [attachment(n, one) for n, one in enumerate(pictures, start=1) if ready.full and one.can_be_shown]
    if sent.to:
        sent_mail = mailing.pack_mail(sent, escalation, pictures=attached, at=at)
        Pack.objects.filter(pk=sent.pk).update(mail=sent_mail)
    else:
        tell_the_lead(escalation, capital(sent.to_name), at=at)
    made.note(
        organisation_ids=(placement.employer_id, placement.host_id),
        action="pack.sent",
        subject=f"placement:{placement.ref}",
        after={
            "reference": escalation.reference, "owner": owner[0], "side": owner[1], "full": sent.full,
            "fields": [key for key, _, _ in sent.fields], "hash": sent.content_hash, "mailed": bool(sent.to),
        },
    )  # fmt: skip
    return sent


def pictures_for(escalation: Escalation, owner: Owner) -> list[Evidence]:
    """Those told so far. The library gets none that was told to somebody else: a picture may show a birth date."""
    found = list(Evidence.objects.filter(escalation=escalation).order_by("uploaded_at", "pk"))
    if owner[0] == Function.LIBRARY and Pack.objects.filter(escalation=escalation).exists():
        return []
    return found


def attachment(number: int, one: Evidence) -> dict[str, str]:
    ending = "png" if one.type == "image/png" else "jpg"
    return {"stored": one.stored, "name": f"picture-{number}.{ending}", "type": one.type}


def frozen(
    escalation: Escalation, ready: Envelope, pictures: Sequence[Evidence], *, by: Actor, at: dt.datetime
) -> Pack:
    """The row that shows for ever what went. An address that may not have it all got the reference and the step."""
    assert escalation.owner_org_id is not None  # noqa: S101 (`send` has asked)
    step = next(value for key, _, value in ready.draft.fields if key == "step")
    full = ready.full or not ready.to
    text = ready.draft.text if full else pack.reference_only(escalation.reference, step)
    said = {
        "reference": escalation.reference,
        "to": ready.to,
        "to_name": capital(ready.to_name),
        "subject": pack.with_reference(escalation.reference, ready.draft.subject),
        "text": text,
        "fields": [list(one) for one in ready.draft.fields],
        "evidence": [{"ref": str(one.ref), "hash": one.content_hash, "name": one.name} for one in pictures],
    }
    sent = Pack(
        escalation=escalation, owner_function=escalation.owner_function, owner_side=escalation.owner_side,
        owner_org_id=escalation.owner_org_id, full=full, sent_at=at, sent_by_id=by.user_id,
        sent_by_name=by.name[:200], content_hash=pack.content_hash({**said, "sent_at": at.isoformat()}),
        **{name: value for name, value in said.items() if name != "reference"},
    )  # fmt: skip
    sent.save(force_insert=True)
    return sent


def hash_of(sent: Pack) -> str:
    """Over all that a pack says; another than `content_hash` means that it is not as it was sent."""
    said = {
        "reference": sent.escalation.reference, "to": sent.to, "to_name": sent.to_name, "subject": sent.subject,
        "text": sent.text, "fields": sent.fields, "evidence": sent.evidence, "sent_at": sent.sent_at.isoformat(),
    }  # fmt: skip
    return pack.content_hash(said)


def tell_the_lead(escalation: Escalation, team: str, *, at: dt.datetime) -> None:
    """A team without a mailbox is never silently skipped."""
    names = mailing.no_mailbox(escalation, team, at=at)
    told = f"{list_words(names)}, the onboarding lead, was told." if names else "No onboarding lead is there to tell."
    Message.objects.create(
        escalation=escalation, kind=Kind.SYSTEM, visibility=Visibility.EVERYONE, at=at, by_name="Week One",
        body=f"{team} has no mailbox: it stands in its queue. {told}",
    )  # fmt: skip
