"""The one way a fact comes to be: lock, is it stale, may this be, does it stand already, write, settle, note."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.policies import Decision, Refused
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind
from steps.services.locking import Locked, lock
from steps.services.opening import tell_turn, turns
from steps.services.settling import settle


class Stale(Refused):
    """The step changed since the person looked: who changed it last and when is in `last`."""

    def __init__(self, row: PlacementStep | None = None, last: Fact | None = None) -> None:
        self.row, self.last = row, last
        who = f"{last.by_name} recorded “{last.get_kind_display().lower()}”" if last else "Something changed"
        super().__init__(f"{who} after you opened this page.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Was a fact written (False: it stood already)? The fact, and the rows whose verdict changed with it."""

    written: bool
    row: PlacementStep
    fact: Fact | None = None
    changed: Sequence[PlacementStep] = field(default=())


def require(decision: Decision) -> None:
    if not decision:
        raise Refused(decision.reason)


def record(
    ref: uuid.UUID,
    key: str,
    kind: FactKind,
    *,
    by: Actor,
    at: dt.datetime,
    allowed: Callable[[Locked, PlacementStep], Decision],
    stands: Callable[[PlacementStep], bool],
    seen: int | None = None,
    tick: Iterable[str] = (),
    retracts: int | None = None,
    source: str = "person",
    **detail: Any,
) -> Outcome:
    """Records one fact in one transaction. `allowed` and `stands` are asked with the rows locked."""
    now = timezone.now()
    if at > now:
        raise Refused("That time is in the future.")
    with change(by=by, at=now) as made:
        locked = lock(ref)
        row = locked.row(key)
        decision = allowed(locked, row)
        if decision and stands(row):
            return Outcome(written=False, row=row, fact=locked.last_fact(key))
        if seen is not None and seen != row.version:
            raise Stale(row, locked.last_fact(key))
        require(decision)
        before, turns_before = snapshot(row), turns(locked.rows.values())
        apply_ticks(row, tick, by, at)
        fact = Fact(
            placement=locked.placement, step=key, kind=kind, at=at, recorded_at=now, of_id=retracts,
            by_id=by.user_id, by_name=by.name[:200], source=source, **detail,
        )  # fmt: skip
        fact.save(force_insert=True)
        if kind in (FactKind.DONE, FactKind.ISSUED):
            row.says_works_at = None
        locked.facts.append(fact)
        changed = settle(locked.placement, locked.chain, locked.pathway, locked.rows, locked.facts, touched=[key])
        note(made, locked, kind, row, before, fact)
        tell_turn(locked, turns_before, fact, by=by, at=now)
        return Outcome(written=True, row=row, fact=fact, changed=changed)


def snapshot(row: PlacementStep) -> dict[str, Any]:
    return {"state": row.state, "owner": row.owner_function, "issued": row.issued}


def note(made: Change, locked: Locked, kind: str, row: PlacementStep, before: dict[str, Any], fact: Fact) -> None:
    detail = {
        name: getattr(fact, name)
        for name in ("blocker", "owner", "side", "symptom", "reason", "fields", "full", "of_id")
        if getattr(fact, name) not in ("", None)
    }
    made.note(
        organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
        action=f"step.{kind}",
        subject=f"placement:{locked.placement.ref}",
        before={"step": row.key, **before},
        after={"step": row.key, **snapshot(row), "fact": fact.pk, **detail},
    )


def apply_ticks(row: PlacementStep, ticks: Iterable[str], by: Actor, at: dt.datetime) -> None:
    for key in ticks:
        row.ticks.setdefault(key, {"by": by.name, "at": at.isoformat()})
