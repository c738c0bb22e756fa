""" "Check what HR will get": the pack word for word and its pictures, before anything is recorded; then it goes.

What was typed travels in the form. Pictures wait as drafts of the newcomer's own; covering and leaving out is done
when the page is looked at again, and when it is sent.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations import cases
from escalations.forms import TellForm
from escalations.models import Evidence
from escalations.services import packs, raising
from escalations.services.packs import Envelope
from escalations.views import drafts
from escalations.views.stuck import Chosen, Stuck, back, base, chosen, own_step, posted, team, tell, why
from escalations.views.uploads import FIELD, takes_pictures
from onboarding.actors import Actor
from onboarding.models import Placement
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
    problems = [*drafts.take(request, *place(found)), *drafts.choose(request, *place(found))]
    valid = form.is_valid()
    if problems or not valid:
        for problem in problems:
            form.add_error(FIELD, problem)
        return tell(request, found, one, form, status=422)
    return checked(request, found, one, form)


def place(found: Stuck) -> tuple[Placement, Actor, str]:
    """Where the drafts of this page are."""
    return found.placement, found.actor, found.step.key


def checked(
    request: HttpRequest, found: Stuck, one: Chosen, form: TellForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown = drafts.ready(*place(found))
    ready = envelope(found, one, form, [e for e in shown if not e.left_out])
    context = base(found) | {"chosen": one, "ready": ready, "team": team(found, one), "why": why(found, one)}
    context |= {"function": cases.names_for(found.placement).function(one.route.owner[0])}
    context |= {"pictures": [drafts.picture(e, n) for n, e in enumerate(shown, start=1)], "refusal": refusal}
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


@READ_AND_WRITE
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Back from the check to the question, with what was typed."""
    carried = posted(request, key)
    if carried is None:
        return back(key, request)
    found, one, form = carried
    drafts.choose(request, *place(found))
    return tell(request, found, one, form, status=200 if form.is_valid() else 422)


@READ_AND_WRITE
def send(request: HttpRequest, key: str) -> HttpResponse:
    carried = posted(request, key)
    if carried is None:
        return sent_already(request, key) or back(key, request)
    found, one, form = carried
    if not form.is_valid():
        return tell(request, found, one, form, status=422)
    if problems := drafts.choose(request, *place(found)):
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
