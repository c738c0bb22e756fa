"""Pure: reading a system's list. Every fault by row and column, and nothing of it is used while there is one.

The rows are kept by columns: a list is as long as the organisation has staff, and most of it is about nobody who is
new here, so that no row becomes an object of its own before somebody asks for it.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from onboarding.roster import MAX_ROWS, Fault, Unreadable, read_table
from onboarding.roster.cells import number_problem
from onboarding.roster.dates import EXAMPLES, NotADate, parse_date
from onboarding.roster.faults import too_many_rows
from onboarding.roster.letters import look_for_lost_letters, tidy
from onboarding.roster.rows import Number, Table, column_letter, is_error
from steps.reconciling.columns import DATES, FIELDS, faults_of, guess

MAX_FAULTS = 1_000  # listed one by one
LONGEST = 254
_BATCH = 1_000
_NUMBERS = {"assignment_number": "assignment", "gmc_number": "gmc", **dict.fromkeys(DATES, "date")}
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_AS_IT_IS = frozenset({"given_name", "family_name", "assignment_number", "gmc_number"})
_REFUSED: Any = object()
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Extract:
    """A list that was read. `numbers` are its rows as a spreadsheet counts them, `values` field -> one value a row:
    text, or a date or None for a date. With any fault it has no rows."""

    heading: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    remarks: list[Fault] = field(default_factory=list)
    _blank: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, name: str) -> Sequence[Any]:
        """One value a row, also of a column that is not there."""
        if name in self.values:
            return self.values[name]
        if name not in self._blank:
            self._blank[name] = [None if name in DATES else ""] * len(self.numbers)
        return self._blank[name]

    def refuse(self, row: int | None, column: str | None, problem: str) -> None:
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(row, column, problem))


def read_extract(
    source: BinaryIO | bytes,
    *,
    remembered: Mapping[str, str] | None = None,
    dates: str = "ISO",
    progress: Progress = lambda done, total: None,
) -> Extract:
    """Reads a CSV or XLSX file whole; never raises for what is in it. `dates` as for a roster (ValueError for an
    order that there is not), `remembered` is plain heading -> field."""
    if dates not in EXAMPLES:
        raise ValueError(f"Dates are written {', '.join(EXAMPLES)}; not {dates}.")
    extract = Extract()
    try:
        table = read_table(io.BytesIO(source) if isinstance(source, bytes) else source, dates=dates)
        extract.heading, extract.remarks = [text.strip() for text in table.heading], list(table.remarks)
        extract.columns = guess(table.heading, remembered)
        if faults := faults_of(table.heading, extract.columns):
            raise Unreadable(*faults)
        _Reader(table, extract, dates).run(progress)
        if not extract.numbers and not extract.faults:
            raise Unreadable(Fault(None, None, "The file has no rows below its heading."))
    except Unreadable as error:
        extract.faults, extract.fault_count = [*error.faults], len(error.faults)
    if extract.faults:
        extract.faults.sort(key=lambda fault: (fault.row or 0, extract.columns.get(fault.column or "", -1)))
        extract.numbers, extract.values = [], {}
    return extract


class _Cells(dict[str, Any]):
    """Cell -> value for one column: a list repeats itself, and a batch of a column is then one `map`."""

    def __init__(self, name: str, dates: str, *, guessed: bool) -> None:
        super().__init__()
        self.name, self.dates, self.guessed = name, dates, guessed
        self.refused: dict[str, str] = {}

    def __missing__(self, cell: str) -> Any:
        try:
            value = self.converted(cell)
        except ValueError as error:  # NotADate and MixedUp are
            self.refused[cell] = str(error)
            value = _REFUSED
        self[cell] = value
        return value

    def converted(self, cell: str) -> Any:
        if cell.isascii() and (cell.isdigit() or cell.isalpha()) and self.name in _AS_IT_IS and len(cell) <= LONGEST:
            return cell  # the most usual by far
        text = tidy(cell)
        if is_error(text):
            raise ValueError(f"{text} is a spreadsheet's error, not a value.")
        if len(text) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} letters.")
        if self.name in DATES:
            return day_of(text, self.dates) if text else None
        if self.name in _NUMBERS and _SCIENTIFIC.fullmatch(text):
            raise ValueError(f"{text} is rounded; save as text.")
        if not text.isascii():
            look_for_lost_letters(text, guessed=self.guessed)
        return text.lower() if self.name == "email" else text


def day_of(text: str, dates: str) -> date:
    """The day of a date, or of a moment: systems write when somebody last signed in to the second."""
    try:
        return parse_date(text, dates)
    except NotADate:
        day, _, time = text.replace("T", " ", 1).partition(" ") if ":" in text else (text, "", "")
        if not time:
            raise
        return parse_date(day, dates)


def are_plain(name: str, texts: Sequence[str]) -> bool:
    """Is a batch of a column as `_Cells` would leave it, every cell of it? Asked of all at once, which runs in C."""
    if name not in _AS_IT_IS or max(map(len, texts)) > LONGEST:
        return False
    if name in _NUMBERS:
        together = "".join(texts)
        return together.isdigit() and together.isascii()
    together = "\n".join(texts)
    odd = any(sign in together for sign in ("  ", " \n", "\n ", "'", "#"))
    plain = together.isascii() and together.replace("\n", "").isprintable() and together.count("\n") == len(texts) - 1
    return plain and not odd and together == together.strip(" ")


class _Reader:
    def __init__(self, table: Table, extract: Extract, dates: str) -> None:
        self.table, self.extract = table, extract
        self.width = len(table.heading)
        self.cells = {name: _Cells(name, dates, guessed=table.guessed) for name in FIELDS if name in extract.columns}

    def run(self, progress: Progress) -> None:
        extract = self.extract
        named = {position: name for name, position in extract.columns.items()}
        extract.values = {name: [] for name in self.cells}
        rows = self.filled()
        while batch := list(islice(rows, _BATCH)):
            self.take(batch)
            progress(*self.table.position())
        for row, position, problem in self.table.faults:
            if position in named or not position < self.width:
                extract.refuse(row, named.get(position, f"column {column_letter(position + 1)}"), problem)

    def filled(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, each as wide as the heading."""
        count, width = 0, self.width
        for number, cells in self.table.rows:
            if not any(cells) or not (cells[0].strip() or "".join(cells).strip()):
                continue
            count += 1
            if count > MAX_ROWS:
                raise too_many_rows()
            if len(cells) != width:
                if any(cell.strip() for cell in cells[width:]):
                    self.extract.refuse(number, None, f"The row has {len(cells)} cells, the heading {width}.")
                cells = (cells + [""] * width)[:width]
            yield number, cells

    def take(self, batch: list[tuple[int, list[str]]]) -> None:
        extract = self.extract
        numbers = [number for number, _ in batch]
        extract.numbers += numbers
        by_position: list[Sequence[str]] = list(zip(*(cells for _, cells in batch), strict=True))
        for name, cells in self.cells.items():
            texts = by_position[extract.columns[name]]
            if self.table.holds_numbers and name in _NUMBERS:
                for number, text in zip(numbers, texts, strict=True):
                    if type(text) is Number:
                        extract.refuse(number, name, number_problem(text, _NUMBERS[name]))
            if not self.table.holds_numbers and are_plain(name, texts):
                extract.values[name] += texts
                continue
            values = list(map(cells.__getitem__, texts))
            if cells.refused:
                for number, text, value in zip(numbers, texts, values, strict=True):
                    if value is _REFUSED:
                        extract.refuse(number, name, cells.refused[text])
            extract.values[name] += values
