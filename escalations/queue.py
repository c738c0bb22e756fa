"""A page of a team's queue in words: what stands first and why, what it opens, and which people share one cause."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse

from escalations.cases import owner_in, symptom_in
from escalations.selectors.queues import LATER, NOT_DUE, SOON, STARTED, STARTS_SOON, Page, TeamKey
from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.wording import count_words, day_words
from onboarding.words import Function
from onboarding.working_days import Country, working_days_between
from steps import picture
from steps.models import PlacementStep
from steps.pathway import Pathway
from steps.presenting import StepView, strip_of, view_of
from steps.telling import Scene
from steps.words import Kind

ACTIONS = {Kind.SAYS_WORKS: "Confirm", Kind.RECHECK: "Check again", Kind.TEAM: "Finish"}
BANDS = {
    STARTED: "Started, and part of week 1",
    STARTS_SOON: "Starts within 5 working days",
    LATER: "Everything else",
    NOT_DUE: "Not due yet",
}


@dataclass(frozen=True, slots=True)
class Clearing:
    """A blocker that this team can clear, and the addresses at which it does or hands over."""

    reference: str

    @property
    def clear(self) -> str:
        return reverse("blocker_clear", args=[self.reference])

    @property
    def hand_over(self) -> str:
        return reverse("blocker_hand_over", args=[self.reference])


@dataclass(frozen=True, slots=True)
class Item:
    """One step of one newcomer, with the blockers of it that are this team's."""

    view: StepView
    name: str
    starts: str
    host: str
    held: str
    action: str
    clearing: Sequence[Clearing]
    strip: picture.Strip


@dataclass(frozen=True, slots=True)
class Group:
    """Several people with the same symptom on the same step."""

    symptom: str
    step: str
    says: str
    people: int
    opens: int


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    items: Sequence[Item]


def sections(
    page: Page,
    team: TeamKey,
    pathways: Mapping[int, Pathway],
    week_one: Mapping[int, Sequence[Any]],
    *,
    actor: Actor,
    today: dt.date,
) -> Iterator[Section]:
    """The page's rows under the headings of their bands. `week_one` has each placement's rows for the strip."""
    for number, heading in BANDS.items():
        rows = [row for row in page.rows if cast(Any, row).band == number]
        items = [
            item_of(row, team, pathways[row.placement.chain.pathway_id], week_one[row.placement_id], actor, today)
            for row in rows
        ]
        if items:
            yield Section(heading, items)


def item_of(
    row: PlacementStep,
    team: TeamKey,
    pathway: Pathway,
    week_one: Sequence[Any],
    actor: Actor,
    today: dt.date,
) -> Item:
    placement = row.placement
    steps = {step.key: step for step in pathway.steps}
    view = view_of(Scene(placement, {row.key: row}, steps, actor, today, {}), row, "")
    return Item(
        view=view,
        name=placement.newcomer.name,
        starts=starts_words(placement, today),
        host=placement.host.name if placement.host_id != team.organisation_id else "",
        held=held_words(row, view.kind),
        action=ACTIONS.get(view.kind, "Open"),
        clearing=[Clearing(b["id"]) for b in row.reasons["blockers"] if b["id"] and is_with(team, row, b)],
        strip=strip_of(week_one, actor=actor, today=today),
    )


def is_with(team: TeamKey, row: PlacementStep, blocker: dict[str, Any]) -> bool:
    function, side = owner_in(blocker)
    if function != team.function:
        return False
    org = row.placement.employer_id if side == "employer" else row.placement.host_id
    return function == Function.MANAGER or org == team.organisation_id


def starts_words(placement: Placement, today: dt.date) -> str:
    """ "Started Mon 3 August", "Starts Mon 10 August, in 3 working days": how near the start is decides the order."""
    start = placement.start_date
    if start == today:
        return "Starts today"
    day = day_words(start, today=today)
    if start < today:
        return f"Started {day}"
    left = working_days_between(today, start, cast(Country, placement.host.country))
    return f"Starts {day}, in {count_words(left, 'working day')}" if 0 < left <= SOON else f"Starts {day}"


def held_words(row: PlacementStep, kind: Kind) -> str:
    """What waits behind it, where the step's own sentence does not say so."""
    if kind in (Kind.TEAM, Kind.SAYS_WORKS) or not row.unlock_count:
        return ""
    return f"{count_words(row.unlock_count, 'step')} {'waits' if row.unlock_count == 1 else 'wait'} for it."


def groups(page: Page, pathways: Mapping[int, Pathway]) -> list[Group]:
    """Same cause for two people or more, among what this page shows; counted over all pages."""
    found: dict[tuple[str, str], Group] = {}
    for row in cast(Sequence[Any], page.rows):
        if not row.symptom or row.alike < 2 or (row.key, row.symptom) in found:
            continue
        pathway = pathways[row.placement.chain.pathway_id]
        symptom = symptom_in(pathway, row.symptom)
        if symptom:
            step = pathway.step(row.key).short
            found[row.key, row.symptom] = Group(row.symptom, step, symptom.says, row.alike, row.alike_steps)
    return list(found.values())


def first_opens(page: Page) -> str:
    """What the first item opens: "Clearing the first opens 14 steps for 9 people." Empty where nothing waits."""
    if page.number != 1 or not page.rows or not page.total:
        return ""
    first = cast(Any, page.rows[0])
    people, steps = (first.alike, first.alike_steps) if first.symptom else (1, first.unlock_count)
    if not steps:
        return ""
    name = first.placement.newcomer.name if people == 1 else count_words(people, "person", "people")
    return f"Clearing the first opens {count_words(steps, 'step')} for {name}."
