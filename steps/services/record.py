"""The record check: what a source says is written down, HR confirms or takes what a source says, or asks for a paper.

A statement never changes the record. The record changes by `steps.services.placements.correct_details` alone.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.policies import Decision, Refused, no
from onboarding.wording import local_day
from onboarding.words import Function
from steps import policies
from steps.models import PlacementStep, RecordCheck, RecordStatement, Source
from steps.models.chain import FactKind, State
from steps.selectors.record import EXPLAINED_OF, STATED, Sides, own, record_key, sides_of
from steps.services.locking import Locked, checks_missing, lock
from steps.services.placements import CORRECTION, PASSPORT_CHECK, correct_details
from steps.services.recording import Outcome, record, require
from steps.services.settling import write_rows
from steps.services.verbs import block, with_checks, with_reason

ASKED = "documents_disagree"  # the symptom under which a newcomer is asked for a document
# a check of the owner's -> the source that proves it, and the field that it must state
PROVED = {
    "name_matches": (Source.PASSPORT, "name"),
    "birth_date_matches": (Source.PASSPORT, "date_of_birth"),
    "start_date_matches": (Source.CONTRACT, "start_date"),
    "role_matches": (Source.CONTRACT, "role"),
    "gmc_number_matches": (Source.GMC, "gmc_number"),
}


def state(
    ref: uuid.UUID, *, source: str, said: Mapping[str, Any], by: Actor, at: dt.datetime
) -> RecordStatement | None:
    """HR writes down what a document says. None: it says what it said before."""
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        require(policies.can_check_record(by, locked.placement))
        return write(made, locked, source, said, by=by, at=at)


def write(
    made: Change, locked: Locked, source: str, said: Mapping[str, Any], *, by: Actor, at: dt.datetime
) -> RecordStatement | None:
    """One statement, and the record's step a version on, so that whoever has the table open sees it first."""
    values = {name: value for name, value in said.items() if name in STATED and value}
    last = RecordStatement.objects.filter(placement=locked.placement, source=source).order_by("-pk").first()
    if last and all((getattr(last, name) or None) == values.get(name) for name in STATED):
        return None
    one = RecordStatement.objects.create(
        placement=locked.placement, source=source, at=at, by_id=by.user_id, by_name=by.name[:200], **values
    )
    row = locked.row(record_key(locked.pathway))
    row.version += 1
    write_rows([row])
    made.note(
        organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
        action="record.stated",
        subject=f"placement:{locked.placement.ref}",
        after={"step": row.key, "source": source, "stated": sorted(values)},
    )
    return one


def newcomer_states(ref: uuid.UUID, *, said: Mapping[str, Any], by: Actor, at: dt.datetime) -> bool:
    """The newcomer says what the passport says; True where it is exactly what the record says. A record that was
    confirmed already asks its team for a look; one that was not is in its queue anyway."""
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        row = locked.row(record_key(locked.pathway))
        require(policies.can_say_passport(by, row))
        written = write(made, locked, Source.NEWCOMER, said, by=by, at=at)
        exact = all((said.get(n) or None) == (own(locked.placement, n) or None) for n in PASSPORT_FIELDS)
        confirm_passport(locked, row, exact=exact, by=by, at=at)
        if not exact and written and row.state in (State.DONE, State.RECHECK):
            question(ref, row, by=by, at=at)
        return exact


PASSPORT_FIELDS = ("given_name", "family_name", "date_of_birth")


def confirm_passport(locked: Locked, row: PlacementStep, *, exact: bool, by: Actor, at: dt.datetime) -> None:
    """The newcomer's own check: ticked by a yes, taken off by a no."""
    known = PASSPORT_CHECK in {c.key for c in locked.definition(row.key).checks}
    if not known or exact == (PASSPORT_CHECK in row.ticks):
        return
    if exact:
        row.ticks[PASSPORT_CHECK] = {"by": by.name, "at": at.isoformat()}
    else:
        del row.ticks[PASSPORT_CHECK]
    row.version += 1
    write_rows([row])


