"""A file that is worked on: at once when it is small, else in a thread of this process, under a lease.

The web process holds nothing: the file, how far it is and what came of it are in one row, so that a killed process
leaves nothing behind but a lease that runs out, and then somebody starts the work again.
"""

import datetime as dt
import logging
import threading
import time
import traceback
import unicodedata
from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.models import User
from onboarding.policies import Refused
from onboarding.roster import MAX_BYTES
from onboarding.sign_in import actor_of
from steps.models.upload import Upload, UploadState

log = logging.getLogger(__name__)
KEPT = dt.timedelta(days=1)
KEPT_EACH = 5  # uploads of one person; the oldest go first
LEASE = dt.timedelta(minutes=3)  # longer than storing the largest file takes, which cannot renew it
SMALL = 200_000  # bytes; some 2,000 rows, checked and stored while the page waits
TELL_EVERY = 0.5  # seconds between two writes of the progress
WORKING = (UploadState.CHECKING, UploadState.STORING)
U = TypeVar("U", bound=Upload)
Work = Callable[[U], None]


def make_room(model: type[Upload], content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Lets go of old ones, and gives whose the new one is. `Refused` for a file too large, or beside one that is
    worked on."""
    if len(content) > MAX_BYTES:
        raise Refused(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    if by.user_id is None:
        raise Refused("Sign in to upload a file.")
    mine = model._default_manager.filter(by=by.user_id)
    if mine.filter(state__in=WORKING, lease_until__gt=at).exists():
        raise Refused("Your last file is still being worked on. Upload the next one when it is finished.")
    model._default_manager.filter(uploaded_at__lt=at - KEPT).delete()
    kept = mine.order_by("-uploaded_at").values_list("pk", flat=True)[: KEPT_EACH - 1]
    mine.exclude(pk__in=list(kept)).delete()
    return by.user_id


def shown(name: str) -> str:
    """A file's name as it may be shown: no folders, no control, no direction-changing characters."""
    plain = "".join(c for c in PureWindowsPath(name).name if unicodedata.category(c)[0] != "C")
    return plain[:120] or "file"


def start_again(upload: U, check: Work[U], store: Work[U]) -> bool:
    """Takes up what a dead worker left, or what failed. False while somebody is at it."""
    if upload.state == UploadState.FAILED:
        return begin(upload, UploadState.FAILED, UploadState.CHECKING, check)
    if upload.state not in WORKING or is_alive(upload):
        return False
    now = timezone.now()
    free = rows_of(upload).filter(Q(lease_until=None) | Q(lease_until__lt=now), state=upload.state)
    if not free.update(lease_until=now + LEASE):
        return False
    go(upload, check if upload.state == UploadState.CHECKING else store)
    return True


def rows_of(upload: Upload) -> Any:
    return type(upload)._default_manager.filter(pk=upload.pk)


def begin(upload: U, was: str, state: str, work: Work[U], *, heavy: bool = False, **values: object) -> bool:
    """From one state into the next and to work, unless somebody was quicker. `heavy`: more work than the file's size
    says."""
    ready = rows_of(upload).filter(state=was, content__isnull=False)
    if not ready.update(state=state, done=0, total=0, lease_until=timezone.now() + LEASE, **values):
        return False
    upload.refresh_from_db()
    go(upload, work, heavy=heavy)
    return True


def is_alive(upload: Upload) -> bool:
    return upload.lease_until is not None and upload.lease_until > timezone.now()


def go(upload: U, work: Work[U], *, heavy: bool = False) -> None:
    """Whoever has the lease: at once when the file is small, else in a thread of this process."""
    if len(upload.content or b"") <= SMALL and not heavy:
        guarded(upload, work)
    else:
        model = type(upload)
        threading.Thread(target=in_background, args=(model, upload.pk, work), name="upload", daemon=True).start()


def in_background(model: type[U], pk: int, work: Work[U]) -> None:
    try:
        guarded(model._default_manager.select_related("organisation").get(pk=pk), work)
    finally:
        connection.close()


def guarded(upload: U, work: Work[U]) -> None:
    try:
        work(upload)
    except Refused as refusal:
        finish(upload, UploadState.FAILED, result={"problem": str(refusal)})
    except Exception as error:
        # where and what, without the error's words: they may quote a row of the file
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s %s failed: %s\n%s", type(upload).__name__, upload.ref, type(error).__name__, where)
        finish(upload, UploadState.FAILED, result={"problem": "Something broke, and nothing was stored."})


def finish(upload: Upload, state: str, **values: Any) -> None:
    rows_of(upload).update(state=state, lease_until=None, **values)
    upload.refresh_from_db()


def actor_for(upload: Upload) -> Actor:
    return actor_of(User.objects.get(pk=upload.by_id))


class Teller:
    """Writes how far reading is, now and then, and renews the lease with it."""

    def __init__(self, upload: Upload) -> None:
        self.upload, self.last = upload, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if self.upload.state not in WORKING or time.monotonic() - self.last < TELL_EVERY:
            return
        self.last = time.monotonic()
        mine = rows_of(self.upload).filter(state=self.upload.state)
        mine.update(done=done, total=total, lease_until=timezone.now() + LEASE)
