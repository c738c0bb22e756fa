"""A placement's settled rows as one person sees them: tag, glyph and sentence for each step. Asks no database.

    views = present(placement, rows, pathway, actor=request.actor, today=timezone.localdate())
    picture = picture_of(views)          # for components/chain_list.html and chain_graph.html
    strip = strip_of(rows, actor=..., today=...)   # for components/chain_strip.html

`rows` are those of `selectors.placements.steps_of`; `placement` has newcomer, employer and host at hand. `facts`
(of `facts_of`) may be given where the page has them: then a finished step says who finished it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, get_urlconf, reverse

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.wording import capital
from onboarding.words import Function, Role
from steps import picture, policies
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind, State
from steps.pathway import Pathway, Step
from steps.telling import Chases, Scene, Telling
from steps.words import TABLE, Kind, Reader, sentence

MET = frozenset({State.DONE, State.RECHECK})
WAITING = frozenset({Kind.LOCKED, Kind.PARKED, Kind.NOT_DUE})
NOT_THERE = frozenset({Kind.NOT_NEEDED, Kind.WAIVED})


@dataclass(frozen=True, slots=True)
class StepView:
    """One step in one reader's words.

    `who` has the next move ("IT", "you", a name), `since` when in words; both are empty where nobody has to act.
    `needs` and `better_after` name the unmet steps. `acting`: somebody must act now. `mine`: the reader must.
    `met`: done, or done and being checked again. `waiting`: nobody can act yet.
    `not_needed`: there is no such step for this newcomer. `own_team`: whose step it is, whoever has the next move.
    """

    row: PlacementStep
    definition: Step
    kind: Kind
    reader: Reader
    glyph: str
    tag: str
    tag_colour: str
    sentence: str
    who: str
    since: str
    needs: str
    better_after: str
    acting: bool
    mine: bool
    met: bool
    waiting: bool
    not_needed: bool
    own_team: str
    query: str

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def title(self) -> str:
        return self.definition.title

    @property
    def short(self) -> str:
        return self.definition.short

    @property
    def stuck_href(self) -> str:
        """Where the newcomer says that it does not work."""
        address = own_address("stuck", self.row.key, get_urlconf())
        return address + self.query if address else ""

    @property
    def href(self) -> str:
        if self.reader == Reader.NEWCOMER:
            return own_address("step", self.row.key, get_urlconf()) + self.query
        return reverse("newcomer_step", args=[self.row.placement.ref, self.row.key])


@lru_cache(maxsize=1024)
def own_address(name: str, key: str, urlconf: str | None) -> str:
    """An address of a step among the newcomer's own; nothing where this installation does not have it. A page names
    some thirty of them, the same for everybody."""
    try:
        return reverse(name, urlconf, args=[key])
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class ChainPicture:
    listing: picture.Listing
    drawing: picture.Drawing
    strip: picture.Strip


def present(
    placement: Placement,
    rows: Iterable[PlacementStep],
    pathway: Pathway,
    *,
    actor: Actor,
    today: dt.date,
    facts: Iterable[Fact] = (),
    query: str = "",
    chases: Chases = dict,
) -> list[StepView]:
    """The steps of a placement in pathway order, in words for the actor. `query` ("?placement=...") goes on the
    newcomer's links, who may have several placements. With `chases` (of `telling.chases_of`) what is stuck says when
    its owner is asked again."""
    steps = {step.key: step for step in pathway.steps}
    by_key = {row.key: row for row in rows if row.key in steps}
    for row in by_key.values():
        row.placement = placement
    scene = Scene(placement, by_key, steps, actor, today, done_facts(facts), chases)
    return [view_of(scene, row, query) for row in by_key.values()]


def done_facts(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Step key -> the newest `done` that nobody took back."""
    facts = list(facts)
    taken_back = {f.of_id for f in facts if f.of_id}
    standing = [f for f in facts if f.kind == FactKind.DONE and f.pk not in taken_back]
    return {f.step: f for f in sorted(standing, key=lambda f: (f.at, f.pk))}


