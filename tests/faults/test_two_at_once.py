"""Two people, or one twice, press at one moment, in two processes: one wins, the other reads that, nothing doubles.

On both databases: each process has a connection of its own, to a file where the database is SQLite.
"""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from onboarding.models import Membership
from steps.services import verbs
from tests.factories import UserFactory
from tests.faults.databases import environment, url_for_others

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS = 8
ROOT = Path(__file__).resolve().parents[2]
DAY_AND_MONTH = "hr_record.swapped_day_and_month"


class Person:
    """Somebody in a process of their own."""

    def __init__(self, url: str, email: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 (our own words)
            [sys.executable, "-m", "tests.faults.presser", email],
            cwd=ROOT, env=environment(url), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def say(self, **what: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return line.strip() if line.startswith("ready") else json.loads(line)

    def ask(self, **what: Any) -> Any:
        self.say(**what)
        return self.hear()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Any]:
    """`people(email, email)`: they share a database with `look`, which asks it."""
    made: list[Person] = []

    def start(*emails: str) -> tuple[str, list[Person]]:
        url = url_for_others(tmp_path)
        made.extend(Person(url, email) for email in emails)
        assert [one.hear() for one in made] == ["ready"] * len(emails)
        return url, made

    yield start
    for one in made:
        one.process.kill()
        one.process.communicate()


def count(url: str, sql: str) -> int:
    """Of the database that they share: the test's own, or the file."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            return int(file.execute(sql).fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def at_once(people: list[Person], address: str, *fields: dict[str, str]) -> list[Any]:
    moment = time.time() + 0.15
    for one, sent in zip(people, fields, strict=True):
        one.say(press=address, fields=sent, at=moment)
    return [one.hear() for one in people]


def test_of_two_who_clear_at_one_moment_one_wins_and_the_other_reads_who_and_when(world, people):
    """Slow: processes are started."""
    sam = UserFactory(email="sam@northgate.example", name="Sam Okoro")
    Membership.objects.create(user=sam, organisation=world.northgate, role="hr")
    references = []
    for _ in range(ROUNDS):
        placement = world.newcomer(account=True)
        by = world.newcomer_actor(placement)
        raised = verbs.block(placement.ref, "hr_record", by=by, at=timezone.now(), reason="My birth date is wrong.")
        references.append(raised.fact.blocker)
    url, two = people("hr@northgate.example", "sam@northgate.example")
    names = ["HR at Northgate", "Sam Okoro"]
    for reference in references:
        address = f"/escalations/{reference}/clear/"
        forms = [one.ask(open=address) for one in two]
        typed = [
            {**form, "reason": f"{name} did it.", "finished": "no"} for form, name in zip(forms, names, strict=True)
        ]
        answers = at_once(two, address, *typed)
        assert sorted(one["status"] for one in answers) == [302, 409], answers
        winner = names[0] if answers[0]["status"] == 302 else names[1]
        loser = names[1 - names.index(winner)]
        said = next(one["text"] for one in answers if one["status"] == 409)
        assert f"{winner} cleared this at " in said
        assert f"{loser} did it." in said  # the text is kept
    assert count(url, "select count(*) from steps_fact where kind = 'cleared'") == ROUNDS
    assert count(url, "select count(*) from onboarding_outboxmail where kind = 'cleared'") == ROUNDS


def test_two_presses_of_send_at_one_moment_make_one_blocker_one_pack_and_one_mail(world, people):
    """Slow: processes are started."""
    placement = world.newcomer(account=True)
    url, two = people(*[placement.newcomer.user.email] * 2)
    told = {"symptom": DAY_AND_MONTH, "tried": "today", "error": ""}
    answers = at_once(two, "/me/steps/hr_record/stuck/send/", told, told)
    assert [one["status"] for one in answers] == [302, 302]
    assert answers[0]["to"] == answers[1]["to"]  # "Sent. Say K7RF-2XMD": both read the same one
    assert count(url, "select count(*) from steps_fact where kind = 'blocked'") == 1
    assert count(url, "select count(*) from escalations_pack") == 1
    assert count(url, "select count(*) from onboarding_outboxmail where kind = 'pack'") == 1


def test_two_presses_of_a_reply_at_one_moment_say_it_once(world, people):
    """Slow: processes are started."""
    placement = world.newcomer(account=True)
    by = world.newcomer_actor(placement)
    raised = verbs.block(placement.ref, "hr_record", by=by, at=timezone.now(), reason="My birth date is wrong.")
    url, two = people(*[placement.newcomer.user.email] * 2)
    address = f"/escalations/{raised.fact.blocker}/say/"
    for n in range(ROUNDS):
        answers = at_once(two, address, *[{"body": f"Reply {n}.", "press": f"press-{n}"}] * 2)
        assert [one["status"] for one in answers] == [302, 302]
    assert count(url, "select count(*) from escalations_message where kind = 'reply'") == ROUNDS
    assert count(url, "select count(*) from onboarding_outboxmail where kind = 'answered'") == ROUNDS
