"""What an organisation adds of its own to a step: guidance, and when the team that has it can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.models import Organisation, Placement, Team
from onboarding.wording import clock_words
from onboarding.words import TEAM_ROLES
from steps.models import OwnGuidance, PlacementStep
from steps.pathway import Guidance, Step, applies


@dataclass(frozen=True, slots=True)
class Help:
    """What helps with a step here: the organisation's words, and its links before the pathway's."""

    text: str
    links: tuple[Guidance, ...]


def help_with(placement: Placement, step: Step, row: PlacementStep, given: Mapping[str, Any]) -> Help:
    """Of whoever has the step; with the newcomer's own steps the host helps. `given` are
    the attributes of the placement. One query."""
    shipped = tuple(g for g in step.guidance if applies(g.applies, given))
    own = OwnGuidance.objects.filter(organisation=row.team_org_id or placement.host_id, step=step.key).first()
    if own is None:
        return Help("", shipped)
    links = tuple(Guidance(link["title"], link["url"], ()) for link in own.links)
    return Help(own.text, links if own.replaces else links + shipped)


def own_guidance(organisation_id: int) -> dict[str, OwnGuidance]:
    """Step key -> what the organisation tells about it. One query."""
    return {one.step: one for one in OwnGuidance.objects.filter(organisation=organisation_id)}


def reached(row: PlacementStep) -> str:
    """When the team that has the next move can be reached: "8am to 4pm, Monday to Friday". At most one query."""
    if row.owner_org_id is None or row.owner_function not in TEAM_ROLES:
        return ""
    team = Team.objects.select_related("organisation").filter(
        organisation=row.owner_org_id, function=row.owner_function
    )
    found = team.first()
    return f"{hours_words(found, found.organisation)}, Monday to Friday" if found else ""


def hours_words(team: Team | None, organisation: Organisation) -> str:
    """When a team can be reached on a working day: "9am to 5pm"."""
    opens = team.opens if team and team.opens else organisation.opens
    closes = team.closes if team and team.closes else organisation.closes
    return f"{clock_words(opens)} to {clock_words(closes)}"
