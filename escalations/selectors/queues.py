"""A team's queue: what it can clear now, what hurts most first. Three queries a page, at any size.

The order, as the page states it: week-1 steps of people who have started; people who start within five working
days; the rest; in each those that hold most steps, then the oldest. What is not due yet stands at the end.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When, Window
from django.db.models.fields.json import KT, KeyTextTransform

from onboarding.actors import Actor, Grant
from onboarding.models import Placement
from onboarding.words import OPEN_STATUSES, TEAM_ROLES, Function, Role
from onboarding.working_days import COUNTRIES, add_working_days
from steps.models import PathwayVersion, PlacementStep
from steps.models.chain import State
from steps.pathway import Pathway
from steps.selectors.pathways import pathway_of
from steps.selectors.placements import queue_rows

PAGE = 25
SOON = 5  # working days
STARTED, STARTS_SOON, LATER, NOT_DUE = range(4)

# what an item shows and no more: no birth date is even read
SHOWN = (
    *(f.attname for f in PlacementStep._meta.concrete_fields),
    "placement__ref",
    "placement__start_date",
    "placement__manager_id",
    "placement__status",
    "placement__newcomer__given_name",
    "placement__newcomer__family_name",
    "placement__employer__name",
    "placement__host__name",
    "placement__host__country",
    "placement__chain__pathway_id",
)


IN_STRIP = (
    "placement_id",
    "state",
    "week_one",
    "owner_function",
    "owner_org_id",
    "issued",
    "parked",
    "limited",
    "upgrade",
    "actionable",
    "due_from",
    "says_works_at",
)


@dataclass(frozen=True, slots=True)
class TeamKey:
    """One team whose queue somebody may open. `until` is the last day, while it is cover (ISO date)."""

    function: str
    organisation_id: int
    organisation: str
    ods_code: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts what is due, over all pages. `more`: there is a next page."""

    rows: Sequence[PlacementStep]
    total: int
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class NextUp:
    """What waits for another before it comes to this team: so many people behind one cause."""

    cause: str
    function: str
    people: int
    pathway_id: int


def teams_of(actor: Actor) -> list[TeamKey]:
    """The queues that the actor may open: their own teams', those they cover, and for an onboarding lead all of the
    organisation's."""
    own = [key_of(grant, grant.role, grant.until) for grant in actor.teams]
    leads = (g for g in actor.grants if g.role == Role.ONBOARDING_LEAD)
    led = [key_of(grant, function) for grant in leads for function in Function.values if function in TEAM_ROLES]
    found = {(key.function, key.organisation_id): key for key in reversed([*own, *led])}
    return list(dict.fromkeys(found[key.function, key.organisation_id] for key in [*own, *led]))


def key_of(grant: Grant, function: str, until: str = "") -> TeamKey:
    return TeamKey(function, grant.place.id, grant.place.name, grant.place.ods_code, until)


def queue_page(
    actor: Actor, team: TeamKey, *, today: dt.date, show: str = "", starts: str = "", cause: str = "", number: int = 1
) -> Page:
    """One page of a team's queue. `show`: "stuck" or "confirm"; `starts`: "started" or "soon"; `cause`: a symptom's
    key. Each row has `band`, `total` (due, all pages), `alike` and `alike_steps` (people with the same symptom on
    this step, and the steps that wait behind them). One query.
    """
    rows: QuerySet[Any] = queue_rows(actor, function=team.function, organisation_id=team.organisation_id)
    rows = rows.annotate(band=band(today), symptom=first_symptom())
    rows = started(filtered(rows, show=show, cause=cause), starts, today)
    alike = [F("key"), F("state"), F("symptom")]
    rows = rows.annotate(
        total=Window(Count("pk", filter=~before_due(today))),
        alike=Window(Count("pk"), partition_by=alike),
        alike_steps=Window(Sum("unlock_count"), partition_by=alike),
    )
    related = ("placement__newcomer", "placement__employer", "placement__host", "placement__chain")
    rows = rows.select_related(*related).only(*SHOWN).order_by("band", "-unlock_count", "since", "pk")
    first = (number - 1) * PAGE
    found = list(rows[first : first + PAGE + 1])
    total = found[0].total if found else 0
    return Page(found[:PAGE], total, number, len(found) > PAGE)


