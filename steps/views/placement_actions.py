"""What HR and the onboarding lead do to a placement as a whole: correct details, move the start, change the status."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import Decision, Refused
from onboarding.wording import day_words, list_words
from onboarding.words import PlacementStatus
from steps import policies
from steps.forms import NAMES_OF_FIELDS, DetailsForm, MoveStartForm, StatusForm
from steps.models import PlacementStep
from steps.presenting import is_acting
from steps.selectors.pathways import pathway_of
from steps.selectors.placements import facts_of, steps_of
from steps.services.placements import correct_details, set_status
from steps.services.previewing import would_recheck
from steps.services.recording import Stale
from steps.views.conflict import conflict
from steps.views.newcomers import found, staff
from steps.views.turns import TURNS, Turn
from steps.words import team_words


@dataclass(frozen=True, slots=True)
class Desk:
    """A placement on the desk of whoever changes it, with its steps."""

    actor: Actor
    placement: Placement
    rows: Sequence[PlacementStep]

    @property
    def shorts(self) -> Mapping[str, str]:
        return {s.key: s.short for s in pathway_of(self.placement.chain.pathway).steps}

    @property
    def back(self) -> str:
        return reverse("newcomer", args=[self.placement.ref])


def desk(request: HttpRequest, ref: uuid.UUID) -> Desk:
    actor = staff(request)
    placement = found(actor, ref)
    return Desk(actor, placement, steps_of(placement))


def page(
    request: HttpRequest, at: Desk, form: Any, decision: Decision, *, heading: str, button: str, **more: Any
) -> HttpResponse:
    """The page of one action; where policy refuses, its reason stands there and no form."""
    status = 403 if not decision else 422 if form.is_bound else 200
    context = {
        "placement": at.placement,
        "heading": heading,
        "button": button,
        "form": form if decision else None,
        "reason": decision.reason,
        "back": at.back,
        **more,
    }
    return render(request, "steps/verb.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The staff record as it is, to be corrected."""
    at = desk(request, ref)
    decision = policies.can_correct_details(at.actor, at.placement)
    initial = {**DetailsForm.initial_of(at.placement), "seen": at.rows[0].version}
    form = DetailsForm(request.POST if request.method == "POST" and decision else None, initial=initial)
    if form.is_bound and form.is_valid():
        answer = corrected(request, at, form, form.changes())
        if answer:
            return answer
    more = {"will_change": rechecks(at) if decision else []}
    return page(
        request,
        at,
        form,
        decision,
        heading=f"What is right for {at.placement.newcomer.name}?",
        button="Correct",
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_start(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    at = desk(request, ref)
    decision = policies.can_correct_details(at.actor, at.placement)
    initial = {"start_date": at.placement.start_date, "seen": at.rows[0].version}
    form = MoveStartForm(request.POST if request.method == "POST" and decision else None, initial=initial)
    if form.is_bound and form.is_valid():
        answer = corrected(request, at, form, {"start_date": form.cleaned_data["start_date"]})
        if answer:
            return answer
    name, start = at.placement.newcomer.name, day_words(at.placement.start_date, today=timezone.localdate())
    more = {"will_change": ["the end of week 1 and the first payday move with the start", *rechecks(at, "start_date")]}
    return page(
        request, at, form, decision, heading=f"{name} starts on {start}. When now?", button="Move the start", **more
    )


def rechecks(at: Desk, *only: str) -> list[str]:
    """Before a correction: which finished steps each kind of change would send back."""
    rows = {row.key: row for row in at.rows}
    again = would_recheck(at.placement, rows, facts_of(at.placement), at=timezone.now())
    return [
        f"{NAMES_OF_FIELDS[field]}: {list_words([at.shorts[key] for key in keys])} "
        f"{'is' if len(keys) == 1 else 'are'} checked again"
        for field, keys in again.items()
        if not only or field in only
    ]


def corrected(
    request: HttpRequest, at: Desk, form: DetailsForm | MoveStartForm, changes: Mapping[str, Any]
) -> HttpResponse | None:
    """The one service call; None where it was refused, with the reason on the form."""
    given = form.cleaned_data
    try:
        changed = correct_details(
            at.placement.ref, changes=changes, by=at.actor, at=timezone.now(), reason=given["reason"],
            seen=given["seen"],
        )  # fmt: skip
    except Stale as stale:
        return conflict(request, stale, back=at.back, typed=form.typed())
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    except IntegrityError:  # the one constraint that a correction can meet: two posts that would be the same one
        form.add_error(None, "There is a placement of this person with this start date already.")
        return None
    messages.success(request, said(at, changed))
    return redirect(at.back)


def said(at: Desk, changed: Mapping[str, Any]) -> str:
    if not changed:
        return "That was so already, so nothing was changed."
    before = {row.key for row in at.rows if row.state == "recheck"}
    again = [r for r in steps_of(at.placement) if r.state == "recheck" and r.key not in before]
    text = f"Corrected: {list_words([name.replace('_', ' ') for name in changed])}."
    if not again:
        return text
    count = f"{len(again)} finished step is" if len(again) == 1 else f"{len(again)} finished steps are"
    teams = dict.fromkeys(holder_words(at.placement, row) for row in again)
    return f"{text} {count} checked again, by {list_words(list(teams))}."


def holder_words(placement: Placement, row: PlacementStep) -> str:
    if row.owner_function == "newcomer":
        return placement.newcomer.name
    place = placement.employer if row.owner_org_id == placement.employer_id else placement.host
    return team_words(row.owner_function, place.name)


def page_for(turn: Turn) -> Callable[..., HttpResponse]:
    """The view of one change of status."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
        at = desk(request, ref)
        name = at.placement.newcomer.name
        decision = policies.can_set_status(at.actor, at.placement)
        data = request.POST if request.method == "POST" and decision else None
        initial = {"seen": at.rows[0].version, "was": at.placement.status}
        form = StatusForm(data, initial=initial, needs_reason=turn.needs_reason)
        if form.is_bound and form.is_valid():
            answer = turned(request, at, turn, form)
            if answer:
                return answer
        return page(
            request, at, form, decision, heading=turn.heading.format(name=name),
            button=turn.button.format(name=name), warning=turn.status == PlacementStatus.WITHDRAWN,
            will_change=stops(at) if turn.stops and decision else [],
        )  # fmt: skip

    view.__name__ = turn.name
    return view


def stops(at: Desk) -> list[str]:
    """What a placement that stops takes out of whose hands."""
    today = timezone.localdate()
    shorts = at.shorts
    held: dict[str, list[str]] = {}
    for row in at.rows:
        if is_acting(row, today):
            held.setdefault(holder_words(at.placement, row), []).append(shorts[row.key])
    lines = ["the newcomer leaves the week-1 count, with the reason you give, and every queue"]
    return [*lines, *(f"{who} has work in hand: {list_words(steps)}" for who, steps in held.items())]


def turned(request: HttpRequest, at: Desk, turn: Turn, form: StatusForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        written = set_status(
            at.placement.ref, turn.status, by=at.actor, at=timezone.now(), reason=given["reason"], was=given["was"]
        )
    except Stale as stale:
        return conflict(request, stale, back=at.back, typed=form.typed())
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    text = turn.done.format(name=at.placement.newcomer.name)
    messages.success(request, text if written else f"That was so already. {text}")
    return redirect(at.back)


started, expected, deferred, withdrawn, left = (page_for(turn) for turn in TURNS)
