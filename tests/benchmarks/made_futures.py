"""A made trust whose steps take a known time: its history as an office would see it, and what comes of newcomers.

The chain is England's: record -> identity -> work email -> ESR, e-LfH by oneself, training by either, and three
steps that week 1 does not ask for. Seeded: the same each time.
"""

from steps.forecast import Durations, Forecaster, Step, learnt

# key, in week 1, hard edges, any-groups, the pathway's usual days
CHAIN = (
    ("hr_record", True, (), (), (1, 3)),
    ("identity", True, ("hr_record",), (), (2, 5)),
    ("smartcard", False, ("hr_record", "identity"), (), (2, 5)),
    ("work_email", True, ("identity",), (), (1, 3)),
    ("esr_access", True, ("work_email",), (), (1, 5)),
    ("elfh", False, (), (), (1, 2)),
    ("openathens", False, ("hr_record",), (), (1, 5)),
    ("training", True, (), (("esr_access", "elfh"),), (2, 5)),
    ("first_pay", False, ("esr_access",), (), (1, 5)),
)
FAR = 400


def true_waits(dice):
    """Make up how long each step of one trust takes; not as the pathways say."""
    return {
        key: Durations([min(0.9, max(0.03, dice.uniform(0.1, 0.6) * dice.uniform(0.6, 1.4))) for _ in range(9)])
        for key, *_ in CHAIN
    }


def wait(durations, dice):
    """Throw how long a step takes."""
    return next((day for day in range(FAR) if dice.random() < durations.hazards[min(day, 60)]), FAR)


def seen(true, history, dice):
    """Answer what the trust learnt of each step: finished waits, and those that were open when it looked."""
    known = {}
    for key, _, _, _, usual_days in CHAIN:
        finished, still_open = [], []
        for _ in range(history):
            took, looked = wait(true[key], dice), dice.randint(0, 25)
            (finished if took < looked else still_open).append(min(took, looked))
        known[key] = learnt(usual_days, finished, still_open)
    return known


def story(true, dice):
    """Answer on which working day, from arrival, each step of one newcomer opened and was met."""
    opened, met = {}, {}
    while len(met) < len(CHAIN):
        for key, _, after, groups, _ in CHAIN:
            if key in met or not {*after, *(name for group in groups for name in group)} <= met.keys():
                continue
            opened[key] = max([0, *(met[n] for n in after), *(min(met[n] for n in g) for g in groups)])
            met[key] = opened[key] + wait(true[key], dice)
    return opened, met


def as_of(opened, met, today, known):
    """Answer the steps as they stand when the day `today` begins: what was met before it is met."""
    return tuple(
        Step(
            key,
            "done" if met[key] < today else "ready" if opened[key] < today else "locked",
            week_one,
            known[key],
            after,
            groups,
            max(0, today - opened[key]),
        )
        for key, week_one, after, groups, _ in CHAIN
    )


def futures(count, dice, history):
    """Answer (chance told, true chance, 0 or 1 what came) of so many newcomers of one trust, seen on some day."""
    true = true_waits(dice)
    known, model, pairs = seen(true, history, dice), Forecaster(), []
    while len(pairs) < count:
        opened, met = story(true, dice)
        today, ends = dice.randint(0, 10), dice.randint(6, 14)
        ready = max(met[key] for key, week_one, *_ in CHAIN if week_one)
        if ready < today:
            continue  # nothing to foretell
        days_left = max(0, ends - today)
        told = model.forecast(as_of(opened, met, today, known), days_left).chance
        truth = model.forecast(as_of(opened, met, today, true), days_left).chance
        pairs.append((told, truth, int(ready <= today + days_left)))
    return pairs


def brier(pairs):
    """Answer the mean square of chance told less what came: 0 is right and certain, lower is better."""
    return sum((told - came) ** 2 for told, _, came in pairs) / len(pairs)


def reliability(pairs):
    """Answer for each tenth of chances (its lower end, mean told, share that came, how many)."""
    rows = []
    for tenth in range(10):
        inside = [(told, came) for told, _, came in pairs if min(9, int(told * 10)) == tenth]
        if inside:
            count = len(inside)
            rows.append((tenth / 10, sum(t for t, _ in inside) / count, sum(c for _, c in inside) / count, count))
    return rows
