"""What would change if something were recorded: resolved on paper, written nowhere. No queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from onboarding.models import Placement
from steps.models import Fact, PlacementStep
from steps.models.chain import State
from steps.selectors.pathways import pathway_for
from steps.services.settling import resolved_columns


def would_change(
    placement: Placement,
    rows: Mapping[str, PlacementStep],
    facts: Sequence[Fact],
    *,
    step: str,
    kind: str,
    at: dt.datetime,
    **detail: Any,
) -> dict[str, dict[str, Any]]:
    """Key -> the columns of each step whose state or next owner would differ after such a fact on `step`."""
    supposed = Fact(placement=placement, step=step, kind=kind, at=at, recorded_at=at, **detail)
    chain = placement.chain
    fresh = resolved_columns(placement, chain, pathway_for(placement), [*facts, supposed])
    compared = ("state", "owner_function", "owner_org_id", "parked")
    return {
        key: columns
        for key, columns in fresh.items()
        if key in rows and any(getattr(rows[key], name) != columns[name] for name in compared)
    }


def would_recheck(
    placement: Placement, rows: Mapping[str, PlacementStep], facts: Sequence[Fact], *, at: dt.datetime
) -> dict[str, list[str]]:
    """Field -> the finished steps that a correction of it on the staff record would send to be checked again."""
    record = pathway_for(placement).steps[0].key
    found = {}
    for field in ("name", "date_of_birth", "start_date", "role", "number", "email"):
        changed = would_change(placement, rows, facts, step=record, kind="corrected", at=at, fields=[field])
        found[field] = [key for key, columns in changed.items() if columns["state"] == State.RECHECK]
    return {field: keys for field, keys in found.items() if keys}
