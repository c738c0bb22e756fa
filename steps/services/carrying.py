"""What stays true from one placement of a person to the next is taken over, with its source and its date.

A pathway's step says from where (`carries`). What was done there becomes a `done` here at the same instant, under the
name of the organisation in which it was done; where the pathway asks again, it counts, and its owner is asked for a
look. A step to which anything has happened here is left alone, so that doing this again does nothing, and what
somebody took back stays taken back.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef
from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor, system
from onboarding.audit import Change, change
from onboarding.models import Job, Placement
from onboarding.wording import UK
from onboarding.words import PlacementStatus
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind, State
from steps.pathway import Carries, Step, applies
from steps.services.locking import Locked, NotThere, lock
from steps.services.settling import attributes, settle

KIND = "carry_over"
SOURCE = "carried"
OPEN = (PlacementStatus.EXPECTED, PlacementStatus.STARTED, PlacementStatus.DEFERRED)
DAILY_AT = 3  # o'clock


def carry_over(refs: Iterable[uuid.UUID], *, by: Actor, at: dt.datetime) -> list[Fact]:
    """For each of these placements, takes over what its pathway carries from the person's other ones."""
    made: list[Fact] = []
    with change(by=by, at=at) as changed:
        for ref in refs:
            made += carry_into(lock(ref), changed, at=at)
    return made


def carry_into(place: Locked, made: Change, *, at: dt.datetime, noted: bool = True) -> list[Fact]:
    """Writes nothing where nothing is to be taken over. One query then, and none where no step carries. `noted`: with
    an entry of its own in the trail."""
    placement = place.placement
    untouched = [
        step for step in place.pathway.steps
        if step.carries and place.rows[step.key].state != State.NOT_APPLICABLE
        and not any(fact.step == step.key for fact in place.facts)
    ]  # fmt: skip
    if not untouched or placement.status not in OPEN or placement.twin_of_id is not None:
        return []
    elsewhere = done_elsewhere(placement, [step.key for step in untouched])
    found = [(step, row) for step in untouched if (row := newest(step, placement, elsewhere, at)) is not None]
    if not found:
        return []
    facts = [fact for step, row in found for fact in facts_for(placement, step, row, by=made.by, at=at)]
    for fact in facts:
        fact.save(force_insert=True)
    place.facts += facts
    keys = [step.key for step, _ in found]
    settle(placement, place.chain, place.pathway, place.rows, place.facts, touched=keys)
    if noted:
        made.note(
            organisation_ids=(placement.employer_id, placement.host_id),
            action="placement.carried_over",
            subject=f"placement:{placement.ref}",
            after={"steps": keys},
        )
    return facts


def done_elsewhere(placement: Placement, keys: Sequence[str]) -> list[PlacementStep]:
    """The finished steps of these keys in the person's other placements. What is in doubt there is not passed on."""
    rows = PlacementStep.objects.filter(
        placement__newcomer=placement.newcomer_id, key__in=keys, state=State.DONE, done_at__isnull=False
    ).exclude(placement=placement.pk)
    return list(rows.select_related("placement__employer", "placement__host"))


def newest(
    step: Step, placement: Placement, elsewhere: Sequence[PlacementStep], at: dt.datetime
) -> PlacementStep | None:
    """The latest finish that may be carried here."""
    rule = step.carries
    fitting = [row for row in elsewhere if rule and row.key == step.key and carries_from(rule, row, placement, at)]
    return max(fitting, key=lambda row: (row.done_at, row.pk), default=None)


def carries_from(rule: Carries, row: PlacementStep, placement: Placement, at: dt.datetime) -> bool:
    other = row.placement
    if rule.source != "anywhere" and getattr(other, f"{rule.source}_id") != getattr(placement, f"{rule.source}_id"):
        return False
    if rule.days is not None and (row.done_at is None or row.done_at < at - dt.timedelta(days=rule.days)):
        return False
    return applies(rule.applies, attributes(placement)) and applies(rule.applies, attributes(other))


def facts_for(placement: Placement, step: Step, row: PlacementStep, *, by: Actor, at: dt.datetime) -> list[Fact]:
    """The done with the source's name and date, and the question where the pathway asks one."""
    assert row.done_at is not None  # noqa: S101 (for the type checker: it was asked for)
    other = row.placement
    place = other.employer if step.side == "employer" else other.host
    earlier = Fact.objects.filter(placement=other, step=step.key, kind=FactKind.DONE, at=row.done_at)
    original = earlier.filter(source__startswith=f"{SOURCE}:").first()  # it came there from a third one
    now = max(at, timezone.now())
    done = Fact(
        placement=placement, step=step.key, kind=FactKind.DONE, at=row.done_at, recorded_at=now,
        by_name=(original.by_name if original else place.name)[:200],
        source=original.source if original else f"{SOURCE}:{other.ref}",
        full=not row.limited if step.better_after else None,
    )  # fmt: skip
    if not (step.carries and step.carries.ask):
        return [done]
    asked = Fact(
        placement=placement, step=step.key, kind=FactKind.QUESTIONED, at=max(at, done.at), recorded_at=now,
        by_id=by.user_id, by_name=by.name[:200], source=SOURCE, reason=step.carries.ask,
    )  # fmt: skip
    return [done, asked]


def plan(now: dt.datetime) -> None:
    """Once a day, for what was finished since the second post arrived. One query."""
    local = now.astimezone(UK)
    if local.hour >= DAILY_AT:
        jobs.enqueue(KIND, {}, at=now, key=f"{KIND}:{local:%Y%m%d}")


def work(job: Job, now: dt.datetime) -> None:
    """Each placement in a transaction of its own; doing it again does no harm."""
    for ref in with_several_posts():
        if not jobs.renew(job, now):
            return
        try:
            carry_over([ref], by=system("Week One"), at=now)
        except NotThere:
            continue


def with_several_posts() -> list[uuid.UUID]:
    """The open placements of people who have another one. One query."""
    another = Placement.objects.filter(newcomer=OuterRef("newcomer"), twin_of=None).exclude(pk=OuterRef("pk"))
    open_ones = Placement.objects.filter(Exists(another), status__in=OPEN, twin_of=None, chain__isnull=False)
    return list(open_ones.order_by("pk").values_list("ref", flat=True))
