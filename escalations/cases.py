"""From settled rows to what routing works on, and the names that its sentences use. Asks no database."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from escalations.routing import Case, Held, Names, Owner, Standing
from onboarding.models import Placement
from onboarding.policies import is_lead_employed
from onboarding.words import Function
from steps.models import PlacementStep
from steps.pathway import Pathway, Symptom
from steps.words import function_words, team_words


def case_of(placement: Placement, rows: Iterable[PlacementStep], pathway: Pathway, *, today: dt.date) -> Case:
    """Routing's view of a placement. `rows` are all of its steps; `host` is at hand."""
    standings = {row.key: standing_of(row) for row in rows}
    return Case(pathway, standings, today, placement.host.calendar)


def standing_of(row: PlacementStep) -> Standing:
    reasons = row.reasons
    return Standing(
        state=row.state,
        owner=(row.owner_function, row.owner_side or None),
        since=row.since,
        waiting_on=tuple(reasons["waiting_on"]),
        because=tuple(cause["step"] for cause in reasons["because"]),
        issued=row.issued,
        due_from=row.due_from,
        blockers=tuple(held_of(blocker) for blocker in reasons["blockers"]),
    )


def held_of(blocker: dict[str, Any]) -> Held:
    since = dt.datetime.fromisoformat(blocker["since"])
    return Held(blocker["id"], owner_in(blocker), since, blocker["symptom"])


def owner_in(blocker: dict[str, Any]) -> Owner:
    return blocker["owner"]["function"], blocker["owner"]["side"]


def names_for(placement: Placement) -> Names:
    """Teams as the newcomer of this placement reads them: always with their organisation."""

    def team(function: str, side: str | None) -> str:
        if function == Function.NEWCOMER:
            return "you"
        if function == Function.MANAGER:
            return "your manager"
        return team_words(function, organisation_name(placement, side))

    return Names(team, function_words, placement.employer.name, placement.host.name)


def organisation_name(placement: Placement, side: str | None) -> str:
    return placement.employer.name if side == "employer" else placement.host.name


def staff_names(placement: Placement) -> Names:
    """The same as staff read them: the newcomer by name, the organisation only where there are two."""

    def team(function: str, side: str | None) -> str:
        if function == Function.NEWCOMER:
            return placement.newcomer.name
        if function == Function.MANAGER:
            return "the manager"
        name = organisation_name(placement, side) if is_lead_employed(placement) else ""
        return team_words(function, name)

    return Names(team, function_words, placement.employer.name, placement.host.name)


def symptom_in(pathway: Pathway, key: str) -> Symptom | None:
    """The symptom of that key, wherever it stands in the pathway."""
    return next((s for step in pathway.steps for s in step.symptoms if s.key == key), None) if key else None
