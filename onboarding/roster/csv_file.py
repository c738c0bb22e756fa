"""CSV in: which letters, which separator, and rows counted as a spreadsheet counts them."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from onboarding.roster.faults import MAX_COLUMNS, MAX_ROWS, Fault, Unreadable, too_many_rows, whole_file
from onboarding.roster.rows import Table

_CHUNK = 1 << 16
_MAX_RECORD = 100_000  # characters in one row, quoted newlines included
_SEPARATORS = ",;\t"

SAVE_AS_UTF8 = 'Save it as "CSV UTF-8" and upload it again.'


def open_csv(source: BinaryIO, *, size: int) -> Table:
    """A table over a seekable CSV file of `size` bytes. Raises `Unreadable`."""
    encoding = _encoding(source)
    lines = _Lines(io.TextIOWrapper(source, encoding=encoding, errors="strict", newline=""))
    rows = _records(lines, source)
    try:
        heading = next(rows)[1]
    except StopIteration:
        raise whole_file("The file is empty.") from None
    return Table(
        heading=heading,
        rows=rows,
        guessed=encoding == "cp1252",
        position=lambda: (min(source.tell(), size), size),
    )


def _encoding(source: BinaryIO) -> str:
    """A mark decides; else UTF-16 by its zeros, strict UTF-8, Windows-1252, or a refusal."""
    start = source.read(4)
    source.seek(0)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise whole_file(f"The file is UTF-32, which is not read here. {SAVE_AS_UTF8}")
    if start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif len(start) == 4 and start[0] and not start[1] and start[2] and not start[3]:
        candidates = ["utf-16-le"]
    elif len(start) == 4 and start[1] and not start[0] and start[3] and not start[2]:
        candidates = ["utf-16-be"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        if _decodes(source, encoding):
            return encoding
    raise whole_file(f"The file's letters cannot be read: it is neither UTF-8 nor Windows-1252. {SAVE_AS_UTF8}")


def _decodes(source: BinaryIO, encoding: str) -> bool:
    """Whether every byte has a meaning in this encoding; in pieces, so that memory stays flat."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        source.seek(0)
    return True


class _Lines:
    """Lines for csv.reader, which bounds how much of the file one row may take."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.taken = 0  # characters of the row being read; whoever has a whole row sets it to 0
        self.put_back: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.put_back.pop() if self.put_back else self.text.readline(_MAX_RECORD)
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken >= _MAX_RECORD:
            raise _TooLong
        return line


class _TooLong(Exception):
    pass


def _separator(lines: _Lines) -> str:
    """The separator that the heading uses most; the "sep=;" line that Excel understands is taken out."""
    first = next(lines, "")
    if first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5 and first[4] in _SEPARATORS:
        return first[4]
    lines.put_back.append(first)
    bare = "".join(first.split('"')[::2])  # what stands outside quotation marks
    return max(_SEPARATORS, key=bare.count)


def _records(lines: _Lines, source: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        separator = _separator(lines)
        lines.taken = 0
        reader = csv.reader(lines, delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1):
            lines.taken = 0
            if number > MAX_ROWS + 1 and any(cells):
                raise too_many_rows()
            if len(cells) > MAX_COLUMNS:
                raise Unreadable(Fault(number, None, f"The row has more than {MAX_COLUMNS} cells."))
            yield number, cells
    except (csv.Error, _TooLong):
        # Past a broken quotation mark nobody can tell where a row begins: none of the file is used.
        problem = "A quotation mark in this row is not closed, or stands in the middle of a cell."
        if lines.taken >= _MAX_RECORD:
            problem = f"The row is longer than {_MAX_RECORD:,} letters. Is a quotation mark not closed?"
        raise Unreadable(Fault(number + 1, None, problem)) from None
    finally:
        if not source.closed:  # a reader that stopped at the heading is cleaned up after its file
            lines.text.detach()  # or closing the text would close the caller's file
