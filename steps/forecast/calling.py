"""Whom to call first: how many more would be ready in time if what an owner holds were cleared today.

What a call buys is summed over newcomers, so each newcomer's part (`Gains`) can be worked out apart, kept, and summed
for whoever is asked about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .forecasting import Forecaster
from .graph import Step


@dataclass(frozen=True, slots=True)
class Item:
    """What somebody can act on now: a step, who must, and the blocker's name where newcomers share one."""

    step: str
    owner: str
    blocker: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """One newcomer, known by `ref`: the steps, how many working days week 1 has left, what can be acted on now."""

    ref: str
    steps: tuple[Step, ...]
    days_left: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What clearing these items of one newcomer today adds to the chance. `blocker`: see `Call`."""

    owner: str
    blocker: str
    steps: tuple[str, ...]
    more: float


@dataclass(frozen=True, slots=True)
class Gains:
    """One newcomer's part in every call: all that an owner holds, and each single item. `now`: the chance as it is."""

    now: float
    owners: tuple[Gain, ...]
    single: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What clearing these items today buys: `gain` more newcomers expected to be ready by the end of their week 1.

    `ready_now` is how many of the same newcomers are expected to be without it. `steps` counts the items by step, the
    most first; `blocker` is the single blocker's name, empty for an owner's call or a step that nobody named.
    """

    owner: str
    blocker: str
    steps: tuple[tuple[str, int], ...]
    refs: tuple[str, ...]
    gain: float
    ready_now: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The calls that help, the most helpful first: everything an owner holds, and each single item or blocker."""

    owners: tuple[Call, ...]
    single: tuple[Call, ...]


def call_first(situations: Iterable[Situation], forecaster: Forecaster | None = None) -> Ranking:
    """Rank owners, and single blockers, by the expected readiness that clearing what they hold today buys."""
    model = forecaster or Forecaster()
    return rank((one.ref, gains) for one in situations if (gains := gains_of(one, model)))


def gains_of(situation: Situation, model: Forecaster) -> Gains | None:
    """Answer one newcomer's part. None where week 1 is too far off to say, or nobody can act; over: gains of 0."""
    now = model.forecast(situation.steps, situation.days_left).chance
    if now is None or not situation.items:
        return None
    owners: dict[str, list[Item]] = defaultdict(list)
    single: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in situation.items:
        owners[item.owner].append(item)
        single[(item.owner, item.blocker) if item.blocker else (item.owner, "", item.step)].append(item)
    return Gains(
        now,
        tuple(_gain(model, situation, items, now) for items in owners.values()),
        tuple(_gain(model, situation, items, now) for items in single.values()),
    )


def _gain(model: Forecaster, situation: Situation, items: list[Item], now: float) -> Gain:
    """Forecast once more with the items' steps done."""
    cleared = {item.step for item in items}
    steps = tuple(step._replace(state="done") if step.key in cleared else step for step in situation.steps)
    then = model.forecast(steps, situation.days_left).chance
    blockers = {item.blocker for item in items}
    return Gain(
        owner=items[0].owner,
        blocker=items[0].blocker if len(blockers) == 1 else "",
        steps=tuple(item.step for item in items),
        more=max(0.0, (now if then is None else then) - now),
    )


def rank(gains: Iterable[tuple[str, Gains]]) -> Ranking:
    """Sum the parts of these newcomers, each with its ref. A named blocker is one call for all whom it holds; any
    other single item is one newcomer's."""
    owners: dict[str, list[tuple[str, float, Gain]]] = defaultdict(list)
    single: dict[tuple[str, ...], list[tuple[str, float, Gain]]] = defaultdict(list)
    for ref, part in gains:
        for gain in part.owners:
            owners[gain.owner].append((ref, part.now, gain))
        for gain in part.single:
            name = (gain.owner, gain.blocker) if gain.blocker else (gain.owner, "", ref, *gain.steps)
            single[name].append((ref, part.now, gain))
    return Ranking(_ranked(owners.values()), _ranked(single.values()))


def _ranked(groups: Iterable[list[tuple[str, float, Gain]]]) -> tuple[Call, ...]:
    """Answer the calls that gain anything, by gain; what gains the same by owner, blocker and newcomers."""
    calls = [_call(parts) for parts in groups]
    helpful = [call for call in calls if call.gain > 0.0]
    return tuple(sorted(helpful, key=lambda call: (-round(call.gain, 9), call.owner, call.blocker, call.refs)))


def _call(parts: list[tuple[str, float, Gain]]) -> Call:
    counts = Counter(step for _, _, gain in parts for step in gain.steps)
    blockers = {gain.blocker for _, _, gain in parts}
    return Call(
        owner=parts[0][2].owner,
        blocker=blockers.pop() if len(blockers) == 1 else "",
        steps=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        refs=tuple(sorted({ref for ref, _, _ in parts})),
        gain=sum(gain.more for _, _, gain in parts),
        ready_now=sum(now for _, now, _ in parts),
    )
