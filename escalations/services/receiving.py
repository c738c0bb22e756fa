"""A mail that came in: kept as it is, then placed. It lands in a conversation only if the address was made by us for
it and the sender is somebody of it; everything else waits for a human. Nothing is ever answered from here, and a
reply is something said: it clears nothing.
"""

import datetime as dt
import hashlib
import logging
import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone

from escalations.addresses import is_ours, reference_in
from escalations.evidence.remake import Problem, kind_of
from escalations.inbox import kinds
from escalations.inbox.plain import one_line
from escalations.inbox.reading import Letter, Unreadable, read
from escalations.inbox.replies import Reply, reply_in
from escalations.inbox.verdict import dmarc_failed
from escalations.models import Escalation, InboundMail, InboundState
from escalations.services import talking
from escalations.services.pictures import AT_ONCE, Prepared, Upload, prepare
from escalations.services.returned import came_back
from escalations.services.senders import Sender, organisation_of, sender_in, whose_by_default
from onboarding import files
from onboarding.actors import system
from onboarding.audit import Change, change
from onboarding.models import OutboxMail
from onboarding.outbox.posting import site_domain
from onboarding.wording import list_words
from onboarding.words import PlacementStatus

log = logging.getLogger(__name__)
MAIL = system("Mail")
TOO_BIG = 30 * 2**20  # bytes; what is bigger is kept, and its head is read
HEAD = 2**18
BODY = 20_000  # letters of a reply
LOOP, LOOP_IN = 10, dt.timedelta(hours=1)  # so many mails of one sender in one conversation are a machine's

NO_ADDRESS = "It was not sent to the address of a conversation."
TWO_ADDRESSES = "It was sent to the addresses of several conversations."
GONE = "Its conversation is not there any more."
NOT_ONE_SENDER = "It does not say who sent it."
STRANGER = "The sender is nobody of its conversation."
FORGED = "Our mail server says that the sender's address is forged."
MACHINE = "So many mails within an hour look like a machine's."
BLANK = "Nothing new is in it."
BIG = "It is too big."
ENDED = "The placement has ended."
BROKEN = "It cannot be read."


@dataclass(frozen=True, slots=True)
class Placed:
    """What becomes of a mail: its state, why, and where it belongs."""

    state: InboundState
    reason: str = ""
    escalation: Escalation | None = None
    sender: Sender | None = None
    reply: Reply | None = None


def receive(raw: bytes, *, at: dt.datetime) -> InboundMail:
    """Keeps the bytes, then places the mail. The same bytes again change nothing; a worker that died between the two
    is followed by the next. Raises only what the database or the storage raises: the mail is not lost then, since
    whoever brought it still has it."""
    row = keep(raw, at=at)
    return place(row.pk, raw, at=at) if row.state == InboundState.RECEIVED else row


def keep(raw: bytes, *, at: dt.datetime) -> InboundMail:
    digest = hashlib.sha256(raw).hexdigest()
    found = InboundMail.objects.filter(content_hash=digest).first()
    if found is not None:
        return found
    stored = files.keep(f"mail-in/{digest[:2]}/{digest}.eml", raw)
    row = InboundMail(ref=uuid.uuid4(), received_at=at, content_hash=digest, stored=stored, size=len(raw))
    InboundMail.objects.bulk_create([row], ignore_conflicts=True)
    return InboundMail.objects.get(content_hash=digest)


def raw_of(row: InboundMail) -> bytes:
    with default_storage.open(row.stored) as file:
        return bytes(file.read())


def place_what_was_left(*, at: dt.datetime) -> int:
    """Mails that were kept and not placed, because a worker died. Gives how many."""
    left = InboundMail.objects.filter(state=InboundState.RECEIVED, received_at__lt=at - dt.timedelta(minutes=5))
    rows = list(left.order_by("received_at")[:100])
    for row in rows:
        place(row.pk, raw_of(row), at=at)
    return len(rows)


