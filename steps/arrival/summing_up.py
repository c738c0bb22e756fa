"""What an import would do, or did, as the page shows it: counts, and the first rows of each kind.

Of what is held already only those fields are told that the actor may see.
"""

import datetime as dt
from collections import Counter
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import IDENTITY_FIELDS, visible_fields
from onboarding.roster import Fault, Roster, RosterRow
from onboarding.roster.columns import match_headings
from onboarding.wording import date_words, day_words
from onboarding.words import MailSystem, PlacementStatus
from steps.arrival.known import KnownPlacement
from steps.arrival.planning import NewRow, Plan

SHOWN = 100
LONGEST = 80  # letters of a cell that is quoted
FIELDS = {
    "given_name": "Given name",
    "family_name": "Family name",
    "date_of_birth": "Date of birth",
    "start_date": "Start date",
    "role": "Role",
    "employer_ods": "Employer (ODS code)",
    "host_ods": "Host (ODS code)",
    "department": "Department",
    "employment": "Employment",
    "assignment_number": "Assignment number",
    "gmc_number": "GMC number",
    "personal_email": "Personal email",
    "work_email": "Work email",
    "mail_system": "Mail system",
    "needs_smartcard": "Needs a smartcard",
    "uses_library": "Uses the library",
    "manager_email": "Manager’s email",
    "pathway": "Pathway",
    "status": "Status",
}
WORDS = {str(one.value): str(one.label) for one in (*MailSystem, *PlacementStatus)}
COUNTS = ("rows", "new", "changed", "same", "refused")


def counts(plan: Plan) -> dict[str, int]:
    found = (plan.roster.total_rows, len(plan.new), len(plan.changed), len(plan.unchanged))
    return dict(zip(COUNTS, (*found, len(plan.roster.refused_rows)), strict=True))


def summary(plan: Plan, actor: Actor) -> dict[str, Any]:
    """JSON of the preview, for `RosterUpload.result`."""
    roster = plan.roster
    read = Reader(roster, plan.organisation.heading_map)
    return {
        **counts(plan),
        "readable": roster.readable,
        "good": len(roster.rows) if roster.readable else 0,
        "faults": [read.words(fault) for fault in roster.faults[:SHOWN]],
        "fault_count": len(roster.faults),
        "warnings": [clean(str(warning)) for warning in roster.warnings[:SHOWN]],
        "warning_count": len(roster.warnings),
        "change_count": len(changes_of(plan)),
        # as they are, so that the organisation's map finds them again; one that cannot be shown is not asked about
        "heading": [h for h in map(str.strip, roster.heading) if h.isprintable()] if not roster.readable else [],
        "arrivals": [arrival_words(new) for new in plan.new[:SHOWN]],
        "changes": [change_words(*change, actor) for change in changes_of(plan)[:SHOWN]],
    }


def outcome(plan: Plan, *, shown: dict[str, Any]) -> dict[str, Any]:
    """JSON of the result: counts alone, whose HR has how many records to check, and what had been shown before."""
    now = counts(plan)
    before = {name: shown.get(name) for name in COUNTS}
    records = Counter(new.employer.name for new in plan.new)
    return {**now, "records": records.most_common(), "shown": before if before != now else None}


class Reader:
    """Faults with the cell that was read."""

    def __init__(self, roster: Roster, headings: dict[str, str]) -> None:
        self.cells = roster.cells
        self.positions = match_headings(roster.heading, headings)[0] if roster.readable else {}

    def words(self, fault: Fault) -> dict[str, Any]:
        return {
            "row": fault.row,
            "column": clean(fault.column or ""),
            "read": clean(self.cell(fault)),
            "problem": clean(fault.problem),
        }

    def cell(self, fault: Fault) -> str:
        position, cells = self.positions.get(fault.column or ""), self.cells.get(fault.row or 0, [])
        text = cells[position] if position is not None and position < len(cells) else ""
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def clean(text: str) -> str:
    """Text that the database takes (no NUL) and that turns nothing round on a page."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def name_of(row: RosterRow) -> str:
    return f"{row.given_name} {row.family_name}".strip()


def arrival_words(new: NewRow) -> dict[str, Any]:
    row = new.row
    where = new.host.name if new.host.pk == new.employer.pk else f"{new.host.name}, employed by {new.employer.name}"
    said = {"row": row.row, "name": name_of(row), "start": start_words(row.start_date), "role": row.role}
    return said | {"where": where, "further": new.newcomer_id is not None}


Changes = tuple[RosterRow, KnownPlacement, dict[str, tuple[Any, Any]]]


def changes_of(plan: Plan) -> list[Changes]:
    """Each placement that changes, and each person who changes as a further placement of theirs arrives."""
    placements = [(changed.row, changed.placement, changed.changes) for changed in plan.changed]
    return placements + [(new.row, new.known, new.changes) for new in plan.new if new.changes and new.known]


def change_words(
    row: RosterRow, held: KnownPlacement, changes: dict[str, tuple[Any, Any]], actor: Actor
) -> dict[str, Any]:
    placement = Placement(newcomer_id=held.newcomer_id, employer_id=held.employer_id, host_id=held.host_id)
    seen = visible_fields(actor, placement)
    fields = []
    for name, (before, after) in changes.items():
        hidden = name in IDENTITY_FIELDS and name not in seen
        say = start_words if name == "start_date" else words
        said = {"before": None, "after": None} if hidden else {"before": say(before), "after": say(after)}
        fields.append({"field": FIELDS.get(name, name), **said})
    return {"row": row.row, "name": name_of(row), "fields": fields}


def start_words(day: dt.date) -> str:
    """A start, which may be years away: weekday and year."""
    return f"{day_words(day)} {day.year}"


def words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return date_words(value)
    return WORDS.get(str(value), str(value)) or "nothing"
