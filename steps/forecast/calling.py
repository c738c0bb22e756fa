"""Whom to call first: how many more would be ready in time if what an owner holds were cleared today."""

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
    """Rank owners, and single blockers, by the expected readiness that clearing what they hold today buys.

    A newcomer whose week 1 is over, or too far off to say, can gain nothing and takes no part.
    """
    model = forecaster or Forecaster()
    owners: dict[str, list[_Bought]] = defaultdict(list)
    single: dict[tuple[str, ...], list[_Bought]] = defaultdict(list)
    for situation in situations:
        now = model.forecast(situation.steps, situation.days_left).chance
        if now is None or not situation.items:
            continue
        held: dict[str, list[Item]] = defaultdict(list)
        names: dict[tuple[str, ...], list[Item]] = defaultdict(list)
        for item in situation.items:
            held[item.owner].append(item)
            names[_single(situation, item)].append(item)
        for owner, items in held.items():
            owners[owner].append(_bought(model, situation, items, now))
        for name, items in names.items():
            single[name].append(_bought(model, situation, items, now))
    return Ranking(_ranked(owners.values()), _ranked(single.values()))


@dataclass(frozen=True, slots=True)
class _Bought:
    ref: str
    items: tuple[Item, ...]
    now: float
    gain: float


def _single(situation: Situation, item: Item) -> tuple[str, ...]:
    """A named blocker is one for all whom it holds; anything else is one newcomer's."""
    return (item.owner, item.blocker) if item.blocker else (item.owner, "", situation.ref, item.step)


def _bought(model: Forecaster, situation: Situation, items: list[Item], now: float) -> _Bought:
    """Forecast once more with the items' steps done."""
    cleared = {item.step for item in items}
    steps = tuple(step._replace(state="done") if step.key in cleared else step for step in situation.steps)
    then = model.forecast(steps, situation.days_left).chance
    return _Bought(situation.ref, tuple(items), now, max(0.0, (now if then is None else then) - now))


def _ranked(groups: Iterable[list[_Bought]]) -> tuple[Call, ...]:
    """Answer the calls that gain anything, by gain; what gains the same by owner, blocker and newcomers."""
    calls = [_call(bought) for bought in groups]
    helpful = [call for call in calls if call.gain > 0.0]
    return tuple(sorted(helpful, key=lambda call: (-round(call.gain, 9), call.owner, call.blocker, call.refs)))


def _call(bought: list[_Bought]) -> Call:
    items = [item for one in bought for item in one.items]
    counts = sorted(Counter(item.step for item in items).items(), key=lambda pair: (-pair[1], pair[0]))
    return Call(
        owner=items[0].owner,
        blocker=items[0].blocker if len({item.blocker for item in items}) == 1 else "",
        steps=tuple(counts),
        refs=tuple(sorted({one.ref for one in bought})),
        gain=sum(one.gain for one in bought),
        ready_now=sum(one.now for one in bought),
    )
