"""Facts, their order, and what a step's own facts, taken in that order, make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from steps.pathway import Step, side_of

# On one step at one instant, facts are taken in this order. A retraction takes no turn: it makes another drop out.
ORDER: Final = ("waived", "issued", "done", "cleared", "blocked", "handed_over", "corrected", "questioned", "reopened")
KINDS: Final = (*ORDER, "retracted")
RANK: Final = {kind: rank for rank, kind in enumerate(ORDER)}
WAIVED, ISSUED, DONE, CLEARED, BLOCKED, HANDED_OVER, CORRECTED, QUESTIONED, REOPENED = range(len(ORDER))

# A done that says nothing about how full the access is, one that says it is not, one that says it is.
UNSAID, PARTLY, FULLY = range(3)
FULL: Final = {None: UNSAID, False: PARTLY, True: FULLY}

# (at, rank of its kind, blocker, owner, side, reason, independent, full, fields, id): a fact as the resolver sorts it.
# What follows the owner settles the order of facts that say different things at one instant, so that the order in
# which they arrive never matters.
Event = tuple[datetime, int, str, str, str, str, bool, int, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a newcomer's step. `at` is an instant with a zone; `of` is the id retracted.

    `owner` and `side` left empty are the step's own and the usual ones; `fields` and `full` None say nothing.
    """

    step: str
    kind: str
    at: datetime
    id: str | None = None
    blocker: str = ""
    owner: str = ""
    side: str | None = None
    reason: str = ""
    independent: bool = False
    fields: tuple[str, ...] | None = None
    full: bool | None = None
    of: str | None = None


class Owner(NamedTuple):
    """A function on a side; the newcomer is on no side."""

    function: str
    side: str | None


@dataclass(frozen=True, slots=True)
class OpenBlocker:
    """A reason why a step cannot go on. `since` and `by_fact` (an id) are of the fact that opened it."""

    id: str
    owner: Owner
    since: datetime
    reason: str
    independent: bool
    by_fact: str | None


def event(fact: Fact) -> Event:
    """Answer the fact in the shape that sorts."""
    return (
        fact.at,
        RANK[fact.kind],
        fact.blocker,
        fact.owner,
        fact.side or "",
        fact.reason,
        fact.independent,
        FULL[fact.full],
        tuple(fact.fields or ()),
        fact.id or "",
    )


def standing_facts(facts: Iterable[Fact]) -> list[Fact]:
    """Answer the facts that count: retractions and the facts that they name drop out."""
    kept = list(facts)
    taken_back = {fact.of for fact in kept if fact.kind == "retracted"}
    if not taken_back:
        return kept
    return [fact for fact in kept if fact.kind != "retracted" and (fact.id is None or fact.id not in taken_back)]


class Standing:
    """What a step's own facts make of it.

    `turns` are the instants at which `done` began (True) or ended to stand; `stirs` those at which it was reopened
    (None) or corrected (the fields named, () for all). `freed_at` is when its last open blocker was cleared, and
    `questioned_at` when something first spoke against the done that stands.
    """

    __slots__ = (
        "blockers",
        "done",
        "done_at",
        "freed_at",
        "full",
        "issued_at",
        "questioned_at",
        "stirs",
        "turns",
        "waived_at",
    )

    def __init__(self) -> None:
        self.done = False
        self.done_at: datetime | None = None
        self.full = UNSAID
        self.issued_at: datetime | None = None
        self.waived_at: datetime | None = None
        self.questioned_at: datetime | None = None
        self.freed_at: datetime | None = None
        self.blockers: dict[str, OpenBlocker] = {}  # oldest first
        self.turns: list[tuple[datetime, bool]] = []
        self.stirs: list[tuple[datetime, tuple[str, ...] | None]] = []

    def was_done(self, at: datetime) -> bool:
        """Say whether a done stood at that instant, with everything that happened in it."""
        done = False
        for turned, to in self.turns:
            if turned > at:
                break
            done = to
        return done

    def stirred_since(self, at: datetime, watches: frozenset[str] | None) -> bool:
        """Say whether the step was, after that instant, reopened or corrected in a field that is watched."""
        for stirred, fields in self.stirs:
            if stirred > at:
                if fields is None or watches is None:
                    return True
                if watches and (not fields or not watches.isdisjoint(fields)):
                    return True
        return False

    def take(self, happened: Event, step: Step) -> None:
        at, rank = happened[0], happened[1]
        if rank == DONE:
            self.done, self.done_at, self.full = True, at, happened[7]
            self.issued_at = self.waived_at = self.questioned_at = None
            self.close_all(at)
            self.turns.append((at, True))
        elif rank == ISSUED:
            self.issued_at = at
        elif rank == BLOCKED:
            self.block(happened, step)
        elif rank == CLEARED:
            self.clear(at, happened[2])
        elif rank == HANDED_OVER:
            for name in [happened[2]] if happened[2] else list(self.blockers):
                if name in self.blockers:
                    self.blockers[name] = _held_by(self.blockers[name], owner_of(step, happened[3], happened[4]))
        elif rank == CORRECTED:
            self.stirs.append((at, happened[8]))
        elif rank == QUESTIONED:
            self.questioned_at = self.questioned_at or (at if self.done else None)
        else:
            self.end_done(at)
            self.waived_at = at if rank == WAIVED else None
            if rank == WAIVED:
                self.close_all(at)
            else:
                self.issued_at = None
                self.stirs.append((at, None))

    def block(self, happened: Event, step: Step) -> None:
        at, _, name, _, _, reason, independent, _, _, fact = happened
        owner = owner_of(step, happened[3], happened[4])
        if name in self.blockers:
            self.blockers[name] = _held_by(self.blockers[name], owner)
        else:
            self.blockers[name] = OpenBlocker(name, owner, at, reason, independent, fact or None)

    def clear(self, at: datetime, name: str) -> None:
        if not name:
            self.close_all(at)
        elif self.blockers.pop(name, None) is not None and not self.blockers:
            self.freed_at = at

    def end_done(self, at: datetime) -> None:
        self.done = False
        self.questioned_at = None
        self.turns.append((at, False))

    def close_all(self, at: datetime) -> None:
        if self.blockers:
            self.blockers.clear()
            self.freed_at = at


def owner_of(step: Step, function: str, side: str | None) -> Owner:
    """Answer the owner that a blocker names: by default the step's own function, on its usual side."""
    function = function or step.owner
    if function == "newcomer":
        return Owner("newcomer", None)
    return Owner(function, side or side_of(function, step))


def _held_by(blocker: OpenBlocker, owner: Owner) -> OpenBlocker:
    return OpenBlocker(blocker.id, owner, blocker.since, blocker.reason, blocker.independent, blocker.by_fact)


def stand(events: Sequence[Event], step: Step) -> Standing:
    """Answer what a step's own events, in any order, make of it."""
    standing = Standing()
    for happened in sorted(events) if len(events) > 1 else events:
        standing.take(happened, step)
    return standing
