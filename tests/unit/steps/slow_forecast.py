"""The forecast the slow, obviously right way: throw dice for every step, many times, and count."""

from itertools import product
from math import prod

from steps.forecast.graph import MET


def thrown(durations, open_days, dice):
    """Throw how many working days a step has yet to go; a million for more than a thousand."""
    for day in range(1000):
        if dice.random() < durations.hazards[min(open_days + day, len(durations.hazards) - 1)]:
            return day
    return 10**6


def waits(step, unmet):
    return any(n in unmet for n in step.after) or any(all(n in unmet for n in group) for group in step.any if group)


def played(steps, lengths):
    """Answer on which day each unmet step is met where each takes so long from when it can start."""
    unmet = {step.key: step for step in steps if step.state not in MET}
    met = {}

    def day(key):
        if key not in unmet:
            return 0
        if key not in met:
            step = unmet[key]
            start = [day(n) for n in step.after] + [min(day(n) for n in group) for group in step.any if group]
            met[key] = max([step.not_before, *start]) + lengths[key]
        return met[key]

    return {key: day(key) for key in unmet}


def one_draw(steps, dice):
    """Answer on which day each unmet step is met in one made future."""
    unmet = {step.key: step for step in steps if step.state not in MET}
    open_days = {key: 0 if waits(step, unmet) else step.open_days for key, step in unmet.items()}
    return played(steps, {key: thrown(step.durations, open_days[key], dice) for key, step in unmet.items()})


def summed(steps, days_left):
    """Answer the chance that all week-1 steps are met in time: every way that the waits can fall, one by one."""
    unmet = {step.key: step for step in steps if step.state not in MET}
    left = [s.durations.left(0 if waits(s, unmet) else s.open_days, days_left) for s in unmet.values()]
    total = 0.0
    for lengths in product(range(days_left + 2), repeat=len(unmet)):
        met = played(steps, dict(zip(unmet, lengths, strict=True)))
        if all(met[key] <= days_left for key, step in unmet.items() if step.week_one):
            total += prod(chances[length] for chances, length in zip(left, lengths, strict=True))
    return total


def counted(steps, days_left, draws, dice):
    """Answer the share of futures in which all week-1 steps are met in time, and that of each unmet step."""
    ready, each = 0, {}
    for _ in range(draws):
        met = one_draw(steps, dice)
        ready += all(met[s.key] <= days_left for s in steps if s.week_one and s.key in met)
        for key, day in met.items():
            each[key] = each.get(key, 0) + (day <= days_left)
    return ready / draws, {key: count / draws for key, count in each.items()}
