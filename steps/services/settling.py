"""The one writer of verdicts: facts and a pathway go in, the rows of a placement's steps come out.

Every caller holds the placement's rows locked, in the transaction that wrote the fact. `verify` recomputes the
same columns from the same facts and compares.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from onboarding.models import Placement
from onboarding.words import Function
from steps import resolver
from steps.models import Chain, Fact, PlacementStep
from steps.pathway import Pathway, applies
from steps.pathway import Step as StepDefinition

# told, in the same transaction, of the rows whose open blockers changed, or began or ceased to wait for a step before
# them, and of all facts of the placement; upper rooms fill it in their AppConfig
after_blockers: list[Callable[[Placement, Sequence[PlacementStep], Sequence[Fact]], None]] = []

REASONS = ("waiting_on", "any_of", "recheck_because", "better_after", "unlocks")
NO_BLOCKERS: Mapping[str, Any] = {"blockers": []}
VERDICT_COLUMNS = (
    "position",
    "team_function",
    "team_org_id",
    "week_one",
    "state",
    "owner_function",
    "owner_side",
    "owner_org_id",
    "issued",
    "parked",
    "limited",
    "upgrade",
    "actionable",
    "due_from",
    "since",
    "done_at",
    "unlock_count",
    "reasons",
)


def attributes(placement: Placement) -> dict[str, Any]:
    """What the applicability rules may ask of a placement. Needs `employer` and `host` at hand."""
    return {
        "country": placement.host.country,
        "calendar": placement.host.calendar,
        "employment": placement.employment,
        "role": placement.role,
        "mail_system": placement.mail_system,
        "needs_smartcard": placement.needs_smartcard,
        "uses_library": placement.uses_library,
        "start_date": placement.start_date,
        "payday": placement.payday,
        "employer": placement.employer.ods_code,
        "host": placement.host.ods_code,
    }


def as_resolver_facts(facts: Iterable[Fact], pathway: Pathway) -> list[resolver.Fact]:
    """The stored facts in the resolver's shape. Facts of steps that this version lacks stay unused."""
    keys = {step.key for step in pathway.steps}
    return [
        resolver.Fact(
            step=f.step,
            kind=f.kind,
            at=f.at,
            id=str(f.pk),
            blocker=f.blocker,
            owner=f.owner,
            side=f.side or None,
            reason=f.reason,
            independent=f.independent,
            fields=tuple(f.fields) if f.fields is not None else None,
            full=f.full,
            of=str(f.of_id) if f.of_id else None,
        )
        for f in facts
        if f.step in keys
    ]


def org_on_side(placement: Placement, function: str, side: str | None) -> int | None:
    """The organisation in which a function on a side becomes a team; None for the newcomer."""
    if function == Function.NEWCOMER:
        return None
    return placement.employer_id if side == "employer" else placement.host_id


def verdict_columns(
    placement: Placement,
    step: StepDefinition,
    position: int,
    verdict: resolver.Verdict,
    arrived_at: dt.datetime,
    reasons: Mapping[str, Any],
) -> dict[str, Any]:
    """The columns of one step's row, from its verdict."""
    owner = verdict.owner if verdict.state != "not_applicable" else None
    return {
        "position": position,
        "team_function": step.owner,
        "team_org_id": org_on_side(placement, step.owner, step.side),
        "week_one": step.week_one,
        "state": verdict.state,
        "owner_function": owner.function if owner else "",
        "owner_side": (owner.side or "") if owner else "",
        "owner_org_id": org_on_side(placement, owner.function, owner.side) if owner else None,
        "issued": verdict.issued,
        "parked": verdict.parked,
        "limited": verdict.limited,
        "upgrade": verdict.upgrade,
        "actionable": verdict.actionable,
        "due_from": verdict.due_from,
        "since": max(filter(None, (verdict.since or arrived_at, verdict.issued_at if verdict.issued else None))),
        "done_at": verdict.done_at,
        "unlock_count": len(verdict.unlocks),
        "reasons": dict(reasons),
    }


def reasons_of(verdict: resolver.Verdict, facts: Mapping[int, Fact], waived: Fact | None) -> dict[str, Any]:
    """The verdict's reasons as they are kept, with the words and the people of the facts behind them."""
    reasons: dict[str, Any] = {name: list(getattr(verdict, name)) for name in REASONS}
    reasons["any_of"] = [list(group) for group in verdict.any_of]
    reasons["because"] = [
        {"step": c.step, "state": c.state, "owner": {"function": c.owner.function, "side": c.owner.side}}
        for c in verdict.because
    ]
    reasons["blockers"] = [blocker_words(b, facts.get(int(b.by_fact or 0))) for b in verdict.blockers]
    if waived:
        reasons["waived"] = {"reason": waived.reason, "by": waived.by_name, "at": waived.at.isoformat()}
    return reasons


