"""The newcomer's own pages: "My week", and one step of it with what they can say about it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from onboarding.actors import Actor
from onboarding.models import Placement, User
from onboarding.moving import can_move_to
from onboarding.policies import Refused
from onboarding.wording import day_words
from onboarding.words import Function
from steps import me_forms
from steps.clocks import IDENTITY, MAIL, Clock
from steps.me_pages import Week, asks_passport, step_page, week_of
from steps.pathway import Pathway
from steps.presenting import StepView, present, said_next
from steps.selectors.clocks import clocks_of
from steps.selectors.local import help_with, reached
from steps.selectors.own import (
    chosen_placement,
    own_placements,
    own_steps,
    own_word,
    placement_of_own_fact,
    was_joined,
    who_finished,
)
from steps.selectors.pathways import pathway_for
from steps.services import verbs
from steps.services.locking import NotThere
from steps.services.recording import Outcome, Stale
from steps.services.settling import attributes
from steps.telling import chases_of
from steps.views.conflict import conflict

WORK_EMAIL = "work_email"  # the step, in every pathway that has one


@dataclass(frozen=True, slots=True)
class Own:
    """The placement that a newcomer looks at, and how its addresses name it: blank for the one they get unasked."""

    placement: Placement
    all: Sequence[Placement]
    query: str

    @property
    def pathway(self) -> Pathway:
        return pathway_for(self.placement)

    def address(self, name: str, *args: object) -> str:
        return reverse(name, args=args) + self.query


def own(request: HttpRequest) -> Own | None:
    """The door: None for a newcomer without a placement, 404 for a placement that is not theirs. One query."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.newcomer_id is None:
        raise PermissionDenied
    placements = own_placements(actor)
    named = request.GET.get("placement", "")
    placement = chosen_placement(placements, named, today=timezone.localdate())
    if placement is None:
        if named:
            raise Http404
        return None
    return Own(placement, placements, f"?placement={placement.ref}" if named else "")


def own_placement(request: HttpRequest) -> Own:
    found = own(request)
    if found is None:
        raise Http404
    return found


def views_of(request: HttpRequest, mine: Own, today: dt.date) -> list[StepView]:
    """Two queries, and one more where something is stuck."""
    placement, actor = mine.placement, request.actor  # type: ignore[attr-defined]
    rows, facts = own_steps(placement), who_finished(placement)
    return present(
        placement, rows, mine.pathway, actor=actor, today=today, facts=facts, query=mine.query,
        chases=chases_of(placement),
    )  # fmt: skip


def view_of_step(request: HttpRequest, mine: Own, key: str, today: dt.date) -> StepView:
    for view in views_of(request, mine, today):
        if view.key == key:
            return view
    raise Http404


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    mine = own(request)
    if mine is None:
        return render(request, "steps/me_nowhere.html", {"joined": was_joined(request.actor)})  # type: ignore[attr-defined]
    today = timezone.localdate()
    last_here = request.user.previous_login  # type: ignore[union-attr]
    week = week_of(mine.placement, views_of(request, mine, today), today=today, last_here=last_here)
    beside = [p for p in mine.all if p != mine.placement]
    others = [{"placement": p, "when": f"from {day_words(p.start_date, today=today)}"} for p in beside]
    move_to = work_address(request, mine.placement, week)
    context = {
        "week": week,
        "others": others,
        "query": mine.query,
        "move_to": move_to,
        "passport": passport_asked(mine, week),
        "clocks": own_clocks(mine, week.there, today) if week.goes_on else [],
    }
    return render(request, "steps/me.html", context)


def passport_asked(mine: Own, week: Week) -> str:
    """The address of the question about the passport, until it is answered; "" then. No query."""
    asking = (v for v in week.there if week.goes_on and asks_passport(mine.placement, v))
    return next((v.href for v in asking if me_forms.PASSPORT_CHECK not in v.row.ticks), "")


