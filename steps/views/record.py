"""HR's record check: what the sources say beside the staff record, and what HR does about it."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding.audit.watching import note_birth_date_read
from onboarding.policies import Decision, Refused
from onboarding.wording import count_words, day_words, list_words
from steps import policies
from steps.forms import ReasonForm
from steps.models import Source
from steps.models.chain import State
from steps.pathway import Check
from steps.record_check import LABELS, as_words
from steps.record_forms import DOCUMENTS, AskForm, ConfirmForm
from steps.selectors.pathways import pathway_for
from steps.selectors.placements import facts_of, steps_of
from steps.selectors.record import INSIDE, Sides, own, record_key, sides_of
from steps.services import record as services
from steps.services.placements import CORRECTION, PASSPORT_CHECK
from steps.services.previewing import would_recheck
from steps.services.recording import Stale
from steps.views.asking import Asked, who_has_it
from steps.views.conflict import conflict
from steps.views.newcomers import found, staff


def asked(request: HttpRequest, ref: uuid.UUID) -> Asked:
    """The staff record's step of the newcomer that the address names, or 404."""
    actor = staff(request)
    placement = found(actor, ref)
    pathway = pathway_for(placement)
    rows = {row.key: row for row in steps_of(placement)}
    now = timezone.now()
    return Asked(
        actor, placement, rows, facts_of(placement), pathway, record_key(pathway), timezone.localdate(now), now
    )


def sides(ask: Asked) -> Sides:
    return sides_of(ask.placement, key=ask.key, today=ask.today)


