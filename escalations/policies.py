"""Who may read what was said about a blocker. Who may clear it or hand it over is `steps.policies`'."""

from collections.abc import Iterable

from onboarding.actors import Actor
from onboarding.models import Placement
from steps import policies
from steps.models import Fact, PlacementStep


def can_read_blocker(actor: Actor, row: PlacementStep, facts: Iterable[Fact]) -> bool:
    """The newcomer, the step's team, everybody who has or had it, and the onboarding lead.

    Not everybody in the chain: what a newcomer types to HR may hold a birth date, and the library must not read it.
    `facts` are the blocker's own. A blocker without an owner was its step's.
    """
    placement = row.placement
    if policies.is_newcomer(actor, placement) or policies.is_lead(actor, placement):
        return True
    if policies.is_step_team(actor, row):
        return True
    return any(has_function(actor, placement, fact) for fact in facts if fact.owner) or any(
        policies.holds_blocker(actor, row, blocker) for blocker in row.reasons["blockers"]
    )


def has_function(actor: Actor, placement: Placement, fact: Fact) -> bool:
    org = placement.employer_id if fact.side == "employer" else placement.host_id
    return policies.is_in_team(actor, placement, fact.owner, org)
