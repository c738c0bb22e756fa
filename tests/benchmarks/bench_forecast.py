"""The forecast of a whole changeover, against full Monte Carlo, and whether its chances mean what they say.

Run by hand: `pytest tests/benchmarks/bench_forecast.py -s`. Monte Carlo throws dice for every unmet step of every
newcomer, 100,000 times, with what a careful hand would do in plain Python: steps in order, each wait one `choices`
call for all draws. Nobody waits hours for 50,000 of them: a random sample of newcomers is drawn in full, and the time
of one is multiplied. It is also multiplied only by the number of different situations, as if it remembered too.
"""

import random
import statistics
from itertools import accumulate
from operator import add
from time import process_time

from steps.forecast import Forecaster
from steps.forecast.graph import nodes_of
from tests.benchmarks.made_futures import as_of, brier, futures, reliability, seen, story, true_waits

NEWCOMERS = 50_000
ORGANISATIONS = 40
DRAWS = 100_000
SAMPLE = 24
FAR = 200  # days; what takes longer is as late as can be


def changeover(dice):
    """Answer (steps now, working days that week 1 has left) of newcomers in trusts that each know their own waits."""
    crowd = []
    for _ in range(ORGANISATIONS):
        true = true_waits(dice)
        known = seen(true, dice.randint(0, 300), dice)
        for _ in range(NEWCOMERS // ORGANISATIONS):
            opened, met = story(true, dice)
            today, ends = dice.randint(0, 9), dice.choice([9, 10, 11, 14])
            crowd.append((as_of(opened, met, today, known), ends - today))
    return crowd


def monte_carlo(steps, days_left, dice):
    """Answer the share of DRAWS futures in which every week-1 step is met in time."""
    nodes, met = nodes_of(steps), {}
    while len(met) < len(nodes):
        for node in nodes:
            if node.key in met or not node.above <= met.keys():
                continue
            days = range(FAR + 1)
            weights = list(accumulate(node.durations.left(node.open_days, FAR - 1)))
            left = dice.choices(days, cum_weights=weights, k=DRAWS)
            edges = [met[name] for name in node.after]
            for group in node.any:
                edges.append(list(map(min, *(met[name] for name in group))))
            start = list(map(max, *edges)) if len(edges) > 1 else edges[0] if edges else None
            met[node.key] = list(map(add, start, left)) if start else left
    wanted = [met[node.key] for node in nodes if node.week_one]
    last = list(map(max, *wanted)) if len(wanted) > 1 else wanted[0] if wanted else [0] * DRAWS
    return sum(day <= days_left for day in last) / DRAWS


def test_a_changeover_is_forecast_in_a_twenty_fifth_of_the_time_of_dice_and_as_right():
    dice = random.Random(2026)
    crowd = changeover(dice)
    model = Forecaster()
    began = process_time()
    told = [model.forecast(steps, days_left) for steps, days_left in crowd]
    ours = process_time() - began
    different = len({tuple(nodes_of(steps)) for steps, _ in crowd})

    in_question = [i for i, (steps, _) in enumerate(crowd) if any(node.week_one for node in nodes_of(steps))]
    everybody, errors, times = dice.sample(range(NEWCOMERS), SAMPLE), [], []
    for i in everybody:  # timed: whoever it is, also those with little left to do
        began = process_time()
        share = monte_carlo(*crowd[i], dice)
        times.append(process_time() - began)
        if i in in_question:
            errors.append(abs(told[i].chance - share))
    for i in dice.sample(in_question, SAMPLE):
        errors.append(abs(told[i].chance - monte_carlo(*crowd[i], dice)))
    each = statistics.mean(times)
    drawn, remembered = each * NEWCOMERS, each * different
    print(
        f"\n{NEWCOMERS} newcomers in {ORGANISATIONS} organisations, {different} different situations, "
        f"{model.worked_out} parts walked: {ours:.1f} s, {ours / NEWCOMERS * 1e6:.0f} us each"
        f"\nMonte Carlo, {DRAWS} draws: {each:.3f} s a newcomer (mean of {SAMPLE}, "
        f"{min(times):.3f} to {max(times):.3f}); extrapolated, not run: {drawn:.0f} s for all, "
        f"{drawn / ours:.0f} times as long; {remembered:.0f} s if each situation were drawn once, "
        f"{remembered / ours:.0f} times"
        f"\nerror against {DRAWS} draws for {len(errors)} newcomers with something missing: "
        f"mean {statistics.mean(errors):.5f}, most {max(errors):.5f}"
    )
    assert drawn / ours >= 25
    assert remembered / ours >= 25
    assert statistics.mean(errors) <= 0.002


def test_chances_mean_what_they_say_on_a_made_history():
    for history in (0, 30, 1000):
        dice = random.Random(7)
        pairs = [pair for _ in range(8) for pair in futures(2500, dice, history)]
        base = sum(came for *_, came in pairs) / len(pairs)
        known = [(true, true, came) for _, true, came in pairs]
        table = reliability(pairs)
        apart = sum(abs(told - came) * count for _, told, came, count in table) / len(pairs)
        print(
            f"\n{history} cases of each step known: Brier {brier(pairs):.4f}; with the true waits {brier(known):.4f}; "
            f"everybody told the average {base * (1 - base):.4f}; told and came apart by {apart:.4f}"
            "\n  told       mean told  came    newcomers"
        )
        for low, told, came, count in table:
            print(f"  {low:.1f}-{low + 0.1:.1f}    {told:.3f}      {came:.3f}   {count}")
        if history == 1000:
            assert brier(pairs) <= brier(known) + 0.002
            assert apart <= 0.02
