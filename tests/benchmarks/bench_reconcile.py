"""Reconciling 20,000 rows with 20,000 newcomers, against reading the file and one join on an exact key.

Run by hand: `pytest tests/benchmarks/bench_reconcile.py -s`, on SQLite or with DATABASE_URL on PostgreSQL. Both sides
read the same file with the same reader and ask the database for the newcomers; the preview compares every field of
everybody besides, looks for likenesses in what is left over, sorts and words it.
"""

import csv
import datetime as dt
import io
import random
import time
import tracemalloc

import pytest
from django.db import connection
from django.utils import timezone

from onboarding.actors import system
from onboarding.roster import read_table
from steps.arrival.storing import import_roster
from steps.models import PlacementStep
from steps.reconciling.summing_up import summary
from steps.reconciling.systems import SYSTEMS
from steps.services.reconciling import make_plan

ROWS = 20_000
BOUND = 3.0
MEGABYTES = 500
ROSTER = (
    "given_name,family_name,date_of_birth,start_date,role,employer_ods,assignment_number,gmc_number,personal_email"
)
LIST = "Employee Number,Last Name,First Name,Date of Birth,Professional Registration Number,Latest Start Date,Status"
GIVEN = ["Adaeze", "Imran", "Zoë", "Łukasz", "Priya", "Mohamed", "Chiamaka", "Li", "Aung", "Grace", "Tomasz", "Farid"]
FAMILY = ["Nwosu", "Qureshi", "Müller", "Wiśniewski", "Osei", "O'Brien", "da Silva", "Khan", "Eze", "Boateng", "Chan"]


def files() -> tuple[bytes, bytes]:
    """A roster, and the staff record list about the same people, shuffled: a twentieth of the rows has a slip, a
    twentieth is about somebody else, and in a tenth the number is not there, so that only the name finds it."""
    dice = random.Random(20260803)
    start = timezone.localdate() + dt.timedelta(days=10)
    people, listed = [], []
    for n in range(ROWS):
        born = dt.date(1970, 1, 1) + dt.timedelta(days=dice.randrange(10_000))
        given, family = f"{dice.choice(GIVEN)} {dice.choice(GIVEN)}", f"{dice.choice(FAMILY)} {chr(65 + n % 26)}ara"
        number, gmc, begins = f"{20_000_000 + n:08d}", f"{1_000_000 + n:07d}", start + dt.timedelta(days=n % 7)
        people.append([given, family, born, begins, "Clinical fellow", "ZN1", number, gmc, f"p{n}@mail.example"])
        if n % 20 == 1:
            born, family = dt.date(born.year, born.month, 1), f"{family}h"
        if n % 20 == 2:
            number, gmc, given, born = f"{90_000_000 + n}", f"{9_000_000 + n}", f"Else{n}", dt.date(1960, 1, 1)
        if n % 10 == 3:
            number = gmc = ""
        listed.append([number, family, given, born, gmc, begins, "Active Assignment"])
    dice.shuffle(listed)
    return written(ROSTER, people), written(LIST, listed)


def written(heading: str, rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heading.split(","), *rows])
    return out.getvalue().encode()


def exact_join(content: bytes) -> int:
    """What one would do first: read the rows, fetch the newcomers, look each number up."""
    rows = [cells for _, cells in read_table(io.BytesIO(content)).rows]
    steps = PlacementStep.objects.filter(key="hr_record", placement__employer__ods_code="ZN1")
    known = {
        number: found
        for number, *found in steps.values_list(
            "placement__assignment_number", "placement__newcomer__given_name", "placement__newcomer__family_name",
            "placement__newcomer__date_of_birth", "placement__newcomer__gmc_number", "state", "version",
        )
    }  # fmt: skip
    return sum(1 for cells in rows if cells[0] in known)


@pytest.mark.django_db
def test_a_preview_takes_no_more_than_three_times_reading_and_one_exact_join(world):
    roster, listed = files()
    arrived = import_roster(io.BytesIO(roster), organisation=world.northgate, by=system("bench"), at=timezone.now())
    assert arrived.written
    by = world.actor("hr")

    def preview():
        plan = make_plan(listed, system=SYSTEMS["hr_record"], organisation=world.northgate, by=by)
        return summary(plan)

    joins, previews = [], []
    for _ in range(5):
        began = time.perf_counter()
        matched = exact_join(listed)
        joins.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = preview()
        previews.append(time.perf_counter() - began)
    assert matched > ROWS * 0.8
    counts = {kind: group["count"] for kind, group in found["groups"].items()}
    tracemalloc.start()
    preview()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    join, ours = sorted(joins)[2], sorted(previews)[2]
    print(
        f"\n{connection.vendor}: {ROWS} rows with {ROWS} newcomers: preview {ours:.2f} s over reading and one exact "
        f"join {join:.2f} s: {ours / join:.2f} (bound {BOUND}); {peak:.0f} MB at most (bound {MEGABYTES}); {counts}"
    )
    assert ours / join <= BOUND
    assert peak < MEGABYTES
