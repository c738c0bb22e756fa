"""When each newcomer is likely to be ready, worked out in the background from the settled verdicts and from how long
each step has taken in its team, and kept with the time at which it was worked out.

Written in batches, each a transaction; the same rows give the same forecast, so it can be run twice, or stop half way.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import TruncDate

from onboarding.wording import UK, local_day
from onboarding.words import OPEN_STATUSES
from onboarding.working_days import Country, working_days_between
from steps.forecast import (
    HORIZON,
    Durations,
    Forecaster,
    Gains,
    Item,
    Situation,
    days_left,
    first_day,
    gains_of,
    learnt,
    likely_day,
    step_now,
)  # fmt: skip
from steps.models import Chain, PlacementForecast, PlacementStep, StepGain, StepWait
from steps.models.chain import State
from steps.pathway import Step as Definition
from steps.selectors.pathways import pathway_of
from steps.services.looking_back import days_waited

BATCH = 1000
LATE = dt.timedelta(days=60)  # who started earlier than that and is not ready has other troubles than a forecast
MEMORY = dt.timedelta(days=365)  # how a team worked longer ago says little about today
UNMET = (State.READY, State.BLOCKED, State.LOCKED)


def foresee(now: dt.datetime, *, alive: Callable[[], bool] = lambda: True) -> int:
    """Works out every forecast afresh and drops those that are no more; gives how many newcomers have one.

    `alive` is asked before each batch: False stops the run, which another worker has by then.
    """
    today = local_day(now)
    told = Experience(now)
    model = Forecaster()
    count = 0
    for chains in batches(today):
        if not alive():
            return count
        rows, began = unmet_rows([chain.pk for chain in chains])
        made = [foreseen(chain, rows[chain.pk], began, told, model, now) for chain in chains]
        keep([forecast for forecast, _ in made], [gain for _, gains in made for gain in gains])
        count += len(made)
    PlacementForecast.objects.exclude(placement__in=in_question(today).values("pk")).delete()
    return count


def keep(forecasts: list[PlacementForecast], gains: list[StepGain]) -> None:
    """One batch, in the place of what was there."""
    with transaction.atomic():
        PlacementForecast.objects.bulk_create(
            forecasts, update_conflicts=True, unique_fields=["placement"], update_fields=["likely", "chance", "at"]
        )
        StepGain.objects.filter(step__placement__in=[one.pk for one in forecasts]).delete()
        StepGain.objects.bulk_create(gains, ignore_conflicts=True)


def in_question(today: dt.date) -> Any:
    """The chains of those who still go on and did not start long ago."""
    return Chain.objects.filter(placement__status__in=OPEN_STATUSES, placement__start_date__gte=today - LATE)


def batches(today: dt.date) -> Iterator[list[Chain]]:
    last = 0
    while chains := list(
        in_question(today).filter(pk__gt=last).select_related("pathway", "placement__host").order_by("pk")[:BATCH]
    ):
        last = chains[-1].pk
        yield chains


def unmet_rows(ids: list[int]) -> tuple[dict[int, list["Unmet"]], dict[tuple[int, str], dt.datetime]]:
    """What is not met of each placement, and since when each open step has been waiting. Two queries."""
    rows: dict[int, list[Unmet]] = {pk: [] for pk in ids}
    found = PlacementStep.objects.filter(placement__in=ids, state__in=UNMET).order_by("position")
    for pk, *columns in found.values_list("placement_id", *COLUMNS):
        rows[pk].append(Unmet(*columns))
    waits = StepWait.objects.filter(placement__in=ids, ended=None).values_list("placement_id", "step", "began")
    return rows, {(pk, step): began for pk, step, began in waits}


class Unmet(NamedTuple):
    """A row of a step that is not met, as far as a forecast reads it."""

    pk: int
    key: str
    state: str
    week_one: bool
    team_org: int | None
    owner_function: str
    owner_org: int | None
    since: dt.datetime
    actionable: bool
    due_from: dt.date | None
    waiting_on: list[str]
    any_of: list[list[str]]
    blockers: list[dict[str, Any]]

    @property
    def blocker(self) -> str:
        """What newcomers may share: the step, with what it is stuck on."""
        return f"{self.key}:{self.blockers[0]['symptom']}" if self.state == State.BLOCKED else self.key


COLUMNS = (
    "pk", "key", "state", "week_one", "team_org_id", "owner_function", "owner_org_id", "since", "actionable",
    "due_from", "reasons__waiting_on", "reasons__any_of", "reasons__blockers",
)  # fmt: skip


class Experience:
    """How long each step takes in each organisation, the pathway's usual days filling in. Three queries."""

    def __init__(self, now: dt.datetime) -> None:
        today = local_day(now)
        self.finished: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.at_least: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._learnt: dict[tuple[int, str, tuple[int, int]], Durations] = {}
        over = StepWait.objects.filter(ended__gt=now - MEMORY)
        for org, step, finished, days, count in counted(over, "finished", "days"):
            (self.finished if finished else self.at_least)[org, step] += [days] * count
        waiting = StepWait.objects.filter(ended=None, began__lte=now)
        waiting = waiting.annotate(day=TruncDate("began", tzinfo=UK), country=F("org__country"))
        for org, step, day, country, count in counted(waiting, "day", "country"):
            open_for = max(0, working_days_between(first_day(day, country), first_day(today, country), country))
            self.at_least[org, step] += [open_for] * count

    def durations(self, org: int, step: Definition) -> Durations:
        key = (org, step.key, step.usual_days)
        if key not in self._learnt:
            self._learnt[key] = learnt(step.usual_days, self.finished[key[:2]], self.at_least[key[:2]])
        return self._learnt[key]


