"""A page of a team's queue in words: what stands first and why, what it opens, and which people share one cause."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.urls import reverse

from escalations.cases import owner_in, symptom_in
from escalations.selectors.queue_sql import Held, Post, Row, Strip
from escalations.selectors.queues import LATER, NOT_DUE, SOON, STARTED, STARTS_SOON, Page, TeamKey
from onboarding.actors import Actor
from onboarding.wording import count_words, day_words, when_words
from onboarding.words import Function
from onboarding.working_days import working_days_between
from steps import picture
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
    """A blocker that this team can clear, and the addresses at which it does, hands over or claims."""

    reference: str
    claimed: str
    claimed_by: int | None
    mine: bool

    @property
    def claim(self) -> str:
        return reverse("queue_claim", args=[self.reference])

    @property
    def clear(self) -> str:
        return reverse("escalation_clear", args=[self.reference])

    @property
    def hand_over(self) -> str:
        return reverse("escalation_hand_over", args=[self.reference])


@dataclass(frozen=True, slots=True)
class InHand:
    """Who has a step in hand that is simply to be done, and the address that takes it or gives it back."""

    claim: str
    claimed: str
    claimed_by: int | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Chased:
    """How far a chase has come, or a warning: words always, a colour where it matters (nhsuk's tag)."""

    says: str
    colour: str = ""


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
    in_hand: InHand | None
    chased: Chased | None
    strip: picture.Strip
    warnings: Sequence[Chased] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Several people with the same symptom on the same step."""

    symptom: str
    key: str
    step: str
    says: str
    people: int
    opens: int


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of a queue shows, at hand: the strips' rows and the open conversations."""

    page: Page
    team: TeamKey
    pathways: Mapping[str, Pathway]
    strips: Mapping[int, Sequence[Strip]]
    held: Mapping[tuple[int, str], Sequence[Held]]
    actor: Actor
    today: dt.date
    warnings: Mapping[tuple[int, str], Sequence[Chased]] = field(default_factory=dict)

    def held_of(self, row: Row) -> Sequence[Held]:
        return self.held.get((row.placement.pk, row.key), ())


def sections(shown: Shown) -> Iterator[Section]:
    """The page's rows under the headings of their bands."""
    for number, heading in BANDS.items():
        items = [item_of(shown, row) for row in shown.page.rows if row.band == number]
        if items:
            yield Section(heading, items)


def item_of(shown: Shown, row: Row) -> Item:
    placement, team = row.placement, shown.team
    steps = {step.key: step for step in shown.pathways[placement.pathway].steps}
    scene = Scene(cast(Any, placement), {row.key: cast(Any, row)}, steps, shown.actor, shown.today, {})
    view = view_of(scene, cast(Any, row), "")
    held = shown.held_of(row)
    clearing = list(clearings(shown, row, held))
    return Item(
        view=view,
        name=placement.newcomer.name,
        starts=starts_words(placement, shown.today),
        host=placement.host.name if placement.host_id != team.organisation_id else "",
        held=held_words(row, view.kind),
        action=ACTIONS.get(view.kind, "Open"),
        clearing=clearing,
        in_hand=None if clearing or row.state == "blocked" or row.upgrade else in_hand(shown, row),
        chased=chased_words(held, placement.newcomer.name, shown.today),
        strip=strip_of(cast(Any, shown.strips[placement.pk]), actor=shown.actor, today=shown.today),
        warnings=shown.warnings.get((placement.pk, row.key), ()),
    )


def clearings(shown: Shown, row: Row, held: Sequence[Held]) -> Iterator[Clearing]:
    known = {one.reference: one for one in held}
    for blocker in row.reasons["blockers"]:
        if blocker["id"] and is_with(shown.team, row, blocker):
            one = known.get(blocker["id"])
            yield Clearing(
                blocker["id"],
                claimed_words(one, shown.today) if one else "",
                one.claimed_by_id if one else None,
                one is not None and one.claimed_by_id is not None and one.claimed_by_id == shown.actor.user_id,
            )


def in_hand(shown: Shown, row: Row) -> InHand:
    return InHand(
        reverse("queue_claim_step", args=[row.placement.ref, row.key]),
        claimed_words(row, shown.today),
        row.claimed_by_id,
        row.claimed_by_id is not None and row.claimed_by_id == shown.actor.user_id,
    )


def claimed_words(one: Held | Row, today: dt.date) -> str:
    """ "Sam Okoro has this since 9.14am today." """
    return f"{one.claimed_by_name} has this since {when_words(one.claimed_at, today=today)}." if one.claimed_at else ""


TIMES = {0: "", 1: ", chased once", 2: ", chased twice"}


def chased_words(held: Sequence[Held], name: str, today: dt.date) -> Chased | None:
    """How the most urgent of a step's blockers stands: due, late, how often chased, or with the newcomer."""
    running = [one for one in held if one.due_on]
    if not running:
        return Chased(f"Waits for {name} to answer") if any(one.asked for one in held) else None
    one = min(running, key=lambda one: cast(dt.date, one.due_on))
    due = cast(dt.date, one.due_on)
    if due > today:
        return Chased(f"Due {day_words(due, today=today)}")
    if due == today:
        return Chased("Due today", "yellow")
    return Chased(f"Late{TIMES.get(one.chase_level, f', chased {one.chase_level} times')}", "red")


def is_with(team: TeamKey, row: Row, blocker: dict[str, Any]) -> bool:
    function, side = owner_in(blocker)
    if function != team.function:
        return False
    org = row.placement.employer_id if side == "employer" else row.placement.host_id
    return function == Function.MANAGER or org == team.organisation_id


def starts_words(placement: Post, today: dt.date) -> str:
    """ "Started Mon 3 August", "Starts Mon 10 August, in 3 working days": how near the start is decides the order."""
    start = placement.start_date
    if start == today:
        return "Starts today"
    day = day_words(start, today=today)
    if start < today:
        return f"Started {day}"
    left = working_days_between(today, start, placement.host.calendar)
    return f"Starts {day}, in {count_words(left, 'working day')}" if 0 < left <= SOON else f"Starts {day}"


def held_words(row: Row, kind: Kind) -> str:
    """What waits behind it, where the step's own sentence does not say so."""
    if kind in (Kind.TEAM, Kind.SAYS_WORKS) or not row.unlock_count:
        return ""
    return f"{count_words(row.unlock_count, 'step')} {'waits' if row.unlock_count == 1 else 'wait'} for it."


def groups(shown: Shown) -> list[Group]:
    """Same cause for two people or more, among what this page shows; counted over all pages."""
    found: dict[tuple[str, str], Group] = {}
    for row in shown.page.rows:
        pathway = shown.pathways[row.placement.pathway]
        for one in shown.held_of(row):
            if not one.symptom or one.alike < 2 or (row.key, one.symptom) in found:
                continue
            symptom = symptom_in(pathway, one.symptom)
            if symptom:
                step = pathway.step(row.key).short
                found[row.key, one.symptom] = Group(
                    one.symptom, row.key, step, symptom.says, one.alike, int(one.alike_steps or 0)
                )
    return list(found.values())


def first_opens(shown: Shown) -> str:
    """What the first item opens: "Clearing the first opens 14 steps for 9 people." Empty where nothing waits."""
    page = shown.page
    if page.number != 1 or not page.rows or not page.total:
        return ""
    first = page.rows[0]
    people, steps = 1, first.unlock_count
    for one in shown.held_of(first):
        if one.symptom and one.alike > people:
            people, steps = one.alike, int(one.alike_steps or 0)
    if not steps:
        return ""
    name = first.placement.newcomer.name if people == 1 else count_words(people, "person", "people")
    return f"Clearing the first opens {count_words(steps, 'step')} for {name}."
