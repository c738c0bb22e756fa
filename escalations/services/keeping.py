"""One escalation a blocker, kept in step with the facts: the one writer of its status, its owner and its holdings.

`steps.services.settling` calls `keep` whenever the open blockers of a step have changed, in the transaction that
changed them, wherever they were raised: on a page, by an extract, in the try-out. `differences` compares.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import F

from escalations.history import ending, standing_facts, taken_back
from escalations.models import Asked, Escalation, Holding, Status
from escalations.services import telling
from onboarding.models import Placement
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind
from steps.services.settling import org_on_side
from steps.services.verifying import BATCH, Difference

GOES = "Week One"  # what ends a blocker without anybody: its step is not in the pathway any more


def keep(placement: Placement, rows: Sequence[PlacementStep], facts: Sequence[Fact]) -> None:
    """`rows` are those whose open blockers changed; `facts` all of the placement's, oldest first."""
    known = {e.reference: e for e in Escalation.objects.filter(placement=placement, step__in=[r.key for r in rows])}
    for row in rows:
        there = {b["id"]: b for b in row.reasons["blockers"] if b["id"]}
        for reference, blocker in there.items():
            if reference in known:
                still_open(known[reference], placement, row, blocker, facts)
            else:
                opened(placement, row, blocker, facts)
        for escalation in known.values():
            if escalation.step == row.key and escalation.is_open and escalation.reference not in there:
                escalation.placement = placement
                ended(escalation, placement, row, facts)


def opened(placement: Placement, row: PlacementStep, blocker: dict[str, Any], facts: Sequence[Fact]) -> Escalation:
    """A new one, with whoever has it."""
    own = [f for f in standing_facts(facts) if f.step == row.key and f.blocker == blocker["id"]]
    raised = next(f for f in own if f.kind == FactKind.BLOCKED)
    function, side, org = owner_in(placement, blocker)
    hand_overs = sum(f.kind == FactKind.HANDED_OVER for f in own)
    since = own[-1].at if hand_overs else dt.datetime.fromisoformat(blocker["since"])
    escalation = Escalation.objects.create(
        reference=blocker["id"],
        placement=placement,
        step=row.key,
        symptom=raised.symptom,
        needs_look=not raised.symptom,
        owner_function=function,
        owner_side=side,
        owner_org_id=org,
        owner_since=since,
        hand_overs=hand_overs,
        opened_at=raised.at,
        opened_by_id=raised.by_id,
        opened_by_name=raised.by_name,
        last_at=own[-1].at,
    )
    Holding.objects.create(escalation=escalation, function=function, side=side, org_id=org, since=since)
    telling.opened(escalation, placement, row, raised)
    return escalation


def still_open(
    escalation: Escalation, placement: Placement, row: PlacementStep, blocker: dict[str, Any], facts: Sequence[Fact]
) -> None:
    """The same, or opened again, or with another owner: whoever had claimed it has it no more then."""
    owner = owner_in(placement, blocker)
    moved = owner != (escalation.owner_function, escalation.owner_side, escalation.owner_org_id)
    again = not escalation.is_open
    if not moved and not again:
        return
    last = max((f for f in facts if f.blocker == escalation.reference), key=lambda f: (f.at, f.pk), default=None)
    at = last.at if last else escalation.last_at
    values: dict[str, Any] = {"last_at": max(at, escalation.last_at)}
    if again:
        values |= {"status": Status.OPEN, "cleared_at": None, "cleared_by_id": None, "cleared_by_name": ""}
    if moved:
        function, side, org = owner
        values |= {"owner_function": function, "owner_side": side, "owner_org_id": org, "owner_since": at}
        values |= {"hand_overs": escalation.hand_overs + (not again)} | NOT_CLAIMED | NOTHING_ASKED
    change(escalation, values)
    hold(escalation, owner, at)
    escalation.placement = placement
    telling.moved(escalation, placement, row, last)


NOT_CLAIMED: dict[str, Any] = {"claimed_at": None, "claimed_by_id": None, "claimed_by_name": ""}
NOTHING_ASKED: dict[str, Any] = {
    "asked": Asked.NOTHING, "asked_at": None, "asked_by_id": None, "asked_by_name": "",
}  # fmt: skip


def hold(escalation: Escalation, owner: tuple[str, str, int | None], at: dt.datetime) -> None:
    last = Holding.objects.filter(escalation=escalation).order_by("-pk").first()
    since = max(at, last.since) if last else at
    Holding.objects.filter(escalation=escalation, until=None).update(until=since)
    function, side, org = owner
    Holding.objects.create(escalation=escalation, function=function, side=side, org_id=org, since=since)


def ended(escalation: Escalation, placement: Placement, row: PlacementStep, facts: Sequence[Fact]) -> None:
    of_step = [f for f in standing_facts(facts) if f.step == escalation.step]
    by = ending(of_step, escalation.reference) or taken_back(facts, escalation.reference)
    at = max(by.at, escalation.opened_at) if by else escalation.last_at
    values: dict[str, Any] = {"status": Status.CLEARED, "cleared_at": at, "last_at": max(at, escalation.last_at)}
    values |= {"cleared_by_id": by.by_id if by else None, "cleared_by_name": by.by_name if by else GOES}
    change(escalation, values | NOTHING_ASKED)
    Holding.objects.filter(escalation=escalation, until=None, since__lte=at).update(until=at)
    Holding.objects.filter(escalation=escalation, until=None).update(until=F("since"))
    telling.ended(escalation, placement, row, by)


def change(escalation: Escalation, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(escalation, name, value)
    escalation.save(update_fields=list(values))


def owner_in(placement: Placement, blocker: dict[str, Any]) -> tuple[str, str, int | None]:
    function, side = blocker["owner"]["function"], blocker["owner"]["side"]
    return function, side or "", org_on_side(placement, function, side)


def differences() -> Iterator[Difference]:
    """Every open blocker without its conversation, every conversation that says something else than the facts."""
    last = 0
    while batch := list(
        PlacementStep.objects.filter(pk__gt=last).exclude(reasons__blockers=[])
        .select_related("placement").order_by("pk")[:BATCH]
    ):  # fmt: skip
        last = batch[-1].pk
        yield from of_rows(batch)
    open_now = Escalation.objects.filter(status=Status.OPEN).select_related("placement")
    for escalation in open_now.iterator(chunk_size=BATCH):
        row = PlacementStep.objects.filter(placement=escalation.placement_id, key=escalation.step).first()
        if row is None or not any(b["id"] == escalation.reference for b in row.reasons["blockers"]):
            yield differing(escalation.placement, escalation.step, escalation.reference, "open", "cleared")


def of_rows(rows: Iterable[PlacementStep]) -> Iterator[Difference]:
    blockers = [(row, b) for row in rows for b in row.reasons["blockers"] if b["id"]]
    known = Escalation.objects.in_bulk([b["id"] for _, b in blockers], field_name="reference")
    for row, blocker in blockers:
        found = known.get(blocker["id"])
        owner = owner_in(row.placement, blocker)
        kept = (found.status, found.owner_function, found.owner_side, found.owner_org_id) if found else None
        if kept != (Status.OPEN, *owner):
            yield differing(row.placement, row.key, blocker["id"], kept, (str(Status.OPEN), *owner))


def differing(placement: Placement, step: str, reference: str, kept: Any, resolved: Any) -> Difference:
    return Difference(str(placement.ref), step, f"conversation {reference}", kept, resolved)
