"""What became of a blocker, from its facts. Asks no database."""

from collections.abc import Sequence

from steps.models import Fact
from steps.models.chain import FactKind

# what ends a blocker: its own `cleared`, or a `done` or `waived` of the step, which closes every blocker
ENDINGS = (FactKind.CLEARED, FactKind.DONE, FactKind.WAIVED)


def standing_facts(facts: Sequence[Fact]) -> list[Fact]:
    """Without what was taken back."""
    taken_back = {f.of_id for f in facts if f.of_id}
    return [f for f in facts if f.pk not in taken_back and f.kind != FactKind.RETRACTED]


def ending(facts: Sequence[Fact], reference: str) -> Fact | None:
    """The fact that ended the blocker, of its step's facts, oldest first; None while it is open."""
    found: Fact | None = None
    for fact in facts:
        if fact.kind == FactKind.BLOCKED and fact.blocker == reference:
            found = None
        elif found is None and fact.kind in ENDINGS and fact.blocker in ("", reference):
            found = fact
    return found


def taken_back(facts: Sequence[Fact], reference: str) -> Fact | None:
    """What took the raising back."""
    raised = {f.pk for f in facts if f.kind == FactKind.BLOCKED and f.blocker == reference}
    return next((f for f in reversed(facts) if f.of_id in raised), None)
