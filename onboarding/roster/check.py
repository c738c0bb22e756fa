"""A table's rows checked column by column, in batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from onboarding.roster.cells import NO_NUMBERS, REFUSED, Cells, converter, number_problem
from onboarding.roster.columns import COLUMNS, match_headings, unheaded
from onboarding.roster.csv_file import SAVE_AS_UTF8
from onboarding.roster.dates import EXAMPLES, in_words
from onboarding.roster.doubles import find_doubles
from onboarding.roster.faults import MAX_LISTED, MAX_ROWS, Fault, Unreadable, too_many_rows
from onboarding.roster.record import Roster, RosterRow, in_order
from onboarding.roster.rows import Number, Table, column_letter
from onboarding.roster.table import Progress, read_table

_BATCH = 1_000
_YEARS_BACK, _YEARS_AHEAD = 5, 2
_YOUNGEST, _OLDEST = 16, 90

Batch = list[tuple[int, list[str]]]


def read_roster(
    source: BinaryIO,
    *,
    today: date,
    dates: str = "ISO",
    headings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Roster:
    """Read and check a whole roster; never raises for what is in the file.

    `dates` is the order that the whole file's dates are declared to have: `ISO`, `DMY`, `MDY` or `YMD`
    (ValueError for any other). `headings` is the organisation's heading map. `progress` is called with
    (done, total), in bytes or rows, after each batch.
    """
    dates = dates.upper()
    if dates not in EXAMPLES:
        raise ValueError(f"Dates are written {', '.join(EXAMPLES)}; not {dates}.")
    heading: list[str] = []
    try:
        table = read_table(source, dates=dates)
        heading = table.heading
        positions, faults = match_headings(table.heading, headings)
        if faults:
            raise Unreadable(*faults)
        return _Checker(table, positions, today, dates).run(progress or (lambda done, total: None))
    except Unreadable as error:
        return Roster(heading=heading, faults=in_order(error.faults), readable=False)


class _Checker:
    def __init__(self, table: Table, positions: dict[str, int], today: date, dates: str) -> None:
        self.table = table
        self.width = len(table.heading)
        self.nameless = unheaded(table.heading)
        self.today = today
        self.positions = positions
        self.converters = [converter(column, dates=dates, guessed=table.guessed) for column in COLUMNS]
        self.roster = Roster(heading=table.heading, warnings=list(table.remarks), columns=frozenset(positions))
        self.cells_at_fault: set[tuple[int, str]] = set()
        self.born_between: dict[date, tuple[date, date]] = {}
        self.first_start = _years_from(today, -_YEARS_BACK)
        self.last_start = _years_from(today, _YEARS_AHEAD)

    def run(self, progress: Callable[[int, int], None]) -> Roster:
        """The roster, whole. Raises `Unreadable`."""
        roster = self.roster
        named = {position: name for name, position in self.positions.items()}
        for row, position, problem in self.table.faults:
            self.refuse(row, named.get(position, f"column {column_letter(position + 1)}"), problem)
        for batch in self.batches():
            self.check(batch)
            progress(*self.table.position())
        if not roster.cells:
            raise Unreadable(Fault(None, None, "The file has no rows below its heading."))
        if self.table.guessed and any(cells.mixed_up for cells in self.converters):
            wrong = [Fault(None, None, f"The file's letters cannot be told. {SAVE_AS_UTF8}"), *roster.faults]
            raise Unreadable(*wrong)
        for fault in find_doubles(roster.rows):
            self.refuse(fault.row or 0, fault.column, fault.problem)
        roster.rows = [row for row in roster.rows if row.row not in roster.refused_rows]
        roster.faults = in_order(roster.faults)
        roster.warnings = in_order(roster.warnings)
        return roster

    def batches(self) -> Iterator[Batch]:
        """Rows that are not blank, each as wide as the heading."""
        rows = self.filled_rows()
        while batch := list(islice(rows, _BATCH)):
            yield batch

    def filled_rows(self) -> Iterator[tuple[int, list[str]]]:
        roster, width = self.roster, self.width
        for number, cells in self.table.rows:
            if not any(cells) or not (cells[0].strip() or "".join(cells).strip()):
                roster.blank_rows += 1
                continue
            roster.cells[number] = cells
            if len(roster.cells) > MAX_ROWS:
                raise too_many_rows()
            if len(cells) != width:
                extra = [cell for cell in cells[width:] if cell.strip()]
                if extra:
                    self.refuse(number, None, f"The row has {len(cells)} cells, the heading {width}.")
                cells = (cells + [""] * width)[:width]
            if self.nameless and any(cells[position].strip() for position in self.nameless):
                self.refuse(number, None, "The row has a cell in a column without a heading.")
            yield number, cells

    def refuse(self, row: int, column: str | None, problem: str) -> None:
        """One fault a cell: the first that was found. Past a bound faults are counted, not kept."""
        roster = self.roster
        roster.refused_rows.add(row)
        if column is not None:
            if (row, column) in self.cells_at_fault:
                return
            self.cells_at_fault.add((row, column))
        if len(roster.faults) < MAX_LISTED:
            roster.faults.append(Fault(row, column, problem))
        elif len(roster.faults) == MAX_LISTED:
            roster.faults.append(Fault(row, column, problem))
            roster.warnings.append(Fault(None, None, f"Only the first {MAX_LISTED:,} problems are listed."))

    def check(self, batch: Batch) -> None:
        """Turns a batch into rows and faults."""
        numbers = [number for number, _ in batch]
        by_position: list[Sequence[str]] = list(zip(*(cells for _, cells in batch), strict=True))
        blank = ("",) * len(batch)
        values: list[list[Any]] = []
        for column, cells in zip(COLUMNS, self.converters, strict=True):
            position = self.positions.get(column.name)
            texts: Sequence[str] = blank if position is None else by_position[position]
            if self.table.holds_numbers and column.kind in NO_NUMBERS:
                self.refuse_numbers(numbers, texts, cells)
            values.append(list(map(cells.__getitem__, texts)))
            self.words(numbers, texts, cells)
            cells.forget()
        self.take(numbers, values)

    def refuse_numbers(self, numbers: list[int], texts: Sequence[str], cells: Cells) -> None:
        for row, text in zip(numbers, texts, strict=True):
            if type(text) is Number:
                self.refuse(row, cells.column.name, number_problem(text, cells.column.kind))

    def words(self, numbers: list[int], texts: Sequence[str], cells: Cells) -> None:
        """The faults and remarks of a column, by row."""
        name = cells.column.name
        if cells.refused:
            refused = cells.refused
            for row, text in zip(numbers, texts, strict=True):
                if text in refused:
                    self.refuse(row, name, refused[text])
        if cells.odd:
            odd, warnings = cells.odd, self.roster.warnings
            warnings += [Fault(row, name, odd[text]) for row, text in zip(numbers, texts, strict=True) if text in odd][
                : max(0, MAX_LISTED - len(warnings))
            ]

    def take(self, numbers: list[int], values: list[list[Any]]) -> None:
        """The questions that need more than one cell; what passes is a row."""
        given, family, born, starts, _, employers, hosts, employments, *_ = values
        for row, first, last, birth, start in zip(numbers, given, family, born, starts, strict=True):
            if not first and not last:
                self.refuse(row, "given_name", "Both names are missing. One name is enough.")
            if start is REFUSED:
                continue
            if not self.first_start <= start <= self.last_start:
                self.refuse(row, "start_date", self.start_problem(start))
            elif birth is not REFUSED:
                earliest, latest = self.born_between.get(start) or self.bounds(start)
                if not earliest < birth <= latest:
                    self.refuse(row, "date_of_birth", _age_problem(birth, start))
        values[6] = hosts = [host or employer for host, employer in zip(hosts, employers, strict=True)]
        values[7] = [
            employment or ("trust" if host == employer else "lead_employer")
            for employment, host, employer in zip(employments, hosts, employers, strict=True)
        ]
        made: Iterable[RosterRow] = map(RosterRow._make, zip(numbers, *values, strict=True))
        refused = self.roster.refused_rows
        self.roster.rows += [row for row in made if row.row not in refused] if refused else made

    def start_problem(self, start: date) -> str:
        if start < self.today:
            return f"{in_words(start)} is more than {_YEARS_BACK} years ago."
        return f"{in_words(start)} is more than {_YEARS_AHEAD} years away."

    def bounds(self, start: date) -> tuple[date, date]:
        """When somebody who starts then was born: after the first, not after the second."""
        bounds = _years_from(start, -_OLDEST - 1), _years_from(start, -_YOUNGEST)
        self.born_between[start] = bounds
        return bounds


def _years_from(day: date, years: int) -> date:
    year = min(max(day.year + years, 1), 9999)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def _age_problem(birth: date, start: date) -> str:
    age = start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day))
    if age < 0:
        return f"{in_words(birth)} is after the start date."
    bounds = f"A newcomer is between {_YOUNGEST} and {_OLDEST}."
    return f"{in_words(birth)} makes {age} years on the start date. {bounds}"