def blocker_words(blocker: resolver.OpenBlocker, fact: Fact | None) -> dict[str, Any]:
    return {
        "id": blocker.id,
        "owner": {"function": blocker.owner.function, "side": blocker.owner.side},
        "since": blocker.since.isoformat(),
        "reason": blocker.reason,
        "independent": blocker.independent,
        "symptom": fact.symptom if fact else "",
        "fact": fact.pk if fact else None,
        "by": fact.by_id if fact else None,
        "by_name": fact.by_name if fact else "",
    }


def standing_waiver(step: StepDefinition, given: Mapping[str, Any], facts: Sequence[Fact]) -> Fact | None:
    """The waiver behind a step that would apply by its rule and does not."""
    if not applies(step.applies, given):
        return None
    taken_back = {f.of_id for f in facts if f.of_id}
    waivers = [f for f in facts if f.step == step.key and f.kind == "waived" and f.pk not in taken_back]
    return max(waivers, key=lambda f: (f.at, f.pk), default=None)


def resolved_columns(
    placement: Placement, chain: Chain, pathway: Pathway, facts: Sequence[Fact]
) -> dict[str, dict[str, Any]]:
    """Step key -> columns, resolved afresh from the facts. Pure but for what it is handed."""
    given = attributes(placement)
    resolution = resolver.resolve(pathway, given, as_resolver_facts(facts, pathway), today=None)
    by_id = {f.pk: f for f in facts}
    columns = {}
    for position, (step, verdict) in enumerate(zip(pathway.steps, resolution.steps, strict=True)):
        gone = verdict.state == "not_applicable"
        reasons = reasons_of(verdict, by_id, standing_waiver(step, given, facts) if gone else None)
        columns[step.key] = verdict_columns(placement, step, position, verdict, chain.arrived_at, reasons)
    return columns


def settle(
    placement: Placement,
    chain: Chain,
    pathway: Pathway,
    rows: Mapping[str, PlacementStep],
    facts: Sequence[Fact],
    *,
    touched: Iterable[str] = (),
) -> list[PlacementStep]:
    """Writes what changed, in one statement; gives the changed rows. `touched` rows are written in any case."""
    changed, other_blockers = [], []
    written = set(touched)
    for key, columns in resolved_columns(placement, chain, pathway, facts).items():
        row = rows.get(key) or PlacementStep(placement=placement, key=key, version=0)
        if key in written or any(getattr(row, name) != value for name, value in columns.items()):
            if held_up(row.reasons or NO_BLOCKERS, row.parked) != held_up(columns["reasons"], columns["parked"]):
                other_blockers.append(row)
            for name, value in columns.items():
                setattr(row, name, value)
            row.version += 1
            changed.append(row)
    gone = [row for key, row in rows.items() if key not in {s.key for s in pathway.steps}]
    if gone:
        PlacementStep.objects.filter(pk__in=[row.pk for row in gone]).delete()
    write_rows(changed)
    tell_of_blockers(placement, [*other_blockers, *without_blockers(gone)], facts)
    return changed


def held_up(reasons: Mapping[str, Any], parked: bool) -> tuple[Any, bool]:
    """What holds a step up, and whether anybody can do something about it now."""
    return reasons["blockers"], parked


def without_blockers(gone: Iterable[PlacementStep]) -> list[PlacementStep]:
    """Steps that the pathway has no more: what held them up is over."""
    stuck = [row for row in gone if row.reasons["blockers"]]
    for row in stuck:
        row.reasons = {**row.reasons, **NO_BLOCKERS}
    return stuck


def tell_of_blockers(placement: Placement, rows: Sequence[PlacementStep], facts: Sequence[Fact]) -> None:
    if rows:
        for tell in after_blockers:
            tell(placement, rows, facts)


def write_rows(rows: Sequence[PlacementStep]) -> None:
    new = [row for row in rows if row.pk is None]
    known = [row for row in rows if row.pk is not None]
    if new:
        PlacementStep.objects.bulk_create(new)
    if known:
        PlacementStep.objects.bulk_create(
            known,
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=[
                *(c.removesuffix("_id") for c in VERDICT_COLUMNS),
                "ticks",
                "says_works_at",
                "version",
            ],
        )