def view_of(scene: Scene, row: PlacementStep, query: str) -> StepView:
    kind = kind_of(row, today=scene.today, step=scene.steps[row.key])
    mine = policies.is_holder(scene.actor, row) and is_acting(row, scene.today)
    reader = reader_of(scene, row)
    telling = Telling(scene, row, reader)
    acting = is_acting(row, scene.today)
    return StepView(
        row=row,
        definition=scene.steps[row.key],
        kind=kind,
        reader=reader,
        glyph=glyph_of(kind, mine=mine),
        tag=tag_of(kind, telling, mine=mine),
        tag_colour=colour_of(kind, mine=mine),
        sentence=sentence(kind, sentence_reader(kind, reader, mine=mine), telling),
        who=who_of(kind, telling),
        since=telling.since if acting else "",
        needs=telling.waiting_on if kind in WAITING else "",
        better_after=telling.better_after,
        acting=acting,
        mine=mine,
        met=row.state in MET,
        waiting=kind in WAITING,
        not_needed=kind in NOT_THERE,
        own_team=telling.own,
        query=query,
    )


def kind_of(row: PlacementStep, *, today: dt.date, step: Step | None = None) -> Kind:
    """What the row is in people's eyes. Without the step's definition, payday unknown is read off the row."""
    match row.state:
        case State.NOT_APPLICABLE:
            return Kind.WAIVED if row.reasons.get("waived") else Kind.NOT_NEEDED
        case State.BLOCKED if row.parked:
            return Kind.PARKED
        case State.BLOCKED:
            return Kind.STUCK_NEWCOMER if row.owner_function == Function.NEWCOMER else Kind.STUCK
        case State.RECHECK:
            return Kind.RECHECK
        case State.DONE:
            return Kind.UPGRADE if row.upgrade else Kind.LIMITED if row.limited else Kind.DONE
    if row.says_works_at and not row.issued:
        return Kind.SAYS_WORKS
    if is_before_due(row, today, step):
        return Kind.NOT_DUE
    if row.state == State.LOCKED:
        return Kind.LOCKED
    if row.issued:
        return Kind.CONFIRM
    return Kind.YOURS if row.owner_function == Function.NEWCOMER else Kind.TEAM


def is_before_due(row: PlacementStep, today: dt.date, step: Step | None) -> bool:
    if row.due_from is not None:
        return row.due_from > today
    if step is not None:
        return step.due is not None
    return row.state == State.READY and not row.actionable


def is_acting(row: PlacementStep, today: dt.date) -> bool:
    early = row.state in (State.READY, State.LOCKED) and row.due_from is not None and row.due_from > today
    return row.actionable and not early


def reader_of(scene: Scene, row: PlacementStep) -> Reader:
    if scene.by_newcomer:
        return Reader.NEWCOMER
    if policies.is_holder(scene.actor, row) or policies.is_step_team(scene.actor, row):
        return Reader.TEAM
    return Reader.OTHERS


def sentence_reader(kind: Kind, reader: Reader, *, mine: bool) -> Reader:
    """Whose sentence fits: a step to check again is asked of whoever must check it, the newcomer too; a step that is
    stuck or ready is "yours" only to those whose move it is."""
    if kind == Kind.RECHECK and mine:
        return Reader.TEAM
    if kind in (Kind.STUCK, Kind.TEAM, Kind.SAYS_WORKS) and reader == Reader.TEAM and not mine:
        return Reader.OTHERS
    return reader


def glyph_of(kind: Kind, *, mine: bool) -> str:
    """The picture for a state: an arrow where the reader must act, a person where somebody else must."""
    if kind in NOT_THERE:
        return "waiting"
    if kind in (Kind.YOURS, Kind.CONFIRM, Kind.TEAM, Kind.SAYS_WORKS, Kind.UPGRADE):
        return "yours" if mine else "team" if kind != Kind.UPGRADE else "limited"
    return TABLE[kind].glyph


