"""A roster file on its way in from the page: kept, checked, stored; the large ones in the background.

The web process holds nothing: the file, how far it is and what came of it are in one row. Storing is one
transaction, so that a process killed half-way leaves nothing behind, and the lease lets somebody start it again.
"""

import datetime as dt
import io
import logging
import threading
import time
import traceback
import unicodedata
import uuid
from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation, User
from onboarding.policies import Refused, can_import
from onboarding.roster import MAX_BYTES, Roster, read_roster, refused_csv
from onboarding.sign_in import actor_of
from steps.arrival.planning import Plan
from steps.arrival.storing import require_import, take_roster
from steps.arrival.summing_up import outcome, summary
from steps.models import RosterUpload
from steps.models.upload import UploadState

log = logging.getLogger(__name__)
KEPT = dt.timedelta(days=1)
KEPT_EACH = 5  # uploads of one person; the oldest go first
LEASE = dt.timedelta(minutes=3)  # longer than storing the largest file takes, which cannot renew it
SMALL = 200_000  # bytes; some 2,000 rows, checked and stored while the page waits
TELL_EVERY = 0.5  # seconds between two writes of the progress
WORKING = (UploadState.CHECKING, UploadState.STORING)


def receive(
    *, organisation: Organisation, name: str, content: bytes, dates: str, by: Actor, at: dt.datetime
) -> RosterUpload:
    """Keeps a file and checks it: at once when it is small, else in the background."""
    require_import(by, organisation)
    if len(content) > MAX_BYTES:
        raise Refused(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    if by.user_id is None:
        raise Refused("Sign in to upload a roster.")
    mine = RosterUpload.objects.filter(by=by.user_id)
    if mine.filter(state__in=WORKING, lease_until__gt=at).exists():
        raise Refused("Your last file is still being worked on. Upload the next one when it is finished.")
    RosterUpload.objects.filter(uploaded_at__lt=at - KEPT).delete()
    kept = mine.order_by("-uploaded_at").values_list("pk", flat=True)[: KEPT_EACH - 1]
    mine.exclude(pk__in=list(kept)).delete()
    upload = RosterUpload.objects.create(
        organisation=organisation,
        by_id=by.user_id,
        uploaded_at=at,
        name=shown(name),
        dates=dates,
        content=content,
        lease_until=at + LEASE,
    )
    go(upload, check)
    return upload


def shown(name: str) -> str:
    """A file's name as it may be shown: no folders, no control, no direction-changing characters."""
    plain = "".join(c for c in PureWindowsPath(name).name if unicodedata.category(c)[0] != "C")
    return plain[:120] or "roster"


def upload_for(actor: Actor, ref: uuid.UUID) -> RosterUpload | None:
    """The upload, for the person who made it and may still import; nobody else has it. One query."""
    upload = RosterUpload.objects.select_related("organisation").filter(ref=ref, by=actor.user_id).first()
    return upload if upload and can_import(actor, upload.organisation_id) else None


def confirm(upload: RosterUpload, *, take_good_rows: bool, by: Actor, at: dt.datetime) -> bool:
    """Stores a checked file. False when somebody pressed already: the result is, or will be, there."""
    require_import(by, upload.organisation)
    return begin(upload, UploadState.CHECKED, UploadState.STORING, store, take_good_rows=take_good_rows)


def check_again(upload: RosterUpload) -> bool:
    """Checks a file once more, as after its headings were told. False when something else goes on."""
    return begin(upload, UploadState.CHECKED, UploadState.CHECKING, check)


def start_again(upload: RosterUpload) -> bool:
    """Takes up what a dead worker left, or what failed. False while somebody is at it."""
    if upload.state == UploadState.FAILED:
        return begin(upload, UploadState.FAILED, UploadState.CHECKING, check)
    if upload.state not in WORKING or is_alive(upload):
        return False
    now = timezone.now()
    free = RosterUpload.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=upload.pk, state=upload.state)
    if not free.update(lease_until=now + LEASE):
        return False
    go(upload, check if upload.state == UploadState.CHECKING else store)
    return True


