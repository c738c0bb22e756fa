"""The forecast the slow, obviously right way: throw dice for every step, many times, and count."""

from steps.forecast.graph import MET


def thrown(durations, open_days, dice):
    """Throw how many working days a step has yet to go; None for more than a thousand."""
    for day in range(1000):
        if dice.random() < durations.hazards[min(open_days + day, len(durations.hazards) - 1)]:
            return day
    return 10**6


def one_draw(steps, dice):
    """Answer on which day each unmet step is met in one made future."""
    unmet = {step.key: step for step in steps if step.state not in MET}
    met = {key: 0 for step in steps for key in (*step.after, *(m for group in step.any for m in group))}
    for key in unmet:
        met.pop(key, None)
    met.update({step.key: 0 for step in steps if step.state in MET})
    while len(unmet.keys() - met.keys()) > 0:
        for key, step in unmet.items():
            names = {*step.after, *(m for group in step.any for m in group)}
            if key in met or not names <= met.keys():
                continue
            waits = any(n in unmet for n in step.after) or any(all(n in unmet for n in g) for g in step.any if g)
            start = max([0, *(met[n] for n in step.after), *(min(met[n] for n in g) for g in step.any if g)])
            left = thrown(step.durations, 0 if waits else step.open_days, dice)
            met[key] = max(start, step.not_before) + left
    return {key: met[key] for key in unmet}


def counted(steps, days_left, draws, dice):
    """Answer the share of futures in which all week-1 steps are met in time, and that of each unmet step."""
    ready, each = 0, {}
    for _ in range(draws):
        met = one_draw(steps, dice)
        ready += all(met[s.key] <= days_left for s in steps if s.week_one and s.key in met)
        for key, day in met.items():
            each[key] = each.get(key, 0) + (day <= days_left)
    return ready / draws, {key: count / draws for key, count in each.items()}
