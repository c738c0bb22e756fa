"""What is done to a blocker from its conversation: clear it, hand it over, say whose it is, ask for more."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from escalations import cases, policies
from escalations.forms import AskForm, ClearForm, HandOverForm
from escalations.routing import Owner, Taker
from escalations.selectors.conversations import Conversation
from escalations.services import talking
from escalations.views.conversation import base, found, may_clear, may_hand_over, not_ours_to, takers, whose_move
from onboarding.actors import Actor
from onboarding.policies import Refused
from steps.policies import is_newcomer, is_step_team
from steps.services import verbs
from steps.services.recording import Stale


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, reference: str) -> HttpResponse:
    """ "What did you do?" Two people at once: one clears it, the other reads who did and when."""
    actor, one = found(request, reference)
    may = may_clear(actor, one)
    if is_newcomer(actor, one.placement) or (one.open and not may):
        raise PermissionDenied(may.reason)  # the newcomer says "It works now"
    form = clear_form(actor, one, request)
    if request.method != "POST":
        return clear_page(request, actor, one, form)
    if not form.is_valid():
        return clear_page(request, actor, one, form, status=422)
    try:
        outcome = verbs.clear(
            one.placement.ref, one.escalation.step, blocker=one.reference, by=actor, at=timezone.now(),
            reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except Stale as stale:
        return clear_page(request, actor, *again(request, reference), status=409, notice=str(stale))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return clear_page(request, actor, one, form, status=422)
    if not outcome.written:
        return clear_page(request, actor, *again(request, reference), status=409)
    messages.success(request, whose_move(actor, one, outcome))
    if form.cleaned_data.get("finished") == "yes":
        confirmed = one.step is not None and one.step.confirmed_by == "newcomer"
        verb = "newcomer_step_issue" if confirmed else "newcomer_step_finish"
        return redirect(verb, ref=one.placement.ref, key=one.escalation.step)
    return after(actor, one)


def posted(one: Conversation, request: HttpRequest, *, fresh: bool) -> QueryDict | None:
    """What was sent; `fresh`: as if it had been sent from the page as it is now, to be looked at and sent again."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if fresh:
        data["seen"] = str(version(one))
    return data


def clear_form(actor: Actor, one: Conversation, request: HttpRequest, *, fresh: bool = False) -> ClearForm:
    name = one.placement.newcomer.name
    finish = one.row is not None and is_step_team(actor, one.row) and not one.row.reasons["waiting_on"]
    return ClearForm(
        posted(one, request, fresh=fresh), initial={"seen": version(one)}, asks="What did you do?",
        hint=f"{name} will read this.", can_finish=finish,
    )  # fmt: skip


def version(one: Conversation) -> int:
    return one.row.version if one.row else 0


def again(request: HttpRequest, reference: str) -> tuple[Conversation, ClearForm]:
    """The blocker as it is now, with what was typed still in the form."""
    actor, one = found(request, reference)
    return one, clear_form(actor, one, request, fresh=True)


def clear_page(
    request: HttpRequest, actor: Actor, one: Conversation, form: ClearForm, status: int = 200, notice: str = ""
) -> HttpResponse:
    context = base(actor, one) | {"form": form, "typed": form.data.get("reason", ""), "notice": notice}
    context["refused"] = status >= 400
    return render(request, "escalations/clear.html", context, status=status)


def after(actor: Actor, one: Conversation) -> HttpResponse:
    return redirect("queue") if actor.teams else redirect("escalation", reference=one.reference)


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
            one.placement.ref, one.escalation.step, blocker=one.reference, owner=function, side=side, by=actor,
            at=timezone.now(), reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except Stale as stale:
        return hand_over_again(request, reference, str(stale))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return hand_over_page(request, actor, one, form, status=422)
    team = cases.staff_names(one.placement).team(function, side or None)
    name = one.placement.newcomer.name
    messages.success(request, f"Handed over to {team}. {name} can read why.")
    return after(actor, one)


def hand_over_again(request: HttpRequest, reference: str, notice: str) -> HttpResponse:
    actor, one = found(request, reference)
    if one.open is None or not may_hand_over(actor, one):
        return clear_page(request, actor, one, clear_form(actor, one, request), status=409, notice=notice)
    form = hand_over_form(one, request, fresh=True)
    return hand_over_page(request, actor, one, form, status=409, notice=notice)


def hand_over_form(one: Conversation, request: HttpRequest, *, fresh: bool = False) -> HandOverForm:
    names = cases.staff_names(one.placement)
    owners = [(owner_value(t.owner), names.team(*t.owner), suggested(t)) for t in takers(one)]
    data = posted(one, request, fresh=fresh)
    hint = f"{one.placement.newcomer.name} will read this."
    return HandOverForm(data, initial={"seen": version(one)}, owners=owners, hint=hint)


def owner_value(owner: Owner) -> str:
    return f"{owner[0]}-{owner[1] or ''}"


def suggested(taker: Taker) -> str:
    return f"suggested: {taker.why}" if taker.suggested else taker.why


def hand_over_page(
    request: HttpRequest, actor: Actor, one: Conversation, form: HandOverForm, status: int = 200, notice: str = ""
) -> HttpResponse:
    context = base(actor, one) | {"form": form, "notice": notice, "refused": status >= 400}
    return render(request, "escalations/hand_over.html", context, status=status)


@require_POST
def not_ours(request: HttpRequest, reference: str) -> HttpResponse:
    """One press gives it to whoever the pathway points at. Another owner by now, or a cleared one, is said."""
    actor, one = found(request, reference)
    likely = not_ours_to(actor, one)
    if one.open is None:
        return clear_page(request, actor, one, clear_form(actor, one, request), status=409)
    if likely is None or likely["owner"] != request.POST.get("owner", ""):
        may = may_hand_over(actor, one)
        if not may:
            raise PermissionDenied(may.reason)
        return redirect("escalation_hand_over", reference=one.reference)
    function, _, side = likely["owner"].partition("-")
    verbs.hand_over(
        one.placement.ref, one.escalation.step, blocker=one.reference, owner=function, side=side, by=actor,
        at=timezone.now(), reason=f"Not ours: {likely['team']} {likely['why']}.",
    )  # fmt: skip
    messages.success(request, f"{likely['team']} has it now. {one.placement.newcomer.name} can read why.")
    return after(actor, one)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """ "What do you need?" The newcomer is told, and the clock stands still until they answer."""
    actor, one = found(request, reference)
    may = policies.can_ask(actor, one.placement, one.escalation, one.holdings)
    if not may and one.open:
        raise PermissionDenied(may.reason)
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, initial={"press": secrets.token_urlsafe(16)})
    if one.open is None:
        return clear_page(request, actor, one, clear_form(actor, one, request), 409 if data else 200)
    if data is None or not form.is_valid():
        return ask_page(request, actor, one, form, status=422 if data is not None else 200)
    try:
        said = form.cleaned_data
        talking.ask_more(one.reference, body=said["body"], press=said["press"], by=actor, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ask_page(request, actor, one, form, status=422)
    messages.success(request, f"Asked. The clock stands still until {one.placement.newcomer.name} answers.")
    return redirect("escalation", reference=one.reference)


def ask_page(request: HttpRequest, actor: Actor, one: Conversation, form: AskForm, status: int = 200) -> HttpResponse:
    return render(request, "escalations/ask.html", base(actor, one) | {"form": form}, status=status)
