"""Inviting all whom a roster brought."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from onboarding import invitations
from onboarding.actors import Actor
from onboarding.models import Placement
from steps.models import RosterUpload
from steps.models.upload import UploadState
from steps.services import uploads

KIND = "invite_roster"


def brought_by(upload: RosterUpload) -> QuerySet[Placement]:
    """The placements that arrived with this roster."""
    stored_at = upload.result.get("stored_at")
    if upload.state != UploadState.STORED or not stored_at:
        return Placement.objects.none()
    org = upload.organisation_id
    new = Placement.objects.filter(
        Q(employer=org) | Q(host=org), chain__arrived_at=dt.datetime.fromisoformat(stored_at)
    )
    return new.select_related("newcomer", "employer", "host").order_by("pk")


def invite_brought(upload: RosterUpload, *, by: Actor, at: dt.datetime) -> invitations.Invited:
    return invitations.invite_many(brought_by(upload), by=by, at=at)


def work(job: Any, now: dt.datetime) -> None:
    """The background worker's part, in batches: whoever is invited already is left out the second time."""
    upload = RosterUpload.objects.filter(ref=job.payload["upload"]).first()
    if upload is not None:
        invite_brought(upload, by=uploads.actor_for(upload), at=now)
