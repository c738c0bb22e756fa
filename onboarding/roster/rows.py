"""The shape of a table that is being read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from onboarding.roster.faults import Fault

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})


def is_error(cell: str) -> bool:
    """Whether a cell shows a spreadsheet's error, such as #N/A."""
    return cell in _ERRORS


def column_letter(number: int) -> str:
    """What a spreadsheet calls its column: 1 is A, 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Number(str):
    """The text of a cell that the spreadsheet held as a number, so that leading zeros are already lost."""

    __slots__ = ()


@dataclass(slots=True)
class Table:
    """A table with its heading read and its rows still to come.

    `rows` gives (row number as a spreadsheet counts, cells); blank rows come as an empty list, rows may be
    shorter or longer than the heading. `guessed` says that the letters were read as Windows-1252 for want
    of anything better. `faults` are (row, position in the row, problem) of cells that the reader itself refuses,
    `remarks` what to tell about the file. `position` answers (done, total) in bytes or rows, for a progress bar.
    """

    heading: list[str]
    rows: Iterator[tuple[int, list[str]]]
    guessed: bool = False
    holds_numbers: bool = False
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    position: Callable[[], tuple[int, int]] = lambda: (0, 0)
