"""Rows of one file that are about the same person in the same post, or claim one number for two people."""

from collections.abc import Callable, Hashable, Sequence

from onboarding.names import fold
from onboarding.roster.faults import Fault
from onboarding.roster.record import RosterRow

_COMPARED = 100  # rows of one name, birth date and post; past that nobody is helped by the finer question
_NUMBERS = {"gmc_number": "GMC number", "assignment_number": "assignment number"}


def find_doubles(rows: Sequence[RosterRow]) -> list[Fault]:
    """A fault for every row of each such group, naming the other rows."""
    faults: list[Fault] = []
    for group in _groups(rows, _post):
        faults += _same_post(group)
    for column, key in (("gmc_number", _gmc), ("assignment_number", _assignment)):
        numbered = [row for row in rows if getattr(row, column)]
        for group in _groups(numbered, key):
            faults += _same_number(group, column)
    return faults


def _groups(rows: Sequence[RosterRow], key: Callable[[RosterRow], Hashable]) -> list[list[RosterRow]]:
    """Rows that share a key, wherever two or more do; most do not, and cost one set."""
    keys = list(map(key, rows))
    if len(set(keys)) == len(keys):
        return []
    groups: dict[Hashable, list[RosterRow]] = {}
    for shared, row in zip(keys, rows, strict=True):
        groups.setdefault(shared, []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def _post(row: RosterRow) -> Hashable:
    return folded_name(row), row.date_of_birth, row.employer_ods, row.host_ods, row.start_date


def _gmc(row: RosterRow) -> Hashable:
    return row.gmc_number


def _assignment(row: RosterRow) -> Hashable:
    return row.employer_ods, row.assignment_number


def folded_name(row: RosterRow) -> str:
    """The name as search and identity compare it."""
    name = f"{row.given_name} {row.family_name}"
    if row.given_name.isalpha() and row.family_name.isalpha() and name.isascii():
        return name.lower()  # what fold answers, without its price
    return fold(name)


def _differ(one: RosterRow, other: RosterRow) -> bool:
    """Whether two rows of one name, birth date and post are two people all the same, by their numbers."""
    if one.gmc_number and other.gmc_number:
        return one.gmc_number != other.gmc_number
    if one.assignment_number and other.assignment_number:
        return one.assignment_number != other.assignment_number
    return False


def _same_post(group: list[RosterRow]) -> list[Fault]:
    faults = []
    for row in group[:_COMPARED]:
        twins = [other.row for other in group[:_COMPARED] if other is not row and not _differ(row, other)]
        if twins:
            faults.append(Fault(row.row, None, f"The same person in the same post as {_rows(twins)}."))
    faults += [
        Fault(row.row, None, f"The same person in the same post as {_rows([group[0].row])}.")
        for row in group[_COMPARED:]
    ]
    return faults


def _same_number(holders: list[RosterRow], column: str) -> list[Fault]:
    """Two people under one number. One person may have it in two rows, for two posts."""
    if len({(folded_name(row), row.date_of_birth) for row in holders}) == 1:
        return []
    first, *others = [row.row for row in holders]

    def says(rows: list[int]) -> str:
        return f"The same {_NUMBERS[column]} is in {_rows(rows)}, for another name or date of birth."

    return [Fault(first, column, says(others)), *(Fault(row, column, says([first])) for row in others)]


def _rows(numbers: list[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {named}{more}"
