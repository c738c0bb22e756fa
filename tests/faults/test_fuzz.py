"""Thousands of made-up requests over every address and form: no 500, and nothing of another trust in an answer.

FUZZ says how many (10,000 unless told). What each sends is drawn from the names that the form itself has, with values
that have broken such forms elsewhere, doubled, missing, or of the wrong kind.
"""

import os
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.test_permissions import ACTORS, INSIDE, RULES, SECRETS, Scene, addresses, path_of, scene

__all__ = ["scene"]

REQUESTS = int(os.environ.get("FUZZ", "10000"))
NASTY = [
    "", " ", "\x00", "%00", "\r\nBcc: a@b.example", "' OR 1=1 --", "<script>alert(1)</script>", "{{ settings }}",
    "../../etc/passwd", "=1+1", "0", "-1", "1e309", "9" * 40, "2026-02-30", "31/02/2026", "true", "null", "[]", "{}",
    "\ud7ff\ufffd", "\u202e", "😀" * 30, "a" * 5000, "１２", "ﬁ", "00000000-0000-0000-0000-000000000000", "on",
    "England", "hr", "it", "newcomer", "ZS1", "zn1", "Twin", "http://127.0.0.1:1/",
    "javascript:alert(1)", "1; DROP TABLE x",
]  # fmt: skip
COMMON = [
    "page",
    "before",
    "week",
    "q",
    "name",
    "seen",
    "next",
    "reason",
    "first",
    "last",
    "sort",
    "show",
    "team",
    "step",
]
NAME = re.compile(r'name="([A-Za-z_][\w-]*)"')
value = st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.integers(-(2**70), 2**70).map(str))


@st.composite
def requests(draw: st.DrawFn) -> tuple[int, int, str, list[int], list[list[str]], bool]:
    """(who, which address, method, which of the form's names, their values, with a file)"""
    names = draw(st.lists(st.integers(0, 30), max_size=6))
    values = [draw(st.lists(value, min_size=1, max_size=2)) for _ in names]
    return (
        draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000)), draw(st.sampled_from(["get", "post", "post"])),
        names, values, draw(st.booleans()),
    )  # fmt: skip


@pytest.fixture
def doors(scene: Scene, django_db_blocker: Any) -> tuple[Scene, list[tuple[str, str]], list[tuple[Any, Client]]]:
    where = [(name, path_of(name, parameters, scene)) for name, parameters in addresses() if name in RULES]
    where = [(name, path) for name, path in where if name != "account_logout"]
    clients = []
    for who in ACTORS:
        client = Client(raise_request_exception=False)
        if who in scene.users:
            client.force_login(scene.users[who])
        clients.append((who, client))
    return scene, where, clients


@settings(
    max_examples=REQUESTS, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(request=requests())
def fuzz(doors: Any, known: dict[str, list[str]], request: Any) -> None:
    _, where, clients = doors
    who_at, where_at, method, names, values, with_file = request
    who, client = clients[who_at % len(clients)]
    name, path = where[where_at % len(where)]
    with transaction.atomic():
        if path not in known:
            page = client.get(path)
            found = NAME.findall(body_of(page).decode(errors="replace"))
            known[path] = sorted({*found, *COMMON} - {"csrfmiddlewaretoken"})
        fields = known[path]
        data: dict[str, Any] = {fields[n % len(fields)]: texts for n, texts in zip(names, values, strict=True)}
        if with_file and method == "post":
            data["file"] = SimpleUploadedFile("x.csv", values[0][0].encode() if values else b"")
        answer = getattr(client, method)(path, data)
        body = body_of(answer)
        transaction.set_rollback(True)
    assert answer.status_code < 500 or (answer.status_code == 503 and RULES[name].exports), (who, method, path, data)
    if who not in INSIDE and who[1] != "northgate":
        assert not [secret for secret in SECRETS if secret in body], (who, method, path, data)


def body_of(answer: Any) -> bytes:
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content


def test_no_request_breaks_a_page_or_shows_what_is_not_theirs(doors: Any) -> None:
    fuzz(doors, {})
