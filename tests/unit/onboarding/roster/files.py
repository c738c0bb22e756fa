"""Roster files for the tests."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl

from onboarding.roster import Roster, read_roster
from onboarding.roster.columns import NAMES

TODAY = date(2026, 7, 1)
AMARA = {
    "given_name": "Amara",
    "family_name": "Okafor",
    "date_of_birth": "1994-07-03",
    "start_date": "2026-08-03",
    "role": "Clinical fellow",
    "employer_ods": "ZN1",
}


def person(number: int = 0, **cells: str) -> dict[str, str]:
    """A row of its own person: another number is another birth date."""
    return AMARA | {"date_of_birth": f"1994-07-{number % 28 + 1:02}"} | cells


def text(*people: Mapping[str, str], separator: str = ",", columns: Sequence[str] = ()) -> str:
    """The rows as CSV text, with the columns that the first row has."""
    columns = columns or list(people[0])
    lines = [columns, *([row.get(column, "") for column in columns] for row in people)]
    return "\r\n".join(separator.join(_quoted(cell, separator) for cell in line) for line in lines) + "\r\n"


def _quoted(cell: str, separator: str) -> str:
    if any(char in cell for char in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def read(source: str | bytes, **options: Any) -> Roster:
    """Read a roster from text (UTF-8) or bytes, on 1 July 2026."""
    data = source.encode() if isinstance(source, str) else source
    return read_roster(io.BytesIO(data), **{"today": TODAY} | options)


def problems(roster: Roster) -> list[str]:
    """Its faults as people read them."""
    return [str(fault) for fault in roster.faults]


def workbook(*rows: Sequence[Any], **more_sheets: Sequence[Sequence[Any]]) -> bytes:
    """An XLSX of these rows, cells as Python values."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for title, others in more_sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def repacked(data: bytes, replace: Mapping[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, replace.get(part.filename, old.read(part)))
    return out.getvalue()


ALL_COLUMNS = NAMES
