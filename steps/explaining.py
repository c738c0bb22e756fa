"""Why a chain stands where it stands, in sentences, and what has happened to it, newest first. No queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.wording import capital, day_words, list_words, moment_words
from onboarding.words import Role
from steps import policies
from steps.forms import NAMES_OF_FIELDS
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind
from steps.pathway import Pathway, Step, side_of
from steps.presenting import StepView
from steps.services.settling import org_on_side
from steps.words import team_words


def why_stuck(views: Sequence[StepView]) -> list[str]:
    """A sentence or two for each cause that holds up week 1: what waits for what, and who has the cause since when."""
    by_key = {v.key: v for v in views}
    unmet = [v for v in views if v.definition.week_one and not v.met and not v.not_needed]
    told: dict[str, str] = {}
    for view in reversed(unmet):
        path = path_to_cause(view, by_key)
        cause = path[-1]
        if cause.key not in told:
            told[cause.key] = f"{waits(path)}{holds(cause)}"
    order = list(by_key)
    return [told[key] for key in sorted(told, key=order.index)]


def path_to_cause(view: StepView, by_key: Mapping[str, StepView]) -> list[StepView]:
    """The way down from a step to one of its causes, nearest first. A pathway has no cycle."""
    path = [view]
    while path[-1].waiting and path[-1].row.reasons["waiting_on"]:
        causes = {c["step"] for c in path[-1].row.reasons["because"]}
        below = [by_key[key] for key in path[-1].row.reasons["waiting_on"] if key in by_key]
        towards = [v for v in below if v.key in causes or causes & {c["step"] for c in v.row.reasons["because"]}]
        if not towards:
            break
        path.append(towards[0])
    return path


def waits(path: Sequence[StepView]) -> str:
    if len(path) < 2:
        return ""
    first, second, *rest = (v.short for v in path)
    return f"{first} waits for {second}{''.join(f', that for {one}' for one in rest)}. "


def holds(view: StepView) -> str:
    if not view.acting:
        return view.sentence
    stuck = f" {view.sentence}" if view.row.state == "blocked" else ""
    return f"{capital(view.who)} {'have' if view.who == 'you' else 'has'} {view.short} {view.since}.{stuck}"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact in words. `gone`: who took it back and when; `undo`: the actor may take it back."""

    fact: Fact
    day: str
    time: str
    who: str
    what: str
    reason: str
    gone: str
    undo: bool


SAID = {
    FactKind.ISSUED: "made {step} ready to use",
    FactKind.DONE: "finished {step}",
    FactKind.REOPENED: "reopened {step}",
    FactKind.CORRECTED: "corrected {step}",
    FactKind.QUESTIONED: "asked for a look at {step}",
    FactKind.BLOCKED: "said that {step} is stuck",
    FactKind.CLEARED: "cleared what held up {step}",
    FactKind.HANDED_OVER: "handed {step} over",
    FactKind.WAIVED: "decided that {step} is not needed",
}


def timeline(
    placement: Placement,
    rows: Mapping[str, PlacementStep],
    facts: Sequence[Fact],
    pathway: Pathway,
    *,
    actor: Actor,
    today: dt.date,
) -> list[Event]:
    """What happened, newest first; what was taken back says so. Words that somebody typed are for those whose
    work it is (`may_read_reason`)."""
    back = {f.of_id: f for f in facts if f.of_id}
    steps = {s.key: s for s in pathway.steps}
    events = []
    for fact in reversed(facts):
        if fact.kind == FactKind.RETRACTED or not (row := rows.get(fact.step)):
            continue
        taken = back.get(fact.pk)
        events.append(
            Event(
                fact=fact,
                day=day_words(fact.at, today=today),
                time=moment_words(fact.at),
                who=fact.by_name,
                what=what_happened(fact, steps[fact.step], placement),
                reason=fact.reason if may_read_reason(actor, row, fact, steps[fact.step]) else "",
                gone=f"Taken back by {taken.by_name}, {day_words(taken.at, today=today)}" if taken else "",
                undo=not taken and bool(policies.can_retract(actor, row, fact.by_id)),
            )
        )
    return events


def what_happened(fact: Fact, step: Step, placement: Placement) -> str:
    said = SAID[FactKind(fact.kind)].format(step=step.short)
    if fact.kind == FactKind.DONE and fact.source.startswith("carried:"):
        return f"{said}, which was carried over"
    if fact.kind == FactKind.CORRECTED and fact.fields:
        said += f" ({list_words([NAMES_OF_FIELDS[f].lower() for f in fact.fields])})"
    if fact.kind in (FactKind.BLOCKED, FactKind.HANDED_OVER) and fact.owner:
        said += f", with {owner_words(fact, step, placement)}"
    known = next((s.says for s in step.symptoms if s.key == fact.symptom), "")
    return f"{said}: “{known}”" if known else said


def owner_words(fact: Fact, step: Step, placement: Placement) -> str:
    if fact.owner == "newcomer":
        return placement.newcomer.name
    side = fact.side or side_of(fact.owner, step)
    return team_words(fact.owner, (placement.employer if side == "employer" else placement.host).name)


def may_read_reason(actor: Actor, row: PlacementStep, fact: Fact, step: Step) -> bool:
    return may_read_typed(actor, row, step, by=fact.by_id, owner=fact.owner, side=fact.side)


def may_read_blocker(actor: Actor, row: PlacementStep, blocker: Mapping[str, Any], step: Step) -> bool:
    owner = blocker["owner"]
    return may_read_typed(actor, row, step, by=blocker["by"], owner=owner["function"], side=owner["side"])


def may_read_typed(
    actor: Actor, row: PlacementStep, step: Step, *, by: int | None, owner: str, side: str | None
) -> bool:
    """Typed words may hold what a field rule hides (a birth date in a complaint about a birth date). They are for
    whoever wrote them, the step's team, whoever was given it, and the employer's or that team's HR and lead."""
    placement = row.placement
    if by is not None and by == actor.user_id:
        return True
    if policies.is_step_team(actor, row) or policies.is_holder(actor, row):
        return True
    if owner:
        org = org_on_side(placement, owner, side or side_of(owner, step))
        if policies.is_in_team(actor, placement, owner, org):
            return True
    orgs = {row.team_org_id, placement.employer_id}
    return any(actor.has(role, org) for role in (Role.HR, Role.ONBOARDING_LEAD) for org in orgs if org)
