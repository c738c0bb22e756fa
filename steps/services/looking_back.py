"""How long each step waited, drawn from the facts in the background: `steps.history` on rows.

A batch of placements is one transaction that puts their rows in the place of the old ones, so an interrupted run
leaves whole placements, and the next goes on; run twice, it writes the same. Only placements of which something
changed are played again.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import Max

from onboarding.models import Placement
from onboarding.rows import insert_rows
from onboarding.wording import UK, local_day
from onboarding.words import OPEN_STATUSES, Function
from onboarding.working_days import Country, working_days_between
from onboarding.working_hours import OPENS, working_minutes
from steps.forecast import first_day
from steps.history import History, Stretch, Wait, history_of
from steps.models import Chain, Fact, Replay, StepWait
from steps.models import Stretch as StretchRow
from steps.pathway import Pathway
from steps.selectors.pathways import pathway_for
from steps.services.publishing import facts_by_placement
from steps.services.settling import as_resolver_facts, attributes, org_on_side

BATCH = 200
WAIT = ("placement_id", "step", "function", "org_id", "began", "ended", "finished", "days", "minutes")
STRETCH = ("placement_id", "step", "function", "org_id", "kind", "symptom", "began", "ended", "minutes")


def look_back(now: dt.datetime, *, everybody: bool = False, alive: Callable[[], bool] = lambda: True) -> int:
    """Plays again the facts of all placements of which something changed since, or of `everybody`; gives how many.

    `alive` is asked before each batch: False stops the run, which another worker has by then.
    """
    count = 0
    for batch in changed(everybody=everybody):
        if not alive():
            break
        replay_batch(batch, now)
        count += len(batch)
    return count


def changed(*, everybody: bool) -> Iterator[list[tuple[Chain, str]]]:
    """Batches of chains, each with what its history hangs on. Two queries for every 2,000 chains."""
    last = 0
    batch: list[tuple[Chain, str]] = []
    while chains := list(
        Chain.objects.filter(pk__gt=last)
        .select_related("pathway", "placement__employer", "placement__host")
        .annotate(newest=Max("placement__facts__pk"))
        .order_by("pk")[:2000]
    ):
        last = chains[-1].pk
        known = dict(Replay.objects.filter(pk__in=[c.pk for c in chains]).values_list("pk", "told"))
        for chain in chains:
            told = hangs_on(chain, chain.newest)
            if everybody or known.get(chain.pk) != told:
                batch.append((chain, told))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def hangs_on(chain: Chain, newest: int | None) -> str:
    """What a placement's history hangs on, as a hash: with the same, it would come out the same."""
    going_on = chain.placement.status in OPEN_STATUSES
    place = chain.placement
    owners = [sorted(side.step_owners.items()) for side in (place.employer, place.host)]
    given = (newest, chain.pathway_id, chain.arrived_at, going_on, sorted(attributes(place).items()), owners)
    return hashlib.sha256(repr(given).encode()).hexdigest()


def replay_batch(batch: list[tuple[Chain, str]], now: dt.datetime) -> None:
    """One transaction, four writes."""
    ids = [chain.pk for chain, _ in batch]
    facts = facts_by_placement(ids)
    waits, stretches, replays = [], [], []
    for chain, told in batch:
        place, pathway = chain.placement, pathway_for(chain.placement)
        history = history_of_placement(chain, pathway, facts[chain.pk])
        waits += [wait_row(place, pathway, one) for one in history.waits]
        stretches += [stretch_row(place, one) for one in history.stretches]
        lost = lost_minutes(place, history)
        replays.append(Replay(placement_id=place.pk, told=told, at=now, ready_at=history.ready_at, lost_minutes=lost))
    with transaction.atomic():
        # whoever else works on one of these waits here, then does the same again
        Replay.objects.bulk_create(
            replays,
            update_conflicts=True,
            unique_fields=["placement"],
            update_fields=["told", "at", "ready_at", "lost_minutes"],
        )
        StepWait.objects.filter(placement__in=ids).delete()
        StretchRow.objects.filter(placement__in=ids).delete()
        insert_rows(StepWait, WAIT, waits)
        insert_rows(StretchRow, STRETCH, stretches)


def history_of_placement(chain: Chain, pathway: Pathway, facts: list[Fact]) -> History:
    """One placement's history; of one that goes on no more, up to the last thing that happened."""
    place = chain.placement
    last = max((fact.at for fact in facts), default=chain.arrived_at)
    return history_of(
        pathway,
        attributes(place),
        as_resolver_facts(facts, pathway),
        arrived_at=chain.arrived_at,
        symptoms={str(fact.pk): fact.symptom for fact in facts if fact.symptom},
        until=None if place.status in OPEN_STATUSES else max(last, chain.arrived_at),
    )


def wait_row(place: Placement, pathway: Pathway, wait: Wait) -> tuple[object, ...]:
    step = next(step for step in pathway.steps if step.key == wait.step)
    org = org_on_side(place, step.owner, step.side) or place.host_id
    country = place.host.calendar
    days = minutes = None
    if wait.ended is not None:
        days = days_waited(wait.began, local_day(wait.ended), country)
        minutes = working_minutes(wait.began, wait.ended, country)
    return place.pk, wait.step, step.owner, org, wait.began, wait.ended, wait.finished, days, minutes


def days_waited(began: dt.datetime, ended: dt.date, country: Country) -> int:
    """Whole working days as the forecast counts them: 0 on the day on which it could first be done."""
    return max(0, working_days_between(first_day(local_day(began), country), ended, country))


def stretch_row(place: Placement, one: Stretch) -> tuple[object, ...]:
    org = None if one.function == Function.NEWCOMER else org_on_side(place, one.function, one.side)
    minutes = None if one.ended is None else working_minutes(one.began, one.ended, place.host.calendar)
    return place.pk, one.step, one.function, org, one.kind, one.symptom, one.began, one.ended, minutes


def lost_minutes(place: Placement, history: History) -> int | None:
    """The working minutes from the morning of the first day until everything of week 1 was met; None: not yet."""
    if history.ready_at is None:
        return None
    return working_minutes(first_morning(place.start_date, place.host.calendar), history.ready_at, place.host.calendar)


def first_morning(start: dt.date, country: Country) -> dt.datetime:
    """When the first working day of a newcomer begins."""
    return dt.datetime.combine(first_day(start, country), dt.time(OPENS // 60), UK)
