"""Senders killed with kill -9 at random points, 200 times: no mail is lost, at most one is doubled a kill, and that
under the same Message-ID. Several at a time, and a mail server that goes away and comes back.

WEEK_ONE_KILLS says another number of kills (`.ci/run` takes fewer, on both databases).
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from onboarding.outbox.posting import message_id, put
from tests.faults.databases import environment, url_for_others
from tests.smtp import Server, free_port, running

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("WEEK_ONE_KILLS", "200"))
TOO_EARLY = {"after the claim", "before DATA"}  # the server had nothing yet: such a kill doubles nothing
ROOT = Path(__file__).resolve().parents[2]


def posted(count: int) -> list[str]:
    """The Message-IDs of so many mails that wait."""
    at = timezone.now()
    return [
        message_id(put(kind="test", to=f"s{n}@nhs.example", subject=f"Mail {n}", text="Hello.\n", at=at).ref)
        for n in range(count)
    ]


def started(url: str, module: str, *arguments: object, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, *module.split(), *map(str, arguments)]
    return subprocess.Popen(  # noqa: S603 (our own words)
        command, cwd=ROOT, env=environment(url, **more), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def answered(worker: subprocess.Popen[str], timeout: int = 300) -> str:
    out, err = worker.communicate(timeout=timeout)
    assert worker.returncode == 0, err[-3000:]
    return out


def test_kills_lose_nothing_and_double_at_most_the_mail_in_hand_under_its_own_id(tmp_path):
    """Slow: two hundred processes are killed."""
    expected = posted(KILLS * 5 // 2)
    url = url_for_others(tmp_path)
    with running(Server()) as server:
        said: dict[str, Any] = json.loads(answered(started(url, "-m tests.faults.mail_worker", server.port, KILLS, 7)))
    kills = sum(said["killed"].values())
    got = Counter(server.ids)
    assert set(got) == set(expected)
    doubled = sum(count - 1 for count in got.values())
    late = sum(count for point, count in said["killed"].items() if point not in TOO_EARLY)
    assert doubled <= late < kills
    assert kills > KILLS / 2
    assert len(said["killed"]) == 5  # at every kind of point
    sys.stdout.write(f"{kills} kills, {doubled} doubled, {said['killed']}\n")


def test_three_senders_at_once_send_each_mail_once(tmp_path):
    """Slow: three processes side by side."""
    expected = posted(150)
    url = url_for_others(tmp_path)
    with running(Server()) as server:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        workers = [
            started(url, "manage.py send_outbox --json --settings", "tests.faults.smtp_settings", **mail)
            for _ in range(3)
        ]
        taken = [json.loads(answered(worker))["taken"] for worker in workers]
    assert sorted(server.ids) == sorted(expected)
    assert sum(taken) == len(expected)


def test_a_mail_server_that_was_down_gets_the_backlog_once_when_it_is_back(tmp_path):
    """Slow: a process that goes on for ever is waited for, then stopped."""
    expected = posted(40)
    url, port = url_for_others(tmp_path), free_port()
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    worker = started(url, "manage.py send_outbox --loop --settings", "tests.faults.smtp_settings", **mail)
    try:
        time.sleep(4)  # it finds nobody there
        assert worker.poll() is None
        with running(Server(), port) as server:
            until = time.monotonic() + 40
            while len(server.ids) < len(expected) and time.monotonic() < until:
                time.sleep(0.2)
        assert sorted(server.ids) == sorted(expected)
    finally:
        worker.kill()
        worker.communicate()
