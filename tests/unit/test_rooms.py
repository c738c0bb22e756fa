"""The rooms' direction, where the linter cannot see it, and the modules that must stay pure.

A foreign key written as a string passes the import linter: the relations of the loaded models do not lie.
"""

import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

BASE = Path(settings.BASE_DIR)
ROOMS = ("onboarding", "steps", "escalations")  # lowest first
Relation = models.ForeignKey | models.OneToOneField | models.ManyToManyField

# Keys into a lower room whose way back an upper selector needs. Anything else says related_name="+".
WAYS_BACK = {
    "steps.Chain.placement": "a placement's pathway and week 1, in the query that fetches the placement",
    "steps.Fact.placement": "a placement's timeline, prefetched",
    "steps.PlacementForecast.placement": "a placement's forecast, in the query that lists the placements",
    "steps.PlacementStep.placement": "a placement's steps, prefetched, and lists filtered by them",
}


def relations(room: str) -> Iterator[tuple[str, Relation]]:
    for model in apps.get_app_config(room).get_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if isinstance(field, Relation):
                yield f"{room}.{model.__name__}.{field.name}", field


def pure_modules() -> list[str]:
    told = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = told["tool"]["importlinter"]["contracts"]
    (pure,) = [c["source_modules"] for c in contracts if c["type"] == "forbidden"]
    return pure


@pytest.mark.parametrize("room", ROOMS)
def test_no_model_relates_to_a_room_above_its_own(room: str) -> None:
    upper = ROOMS[ROOMS.index(room) + 1 :]
    upwards = [name for name, field in relations(room) if field.related_model._meta.app_label in upper]
    assert upwards == []


def test_keys_that_cross_rooms_leave_nothing_behind_on_the_lower_room_unless_a_selector_needs_it() -> None:
    left_behind = {
        name
        for room in ROOMS
        for name, field in relations(room)
        if field.related_model._meta.app_label in ROOMS
        and field.related_model._meta.app_label != room
        and not field.remote_field.hidden
    }
    assert left_behind == set(WAYS_BACK)


def test_no_room_relates_by_a_generic_foreign_key() -> None:
    generic = [
        f"{model._meta.label}.{field.name}"
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.private_fields
    ]
    assert generic == []


def test_each_room_is_a_package_with_nothing_in_its_init() -> None:
    said = {room: (BASE / room / "__init__.py").read_text(encoding="utf-8").strip() for room in ROOMS}
    assert said == dict.fromkeys(ROOMS, "")


@pytest.mark.parametrize("module", pure_modules())
def test_a_pure_module_imports_neither_django_nor_rows(module: str) -> None:
    """In a process of its own, with every submodule of it, since this one has Django already."""
    assert importlib.util.find_spec(module), f"pyproject.toml calls {module} pure, and there is no such module"
    script = (
        "import importlib, pkgutil, sys\n"
        f"found = importlib.import_module({module!r})\n"
        "for sub in pkgutil.walk_packages(getattr(found, '__path__', []), found.__name__ + '.'):\n"
        "    importlib.import_module(sub.name)\n"
        "print(*sorted(n for n in sys.modules if n.split('.')[0] == 'django' or n.endswith('.models')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=BASE, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_the_modules_that_say_they_are_pure_are_held_to_it() -> None:
    """A docstring that begins a line with "Pure:" is a promise; the linter must have heard of it."""
    held = pure_modules()
    promised = {
        ".".join(path.relative_to(BASE).with_suffix("").parts).removesuffix(".__init__")
        for room in ROOMS
        for path in (BASE / room).rglob("*.py")
        if "\nPure: " in path.read_text(encoding="utf-8")
    }
    unheld = {name for name in promised if not any(name == p or name.startswith(p + ".") for p in held)}
    assert unheld == set()
