"""What an import would do, or did, as the page shows it: counts, and the first rows of each kind.

Of what is held already only those fields are told that the actor may see.
"""

import datetime as dt
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import IDENTITY_FIELDS, visible_fields
from onboarding.roster import Fault, Roster, RosterRow
from onboarding.wording import date_words
from steps.arrival.planning import ChangedRow, NewRow
from steps.arrival.storing import Arrived

SHOWN = 100
FIELDS = {
    "given_name": "Given name",
    "family_name": "Family name",
    "date_of_birth": "Date of birth",
    "start_date": "Start date",
    "role": "Role",
    "department": "Department",
    "employment": "Employment",
    "assignment_number": "Assignment number",
    "gmc_number": "GMC number",
    "personal_email": "Personal email",
    "work_email": "Work email",
    "mail_system": "Mail system",
    "needs_smartcard": "Needs a smartcard",
    "uses_library": "Uses the library",
    "manager_email": "Manager's email",
    "pathway": "Pathway",
    "status": "Status",
}


def summary(arrived: Arrived, actor: Actor) -> dict[str, Any]:
    """JSON for `RosterUpload.result`."""
    plan, roster = arrived.plan, arrived.plan.roster
    return {
        "written": arrived.written,
        "readable": roster.readable,
        "rows": roster.total_rows,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": len(plan.unchanged),
        "refused": len(roster.refused_rows),
        "good": len(roster.rows) if roster.readable else 0,
        "faults": [fault_words(f, roster) for f in roster.faults[:SHOWN]],
        "more_faults": max(0, len(roster.faults) - SHOWN),
        "warnings": [str(w) for w in roster.warnings[:SHOWN]],
        "headings": unknown_headings(roster),
        "arrivals": [arrival_words(n) for n in plan.new[:SHOWN]],
        "changes": [change_words(c, actor) for c in plan.changed[:SHOWN]],
    }


def fault_words(fault: Fault, roster: Roster) -> dict[str, Any]:
    return {
        "row": fault.row,
        "column": fault.column or "",
        "problem": fault.problem,
    }


def unknown_headings(roster: Roster) -> list[str]:
    """Headings that nobody knows, when they are why the file cannot be read."""
    if roster.readable:
        return []
    return [f.column for f in roster.faults if f.row == 1 and f.column and f.problem.endswith("unknown heading.")]


def name_of(row: RosterRow) -> str:
    return f"{row.given_name} {row.family_name}".strip()


def arrival_words(new: NewRow) -> dict[str, Any]:
    row = new.row
    where = new.host.name if new.host.pk == new.employer.pk else f"{new.host.name}, employed by {new.employer.name}"
    said = {
        "row": row.row,
        "name": name_of(row),
        "start": date_words(row.start_date),
        "role": row.role,
        "where": where,
    }
    return said | {"known": new.newcomer_id is not None}


def change_words(changed: ChangedRow, actor: Actor) -> dict[str, Any]:
    held = changed.placement
    placement = Placement(newcomer_id=held.newcomer_id, employer_id=held.employer_id, host_id=held.host_id)
    seen = visible_fields(actor, placement)
    fields = [
        {
            "field": FIELDS.get(name, name),
            "before": value_words(before) if name not in IDENTITY_FIELDS or name in seen else None,
            "after": value_words(after) if name not in IDENTITY_FIELDS or name in seen else None,
        }
        for name, (before, after) in changed.changes.items()
    ]
    return {"row": changed.row.row, "name": name_of(changed.row), "fields": fields}


def value_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return date_words(value)
    return str(value) or "nothing"
