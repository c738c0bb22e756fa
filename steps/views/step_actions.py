"""The staff's page of one step, and the address of each verb on it: GET asks, POST does one thing and goes back."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.policies import Decision, Refused
from onboarding.wording import day_words, since_words
from steps import policies
from steps.clocks import IDENTITY, MAIL
from steps.explaining import may_read_blocker, timeline
from steps.models.chain import State
from steps.selectors.clocks import clocks_of, for_staff
from steps.selectors.local import help_with
from steps.selectors.record import record_key
from steps.services import verbs
from steps.services.locking import NotThere
from steps.services.recording import Stale
from steps.services.settling import attributes
from steps.views.asking import Asked, asked, who_has_it
from steps.views.conflict import conflict
from steps.views.newcomers import found, staff
from steps.views.step_verbs import FINISH, ISSUE, ON_BLOCKER, ON_STEP, Verb, will_change

View = Callable[..., HttpResponse]


@require_safe
def step(request: HttpRequest, ref: uuid.UUID, key: str) -> HttpResponse:
    ask = asked(request, ref, key)
    view = next(v for v in ask.views() if v.key == key)
    first = primary(ask)
    others = [verb for verb in ON_STEP if verb is not first]
    clocks = for_staff(ask.actor, clocks_of(ask.placement, ask.rows.values(), today=ask.today), ask.rows)
    events = timeline(ask.placement, ask.rows, ask.facts, ask.pathway, actor=ask.actor, today=ask.today)
    context = {
        "asked": ask,
        "placement": ask.placement,
        "view": view,
        "start": day_words(ask.placement.start_date, today=ask.today),
        "check_record": key == record_key(ask.pathway) and policies.can_check_record(ask.actor, ask.placement),
        "clocks": [one for one in clocks if one.step == key],
        "date_to_enter": date_to_enter(ask),
        "first": offered(ask, first) if first else None,
        "form": first.form(ask, None) if first else None,
        "can": [offered(ask, v) for v in others if v.allowed(ask)],
        "cannot": [{**offered(ask, v), "reason": v.allowed(ask).reason} for v in others if not v.allowed(ask)],
        "blockers": [blocker_lines(ask, b) for b in ask.row.reasons["blockers"]],
        "checks": checks_of(ask),
        "help": help_with(ask.placement, ask.step, ask.row, attributes(ask.placement)),
        "events": [e for e in events if e.fact.step == key],
    }
    return render(request, "steps/newcomer_step.html", context)


def date_to_enter(ask: Asked) -> dict[str, str]:
    """The date of this step that the actor may enter: its address, and what the link says."""
    if ask.row.state == State.NOT_APPLICABLE:
        return {}
    if ask.key == IDENTITY and not ask.row.done_at and policies.can_enter_share_code(ask.actor, ask.row):
        return {"href": reverse("newcomer_share_code", args=[ask.ref]), "text": "Enter the day of the share code"}
    if ask.key == MAIL and policies.can_enter_mail_account(ask.actor, ask.row):
        return {"href": reverse("newcomer_mail_account", args=[ask.ref]), "text": "Enter how the mail account stands"}
    return {}


def primary(ask: Asked) -> Verb | None:
    """The one green button: the team's own part, while there is something to do for it."""
    row = ask.row
    if row.state == State.NOT_APPLICABLE or row.reasons["blockers"]:
        return None
    if ISSUE.allowed(ask) and not row.issued and row.state in (State.READY, State.LOCKED) and not row.says_works_at:
        return ISSUE if row.state == State.READY else None
    if FINISH.allowed(ask) and (row.state in (State.READY, State.RECHECK) or row.says_works_at):
        return FINISH
    return None


def offered(ask: Asked, verb: Verb, blocker: str = "") -> dict[str, Any]:
    """A verb as the page offers it: its words and its address."""
    text = verb.words(verb.link, ask)
    if verb is FINISH and ask.row.state == State.RECHECK:
        text = "It is still right"
    elif verb is FINISH and ask.row.says_works_at:
        text = "Confirm: it works"
    elif verb is FINISH and ask.row.state != State.READY:
        text = "Finish it all the same"
    return {"text": text, "name": verb.name, "href": address(ask, verb, blocker)}


def address(ask: Asked, verb: Verb, blocker: str = "") -> str:
    where = [ask.ref, ask.key, *([blocker] if blocker else [])]
    return reverse(f"newcomer_step_{verb.name}", args=where)


