"""Everything resolved afresh from the facts and compared with what is kept: `manage.py verify`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from onboarding.working_days import fifth_working_day
from steps.models import Chain, PlacementStep
from steps.selectors.pathways import pathway_for
from steps.services.publishing import facts_by_placement
from steps.services.settling import resolved_columns

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One kept value that the facts do not give: of a step's column, or of the chain (`step` is "")."""

    placement: str
    step: str
    column: str
    kept: Any
    resolved: Any

    def __str__(self) -> str:
        where = f"{self.placement} {self.step}".strip()
        return f"{where}: {self.column} is {self.kept!r}, the facts give {self.resolved!r}"


# what upper rooms keep beside the verdicts; they fill it in their AppConfig
others: list[Callable[[], Iterator[Difference]]] = []


def differences(progress: Callable[[int], None] = lambda n: None) -> Iterator[Difference]:
    """Every difference, a batch of placements in memory at a time; `progress` is told how many were read."""
    last = 0
    while batch := list(
        Chain.objects.filter(pk__gt=last)
        .select_related("pathway", "placement__newcomer", "placement__employer", "placement__host")
        .order_by("pk")[:BATCH]
    ):
        last = batch[-1].pk
        ids = [chain.pk for chain in batch]
        facts = facts_by_placement(ids)
        rows: dict[int, dict[str, PlacementStep]] = {pk: {} for pk in ids}
        for row in PlacementStep.objects.filter(placement__in=ids):
            rows[row.placement_id][row.key] = row
        for chain in batch:
            yield from differences_of(chain, rows[chain.pk], facts[chain.pk])
        progress(len(batch))
    for compare in others:
        yield from compare()


def differences_of(chain: Chain, rows: dict[str, PlacementStep], facts: list[Any]) -> Iterator[Difference]:
    ref = str(chain.placement.ref)
    by = fifth_working_day(chain.placement.start_date, chain.placement.host.calendar)
    if by != chain.week_one_by:
        yield Difference(ref, "", "week_one_by", chain.week_one_by, by)
    fresh = resolved_columns(chain.placement, chain, pathway_for(chain.placement), facts)
    for key in dict.fromkeys([*rows, *fresh]):
        if key not in fresh or key not in rows:
            yield Difference(
                ref, key, "row", "there" if key in rows else "missing", "none" if key in rows else "a row"
            )
            continue
        for column, value in fresh[key].items():
            if getattr(rows[key], column) != value:
                yield Difference(ref, key, column, getattr(rows[key], column), value)
