"""A roster file on its way in from the page: kept, checked, stored; the large ones in the background.

The web process holds nothing: the file, how far it is and what came of it are in one row. Storing is one
transaction, so that a process killed half-way leaves nothing behind, and the lease lets somebody start it again.
"""

import datetime as dt
import io
import logging
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation, User
from onboarding.policies import Refused, can_import
from onboarding.roster import MAX_BYTES
from onboarding.roster.columns import LEFT_OUT, NAMES, plain
from onboarding.sign_in import actor_of
from steps.arrival.storing import Arrived, import_roster
from steps.arrival.summing_up import summary
from steps.models import RosterUpload
from steps.models.upload import UploadState

log = logging.getLogger(__name__)
KEPT = dt.timedelta(days=1)
LEASE = dt.timedelta(minutes=2)
SMALL = 200_000  # bytes; some 2,000 rows, checked and stored while the page waits
TELL_EVERY = 0.5  # seconds between two writes of the progress


def receive(
    *, organisation: Organisation, name: str, content: bytes, dates: str, by: Actor, at: dt.datetime
) -> RosterUpload:
    """Keeps a file and checks it: at once when it is small, else in the background."""
    allowed(by, organisation)
    if len(content) > MAX_BYTES:
        raise Refused(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    if by.user_id is None:
        raise Refused("Sign in to upload a roster.")
    RosterUpload.objects.filter(uploaded_at__lt=at - KEPT).delete()
    upload = RosterUpload.objects.create(
        organisation=organisation,
        by_id=by.user_id,
        uploaded_at=at,
        name=shown(name),
        dates=dates,
        content=content,
    )
    run(upload, check)
    return upload


def allowed(by: Actor, organisation: Organisation) -> None:
    decision = can_import(by, organisation.pk)
    if not decision:
        raise Refused(decision.reason)


def shown(name: str) -> str:
    """A file's name as it may be shown: no control, no direction-changing characters."""
    return "".join(c for c in name if unicodedata.category(c)[0] != "C")[:120] or "roster"


def upload_for(actor: Actor, ref: uuid.UUID) -> RosterUpload | None:
    """The upload, for the person who made it and may still import; nobody else has it. One query."""
    upload = RosterUpload.objects.select_related("organisation").filter(ref=ref, by=actor.user_id).first()
    return upload if upload and can_import(actor, upload.organisation_id) else None


def confirm(upload: RosterUpload, *, take_good_rows: bool, by: Actor, at: dt.datetime) -> bool:
    """Stores a checked file. False when somebody pressed already: the result is, or will be, there."""
    allowed(by, upload.organisation)
    ready = RosterUpload.objects.filter(pk=upload.pk, state=UploadState.CHECKED, content__isnull=False)
    if not ready.update(state=UploadState.STORING, take_good_rows=take_good_rows, done=0, lease_until=None):
        return False
    upload.refresh_from_db()
    run(upload, store)
    return True


def start_again(upload: RosterUpload) -> bool:
    """Takes up what a dead worker left. False while somebody is at it, or when there is nothing left to do."""
    if upload.state not in (UploadState.CHECKING, UploadState.STORING) or is_alive(upload):
        return False
    run(upload, check if upload.state == UploadState.CHECKING else store)
    return True


def is_alive(upload: RosterUpload) -> bool:
    return upload.lease_until is not None and upload.lease_until > timezone.now()


Work = Callable[[RosterUpload], None]


def run(upload: RosterUpload, work: Work) -> None:
    """At once when the file is small, else in a thread of this process, under a lease."""
    if not take(upload):
        return
    if len(upload.content or b"") <= SMALL:
        guarded(upload, work)
    else:
        threading.Thread(target=in_background, args=(upload.pk, work), name="roster", daemon=True).start()


def take(upload: RosterUpload) -> bool:
    now = timezone.now()
    free = RosterUpload.objects.filter(pk=upload.pk).filter(Q(lease_until=None) | Q(lease_until__lt=now))
    return free.update(lease_until=now + LEASE) == 1


def in_background(pk: int, work: Work) -> None:
    try:
        guarded(RosterUpload.objects.select_related("organisation").get(pk=pk), work)
    finally:
        connection.close()


def guarded(upload: RosterUpload, work: Work) -> None:
    try:
        work(upload)
    except Refused as refusal:
        finish(upload, UploadState.FAILED, result={"problem": str(refusal)})
    except Exception:
        log.exception("Roster upload %s failed", upload.ref)
        finish(upload, UploadState.FAILED, result={"problem": "Something broke, and nothing was stored."})


def finish(upload: RosterUpload, state: str, **values: object) -> None:
    RosterUpload.objects.filter(pk=upload.pk).update(state=state, lease_until=None, **values)
    upload.refresh_from_db()


def check(upload: RosterUpload) -> None:
    arrived = bring_in(upload, dry_run=True)
    finish(upload, UploadState.CHECKED, result=summary(arrived, actor_for(upload)))


def store(upload: RosterUpload) -> None:
    """Stores, drops the file and leaves one entry about the whole, in one transaction."""
    actor, now = actor_for(upload), timezone.now()
    with change(by=actor, at=now) as made:
        mine = RosterUpload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.STORING).first()
        if mine is None:
            return
        arrived = bring_in(upload, dry_run=False)
        result = summary(arrived, actor)
        counts = {name: result[name] for name in ("new", "changed", "same", "refused")}
        if arrived.written:
            made.note(
                organisation_ids=[upload.organisation_id],
                action="roster.imported",
                subject=f"roster:{upload.ref}",
                after=counts,
            )
        kept = {} if arrived.written and not counts["refused"] else {"content": upload.content}
        state = UploadState.STORED if arrived.written else UploadState.CHECKED
        finish(upload, state, result=result, **({"content": None} | kept))


