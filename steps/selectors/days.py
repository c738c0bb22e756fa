"""What the page of where the days went reads: grouped in the database, a fixed number of queries at any size.

All of it is of the newcomers in the actor's report. A wait counts in the period in which it ended.
"""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum

from onboarding.actors import Actor
from onboarding.wording import UK
from onboarding.words import OPEN_STATUSES, PlacementStatus
from steps.days import (
    DAY,
    QUARTER,
    CauseSort,
    Counted,
    Flow,
    HandOvers,
    Lost,
    Period,
    Sorts,
    TeamSort,
    hand_overs_of,
    lost_of,
    sorts_of,
)  # fmt: skip
from steps.models import Chain, Fact, PlacementStep, Replay, StepWait, Stretch
from steps.models.chain import FactKind, State
from steps.pathway import Pathway
from steps.selectors.pathways import pathways_by_hash
from steps.selectors.placements import reported_placements

CAME = (PlacementStatus.EXPECTED, PlacementStatus.STARTED, PlacementStatus.LEFT)
GOING_BACK = dt.timedelta(days=60)  # who started earlier than that is no part of the flow
BOTH = ("step", "function", "org__name", "kind", "symptom")


def moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """When the period begins and when it is over."""
    begins, over = (dt.datetime.combine(day, dt.time(), UK) for day in (period.first, period.last + DAY))
    return begins, over


def ended_in(rows: QuerySet[Any], period: Period) -> QuerySet[Any]:
    """Those that ended in the period or in the one before; `now`: in which; `quarters` of an hour, rounded."""
    begins, over = moments(period)
    earlier, _ = moments(period.before)
    return rows.filter(ended__gte=earlier, ended__lt=over).annotate(
        now=ExpressionWrapper(Q(ended__gte=begins), output_field=BooleanField()),
        quarters=(F("minutes") + QUARTER // 2) / QUARTER,
    )


def grouped(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """(columns, now, quarters, how many, their minutes). One query."""
    values = rows.values_list(*columns, "now", "quarters")
    return list(values.annotate(Count("pk"), Sum("minutes")).order_by())


def people(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """(columns, now, how many newcomers). One query."""
    return list(rows.values_list(*columns, "now").annotate(Count("placement", distinct=True)).order_by())


def spent(actor: Actor, period: Period) -> tuple[Sorts[TeamSort], Sorts[CauseSort]]:
    """Waits by step and team, and by step and cause. Four queries."""
    lay = Stretch.objects.filter(placement__in=reported_placements(actor).values("pk"))
    ended = ended_in(lay, period)
    teams: list[Counted[TeamSort]] = []
    causes: list[Counted[CauseSort]] = []
    for step, function, org, kind, symptom, *rest in grouped(ended, *BOTH):
        teams.append(Counted(TeamSort(step, function, org or ""), *rest))
        causes.append(Counted(CauseSort(step, kind, symptom), *rest))
    still_teams: Counter[TeamSort] = Counter()
    still_causes: Counter[CauseSort] = Counter()
    _, over = moments(period)
    still = lay.filter(began__lt=over).filter(Q(ended=None) | Q(ended__gte=over))
    for step, function, org, kind, symptom, count in still.values_list(*BOTH).annotate(Count("pk")).order_by():
        still_teams[TeamSort(step, function, org or "")] += count
        still_causes[CauseSort(step, kind, symptom)] += count
    whose = {(TeamSort(s, f, o or ""), now): n for s, f, o, now, n in people(ended, *BOTH[:3])}
    why = {(CauseSort(s, k, y), now): n for s, k, y, now, n in people(ended, "step", *BOTH[3:])}
    return sorts_of(teams, whose, still_teams), sorts_of(causes, why, still_causes)


def by_step(actor: Actor, period: Period) -> Sorts[str]:
    """How long each step took from when nothing was before it until it was done. Two queries."""
    waits = StepWait.objects.filter(placement__in=reported_placements(actor).values("pk"), finished=True)
    ended = ended_in(waits, period)
    newcomers = {(step, now): count for step, now, count in people(ended, "step")}
    return sorts_of([Counted(*row) for row in grouped(ended, "step")], newcomers, {})


def lost(actor: Actor, period: Period) -> tuple[Lost | None, Lost | None]:
    """Working time lost by those who started in the period, and in the one before. One query."""
    before = period.before
    rows = (
        Replay.objects.filter(placement__in=reported_placements(actor).values("pk"), placement__status__in=CAME)
        .filter(placement__start_date__gte=before.first, placement__start_date__lte=period.last)
        .annotate(
            now=ExpressionWrapper(Q(placement__start_date__gte=period.first), output_field=BooleanField()),
            quarters=(F("lost_minutes") + QUARTER // 2) / QUARTER,
        )
        .values_list("now", "quarters")
        .annotate(Count("pk"))
        .order_by()
    )
    found = list(rows)
    return lost_of((q, n) for now, q, n in found if now), lost_of((q, n) for now, q, n in found if not now)


def hand_overs(actor: Actor, period: Period) -> HandOvers | None:
    """How often the blockers that were raised in the period were handed over since. One query."""
    begins, over = moments(period)
    rows = (
        Fact.objects.filter(placement__in=reported_placements(actor).values("pk"), at__gte=begins, retracted_by=None)
        .filter(kind__in=[FactKind.BLOCKED, FactKind.HANDED_OVER])
        .values_list("placement", "step", "blocker")
        .annotate(
            raised=Min("at", filter=Q(kind=FactKind.BLOCKED)), times=Count("pk", filter=Q(kind=FactKind.HANDED_OVER))
        )
        .filter(raised__lt=over)
        .order_by()
    )
    found = list(rows)
    return hand_overs_of(len({row[0] for row in found}), Counter(row[-1] for row in found))


def flow(actor: Actor, today: dt.date) -> list[Flow]:
    """How many newcomers wait at each step now, and for whom, of those who go on. One query."""
    early = Q(state=State.READY, due_from__gt=today)
    rows = (
        PlacementStep.objects.filter(placement__in=reported_placements(actor).values("pk"), actionable=True)
        .filter(state__in=[State.READY, State.BLOCKED], placement__status__in=OPEN_STATUSES)
        .filter(placement__start_date__gte=today - GOING_BACK)
        .exclude(early)
        .values_list("key", "owner_function", "owner_org__name", "state", "issued")
        .annotate(Count("pk"))
        .order_by()
    )
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for step, function, org, state, issued, count in rows:
        kind = "stuck" if state == State.BLOCKED else "confirm" if issued else "to_do"
        counts[step, function, org or "", kind] += count
    return [Flow(*key, count) for key, count in counts.items()]


def worked_out(actor: Actor) -> dt.datetime | None:
    """When waits were last drawn from the facts of any of these newcomers. One query."""
    return Replay.objects.filter(placement__in=reported_placements(actor).values("pk")).aggregate(at=Max("at"))["at"]


def pathways_in_use(actor: Actor) -> list[Pathway]:
    """The pathways that the newcomers in the report are on, for the words of steps. Two queries at most."""
    chains = Chain.objects.filter(placement__in=reported_placements(actor).values("pk"))
    keys = chains.values_list("pathway__key", "pathway__version", "pathway__content_hash").distinct().order_by()
    newest_first = [digest for _, _, digest in sorted(keys, key=lambda row: (row[0], -row[1]))]
    found = pathways_by_hash(newest_first)
    return [found[digest] for digest in newest_first]
