"""What happens to a placement as a whole: a detail corrected, the start moved, deferred, withdrawn, begun.

Each settles the verdicts in the same transaction, and leaves one audit entry in every organisation concerned.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Payday, Placement
from onboarding.policies import Refused
from onboarding.words import OPEN_STATUSES, PlacementStatus, Role
from onboarding.working_days import fifth_working_day
from steps import policies
from steps.models import Fact
from steps.models.chain import FactKind
from steps.services.keeping_weeks import start_moved
from steps.services.locking import Locked, lock
from steps.services.moving import keep_move
from steps.services.recording import Stale, require
from steps.services.settling import settle
from steps.services.withdrawing import tell_teams

# told, in the same transaction, of a placement whose status changed: with the status before, who changed it and when;
# upper rooms fill it in their AppConfig
after_status: list[Callable[[Placement, str, str, dt.datetime], None]] = []

# which field of a correction fact tells the steps below about a column
CORRECTION = {
    "given_name": "name",
    "family_name": "name",
    "date_of_birth": "date_of_birth",
    "gmc_number": "number",
    "assignment_number": "number",
    "personal_email": "email",
    "work_email": "email",
    "role": "role",
    "start_date": "start_date",
}
PERSON = frozenset({"given_name", "family_name", "date_of_birth", "gmc_number", "personal_email", "work_email"})
POST = frozenset(
    {
        "role",
        "department",
        "assignment_number",
        "mail_system",
        "needs_smartcard",
        "uses_library",
        "manager_id",
        "manager_email",
        "start_date",
        "employment",
    }
)


def first_payday(employer_id: int, start: dt.date) -> dt.date | None:
    """The first day of the employer's pay calendar on or after the start; None while it is unknown."""
    return (
        Payday.objects.filter(organisation=employer_id, on__gte=start)
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def changed_fields(found: Any, wanted: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {k: v for k, v in wanted.items() if k in names and getattr(found, k) != v}


def correct_details(
    ref: uuid.UUID,
    *,
    changes: Mapping[str, Any],
    by: Actor,
    at: dt.datetime,
    reason: str = "",
    source: str = "person",
    seen: int | None = None,
) -> dict[str, Any]:
    """Writes what differs and records one `corrected` fact on the staff record, so that finished steps below
    ask for a look. Gives what changed as {field: (before, after)}; nothing different writes nothing. `seen` is the
    version of the staff record's step that the person had on the page; another one by now is `Stale`.

    The identity of a person with several placements is corrected on each that is still going on.
    """
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        require(policies.can_correct_details(by, locked.placement))
        record = locked.row(locked.pathway.steps[0].key)
        if seen is not None and seen != record.version:
            raise Stale(record, locked.last_fact(record.key))
        return apply_changes(made, locked, changes, by=by, at=at, reason=reason, source=source)


def apply_changes(
    made: Change,
    locked: Locked,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    at: dt.datetime,
    reason: str = "",
    source: str = "person",
) -> dict[str, Any]:
    placement, newcomer = locked.placement, locked.placement.newcomer
    for_person = changed_fields(newcomer, changes, PERSON)
    for_post = changed_fields(placement, changes, POST)
    before = {k: getattr(newcomer, k) for k in for_person} | {k: getattr(placement, k) for k in for_post}
    if not before:
        return {}
    after = for_person | for_post
    if for_person:
        for name, value in for_person.items():
            setattr(newcomer, name, value)
        newcomer.save(update_fields=list(for_person))
    if for_post:
        set_on_placement(locked, for_post)
        if "start_date" in for_post:
            start_moved(placement, locked.chain, before["start_date"], reason=reason, at=at)
            keep_move(locked, before["start_date"], by=by, at=at)
    fields = sorted({CORRECTION[k] for k in after if k in CORRECTION})
    told = [locked, *(others(locked) if for_person else [])]
    for place in told:
        if {"name", "date_of_birth"} & set(fields):
            ask_passport_again(place)
        record_correction(place, fields, by=by, at=at, reason=reason, source=source)
    made.note(
        organisation_ids=(placement.employer_id, placement.host_id),
        action="placement.corrected",
        subject=f"placement:{placement.ref}",
        before={k: plain(v) for k, v in before.items()},
        after={k: plain(v) for k, v in after.items()} | ({"reason": reason} if reason else {}),
    )
    return {k: (before[k], after[k]) for k in after}


PASSPORT_CHECK = "same_as_passport"  # "My name and birth date are exactly what my passport says"


def ask_passport_again(locked: Locked) -> None:
    """What the newcomer said of the passport, they said of what the record was. Written with the record's row."""
    locked.row(locked.pathway.steps[0].key).ticks.pop(PASSPORT_CHECK, None)


def others(locked: Locked) -> list[Locked]:
    """The same person's other placements that are still going on."""
    refs = (
        Placement.objects.filter(newcomer=locked.placement.newcomer_id, status__in=["expected", "started", "deferred"])
        .exclude(pk=locked.placement.pk)
        .order_by("pk")
        .values_list("ref", flat=True)
    )
    return [lock(ref) for ref in refs]


def set_on_placement(locked: Locked, values: Mapping[str, Any]) -> None:
    placement = locked.placement
    names = list(values)
    for name, value in values.items():
        setattr(placement, name, value)
    if "start_date" in values:
        placement.payday = first_payday(placement.employer_id, placement.start_date)
        names.append("payday")
        locked.chain.week_one_by = fifth_working_day(placement.start_date, placement.host.calendar)
        locked.chain.save(update_fields=["week_one_by"])
    placement.save(update_fields=[n.removesuffix("_id") for n in names])


def record_correction(
    locked: Locked, fields: list[str], *, by: Actor, at: dt.datetime, reason: str, source: str
) -> None:
    """One fact on the first step (the staff record), then settled; without watched fields only settled. That step's
    version counts up in any case, so that a form opened before is stale."""
    record = locked.pathway.steps[0].key
    if fields:
        fact = Fact(
            placement=locked.placement,
            step=record,
            kind=FactKind.CORRECTED,
            at=at,
            recorded_at=timezone.now(),
            by_id=by.user_id,
            by_name=by.name[:200],
            source=source,
            reason=reason,
            fields=fields,
        )
        fact.save(force_insert=True)
        locked.facts.append(fact)
    settle(locked.placement, locked.chain, locked.pathway, locked.rows, locked.facts, touched=[record])


def set_status(ref: uuid.UUID, status: str, *, by: Actor, at: dt.datetime, reason: str = "", was: str = "") -> bool:
    """Started, deferred, withdrawn or left; deferring and withdrawing say why. False: it stood already. `was` is the
    status that the person had on the page; another one by now is `Stale`."""
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        placement = locked.placement
        require(policies.can_set_status(by, placement))
        if placement.status == status:
            return False
        if was and placement.status != was:
            raise Stale(locked.row(locked.pathway.steps[0].key), None)
        if status in (PlacementStatus.DEFERRED, PlacementStatus.WITHDRAWN) and not reason.strip():
            raise Refused("Say why, in a sentence.")
        before = placement.status
        placement.status, placement.status_reason = status, reason
        placement.save(update_fields=["status", "status_reason"])
        made.note(
            organisation_ids=(placement.employer_id, placement.host_id),
            action="placement.status",
            subject=f"placement:{ref}",
            before={"status": before},
            after={"status": status, "reason": reason},
        )
        if status in (PlacementStatus.DEFERRED, PlacementStatus.WITHDRAWN) and before in OPEN_STATUSES:
            tell_teams(locked, at=at)
        for told in after_status:
            told(placement, before, by.name, at)
        return True


def add_paydays(organisation_id: int, days: list[dt.date], *, by: Actor, at: dt.datetime) -> int:
    """Adds days to a pay calendar and tells the placements whose first payday was unknown or comes sooner now."""
    with change(by=by, at=timezone.now()) as made:
        if by.user_id is not None and not by.has(Role.ONBOARDING_LEAD, organisation_id):
            raise Refused("Only the onboarding lead can change the pay calendar.")
        known = set(Payday.objects.filter(organisation=organisation_id, on__in=days).values_list("on", flat=True))
        new = sorted(set(days) - known)
        if not new:
            return 0
        Payday.objects.bulk_create([Payday(organisation_id=organisation_id, on=day) for day in new])
        for placement in Placement.objects.filter(employer=organisation_id, status__in=["expected", "started"]):
            payday = first_payday(organisation_id, placement.start_date)
            if payday != placement.payday:
                locked = lock(placement.ref)
                locked.placement.payday = payday
                locked.placement.save(update_fields=["payday"])
                settle(locked.placement, locked.chain, locked.pathway, locked.rows, locked.facts)
        made.note(
            organisation_ids=[organisation_id],
            action="organisation.paydays",
            subject=f"organisation:{organisation_id}",
            after={"added": [day.isoformat() for day in new]},
        )
        return len(new)


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
