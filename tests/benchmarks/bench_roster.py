"""Taking 20,000 newcomers in, against the bare storing of the very same rows.

Run by hand: `pytest tests/benchmarks/bench_roster.py -s`, on SQLite or with DATABASE_URL on PostgreSQL. The import
reads, checks, plans, resolves, writes the trail and stores; the other side is COPY of the finished text (executemany
of the finished tuples on SQLite) into the same tables in one transaction.
"""

import csv
import datetime as dt
import io
import random
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from onboarding import triggers
from onboarding.actors import system
from onboarding.models import AuditEntry, Newcomer, Placement
from steps.arrival.storing import import_roster
from steps.models import Chain, PlacementStep

ROWS = 20_000
BOUND = 1.6
TABLES = [model._meta.db_table for model in (Newcomer, Placement, Chain, PlacementStep, AuditEntry)]
HEADING = (
    "given_name,family_name,date_of_birth,start_date,role,employer_ods,department,assignment_number,gmc_number,"
    "personal_email,needs_smartcard"
)


def roster_file() -> bytes:
    """A changeover's file: every row good, seeded."""
    dice = random.Random(20260803)
    given = ["Adaeze", "Imran", "Zoë", "Łukasz", "Priya", "Mohamed", "Chiamaka", "Li", "Aung", "Grace"]
    family = ["Nwosu", "Qureshi", "Müller", "Wiśniewski", "", "Osei", "O'Brien", "da Silva", "Khan", "Eze"]
    start = timezone.localdate() + dt.timedelta(days=10)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADING.split(","))
    for n in range(ROWS):
        born = dt.date(1985, 1, 1) + dt.timedelta(days=dice.randrange(4000))
        role, department = dice.choice(["Clinical fellow", "Trust doctor"]), dice.choice(["Medicine", "Surgery"])
        numbers = (f"{20_000_000 + n:08d}", f"{1_000_000 + n:07d}", f"p{n}@mail.example")
        where = (start + dt.timedelta(days=dice.randrange(7)), role, "ZN1", department)
        writer.writerow([dice.choice(given), dice.choice(family), born, *where, *numbers, dice.choice(["yes", ""])])
    return out.getvalue().encode()


def timed(what: Any) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def kept() -> dict[str, Any]:
    """Everything that the import stored, as text for COPY or as tuples."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    found[table] = b"".join(bytes(block) for block in copy)
            else:
                found[table] = cursor.connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    return found


def empty() -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    triggers.install(connection)


def put_back(found: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(found[table])
            else:
                marks = ", ".join("?" * len(found[table][0]))
                cursor.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", found[table])  # noqa: S608


@pytest.mark.django_db(transaction=True)
def test_a_roster_costs_little_more_than_storing_its_rows(world):
    content = roster_file()

    def bring_in() -> None:
        arrived = import_roster(
            io.BytesIO(content), organisation=world.northgate, by=system("bench"), at=timezone.now()
        )
        assert arrived.written
        assert len(arrived.plan.new) == ROWS

    imported, stored = [], []
    for _ in range(3):
        imported.append(timed(bring_in))
        rows = kept()
        empty()
        stored.append(timed(lambda rows=rows: put_back(rows)))
        empty()
    ratio = sorted(imported)[1] / sorted(stored)[1]
    print(f"\n{connection.vendor}: {ROWS} newcomers, import over bare storing: {ratio:.2f} (bound {BOUND})")
    assert ratio <= BOUND
