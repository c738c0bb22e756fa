""" "Check what HR will get": the pack word for word and its pictures, before anything is recorded; then it goes.

What was typed travels in the form. Pictures wait as drafts of the newcomer's own; covering and leaving out is done
when the page is looked at again, and when it is sent.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations import cases
from escalations.evidence import making
from escalations.forms import TellForm
from escalations.models import Evidence
from escalations.services import packs, pictures, raising
from escalations.services.packs import Envelope
from escalations.views.stuck import Chosen, Stuck, back, base, chosen, own_step, posted, team, tell, why
from escalations.views.uploads import FIELD, takes_pictures, uploads_in
from onboarding.policies import Refused
from onboarding.wording import list_words

READ_AND_WRITE = require_http_methods(["GET", "HEAD", "POST"])


@takes_pictures
@READ_AND_WRITE
def check(request: HttpRequest, key: str) -> HttpResponse:
    """From the questions, with pictures, or from itself, with what to cover and to leave out."""
    carried = posted(request, key)
    if carried is None:
        return back(key, request)
    found, one, form = carried
    problems = [*take(request, found), *choose(request, found)]
    valid = form.is_valid()
    if problems or not valid:
        for problem in problems:
            form.add_error(FIELD, problem)
        return tell(request, found, one, form, status=422)
    return checked(request, found, one, form)


def take(request: HttpRequest, found: Stuck) -> list[str]:
    """Keeps the pictures of this press beside those of the presses before; a sentence for each that was not kept."""
    uploads = uploads_in(request)
    if not uploads:
        return []
    kept = {one.content_hash for one in drafts(found)}
    if len(kept) + len(uploads) > pictures.AT_ONCE:
        return [f"{pictures.AT_ONCE} pictures are the most. Leave some out, then add others."]
    prepared = pictures.prepare(uploads)
    prepared.ready = [one for one in prepared.ready if one[1].hash not in kept]
    pictures.keep_all(prepared, placement=found.placement, by=found.actor, at=timezone.now(), step=found.step.key)
    return prepared.problems


def choose(request: HttpRequest, found: Stuck) -> list[str]:
    """Covers parts of pictures and leaves pictures out, as the page that was sent says; only those it showed."""
    problems = []
    for one in drafts(found):
        if str(one.ref) not in request.POST.getlist("shown"):
            continue
        parts = [int(p) for p in request.POST.getlist(f"cover-{one.ref}") if p.isascii() and p.isdigit()]
        try:
            pictures.cover(one, parts, by=found.actor, at=timezone.now())
        except Refused as refusal:
            problems.append(str(refusal))
        pictures.leave_out(one, f"out-{one.ref}" in request.POST)
    return problems


def drafts(found: Stuck) -> QuerySet[Evidence]:
    return pictures.drafts(found.placement, found.actor, found.step.key).select_related(
        "placement__employer", "placement__host"
    )


def checked(
    request: HttpRequest, found: Stuck, one: Chosen, form: TellForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown = list(drafts(found))
    ready = envelope(found, one, form, [e for e in shown if not e.left_out])
    context = base(found) | {"chosen": one, "ready": ready, "team": team(found, one), "why": why(found, one)}
    context |= {"function": cases.names_for(found.placement).function(one.route.owner[0])}
    context |= {"pictures": [picture(e, n) for n, e in enumerate(shown, start=1)], "refusal": refusal}
    context |= {"carried": carried_in(form), "refused": bool(refusal), "left_out": left_out(ready)}
    return render(request, "escalations/stuck_check.html", context, status=status)


def carried_in(form: TellForm) -> list[tuple[str, str]]:
    return [(name, form.data.get(name, "")) for name in form.fields if name != FIELD]


def left_out(ready: Envelope) -> str:
    return list_words([label.lower() for label in ready.draft.left_out])


def envelope(found: Stuck, one: Chosen, form: TellForm, sent: Sequence[Evidence]) -> Envelope:
    row = next(row for row in found.rows if row.key == one.route.step)
    told = form.told(step=found.pathway.step(one.route.step).short, sees=one.says)
    return packs.envelope(
        found.placement, one.route.owner, told, pictures=len(sent), waiting=row.unlock_count, today=found.case.today
    )


def picture(evidence: Evidence, number: int) -> dict[str, Any]:
    """One picture with its 24 parts, row by row."""
    wide = evidence.width >= evidence.height
    columns, _ = making.grid(wide)
    parts = []
    for part in range(making.PARTS):
        row, column = divmod(part, columns)
        parts.append((part, f"Row {row + 1}, part {column + 1}", part in evidence.covered))
    return {"evidence": evidence, "number": number, "wide": wide, "parts": parts}


@READ_AND_WRITE
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Back from the check to the question, with what was typed."""
    carried = posted(request, key)
    if carried is None:
        return back(key, request)
    found, one, form = carried
    choose(request, found)
    return tell(request, found, one, form, status=200 if form.is_valid() else 422)


@READ_AND_WRITE
def send(request: HttpRequest, key: str) -> HttpResponse:
    carried = posted(request, key)
    if carried is None:
        return sent_already(request, key) or back(key, request)
    found, one, form = carried
    if not form.is_valid():
        return tell(request, found, one, form, status=422)
    if problems := choose(request, found):
        return checked(request, found, one, form, " ".join(problems), status=422)
    told = form.told(step=found.pathway.step(one.route.step).short, sees=one.says)
    try:
        reference = raising.raise_blocker(
            found.placement, one.route, said=form.said(one.says), told=told, by=found.actor, at=timezone.now()
        )
    except Refused as refusal:
        return checked(request, found, one, form, str(refusal), status=422)
    return redirect(found.own.address("stuck_sent", key, reference))


def sent_already(request: HttpRequest, key: str) -> HttpResponse | None:
    """A second press: it is known by now, because this newcomer said so."""
    found = own_step(request, key)
    one = chosen(found, request.POST.get("symptom", ""))
    if request.method != "POST" or one is None or one.route.kind != "known":
        return None
    row = next(row for row in found.rows if row.key == one.route.step)
    mine = (b for b in row.reasons["blockers"] if b["by"] == found.actor.user_id and b["id"] == one.route.reference)
    return redirect(found.own.address("stuck_sent", key, one.route.reference)) if any(mine) else None
