"""An import is stored whole or not at all: killed at any point, twice at one moment, refused in one row."""

import datetime as dt
import io
import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from onboarding.models import AuditEntry, Newcomer, Placement
from steps.arrival.storing import import_roster
from steps.models import PlacementStep
from steps.services.publishing import publish
from steps.services.verifying import differences
from tests.unit.steps.arrival.files import AT, file_of, person, take_in, told

POINTS = 20


def start(days: int = 30) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def thirty(**cells: str) -> list[dict[str, str]]:
    """Thirty people, told apart by their names and numbers."""
    many = [
        {"given_name": f"Person{chr(97 + n // 26)}{chr(97 + n % 26)}", "gmc_number": f"{7000000 + n}"}
        for n in range(30)
    ]
    return [person(**one, **{"start_date": start(), **cells}) for one in many]


@pytest.mark.django_db
def test_one_refused_row_keeps_all_out_unless_the_good_ones_are_chosen(world):
    rows = [*thirty(), person(date_of_birth="03/04/1994")]
    hr = world.actor("hr")
    assert told(take_in(world.northgate, hr, *rows)) == (30, 0, 0, [(32, "date_of_birth")])
    assert not Newcomer.objects.exists()
    assert not AuditEntry.objects.exists()
    arrived = take_in(world.northgate, hr, *rows, take_good_rows=True)
    assert arrived.written
    assert Newcomer.objects.count() == 30
    entry = AuditEntry.objects.get(action="roster.imported")
    assert entry.after == {"rows": 31, "new": 30, "changed": 0, "unchanged": 0, "refused": 1}
    assert list(differences()) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_of_twenty_points_it_leaves_all_or_nothing(world, tmp_path):
    """Slow: twenty processes are killed. A part of the rows is new and a part changes what was there before."""
    hr = world.actor("hr")
    rows = thirty()
    take_in(world.northgate, hr, *rows[:5], at=timezone.now())
    roster = tmp_path / "roster.csv"
    roster.write_bytes(file_of(*[{**row, "role": "Registrar"} for row in rows]))
    said = die(roster, tmp_path)
    assert said["statements"] > POINTS
    before, *rest, whole = said["before"], *(one["rows"] for one in said["after"])
    assert all(one["killed"] for one in said["after"])
    assert len(said["after"]) == POINTS
    assert rest == [before] * (POINTS - 1)
    assert whole["Placement"] == whole["Newcomer"] == whole["Chain"] == 30
    assert whole["PlacementStep"] == before["PlacementStep"] * 6
    assert whole["Fact"] == 5  # of the role that changed
    assert whole["AuditEntry"] == before["AuditEntry"] + 25 + 5 + 1


def die(roster: Path, tmp_path: Path) -> dict[str, Any]:
    """Runs `dying` on the very database of this test; a copy of it where that is in memory."""
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        with sqlite3.connect(copy) as target:
            connection.connection.backup(target)
        url = f"sqlite:///{copy}"
    else:
        url = urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}"))
    command = [sys.executable, "-m", "tests.unit.steps.arrival.dying", str(roster), str(POINTS)]
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(  # noqa: S603 (our own words)
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing can race")
@pytest.mark.django_db(transaction=True)
def test_the_same_file_four_times_at_one_moment_is_stored_once(world):
    content = file_of(*thirty())
    hr, barrier, answers = world.actor("hr"), threading.Barrier(4), []

    def bring() -> None:
        barrier.wait(20)
        arrived = import_roster(io.BytesIO(content), organisation=world.northgate, by=hr, at=timezone.now())
        answers.append(told(arrived))
        connections.close_all()

    at_once(bring, 4)
    assert sorted(answers) == [(0, 0, 30, [])] * 3 + [(30, 0, 0, [])]
    assert Placement.objects.count() == Newcomer.objects.count() == 30
    assert AuditEntry.objects.filter(action="roster.imported").count() == 1
    assert list(differences()) == []


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing can race")
@pytest.mark.django_db(transaction=True)
def test_employer_and_host_list_the_same_trainees_at_one_moment(world):
    content = file_of(*thirty(employer_ods="ZL1", host_ods="ZN1"))
    barrier, answers = threading.Barrier(2), []
    sides = iter([(world.lead, world.actor("hr", "lead")), (world.northgate, world.actor("hr"))])

    def bring() -> None:
        organisation, by = next(sides)
        barrier.wait(20)
        answers.append(told(import_roster(io.BytesIO(content), organisation=organisation, by=by, at=timezone.now())))
        connections.close_all()

    at_once(bring, 2)
    assert sorted(answers) == [(0, 0, 30, []), (30, 0, 0, [])]
    assert Newcomer.objects.count() == 30


def at_once(what: Any, times: int) -> None:
    threads = [threading.Thread(target=what) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def long_pathway(steps: int) -> str:
    """A line of so many steps, each after the one before."""
    head = 'key = "zn1-long"\ntitle = "A long one"\ncountry = "england"\n'
    lines = []
    for n in range(steps):
        after = f'after = ["step_{n - 1}"]\n' if n else ""
        names = f'key = "step_{n}"\ntitle = "Step {n}"\nshort = "Step {n}"\n'
        lines.append(f'[[step]]\n{names}owner = "hr"\nside = "employer"\n{after}')
    return head + "\n".join(lines)


@pytest.mark.django_db
def test_statements_do_not_depend_on_the_steps_of_a_pathway_nor_on_the_rows(world, count_queries):
    publish(long_pathway(30), by=world.actor("onboarding_lead"), at=AT)
    hr, counts = world.actor("hr"), {}
    for name, pathway, rows in (
        ("nine", "england", thirty()),
        ("thirty", "zn1-long", thirty()),
        ("two", "england", thirty()[:2]),
    ):
        own = [{**row, "pathway": pathway, "gmc_number": "", "family_name": f"Of{name}"} for row in rows]
        with count_queries() as queries:
            arrived = take_in(world.northgate, hr, *own)
        assert arrived.written, arrived.plan.refused
        counts[name] = len(queries)
    assert counts["thirty"] == counts["nine"] == counts["two"]
    assert PlacementStep.objects.filter(placement__chain__pathway__key="zn1-long").count() == 900
    assert list(differences()) == []
