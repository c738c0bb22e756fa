"""The conversation: its page, the list of them, and what is said in it."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations import cases, policies, routing, thread
from escalations.forms import SayForm, TicketForm
from escalations.listing import items
from escalations.models import Asked
from escalations.selectors.conversations import Conversation, conversation_for, conversations_of, open_conversations
from escalations.services import talking
from onboarding.actors import Actor
from onboarding.policies import Decision, Refused
from onboarding.wording import capital, count_words
from onboarding.words import TEAM_ROLES, Function, Role
from steps import policies as steps_policies
from steps.services import verbs
from steps.services.recording import Outcome

READERS = frozenset({*map(str, TEAM_ROLES), str(Role.MANAGER), str(Role.ONBOARDING_LEAD), "newcomer"})


def actor_in(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def found(request: HttpRequest, reference: str) -> tuple[Actor, Conversation]:
    """The door: 404 for whoever may not read it, and for one that is not there."""
    actor = actor_in(request)
    one = conversation_for(actor, reference.upper())
    if one is None:
        raise Http404
    return actor, one


@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """ "Messages": the conversations that the reader is part of, open ones first."""
    actor = actor_in(request)
    if not READERS & {str(role) for role in actor.roles}:
        raise PermissionDenied
    status = "open" if request.GET.get("show") == "open" else ""
    number = page_number(request)
    page, more = conversations_of(actor, status=status, number=number)
    if not page and number > 1:
        raise Http404
    count = open_conversations(actor)
    heading = f"Messages: {count_words(count, 'open conversation')}" if count else "Messages"
    context = {"items": items(page, actor, today=timezone.localdate()), "heading": heading, "status": status}
    return render(request, "escalations/conversations.html", context | {"number": number, "more": more})


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


@require_safe
def conversation(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    return page(request, actor, one)


def page(
    request: HttpRequest,
    actor: Actor,
    one: Conversation,
    *,
    form: SayForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    told = thread.entries(actor, one)
    context = base(actor, one) | {"told": told, "latest": thread.latest(told), "readers": thread.readers(actor, one)}
    context |= {"form": form or say_form(actor, one), "may": may(actor, one), "not_ours": not_ours_to(actor, one)}
    context["ticket_form"] = TicketForm(initial={"number": one.escalation.ticket_number})
    context |= {"refused": status >= 400, "refusal": refusal}
    return render(request, "escalations/conversation.html", context, status=status)


def base(actor: Actor, one: Conversation) -> dict[str, Any]:
    """What every page of a conversation shows: what is wrong, for whom, with whom since when, or how it ended."""
    return {
        "one": one,
        "escalation": one.escalation,
        "placement": one.placement,
        "mine": steps_policies.is_newcomer(actor, one.placement),
        "mine_to_clear": bool(one.open) and cases.owner_in(one.open or {})[0] == Function.NEWCOMER,
        "held": thread.held_words(actor, one),
        "next": thread.next_words(actor, one),
    }


def say_form(actor: Actor, one: Conversation, data: Any = None, typed: Any = None) -> SayForm:
    """`data`: as it was sent, to be checked. `typed`: what stands in it so far."""
    mine = steps_policies.is_newcomer(actor, one.placement)
    initial = {"press": secrets.token_urlsafe(16), **(typed or {})}
    return SayForm(data, initial=initial, newcomer="" if mine else one.placement.newcomer.name,
                   asks="Reply" if mine else "Write")  # fmt: skip


def may(actor: Actor, one: Conversation) -> dict[str, Decision]:
    """What the reader may do here, for the page's buttons and links."""
    escalation, placement = one.escalation, one.placement
    return {
        "say": policies.can_say(actor, placement),
        "claim": policies.can_claim(actor, placement, escalation),
        "ask": policies.can_ask(actor, placement, escalation, one.holdings),
        "ticket": policies.can_note_ticket(actor, placement, escalation, one.holdings),
        "clear": may_clear(actor, one),
        "hand_over": may_hand_over(actor, one),
        "works": policies.can_say_works(actor, placement, escalation),
    }


def may_clear(actor: Actor, one: Conversation) -> Decision:
    if one.open is None or one.row is None:
        return Decision(False, policies.CLEARED)
    agrees = one.escalation.asked == Asked.WORKS
    return steps_policies.can_clear(actor, one.row, one.open, owner_agrees=agrees)


