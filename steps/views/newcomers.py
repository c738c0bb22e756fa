"""The list of newcomers, and one newcomer's page: where the chain stands, why, what happened, who may do what."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.actors import Actor
from onboarding.audit.watching import note_birth_date_read
from onboarding.models import Placement
from onboarding.policies import visible_fields
from onboarding.rights.policies import speaks_for_employer
from onboarding.wording import date_words, day_words, since_words
from onboarding.words import TEAM_ROLES, PlacementStatus, Role
from steps import policies
from steps.explaining import timeline, why_stuck
from steps.forms import ListFilter
from steps.models import PlacementStep
from steps.pathway import Pathway
from steps.presenting import picture_of, present, strip_of
from steps.readiness import COUNTED, Starter, StepNow
from steps.selectors import lists
from steps.selectors.clocks import clocks_of, for_staff
from steps.selectors.pairs import DECIDERS, open_pairs_of
from steps.selectors.pathways import pathway_for, pathways_by_hash
from steps.selectors.placements import facts_of, other_placements, placement_for_staff, steps_of
from steps.telling import chases_of
from steps.views.inviting import invitation_of
from steps.views.turns import turns_for
from steps.words import team_title

STAFF = TEAM_ROLES | {Role.MANAGER, Role.ONBOARDING_LEAD}


def staff(request: HttpRequest) -> Actor:
    """The actor, if newcomers are any of their business: teams, managers and the onboarding lead."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.roles & STAFF:
        raise PermissionDenied
    return actor


def found(actor: Actor, ref: uuid.UUID) -> Placement:
    placement = placement_for_staff(actor, ref)
    if placement is None or not hasattr(placement, "chain"):
        raise Http404
    return placement


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor, today = staff(request), timezone.localdate()
    choices = lists.choices_for(actor)
    has_moves = bool(actor.roles & (TEAM_ROLES | {Role.MANAGER}))
    form = ListFilter(request.GET, choices=choices, has_moves=has_moves, today=today)
    refused = not form.is_valid()
    wanted = lists.Wanted() if refused else form.wanted()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = lists.Listed() if refused else lists.newcomers_page(actor, wanted, after=after, before=before, today=today)
    graphs = pathways_by_hash(one.pathway for one in page.starters)
    context = {
        "form": form,
        "refused": refused,
        "total": choices.total,
        "wanted": wanted,
        "places": " and ".join(dict.fromkeys(g.place.name for g in actor.grants)),
        "lines": [line_of(one, graphs[one.pathway], actor, today) for one in page.starters],
        "two_sides": len(choices.places) > 1,
        "decides": bool(actor.places(*DECIDERS)),
        "next": link(request, after=page.next) if page.next else "",
        "previous": link(request, before=page.previous) if page.previous else "",
    }
    return render(request, "steps/newcomers.html", context, status=422 if refused else 200)


def link(request: HttpRequest, **cursor: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query.update(cursor)
    return f"?{query.urlencode()}"


def line_of(one: Starter, pathway: Pathway, actor: Actor, today: dt.date) -> dict[str, Any]:
    """One row of the list: who, when, where, the strip, and whose move it is."""
    rows = cast(Iterable[PlacementStep], one.steps)  # the same columns, as far as the strip reads them
    return {
        "starter": one,
        "start": day_words(one.start_date, today=today),
        "strip": strip_of(rows, actor=actor, today=today),
        "counts": one.status in COUNTED,
        "status": PlacementStatus(one.status).label,
        "moves": moves_of(one, pathway, today) if one.status in COUNTED else [],
    }


def moves_of(one: Starter, pathway: Pathway, today: dt.date) -> list[dict[str, str]]:
    """Whose move it is: what is stuck first, then what unlocks most; two of them, and how many more."""
    acting = [step for step in one.steps if step.acting(today) and not step.upgrade]
    acting.sort(key=lambda step: (step.state != "blocked", -step.unlock_count))
    country = one.host.country
    moves = [
        {
            "who": holder(one, step),
            "step": pathway.step(step.key).short,
            "since": since_words(step.since, today=today, country=country),
            "stuck": "stuck" if step.state == "blocked" else "",
        }
        for step in acting[:2]
    ]
    return [*moves, {"more": f"and {len(acting) - 2} more"}] if len(acting) > 2 else moves


def holder(one: Starter, step: StepNow) -> str:
    place = one.place(step.owner_org_id)
    return team_title(step.owner_function, place.name) if place else "The newcomer"


@require_safe
def detail(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor, today = staff(request), timezone.localdate()
    placement = found(actor, ref)
    note_birth_date_read(request, placement)
    rows, facts = steps_of(placement), facts_of(placement)
    pathway = pathway_for(placement)
    chases = chases_of(placement)
    views = present(placement, rows, pathway, actor=actor, today=today, facts=facts, chases=chases)
    by_key = {row.key: row for row in rows}
    context = {
        "placement": placement,
        "name": placement.newcomer.name,
        "start": day_words(placement.start_date, today=today),
        "strip": strip_of(rows, actor=actor, today=today),
        "ended": placement.status not in ("expected", "started"),
        "why": why_stuck(views),
        "picture": picture_of(views),
        "mine": [view for view in views if view.mine],
        "clocks": for_staff(actor, clocks_of(placement, rows, today=today), by_key),
        "events": timeline(placement, by_key, facts, pathway, actor=actor, today=today),
        "details": details_of(actor, placement, today),
        "others": [
            {"placement": p, "start": day_words(p.start_date, today=today)} for p in other_placements(actor, placement)
        ],
        "can_correct": policies.can_correct_details(actor, placement),
        "can_set_status": policies.can_set_status(actor, placement),
        "can_erase": speaks_for_employer(actor, placement),
        "turns": turns_for(placement),
        "invitation": invitation_of(actor, placement, today),
        "pairs": open_pairs_of(actor, placement.newcomer_id),
    }
    return render(request, "steps/newcomer.html", context)


LABELS = {
    "date_of_birth": "Date of birth",
    "gmc_number": "GMC number",
    "assignment_number": "Assignment number",
    "personal_email": "Personal email address",
}


def details_of(actor: Actor, placement: Placement, today: dt.date) -> list[tuple[str, str]]:
    """What is known about the person, as far as the actor may see it; what is not known is left out."""
    person = placement.newcomer
    identity: Mapping[str, str] = {
        "date_of_birth": date_words(person.date_of_birth),
        "gmc_number": person.gmc_number,
        "assignment_number": placement.assignment_number,
        "personal_email": person.personal_email,
    }
    seen = visible_fields(actor, placement)
    manager = placement.manager.name if placement.manager else placement.manager_email
    rows = [
        ("Role", placement.role),
        ("Department", placement.department),
        ("Start date", day_words(placement.start_date, today=today)),
        ("Week 1 ends", day_words(placement.chain.week_one_by, today=today)),
        ("Employer", placement.employer.name),
        ("Host", placement.host.name if placement.host_id != placement.employer_id else ""),
        ("Manager", manager),
        ("Work email address", person.work_email),
        *((LABELS[name], value) for name, value in identity.items() if name in seen),
    ]
    return [(label, value) for label, value in rows if value]