def counted(waits: Any, *columns: str) -> Iterable[tuple[Any, ...]]:
    found: Iterable[tuple[Any, ...]] = waits.values_list("org", "step", *columns).annotate(Count("pk")).order_by()
    return found


def foreseen(
    chain: Chain,
    rows: list[Unmet],
    began: Mapping[tuple[int, str], dt.datetime],
    told: Experience,
    model: Forecaster,
    now: dt.datetime,
) -> tuple[PlacementForecast, list[StepGain]]:
    """One placement's forecast, and what clearing each of its open steps would buy. No query."""
    today, country, host = local_day(now), chain.placement.host.calendar, chain.placement.host_id
    definitions = {step.key: step for step in pathway_of(chain.pathway).steps}
    counting = above_week_one(rows, definitions, chain.week_one_by)
    steps = tuple(
        step_now(
            row,
            told.durations(row.team_org or host, definitions[row.key]),
            week_one=counting[row.key],
            open_days=open_days(row, began.get((chain.pk, row.key), row.since), today, country),
            not_before=not_before(row, definitions[row.key], today, country),
            after=definitions[row.key].after,
        )
        for row in rows
        if row.key in counting
    )
    left = days_left(today, chain.week_one_by, country)
    found = model.forecast(steps, left)
    items = tuple(
        Item(row.key, f"{row.owner_function}:{row.owner_org or ''}", row.blocker)
        for row in rows
        if row.key in counting and row.actionable and (row.due_from is None or row.due_from <= today)
    )
    gains = gains_of(Situation("", steps, left, items), model) if left >= 0 else None
    forecast = PlacementForecast(
        placement_id=chain.pk,
        likely=likely_day(found.likely, today, country) if counting else None,
        chance=None if found.chance is None else round(found.chance, 4),
        at=now,
    )
    return forecast, as_rows(gains, rows) if gains else []


def above_week_one(rows: Iterable[Unmet], definitions: Mapping[str, Definition], by: dt.date) -> dict[str, bool]:
    """The unmet steps of week 1 and those that they wait for; key -> is it missing in week 1 itself?

    What is due after week 1, or nobody knows when, is not missing in it.
    """
    by_key = {row.key: row for row in rows if row.key in definitions}
    missing = {
        row.key
        for row in by_key.values()
        if row.week_one and (definitions[row.key].due is None or (row.due_from is not None and row.due_from <= by))
    }
    found: dict[str, bool] = {}
    look = sorted(missing)
    while look:
        key = look.pop()
        if key in by_key and key not in found:
            found[key] = key in missing
            look += by_key[key].waiting_on
    return found


def open_days(row: Unmet, began: dt.datetime, today: dt.date, country: Country) -> int:
    """For how many working days it could have been finished; none while it waits for another step."""
    return 0 if row.waiting_on else days_waited(began, first_day(today, country), country)


def not_before(row: Unmet, definition: Definition, today: dt.date, country: Country) -> int:
    """Before its day a step is nobody's task; while the day is unknown, it lies beyond the horizon."""
    if definition.due is None:
        return 0
    return HORIZON + 1 if row.due_from is None else max(0, days_left(today, row.due_from, country))


def as_rows(gains: Gains, rows: Iterable[Unmet]) -> list[StepGain]:
    """The gains on the rows of their steps; an owner's stands at the first of what it holds."""
    alone = {part.steps[0]: part for part in gains.single}
    first = {part.steps[0]: part.more for part in gains.owners}
    return [
        StepGain(
            step_id=row.pk,
            blocker=alone[row.key].blocker,
            more=round(alone[row.key].more, 4),
            owner_more=round(first.get(row.key, 0.0), 4),
        )
        for row in rows
        if row.key in alone
    ]
