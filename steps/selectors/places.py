"""The two organisations of a placement as the report reads them, with the days off of their own."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from onboarding.working_days import calendar_of
from steps.readiness import Place

NO_DAYS = "[]"
PLACE = ("id", "ods_code", "name", "country")
PLACES: tuple[Any, ...] = tuple(  # the days off as text: they come with every row, and are read once a place
    column
    for side in ("employer", "host")
    for column in (*(f"{side}__{name}" for name in PLACE), Cast(f"{side}__closed_days", TextField()))
)


def place_of(columns: Sequence[Any]) -> Place:
    pk, ods_code, name, country, closed = columns
    return Place(pk, ods_code, name, calendar_of(country, json.loads(closed) if closed != NO_DAYS else ()))
