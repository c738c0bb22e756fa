"""What can be wrong with a file, said by row and column."""

from typing import NamedTuple

# A national file of 50,000 rows passes with room to spare; a million rows do not.
MAX_BYTES = 30_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_CELL = 2_000  # characters
MAX_LISTED = 50_000  # faults (and remarks) that are kept one by one


class Fault(NamedTuple):
    """One problem in words.

    `row` counts as a spreadsheet does (the heading is row 1). `row` and `column` are None for a fault
    of the whole file, `column` alone for one of the whole row. `problem` may quote the cell: it is for the
    person who owns the file, not for a log.
    """

    row: int | None
    column: str | None
    problem: str

    def __str__(self) -> str:
        """The fault as people read it: "Row 9, role: is missing."""
        if self.row is None:
            return f"{self.column}: {self.problem}" if self.column else self.problem
        place = f"Row {self.row}, {self.column}" if self.column else f"Row {self.row}"
        return f"{place}: {self.problem}"


class Unreadable(Exception):
    """The file cannot be read to its end, so none of it is used. `faults` says why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = list(faults)


def whole_file(problem: str) -> Unreadable:
    """The refusal of a file as a whole."""
    return Unreadable(Fault(None, None, problem))


def too_many_rows() -> Unreadable:
    """The refusal that names the limit on rows."""
    return whole_file(f"The file has more than {MAX_ROWS:,} rows. Split it into smaller files.")
