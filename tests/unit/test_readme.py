"""The README keeps its promises: two commands, and tables that name what there is."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

BASE = Path(settings.BASE_DIR)
PAGES = ["README.md", *sorted(path.relative_to(BASE).as_posix() for path in BASE.glob("docs/**/*.md"))]
TEXT = (BASE / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_first_screen_has_the_two_commands_and_nothing_else_is_fenced() -> None:
    blocks = re.findall(r"^```\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)
    assert blocks == [
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.lock && .venv/bin/python manage.py demo",
        "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.lock && .venv/bin/pytest -n auto",
    ]
    assert TEXT.count("```") == 4
    assert TEXT[: TEXT.rindex("```")].count("\n") < 24


def test_the_table_of_commands_names_every_command_of_ours() -> None:
    ours = {name for name, app in get_commands().items() if app in ("onboarding", "steps", "escalations")}
    rows = [line for line in section("Commands").splitlines() if line.startswith("| `")][1:]  # less the heading
    cells = [re.findall(r"`([a-z_]+)[^`]*`", line.split("|")[1]) for line in rows]
    assert ours <= {name for cell in cells for name in cell}
    assert {cell[0] for cell in cells} <= ours


def test_the_table_of_settings_names_every_variable_that_the_settings_read() -> None:
    source = (BASE / "onboarding" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    assert set(re.findall(r"^\| `([A-Z_]+)`", section("Running it for real"), re.MULTILINE)) == read


@pytest.mark.parametrize("page", PAGES)
def test_links_between_the_documents_lead_somewhere(page: str) -> None:
    text = (BASE / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert [link for link in links if not (BASE / page).parent.joinpath(link).exists()] == []
