"""One blocker: what was said and who has it; clearing it, and handing it over."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from escalations import cases, routing
from escalations.forms import HandOverForm
from escalations.routing import Names, Owner
from escalations.selectors.conversations import Conversation as Blocker
from escalations.selectors.conversations import conversation_for as blocker_for
from onboarding.actors import Actor
from onboarding.policies import Decision, Refused, is_lead_employed
from onboarding.wording import capital, day_words, moment_words, since_words
from onboarding.words import Function
from steps import policies
from steps.forms import ReasonForm
from steps.models import Fact
from steps.models.chain import FactKind
from steps.services import verbs
from steps.services.recording import Outcome, Stale

DID = {
    FactKind.BLOCKED: "{who} said that this is stuck, {when}",
    FactKind.HANDED_OVER: "{who} handed it over to {owner}, {when}",
    FactKind.CLEARED: "{who} cleared it, {when}",
}


def found(request: HttpRequest, reference: str) -> tuple[Actor, Blocker]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    blocker = blocker_for(actor, reference.upper())
    if blocker is None:
        raise Http404
    return actor, blocker


def names_of(actor: Actor, blocker: Blocker) -> Names:
    by_newcomer = policies.is_newcomer(actor, blocker.placement)
    return cases.names_for(blocker.placement) if by_newcomer else cases.staff_names(blocker.placement)


@require_safe
def blocker(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    context = base(actor, one) | {"told": list(told(actor, one)), "may_clear": may_clear(actor, one)}
    context["may_hand_over"] = may_hand_over(actor, one)
    return render(request, "escalations/blocker.html", context)


def base(actor: Actor, one: Blocker) -> dict[str, Any]:
    """What every page of a blocker shows: what is wrong, for whom, with whom since when, or how it ended."""
    placement = one.placement
    by_newcomer = policies.is_newcomer(actor, placement)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "blocker": one,
        "placement": placement,
        "by_newcomer": by_newcomer,
        "held_by_newcomer": bool(one.open) and cases.owner_in(one.open or {})[0] == Function.NEWCOMER,
    }
    if one.open:
        since = dt.datetime.fromisoformat(one.open["since"])
        team = names_of(actor, one).team(*cases.owner_in(one.open))
        country: Any = placement.host.country
        context["held"] = f"With {team} {since_words(since, today=today, country=country)}"
    elif one.ended:
        context["held"] = ended_words(one.ended, today)
    return context


def ended_words(fact: Fact, today: dt.date) -> str:
    """ "Sam Okoro cleared this at 10.02am." """
    did = {FactKind.CLEARED: "cleared this", FactKind.DONE: "finished this step", FactKind.WAIVED: "waived this step"}
    return f"{fact.by_name} {did[FactKind(fact.kind)]} {at_words(fact.at, today)}."


def at_words(moment: dt.datetime, today: dt.date) -> str:
    day = timezone.localdate(moment)
    return f"at {moment_words(moment)}" + ("" if day == today else f" on {day_words(day, today=today)}")


@dataclass(frozen=True, slots=True)
class Told:
    says: str
    lines: list[str]


def told(actor: Actor, one: Blocker) -> Iterator[Told]:
    """What was said about the blocker, oldest first."""
    names, today = names_of(actor, one), timezone.localdate()
    facts = [*one.facts]
    if one.ended and one.ended not in facts:
        facts.append(one.ended)
    for fact in facts:
        owner = names.team(fact.owner, fact.side or None) if fact.owner else ""
        words = DID.get(FactKind(fact.kind), "{who} finished the step, {when}")
        when = f"{moment_words(fact.at)}, {day_words(fact.at, today=today)}"
        yield Told(words.format(who=fact.by_name, owner=owner, when=when), fact.reason.splitlines())


def may_clear(actor: Actor, one: Blocker) -> Decision:
    if one.open is None:
        return Decision(False, "This is cleared already.")
    return policies.can_clear(actor, one.row, one.open)


def may_hand_over(actor: Actor, one: Blocker) -> Decision:
    if one.open is None:
        return Decision(False, "This is cleared already, so it cannot be handed over.")
    return policies.can_hand_over(actor, one.row, one.open)


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, reference: str) -> HttpResponse:
    """ "What did you do?" Two people at once: one clears it, the other reads who did and when."""
    actor, one = found(request, reference)
    may = may_clear(actor, one)
    if one.open and not may:
        raise PermissionDenied(may.reason)
    form = clear_form(actor, one, request)
    if request.method != "POST":
        return clear_page(request, actor, one, form)
    if not form.is_valid():
        return clear_page(request, actor, one, form, status=422)
    try:
        outcome = verbs.clear(
            one.placement.ref, one.row.key, blocker=one.reference, by=actor, at=timezone.now(),
            reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except Stale as stale:
        return clear_page(request, actor, *again(request, reference), status=409, notice=str(stale))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return clear_page(request, actor, one, form, status=422)
    if not outcome.written:
        return clear_page(request, actor, *again(request, reference), status=409)
    messages.success(request, cleared_words(actor, one, outcome))
    return after(actor, one)


def posted(one: Blocker, request: HttpRequest, *, fresh: bool) -> QueryDict | None:
    """What was sent; `fresh`: as if it had been sent from the page as it is now, to be looked at and sent again."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if fresh:
        data["seen"] = str(one.row.version)
    return data