def tag_of(kind: Kind, telling: Telling, *, mine: bool) -> str:
    words = TABLE[kind]
    if mine and words.to_act:
        return words.to_act
    if kind in (Kind.YOURS, Kind.CONFIRM) and not mine:
        return "With newcomer"
    return words.tag.format_map(telling)


def colour_of(kind: Kind, *, mine: bool) -> str:
    words = TABLE[kind]
    if mine and words.to_act:
        return "blue"
    if kind in (Kind.YOURS, Kind.CONFIRM) and not mine:
        return "white"
    return words.colour


def who_of(kind: Kind, telling: Telling) -> str:
    """Who has the next move; where the step waits, who has what it waits for."""
    if kind in (Kind.DONE, Kind.LIMITED, Kind.NOT_DUE) or kind in NOT_THERE:
        return ""
    if kind in (Kind.LOCKED, Kind.PARKED):
        return telling.cause_teams
    return telling.team


def said_next(
    placement: Placement, pathway: Pathway, changed: Iterable[PlacementStep], *, key: str, actor: Actor
) -> str:
    """After a press on one step: who has what it opened. "IT has Work email now. e-LfH is your turn now." """
    steps = {step.key: step for step in pathway.steps}
    opened = [row for row in changed if row.key != key and row.state == State.READY and row.actionable]
    scene = Scene(placement, {}, steps, actor, dt.date.min, {})
    said = []
    for row in sorted(opened, key=lambda row: row.position):
        if policies.is_holder(actor, row):
            said.append(f"{steps[row.key].short} is your turn now.")
        else:
            said.append(f"{capital(scene.team(row.owner_function, row.owner_side))} has {steps[row.key].short} now.")
    return " ".join(said)


def picture_of(views: Sequence[StepView]) -> ChainPicture:
    """The chain as a list and as a graph."""
    items = [item_of(view) for view in views]
    return ChainPicture(picture.listing(items), picture.drawing(items), picture.strip_of(items))


def item_of(view: StepView) -> picture.Item:
    step = view.definition
    return picture.Item(
        key=view.key,
        short=view.short,
        title=view.title,
        glyph=view.glyph,
        tag=view.tag,
        colour=view.tag_colour,
        sentence=view.sentence,
        needs=view.needs,
        better_after=view.better_after,
        since=capital(f"{view.who} {view.since.partition(' (')[0]}") if view.acting else "",
        href=view.href,
        met=view.met,
        acting=view.acting,
        waiting=view.waiting,
        week_one=step.week_one,
        not_needed=view.not_needed,
        hard=step.after,
        any=step.any,
        preferred=step.better_after,
    )


def strip_of(rows: Iterable[PlacementStep], *, actor: Actor, today: dt.date) -> picture.Strip:
    """The strip for a placement's rows; those of week 1 that are needed count. Needs neither pathway nor placement."""
    states = []
    for row in rows:
        kind = kind_of(row, today=today)
        if row.week_one and kind not in NOT_THERE:
            mine = is_acting(row, today) and has_function(actor, row)
            states.append((glyph_of(kind, mine=mine), row.state in MET))
    return picture.strip(states)


def has_function(actor: Actor, row: PlacementStep) -> bool:
    """Is it the actor's own move, as far as the row alone can tell? For the shape of a glyph, never for a right."""
    if row.owner_function == Function.NEWCOMER:
        return actor.newcomer_id is not None
    if row.owner_function == Function.MANAGER:
        return Role.MANAGER in actor.roles
    return actor.has(row.owner_function, row.owner_org_id)


def by_cause(views: Sequence[StepView]) -> Mapping[str, list[StepView]]:
    """Cause's key -> the steps that wait for it, nearest first: where the chain is really stuck."""
    held: dict[str, list[StepView]] = {}
    for view in views:
        for cause in view.row.reasons["because"]:
            held.setdefault(cause["step"], []).append(view)
    return held