def own_clocks(mine: Own, views: Sequence[StepView], today: dt.date) -> list[Clock]:
    """The dates that bite. Three queries."""
    return list(clocks_of(mine.placement, [v.row for v in views], today=today))


def work_address(request: HttpRequest, placement: Placement, week: Week) -> str:
    """The work address to move the sign-in to, once that mailbox works; "" while there is none. No query."""
    works = any(view.key == WORK_EMAIL and view.met for view in week.there)
    return can_move_to(cast(User, request.user), placement.newcomer) if works else ""


@require_safe
def step(request: HttpRequest, key: str) -> HttpResponse:
    mine = own_placement(request)
    today = timezone.localdate()
    return shown(request, mine, view_of_step(request, mine, key, today), today)


def shown(
    request: HttpRequest,
    mine: Own,
    view: StepView,
    today: dt.date,
    *,
    form: Form | None = None,
    ticks: Form | None = None,
) -> HttpResponse:
    asks = asks_passport(mine.placement, view) and me_forms.PASSPORT_CHECK not in view.row.ticks
    said = own_word(mine.placement) if asks else None
    help_here = help_with(mine.placement, view.definition, view.row, attributes(mine.placement))
    page = step_page(
        mine.placement, view, help_here, today=today, reached=reached(view.row), form=form, ticks=ticks, said=said
    )
    dated = view.key in (MAIL, IDENTITY) and page.goes_on and not view.not_needed
    refused = next((f for f in (form, ticks) if f is not None), None)
    context = {
        "page": page,
        "view": view,
        "step": view.definition,
        "placement": mine.placement,
        "query": mine.query,
        "form": refused or page.form,
        "clocks": [one for one in own_clocks(mine, [view], today) if one.step == view.key] if dated else [],
        "share_code": mine.address("share_code") if dated and view.key == IDENTITY and not view.met else "",
    }
    return render(request, "steps/step.html", context, status=422 if refused else 200)


@require_POST
def done(request: HttpRequest, key: str) -> HttpResponse:
    """Done, or it works: by the newcomer, with the checks that this takes."""
    mine = own_placement(request)
    now = timezone.now()
    view = view_of_step(request, mine, key, timezone.localdate())
    form = me_forms.DoneForm(request.POST, step=view.definition, placement=mine.placement, row=view.row)

    def press() -> Outcome:
        return verbs.finish(
            mine.placement.ref, key, by=request.actor, at=now, seen=form.cleaned_data["seen"],  # type: ignore[attr-defined]
            tick=form.ticked, full=form.full,
        )  # fmt: skip

    return pressed(request, mine, view, form, press, thanks=thanks_for(view))


def thanks_for(view: StepView) -> str:
    works = "is done" if view.definition.owner == Function.NEWCOMER else "works"
    return f"You told us that {view.short} {works}."


@require_POST
def upgraded(request: HttpRequest, key: str) -> HttpResponse:
    """The better email is in now, or was in all along: nothing is left to improve."""
    mine = own_placement(request)
    now = timezone.now()
    view = view_of_step(request, mine, key, timezone.localdate())
    form = me_forms.UpgradeForm(request.POST)

    def press() -> Outcome:
        seen = form.cleaned_data["seen"]
        return verbs.finish(mine.placement.ref, key, by=request.actor, at=now, seen=seen, full=True)  # type: ignore[attr-defined]

    return pressed(request, mine, view, form, press, thanks=f"{view.short} is up to date.")


@require_POST
def cleared(request: HttpRequest, key: str) -> HttpResponse:
    """What only the newcomer could clear is cleared."""
    mine = own_placement(request)
    now = timezone.now()
    view = view_of_step(request, mine, key, timezone.localdate())
    form = me_forms.ClearForm(request.POST)

    def press() -> Outcome:
        given = form.cleaned_data
        return verbs.clear(
            mine.placement.ref, key, by=request.actor, at=now, **given  # type: ignore[attr-defined]
        )  # fmt: skip

    return pressed(request, mine, view, form, press, thanks=f"You cleared what held {view.short}.")


