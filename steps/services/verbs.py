"""What happens to a step, one function a thing: each records one fact and settles the verdicts with it.

All take the placement's `ref`, the step's key, `by=` the actor and `at=` the time, and answer an `Outcome`. They
lock the placement's rows, ask the policy again with the rows locked, refuse with words, and write nothing when
what they would record already stands. `seen` is the version of the step that the person had on the page.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.policies import YES, Decision, no
from onboarding.wording import local_day
from onboarding.words import Function
from steps import policies
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind, State
from steps.selectors.record import record_key, sides_of
from steps.services.locking import Locked, NotThere, applicable_checks, checks_missing, lock
from steps.services.recording import Outcome, record, require
from steps.services.settling import write_rows


def issue(
    ref: uuid.UUID, key: str, *, by: Actor, at: dt.datetime, seen: int | None = None, tick: Sequence[str] = ()
) -> Outcome:
    """The owner has done its part; the newcomer is asked whether it works."""

    def allowed(locked: Locked, row: PlacementStep) -> Decision:
        decision = policies.can_issue(by, row, locked.definition(key))
        return with_checks(decision, checks_missing(locked, row, tick, "owner"))

    return record(
        ref, key, FactKind.ISSUED, by=by, at=at, seen=seen, tick=tick, allowed=allowed,
        stands=lambda row: row.issued or (row.state == State.DONE),
    )  # fmt: skip


def finish(
    ref: uuid.UUID,
    key: str,
    *,
    by: Actor,
    at: dt.datetime,
    seen: int | None = None,
    tick: Sequence[str] = (),
    full: bool | None = None,
) -> Outcome:
    """The step is done and works: said by its owner, or by the newcomer where the step says so."""

    def allowed(locked: Locked, row: PlacementStep) -> Decision:
        step = locked.definition(key)
        who = "newcomer" if policies.is_newcomer(by, row.placement) else "owner"
        missing = checks_missing(locked, row, tick, who)
        if who == "owner" and step.confirmed_by != Function.NEWCOMER:
            missing += checks_missing(locked, row, tick, "newcomer")
        decision = with_checks(policies.can_finish(by, row, step), missing)
        return unless_it_differs(locked, row, at) if decision else decision

    return record(
        ref, key, FactKind.DONE, by=by, at=at, seen=seen, tick=tick, allowed=allowed, full=full,
        stands=lambda row: row.state == State.DONE and not row.upgrade and (full is None or full == (not row.limited)),
    )  # fmt: skip


def reopen(ref: uuid.UUID, key: str, *, by: Actor, at: dt.datetime, reason: str, seen: int | None = None) -> Outcome:
    """It was done, or issued, or waived, and it is not any more."""

    def allowed(locked: Locked, row: PlacementStep) -> Decision:
        return with_reason(policies.can_reopen(by, row), reason)

    return record(
        ref, key, FactKind.REOPENED, by=by, at=at, seen=seen, allowed=allowed, reason=reason,
        stands=lambda row: False,
    )  # fmt: skip


def correct(
    ref: uuid.UUID,
    key: str,
    *,
    by: Actor,
    at: dt.datetime,
    fields: Sequence[str] | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Outcome:
    """Still done, but what it says has changed: finished steps below that watch these fields need a look."""
    return record(
        ref, key, FactKind.CORRECTED, by=by, at=at, seen=seen, reason=reason,
        fields=list(fields) if fields is not None else None,
        allowed=lambda locked, row: policies.can_correct(by, row), stands=lambda row: False,
    )  # fmt: skip


def block(
    ref: uuid.UUID,
    key: str,
    *,
    by: Actor,
    at: dt.datetime,
    reason: str,
    symptom: str = "",
    owner: str = "",
    side: str = "",
    independent: bool = False,
    blocker: str = "",
    seen: int | None = None,
) -> Outcome:
    """The step cannot go on. `owner` and `side` as a symptom of the pathway gives them; blank: the step's own.

    The same symptom raised again while it is open, or the same words by the same hand, writes nothing.
    """

    def stands(row: PlacementStep) -> bool:
        return any(
            b["reason"] == reason and (not owner or b["owner"]["function"] == owner) for b in row.reasons["blockers"]
        )

    return record(
        ref, key, FactKind.BLOCKED, by=by, at=at, seen=seen, symptom=symptom, reason=reason, owner=owner,
        side=side, independent=independent, blocker=blocker or new_reference(), stands=stands,
        allowed=lambda locked, row: with_reason(policies.can_block(by, row), reason),
    )  # fmt: skip


def clear(
    ref: uuid.UUID,
    key: str,
    *,
    blocker: str,
    by: Actor,
    at: dt.datetime,
    reason: str,
    seen: int | None = None,
    owner_agrees: bool = False,
) -> Outcome:
    """One blocker is gone; `reason` is what was done. One that is not open any more writes nothing. `owner_agrees`:
    its owner has said that it is fixed, so that the newcomer's word clears it."""

    def allowed(locked: Locked, row: PlacementStep) -> Decision:
        found = open_blocker(row, blocker)
        if not found:
            return Decision(was_open(locked, key, blocker), "There is no such blocker.")
        return with_reason(policies.can_clear(by, row, found, owner_agrees=owner_agrees), reason)

    return record(
        ref, key, FactKind.CLEARED, by=by, at=at, seen=seen, blocker=blocker, reason=reason, allowed=allowed,
        stands=lambda row: open_blocker(row, blocker) is None,
    )  # fmt: skip


