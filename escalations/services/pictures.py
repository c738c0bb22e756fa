"""Pictures of what somebody sees: taken in, covered, left out, sent; each kept under its content's hash.

A draft is the newcomer's alone until it is sent, and lasts a day. A scanner's verdict is waited for where there is a
scanner: a file that it has not called clean is neither shown nor mailed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from escalations.evidence import making, naming, scanning
from escalations.evidence.making import Made
from escalations.models import Escalation, Evidence, Message, Screening
from onboarding import files
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.jobs import enqueue
from onboarding.models import Job, Placement
from onboarding.policies import Refused
from onboarding.wording import count_words

AT_ONCE = 5  # pictures of one form
QUOTA = 60  # pictures of one newcomer
QUOTA_BYTES = 100 * 2**20
DRAFTS_KEPT = dt.timedelta(days=1)
SCREEN = "escalations.screen"
TRY_AGAIN = dt.timedelta(minutes=5)
FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it: its name decides nothing."""

    name: str
    content: bytes


@dataclass(slots=True)
class Prepared:
    """Pictures that we made of uploads, ready to be kept, and a sentence for each upload that cannot be. `drafts` are
    kept already, and go with them."""

    ready: list[tuple[str, Made, Screening]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    drafts: Sequence[Evidence] = ()


NONE = Prepared()


def prepare(uploads: Sequence[Upload], *, most: int = AT_ONCE) -> Prepared:
    """Each is made anew and screened; one that cannot be is named and the others go on. This takes its time: before
    any row is locked."""
    prepared = Prepared()
    if len(uploads) > most:
        prepared.problems.append(f"That is {count_words(len(uploads), 'picture')}. {most} at once is the most.")
        return prepared
    for one in uploads:
        name = naming.shown(one.name)
        try:
            prepared.ready.append((name, making.remake(one.content, name=name), screened(one.content, name)))
        except Refused as refusal:
            prepared.problems.append(str(refusal))
    return prepared


def keep_all(
    prepared: Prepared,
    *,
    placement: Placement,
    by: Actor,
    at: dt.datetime,
    step: str = "",
    escalation: Escalation | None = None,
    message: Message | None = None,
) -> list[Evidence]:
    """Stores them, as far as the newcomer's quota goes; what it refuses is added to the problems."""
    kept = sent_along(prepared.drafts, escalation, message, by=by, at=at) if escalation and prepared.drafts else []
    for name, made, screening in prepared.ready:
        try:
            with change(by=by, at=at) as noted:
                evidence = keep(made, name, screening, placement=placement, by=by, at=at, step=step,
                                escalation=escalation, message=message)  # fmt: skip
                noted.note(
                    organisation_ids=(placement.employer_id, placement.host_id),
                    action="evidence.uploaded",
                    subject=f"placement:{placement.ref}",
                    after={"hash": evidence.content_hash, "screening": str(screening)},
                )
            kept.append(evidence)
        except Refused as refusal:
            prepared.problems.append(str(refusal))
    return kept


def sent_along(
    drafts: Sequence[Evidence], escalation: Escalation, message: Message | None, *, by: Actor, at: dt.datetime
) -> list[Evidence]:
    """Drafts of this person's become part of the conversation, now; what was left out is forgotten."""
    mine = Evidence.objects.filter(
        pk__in=[one.pk for one in drafts], escalation=None, uploaded_by=by.user_id, placement=escalation.placement_id
    )
    forget(mine.filter(left_out=True))
    kept = list(mine.order_by("uploaded_at", "pk"))
    mine.update(escalation=escalation, message=message, uploaded_at=at)
    return kept


def keep(
    made: Made,
    name: str,
    screening: Screening,
    *,
    placement: Placement,
    by: Actor,
    at: dt.datetime,
    step: str,
    escalation: Escalation | None,
    message: Message | None,
) -> Evidence:
    """The row and the file, within the newcomer's quota. Two at once may go one over: no row is locked for it, since
    whoever settles verdicts locks the placement before the conversation."""
    held = Evidence.objects.filter(placement__newcomer=placement.newcomer_id).values_list("size", flat=True)
    sizes = list(held)
    if len(sizes) >= QUOTA or sum(sizes) + len(made.content) > QUOTA_BYTES:
        raise Refused(
            f"{name} was not kept: {QUOTA} pictures are the most we keep for one newcomer. Use words instead."
        )
    evidence = Evidence.objects.create(
        placement=placement, escalation=escalation, message=message, step=step, content_hash=made.hash,
        stored=store(made), type=made.type, width=made.width, height=made.height, size=len(made.content), name=name,
        uploaded_at=at, uploaded_by_id=by.user_id, uploaded_by_name=by.name[:200], screening=screening,
    )  # fmt: skip
    if screening == Screening.WAITING:
        enqueue(SCREEN, {"evidence": evidence.pk}, at=at + TRY_AGAIN, key=f"screen:{evidence.pk}:0")
    return evidence


def screened(content: bytes, name: str) -> Screening:
    """Of the bytes that were sent. Refused with words where the scanner finds something."""
    if not scanning.configured():
        return Screening.NOT_CONFIGURED
    answer = scanning.scan(content)
    if answer is scanning.Answer.FOUND:
        raise Refused(f"{name} was refused by the virus scanner.")
    return Screening.CLEAN if answer is scanning.Answer.CLEAN else Screening.WAITING


def screen(job: Job, now: dt.datetime) -> None:
    """A picture that waits is shown to the scanner again, until it says something."""
    evidence = Evidence.objects.filter(pk=job.payload["evidence"], screening=Screening.WAITING).first()
    if evidence is None:
        return
    with default_storage.open(evidence.stored) as file:
        answer = scanning.scan(file.read()) if scanning.configured() else scanning.Answer.NONE
    if answer is scanning.Answer.NONE:
        tries = int(job.payload.get("tries", 0)) + 1
        enqueue(
            SCREEN, {"evidence": evidence.pk, "tries": tries}, at=now + TRY_AGAIN, key=f"screen:{evidence.pk}:{tries}"
        )
        return
    verdict = Screening.CLEAN if answer is scanning.Answer.CLEAN else Screening.REFUSED
    Evidence.objects.filter(pk=evidence.pk, screening=Screening.WAITING).update(screening=verdict)


def store(made: Made) -> str:
    """Under its hash: the same picture twice is one file."""
    name = f"{FOLDER}/{made.hash[:2]}/{made.hash}.{made.ending}"
    return files.keep(name, made.content)


def drafts(placement: Placement, by: Actor, step: str) -> QuerySet[Evidence]:
    """What this person has ready to send from that step's page, oldest first."""
    mine = Evidence.objects.filter(placement=placement, escalation=None, step=step, uploaded_by=by.user_id)
    return mine.order_by("uploaded_at", "pk")


def cover(evidence: Evidence, parts: Iterable[int], *, by: Actor, at: dt.datetime) -> None:
    """Blacks parts of a draft out. What was under them is gone: the file that showed it too."""
    wanted = sorted({p for p in parts if 0 <= p < making.PARTS} | set(evidence.covered))
    if wanted == sorted(evidence.covered):
        return
    with default_storage.open(evidence.stored) as file:
        content = file.read()
    made = making.remake(content, name=evidence.name, covered=wanted, wide=evidence.width >= evidence.height)
    before = evidence.stored
    with change(by=by, at=at) as noted:
        mine = Evidence.objects.select_for_update().filter(pk=evidence.pk, escalation=None).first()
        if mine is None:
            raise Refused("This picture was sent already, so it stays as it is.")
        mine.covered, mine.content_hash, mine.stored, mine.type = wanted, made.hash, store(made), made.type
        mine.size = len(made.content)
        mine.save(update_fields=["covered", "content_hash", "stored", "type", "size"])
        noted.note(
            organisation_ids=(evidence.placement.employer_id, evidence.placement.host_id),
            action="evidence.covered",
            subject=f"placement:{evidence.placement.ref}",
            after={"hash": made.hash, "parts": len(wanted)},
        )
        transaction.on_commit(lambda: forget_files([before]))


def leave_out(evidence: Evidence, out: bool) -> None:
    Evidence.objects.filter(pk=evidence.pk, escalation=None).update(left_out=out)


def attach(escalation: Escalation, placement: Placement, by: Actor, step: str, message: Message | None = None) -> int:
    """The drafts become part of the conversation, within the caller's change; what was left out is forgotten."""
    mine = drafts(placement, by, step)
    forget(mine.filter(left_out=True))
    return mine.update(escalation=escalation, message=message)


def forget(rows: QuerySet[Evidence]) -> int:
    """Deletes rows, and their files once that is certain."""
    gone = list(rows)
    Evidence.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(lambda: forget_files([one.stored for one in gone]))
    return len(gone)


def forget_files(names: Iterable[str]) -> None:
    """Those files that no row names any more."""
    names = set(names)
    used = set(Evidence.objects.filter(stored__in=names).values_list("stored", flat=True))
    for name in names - used:
        default_storage.delete(name)


def forget_old_drafts(now: dt.datetime) -> None:
    """Planned with the background work: what nobody sent within a day is gone."""
    old = Evidence.objects.filter(escalation=None, uploaded_at__lt=now - DRAFTS_KEPT)
    if old.exists():
        with transaction.atomic():
            forget(old)
