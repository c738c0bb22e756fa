"""On which day each step of one part of a graph is met: exact, by walking the days of what is shared.

Steps that wait for the same step are not independent, so their chances must not be multiplied. The walk takes the
steps in an order in which nothing comes before what it waits for, and keeps the joint distribution of just as many
days as are still of use: of each step that somebody waits on, the latest day of its hard edges so far, the earliest of
each any-group so far, and the latest of the week-1 steps so far. A day that no later step asks for is summed out at
once. What depends on one shared cause takes equal days together, so a cause with ten followers costs no more than one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import add, mul
from typing import Final, NamedTuple

from .graph import Node, Tangled, last_of_week_one

MOST_STATES: Final = 20_000  # past this a shorter horizon is tried: its days are exact all the same

_ROUNDING: Final = 1e-15  # what a subtraction leaves of nothing: no state is kept for it

Days = tuple[float, ...]  # chance of being met by the end of day 0 .. horizon
Label = tuple[str, int]  # a step and -1 for its hard edges, or the number of its any-group; ALL for week 1
ALL: Final[Label] = ("", -1)
States = dict[tuple[int, ...], float]


class Spread(NamedTuple):
    """By when the part's steps are met. `ready` is of all its week-1 steps, None where it has none."""

    horizon: int
    ready: Days | None
    steps: dict[str, Days]


class TooWide(Exception):
    """More states than are kept; never leaves this module."""


def spread(nodes: Sequence[Node], horizon: int) -> Spread:
    """Answer the part's days up to the horizon, or up to a shorter one where its steps are knit too tightly."""
    order = in_order(nodes)
    while horizon > 1:
        try:
            return _Walk(order, horizon, MOST_STATES).spread()
        except TooWide:
            horizon //= 2
    return _Walk(order, horizon, None).spread()


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """Answer the nodes, each after all above it, so that few days are kept at a time.

    Of those that are free, first the one after which fewest steps have still somebody waiting for them; then the one
    with the longest way below it, so that what comes in late from the side is not carried along all the way.
    """
    waiting = {node.key: node for node in nodes}
    below: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for name in node.above:
            below[name].add(node.key)
    order: list[Node] = []
    while waiting:
        free = [node for node in waiting.values() if not any(name in waiting for name in node.above)]
        if not free:
            raise Tangled("these steps wait for one another: " + ", ".join(sorted(waiting)))
        asked = [below[node.key] & waiting.keys() for node in order]
        best = min(free, key=lambda node: (_kept(node, asked, below), -_reach(node.key, below), node.key))
        order.append(waiting.pop(best.key))
    return order


def _kept(node: Node, asked: Sequence[set[str]], below: Mapping[str, set[str]]) -> int:
    """Answer how many steps somebody still waits for once the node is taken."""
    return sum(1 for keys in asked if keys - {node.key}) + bool(below.get(node.key))


def _reach(key: str, below: Mapping[str, set[str]]) -> int:
    """Answer how many steps there are, one after another, below that one."""
    depth, level = 0, below.get(key)
    while level:
        depth, level = depth + 1, {under for name in level for under in below.get(name, ())}
    return depth


