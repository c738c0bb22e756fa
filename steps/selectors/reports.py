"""What the readiness report reads, in two queries whatever the number of newcomers."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray

from onboarding.actors import Actor
from onboarding.aggregates import JsonList
from onboarding.models import Membership, Placement, Team
from steps.models import KeptStarter, PlacementStep
from steps.models.chain import State
from steps.models.kept import MOVED
from steps.readiness import COUNTED, MET, WEEK, Place, Starter, StepNow, monday_of
from steps.selectors.forecasts import FORECAST, outlook_of
from steps.selectors.kept import kept_of_placement, kept_starters
from steps.selectors.placements import reported_placements
from steps.selectors.places import PLACES, place_of

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
    """One start week, by its Monday. `kept` of the starters are counted as they stood when their week was over;
    `moved`: so many more were to start then, and start in another week."""

    monday: dt.date
    starters: int = 0
    ready: int = 0
    kept: int = 0
    moved: int = 0


def weeks_of(actor: Actor, narrowed: Narrowed, *, today: dt.date) -> list[WeekCount]:
    """The start weeks around today that have starters, in order. One query."""
    return weeks_and_teams(actor, narrowed, today=today)[0]


def weeks_and_teams(
    actor: Actor, narrowed: Narrowed, *, today: dt.date
) -> tuple[list[WeekCount], frozenset[tuple[str, int]]]:
    """The start weeks, and the teams (function, organisation) that have somebody or a mailbox: what another team
    holds, nobody sees. Both in one query, so that the page costs no more for knowing."""
    monday = monday_of(today)
    around = Q(start_date__gte=monday - WEEKS_BACK * WEEK, start_date__lt=monday + WEEKS_AHEAD * WEEK)
    wanted = narrowed.conditions() & around
    kept = KeptStarter.objects.filter(wanted, status__in=[*COUNTED, MOVED])
    mine = kept.filter(placement__in=reported_placements(actor).values("pk"))
    then = mine.values_list("start_date", "ready", "status").annotate(newcomers=Count("pk"))
    weeks: dict[dt.date, dict[str, int]] = {}
    teams: set[tuple[str, int]] = set()
    for start, ready, status, newcomers in live_counts(actor, wanted, today).union(then, staffed(), all=True):
        if start is None:
            teams.add((status, newcomers))
            continue
        week = weeks.setdefault(monday_of(start), {"starters": 0, "ready": 0, "kept": 0, "moved": 0})
        if status == MOVED:
            week["moved"] += newcomers
            continue
        week["starters"] += newcomers
        week["ready"] += newcomers if ready else 0
        week["kept"] += newcomers if status else 0
    return [WeekCount(day, **counts) for day, counts in sorted(weeks.items())], frozenset(teams)


def staffed() -> QuerySet[Team, Any]:
    """(None, True, function, organisation) of each team that has a mailbox, or somebody who can sign in."""
    members = Membership.objects.filter(
        organisation=OuterRef("organisation"), role=OuterRef("function"), user__is_active=True
    )
    there = Team.objects.filter(Q(Exists(members)) | ~Q(mailbox=""))
    marked = there.annotate(no_day=Value(None, output_field=DateField()), there=Value(True))
    return marked.values_list("no_day", "there", "function", "organisation")


def live_counts(actor: Actor, conditions: Q, today: dt.date) -> QuerySet[Placement, Any]:
    """(start, ready, "", how many) of those who are not kept."""
    early = Q(due_from__gt=today) | Q(state=State.READY, actionable=False)
    lacking = PlacementStep.objects.filter(week_one=True).exclude(state__in=list(MET)).exclude(early)
    return (
        reported_placements(actor)
        .filter(conditions, ~Exists(kept_of_placement()), status__in=list(COUNTED), chain__isnull=False)
        .annotate(is_ready=~Exists(lacking.filter(placement=OuterRef("pk"))), as_kept=Value(""))
        .values_list("start_date", "is_ready", "as_kept")
        .annotate(newcomers=Count("pk"))
    )


def default_week(weeks: list[WeekCount], today: dt.date) -> dt.date:
    """This week, or the next with starters; with none to come, this week."""
    monday = monday_of(today)
    return next((w.monday for w in weeks if w.monday >= monday and w.starters), monday)


def report_starters(
    actor: Actor, first: dt.date, last: dt.date, *, week: WeekCount | None = None, now: bool = False
) -> list[Starter]:
    """Everybody in the report of those who start from `first` to `last`, and those who were to: as they stood where
    their week is over and was kept, else as they stand. `now`: all as they stand. One query; two where some are kept
    and some are not, or where no `week` says how many are."""
    some_kept = week is None or week.kept + week.moved > 0
    kept = kept_starters(actor, first, last, only_moved=now) if some_kept else []
    if week and week.starters and week.kept == week.starters and not now:
        return kept
    known = {one.ref for one in kept if one.moved_to is None}
    return [*(one for one in starters_of(actor, first, last) if one.ref not in known), *kept]


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
GAIN = ("gain__blocker", "gain__more", "gain__owner_more")


def starters_of(actor: Actor, first: dt.date, last: dt.date) -> list[Starter]:
    """Everybody in the actor's report who starts from `first` to `last`, with the steps that matter. One query."""
    return read(reported_placements(actor).filter(start_date__gte=first, start_date__lte=last, chain__isnull=False))


