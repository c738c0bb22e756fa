"""Who may read what was said about a blocker. Who may clear it or hand it over is `steps.policies`'."""

from collections.abc import Iterable

from onboarding.actors import Actor
from steps import policies
from steps.explaining import may_read_blocker, may_read_reason
from steps.models import Fact, PlacementStep
from steps.pathway import Step


def can_read_blocker(actor: Actor, row: PlacementStep, step: Step, facts: Iterable[Fact]) -> bool:
    """The newcomer, and those who may read what was typed: whoever has it or had it, the step's team, the HR and the
    lead of the employer or of that team. Not everybody in the chain: what a newcomer tells HR may hold a birth date,
    and the library must not read it.

    `facts` are the blocker's own.
    """
    if policies.is_newcomer(actor, row.placement):
        return True
    if any(may_read_reason(actor, row, fact, step) for fact in facts):
        return True
    return any(may_read_blocker(actor, row, b, step) for b in row.reasons["blockers"] if b["id"] in ids(facts))


def ids(facts: Iterable[Fact]) -> set[str]:
    return {fact.blocker for fact in facts}
