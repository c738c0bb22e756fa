"""A made-up changeover on its first day: newcomers part of the way through twelve steps, in every sort of trouble."""

import tomllib
from datetime import UTC, date, datetime, timedelta

from steps.pathway import from_data, shipped
from steps.resolver import Fact

MORE = [
    {"key": "badge", "title": "Badge", "owner": "manager", "side": "host", "after": ["identity"]},
    {"key": "ward_system", "title": "Ward system", "owner": "it", "side": "host", "after": ["work_email", "training"]},
    {"key": "rota", "title": "Rota", "owner": "manager", "side": "host", "any": [["work_email", "badge"]]},
]
FIELDS = ("name", "date_of_birth", "role", "number", "email")
START = datetime(2026, 7, 1, 8, tzinfo=UTC)
TODAY = date(2026, 8, 5)


def twelve_steps():
    data = tomllib.loads(shipped()["england"])
    return from_data(dict(data, key="twelve", step=data["step"] + MORE))


def newcomers(pathway, count, dice):
    """Answer (attributes, facts) of so many newcomers, the facts in no order."""
    return [(attributes(dice), facts(pathway, dice)) for _ in range(count)]


def attributes(dice):
    return {
        "country": "england",
        "employment": dice.choice(["trust", "trust", "lead_employer"]),
        "role": dice.choice(["Clinical fellow", "GP trainee", "Registrar"]),
        "mail_system": dice.choice(["nhsmail", "nhsmail", "nhsmail", "trust", "none"]),
        "needs_smartcard": dice.random() < 0.4,
        "uses_library": dice.random() < 0.9,
        "start_date": date(2026, 8, 5),
        "payday": dice.choice([date(2026, 8, 27), date(2026, 8, 28)]),
        "employer": "ZN1",
        "host": "ZN1",
    }


def facts(pathway, dice):
    """Walk a newcomer along the chain for a while; each step goes well, badly, or well and then badly."""
    made = []
    clock = START
    done = set()
    for _ in range(dice.randint(0, 9)):
        free = [s for s in pathway.steps if s.key not in done and done.issuperset(s.after)]
        step = free[0] if dice.random() < 0.7 else dice.choice(free[:3])  # most people follow the list
        clock += timedelta(minutes=dice.randint(30, 4000))
        luck = dice.random()
        if luck < 0.02:
            owner = dice.choice(["", "hr", "it", "newcomer"])
            alone = owner == "newcomer"
            made.append(
                Fact(step.key, "blocked", clock, blocker=f"B{dice.randint(1, 10**6)}", owner=owner, independent=alone)
            )
            continue
        if step.confirmed_by and not any(f.step == step.key and f.kind == "issued" for f in made):
            made.append(Fact(step.key, "issued", clock))
            clock += timedelta(minutes=dice.randint(10, 3000))
        if luck < 0.92:
            done.add(step.key)
            made.append(Fact(step.key, "done", clock, id=f"f{len(made)}"))
        if luck > 0.997:
            made.append(Fact(dice.choice(pathway.steps).key, "reopened", clock + timedelta(minutes=5)))
        elif luck > 0.994:
            made.append(Fact("hr_record", "corrected", clock + timedelta(minutes=5), fields=(dice.choice(FIELDS),)))
    dice.shuffle(made)
    return made
