"""A pathway made ready for resolving: steps are numbers, and a set of steps is the bits of one whole number."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

from steps.pathway import Pathway, applies

from .facts import Owner

NOT_APPLICABLE: Final = "not_applicable"

_MOST_GRAPHS: Final = 4096  # graphs kept a pathway: one for each set of steps that are there together
_MOST_PLANS: Final = 64
_MOST_LISTS: Final = 20_000


_members: dict[int, tuple[int, ...]] = {}


def bits(mask: int) -> tuple[int, ...]:
    """Answer the numbers of the steps in a set, in pathway order. Kept, since the same few sets are asked for."""
    members = _members.get(mask)
    if members is None:
        found, left = [], mask
        while left:
            lowest = left & -left
            found.append(lowest.bit_length() - 1)
            left ^= lowest
        if len(_members) >= _MOST_LISTS:
            _members.clear()
        members = _members[mask] = tuple(found)
    return members


class Outcome(NamedTuple):
    """A step's verdict in the numbers of the plan; sets of steps, but for `state`, `owner` and `any_of`."""

    state: str
    owner: Owner
    issued: bool = False
    parked: bool = False
    waiting_on: int = 0
    any_of: tuple[int, ...] = ()
    because: int = 0
    recheck_because: int = 0
    limited: bool = False
    better_after: int = 0
    upgrade: bool = False
    unlocks: int = 0


class Graph:
    """The edges among the steps that are there, once those that are not have passed on what they came after.

    `hard`, `better` and each group of `groups` are sets of steps, by the number of the step that comes after them.
    """

    __slots__ = ("better", "groups", "hard", "order", "present")

    def __init__(self, plan: "Plan", present: int) -> None:
        self.present = present
        self.hard = [0] * plan.size
        self.groups: list[tuple[int, ...]] = [()] * plan.size
        self.better = [better & present for better in plan.better]
        self.order = [i for i in plan.order if present >> i & 1]
        for i in plan.order:
            hard, groups = 0, {group & present for group in plan.groups[i]}
            for upstream in bits(plan.after[i]):
                if present >> upstream & 1:
                    hard |= 1 << upstream
                else:
                    hard |= self.hard[upstream]
                    groups.update(self.groups[upstream])
            self.hard[i] = hard
            groups.discard(0)  # nobody left in it: met
            if groups:
                self.groups[i] = tuple(sorted(groups, key=bits))


class Plan:
    """A pathway's steps by number, and the graphs of those sets of steps that have come up so far."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway
        self.steps = pathway.steps
        self.size = len(pathway.steps)
        self.keys = tuple(step.key for step in pathway.steps)
        self.number = {key: i for i, key in enumerate(self.keys)}
        self.after = [self._set(step.after) for step in pathway.steps]
        self.groups = [tuple(self._set(group) for group in step.any) for step in pathway.steps]
        self.better = [self._set(step.better_after) for step in pathway.steps]
        self.watches = [None if s.watches is None else frozenset(s.watches) for s in pathway.steps]
        self.owners = [Owner(step.owner, step.side) for step in pathway.steps]
        self.gone = [Outcome(NOT_APPLICABLE, owner) for owner in self.owners]
        self.finished = [Outcome("done", owner) for owner in self.owners]  # and nothing else to say
        self.week_one = self._where("week_one")
        self.upgrades = self._where("upgrade")
        self.dues = self._where("due")
        self.order = self._from_the_top()
        self.asked = pathway.asks_for
        self._graphs: dict[int, Graph] = {}
        self._ask: Callable[[Mapping[str, Any]], Any] = itemgetter(*self.asked) if self.asked else _nothing
        self._applicable: dict[Any, int] = {}
        self._names: dict[int, tuple[str, ...]] = {}

    def _set(self, keys: tuple[str, ...]) -> int:
        mask = 0
        for key in keys:
            mask |= 1 << self.number[key]
        return mask

    def _where(self, name: str) -> int:
        return sum(1 << i for i, step in enumerate(self.steps) if getattr(step, name))

    def _from_the_top(self) -> list[int]:
        """Answer the steps' numbers so that each stands below all that it comes after."""
        above = [after | _union(groups) for after, groups in zip(self.after, self.groups, strict=True)]
        order: list[int] = []
        placed, left = 0, list(range(self.size))
        while left:
            free = [i for i in left if not above[i] & ~placed]
            if not free:
                raise ValueError(f"The pathway {self.pathway.key} has a cycle")
            order += free
            placed |= sum(1 << i for i in free)
            left = [i for i in left if not placed >> i & 1]
        return order

    def applicable(self, newcomer: Mapping[str, Any]) -> int:
        """Answer the set of steps whose rule lets this newcomer in; KeyError for an attribute that is lacking."""
        asked = self._ask(newcomer)
        mask = self._applicable.get(asked)
        if mask is None:
            mask = sum(1 << i for i, step in enumerate(self.steps) if applies(step.applies, newcomer))
            if len(self._applicable) >= _MOST_LISTS:
                self._applicable.clear()
            self._applicable[asked] = mask
        return mask

    def graph(self, present: int) -> Graph:
        """Answer the graph of the steps that are there."""
        graph = self._graphs.get(present)
        if graph is None:
            if len(self._graphs) >= _MOST_GRAPHS:
                self._graphs.clear()
            graph = self._graphs[present] = Graph(self, present)
        return graph

    def names(self, mask: int) -> tuple[str, ...]:
        """Answer the keys of a set of steps, in pathway order."""
        names = self._names.get(mask)
        if names is None:
            if len(self._names) >= _MOST_LISTS:
                self._names.clear()
            names = self._names[mask] = tuple([self.keys[i] for i in bits(mask)])
        return names


def _nothing(newcomer: Mapping[str, Any]) -> None:
    """Ask nothing of a newcomer: every step applies."""


def _union(masks: tuple[int, ...]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


_plans: OrderedDict[int, Plan] = OrderedDict()


def plan_of(pathway: Pathway) -> Plan:
    """Answer the plan of a pathway, made once for each pathway object and kept for the last few."""
    plan = _plans.get(id(pathway))
    if plan is None or plan.pathway is not pathway:
        plan = _plans[id(pathway)] = Plan(pathway)
        if len(_plans) > _MOST_PLANS:
            _plans.popitem(last=False)
    return plan
