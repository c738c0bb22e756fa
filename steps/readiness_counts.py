"""The week-1 report in numbers alone: by step, and by department, role or employer. No one is named.

Pure: no Django, no clock, no database.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from steps.readiness import MET, Standing, Starter, StepNow

PARTS = ("ready", "team", "newcomer", "stuck", "waiting")


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many starters need a step of week 1, and where it stands with how many of them. `counts` has PARTS' keys:
    done; with a team; with the newcomer; stuck; waiting for a step before it."""

    short: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Group:
    """Starters that have something in common: how many of them, how many ready. `value` is what a filter takes."""

    value: str
    words: str
    starters: int
    ready: int


def part_of(step: StepNow, today: dt.date) -> str:
    """Where one step stands, in a word of PARTS."""
    if step.state in MET:
        return "ready"
    if not step.acting(today):
        return "waiting"
    if step.state == "blocked":
        return "stuck"
    return "newcomer" if step.owner_function == "newcomer" else "team"


def by_step(
    standings: Iterable[Standing], shorts: Mapping[str, Mapping[str, str]], today: dt.date
) -> tuple[StepCount, ...]:
    """The steps of week 1, each once whatever the pathway, in the order in which they come. `shorts`: pathway hash ->
    step key -> short title."""
    counts: dict[str, dict[str, int]] = {}
    titles: dict[str, str] = {}
    for standing in standings:
        starter = standing.starter
        for step in starter.steps:
            if step.week_one:
                titles.setdefault(step.key, shorts[starter.pathway].get(step.key, step.key))
                found = counts.setdefault(step.key, dict.fromkeys(PARTS, 0))
                found[part_of(step, starter.seen_on(today))] += 1
    return tuple(StepCount(titles[key], found) for key, found in counts.items())


def by_department(starter: Starter) -> tuple[str, str]:
    return starter.department, starter.department or "No department"


def by_role(starter: Starter) -> tuple[str, str]:
    return starter.role, starter.role or "No role"


def by_employer(starter: Starter) -> tuple[str, str]:
    return starter.employer.ods_code, starter.employer.name


def by_host(starter: Starter) -> tuple[str, str]:
    return starter.host.ods_code, starter.host.name


SPLITS: Mapping[str, Callable[[Starter], tuple[str, str]]] = {
    "department": by_department,
    "role": by_role,
    "employer": by_employer,
    "host": by_host,
}


def split(standings: Iterable[Standing], name: str) -> tuple[Group, ...]:
    """The starters by one of SPLITS, in the order of its words; nothing where all are of one kind."""
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for standing in standings:
        found[SPLITS[name](standing.starter)].append(standing.ready)
    if len(found) < 2:
        return ()
    groups = (Group(value, words, len(ready), sum(ready)) for (value, words), ready in found.items())
    return tuple(sorted(groups, key=lambda g: (not g.value, g.words.casefold())))
