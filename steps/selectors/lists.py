"""The list of newcomers: those whom the actor may see, narrowed, searched, and read a page at a time by key.

A page costs three queries at any size: what there is to choose from, the page's placements, and their steps.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.names import fold, fold_variants
from onboarding.words import OPEN_STATUSES, TEAM_ROLES, Function
from steps.models import PlacementStep
from steps.models.chain import State
from steps.readiness import WEEK, Place, Starter, StepNow, monday_of
from steps.selectors.placements import visible_placements
from steps.selectors.places import PLACES
from steps.selectors.reports import PLACEMENT, STEP, starter

PAGE = 25
Row = tuple[Any, ...]  # of PLACEMENT and PLACES
START = PLACEMENT.index("start_date")
CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for. `week` is a Monday; `place` an ODS code, of the host or the employer."""

    words: str = ""
    week: dt.date | None = None
    status: str = ""
    place: str = ""
    department: str = ""
    stuck: bool = False
    mine: bool = False

    def __bool__(self) -> bool:
        return self != Wanted()

    @property
    def others(self) -> bool:
        """Something beside the words."""
        return replace(self, words="") != Wanted()


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is among the newcomers that the actor may see, each with how many."""

    total: int
    weeks: tuple[tuple[dt.date, int], ...]
    places: tuple[tuple[str, str], ...]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page, latest start first. `next` and `previous` are cursors; blank where there is nothing."""

    starters: Sequence[Starter] = ()
    next: str = ""
    previous: str = ""


def choices_for(actor: Actor) -> Choices:
    """One query."""
    counts = (
        visible_placements(actor)
        .filter(chain__isnull=False)
        .values_list(
            "start_date", "employer__ods_code", "employer__name", "host__ods_code", "host__name", "department"
        )
        .annotate(newcomers=Count("pk"))
        .order_by()
    )
    weeks: dict[dt.date, int] = {}
    places: dict[str, str] = {}
    departments: set[str] = set()
    for start, employer, employer_name, host, host_name, department, newcomers in counts:
        monday = monday_of(start)
        weeks[monday] = weeks.get(monday, 0) + newcomers
        places |= {employer: employer_name, host: host_name}
        departments.add(department)
    return Choices(
        total=sum(weeks.values()),
        weeks=tuple(sorted(weeks.items(), reverse=True)),
        places=tuple(sorted(places.items(), key=lambda place: place[1])),
        departments=tuple(sorted(departments - {""})),
    )


def newcomers_page(actor: Actor, wanted: Wanted, *, after: str = "", before: str = "", today: dt.date) -> Listed:
    """The page after, or before, a cursor; an unreadable cursor is the first page. Two queries."""
    found = narrowed(visible_placements(actor).filter(chain__isnull=False), actor, wanted, today)
    at, back = key_of(before), True
    if at is None:
        at, back = key_of(after), False
    rows = beyond(found, at, back=back)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    if not rows:
        return Listed()
    steps = listed_steps([row[0] for row in rows])
    places: dict[int, Place] = {}
    return Listed(
        starters=[starter(row, steps[row[0]], places) for row in rows],
        next=cursor(rows[-1]) if more or back else "",
        previous=cursor(rows[0]) if (more if back else at is not None) else "",
    )


def beyond(found: QuerySet[Placement], at: tuple[dt.date, int] | None, *, back: bool) -> list[Row]:
    """One more than a page, from a key on: `back` towards later starts, nearest first."""
    if at is not None:
        start, pk = at
        later = Q(start_date__gt=start) | Q(start_date=start, pk__gt=pk)
        earlier = Q(start_date__lt=start) | Q(start_date=start, pk__lt=pk)
        found = found.filter(later if back else earlier)
    order = ("start_date", "pk") if back else ("-start_date", "-pk")
    return list(found.order_by(*order).values_list(*PLACEMENT, *PLACES)[: PAGE + 1])


def key_of(text: str) -> tuple[dt.date, int] | None:
    if not (match := CURSOR.fullmatch(text)):
        return None
    try:
        return dt.date.fromisoformat(match[1]), int(match[2])
    except ValueError:
        return None


def cursor(row: Row) -> str:
    return f"{row[START].isoformat()}.{row[0]}"


def narrowed(found: QuerySet[Placement], actor: Actor, wanted: Wanted, today: dt.date) -> QuerySet[Placement]:
    for token in fold(wanted.words).split():
        ways = (Q(newcomer__folded_name__contains=way) for way in spellings(token, wanted.words))
        found = found.filter(any_of(ways))
    if wanted.week:
        found = found.filter(start_date__gte=wanted.week, start_date__lt=wanted.week + WEEK)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.place:
        found = found.filter(Q(employer__ods_code=wanted.place) | Q(host__ods_code=wanted.place))
    if wanted.department:
        found = found.filter(department=wanted.department)
    if wanted.stuck:
        found = going_on_with(found, Q(state=State.BLOCKED))
    if wanted.mine:
        due = ~Q(state=State.READY) | Q(due_from=None) | Q(due_from__lte=today)
        found = going_on_with(found, Q(actionable=True) & due & held_by(actor))
    return found


def going_on_with(found: QuerySet[Placement], steps: Q) -> QuerySet[Placement]:
    """Those still going on that have such a step."""
    having = Exists(PlacementStep.objects.filter(steps, placement=OuterRef("pk")))
    return found.filter(having, status__in=OPEN_STATUSES)


def held_by(actor: Actor) -> Q:
    """Steps on which the actor, or one of the actor's teams, must act."""
    held = Q(pk__in=[])
    for role in sorted(TEAM_ROLES & actor.roles):
        held |= Q(owner_function=role, owner_org__in=actor.places(role))
    if actor.places(Function.MANAGER):
        held |= Q(owner_function=Function.MANAGER, placement__manager=actor.user_id)
    return held


def spellings(token: str, typed: str) -> set[str]:
    """The plain forms under which a name may be kept: Müller as muller or mueller, and mueller as muller."""
    ways = {token}
    for word in typed.split():
        variants = fold_variants(word)
        if token in variants:
            ways |= {way for way in variants if " " not in way}
    plain = token
    for pair, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(pair, one)
    return ways | {plain}


def any_of(conditions: Iterable[Q]) -> Q:
    joined = Q(pk__in=[])
    for condition in conditions:
        joined |= condition
    return joined


def listed_steps(placement_ids: Sequence[int]) -> dict[int, list[StepNow]]:
    """Placement id -> its week-1 steps and those somebody must act on, in pathway order. One query."""
    found: dict[int, list[StepNow]] = {pk: [] for pk in placement_ids}
    wanted = (Q(week_one=True) | Q(actionable=True)) & ~Q(state=State.NOT_APPLICABLE)
    rows = PlacementStep.objects.filter(wanted, placement__in=placement_ids).order_by("position")
    for pk, *columns in rows.values_list("placement_id", *STEP):
        found[pk].append(StepNow(*columns))
    return found
