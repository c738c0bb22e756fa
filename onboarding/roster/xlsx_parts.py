"""A look through a workbook's parts before anything builds objects from them.

A workbook of a few kilobytes can unpack to gigabytes, or hold a row of millions of cells. The sizes that
the zip names are checked first (zipfile never unpacks more than it names), then each large part is streamed
once through expat, which keeps nothing.
"""

import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from onboarding.roster.faults import whole_file

_MAX_PARTS = 1_000
_MAX_SHEETS = 150_000_000  # bytes, unpacked, all sheets together
_MAX_STRINGS = 60_000_000
_MAX_OTHER = 10_000_000
_MAX_IN_ROW = 70_000  # elements: a full row has 16,384 cells
_MAX_IN_STRINGS = 1_500_000  # elements of the shared strings
_MAX_OUTSIDE = 200_000  # elements of any other part that are in no row
_MAX_ROW_ELEMENTS = 1_100_000  # a sheet has 1,048,576 rows, and some workbooks format them all
_MAX_ELEMENTS = 8_000_000  # in one part
_MAX_TEXT = 1_000_000  # characters in one row, or between two elements
_MAX_DEPTH = 30
_MAX_UNWORKED = 1_000

_STRINGS = "xl/sharedStrings.xml"
_TOO_LARGE = "The workbook is too large once unpacked. Copy the rows into a new workbook, or save them as CSV."


@dataclass(slots=True)
class Sheet:
    """The last row and column that hold a value, and the (row, column) of formulas without one."""

    last_row: int = 0
    last_column: int = 0
    unworked: list[tuple[int, int]] = field(default_factory=list)


def inspect_parts(archive: zipfile.ZipFile) -> dict[str, Sheet]:
    """The sheets by path in the archive. Raises `Unreadable` on what is too large or declares a DTD."""
    parts = archive.infolist()
    _check_sizes(parts)
    sheets = {}
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        scan = _Scan(_MAX_IN_STRINGS if part.filename == _STRINGS else _MAX_OUTSIDE)
        with archive.open(part) as stream:
            scan.run(stream)
        if _is_sheet(part.filename):
            sheets[part.filename] = scan.sheet
    return sheets


def _is_sheet(path: str) -> bool:
    return path.startswith("xl/worksheets/") and path.endswith(".xml")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    sizes = {"sheets": 0, "strings": 0, "other": 0}
    for part in parts:
        if part.flag_bits & 1:
            raise whole_file("The workbook has a password. Save it without one.")
        if part.filename.endswith((".png", ".jpg", ".jpeg", ".gif", ".emf")):
            continue  # pictures are never opened
        kind = "sheets" if _is_sheet(part.filename) else "other"
        if part.filename == _STRINGS:
            kind = "strings"
        sizes[kind] += part.file_size
    limits = {"sheets": _MAX_SHEETS, "strings": _MAX_STRINGS, "other": _MAX_OTHER}
    if len(parts) > _MAX_PARTS or any(sizes[kind] > limit for kind, limit in limits.items()):
        raise whole_file(_TOO_LARGE)


class _Scan:
    """Counts elements and text; collects nothing but row numbers and unworked formulas."""

    def __init__(self, most_outside: int) -> None:
        self.most_outside = most_outside
        self.sheet = Sheet()
        self.row = self.rows = self.column = 0
        self.elements = self.in_row = self.outside = self.text = self.depth = 0
        self.inside = self.formula = self.value = self.in_value = self.texts = False
        self.cell = ""
        self.letters: set[str] = set()  # of columns met: at most 20,000, since references have three letters

    def run(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.buffer_text = True
        try:
            parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise whole_file("The workbook is damaged. Open it in Excel and save it again.") from error

    def doctype(self, *_: object) -> None:
        raise whole_file("The workbook holds a document type, which Excel never writes. It is not opened.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        tag = name.rpartition(" ")[2]
        if self.inside:
            self.in_row += 1
            self.start_in_row(tag, attributes)
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else self.row + 1
            self.rows += 1
            self.in_row = self.text = self.column = 0
            self.inside = True
        else:
            self.outside += 1
            self.text = 0
        if (
            self.in_row > _MAX_IN_ROW
            or self.outside > self.most_outside
            or self.rows > _MAX_ROW_ELEMENTS
            or self.elements > _MAX_ELEMENTS
            or self.depth > _MAX_DEPTH
        ):
            raise whole_file(_TOO_LARGE)

    def start_in_row(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.cell = attributes.get("r", "")
            self.column += 1
            self.formula = self.value = self.in_value = False
            self.texts = attributes.get("t") in ("str", "s", "inlineStr")
        elif tag == "f":
            self.formula = True
        elif tag in ("v", "is"):
            self.value = self.texts  # an empty text is a formula's rightful answer; an empty number is none
            self.in_value = True
            self.reach()

    def reach(self) -> None:
        """Notes how far down and right the sheet holds anything."""
        sheet = self.sheet
        if self.row > sheet.last_row:
            sheet.last_row = self.row
        letters = self.cell.rstrip("0123456789")
        if letters not in self.letters:
            if 0 < len(letters) <= 3:
                self.letters.add(letters)
            sheet.last_column = max(sheet.last_column, _column(self.cell) or self.column)

    def end(self, name: str) -> None:
        self.depth -= 1
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self.inside = False
        elif tag == "v":
            self.in_value = False
        elif tag == "c" and self.formula and not self.value and len(self.sheet.unworked) < _MAX_UNWORKED:
            self.reach()
            self.sheet.unworked.append((self.row, _column(self.cell) or self.column))

    def characters(self, text: str) -> None:
        self.text += len(text)
        self.value |= self.in_value
        if self.text > _MAX_TEXT:
            raise whole_file(_TOO_LARGE)


def _column(cell: str) -> int:
    """The column's number of a reference such as AB12; 0 if it is none."""
    number = 0
    for letter in cell.rstrip("0123456789")[:3]:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number
