"""Listed twice? The pairs that may be one person, one pair side by side, and what a human decides about it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from onboarding.actors import Actor
from onboarding.audit.watching import note_birth_date_read
from onboarding.models import Placement
from onboarding.policies import Refused
from onboarding.wording import capital, day_words, when_words
from steps import comparing, policies
from steps.models.joining import PairState
from steps.selectors.pairs import DECIDERS, PairView, Side, deciding_places, pair_for, pairs_of, seen_of
from steps.services import asking_pairs, finding, joining, unjoining
from steps.services.locking import NotThere
from steps.services.recording import Stale
from steps.views.conflict import conflict


class PressForm(forms.Form):
    """A press without fields."""

    def __init__(self, *args: Any, view: PairView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.view = view


class DecideForm(PressForm):
    """What the page was made from. Not shown, and never left out."""

    seen = forms.CharField(
        max_length=64, widget=forms.HiddenInput,
        error_messages={"required": "Open the page again, then press once more."},
    )  # fmt: skip


class JoinForm(DecideForm):
    keep = forms.ChoiceField(
        label="Which record is kept?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose which of the two records is kept."),
    )

    def __init__(self, *args: Any, view: PairView, **kwargs: Any) -> None:
        super().__init__(*args, view=view, **kwargs)
        field: Any = self.fields["keep"]
        field.choices = [(key, heading_of(key, side)) for key, side in zip(NAMES, view.sides, strict=True)]
        field.widget.hints = {
            "first": comparing.keeps(view.first, view.second),
            "second": comparing.keeps(view.second, view.first),
        }

    @property
    def kept(self) -> int:
        side = self.view.first if self.cleaned_data["keep"] == "first" else self.view.second
        return side.person.pk


NAMES = ("first", "second")


def heading_of(key: str, side: Side) -> str:
    return f"{capital(key)} record: {side.person.name}, {side.employers}"


def decider(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(*DECIDERS):
        raise PermissionDenied
    return actor


def found(actor: Actor, ref: uuid.UUID) -> PairView:
    view = pair_for(actor, ref)
    if view is None:
        raise Http404
    return view


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor, today = decider(request), timezone.localdate()
    waiting, more = pairs_of(actor, PairState.OPEN)
    decided, _ = pairs_of(actor, PairState.JOINED, PairState.TWO_PEOPLE)
    looked = finding.last_looked(deciding_places(actor))
    context = {
        "lines": [line_of(actor, view, today) for view in waiting],
        "decided": [line_of(actor, view, today) for view in decided],
        "count": len(waiting),
        "more": more,
        "looked": when_words(looked, today=today) if looked else "",
    }
    return render(request, "steps/pairs.html", context)


def line_of(actor: Actor, view: PairView, today: dt.date) -> dict[str, Any]:
    pair = view.pair
    decided = ""
    if pair.decided_at:
        said = "Joined" if pair.state == PairState.JOINED else "Two people"
        decided = f"{said}, {pair.decided_by_name}, {day_words(pair.decided_at, today=today)}"
    return {
        "ref": pair.ref,
        "names": " and ".join(dict.fromkeys(side.person.name for side in view.sides)),
        "sides": ["; ".join(words for _, words in posts_of(side, today)) for side in view.sides],
        "why": comparing.why_proposed(actor, view),
        "asked": asked_words(view, today),
        "decided": decided,
    }


def posts_of(side: Side, today: dt.date) -> list[tuple[Placement, str]]:
    return [(post, comparing.post_words(post, today)) for post in side.shown]


def asked_words(view: PairView, today: dt.date) -> str:
    pair = view.pair
    if pair.asked_by is None or pair.asked_at is None:
        return ""
    return f"{pair.asked_by.name} asked for a decision on {day_words(pair.asked_at, today=today)}."


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    actor = decider(request)
    finding.ask_for(deciding_places(actor), at=timezone.now())
    messages.success(request, "We are looking. What we find stands here within a few minutes.")
    return redirect("pairs")


@require_safe
def pair(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor = decider(request)
    view = found(actor, ref)
    for side in view.sides:
        for post in side.shown:
            note_birth_date_read(request, post)
    return shown(request, actor, view)


def shown(request: HttpRequest, actor: Actor, view: PairView, refused: PressForm | None = None) -> HttpResponse:
    """The page of one pair; with what was refused, if something was."""
    today = timezone.localdate()
    can_join = policies.can_join(actor, view)
    fresh = JoinForm(initial={"seen": seen_of(view)}, view=view)
    context = {
        "pair": view.pair,
        "line": line_of(actor, view, today),
        "sides": [
            {
                "heading": heading_of(key, side),
                "key": key,
                "name": f"{capital(key)} record",
                "opens": side.opens,
                "posts": posts_of(side, today),
            }
            for key, side in zip(NAMES, view.sides, strict=True)
        ],
        "rows": comparing.rows_of(actor, view),
        "form": refused,
        "join_form": refused if isinstance(refused, JoinForm) else fresh,
        "seen": seen_of(view),
        "can_join": can_join,
        "can_part": policies.can_part(actor, view),
        "can_ask": policies.can_ask(actor, view),
        "kept": view.joining.kept.name if view.joining else "",
        "undo_refused": (unjoining.why_not_undone(view) if can_join else can_join.reason) if view.joining else "",
        "consequences": comparing.consequences(view, today) if can_join and not view.joining else (),
        "others": " and ".join(side.employers for side in view.sides if not side.mine),
    }
    return render(request, "steps/pair.html", context, status=422 if refused else 200)


def pressed(
    request: HttpRequest, ref: uuid.UUID, kind: type[PressForm], act: Callable[[Any, Actor, dt.datetime], object],
    says: str,
) -> HttpResponse:  # fmt: skip
    """The answer to a press: the page with a banner, the page again with what was refused, or a conflict."""
    actor = decider(request)
    view = found(actor, ref)
    form = kind(request.POST, view=view)
    if not form.is_valid():
        return shown(request, actor, view, form)
    try:
        act(form, actor, timezone.now())
    except NotThere as gone:
        raise Http404 from gone
    except Stale as stale:
        return conflict(request, stale, back=reverse("pair", args=[ref]))
    except Refused as refused:
        form.add_error(None, str(refused))
        return shown(request, actor, view, form)
    messages.success(request, says)
    return redirect("pair", ref)


@require_POST
def join(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    def act(form: JoinForm, actor: Actor, at: dt.datetime) -> object:
        return joining.join(ref, keep=form.kept, seen=form.cleaned_data["seen"], by=actor, at=at)

    return pressed(request, ref, JoinForm, act, "Joined. From now on they are one person, with the posts of both.")


@require_POST
def part(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    def act(form: DecideForm, actor: Actor, at: dt.datetime) -> object:
        return joining.part(ref, seen=form.cleaned_data["seen"], by=actor, at=at)

    return pressed(request, ref, DecideForm, act, "Two people. We remember it and do not propose them again.")


@require_POST
def ask(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    def act(form: PressForm, actor: Actor, at: dt.datetime) -> object:
        return asking_pairs.ask(ref, by=actor, at=at)

    return pressed(request, ref, PressForm, act, "Asked. They get a mail, and the pair stands on their list.")


@require_POST
def undo(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    def act(form: PressForm, actor: Actor, at: dt.datetime) -> object:
        return unjoining.undo(ref, by=actor, at=at)

    return pressed(request, ref, PressForm, act, "Undone. Both records are as they were.")
