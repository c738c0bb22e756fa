"""The picture of a newcomer's chain as data: strip, list, and what is on the main line. `drawing.py` has the graph.

Pure: items in, dataclasses out. Words, links and glyphs are the caller's; here is only what follows from the edges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FOLD_OVER = 3  # this many finished steps in a row stay open; of more, all but the last fold away
CAN_FOLD = frozenset({"done", "limited"})


@dataclass(frozen=True, slots=True)
class Item:
    """One step as people see it.

    `met`: done, or done and to be checked again. `acting`: somebody must act on it now. `waiting`: nobody can yet.
    `not_needed`: the role has no such step; the edges of what comes after pass through it.
    `since`: who has it since when, short enough for a box. The edges are step keys.
    """

    key: str
    short: str
    title: str
    glyph: str
    tag: str
    colour: str = ""  # of the tag, as nhsuk names it; empty: the tag is plain words
    sentence: str = ""
    needs: str = ""
    better_after: str = ""
    since: str = ""
    href: str = ""
    met: bool = False
    acting: bool = False
    waiting: bool = False
    week_one: bool = False
    not_needed: bool = False
    hard: tuple[str, ...] = ()
    any: tuple[tuple[str, ...], ...] = ()
    preferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    glyphs: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list: one item, or finished ones folded away (then `item` is None)."""

    item: Item | None = None
    folded: tuple[Item, ...] = ()

    @property
    def met(self) -> bool:
        return self.item.met if self.item else True


@dataclass(frozen=True, slots=True)
class Listing:
    main: tuple[Entry, ...]
    alongside: tuple[Entry, ...]
    not_needed: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Edges:
    """What one step comes after, among the steps that are there: hard ones, and groups of two or more."""

    hard: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.hard, *(key for group in self.groups for key in group))))


@dataclass(slots=True)
class Graph:
    """The steps that are there, in pathway order, with their depth: the longest hard or any path to them."""

    items: dict[str, Item]
    edges: dict[str, Edges]
    depth: dict[str, int] = field(default_factory=dict)

    def longest_way_to(self, key: str) -> int:
        if key not in self.depth:
            above = [self.longest_way_to(other) for other in self.edges[key].all]
            self.depth[key] = 1 + max(above, default=-1)
        return self.depth[key]


def strip(states: Iterable[tuple[str, bool]]) -> Strip:
    """The week-1 steps that are needed, as (glyph, met) pairs in pathway order."""
    states = list(states)
    if not states:
        return Strip((), "")
    done = sum(met for _, met in states)
    stuck = sum(glyph == "stuck" for glyph, _ in states)
    tail = f", {stuck} stuck" if stuck else ""
    return Strip(tuple(glyph for glyph, _ in states), f"Week 1: {done} of {len(states)} done{tail}.")


def strip_of(items: Iterable[Item]) -> Strip:
    return strip((item.glyph, item.met) for item in items if item.week_one and not item.not_needed)


def listing(items: Sequence[Item]) -> Listing:
    """The list: the main line in order, the other steps beside it, and what is not needed."""
    graph = graph_of(items)
    main = main_line(graph)
    beside = [item for key, item in graph.items.items() if key not in main]
    return Listing(
        main=tuple(fold_runs([graph.items[key] for key in main])),
        alongside=tuple(fold_all(beside)),
        not_needed=tuple(item for item in items if item.not_needed),
    )


def graph_of(items: Sequence[Item]) -> Graph:
    given = {item.key: item for item in items}
    there = {key: item for key, item in given.items() if not item.not_needed}
    graph = Graph(there, {key: edges_of(item, given) for key, item in there.items()})
    for key in there:
        graph.longest_way_to(key)
    return graph


def edges_of(item: Item, given: dict[str, Item]) -> Edges:
    """A step's edges with those that are not needed taken out: a hard one passes its own through, whole groups
    included; in a group it is struck out. Of a group with one member left, that one is a hard edge."""
    hard: dict[str, None] = {}
    groups: dict[tuple[str, ...], None] = {}

    def collect(of: Item) -> None:
        for key in of.hard:
            if key in given and given[key].not_needed:
                collect(given[key])
            elif key in given:
                hard[key] = None
        for group in of.any:
            left = tuple(key for key in group if key in given and not given[key].not_needed)
            if len(left) == 1:
                hard[left[0]] = None
            elif left:
                groups[left] = None

    collect(item)
    return Edges(tuple(hard), tuple(groups))


def main_line(graph: Graph) -> list[str]:
    """Keys of the longest path to a week-1 step, first to last; of equals the one that stands first."""
    ends = [key for key, item in graph.items.items() if item.week_one] or list(graph.items)
    if not ends:
        return []
    at = max(ends, key=lambda key: graph.depth[key])
    line = [at]
    while above := graph.edges[at].all:
        at = max(above, key=lambda key: graph.depth[key])
        line.append(at)
    return line[::-1]


def can_fold(item: Item) -> bool:
    return item.met and not item.acting and item.glyph in CAN_FOLD


def fold_runs(items: Sequence[Item]) -> Iterable[Entry]:
    """On the main line only neighbours fold together, so that the order stays true."""
    run: list[Item] = []
    for item in items:
        if can_fold(item):
            run.append(item)
        else:
            yield from folded(run)
            yield Entry(item)
            run = []
    yield from folded(run)


def fold_all(items: Sequence[Item]) -> Iterable[Entry]:
    """Beside it order means nothing: what is finished stands together at the end."""
    yield from (Entry(item) for item in items if not can_fold(item))
    yield from folded([item for item in items if can_fold(item)])


def folded(run: Sequence[Item]) -> Iterable[Entry]:
    if len(run) > FOLD_OVER:
        yield Entry(folded=tuple(run[:-1]))
        run = run[-1:]
    yield from (Entry(item) for item in run)