def place(pk: int, raw: bytes, *, at: dt.datetime) -> InboundMail:
    """Reads and places one kept mail. What goes wrong with a mail is that mail's: it is held."""
    try:
        letter = read(raw if len(raw) <= TOO_BIG else raw[:HEAD])
    except Unreadable:
        letter = None
    try:
        return placed(pk, letter, raw, files_of(letter), at=at)
    except DatabaseError:
        raise
    except Exception:
        log.exception("Mail %s cannot be placed", pk)
        return placed(pk, None, raw, NO_FILES, at=at)


@dataclass(frozen=True, slots=True)
class Files:
    """The pictures, made anew before any row is locked, and sentences about what is not taken."""

    shown: Prepared
    left: tuple[str, ...] = ()


NO_FILES = Files(Prepared())


def files_of(letter: Letter | None) -> Files:
    """Only of a letter to an address that we made: a stranger's pictures cost nothing."""
    if letter is None or not letter.attached or not any(reference_in(a) for a in letter.recipients):
        return NO_FILES
    pictures, others = sorted_out(letter)
    shown = prepare(pictures)
    left = [f"Not taken: {list_words(others)}. Only pictures are, five at most."] if others else []
    return Files(shown, (*shown.problems, *left))


def placed(pk: int, letter: Letter | None, raw: bytes, files: Files, *, at: dt.datetime) -> InboundMail:
    with change(by=MAIL, at=at) as made:
        row = InboundMail.objects.select_for_update().get(pk=pk)
        if row.state != InboundState.RECEIVED:
            return row
        if letter is None:
            found = Placed(InboundState.HELD, BROKEN)
        else:
            row.header_id, row.subject = letter.message_id, letter.subject
            row.sender = letter.senders[0] if len(letter.senders) == 1 else ""
            found = judged(row, letter, raw, at=at)
        row.state, row.reason, row.escalation = found.state, found.reason, found.escalation
        if found.state == InboundState.HELD:
            row.text = letter.text[:100_000] if letter else ""
            row.organisation_id = whose(found, row)
        row.save()
        if found.state == InboundState.ATTACHED and letter is not None:
            attach(row, found, files, made, at=at)
        return row


def whose(found: Placed, row: InboundMail) -> int | None:
    """Whose onboarding lead looks at it."""
    if found.escalation is not None:
        return found.escalation.owner_org_id or found.escalation.placement.host_id
    return organisation_of(row.sender) or whose_by_default()


def judged(row: InboundMail, letter: Letter, raw: bytes, *, at: dt.datetime) -> Placed:
    """Nobody's words first, so that no machine is ever taken for a person; then whether address and sender fit."""
    if kinds.is_bounce(letter):
        return bounced(letter, raw, at=at)
    if is_own(letter):
        return Placed(InboundState.IGNORED, "It is our own mail.")
    references = {found for address in letter.recipients if (found := reference_in(address))}
    one = conversation(next(iter(references))) if len(references) == 1 else None
    if kinds.is_automatic(letter):
        return Placed(InboundState.AUTO, "A machine wrote it.", one)
    if is_double(row):
        return Placed(InboundState.IGNORED, "It is here already.", one)
    if not references:
        return Placed(InboundState.HELD, NO_ADDRESS)
    if one is None:
        return Placed(InboundState.HELD, GONE if len(references) == 1 else TWO_ADDRESSES)
    return of_sender(row, letter, one, at=at)


def of_sender(row: InboundMail, letter: Letter, one: Escalation, *, at: dt.datetime) -> Placed:
    def held(reason: str) -> Placed:
        return Placed(InboundState.HELD, reason, one)

    if row.size > TOO_BIG:
        return held(BIG)
    if len(letter.senders) != 1:
        return held(NOT_ONE_SENDER)
    sender = sender_in(one, letter.senders[0], letter.sender_name, today=timezone.localdate(at))
    if sender is None:
        return held(STRANGER)
    if dmarc_failed(letter, settings.MAIL_AUTHSERV_ID):
        return held(FORGED)
    if one.placement.status in (PlacementStatus.WITHDRAWN, PlacementStatus.LEFT):
        return held(ENDED)
    recent = InboundMail.objects.filter(escalation=one, sender=row.sender, state=InboundState.ATTACHED)
    if recent.filter(received_at__gt=at - LOOP_IN).count() >= LOOP:
        return held(MACHINE)
    reply = reply_in(letter.text)
    if not reply.said and not letter.attached:
        return held(BLANK)
    return Placed(InboundState.ATTACHED, "", one, sender, reply)


