"""A roster file on its way in from the page: kept, checked, stored; the large ones in the background.

Storing is one transaction, so that a process killed half-way leaves nothing behind.
"""

import datetime as dt
import io
import uuid

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation
from onboarding.policies import can_import
from onboarding.roster import Roster, read_roster, refused_csv
from steps.arrival.planning import Plan
from steps.arrival.storing import require_import, take_roster
from steps.arrival.summing_up import outcome, summary
from steps.models import RosterUpload
from steps.models.upload import UploadState
from steps.services import background
from steps.services.background import LEASE, Teller, actor_for, begin, finish, go, make_room, shown


def receive(
    *, organisation: Organisation, name: str, content: bytes, dates: str, by: Actor, at: dt.datetime
) -> RosterUpload:
    """Keeps a file and checks it: at once when it is small, else in the background."""
    require_import(by, organisation)
    owner = make_room(RosterUpload, content, by=by, at=at)
    upload = RosterUpload.objects.create(
        organisation=organisation,
        by_id=owner,
        uploaded_at=at,
        name=shown(name),
        dates=dates,
        content=content,
        lease_until=at + LEASE,
    )
    go(upload, check)
    return upload


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
    return background.start_again(upload, check, store)


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


def read(upload: RosterUpload) -> Roster:
    return read_roster(
        io.BytesIO(bytes(upload.content or b"")),
        today=timezone.localdate(),
        dates=upload.dates,
        headings=upload.organisation.heading_map,
        progress=Teller(upload),
    )
