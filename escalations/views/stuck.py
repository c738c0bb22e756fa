""" "I'm stuck": what the newcomer sees, whose it is, what is said; each page works without a script.

Nothing typed stands in an address: the symptom's key does, the rest travels in the forms and is checked each time.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from escalations import cases, routing
from escalations.forms import OTHER, TellForm
from escalations.routing import Route
from escalations.selectors.conversations import conversation_for
from escalations.services import pictures, raising
from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import Decision, Refused
from onboarding.wording import capital, day_words, range_words, since_words
from steps import policies
from steps.models import PlacementStep
from steps.models.chain import State
from steps.pathway import Pathway, Step, Symptom
from steps.selectors.placements import steps_of
from steps.services.settling import attributes
from steps.views.me import Own, own_placement


@dataclass(frozen=True, slots=True)
class Stuck:
    """The newcomer's own chain and the step at which they are stuck."""

    actor: Actor
    own: Own
    rows: list[PlacementStep]
    step: Step
    case: routing.Case

    @property
    def placement(self) -> Placement:
        return self.own.placement

    @property
    def pathway(self) -> Pathway:
        return self.case.pathway

    @property
    def attributes(self) -> dict[str, Any]:
        return attributes(self.own.placement)

    @property
    def offered(self) -> list[tuple[Step, list[Symptom]]]:
        return routing.symptoms_seen(self.pathway, self.case.standings, self.step.key, self.attributes)

    @property
    def row(self) -> PlacementStep:
        return next(row for row in self.rows if row.key == self.step.key)

    @property
    def may(self) -> Decision:
        return policies.can_block(self.actor, self.row)


def own_step(request: HttpRequest, key: str) -> Stuck:
    """The step of the newcomer's own chain. Staff have no such page; a step that is not there does not exist."""
    own = own_placement(request)
    rows = steps_of(own.placement)
    if not any(row.key == key and row.state != State.NOT_APPLICABLE for row in rows):
        raise Http404
    case = cases.case_of(own.placement, rows, own.pathway, today=timezone.localdate())
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Stuck(actor, own, rows, own.pathway.step(key), case)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the newcomer chose: a symptom, or none of them, and where that leads."""

    value: str
    symptom: Symptom | None
    route: Route
    says: str
    anyway: str = ""


def chosen(stuck: Stuck, value: str, anyway: str = "") -> Chosen | None:
    """The symptom of "step.key", if it is one of those this newcomer can choose; None for anything else."""
    symptom: Symptom | None = None
    if value != OTHER:
        offered = routing.symptoms_seen(
            stuck.pathway, stuck.case.standings, stuck.step.key, attributes(stuck.placement)
        )
        found = {f"{step.key}.{s.key}": s for step, several in offered for s in several}
        if value not in found:
            return None
        symptom = found[value]
    route = routing.route(stuck.case, seen_at=stuck.step.key, symptom=symptom)
    if anyway:
        route = routing.sent_anyway(route)
    return Chosen(value, symptom, route, symptom.says if symptom else "", "yes" if anyway else "")


@require_safe
def stuck(request: HttpRequest, key: str) -> HttpResponse:
    """ "What do you see?"; with `?symptom=` the answer, or the next question."""
    found = own_step(request, key)
    value = request.GET.get("symptom", "")
    one = chosen(found, value, request.GET.get("anyway", "")) if value else None
    if one is None:
        return ask(request, found, refused="symptom" in request.GET)
    if one.route.kind != "sent":
        return render(request, "escalations/stuck_answer.html", answer(found, one))
    return tell(request, found, one, form_for(found, one))


def ask(request: HttpRequest, found: Stuck, *, refused: bool) -> HttpResponse:
    own = [s for step, several in found.offered for s in several if step.key == found.step.key]
    before = [(step, several) for step, several in found.offered if step.key != found.step.key]
    context = base(found) | {"own": own, "before": before, "other": OTHER, "refused": refused, "may": found.may}
    return render(request, "escalations/stuck.html", context, status=422 if refused else 200)


def base(found: Stuck) -> dict[str, Any]:
    return {"step": found.step, "placement": found.placement, "query": found.own.query}


def form_for(found: Stuck, one: Chosen, data: Any = None) -> TellForm:
    initial = {"symptom": one.value, "anyway": one.anyway}
    return TellForm(data, initial=initial, today=found.case.today, free=one.symptom is None)


def tell(request: HttpRequest, found: Stuck, one: Chosen, form: TellForm, status: int = 200) -> HttpResponse:
    context = base(found) | {"form": form, "chosen": one, "why": why(found, one), "team": team(found, one)}
    context["drafts"] = pictures.drafts(found.placement, found.actor, found.step.key)
    return render(request, "escalations/stuck_tell.html", context, status=status)


def why(found: Stuck, one: Chosen) -> str:
    return routing.why(found.pathway, one.route, cases.names_for(found.placement))


def team(found: Stuck, one: Chosen) -> str:
    return cases.names_for(found.placement).team(*one.route.owner)


def answer(found: Stuck, one: Chosen) -> dict[str, Any]:
    """The page that sends nothing: known, in the usual time, the newcomer's own, or not due."""
    route, today = one.route, found.case.today
    step = found.pathway.step(route.step)
    context = base(found) | {"chosen": one, "route": route, "at": step, "why": why(found, one)}
    context |= {"team": capital(team(found, one)), "usual": range_words(*step.usual_days, "working day")}
    context["actions"] = [f"{part.rstrip('.')}." for part in route.action.split(". ") if part]
    context["waits"] = routing.because(found.pathway, route) if route.way else ""
    context["since"] = since_words(route.since, today=today, country=found.case.country) if route.since else ""
    context["by"] = day_words(route.by, today=today) if route.by else ""
    context["due_from"] = day_words(route.due_from, today=today) if route.due_from else ""
    return context


