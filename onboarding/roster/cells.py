"""Text cells into typed values, one converter a column.

A roster repeats itself (dates, roles, codes, flags), so each converter is a dictionary from cell to value that
asks `convert` only for what it has not met: a batch of a column is then one `map` that runs in C.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from onboarding.roster.columns import Column
from onboarding.roster.dates import NotADate, parse_date
from onboarding.roster.letters import MixedUp, look_for_lost_letters, tidy
from onboarding.roster.rows import Number, is_error

REFUSED: Any = type("Refused", (), {"__repr__": lambda self: "REFUSED"})()
"""Stands in the place of a value that could not be read."""

_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_POINT = re.compile(r"[0-9]+[.,]0*")
_ASSIGNMENT = re.compile(r"[0-9]{7,8}(-[0-9]{1,2})?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_EMPLOYMENTS = {"trust": "trust", "leademployer": "lead_employer"}
_MAIL_SYSTEMS = {"nhsmail": "nhsmail", "nhs.netconnect": "nhsmail", "trust": "trust", "none": "none"}

NO_NUMBERS = frozenset({"name", "date", "ods", "assignment", "gmc"})
_AS_TEXT = "is rounded; save as text."


class Wrong(ValueError):
    """Says in words what is wrong with a cell."""


class Cells(dict[str, Any]):
    """Cell -> value for one column; `refused` and `odd` hold the words for the cells that need some."""

    def __init__(self, column: Column, convert: Callable[[str, "Cells"], Any]) -> None:
        super().__init__()
        self.column = column
        self.convert = convert
        self.refused: dict[str, str] = {}
        self.odd: dict[str, str] = {}
        self.mixed_up = False  # some cell so far had mixed-up letters

    def __missing__(self, cell: str) -> Any:
        try:
            value = self.convert(cell, self)
        except (Wrong, NotADate, MixedUp) as error:
            self.mixed_up |= isinstance(error, MixedUp)
            self.refused[cell] = str(error)
            value = REFUSED
        self[cell] = value
        return value

    def forget(self) -> None:
        """Lets go of what is unlikely to come again, so that memory stays flat."""
        if len(self) > 20_000:
            self.clear()
            self.refused.clear()
            self.odd.clear()


def converter(column: Column, *, dates: str, guessed: bool) -> Cells:
    """The converter of a column. `dates` is the declared order, `guessed` see `Table.guessed`."""
    kind = column.kind
    if kind == "date":
        return Cells(column, lambda cell, cells: _date(cell, cells, dates))
    if kind == "name":
        return Cells(column, lambda cell, cells: _name(cell, cells, guessed))
    return Cells(column, _CONVERTERS[kind])


def number_problem(cell: Number, kind: str) -> str:
    """Why a number in this kind of column is refused."""
    if kind == "date":
        return f"{cell} is a number, not a date. Format the column as a date."
    if _SCIENTIFIC.fullmatch(cell):
        return f"{cell} {_AS_TEXT}"
    return f"{cell} is a number, so zeros in front may be lost; save as text."


def _clean(cell: str, cells: Cells) -> str:
    """The cell in one form (NFC, single spaces), refused if it is missing, too long or not text."""
    try:
        text = tidy(cell)
    except ValueError as error:
        raise Wrong(str(error)) from None
    column = cells.column
    if not text:
        if column.filled:
            raise Wrong("is missing.")
        return ""
    if is_error(text):
        raise Wrong(f"{text} is a spreadsheet's error, not a value.")
    if column.limit and len(text) > column.limit:
        raise Wrong(f"is longer than {column.limit} letters.")
    return text


def _text(cell: str, cells: Cells) -> str:
    text = _clean(cell, cells)
    look_for_lost_letters(text)
    return text


def _name(cell: str, cells: Cells, guessed: bool) -> str:
    if cell.isascii() and cell.isalpha() and len(cell) <= cells.column.limit:
        return cell  # the most usual name by far
    text = _text(cell, cells)
    if "?" in text:
        raise Wrong(f'"{text}" has lost a letter (?). Save the file as "CSV UTF-8" or as .xlsx.')
    if guessed:
        look_for_lost_letters(text, guessed=True)
        if not text.isascii():
            cells.odd[cell] = f'The file is not UTF-8. Is "{text}" right?'
    if text and any(unicodedata.category(char)[0] in "NS" for char in text):
        cells.odd[cell] = f'"{text}" has a digit or a sign. Is it a name?'
    return text


def _date(cell: str, cells: Cells, order: str) -> date | None:
    text = _clean(cell, cells)
    return parse_date(text, order) if text else None


def _ods(cell: str, cells: Cells) -> str:
    code = _clean(cell, cells).upper()
    if code and not (code.isascii() and code.isalnum()):
        if _SCIENTIFIC.fullmatch(code):
            raise Wrong(f"{code} {_AS_TEXT}")
        raise Wrong(f'"{code}" is not an ODS code: letters and digits only.')
    return code


def _identifier(cell: str, cells: Cells) -> str:
    text = _clean(cell, cells)
    if _SCIENTIFIC.fullmatch(text):
        raise Wrong(f"{text} {_AS_TEXT}")
    if _POINT.fullmatch(text):
        raise Wrong(f"{text} was kept as a number, so zeros in front may be lost; save as text.")
    return text


def _assignment(cell: str, cells: Cells) -> str:
    if cell.isascii() and cell.isdigit() and 7 <= len(cell) <= 8:
        return cell
    text = _identifier(cell, cells)
    if text and not _ASSIGNMENT.fullmatch(text):
        cells.odd[cell] = f'"{text}" is an unusual assignment number.'
    return text


def _gmc(cell: str, cells: Cells) -> str:
    if cell.isascii() and cell.isdigit() and len(cell) == 7:
        return cell
    text = _identifier(cell, cells)
    if text and not (text.isascii() and text.isdigit() and len(text) == 7):
        cells.odd[cell] = f'"{text}" is an unusual GMC number: they have seven digits.'
    return text


def _email(cell: str, cells: Cells) -> str:
    address = _clean(cell, cells).lower()
    if not address:
        return ""
    local, at, domain = address.rpartition("@")
    labels = domain.split(".")
    if (
        not at
        or len(local) > 64
        or not _LOCAL.fullmatch(local)
        or len(labels) < 2
        or labels[-1].isdigit()
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        raise Wrong(f'"{address[:60]}" is not an email address, or more than one.')
    return address


def _flag(cell: str, cells: Cells, blank: bool) -> bool:
    text = _clean(cell, cells).lower()
    if not text:
        return blank
    if text not in _FLAGS:
        raise Wrong(f'"{text[:40]}" is neither yes nor no.')
    return _FLAGS[text]


def _one_of(cell: str, cells: Cells, choices: dict[str, str], words: str) -> str:
    text = _clean(cell, cells)
    key = text.lower().replace(" ", "").replace("_", "").replace("-", "")
    if key and key not in choices:
        raise Wrong(f'"{text[:40]}" is none of: {words}.')
    return choices.get(key, "")


def _pathway(cell: str, cells: Cells) -> str:
    text = _clean(cell, cells).lower()
    if text and not _SLUG.fullmatch(text):
        raise Wrong(f'"{text}" is not the key of a pathway.')
    return text


_CONVERTERS: dict[str, Callable[[str, Cells], Any]] = {
    "text": _text,
    "ods": _ods,
    "assignment": _assignment,
    "gmc": _gmc,
    "email": _email,
    "pathway": _pathway,
    "no_unless": lambda cell, cells: _flag(cell, cells, False),
    "yes_unless": lambda cell, cells: _flag(cell, cells, True),
    "employment": lambda cell, cells: _one_of(cell, cells, _EMPLOYMENTS, "trust, lead_employer"),
    "mail_system": lambda cell, cells: _one_of(cell, cells, _MAIL_SYSTEMS, "nhsmail, trust, none"),
}
