"""XLSX in: real dates and numbers told apart from text.

Formulas: the value that the spreadsheet last showed is read; a formula that was never worked out, and an
error such as #N/A, is refused by cell.
"""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl

from onboarding.roster.dates import written
from onboarding.roster.faults import MAX_COLUMNS, MAX_ROWS, Fault, Unreadable, too_many_rows, whole_file
from onboarding.roster.rows import Number, Table
from onboarding.roster.xlsx_parts import Sheet, inspect_parts

_NOT_A_WORKBOOK = "The file cannot be read as an Excel workbook (.xlsx). Open it in Excel and save it again."


def open_xlsx(source: BinaryIO, *, dates: str) -> Table:
    """A table over the first visible sheet of a workbook. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(source) as archive:
            sheets = inspect_parts(archive)
        source.seek(0)
        book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl answers damage with whatever it trips over
        raise whole_file(_NOT_A_WORKBOOK) from error
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise whole_file("The workbook has no visible sheet with cells.")
    size = sheets.get(str(getattr(visible[0], "_worksheet_path", "")).lstrip("/"), Sheet())
    if size.last_row > MAX_ROWS + 1:
        raise too_many_rows()
    return _table(book, visible, size, dates)


def _table(book: Any, visible: list[Any], size: Sheet, dates: str) -> Table:
    at = [0]
    rows = _rows(book, visible[0], size, dates, at)
    try:
        heading = next(rows)[1]
    except StopIteration:
        raise whole_file("The first sheet is empty.") from None
    faults = [
        (row, column - 1, "The formula was never worked out. Paste the values instead.")
        for row, column in size.unworked
    ]
    remarks = []
    if len(visible) > 1:
        remarks.append(Fault(None, None, f'Only the first sheet, "{visible[0].title}", was read.'))
    return Table(
        heading, rows, holds_numbers=True, faults=faults, remarks=remarks, position=lambda: (at[0], size.last_row)
    )


def _rows(book: Any, sheet: Any, size: Sheet, dates: str, at: list[int]) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet.reset_dimensions()  # what the file says about its own size is not to be trusted
        last_column = max(1, min(size.last_column, MAX_COLUMNS + 1))
        grid = sheet.iter_rows(max_row=max(size.last_row, 1), max_col=last_column, values_only=True)
        for number, values in enumerate(grid, start=1):
            at[0] = number
            cells = [value if type(value) is str else _text(value, dates) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MAX_COLUMNS:
                raise Unreadable(Fault(number, None, f"The row has more than {MAX_COLUMNS} cells."))
            yield number, cells
    except Unreadable:
        raise
    except Exception as error:
        raise whole_file(_NOT_A_WORKBOOK) from error
    finally:
        with suppress(Exception):
            book._archive.close()  # the archive, not the caller's file


def _text(value: Any, dates: str) -> str:
    """A cell's value as text: a date as the file's dates are written, a number marked as one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        if value.time() == time():
            return written(value.date(), dates)
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return written(value, dates)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return Number(int(value))
    if isinstance(value, int | float):
        return Number(value)
    return str(value)
