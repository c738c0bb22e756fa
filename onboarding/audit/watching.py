"""What is read or refused changes nothing, and leaves an entry all the same: once in a while for each person."""

import hashlib
from collections.abc import Iterable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit.writing import change
from onboarding.models import Placement
from onboarding.policies import visible_fields

HOUR = 60 * 60
RECORD_ARGUMENTS = frozenset({"ref", "reference"})  # what addresses of one record are made of
READ = "births_read"  # in the session
KEPT = 200


def note_denial(request: HttpRequest, response: HttpResponseBase) -> None:
    """An address that this person may not open, or a record that is not theirs or not there: which of the two is
    told to nobody. One entry an hour for each person and address, in their own organisation's trail."""
    match, by = request.resolver_match, getattr(request, "actor", None)
    if by is None or match is None or not is_denial(response.status_code, match.kwargs):
        return
    asked = f"{by.user_id} {request.method} {request.path}"
    if not cache.add(f"denied:{hashlib.sha256(asked.encode()).hexdigest()}", 1, HOUR):
        return
    orgs = by.places(*by.roles) or organisations_of_newcomer(by)
    ident = next((str(match.kwargs[name]) for name in RECORD_ARGUMENTS & match.kwargs.keys()), "")
    with change(by=by, at=timezone.now()) as made:
        made.note(
            organisation_ids=orgs,
            action="access.denied",
            subject=f"page:{match.url_name}"[:80],
            after={"method": request.method, **({"record": ident[:80]} if ident else {})},
        )


def is_denial(status: int, arguments: Iterable[str]) -> bool:
    return status == 403 or (status == 404 and not RECORD_ARGUMENTS.isdisjoint(arguments))


def organisations_of_newcomer(by: Actor) -> list[int]:
    pairs = Placement.objects.filter(newcomer=by.newcomer_id).values_list("employer", "host")
    return sorted({pk for pair in pairs for pk in pair})


def note_birth_date_read(request: HttpRequest, placement: Placement) -> None:
    """Called by a page that shows the date of birth to those who may see it. One entry a day for each person, sign-in
    and newcomer; no query for the ones after it. The newcomer's own look at it is none of the trail's business."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    own = by.newcomer_id is not None and by.newcomer_id == placement.newcomer_id
    if own or "date_of_birth" not in visible_fields(by, placement):
        return
    now = timezone.now()
    day, ref = timezone.localdate(now).isoformat(), str(placement.ref)
    read: dict[str, str] = request.session.get(READ, {})
    if read.get(ref) == day:
        return
    with change(by=by, at=now) as made:
        made.note(
            organisation_ids=(placement.employer_id, placement.host_id),
            action="identity.read",
            subject=f"placement:{ref}",
            after={"fields": ["date_of_birth"]},
        )
    today = {**{k: v for k, v in read.items() if v == day}, ref: day}
    request.session[READ] = dict(list(today.items())[-KEPT:])