class _Walk:
    """The joint distribution while it goes over the steps. A day past the horizon is horizon + 1: later."""

    def __init__(self, order: Sequence[Node], horizon: int, most: int | None) -> None:
        self.order, self.horizon, self.most = order, horizon, most
        self.last = last_of_week_one(order)
        self.labels: tuple[Label, ...] = ()
        self.states: States = {(): 1.0}
        self.met: dict[str, Days] = {}
        self.hard: dict[str, list[str]] = defaultdict(list)  # who waits for a step
        self.groups: dict[str, list[Label]] = defaultdict(list)  # and which groups it is a member of
        self.to_come = {(node.key, n): len(group) for node in order for n, group in enumerate(node.any)}
        for node in order:
            for name in node.after:
                self.hard[name].append(node.key)
            for number, group in enumerate(node.any):
                for name in group:
                    self.groups[name].append((node.key, number))

    def spread(self) -> Spread:
        """Answer every step's days, and those of week 1."""
        ready = None
        for node in self.order:
            if node is self.order[-1] and node.key in self.last:
                ready = self._take_last(node)
            else:
                self._take(node)
        if self.last and ready is None:
            at = self.labels.index(ALL)
            days = [0.0] * (self.horizon + 2)
            for state, chance in self.states.items():
                days[state[at]] += chance
            ready = _by(days)
        return Spread(self.horizon, ready, self.met)

    def _take_last(self, node: Node) -> Days:
        """Answer week 1's days where its last step is the last of all: by then, that step and all others are met."""
        starts = self._starts(node)
        left = node.durations.left(node.open_days, self.horizon)
        self.met[node.key] = _by(_later([sum(column) for column in zip(*starts.values(), strict=True)], left))
        within = _by(left)[::-1]
        begun, ready = [0.0] * (self.horizon + 2), []
        rest = [label for label in self.labels if label != (node.key, -1)]
        others: dict[int, list[list[float]]] = defaultdict(list)
        for state, days in starts.items():
            others[state[0] if rest else 0].append(days)
        for day in range(self.horizon + 1):
            for days in others.get(day, ()):
                begun = list(map(add, begun, days))
            ready.append(min(1.0, sum(map(mul, begun[: day + 1], within[self.horizon - day :]))))
        return tuple(ready)

    def _take(self, node: Node) -> None:
        """Sum out the day on which the step can start, and let those below it know the day on which it is met."""
        starts = self._starts(node)
        left = node.durations.left(node.open_days, self.horizon)
        total = [sum(column) for column in zip(*starts.values(), strict=True)]
        self.met[node.key] = _by(_later(total, left))
        rest = tuple(label for label in self.labels if label != (node.key, -1))
        if not (self.hard[node.key] or self.groups[node.key] or node.key in self.last):
            self.labels = rest
            self.states = {state: sum(days) for state, days in starts.items()}
            return
        folding = self._folding(node, rest)
        states: States = defaultdict(float)
        for state, days in starts.items():
            for day, chance in enumerate(_later(days, left)):
                if chance:
                    states[folding.state(state, day)] += chance
            if self.most is not None and len(states) > self.most:
                raise TooWide
        self.labels, self.states = folding.labels, states

    def _starts(self, node: Node) -> dict[tuple[int, ...], list[float]]:
        """Answer the chance of each day on which the step can start, for each state of the other days."""
        size = self.horizon + 2
        earliest = min(node.not_before, self.horizon + 1)
        starts: dict[tuple[int, ...], list[float]] = {}
        at = self.labels.index((node.key, -1)) if (node.key, -1) in self.labels else None
        for state, chance in self.states.items():
            day, rest = earliest, state
            if at is not None:
                day, rest = max(earliest, state[at]), state[:at] + state[at + 1 :]
            days = starts.get(rest)
            if days is None:
                days = starts[rest] = [0.0] * size
            days[day] += chance
        return starts

    def _folding(self, node: Node, rest: tuple[Label, ...]) -> "_Folding":
        """Plan what the step's day does to the days kept: the latest for edges, the earliest for groups."""
        folding = _Folding(rest)
        for label in self.groups[node.key]:
            self.to_come[label] -= 1
            folding.earliest(label)
            if not self.to_come[label]:
                folding.close(label)
        for key in self.hard[node.key]:
            folding.latest((key, -1))
        if node.key in self.last:
            folding.latest(ALL)
        return folding.planned()


class _Folding:
    """How one more day changes a state: worked out once for a step, done for each of its states."""

    def __init__(self, labels: tuple[Label, ...]) -> None:
        self.before = len(labels)
        self.labels = labels
        self._slots: list[Label] = list(labels)  # with those that a state does not have yet
        self._acts: list[tuple[str, int, int]] = []
        self._closed: set[int] = set()
        self._keep: list[int] = []

    def _slot(self, label: Label) -> tuple[int, bool]:
        """Answer where the label's day is, and whether it was there before."""
        if label in self._slots:
            return self._slots.index(label), True
        self._slots.append(label)
        return len(self._slots) - 1, False

    def earliest(self, label: Label) -> None:
        at, there = self._slot(label)
        self._acts.append(("min" if there else "set", at, -1))

    def latest(self, label: Label) -> None:
        at, there = self._slot(label)
        self._acts.append(("max" if there else "set", at, -1))

    def close(self, group: Label) -> None:
        """The group has no member to come: from now on its earliest day is one more edge of its step."""
        source = self._slots.index(group)
        at, there = self._slot((group[0], -1))
        self._acts.append(("max" if there else "set", at, source))
        self._closed.add(source)

    def planned(self) -> "_Folding":
        self._keep = [at for at in range(len(self._slots)) if at not in self._closed]
        self.labels = tuple(self._slots[at] for at in self._keep)
        return self

    def state(self, old: tuple[int, ...], day: int) -> tuple[int, ...]:
        """Answer the state after a step was met on that day."""
        new = [*old, *([0] * (len(self._slots) - self.before))]
        for act, at, source in self._acts:
            other = day if source < 0 else new[source]
            if act == "set" or (other > new[at] if act == "max" else other < new[at]):
                new[at] = other
        return tuple([new[at] for at in self._keep])


def _later(days: Sequence[float], left: Sequence[float]) -> list[float]:
    """Answer when a step is met that starts on those days and takes so long: the last of each list is 'later'."""
    horizon = len(days) - 2
    first = next((day for day, chance in enumerate(days) if chance), horizon + 1)
    backwards = left[horizon::-1]
    met = [0.0] * first
    for day in range(first, horizon + 1):
        met.append(sum(map(mul, days[first : day + 1], backwards[horizon - day + first :])))
    left_over = sum(days) - sum(met)
    met.append(left_over if left_over > _ROUNDING else 0.0)
    return met


def _by(days: Sequence[float]) -> Days:
    """Answer the chance by the end of each day; what is left over is later than the horizon."""
    so_far, by = 0.0, []
    for chance in days[:-1]:
        so_far += chance
        by.append(min(1.0, so_far))
    return tuple(by)