def hand_over(
    ref: uuid.UUID,
    key: str,
    *,
    blocker: str,
    owner: str,
    side: str = "",
    by: Actor,
    at: dt.datetime,
    reason: str,
    seen: int | None = None,
) -> Outcome:
    """A blocker goes to another owner, one at a time. `side` blank: as the resolver's rule gives it."""

    def allowed(locked: Locked, row: PlacementStep) -> Decision:
        found = open_blocker(row, blocker)
        if not found:
            return Decision(False, "This is cleared already, so it cannot be handed over.")
        return with_reason(policies.can_hand_over(by, row, found), reason)

    def stands(row: PlacementStep) -> bool:
        found = open_blocker(row, blocker)
        held = (found or {}).get("owner", {})
        return bool(found) and held["function"] == owner and (not side or held["side"] == side)

    return record(
        ref, key, FactKind.HANDED_OVER, by=by, at=at, seen=seen, blocker=blocker, owner=owner, side=side,
        reason=reason, allowed=allowed, stands=stands,
    )  # fmt: skip


def waive(ref: uuid.UUID, key: str, *, by: Actor, at: dt.datetime, reason: str, seen: int | None = None) -> Outcome:
    """This newcomer does not need the step. Never the staff record or the identity check."""
    return record(
        ref, key, FactKind.WAIVED, by=by, at=at, seen=seen, reason=reason,
        allowed=lambda locked, row: with_reason(policies.can_waive(by, row), reason),
        stands=lambda row: row.state == State.NOT_APPLICABLE,
    )  # fmt: skip


def retract(ref: uuid.UUID, fact_id: int, *, by: Actor, at: dt.datetime, reason: str = "") -> Outcome:
    """Undo: a fact that was a mistake drops out, and all is settled as if it had never been."""
    fact = Fact.objects.filter(pk=fact_id, placement__ref=ref).exclude(kind=FactKind.RETRACTED).first()
    if fact is None:
        raise NotThere(str(fact_id))
    return record(
        ref, fact.step, FactKind.RETRACTED, by=by, at=at, retracts=fact.pk, reason=reason,
        allowed=lambda locked, row: policies.can_retract(by, row, fact.by_id),
        stands=lambda row: Fact.objects.filter(of=fact).exists(),
    )  # fmt: skip


def say_works(ref: uuid.UUID, key: str, *, by: Actor, at: dt.datetime) -> Outcome:
    """The newcomer says that a step works before its owner did: its owner is asked to confirm. No fact."""
    with change(by=by, at=at) as made:
        locked = lock(ref)
        row = locked.row(key)
        require(policies.can_say_works(by, row))
        if row.says_works_at:
            return Outcome(written=False, row=row)
        row.says_works_at = at
        row.version += 1
        write_rows([row])
        made.note(
            organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
            action="step.says_works",
            subject=f"placement:{ref}",
            after={"step": key},
        )
        return Outcome(written=True, row=row, changed=[row])


def tick(ref: uuid.UUID, key: str, *, checks: Sequence[str], by: Actor, at: dt.datetime, who: str) -> Outcome:
    """Sets the checks that `who` ("owner" or "newcomer") has ticked on a step to exactly these."""
    with change(by=by, at=at) as made:
        locked = lock(ref)
        row = locked.row(key)
        require(policies.can_tick(by, row, who))
        theirs = [c.key for c in applicable_checks(locked.definition(key), locked.placement) if c.by == who]
        kept = {k: v for k, v in row.ticks.items() if k not in theirs or k in checks}
        new = {k: {"by": by.name, "at": at.isoformat()} for k in theirs if k in checks and k not in kept}
        before, after = sorted(row.ticks), sorted({**kept, **new})
        if before == after:
            return Outcome(written=False, row=row)
        row.ticks = {**kept, **new}
        row.version += 1
        write_rows([row])
        made.note(
            organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
            action="step.ticked",
            subject=f"placement:{ref}",
            before={"step": key, "ticks": before},
            after={"step": key, "ticks": after},
        )
        return Outcome(written=True, row=row, changed=[row])


def unless_it_differs(locked: Locked, row: PlacementStep, at: dt.datetime) -> Decision:
    """The staff record is not finished past a document that says otherwise. No query for any other step."""
    if row.key != record_key(locked.pathway):
        return YES
    why_not = sides_of(locked.placement, key=row.key, today=local_day(at)).why_not()
    return no(why_not) if why_not else YES


def with_checks(decision: Decision, missing: list[str]) -> Decision:
    if decision and missing:
        return Decision(False, "Tick first: " + "; ".join(missing) + ".")
    return decision


def with_reason(decision: Decision, reason: str) -> Decision:
    if decision and not reason.strip():
        return Decision(False, "Say why, in a sentence.")
    return decision


def open_blocker(row: PlacementStep, blocker: str) -> dict[str, Any] | None:
    return next((b for b in row.reasons["blockers"] if b["id"] == blocker), None)


def was_open(locked: Locked, key: str, blocker: str) -> bool:
    return any(f.step == key and f.kind == FactKind.BLOCKED and f.blocker == blocker for f in locked.facts)


ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that sounds or looks like another


def new_reference() -> str:
    """A blocker's reference: unguessable, and can be said over the phone. 30^8, about 39 bits."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"