def actor_for(upload: RosterUpload) -> Actor:
    return actor_of(User.objects.get(pk=upload.by_id))


def bring_in(upload: RosterUpload, *, dry_run: bool) -> Arrived:
    return import_roster(
        io.BytesIO(bytes(upload.content or b"")),
        organisation=upload.organisation,
        by=actor_for(upload),
        at=timezone.now(),
        dates=upload.dates,
        dry_run=dry_run,
        take_good_rows=upload.take_good_rows,
        read=Teller(upload),
    )


class Teller:
    """Writes how far reading is, now and then, and renews the lease with it.

    Inside the one transaction of storing nobody else would see it, and on SQLite it would wait for itself: there
    it says nothing.
    """

    def __init__(self, upload: RosterUpload) -> None:
        self.upload, self.last = upload, time.monotonic()
        self.silent = transaction.get_connection().in_atomic_block

    def __call__(self, done: int, total: int) -> None:
        if self.silent or time.monotonic() - self.last < TELL_EVERY:
            return
        self.last = time.monotonic()
        RosterUpload.objects.filter(pk=self.upload.pk).update(
            done=done, total=total, lease_until=timezone.now() + LEASE
        )


def save_headings(organisation: Organisation, chosen: dict[str, str], *, by: Actor, at: dt.datetime) -> None:
    """Keeps which column each of an organisation's own headings is ("" for one that nobody reads)."""
    allowed(by, organisation)
    wrong = [name for name in chosen.values() if name != LEFT_OUT and name not in NAMES]
    if wrong:
        raise Refused(f"There is no column “{wrong[0]}”.")
    with change(by=by, at=at) as made:
        held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        before = dict(held.heading_map)
        known = {plain(heading): heading for heading in before}
        after = dict(before)
        for heading, name in chosen.items():
            after.pop(known.get(plain(heading), ""), None)
            after[heading] = name
        if after == before:
            return
        held.heading_map = after
        held.save(update_fields=["heading_map"])
        organisation.heading_map = after
        made.note(
            organisation_ids=[organisation.pk],
            action="organisation.headings",
            subject=f"organisation:{organisation.ods_code}",
            before=before,
            after=after,
        )
