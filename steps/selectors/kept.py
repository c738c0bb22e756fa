"""Starters as they stood when their week was over: what `steps.services.keeping_weeks` kept."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from onboarding.actors import Actor
from steps.models import KeptStarter
from steps.models.kept import MOVED
from steps.readiness import WEEK, Place, Starter, StepNow
from steps.selectors.placements import reported_placements
from steps.selectors.places import PLACES, place_of

MOMENTS, DAYS = ("since", "done_at", "says_works_at"), ("due_from",)
USUAL = {f.name: f.default for f in dataclasses.fields(StepNow)}
FIELDS = (
    "placement__ref",
    "placement__newcomer__given_name",
    "placement__newcomer__family_name",
    "placement__manager_id",
    "start_date",
    "status",
    "status_reason",
    "role",
    "department",
    "week_one_by",
    "pathway",
    "steps",
    "kept_at",
    "moved_to",
)


def plain_steps(steps: Iterable[StepNow]) -> list[dict[str, Any]]:
    """The verdicts as JSON holds them; what is as usual is left out."""
    rows = []
    for step in steps:
        row = {n: v for f in USUAL if (v := getattr(step, n := f)) != USUAL[f]}
        rows.append({name: v.isoformat() if isinstance(v, dt.date) else v for name, v in row.items()})
    return rows


def steps_again(rows: Iterable[Mapping[str, Any]]) -> tuple[StepNow, ...]:
    found = []
    for row in rows:
        made = {name: value for name, value in row.items() if name in USUAL}
        made |= {name: dt.datetime.fromisoformat(made[name]) for name in MOMENTS if made.get(name)}
        made |= {name: dt.date.fromisoformat(made[name]) for name in DAYS if made.get(name)}
        made["because"] = tuple(tuple(cause) for cause in made.get("because", ()))
        found.append(StepNow(**made))
    return tuple(found)


def kept_of_placement() -> QuerySet[KeptStarter]:
    """For a query over placements: the row that was kept of one for the week in which it starts."""
    start = OuterRef("start_date")
    of_week = KeptStarter.objects.filter(placement=OuterRef("pk"), monday__lte=start, monday__gt=start - WEEK)
    return of_week.exclude(status=MOVED)


def kept_rows(actor: Actor, first: dt.date, last: dt.date) -> QuerySet[KeptStarter]:
    """Of those whom the actor's report covers today, and who were to start from `first` to `last`."""
    within = KeptStarter.objects.filter(start_date__gte=first, start_date__lte=last)
    return within.filter(placement__in=reported_placements(actor).values("pk"))


def kept_starters(actor: Actor, first: dt.date, last: dt.date, *, only_moved: bool = False) -> list[Starter]:
    """Who was kept, as they stood; `only_moved`: those alone whose start was moved out of the week. One query."""
    rows = kept_rows(actor, first, last).filter(Q(status=MOVED) if only_moved else Q())
    ordered = rows.order_by("start_date", "placement__newcomer__folded_name", "pk")
    places: dict[int, Place] = {}
    return [starter(row, places) for row in ordered.values_list(*FIELDS, *PLACES).iterator(chunk_size=2000)]


def starter(row: tuple[Any, ...], places: dict[int, Place]) -> Starter:
    ref, given, family, manager, start, status, reason, role, department, by, pathway, steps, at, moved, *both = row
    employer, host = (places.setdefault(p[0], place_of(p)) for p in (both[:5], both[5:]))
    return Starter(
        str(ref), f"{given} {family}".strip(), start, status, reason, role, department, employer, host, manager, by,
        pathway, steps_again(steps), kept_at=at, moved_to=moved,
    )  # fmt: skip