def may_hand_over(actor: Actor, one: Conversation) -> Decision:
    if one.open is None or one.row is None:
        return Decision(False, "This is cleared already, so it cannot be handed over.")
    return steps_policies.can_hand_over(actor, one.row, one.open)


def takers(one: Conversation) -> list[routing.Taker]:
    if one.open is None:
        return []
    case = cases.case_of(one.placement, one.rows, one.pathway, today=timezone.localdate())
    both = one.placement.employer_id != one.placement.host_id
    every = routing.takers(
        case, step=one.escalation.step, symptom=one.symptom, holder=cases.owner_in(one.open), both_sides=both
    )
    return [t for t in every if t.owner[0] != Function.MANAGER or one.placement.manager_id is not None]


def not_ours_to(actor: Actor, one: Conversation) -> dict[str, str] | None:
    """ "Not ours: belongs to HR": whom one press would give it to; None where nobody is likelier than the holder."""
    if not may_hand_over(actor, one) or not policies.has_it(actor, one.placement, one.escalation):
        return None
    likely = next((t for t in takers(one) if t.suggested and t.owner[0] != Function.NEWCOMER), None)
    if likely is None or one.row is None:
        return None
    team = cases.staff_names(one.placement).team(*likely.owner)
    return {"owner": f"{likely.owner[0]}-{likely.owner[1] or ''}", "team": team, "why": likely.why}


@require_POST
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    may = policies.can_claim(actor, one.placement, one.escalation)
    if one.open and not may:
        raise PermissionDenied(may.reason)
    instead = request.POST.get("instead_of", "")
    try:
        taken = talking.claim(
            one.reference, instead_of=int(instead) if instead.isascii() and instead.isdigit() else None, by=actor,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return page(request, actor, found(request, reference)[1], status=409, refusal=str(refusal))
    messages.success(request, "You have it in hand. Your team sees that." if taken else "You have it in hand already.")
    return redirect("escalation", reference=one.reference)


@require_POST
def let_go(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    if talking.let_go(one.reference, by=actor, at=timezone.now()):
        messages.success(request, "It is your whole team's again.")
    return redirect("escalation", reference=one.reference)


@require_POST
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    actor, one = found(request, reference)
    form = TicketForm(request.POST)
    if not form.is_valid():
        return page(request, actor, one, form=say_form(actor, one), status=422)
    try:
        if talking.note_ticket(one.reference, number=form.cleaned_data["number"], by=actor, at=timezone.now()):
            messages.success(request, "Your ticket number stands here now, for everybody who reads this.")
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return redirect("escalation", reference=one.reference)


@require_POST
def works(request: HttpRequest, reference: str) -> HttpResponse:
    """ "It works now": the newcomer's word clears what they raised, or what its owner calls fixed. Where it may not,
    its owner hears it."""
    actor, one = found(request, reference)
    if not steps_policies.is_newcomer(actor, one.placement):
        raise PermissionDenied
    if not one.open or one.row is None:
        messages.success(request, "This is cleared already.")
        return redirect("escalation", reference=one.reference)
    said = "It works now."
    if may_clear(actor, one):
        agrees = one.escalation.asked == Asked.WORKS
        outcome = verbs.clear(
            one.placement.ref, one.row.key, blocker=one.reference, by=actor, at=timezone.now(), reason=said,
            owner_agrees=agrees,
        )  # fmt: skip
        messages.success(request, whose_move(actor, one, outcome))
        return redirect("step", key=one.row.key)
    talking.say(one.reference, body=said, visibility="everyone", by=actor, at=timezone.now())
    messages.success(request, "Sent. Whoever has it confirms that.")
    return redirect("escalation", reference=one.reference)


def whose_move(actor: Actor, one: Conversation, outcome: Outcome) -> str:
    """Who has the step once a blocker is cleared: "Cleared for Amara Okafor. IT has Work email now." """
    mine = steps_policies.is_newcomer(actor, one.placement)
    row = outcome.row
    start = "Cleared." if mine else f"Cleared for {one.placement.newcomer.name}."
    if row.actionable and row.owner_function:
        owner = capital(thread.names_of(actor, one).team(row.owner_function, row.owner_side or None))
        return f"{start} {owner} {'have' if owner == 'You' else 'has'} {one.short} now."
    return f"{start} {one.short} waits for what comes before it." if row.reasons["waiting_on"] else start