def clear_form(actor: Actor, one: Blocker, request: HttpRequest, *, fresh: bool = False) -> ReasonForm:
    mine = policies.is_newcomer(actor, one.placement)
    hint = "" if mine else f"{one.placement.newcomer.name} will read this."
    asks = "What has changed?" if mine else "What did you do?"
    data = posted(one, request, fresh=fresh)
    return ReasonForm(data, initial={"seen": one.row.version}, asks=asks, hint=hint)


def again(request: HttpRequest, reference: str) -> tuple[Blocker, ReasonForm]:
    """The blocker as it is now, with what was typed still in the form."""
    actor, one = found(request, reference)
    return one, clear_form(actor, one, request, fresh=True)


def clear_page(
    request: HttpRequest, actor: Actor, one: Blocker, form: ReasonForm, status: int = 200, notice: str = ""
) -> HttpResponse:
    context = base(actor, one) | {"form": form, "typed": form.data.get("reason", ""), "notice": notice}
    context["refused"] = status >= 400
    return render(request, "escalations/clear.html", context, status=status)


def cleared_words(actor: Actor, one: Blocker, outcome: Outcome) -> str:
    """Whose move it is now: "Cleared for Amara Okafor. IT has Work email now." """
    mine = policies.is_newcomer(actor, one.placement)
    names, row = names_of(actor, one), outcome.row
    start = "Cleared." if mine else f"Cleared for {one.placement.newcomer.name}."
    if row.actionable and row.owner_function:
        owner = capital(names.team(row.owner_function, row.owner_side or None))
        return f"{start} {owner} {'have' if owner == 'You' else 'has'} {one.step.short} now."
    return f"{start} {one.step.short} waits for what comes before it." if row.reasons["waiting_on"] else start


def after(actor: Actor, one: Blocker) -> HttpResponse:
    if policies.is_newcomer(actor, one.placement):
        return redirect("step", key=one.row.key)
    return redirect("queue") if actor.teams else redirect("blocker", reference=one.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    may = may_hand_over(actor, one)
    if one.open is None:
        return clear_page(request, actor, one, clear_form(actor, one, request), 409 if request.POST else 200)
    if not may:
        raise PermissionDenied(may.reason)
    form = hand_over_form(one, request)
    if request.method != "POST":
        return hand_over_page(request, actor, one, form)
    if not form.is_valid():
        return hand_over_page(request, actor, one, form, status=422)
    function, _, side = form.cleaned_data["owner"].partition("-")
    try:
        verbs.hand_over(
            one.placement.ref, one.row.key, blocker=one.reference, owner=function, side=side, by=actor,
            at=timezone.now(), reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except Stale as stale:
        return hand_over_again(request, reference, str(stale))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return hand_over_page(request, actor, one, form, status=422)
    team = names_of(actor, one).team(function, side or None)
    name = one.placement.newcomer.name
    messages.success(request, f"Handed over to {team}. {name} can read why.")
    return after(actor, one)


def hand_over_again(request: HttpRequest, reference: str, notice: str) -> HttpResponse:
    actor, one = found(request, reference)
    if one.open is None or not may_hand_over(actor, one):
        return clear_page(request, actor, one, clear_form(actor, one, request), status=409, notice=notice)
    form = hand_over_form(one, request, fresh=True)
    return hand_over_page(request, actor, one, form, status=409, notice=notice)


def hand_over_form(one: Blocker, request: HttpRequest, *, fresh: bool = False) -> HandOverForm:
    case = cases.case_of(one.placement, one.rows, one.pathway, today=timezone.localdate())
    names = cases.staff_names(one.placement)
    takers = routing.takers(
        case,
        step=one.row.key,
        symptom=one.symptom,
        holder=cases.owner_in(one.open or {}),
        both_sides=is_lead_employed(one.placement),
    )
    owners = [(owner_value(t.owner), names.team(*t.owner), suggested(t)) for t in takers if possible(one, t.owner)]
    data = posted(one, request, fresh=fresh)
    hint = f"{one.placement.newcomer.name} will read this."
    return HandOverForm(data, initial={"seen": one.row.version}, owners=owners, hint=hint)


def possible(one: Blocker, owner: Owner) -> bool:
    return owner[0] != Function.MANAGER or one.placement.manager_id is not None


def owner_value(owner: Owner) -> str:
    return f"{owner[0]}-{owner[1] or ''}"


def suggested(taker: routing.Taker) -> str:
    return f"suggested: {taker.why}" if taker.suggested else taker.why


def hand_over_page(
    request: HttpRequest, actor: Actor, one: Blocker, form: HandOverForm, status: int = 200, notice: str = ""
) -> HttpResponse:
    context = base(actor, one) | {"form": form, "notice": notice, "refused": status >= 400}
    return render(request, "escalations/hand_over.html", context, status=status)