def posted(request: HttpRequest, key: str) -> tuple[Stuck, Chosen, TellForm] | None:
    """What a form of these pages carries; None where it is opened by its address alone, or what it carries no longer
    leads to anybody who could be told."""
    found = own_step(request, key)
    one = chosen(found, request.POST.get("symptom", ""), request.POST.get("anyway", ""))
    if request.method != "POST" or one is None or one.route.kind != "sent":
        return None
    return found, one, form_for(found, one, request.POST)


def back(key: str, request: HttpRequest) -> HttpResponse:
    """To the question, or to the answer that holds by now."""
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in ("placement",) if name in request.GET})
    query.update({name: request.POST[name] for name in ("symptom", "anyway") if request.POST.get(name)})
    address = reverse("stuck", args=[key])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, key: str) -> HttpResponse:
    """What the newcomer alone can clear: recorded as with them, sent to nobody."""
    found = own_step(request, key)
    one = chosen(found, request.POST.get("symptom", ""))
    if request.method != "POST" or one is None or one.route.kind != "yourself" or not one.route.independent:
        return back(key, request)
    try:
        raising.raise_blocker(found.placement, one.route, said=one.says, by=found.actor, at=timezone.now())
    except Refused as refusal:
        context = answer(found, one) | {"refused": True, "refusal": str(refusal)}
        return render(request, "escalations/stuck_answer.html", context, status=422)
    messages.success(request, f"Noted: {found.pathway.step(one.route.step).short} is with you until you clear this.")
    return redirect(found.own.address("step", one.route.step))


@require_safe
def sent(request: HttpRequest, key: str, reference: str) -> HttpResponse:
    """ "Sent. Say K7RF-2XMD if you phone." """
    found = own_step(request, key)
    one = conversation_for(found.actor, reference)
    if one is None or one.open is None or one.placement.pk != found.placement.pk:
        raise Http404
    owner = cases.owner_in(one.open)
    due = one.escalation.due_on
    context = base(found) | {"reference": reference, "team": cases.names_for(found.placement).team(*owner)}
    context["due"] = day_words(due, today=found.case.today) if due else ""
    return render(request, "escalations/stuck_sent.html", context)
