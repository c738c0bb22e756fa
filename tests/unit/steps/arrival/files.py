"""Roster files made in a test, and taken in as HR at Northgate does it."""

import csv
import datetime as dt
import io
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Organisation
from steps.arrival.storing import Arrived, import_roster

AT = dt.datetime(2026, 7, 20, 9, 0, tzinfo=dt.UTC)
ROW = {
    "given_name": "Amara",
    "family_name": "Okafor",
    "date_of_birth": "1994-07-03",
    "start_date": "2026-08-03",
    "role": "Clinical fellow",
    "employer_ods": "ZN1",
}


def person(**cells: str) -> dict[str, str]:
    """A good row, with these cells instead."""
    return {**ROW, **cells}


def file_of(*rows: dict[str, str]) -> bytes:
    """A CSV of these rows; the headings are those that some row has."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def take_in(organisation: Organisation, by: Actor, *rows: dict[str, str], at: dt.datetime = AT, **how: Any) -> Arrived:
    return import_roster(io.BytesIO(file_of(*rows)), organisation=organisation, by=by, at=at, **how)


def told(arrived: Arrived) -> tuple[int, int, int, list[tuple[int | None, str | None]]]:
    """(new, changed, the same, [(row, column) of each fault])"""
    plan = arrived.plan
    return len(plan.new), len(plan.changed), len(plan.unchanged), [(f.row, f.column) for f in plan.refused]