def pressed(
    request: HttpRequest, mine: Own, view: StepView, form: Form, press: Callable[[], Outcome], *, thanks: str
) -> HttpResponse:
    """The answer to a press: the week with a banner and Undo, the page again with what was refused, or a conflict."""
    if not form.is_valid():
        return shown(request, mine, view, timezone.localdate(), form=form)
    try:
        outcome = press()
    except NotThere as gone:
        raise Http404 from gone
    except Stale as stale:
        return conflict(request, stale, back=mine.address("step", view.key), typed=typed_in(form))
    except Refused as refused:
        form.add_error(None, str(refused))
        return shown(request, mine, view, timezone.localdate(), form=form)
    if not outcome.written or outcome.fact is None:
        messages.success(request, f"We had this already: {view.short} stands as you say.")
    else:
        undo = mine.address("step_undo", outcome.fact.pk)
        following = said_next(mine.placement, mine.pathway, outcome.changed, key=view.key, actor=request.actor)  # type: ignore[attr-defined]
        messages.success(request, f"{thanks} {following}".strip(), extra_tags=f"undo {undo}")
    return redirect(mine.address("me"))


def typed_in(form: Form) -> list[tuple[str, str]]:
    """What a person wrote with their own hands, so that a conflict does not lose it."""
    shown_fields = [field for field in form if not field.is_hidden and isinstance(field.data, str) and field.data]
    return [(str(field.label), str(field.data)) for field in shown_fields if field.name != "full"]


@require_POST
def works_already(request: HttpRequest, key: str) -> HttpResponse:
    mine = own_placement(request)
    view = view_of_step(request, mine, key, timezone.localdate())
    try:
        outcome = verbs.say_works(mine.placement.ref, key, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refused:
        return refused_plainly(request, mine, view, str(refused))
    told = "We asked" if outcome.written else "You told us before. We asked"
    messages.success(request, f"{told} {view.own_team} to confirm it.")
    return redirect(mine.address("step", key))


@require_POST
def ticks(request: HttpRequest, key: str) -> HttpResponse:
    """What the newcomer has ticked inside a step. The passport answer, given apart, leaves the others as they are."""
    mine = own_placement(request)
    view = view_of_step(request, mine, key, timezone.localdate())
    form = me_forms.TicksForm(request.POST, step=view.definition, placement=mine.placement, row=view.row)
    if not form.is_valid():
        return shown(request, mine, view, timezone.localdate(), ticks=form)
    checks = set(form.cleaned_data["checks"])
    if me_forms.PASSPORT_CHECK in view.row.ticks:
        checks.add(me_forms.PASSPORT_CHECK)
    return ticked(request, mine, view, checks, "Saved.")


def ticked(request: HttpRequest, mine: Own, view: StepView, checks: set[str], says: str) -> HttpResponse:
    try:
        verbs.tick(
            mine.placement.ref, view.key, checks=sorted(checks), by=request.actor, at=timezone.now(), who="newcomer"  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refused:
        return refused_plainly(request, mine, view, str(refused))
    messages.success(request, says)
    return redirect(mine.address("step", view.key))


def refused_plainly(request: HttpRequest, mine: Own, view: StepView, reason: str) -> HttpResponse:
    """A press without fields was refused: the page again, with the reason where errors stand."""
    form = Form({})
    form.add_error(None, reason)
    return shown(request, mine, view, timezone.localdate(), form=form)


@require_POST
def undo(request: HttpRequest, fact: int) -> HttpResponse:
    """Takes back what the newcomer said by mistake."""
    ref = placement_of_own_fact(request.actor, fact)  # type: ignore[attr-defined]
    if ref is None:
        raise Http404
    try:
        outcome = verbs.retract(ref, fact, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, "Taken back." if outcome.written else "This was taken back already.")
    named = request.GET.get("placement", "")
    return HttpResponseRedirect(reverse("me") + (f"?placement={ref}" if named else ""))