def question(ref: uuid.UUID, row: PlacementStep, *, by: Actor, at: dt.datetime) -> Outcome:
    return record(
        ref, row.key, FactKind.QUESTIONED, by=by, at=at,
        allowed=lambda locked, row: policies.can_say_passport(by, row),
        stands=lambda row: row.key in row.reasons["recheck_because"],
    )  # fmt: skip


def proved(sides: Sides) -> list[str]:
    """The checks that the documents answer: nobody ticks them by hand."""
    held_up = {d.field for d in sides.compared.in_the_way}
    found = []
    for check, (source, field) in PROVED.items():
        stated = sides.statements.get(source)
        if stated and field not in held_up and (field == "name" or getattr(stated, field)):
            found.append(check)
    return found


def confirm(
    ref: uuid.UUID,
    *,
    by: Actor,
    at: dt.datetime,
    seen: int | None = None,
    tick: Sequence[str] = (),
    explained: str = "",
) -> Outcome:
    """The record is right: its step is done, with the statements as the evidence of it."""
    with change(by=by, at=timezone.now()):
        locked = lock(ref)
        key = record_key(locked.pathway)
        require(policies.can_check_record(by, locked.placement))
        sides = sides_of(locked.placement, key=key, today=local_day(at))
        known = {c.key for c in locked.definition(key).checks if c.by == "owner"}
        ticks = [c for c in (*tick, *proved(sides)) if c in known]

        def allowed(again: Locked, row: PlacementStep) -> Decision:
            missing = checks_missing(again, row, ticks, "owner")
            decision = with_checks(policies.can_finish(by, row, again.definition(key)), missing)
            why_not = sides.why_not(explained)
            return no(why_not) if decision and why_not else decision

        outcome = record(
            ref, key, FactKind.DONE, by=by, at=at, seen=seen, tick=ticks, allowed=allowed,
            stands=lambda row: row.state == State.DONE and sides.is_confirmed,
        )  # fmt: skip
        if outcome.written and outcome.fact:
            check = RecordCheck.objects.create(
                fact=outcome.fact,
                placement=locked.placement,
                record={name: own(locked.placement, name) for name in EXPLAINED_OF},
                explained=explained.strip()
                or (sides.check.explained if sides.check and not sides.unexplained else ""),
            )
            check.statements.set([s.pk for s in sides.statements.values()])
        return outcome


def to_take(locked_or_placement: Any, statement: RecordStatement) -> dict[str, Any]:
    """What of the record would change if it took what a source says: {field: value}. A name that the source does not
    divide is for a person to divide."""
    divided = bool(statement.given_name or statement.family_name)
    stated = {name: getattr(statement, name) for name in CORRECTION if name in STATED}
    names = ("given_name", "family_name") if divided else ()
    wanted = {n: v for n, v in stated.items() if n in names or (v and n not in ("given_name", "family_name"))}
    return {n: v for n, v in wanted.items() if own(locked_or_placement, n) != v}


def take(
    ref: uuid.UUID, *, source: str, by: Actor, at: dt.datetime, reason: str, seen: int | None = None
) -> dict[str, Any]:
    """The record takes what a source says, by the correction that there is: finished steps below ask for a look."""
    with change(by=by, at=timezone.now()):
        locked = lock(ref)
        require(with_reason(policies.can_check_record(by, locked.placement), reason))
        one = RecordStatement.objects.filter(placement=locked.placement, source=source).order_by("-pk").first()
        if one is None:
            raise Refused("Write down first what it says.")
        return correct_details(ref, changes=to_take(locked.placement, one), by=by, at=at, reason=reason, seen=seen)


def ask_for_document(ref: uuid.UUID, *, by: Actor, at: dt.datetime, reason: str, seen: int | None = None) -> Outcome:
    """The newcomer is asked for a paper: a blocker that is theirs, with its conversation."""
    with change(by=by, at=timezone.now()):
        locked = lock(ref)
        require(policies.can_check_record(by, locked.placement))
        key = record_key(locked.pathway)
        known = next((s for s in locked.definition(key).symptoms if s.key == ASKED), None)
        return block(
            ref, key, by=by, at=at, reason=reason, symptom=known.key if known else "", owner=Function.NEWCOMER,
            independent=True, seen=seen,
        )  # fmt: skip