def conversation(reference: str) -> Escalation | None:
    """Locked, so that two mails of one conversation come one after the other."""
    placement = ("newcomer__user", "manager", "employer", "host", "chain__pathway")
    people = [*(f"placement__{name}" for name in placement), "owner_org"]
    found = Escalation.objects.select_for_update(of=("self",)).select_related(*people)
    return found.filter(reference__iexact=reference).first()


def is_own(letter: Letter) -> bool:
    """Our own mail come round: by its sender, or by a Message-ID that we gave."""
    return any(is_ours(sender) for sender in letter.senders) or bool(ours([letter.message_id]))


def ours(ids: list[str]) -> list[OutboxMail]:
    """The mails of ours with these Message-IDs. Only who got one knows it: 122 random bits."""
    refs = []
    for one in ids:
        found = re.fullmatch(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^>]+)>", one.lower())
        if found and found[2] == site_domain():
            refs.append(uuid.UUID(found[1]))
    return list(OutboxMail.objects.filter(ref__in=refs)) if refs else []


def is_double(row: InboundMail) -> bool:
    """The same letter by another way: its own Message-ID, from the same sender."""
    same = InboundMail.objects.filter(header_id=row.header_id, sender=row.sender).exclude(pk=row.pk)
    return bool(row.header_id) and same.exclude(state__in=[InboundState.RECEIVED, InboundState.IGNORED]).exists()


def bounced(letter: Letter, raw: bytes, *, at: dt.datetime) -> Placed:
    if not kinds.is_final(letter):
        return Placed(InboundState.AUTO, "The other mail server is still trying.")
    anywhere = [found.decode("latin-1") for found in re.findall(rb"<[0-9a-fA-F-]{36}@[^<>\s]{1,100}>", raw[:HEAD])]
    found = ours([*letter.returned_ids, *letter.answers]) or ours(anywhere)
    if not found:
        return Placed(InboundState.HELD, "A mail came back, and it does not say which.")
    one = came_back(found[0], kinds.why_it_came_back(letter), at=at)
    return Placed(InboundState.BOUNCE, kinds.why_it_came_back(letter)[:200], one)


def attach(row: InboundMail, found: Placed, files: Files, made: Change, *, at: dt.datetime) -> None:
    one, sender, reply = found.escalation, found.sender, found.reply
    assert one is not None and sender is not None and reply is not None  # noqa: S101, PT018 (for the type checker)
    row.message = talking.by_mail(
        one,
        body="\n\n".join(filter(None, (reply.said[:BODY], *files.left))) or "A picture.",
        quoted=reply.quoted,
        by_name=one_line(sender.actor.name, 200),
        at=at,
        by=sender.actor if sender.actor.user_id else None,
        by_team=sender.team,
        by_newcomer=sender.is_newcomer,
        shown=files.shown,
    )
    row.save(update_fields=["message"])
    made.note(
        organisation_ids=(one.placement.employer_id, one.placement.host_id),
        action="conversation.replied_by_mail",
        subject=f"placement:{one.placement.ref}",
        after={"reference": one.reference, "from": "the newcomer" if sender.is_newcomer else sender.team},
    )


def sorted_out(letter: Letter) -> tuple[list[Upload], list[str]]:
    """The pictures, whatever they call themselves, and the names of the files that are not taken."""
    pictures: list[Upload] = []
    others: list[str] = []
    for file in letter.attached:
        if is_picture(file.content) and len(pictures) < AT_ONCE:
            pictures.append(Upload(file.name, file.content))
        else:
            others.append(one_line(file.name, 60))
    return pictures, others[:10]


def is_picture(content: bytes) -> bool:
    try:
        return bool(kind_of(content))
    except Problem:
        return False
