"""No database, no room, a fault of ours: the page says what became of what was sent, and nothing is half done."""

import errno
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.test import Client

from onboarding import files
from tests.web.staff import as_user, text_of


def breaks_with(error: Exception) -> Any:
    def breaks(*args: object, **kwargs: object) -> None:
        raise error

    return breaks


@pytest.fixture
def hr(client: Client, world: Any) -> Client:
    as_user(client, world.user("hr"))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_a_database_that_is_away_is_a_plain_503_that_promises_nothing(hr, monkeypatch, error):
    monkeypatch.setattr("steps.views.newcomers.lists.choices_for", breaks_with(error))
    answer = hr.get("/newcomers/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    text = text_of(answer)
    assert "Week One is unavailable" in text
    assert "was not saved" in text
    assert "closed" not in text
    monkeypatch.undo()
    assert hr.get("/newcomers/").status_code == 200


def test_a_database_that_is_away_before_the_page_is_reached_is_the_same(hr, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", breaks_with(OperationalError("gone")))
    answer = hr.get("/newcomers/")
    assert answer.status_code == 503
    assert "Week One is unavailable" in text_of(answer)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_so(hr, monkeypatch, code):
    monkeypatch.setattr("steps.views.newcomers.lists.choices_for", breaks_with(OSError(code, "No space left")))
    answer = hr.get("/newcomers/")
    assert answer.status_code == 503
    assert "no room left on the server" in text_of(answer)


def test_another_fault_of_ours_stays_a_500(hr, monkeypatch):
    monkeypatch.setattr("steps.views.newcomers.lists.choices_for", breaks_with(OSError(errno.EIO, "Input/output")))
    assert hr.get("/newcomers/").status_code == 500


def test_a_file_that_finds_no_room_leaves_nothing_behind(settings, tmp_path, monkeypatch):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = tmp_path
    real = default_storage.save

    def full(name: str, content: Any) -> str:
        real(name, type(content)(b"half"))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "save", lambda self, name, content: full(name, content))
    with pytest.raises(OSError, match="No space"):
        files.keep("evidence/ab/x.png", b"half of it and the other half")
    assert not default_storage.exists("evidence/ab/x.png")


def test_half_a_file_of_somebody_who_died_is_written_again(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "x.png").write_bytes(b"half")
    for _ in range(2):
        assert files.keep("x.png", b"whole") == "x.png"
        assert (tmp_path / "x.png").read_bytes() == b"whole"
