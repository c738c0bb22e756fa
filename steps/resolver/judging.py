"""The verdicts of a newcomer's steps from their standings, rule by rule. Sets of steps are bits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from .facts import FULLY, UNSAID, Owner, Standing
from .plan import NOT_APPLICABLE, Graph, Outcome, Plan, bits

STATES: Final = (NOT_APPLICABLE, "blocked", "recheck", "done", "locked", "ready")
NEWCOMER: Final = Owner("newcomer", None)

# The unmet direct dependencies of a step, and those any-groups among them that are unmet.
Waiting = tuple[int, tuple[int, ...]]
NOT_WAITING: Final[Waiting] = (0, ())

# Which owner a blocked step has: while it waits on nothing, and while it waits.
Holders = tuple[Owner, Owner]


class Situation(NamedTuple):
    """All that the verdicts depend on: two newcomers in the same situation have the same verdicts.

    Sets of steps but for `rechecks` (a step on recheck with the steps because of which) and `holders` (by step).
    """

    present: int
    done: int
    blocked: int
    independent: int
    issued: int
    limited: int
    rechecks: tuple[tuple[int, int], ...]
    holders: tuple[tuple[int, Holders], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcomes of all steps, with the sets that lists are made of. `to_act` counts no step that is ready."""

    outcomes: tuple[Outcome, ...]
    ready: int
    to_act: int
    unmet: int
    on_recheck: int


def situation(plan: Plan, applicable: int, standings: Sequence[Standing | None]) -> Situation:
    """Answer the situation that the standings (None where nothing happened to a step) are."""
    present = applicable
    done = blocked = independent = issued = stirred = 0
    for i, standing in enumerate(standings):
        bit = 1 << i
        if standing is None or not present & bit:
            continue
        if standing.waived_at is not None:
            present ^= bit
            continue
        if standing.done:
            done |= bit
        if standing.issued_at is not None:
            issued |= bit
        if standing.stirs:
            stirred |= bit
        if standing.blockers:
            blocked |= bit
            if any(blocker.independent for blocker in standing.blockers.values()):
                independent |= bit
    limited, rechecks = _looks_back(plan, plan.graph(present), done & ~blocked, stirred, standings)
    holders = tuple([(i, _holders(standings[i])) for i in bits(blocked)]) if blocked else ()
    return Situation(present, done, blocked, independent, issued, limited, rechecks, holders)