def filtered(rows: QuerySet[Any], *, show: str, cause: str) -> QuerySet[Any]:
    if show == "stuck":
        rows = rows.filter(state=State.BLOCKED)
    elif show == "confirm":
        rows = rows.filter(says_works_at__isnull=False)
    return rows.filter(state=State.BLOCKED, reasons__blockers__0__symptom=cause) if cause else rows


def started(rows: QuerySet[Any], starts: str, today: dt.date) -> QuerySet[Any]:
    if starts == "started":
        return rows.filter(placement__start_date__lte=today)
    return rows.filter(starts_soon(today)) if starts == "soon" else rows


def first_symptom() -> KeyTextTransform:
    """The symptom of a row's oldest open blocker."""
    return KT("reasons__blockers__0__symptom")


def band(today: dt.date) -> Case:
    """Which part of the queue a row stands in. The host's country counts the working days."""
    return Case(
        When(before_due(today), then=Value(NOT_DUE)),
        When(placement__start_date__lte=today, week_one=True, then=Value(STARTED)),
        When(starts_soon(today), then=Value(STARTS_SOON)),
        default=Value(LATER),
        output_field=IntegerField(),
    )


def before_due(today: dt.date) -> Q:
    """A step that nobody has to act on yet; one that is stuck is somebody's whatever the day."""
    return Q(state=State.READY, due_from__isnull=False, due_from__gt=today)


def starts_soon(today: dt.date) -> Q:
    """Starts within five working days, as the host's country counts them; mostly all four count alike."""
    last: dict[dt.date, list[str]] = {}
    for country in COUNTRIES:
        last.setdefault(add_working_days(today, SOON, country), []).append(country)
    if len(last) == 1:
        return Q(placement__start_date__gt=today, placement__start_date__lte=next(iter(last)))
    by_day = (Q(placement__host__country__in=some, placement__start_date__lte=day) for day, some in last.items())
    return reduce(or_, by_day) & Q(placement__start_date__gt=today)


def strips_of(page: Page) -> dict[int, list[Any]]:
    """Placement id -> its week-1 rows that are needed, in order: named tuples of what a strip shows. One query."""
    found: dict[int, list[Any]] = {row.placement_id: [] for row in page.rows}
    rows = PlacementStep.objects.filter(placement__in=list(found), week_one=True).exclude(state=State.NOT_APPLICABLE)
    for row in rows.order_by("position").values_list(*IN_STRIP, named=True):
        found[row.placement_id].append(row)
    return found


def pathways_of(version_ids: Iterable[int]) -> dict[int, Pathway]:
    """The graphs of these versions. One query."""
    return {v.pk: pathway_of(v) for v in PathwayVersion.objects.filter(pk__in=set(version_ids))}


def next_up(team: TeamKey) -> list[NextUp]:
    """What will come to the team, the cause that holds most people first. One query."""
    org = team.organisation_id
    rows: QuerySet[Any] = PlacementStep.objects.filter(
        placement__in=Placement.objects.filter(Q(employer=org) | Q(host=org), status__in=OPEN_STATUSES),
        state=State.LOCKED,
        team_function=team.function,
        team_org=org,
    )
    rows = rows.annotate(
        cause=KT("reasons__because__0__step"), holder=KT("reasons__because__0__owner__function")
    ).values("cause", "holder", "placement__chain__pathway")
    counted = rows.annotate(people=Count("placement", distinct=True)).order_by("-people", "cause")
    return [NextUp(r["cause"], r["holder"], r["people"], r["placement__chain__pathway"]) for r in counted]
