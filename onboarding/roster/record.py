"""What a checked roster is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from onboarding.roster.columns import ORDER
from onboarding.roster.faults import Fault


class RosterRow(NamedTuple):
    """One row that may be stored; immutable, and a tuple because C builds those ten times faster.

    `row` counts as a spreadsheet does. Texts are NFC without outer or doubled spaces, codes in capitals,
    addresses in small letters, what was left blank is "". `host_ods` and `employment` are filled in from the
    employer; `mail_system` "" is the host's usual one, `pathway` "" the organisation's rule.
    """

    row: int
    given_name: str
    family_name: str
    date_of_birth: date
    start_date: date
    role: str
    employer_ods: str
    host_ods: str
    employment: str
    department: str
    assignment_number: str
    gmc_number: str
    personal_email: str
    work_email: str
    mail_system: str
    needs_smartcard: bool
    uses_library: bool
    manager_email: str
    pathway: str


@dataclass(slots=True)
class Roster:
    """A whole file, checked.

    `faults` are in the order of rows and columns, those of the whole file first. `readable` is False when
    the file could not be read to its end or its headings do not fit: then there are no `rows` at all, and
    nothing may be taken. `cells` holds what stood in each row that was not blank, so that refused rows can
    be written back. `warnings` are to be shown, and refuse nothing.
    """

    heading: list[str] = field(default_factory=list)
    rows: list[RosterRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    refused_rows: set[int] = field(default_factory=set)
    cells: dict[int, list[str]] = field(default_factory=dict)
    blank_rows: int = 0
    readable: bool = True
    columns: frozenset[str] = frozenset()  # those that the file has: a column left out changes nothing

    @property
    def total_rows(self) -> int:
        """Rows below the heading that are not blank."""
        return len(self.cells)

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Adds faults that only whoever knows the organisations can find, and takes their rows out."""
        new = list(faults)
        if not new:
            return
        self.faults = in_order([*self.faults, *new])
        self.refused_rows.update(fault.row for fault in new if fault.row is not None)
        self.rows = [row for row in self.rows if row.row not in self.refused_rows]


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by row and column; those of the whole file first."""
    return sorted(faults, key=lambda fault: (fault.row or 0, ORDER.get(fault.column or "", -1)))