def _looks_back(
    plan: Plan, graph: Graph, done: int, stirred: int, standings: Sequence[Standing | None]
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Answer which done steps are limited, and which are on recheck because of which."""
    limited, rechecks = 0, []
    for i in bits(done):
        standing = standings[i]
        if standing is None or standing.done_at is None:
            continue
        if _is_limited(graph.better[i], standing, standings):
            limited |= 1 << i
        because = _recheck_because(plan, graph, i, standing.done_at, standings, stirred) if stirred else 0
        if standing.questioned_at is not None:
            because |= 1 << i
        if because:
            rechecks.append((i, because))
    return limited, tuple(rechecks)


def _is_limited(better: int, standing: Standing, standings: Sequence[Standing | None]) -> bool:
    if standing.full != UNSAID:
        return standing.full != FULLY
    return any(not _was_done(standings[i], standing.done_at) for i in bits(better))


def _was_done(standing: Standing | None, at: datetime | None) -> bool:
    return standing is not None and at is not None and standing.was_done(at)


def _recheck_because(
    plan: Plan, graph: Graph, i: int, done_at: datetime, standings: Sequence[Standing | None], stirred: int
) -> int:
    watches = plan.watches[i]
    since = 0
    for j in bits(stirred):
        standing = standings[j]
        if standing is not None and standing.stirred_since(done_at, watches):
            since |= 1 << j
    return since & _above(graph, i, done_at, standings) if since else 0


def _above(graph: Graph, i: int, at: datetime, standings: Sequence[Standing | None]) -> int:
    """Answer the steps above one: through hard edges, and through any-members that were done at that instant."""
    seen, todo = 0, [i]
    while todo:
        i = todo.pop()
        found = graph.hard[i]
        for group in graph.groups[i]:
            for j in bits(group):
                if _was_done(standings[j], at):
                    found |= 1 << j
        todo += bits(found & ~seen)
        seen |= found
    return seen


def _holders(standing: Standing | None) -> Holders:
    blockers = list(standing.blockers.values()) if standing else []
    oldest = blockers[0].owner
    independent = next((blocker.owner for blocker in blockers if blocker.independent), oldest)
    return oldest, independent


def judge(plan: Plan, now: Situation) -> Judgement:
    """Answer the verdicts in a situation."""
    graph = plan.graph(now.present)
    unmet = now.present & ~(now.done & ~now.blocked)
    waiting, waits = _waiting(graph, now, unmet)
    ready = unmet & ~now.blocked & ~waits
    led = _led_through(graph, unmet, waiting, ready)
    rechecks, holders = dict(now.rechecks), dict(now.holders)
    look_again = 0
    for i in rechecks:
        look_again |= 1 << i
    parked = now.blocked & waits & ~now.independent
    view = _View(
        plan=plan,
        graph=graph,
        now=now,
        unmet=unmet,
        parked=parked,
        free=now.independent | (unmet & ~waits),
        waiting=waiting,
        led=led,
        unlocks=_unlocks(led),
        rechecks=rechecks,
        holders=holders,
    )
    outcomes = []
    upgrades = 0
    plainly_done = now.done & ~(now.blocked | now.limited | now.issued | look_again)
    for i in range(plan.size):
        bit = 1 << i
        if not now.present & bit:
            outcomes.append(plan.gone[i])
        elif plainly_done & bit and not graph.better[i] & unmet:
            outcomes.append(plan.finished[i])
        else:
            outcome = _outcome(i, view)
            outcomes.append(outcome)
            if outcome.upgrade:
                upgrades |= bit
    to_act = (now.blocked & ~parked) | look_again | upgrades
    return Judgement(tuple(outcomes), ready, to_act, unmet, look_again)


class _View(NamedTuple):
    """What the outcome of each step is read from: sets of steps, and lists and dictionaries by step."""

    plan: Plan
    graph: Graph
    now: Situation
    unmet: int
    parked: int
    free: int
    waiting: dict[int, Waiting]
    led: dict[int, int]
    unlocks: dict[int, int]
    rechecks: dict[int, int]
    holders: dict[int, Holders]


def _outcome(i: int, view: _View) -> Outcome:
    now, bit = view.now, 1 << i
    waits, groups = view.waiting.get(i, NOT_WAITING)
    better = view.graph.better[i] & view.unmet
    limited = bool(now.limited & bit)
    upgrade = limited and not better and bool(view.plan.upgrades & bit)
    if now.blocked & bit:
        state, owner = "blocked", view.holders[i][1 if waits else 0]
    else:
        state = "recheck" if i in view.rechecks else "done" if now.done & bit else "locked" if waits else "ready"
        owner = NEWCOMER if upgrade or now.issued & bit else view.plan.owners[i]
    return Outcome(
        state,
        owner,
        bool(now.issued & bit),
        bool(view.parked & bit),
        waits,
        groups,
        view.led.get(i, 0) & view.free,
        view.rechecks.get(i, 0),
        limited,
        better,
        upgrade,
        view.unlocks.get(i, 0),
    )


def _waiting(graph: Graph, now: Situation, unmet: int) -> tuple[dict[int, Waiting], int]:
    """Answer which steps wait on what, and the set of them. A done that stands waits on nothing."""
    met = now.present & ~unmet
    waiting, all_waiting = {}, 0
    for i in bits(unmet & ~now.done):
        waits = graph.hard[i] & unmet
        groups = graph.groups[i]
        if groups:
            groups = tuple([group for group in groups if not group & met])
            for group in groups:
                waits |= group
        if waits:
            waiting[i] = (waits, groups)
            all_waiting |= 1 << i
    return waiting, all_waiting


def _led_through(graph: Graph, unmet: int, waiting: dict[int, Waiting], ready: int) -> dict[int, int]:
    """Answer, by step, the unmet steps that its waiting leads through: of a group the ready members, else all."""
    led: dict[int, int] = {}
    for i in graph.order:
        if i in waiting:
            through = graph.hard[i] & unmet
            for group in waiting[i][1]:
                through |= group & ready or group
            for j in bits(through):
                through |= led.get(j, 0)
            led[i] = through
    return led


def _unlocks(led: dict[int, int]) -> dict[int, int]:
    unlocks: dict[int, int] = {}
    for i, through in led.items():
        for j in bits(through):
            unlocks[j] = unlocks.get(j, 0) | 1 << i
    return unlocks