@require_safe
def record(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    ask = asked(request, ref)
    decision = policies.can_check_record(ask.actor, ask.placement)
    if not decision:
        return refused(request, ask, decision)
    note_birth_date_read(request, ask.placement)
    return shown(request, ask, sides(ask))


def refused(request: HttpRequest, ask: Asked, decision: Decision) -> HttpResponse:
    context = {"placement": ask.placement, "heading": "The record check is HR's", "reason": decision.reason}
    back = reverse("newcomer", args=[ask.ref])
    return render(request, "steps/verb.html", {**context, "back": back}, status=403)


def shown(request: HttpRequest, ask: Asked, held: Sides, form: ConfirmForm | None = None) -> HttpResponse:
    may = policies.can_finish(ask.actor, ask.row, ask.step)
    finished = ask.row.state == State.DONE and held.is_confirmed
    context = {
        "asked": ask,
        "placement": ask.placement,
        "name": ask.name,
        "start": day_words(ask.placement.start_date, today=ask.today),
        "columns": held.compared.columns,
        "rows": held.compared.rows,
        "reasons": list(dict.fromkeys(says for row in held.compared.rows for c in row.cells for says in c.says)),
        "answer": newcomers_answer(ask),
        "documents": [document_line(ask, held, source) for source in DOCUMENTS],
        "takes": list(takes(ask, held)),
        "finished": finished_words(ask) if finished else "",
        "explained": held.check.explained if held.check and not held.unexplained else "",
        "why_not": "" if finished else held_up(held) or ("" if may else may.reason),
        "form": None if finished or held_up(held) or not may else form or confirm_form(ask, held),
    }
    return render(request, "steps/record.html", context, status=422 if form else 200)


def held_up(held: Sides) -> str:
    """Why no explanation can help: something must be corrected first."""
    return held.why_not("explained")


def newcomers_answer(ask: Asked) -> str:
    tick = ask.row.ticks.get(PASSPORT_CHECK)
    if not any(c.key == PASSPORT_CHECK for c in ask.step.checks):
        return ""
    if tick:
        day = day_words(dt.datetime.fromisoformat(tick["at"]), today=ask.today)
        return f"{ask.name} said on {day} that the record is exactly what the passport says."
    return f"{ask.name} has not said yet that the record is exactly what the passport says."


def finished_words(ask: Asked) -> str:
    done = next((f for f in reversed(ask.facts) if f.kind == "done" and f.step == ask.key), None)
    return f"Confirmed by {done.by_name}, {day_words(done.at, today=ask.today)}." if done else ""


def document_line(ask: Asked, held: Sides, source: str) -> dict[str, str]:
    one = held.statements.get(source)
    typed = f"{one.by_name} wrote this down, {day_words(one.at, today=ask.today)}." if one else "Not written down yet."
    href = reverse("newcomer_record_document", args=[ask.ref, source])
    inside = INSIDE[Source(source)]
    return {
        "label": str(Source(source).label),
        "inside": inside,
        "typed": typed,
        "href": href,
        "there": "yes" * bool(one),
    }


def takes(ask: Asked, held: Sides) -> Iterator[dict[str, Any]]:
    """Each source that the record could follow, with what would change and how many finished steps that reaches."""
    for source, one in held.statements.items():
        changes = services.to_take(ask.placement, one)
        if changes:
            said = next(c for c in held.compared.columns if c.source == source)
            again = rechecked(ask, changes)
            yield {
                "fields": list_words([LABELS[n].lower() for n in changes]),
                "who": said.inside.rstrip(","),
                "again": f"{count_words(len(again), 'finished step')} will be checked again" if again else "",
                "href": reverse("newcomer_record_take", args=[ask.ref, source]),
            }


def rechecked(ask: Asked, changes: Mapping[str, Any]) -> list[str]:
    """The finished steps that a correction of these fields would send to be checked again, by their short titles."""
    kinds = {CORRECTION[name] for name in changes}
    reached = would_recheck(ask.placement, ask.rows, ask.facts, at=ask.at)
    keys = {key for kind, keys in reached.items() if kind in kinds for key in keys}
    return [s.short for s in ask.pathway.steps if s.key in keys]


def open_checks(ask: Asked, held: Sides) -> list[Check]:
    """What is left to tick by hand: the owner's checks that no document answers."""
    proved = services.proved(held)
    return [c for c in ask.checks("owner") if c.key not in proved]


def confirm_form(ask: Asked, held: Sides, data: Any = None) -> ConfirmForm:
    initial = {"seen": ask.row.version, "checks": list(ask.row.ticks)}
    known = frozenset(c.key for c in ask.step.checks)
    return ConfirmForm(
        data, initial=initial, checks=open_checks(ask, held), known=known, explain=bool(held.unexplained)
    )


@require_POST
def confirm(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    ask = asked(request, ref)
    decision = policies.can_check_record(ask.actor, ask.placement)
    if not decision:
        return refused(request, ask, decision)
    held = sides(ask)
    form = confirm_form(ask, held, request.POST)
    if not form.is_valid():
        return shown(request, ask, held, form)
    given = form.cleaned_data
    try:
        outcome = services.confirm(
            ref, by=ask.actor, at=ask.at, seen=given["seen"], tick=given.get("checks", ()),
            explained=given.get("explained", ""),
        )  # fmt: skip
    except Stale as stale:
        return conflict(request, stale, back=reverse("newcomer_record", args=[ref]), typed=form.typed())
    except Refused as no:
        form.add_error(None, str(no))
        return shown(request, ask, held, form)
    messages.success(request, f"The record is confirmed. {who_has_it(ask, outcome)}" if outcome.written else STANDS)
    return redirect("newcomer", ref)


STANDS = "That was so already, so nothing was changed."
Act = Callable[[Asked, Any], str]


def act_on(
    request: HttpRequest, ask: Asked, form: Any, act: Act, *, heading: str, button: str, will_change: list[str]
) -> HttpResponse:
    """One act of HR on a page of its own: asked by GET, done by POST, then back to the record check."""
    decision = policies.can_check_record(ask.actor, ask.placement)
    if not decision:
        return refused(request, ask, decision)
    back = reverse("newcomer_record", args=[ask.ref])
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act(ask, form))
        except Stale as stale:
            return conflict(request, stale, back=back, typed=form.typed())
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return redirect(back)
    context = {"placement": ask.placement, "heading": heading, "button": button, "form": form, "back": back}
    context["will_change"] = will_change
    return render(request, "steps/verb.html", context, status=422 if form.is_bound else 200)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, ref: uuid.UUID, source: str) -> HttpResponse:
    """HR writes down what a document says. Nothing of the record stands in the form: it is read off the document."""
    if source not in DOCUMENTS:
        raise Http404
    ask = asked(request, ref)
    kind = DOCUMENTS[source]
    one = sides(ask).statements.get(source) if policies.can_check_record(ask.actor, ask.placement) else None
    form = kind(posted(request), initial={**kind.initial_of(one), "seen": ask.row.version})

    def act(ask: Asked, form: Any) -> str:
        written = services.state(ask.ref, source=source, said=form.said(), by=ask.actor, at=ask.at)
        return f"Written down: what {INSIDE[Source(source)]} says." if written else STANDS

    heading = f"What does {INSIDE[Source(source)]} say?"
    return act_on(request, ask, form, act, heading=heading, button="Write it down", will_change=[])


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, ref: uuid.UUID, source: str) -> HttpResponse:
    """The record is corrected to what one source says."""
    if source not in Source.values:
        raise Http404
    ask = asked(request, ref)
    may = policies.can_check_record(ask.actor, ask.placement)
    one = sides(ask).statements.get(source) if may else None
    if may and one is None:
        raise Http404
    changes = services.to_take(ask.placement, one) if one else {}
    says = "their passport, as they read it" if source == Source.NEWCOMER else INSIDE[Source(source)]
    form = ReasonForm(posted(request), initial={"seen": ask.row.version, "reason": f"As {says} says."}, asks="Why?")

    def act(ask: Asked, form: Any) -> str:
        changed = services.take(
            ask.ref, source=source, by=ask.actor, at=ask.at, reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )  # fmt: skip
        return f"Corrected: {list_words([LABELS[n].lower() for n in changed])}." if changed else STANDS

    lines = [f"{LABELS[n]}: {plain(own(ask.placement, n), n)} becomes {plain(v, n)}" for n, v in changes.items()]
    again = rechecked(ask, changes) if changes else []
    lines += [f"{list_words(again)} {'is' if len(again) == 1 else 'are'} checked again"] if again else []
    heading = f"Correct the record to what {says} says?"
    return act_on(request, ask, form, act, heading=heading, button="Correct the record", will_change=lines)


def plain(value: Any, field: str) -> str:
    return as_words(value, field) or "nothing"


@require_http_methods(["GET", "HEAD", "POST"])
def ask_newcomer(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The newcomer is asked for a paper, in a conversation of its own."""
    ask = asked(request, ref)
    form: BaseForm = AskForm(posted(request), initial={"seen": ask.row.version}, name=ask.name)

    def act(ask: Asked, form: Any) -> str:
        given = form.cleaned_data
        outcome = services.ask_for_document(
            ask.ref, by=ask.actor, at=ask.at, reason=given["reason"], seen=given["seen"]
        )
        return f"{ask.name} is asked, and has Staff record until they answer." if outcome.written else STANDS

    heading = f"Which document should {ask.name} show you?"
    return act_on(request, ask, form, act, heading=heading, button=f"Ask {ask.name}", will_change=[])
