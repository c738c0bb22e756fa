"""The report as a tagged PDF: what is in it, for whom, in which scripts, and what is said when there is none."""

import datetime as dt
import io
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from onboarding.models import AuditEntry, Placement
from steps.printing import typesetting, week
from steps.services import placements
from tests.web.staff import Clock, as_user, text_of

SCRIPTS = (
    "李伟 小明", "محمد علی", "प्रिया शर्मा", "রহিম", "தமிழ்", "김철수", "たなか ゆき", "Жуков Ωμέγα", "Łukasz Nguyễn Thị",
    "סבא", "สมชาย", "နေလင်း", "ጌታቸው", "සුනිල්", "ਗੁਰਪ੍ਰੀਤ", "മലയാളം", "ಕನ್ನಡ", "తెలుగు", "ગુજરાતી", "ქართული", "Հայ",
)  # fmt: skip
needs_fonts = pytest.mark.skipif(not typesetting.can_print(), reason="the fonts are not built: run manage.py assets")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", department="Medicine", newcomer__gmc_number="7654321")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would have been set in type, in the place of setting it."""
    seen: list[dict[str, Any]] = []

    def typeset(template: str, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return b"%PDF-"

    monkeypatch.setattr(week, "typeset", typeset)
    return seen


def texts(data: Any) -> str:
    if isinstance(data, dict):
        return " ".join(texts(v) for v in data.values())
    return " ".join(map(texts, data)) if isinstance(data, list | tuple) else str(data)


@needs_fonts
def test_the_pdf_is_tagged_and_says_that_it_keeps_to_pdf_ua(client: Client, world: Any, amara: Placement) -> None:
    answer = as_user(client, world.user("manager")).get("/readiness/week.pdf?week=2026-08-03")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="week-one-2026-08-03.pdf"'
    for part in (b"%PDF-1.7", b"StructTreeRoot", b"pdfuaid:part", b"0 of 1 starter of 3 August are ready", b"en-GB"):
        assert part in answer.content
    assert AuditEntry.objects.get(action="readiness.exported").after == {"format": "pdf", "newcomers": 1}


@needs_fonts
def test_names_in_any_script_have_their_letters(world: Any, tmp_path: Path, caplog: Any) -> None:
    for name in SCRIPTS:
        world.newcomer(newcomer__given_name=name, newcomer__family_name="")
    with caplog.at_level(logging.WARNING):
        run("--output", str(tmp_path / "week.pdf"))
    assert caplog.records == []
    assert b"pdfuaid:part" in (tmp_path / "week.pdf").read_bytes()


@needs_fonts
def test_a_letter_that_no_font_has_is_no_reason_to_have_no_pdf(world: Any, tmp_path: Path, caplog: Any) -> None:
    world.newcomer(
        newcomer__given_name="Amara \U0001f600", newcomer__family_name='#eval("panic()") $x$ \\ \x00'.strip("\x00")
    )
    with caplog.at_level(logging.WARNING):
        run("--output", str(tmp_path / "week.pdf"))
    assert "not PDF/UA" in caplog.text
    assert "Amara" not in caplog.text
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF")


def test_the_pdf_holds_what_its_reader_may_see_and_no_reason_that_somebody_typed(
    client: Client, world: Any, amara: Placement, printed: list[dict[str, Any]]
) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    gone = world.newcomer(newcomer__given_name="Mei")
    placements.set_status(
        gone.ref, "withdrawn", by=world.actor("hr"), at=dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC), reason="Is ill."
    )
    as_user(client, world.user("manager")).get("/readiness/week.pdf?week=2026-08-03&department=Medicine")
    words = texts(printed[0])
    assert "For Manager at Northgate (Manager), Northgate. Only department Medicine." in words
    assert "Amara Okafor" in words
    assert "HR at Northgate: Staff record since Mon 20 July (12 working days)" in words
    for other in ("Chinwe", "Is ill", "1994", "7654321"):
        assert other not in words
    as_user(client, world.user("executive")).get("/readiness/week.pdf?week=2026-08-03")
    assert {"Chinwe", "Withdrawn"} <= set(texts(printed[1]).split())
    assert "Is ill" not in texts(printed[1])


def test_the_pdf_has_the_days_of_each_and_of_all(
    world: Any, amara: Placement, printed: list[dict[str, Any]], tmp_path: Path
) -> None:
    run("--output", str(tmp_path / "week.pdf"))
    assert printed[0]["days"] == ["Mon 3", "Tue 4", "Wed 5", "Thu 6", "Fri 7"]
    assert [day["done"] for day in printed[0]["people"][0]["days"]] == [0, 0, 0, None, None]
    assert printed[0]["columns"][0] == {"label": "Mon 3 August", "ready": 0, "not_ready": 1, "to_come": 0}


def test_without_fonts_it_says_how_to_get_them(
    client: Client, world: Any, amara: Placement, settings: Any, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path
    answer = as_user(client, world.user("executive")).get("/readiness/week.pdf?week=2026-08-03")
    assert answer.status_code == 503
    assert "Run “manage.py assets” on the server." in text_of(answer)
    assert "/readiness/week.csv?week=2026-08-03" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="readiness.exported").exists()
    with pytest.raises(CommandError, match="its fonts are missing"):
        run("--output", str(tmp_path / "week.pdf"))


def test_a_pdf_that_takes_too_long_is_given_up(
    client: Client, world: Any, amara: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*args: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired("typst", options["timeout"])

    monkeypatch.setattr(typesetting, "can_print", lambda: True)
    monkeypatch.setattr(typesetting.subprocess, "run", late)
    answer = as_user(client, world.user("executive")).get("/readiness/week.pdf")
    assert answer.status_code == 503
    assert "The PDF takes too long to make." in text_of(answer)


def test_a_pdf_of_too_many_is_refused_before_it_is_made(
    client: Client, world: Any, amara: Placement, printed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week, "MOST", 0)
    answer = as_user(client, world.user("executive")).get("/readiness/week.pdf")
    assert answer.status_code == 503
    assert "A PDF holds 0 newcomers at most. Choose a department, or take the CSV." in text_of(answer)
    assert printed == []


def test_a_bad_address_gets_the_form_and_no_pdf(client: Client, world: Any) -> None:
    assert as_user(client, world.user("hr")).get("/readiness/week.pdf?week=soon").status_code == 422


def test_the_command_wants_a_file_for_a_pdf(world: Any, amara: Placement, printed: list[dict[str, Any]]) -> None:
    with pytest.raises(CommandError, match="A PDF needs a file: name it with --output"):
        run()


def run(*args: str) -> None:
    call_command(
        "readiness", "--organisation", "ZN1", "--from", "2026-08-03", "--format", "pdf", *args, stdout=io.StringIO()
    )
