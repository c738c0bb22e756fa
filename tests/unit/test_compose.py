"""What the compose schema cannot see in docker-compose.yml, and what the Dockerfile promises to copy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

BASE = Path(settings.BASE_DIR)
FORM = re.compile(r"\$\{(\w+)")  # ${NAME}, ${NAME:-default}, ${NAME:?words}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))


def known_settings() -> set[str]:
    """The variables that the settings read."""
    source = (BASE / "onboarding" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))


def test_each_service_waits_for_services_that_are_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}, which is no service"
            if how["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], f"{other} cannot say that it is healthy"


def test_each_named_volume_is_declared_and_each_declared_one_used(compose: dict[str, Any]) -> None:
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert used == set(compose["volumes"])


@pytest.mark.parametrize("name", ["web", "migrate", "outbox", "worker"])
def test_every_variable_of_ours_is_one_that_the_settings_read(compose: dict[str, Any], name: str) -> None:
    assert set(compose["services"][name]["environment"]) <= known_settings()


def test_every_setting_but_debug_can_be_given_to_the_web_service(compose: dict[str, Any]) -> None:
    assert known_settings() - {"DEBUG"} == set(compose["services"]["web"]["environment"])


def test_nothing_is_passed_on_empty_and_secrets_are_asked_for(compose: dict[str, Any]) -> None:
    """An empty default would reach the settings as an empty value; a default secret would be everybody's."""
    text = (BASE / "docker-compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"\$\{\w+:?-?\}", text)
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD"):
        forms = re.findall(rf"\$\{{{name}[^}}]*", text)
        assert forms
        assert all(form.startswith(f"${{{name}:?") for form in forms), f"{name} is used without being asked for"


def test_variables_in_braces_are_settings_or_the_databases_password(compose: dict[str, Any]) -> None:
    text = (BASE / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(FORM.findall(text)) <= known_settings() | {"POSTGRES_PASSWORD"}


def test_the_web_service_asks_the_readiness_probe(compose: dict[str, Any]) -> None:
    asked = compose["services"]["web"]["healthcheck"]["test"][-1]
    assert "/health/ready" in (BASE / asked).read_text(encoding="utf-8")


def test_files_that_a_service_starts_are_in_the_image() -> None:
    """.dockerignore leaves everything out but what it names."""
    kept = [
        line[1:].rstrip("/")
        for line in (BASE / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    missing = [name for name in kept if not (BASE / name).exists()]
    assert missing == []
    rooms = {"onboarding", "steps", "escalations", "templates", "static", "assets", "deploy", "manage.py"}
    assert rooms <= set(kept)


def test_each_manage_command_that_a_service_runs_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        command = service.get("command", [])
        if "manage.py" in command:
            assert command[command.index("manage.py") + 1] in get_commands(), f"{name} runs {command}"