Work = Callable[[RosterUpload], None]


def begin(upload: RosterUpload, was: str, state: str, work: Work, **values: object) -> bool:
    """From one state into the next and to work, unless somebody was quicker."""
    ready = RosterUpload.objects.filter(pk=upload.pk, state=was, content__isnull=False)
    if not ready.update(state=state, done=0, total=0, lease_until=timezone.now() + LEASE, **values):
        return False
    upload.refresh_from_db()
    go(upload, work)
    return True


def is_alive(upload: RosterUpload) -> bool:
    return upload.lease_until is not None and upload.lease_until > timezone.now()


def go(upload: RosterUpload, work: Work) -> None:
    """Whoever has the lease: at once when the file is small, else in a thread of this process."""
    if len(upload.content or b"") <= SMALL:
        guarded(upload, work)
    else:
        threading.Thread(target=in_background, args=(upload.pk, work), name="roster", daemon=True).start()


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
    except Exception as error:
        # where and what, without the error's words: they may quote a row of the file
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Roster upload %s failed: %s\n%s", upload.ref, type(error).__name__, where)
        finish(upload, UploadState.FAILED, result={"problem": "Something broke, and nothing was stored."})


def finish(upload: RosterUpload, state: str, **values: Any) -> None:
    RosterUpload.objects.filter(pk=upload.pk).update(state=state, lease_until=None, **values)
    upload.refresh_from_db()


def check(upload: RosterUpload) -> None:
    by = actor_for(upload)
    finish(upload, UploadState.CHECKED, result=summary(planned(upload, by=by), by))


def planned(upload: RosterUpload, *, by: Actor) -> Plan:
    """What storing would do now. Writes nothing but how far reading is."""
    roster = read(upload)
    taken = take_roster(roster, organisation=upload.organisation, by=by, at=timezone.now(), dry_run=True)
    return taken.plan


def store(upload: RosterUpload) -> None:
    """Stores, and drops the file but for its refused rows, in one transaction.

    The file is read before it, so that the page can be told how far that is; what it means is planned within, and
    the result says what really happened, should that differ from what the person was shown.
    """
    by, roster = actor_for(upload), read(upload)
    RosterUpload.objects.filter(pk=upload.pk).update(done=0, total=0, lease_until=timezone.now() + LEASE)
    with change(by=by, at=timezone.now()) as made:
        held = RosterUpload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.STORING).first()
        if held is None:
            return  # whoever was thought dead has finished after all
        good = held.take_good_rows
        arrived = take_roster(roster, organisation=upload.organisation, by=by, at=made.at, take_good_rows=good)
        if not arrived.written:
            again = summary(arrived.plan, by) | {"changed_since": True}
            finish(upload, UploadState.CHECKED, result=again, take_good_rows=False)
            return
        mend = refused_csv(roster) if roster.refused_rows else None
        told = outcome(arrived.plan, shown=held.result) | {"stored_at": made.at.isoformat()}
        finish(upload, UploadState.STORED, content=mend, result=told)


def actor_for(upload: RosterUpload) -> Actor:
    return actor_of(User.objects.get(pk=upload.by_id))


def read(upload: RosterUpload) -> Roster:
    return read_roster(
        io.BytesIO(bytes(upload.content or b"")),
        today=timezone.localdate(),
        dates=upload.dates,
        headings=upload.organisation.heading_map,
        progress=Teller(upload),
    )


class Teller:
    """Writes how far reading is, now and then, and renews the lease with it."""

    def __init__(self, upload: RosterUpload) -> None:
        self.upload, self.last = upload, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if self.upload.state not in WORKING or time.monotonic() - self.last < TELL_EVERY:
            return
        self.last = time.monotonic()
        mine = RosterUpload.objects.filter(pk=self.upload.pk, state=self.upload.state)
        mine.update(done=done, total=total, lease_until=timezone.now() + LEASE)
