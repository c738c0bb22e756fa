"""One placement's steps as the forecast reads them, cut down to what can still matter and to its separate parts."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from .durations import Durations

MET = frozenset({"done", "recheck", "not_applicable"})


class Step(NamedTuple):
    """A step now. Equal steps with equal durations make equal situations, which share one result.

    `state` is the verdict's. `after` are the hard edges, `any` the groups of which one member is enough; a step that
    an edge names and that is not among the steps given counts as met. `open_days` is for how many working days it
    could have been finished and was not; it says nothing about a step that waits. `not_before` is on which working
    day from now it becomes a task at the earliest.
    """

    key: str
    state: str
    week_one: bool
    durations: Durations
    after: tuple[str, ...] = ()
    any: tuple[tuple[str, ...], ...] = ()
    open_days: int = 0
    not_before: int = 0


class Judged(Protocol):
    """A verdict, or a row where one is settled."""

    @property
    def key(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def waiting_on(self) -> Sequence[str]: ...
    @property
    def any_of(self) -> Sequence[Sequence[str]]: ...


class Node(NamedTuple):
    """An unmet step with unmet steps only above it. `open_days` is 0 while it waits."""

    key: str
    week_one: bool
    durations: Durations
    after: tuple[str, ...]
    any: tuple[tuple[str, ...], ...]
    open_days: int
    not_before: int

    @property
    def above(self) -> set[str]:
        """The steps that it waits for, or for one of."""
        return {*self.after, *(member for group in self.any for member in group)}


class Tangled(ValueError):
    """The edges go round in a circle, which no published pathway does."""


def step_now(
    verdict: Judged,
    durations: Durations,
    *,
    week_one: bool,
    open_days: int = 0,
    not_before: int = 0,
    after: Collection[str] = (),
) -> Step:
    """Answer a step from its verdict, whose unmet dependencies already look through what is not applicable.

    A verdict lists a group's members among what it waits on. `after` are the pathway's hard edges of the step: a
    member that is one of them as well is waited for whatever its group does.
    """
    groups = tuple(tuple(group) for group in verdict.any_of)
    grouped = {member for group in groups for member in group}
    hard = tuple(key for key in verdict.waiting_on if key not in grouped or key in after)
    return Step(verdict.key, verdict.state, week_one, durations, hard, groups, open_days, not_before)


def nodes_of(steps: Iterable[Step]) -> list[Node]:
    """Answer what is unmet, by key, with the edges that still count: the same for the same situation in any order."""
    unmet = {step.key: step for step in steps if step.state not in MET}
    nodes = []
    for key in sorted(unmet):
        step = unmet[key]
        after = {name for name in step.after if name in unmet}
        # a group is met by any member that is, and asks nothing that a hard edge to a member does not ask already
        groups = {frozenset(group) for group in step.any if group and all(name in unmet for name in group)}
        after |= {name for group in groups if len(group) == 1 for name in group}
        pending = tuple(sorted(tuple(sorted(group)) for group in groups if not group & after))
        waits = bool(after or pending)
        open_days = 0 if waits else step.open_days
        node = Node(key, step.week_one, step.durations, tuple(sorted(after)), pending, open_days, step.not_before)
        nodes.append(node)
    return nodes


def parts_of(nodes: Sequence[Node]) -> list[tuple[Node, ...]]:
    """Answer the parts that no edge joins: what happens in one says nothing about another."""
    part = {node.key: {node.key} for node in nodes}
    for node in nodes:
        for above in node.above:
            if part[above] is not part[node.key]:
                part[node.key] |= part[above]
                for key in part[above]:
                    part[key] = part[node.key]
    groups: dict[int, list[Node]] = {}
    for node in nodes:
        groups.setdefault(id(part[node.key]), []).append(node)
    return [tuple(group) for group in groups.values()]


def last_of_week_one(nodes: Sequence[Node]) -> frozenset[str]:
    """Answer the week-1 steps after which no other week-1 step must come: once these are met, all are."""
    by_key = {node.key: node for node in nodes}
    covered: set[str] = set()
    look = [name for node in nodes if node.week_one for name in node.after]
    while look:
        name = look.pop()
        if name not in covered:
            covered.add(name)
            look.extend(by_key[name].after)
    return frozenset(node.key for node in nodes if node.week_one and node.key not in covered)
