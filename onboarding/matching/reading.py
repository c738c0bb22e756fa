"""Reading one of the matcher's files, CSV or XLSX: every fault by row and column, or all its records."""

from typing import BinaryIO

from onboarding.matching.records import Record
from onboarding.roster.faults import MAX_CELL, Fault, Unreadable
from onboarding.roster.rows import column_letter
from onboarding.roster.table import read_table

COLUMNS = ("id", "given_name", "family_name", "date_of_birth", "number")


def read_records(source: BinaryIO) -> list[Record]:
    """The rows below the headings `id,given_name,family_name,date_of_birth,number`, in any order.

    Other columns are left alone. Every cell but the id may be empty, and a date may be damaged: dirty lists are
    what the matcher is for. Raises `Unreadable` with every fault.
    """
    table = read_table(source)
    places, faults = _places(table.heading)
    if faults:
        raise Unreadable(*faults)
    records: list[Record] = []
    first_seen: dict[str, int] = {}
    for number, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        found = _row_faults(number, cells, len(table.heading), places, first_seen)
        faults += found
        if not found:
            records.append(Record(**{name: _cell(cells, at) for name, at in places.items()}))
    faults += [Fault(row, table.heading[at] or column_letter(at + 1), problem) for row, at, problem in table.faults]
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: fault.row or 0))
    return records


def _places(heading: list[str]) -> tuple[dict[str, int], list[Fault]]:
    found: dict[str, list[int]] = {}
    for at, text in enumerate(heading):
        found.setdefault("_".join(text.strip().casefold().replace("_", " ").split()), []).append(at)
    faults = [Fault(1, name, "The heading is missing.") for name in COLUMNS if name not in found]
    for name in COLUMNS:
        if len(found.get(name, [])) > 1:
            letters = " and ".join(column_letter(at + 1) for at in found[name])
            faults.append(Fault(1, name, f"The heading is there more than once, in columns {letters}."))
    return {name: found[name][0] for name in COLUMNS if name in found}, faults


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _row_faults(
    number: int, cells: list[str], width: int, places: dict[str, int], first_seen: dict[str, int]
) -> list[Fault]:
    faults = []
    if any(cell.strip() for cell in cells[width:]):
        faults.append(Fault(number, column_letter(width + 1), "There are more cells than headings."))
    key = _cell(cells, places["id"])
    if not key:
        faults.append(Fault(number, "id", "The id is missing."))
    elif key in first_seen:
        faults.append(Fault(number, "id", f'"{key[:60]}" is the id of row {first_seen[key]} already.'))
    else:
        first_seen[key] = number
    for name, at in places.items():
        text = _cell(cells, at)
        if len(text) > MAX_CELL:
            faults.append(Fault(number, name, f"The cell is longer than {MAX_CELL:,} letters."))
        if "\0" in text:
            faults.append(Fault(number, name, "The cell holds a character that no text has (NUL)."))
    return faults