def blocker_lines(ask: Asked, blocker: dict[str, Any]) -> dict[str, Any]:
    """An open blocker: what, with whom since when, and what the actor may do about it."""
    about = replace(ask, blocker=blocker)
    known = next((s.says for s in ask.step.symptoms if s.key == blocker["symptom"]), "")
    since = dt.datetime.fromisoformat(blocker["since"])
    return {
        "id": blocker["id"],
        "says": known,
        "reason": blocker["reason"] if may_read_blocker(ask.actor, ask.row, blocker, ask.step) else "",
        "by": blocker["by_name"],
        "owner": ask.owner(blocker["owner"]["function"], blocker["owner"]["side"]),
        "since": since_words(since, today=ask.today, country=ask.placement.host.calendar),
        "can": [offered(about, v, blocker["id"]) for v in ON_BLOCKER if v.allowed(about)],
        "why_not": next((v.allowed(about).reason for v in ON_BLOCKER if not v.allowed(about)), ""),
    }


def checks_of(ask: Asked) -> list[dict[str, Any]]:
    """What is to be confirmed inside the step, with who ticked it."""
    who = {"owner": ask.owner(ask.step.owner, ask.step.side), "newcomer": ask.name}
    return [
        {"says": c.says, "by": who[c.by], "required": c.required, "ticked": ask.row.ticks.get(c.key)}
        for c in ask.checks("owner", "newcomer")
    ]


def page_for(verb: Verb) -> View:
    """The view of one verb: its page, and its POST."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, ref: uuid.UUID, key: str, blocker: str = "") -> HttpResponse:
        ask = asked(request, ref, key)
        if blocker:
            ask = with_blocker(ask, blocker)
        decision = verb.allowed(ask)
        if request.method != "POST":
            return verb_page(request, ask, verb, verb.form(ask, None) if decision else None, decision)
        form = verb.form(ask, request.POST)
        if not decision and request.POST.get("seen", "") in ("", str(ask.row.version)):
            return verb_page(request, ask, verb, None, decision)
        if not form.is_valid():
            return verb_page(request, ask, verb, form, decision, status=422)
        return done(request, ask, verb, form)

    view.__name__ = verb.name
    return view


def with_blocker(ask: Asked, reference: str) -> Asked:
    """The blocker of the address: open, or gone by now (its fact says what it was); 404 if it never was."""
    row = ask.row
    known = verbs.open_blocker(row, reference)
    if known is None:
        fact = next(
            (f for f in ask.facts if f.blocker == reference and f.step == ask.key and f.kind == "blocked"), None
        )
        if fact is None:
            raise Http404
        owner = {"function": fact.owner or ask.step.owner, "side": fact.side or ask.step.side}
        known = {"id": reference, "owner": owner, "symptom": fact.symptom, "by": fact.by_id, "reason": fact.reason}
    return replace(ask, blocker=known)


def verb_page(
    request: HttpRequest, ask: Asked, verb: Verb, form: Any, decision: Decision, status: int = 0
) -> HttpResponse:
    """The verb's own page; where policy refuses, its reason stands there and no form."""
    context = {
        "asked": ask,
        "placement": ask.placement,
        "heading": verb.words(verb.heading, ask),
        "button": verb.words(verb.button, ask),
        "form": form,
        "reason": decision.reason,
        "will_change": will_change(ask, verb) if form else [],
        "back": reverse("newcomer_step", args=[ask.ref, ask.key]),
    }
    return render(request, "steps/verb.html", context, status=status or (200 if decision else 403))


def done(request: HttpRequest, ask: Asked, verb: Verb, form: Any) -> HttpResponse:
    back = reverse("newcomer_step", args=[ask.ref, ask.key])
    try:
        outcome = verb.act(ask, form.cleaned_data)
    except NotThere as gone:
        raise Http404 from gone
    except Stale as stale:
        return conflict(request, stale, back=back, typed=form.typed())
    except Refused as refused:
        form.add_error(None, str(refused))
        return verb_page(request, ask, verb, form, Decision(True), status=422)
    said = who_has_it(ask, outcome)
    messages.success(request, f"{verb.words(verb.done, ask)} {said}".strip() if outcome.written else said)
    return redirect(back)


@require_POST
def undo(request: HttpRequest, ref: uuid.UUID, fact: int) -> HttpResponse:
    """Takes one fact back, from the timeline."""
    actor = staff(request)
    placement = found(actor, ref)
    back = reverse("newcomer", args=[ref])
    try:
        outcome = verbs.retract(ref, fact, by=actor, at=timezone.now())
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refused:
        context = {"placement": placement, "heading": "This stays as it is", "reason": str(refused), "back": back}
        return render(request, "steps/verb.html", context, status=403)
    text = "Taken back." if outcome.written else "That was taken back already."
    shorts = [r.key for r in outcome.changed if r.key == outcome.row.key and r.actionable]
    if shorts and outcome.written:
        text += " The step is open again."
    messages.success(request, text)
    return redirect(back)


issue, finish, stuck, reopen, correct, waive = (page_for(verb) for verb in ON_STEP)
clear, hand_over = (page_for(verb) for verb in ON_BLOCKER)
