"""What the readiness report reads, in two queries whatever the number of newcomers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet

from onboarding.actors import Actor
from onboarding.models import Placement
from steps.models import PlacementStep
from steps.models.chain import State
from steps.readiness import COUNTED, MET, WEEK, Place, Starter, StepNow, monday_of
from steps.selectors.forecasts import FORECAST, outlook_of
from steps.selectors.placements import reported_placements

WEEKS_BACK, WEEKS_AHEAD = 8, 26


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the reader asked for: ODS codes and words as they stand in the rows; blank: all."""

    department: str = ""
    role: str = ""
    employer: str = ""
    host: str = ""

    def conditions(self) -> Q:
        named = {
            "department": self.department,
            "role": self.role,
            "employer__ods_code": self.employer,
            "host__ods_code": self.host,
        }
        return Q(**{name: value for name, value in named.items() if value})

    def words(self) -> list[str]:
        """What the report is narrowed to, each in a word or two."""
        named = (("department", self.department), ("role", self.role))
        coded = (("employer", self.employer), ("host", self.host))
        return [f"{name} {value}" for name, value in (*named, *coded) if value]

    def fits(self, starter: Starter) -> bool:
        return (
            self.department in ("", starter.department)
            and self.role in ("", starter.role)
            and self.employer in ("", starter.employer.ods_code)
            and self.host in ("", starter.host.ods_code)
        )


@dataclass(frozen=True, slots=True)
class WeekCount:
    """One start week, by its Monday."""

    monday: dt.date
    starters: int
    ready: int


def weeks_of(actor: Actor, narrowed: Narrowed, *, today: dt.date) -> list[WeekCount]:
    """The start weeks around today that have starters, in order. One query."""
    early = Q(due_from__gt=today) | Q(state=State.READY, actionable=False)
    lacking = PlacementStep.objects.filter(week_one=True).exclude(state__in=list(MET)).exclude(early)
    missing = lacking.filter(placement=OuterRef("pk"))
    monday = monday_of(today)
    counts = (
        reported_placements(actor)
        .filter(
            narrowed.conditions(),
            status__in=list(COUNTED),
            start_date__gte=monday - WEEKS_BACK * WEEK,
            start_date__lt=monday + WEEKS_AHEAD * WEEK,
            chain__isnull=False,
        )
        .annotate(lacks=Exists(missing))
        .values_list("start_date", "lacks")
        .annotate(newcomers=Count("pk"))
        .order_by("start_date")
    )
    weeks: dict[dt.date, list[int]] = {}
    for start, lacks, newcomers in counts:
        week = weeks.setdefault(monday_of(start), [0, 0])
        week[0] += newcomers
        week[1] += 0 if lacks else newcomers
    return [WeekCount(day, starters, ready) for day, (starters, ready) in weeks.items()]


def default_week(weeks: list[WeekCount], today: dt.date) -> dt.date:
    """This week, or the next with starters; with none to come, this week."""
    monday = monday_of(today)
    return next((w.monday for w in weeks if w.monday >= monday), monday)


PLACEMENT = (
    "pk",
    "ref",
    "newcomer__given_name",
    "newcomer__family_name",
    "start_date",
    "status",
    "status_reason",
    "role",
    "department",
    "manager_id",
    "chain__week_one_by",
    "chain__pathway__content_hash",
    *FORECAST,
)
PLACES = tuple(f"{side}__{name}" for side in ("employer", "host") for name in ("id", "ods_code", "name", "country"))
STEP = (  # the fields of `StepNow`, in its order
    "key",
    "state",
    "week_one",
    "owner_function",
    "owner_org_id",
    "since",
    "limited",
    "issued",
    "upgrade",
    "actionable",
    "parked",
    "due_from",
    "says_works_at",
    "unlock_count",
    "done_at",
)
NOW = tuple(f"now__{name}" for name in (*STEP, "reasons__because"))


def starters_of(actor: Actor, first: dt.date, last: dt.date) -> list[Starter]:
    """Everybody in the actor's report who starts from `first` to `last`, with the steps that matter. One query."""
    return read(reported_placements(actor).filter(start_date__gte=first, start_date__lte=last, chain__isnull=False))


def read(placements: QuerySet[Placement]) -> list[Starter]:
    matters = (Q(steps__week_one=True) | Q(steps__actionable=True)) & ~Q(steps__state=State.NOT_APPLICABLE)
    rows = (
        placements.annotate(now=FilteredRelation("steps", condition=matters))
        .order_by("start_date", "newcomer__folded_name", "pk", "now__position")
        .values_list(*PLACEMENT, *PLACES, *NOW)
    )
    places: dict[int, Place] = {}
    found: dict[int, tuple[tuple[Any, ...], list[StepNow]]] = {}
    width = len(PLACEMENT) + len(PLACES)
    for row in rows.iterator(chunk_size=2000):
        steps = found.setdefault(row[0], (row[:width], []))[1]
        if row[width] is not None:
            steps.append(step_now(row[width:]))
    return [starter(row, steps, places) for row, steps in found.values()]


def step_now(row: tuple[Any, ...]) -> StepNow:
    causes = tuple((c["step"], c["owner"]["function"], c["owner"]["side"]) for c in row[-1] or ())
    return StepNow(*(*row[:-1], causes))


def starter(row: tuple[Any, ...], steps: list[StepNow], places: dict[int, Place]) -> Starter:
    _, ref, given, family, start, status, reason, role, department, manager, by, pathway, *rest = row
    foreseen, both = rest[: len(FORECAST)], rest[len(FORECAST) :]
    employer, host = (places.setdefault(p[0], Place(*p)) for p in (both[:4], both[4:]))
    name = f"{given} {family}".strip()
    return Starter(
        str(ref), name, start, status, reason, role, department, employer, host, manager, by, pathway, tuple(steps),
        outlook_of(foreseen),
    )  # fmt: skip
