"""Pictures before they are sent: taken in as drafts, parts of them covered, some left out. `where` is the key of the
step, or the reference of the conversation, in which they are being shown: a draft belongs to one place."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from escalations.evidence import making
from escalations.models import Evidence
from escalations.services import pictures
from escalations.views.uploads import uploads_in
from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import Refused


def ready(placement: Placement, actor: Actor, where: str) -> list[Evidence]:
    """Oldest first. One query."""
    return list(pictures.drafts(placement, actor, where).select_related("placement__employer", "placement__host"))


def take(request: HttpRequest, placement: Placement, actor: Actor, where: str) -> list[str]:
    """Keeps the pictures of this press beside those of the presses before; a sentence for each that was not kept."""
    uploads = uploads_in(request)
    if not uploads:
        return []
    kept = {one.content_hash for one in ready(placement, actor, where)}
    if len(kept) + len(uploads) > pictures.AT_ONCE:
        return [f"{pictures.AT_ONCE} pictures are the most. Leave some out, then add others."]
    prepared = pictures.prepare(uploads)
    prepared.ready = [one for one in prepared.ready if one[1].hash not in kept]
    pictures.keep_all(prepared, placement=placement, by=actor, at=timezone.now(), step=where)
    return prepared.problems


def choose(request: HttpRequest, placement: Placement, actor: Actor, where: str) -> list[str]:
    """Covers parts of pictures and leaves pictures out, as the page that was sent says; only those it showed."""
    problems = []
    for one in shown(request, placement, actor, where):
        parts = [int(p) for p in request.POST.getlist(f"cover-{one.ref}") if p.isascii() and p.isdigit()]
        try:
            pictures.cover(one, parts, by=actor, at=timezone.now())
        except Refused as refusal:
            problems.append(str(refusal))
        pictures.leave_out(one, f"out-{one.ref}" in request.POST)
    return problems


def shown(request: HttpRequest, placement: Placement, actor: Actor, where: str) -> list[Evidence]:
    """The drafts that the page showed: what was begun and forgotten elsewhere is not sent along."""
    refs = request.POST.getlist("shown")
    return [one for one in ready(placement, actor, where) if str(one.ref) in refs] if refs else []


def picture(evidence: Evidence, number: int) -> dict[str, Any]:
    """One picture with its 24 parts, row by row, for `picture_draft.html`."""
    wide = evidence.width >= evidence.height
    columns, _ = making.grid(wide)
    parts = []
    for part in range(making.PARTS):
        row, column = divmod(part, columns)
        parts.append((part, f"Row {row + 1}, part {column + 1}", part in evidence.covered))
    return {"evidence": evidence, "number": number, "wide": wide, "parts": parts}
