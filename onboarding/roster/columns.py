"""The columns of a roster, and which of them each heading is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onboarding.roster.faults import Fault
from onboarding.roster.rows import column_letter


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` chooses the converter; `limit` is the most characters a cell may have."""

    name: str
    kind: str
    limit: int = 0
    required: bool = False  # the heading has to be there
    filled: bool = False  # and no cell may be empty


COLUMNS = (
    Column("given_name", "name", 100, required=True),
    Column("family_name", "name", 100, required=True),
    Column("date_of_birth", "date", required=True, filled=True),
    Column("start_date", "date", required=True, filled=True),
    Column("role", "text", 120, required=True, filled=True),
    Column("employer_ods", "ods", 10, required=True, filled=True),
    Column("host_ods", "ods", 10),
    Column("employment", "employment"),
    Column("department", "text", 120),
    Column("assignment_number", "assignment", 32),
    Column("gmc_number", "gmc", 32),
    Column("personal_email", "email", 254),
    Column("work_email", "email", 254),
    Column("mail_system", "mail_system"),
    Column("needs_smartcard", "no_unless"),
    Column("uses_library", "yes_unless"),
    Column("manager_email", "email", 254),
    Column("pathway", "pathway", 50),
)
NAMES = tuple(column.name for column in COLUMNS)
ORDER = {name: number for number, name in enumerate(NAMES)}
LEFT_OUT = ""  # in an organisation's map: a heading of theirs that is nothing to us
UNKNOWN = "unknown heading."  # how the words about such a heading end
PROBLEM = "problem"  # the column that refused rows come back with; nobody reads it on the way in

_IGNORED = dict.fromkeys(map(ord, " _-\t\r\n\u00a0\u200b\ufeff"))


def plain(heading: str) -> str:
    """A heading without what does not count: case, spaces, underscores, hyphens."""
    return heading.casefold().translate(_IGNORED)


_BY_PLAIN = {plain(name): name for name in NAMES}


def match_headings(heading: Sequence[str], own: Mapping[str, str] | None = None) -> tuple[dict[str, int], list[Fault]]:
    """Column name -> position in the row, and every unknown, missing and doubled heading.

    `own` is an organisation's heading map, {"Position Title": "role", "Cost centre": ""}; it goes before our own
    names, and "" is a column that nobody reads.
    """
    wanted, faults = _wanted(own or {})
    found: dict[str, list[int]] = {}
    for position, text in enumerate(heading):
        key = plain(text)
        name = wanted.get(key)
        if name == LEFT_OUT:
            continue
        if name is not None:
            found.setdefault(name, []).append(position)
        elif key and key != PROBLEM:
            faults.append(Fault(1, text.strip()[:60], f"Column {column_letter(position + 1)}: {UNKNOWN}"))
    for name, positions in found.items():
        if len(positions) > 1:
            letters = " and ".join(column_letter(position + 1) for position in positions)
            faults.append(Fault(1, name, f"The heading is there more than once, in columns {letters}."))
    faults += [
        Fault(1, column.name, "The heading is missing.")
        for column in COLUMNS
        if column.required and column.name not in found
    ]
    return {name: positions[0] for name, positions in found.items()}, faults


def _wanted(own: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    wanted = dict(_BY_PLAIN)
    faults = []
    for heading, name in own.items():
        if name in ORDER or name == LEFT_OUT:
            wanted[plain(heading)] = name
        else:
            faults.append(Fault(None, None, f'Your headings say that "{heading}" is "{name}", which is no column.'))
    return wanted, faults


def unheaded(heading: Sequence[str]) -> list[int]:
    """Positions whose heading is empty: a cell below one of them belongs to nobody knows what."""
    return [position for position, text in enumerate(heading) if not plain(text)]
