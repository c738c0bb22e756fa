"""Reading any table, CSV or XLSX, into rows of text; knows nothing about rosters."""

import io
from collections.abc import Callable
from typing import BinaryIO

from onboarding.roster.csv_file import open_csv
from onboarding.roster.faults import MAX_BYTES, whole_file
from onboarding.roster.rows import Table

Progress = Callable[[int, int], None]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(source: BinaryIO, *, dates: str = "ISO") -> Table:
    """Open a CSV or XLSX file, told apart by its first bytes, never by its name.

    Rows come one at a time as text. Real date cells of a spreadsheet come written in the order `dates`
    (`ISO`, `DMY`, `MDY`, `YMD`), and its numbers as `Number`. Raises `Unreadable` here, or while the rows
    are read. The source stays open; it need not be seekable.
    """
    source = _seekable(source)
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size > MAX_BYTES:
        raise whole_file(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    if size == 0:
        raise whole_file("The file is empty.")
    start = source.read(8)
    source.seek(0)
    if start == _OLD_OFFICE:
        raise whole_file(
            "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password."
        )
    if start.startswith(b"PK\x03\x04"):
        from onboarding.roster.xlsx_file import open_xlsx  # openpyxl takes long to import, and CSV needs none of it

        return open_xlsx(source, dates=dates)
    return open_csv(source, size=size)


def _seekable(source: BinaryIO) -> BinaryIO:
    """The source itself, or what a pipe holds, never more than one byte over the limit."""
    if source.seekable():
        return source
    return io.BytesIO(source.read(MAX_BYTES + 1))
