"""A system's list planned against the newcomers: read, joined, sorted, and what is asked for already set apart.

Nothing is written. Confirming (`steps.services.taking`) plans afresh and takes what is still as it was shown.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation
from onboarding.policies import YES, Decision, Refused, no
from onboarding.words import Function, Role
from steps.models import PathwayVersion, PlacementStep, SystemHeadings
from steps.models.chain import State
from steps.pathway import Pathway
from steps.reconciling.columns import FIELDS, LEFT_OUT, as_map
from steps.reconciling.expected import Person, expected
from steps.reconciling.extract import Extract, read_extract
from steps.reconciling.owners import Ask, asks
from steps.reconciling.sorting import DIFFERING, TWICE, Item, Sorted, sort
from steps.reconciling.systems import SYSTEMS, System
from steps.selectors.pathways import pathway_of

CHUNK = 500
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Plan:
    """A list that was read, and where it puts everybody. `asked` are those of whom an owner is asked already."""

    system: System
    extract: Extract
    sorted: Sorted = field(default_factory=Sorted)
    pathways: dict[int, Pathway] = field(default_factory=dict)
    asked: list[Item] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)  # the organisations of these people, by name

    @property
    def refused(self) -> bool:
        return bool(self.extract.faults)

    def asks(self, item: Item) -> list[Ask]:
        """The blockers that confirming this one would raise."""
        return asks(item, self.sorted.differs(item), self.system, self.pathways[item.person.pathway])


def can_reconcile(by: Actor, system: System, organisation_id: int) -> Decision:
    """Its own team brings a system's list in, and the onboarding lead all of them."""
    if by.has(system.function, organisation_id) or by.has(Role.ONBOARDING_LEAD, organisation_id):
        return YES
    return no(f"Only {Function(system.function).label} and the onboarding lead can bring in {system.name}.")


def require_reconcile(by: Actor, system: System, organisation: Organisation) -> None:
    decision = can_reconcile(by, system, organisation.pk)
    if not decision:
        raise Refused(decision.reason)


def systems_for(by: Actor) -> list[tuple[int, str, list[System]]]:
    """(organisation, its name, the systems whose lists the actor may bring in there), by name."""
    places = {grant.place.id: grant.place.name for grant in by.grants}
    found = [
        (pk, name, [one for one in SYSTEMS.values() if can_reconcile(by, one, pk)]) for pk, name in places.items()
    ]
    return sorted((one for one in found if one[2]), key=lambda one: one[1])


def remembered(organisation_id: int, system: str) -> dict[str, str]:
    """What this organisation calls the columns of that list; nothing before it was told once."""
    held = SystemHeadings.objects.filter(organisation=organisation_id, system=system).first()
    return dict(held.columns) if held else {}


def make_plan(
    source: BinaryIO | bytes,
    *,
    system: System,
    organisation: Organisation,
    by: Actor,
    dates: str = "ISO",
    headings: Mapping[str, str] | None = None,
    read: Progress = lambda done, total: None,
    joined: Progress = lambda done, total: None,
) -> Plan:
    """Reads the list and puts everybody where they belong. `headings` (plain heading -> field) go before what is
    remembered. A fixed number of queries, and one more for each 500 who differ."""
    require_reconcile(by, system, organisation)
    known = remembered(organisation.pk, system.key) | dict(headings or {})
    with no_collecting():
        return _plan(source, system, organisation, by, dates, known, read, joined)


@contextmanager
def no_collecting() -> Iterator[None]:
    """Nothing here goes round in circles, and the collector would walk the whole process a dozen times for it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _plan(
    source: BinaryIO | bytes,
    system: System,
    organisation: Organisation,
    by: Actor,
    dates: str,
    known: Mapping[str, str],
    read: Progress,
    joined: Progress,
) -> Plan:
    extract = read_extract(source, remembered=known, dates=dates, progress=read)
    plan = Plan(system, extract)
    if plan.refused:
        return plan
    here = expected(organisation.pk, system.key, by, compares=extract.columns)
    plan.pathways = pathways_of(here.people)
    steps = {pk: pathway.step(system.key) for pk, pathway in plan.pathways.items()}
    newcomers_say = {
        pk for pk, step in steps.items() if step.confirmed_by == Function.NEWCOMER and step.owner != Function.NEWCOMER
    }
    plan.sorted = sort(
        here.people, here.accounts, extract, system, confirmed_by_newcomer=newcomers_say, hidden=here.hidden,
        today=timezone.localdate(), progress=joined,
    )  # fmt: skip
    set_apart_what_is_asked(plan)
    where = {pk for places in here.hidden for pk in places}
    plan.places = dict(Organisation.objects.filter(pk__in=where).values_list("pk", "name"))
    return plan


def pathways_of(people: Sequence[Person]) -> dict[int, Pathway]:
    found = PathwayVersion.objects.filter(pk__in={person.pathway for person in people})
    return {version.pk: pathway_of(version) for version in found}


def set_apart_what_is_asked(plan: Plan) -> None:
    """Who differs and whose owner is asked for it already has nothing to confirm."""
    for kind in (DIFFERING, TWICE):
        items = plan.sorted.kinds[kind]
        there = open_blockers([item.person.placement for item in items])
        asked = {id(i) for i in items if (held := there.get(i.person.placement)) and all_asked(held, plan.asks(i))}
        plan.asked += [item for item in items if id(item) in asked]
        plan.sorted.kinds[kind] = [item for item in items if id(item) not in asked]


Blockers = Mapping[str, Sequence[Mapping[str, Any]]]  # step -> what holds it up


def open_blockers(placements: Sequence[int]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Placement -> what holds its steps up; those alone that are stuck."""
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for start in range(0, len(placements), CHUNK):
        rows = PlacementStep.objects.filter(placement__in=placements[start : start + CHUNK], state=State.BLOCKED)
        for placement, key, reasons in rows.values_list("placement_id", "key", "reasons"):
            found.setdefault(placement, {})[key] = reasons["blockers"]
    return found


def all_asked(held: Blockers, asks: Sequence[Ask]) -> bool:
    return all(any(is_asked(blocker, ask) for blocker in held.get(ask.step, ())) for ask in asks)


def is_asked(blocker: Mapping[str, Any], ask: Ask) -> bool:
    """Is an open blocker about this? By its symptom, or by the very words of an earlier list."""
    if blocker["reason"] == ask.reason:
        return True
    return bool(ask.symptom) and blocker["symptom"] == ask.symptom


def save_columns(
    organisation: Organisation, system: System, columns: Mapping[str, str], *, by: Actor, at: dt.datetime
) -> None:
    """Keeps what the organisation calls the columns of this list: plain heading -> field, or "" for one unused."""
    require_reconcile(by, system, organisation)
    if any(name != LEFT_OUT and name not in FIELDS for name in columns.values()):
        raise Refused("There is no such column.")
    with change(by=by, at=at) as made:
        held, _ = SystemHeadings.objects.select_for_update().get_or_create(
            organisation=organisation, system=system.key
        )
        before, after = dict(held.columns), held.columns | dict(columns)
        if after == before:
            return
        held.columns = after
        held.save(update_fields=["columns"])
        made.note(
            organisation_ids=[organisation.pk],
            action="extract.columns",
            subject=f"organisation:{organisation.ods_code}",
            before={"system": system.key, **before},
            after={"system": system.key, **after},
        )


def remember_columns(plan: Plan, organisation: Organisation, *, by: Actor, at: dt.datetime) -> None:
    """A list that was read with guessed columns, and taken, has told them."""
    save_columns(organisation, plan.system, as_map(plan.extract.heading, plan.extract.columns), by=by, at=at)
