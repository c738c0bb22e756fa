"""Pictures shown to a real ClamAV daemon: what it finds is refused, what it has not seen is kept back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from escalations.evidence import scanning
from escalations.evidence.scanning import Answer
from escalations.models import Evidence, Screening
from escalations.services import pictures
from onboarding.models import Job
from tests.faults import clamd
from tests.faults import hostile_pictures as hostile
from tests.web.stage import text_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(clamd.why_not()), reason=clamd.why_not() or "there is one"),
]
CHECK = "/me/steps/hr_record/stuck/check/"


@pytest.fixture(scope="module")
def scanner() -> Any:
    with clamd.daemon() as socket:
        yield socket


@pytest.fixture
def upload(world, client) -> Any:
    client.force_login(world.newcomer(account=True).newcomer.user)

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("screen.png", content, content_type="image/png")
        told = {"symptom": "hr_record.wrong_birth_date", "tried": "today", "error": ""}
        return client.post(CHECK, told | {"pictures": [file]})

    return send


def test_it_finds_the_test_virus_and_nothing_else(scanner, settings):
    """Slow: starts a daemon."""
    settings.CLAMAV_SOCKET = scanner
    assert scanning.scan(clamd.EICAR) is Answer.FOUND
    assert scanning.scan(b"hello") is Answer.CLEAN
    assert scanning.scan(b"x" * 5_000_000) is Answer.CLEAN


def test_a_picture_that_carries_it_is_refused_and_a_clean_one_is_kept(scanner, settings, upload):
    """Slow: starts a daemon."""
    settings.CLAMAV_SOCKET = scanner
    answer = upload(hostile.picture() + clamd.EICAR)
    assert answer.status_code == 422
    assert "screen.png was refused by the virus scanner." in text_of(answer)
    assert not Evidence.objects.exists()
    assert upload(hostile.picture()).status_code == 200
    assert Evidence.objects.get().screening == Screening.CLEAN


def test_while_the_daemon_is_away_a_picture_waits_unseen_and_is_shown_once_it_is_back(
    scanner, settings, upload, client
):
    """Slow: starts a daemon."""
    settings.CLAMAV_SOCKET = f"{scanner}-that-is-away"
    upload(hostile.picture())
    kept = Evidence.objects.get()
    assert kept.screening == Screening.WAITING
    assert client.get(f"/pictures/{kept.ref}/").status_code == 404
    settings.CLAMAV_SOCKET = scanner
    pictures.screen(Job.objects.get(kind=pictures.SCREEN), timezone.now())
    assert client.get(f"/pictures/{kept.ref}/").status_code == 200