def read(placements: QuerySet[Placement]) -> list[Starter]:
    """One query, and one row a placement: its steps come as one list of JSON, which is several times as quick to read
    as a row a step would be."""
    matters = (Q(week_one=True) | Q(actionable=True)) & ~Q(state=State.NOT_APPLICABLE)
    steps = (
        PlacementStep.objects.filter(matters, placement=OuterRef("pk"))
        .order_by()
        .values("placement")
        .annotate(listed=JsonList(JSONArray("position", *STEP, "reasons__because", *GAIN)))
        .values("listed")
    )
    rows = (
        placements.annotate(now=Subquery(steps))
        .order_by("start_date", "newcomer__folded_name", "pk")
        .values_list("now", *PLACEMENT, *PLACES)
    )
    places: dict[int, Place] = {}
    return [
        starter(row, [step_now(step) for step in sorted(now or (), key=itemgetter(0))], places)
        for now, *row in rows.iterator(chunk_size=2000)
    ]


def step_now(row: list[Any]) -> StepNow:
    """From position, `STEP`, causes and `GAIN`, as JSON has them."""
    (
        _, key, state, week_one, function, org, since, limited, issued, upgrade, actionable, parked, due_from,
        says_works_at, unlock_count, done_at, because, blocker, more, owner_more,
    ) = row  # fmt: skip
    if isinstance(because, str):
        because = json.loads(because)
    return StepNow(
        key, state, bool(week_one), function, org, moment(since), bool(limited), bool(issued), bool(upgrade),
        bool(actionable), bool(parked), due_from and dt.date.fromisoformat(due_from),
        says_works_at and moment(says_works_at), unlock_count, done_at and moment(done_at),
        tuple([(c["step"], c["owner"]["function"], c["owner"]["side"]) for c in because]) if because else (),
        blocker or "", more or 0.0, owner_more or 0.0,
    )  # fmt: skip


@lru_cache(maxsize=8192)  # what came in one file, or was done in one go, has one time
def moment(text: str) -> dt.datetime:
    """A moment as PostgreSQL or SQLite writes it into JSON; SQLite's have no zone and are UTC."""
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def starter(row: Sequence[Any], steps: list[StepNow], places: dict[int, Place]) -> Starter:
    _, ref, given, family, start, status, reason, role, department, manager, by, pathway, *rest = row
    foreseen, both = rest[: len(FORECAST)], rest[len(FORECAST) :]
    employer, host = (places.setdefault(p[0], place_of(p)) for p in (both[:5], both[5:]))
    name = f"{given} {family}".strip()
    return Starter(
        str(ref), name, start, status, reason, role, department, employer, host, manager, by, pathway, tuple(steps),
        outlook_of(foreseen),
    )  # fmt: skip
