"""Rows of one file that are about the same person in the same post, or claim one number for two people."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from onboarding.names import fold
from onboarding.roster.faults import Fault
from onboarding.roster.record import RosterRow


def find_doubles(rows: Iterable[RosterRow]) -> list[Fault]:
    """A fault for every row of each such group, naming the other rows."""
    posts: dict[Hashable, list[RosterRow]] = defaultdict(list)
    gmc: dict[str, list[tuple[RosterRow, str]]] = defaultdict(list)
    assignment: dict[tuple[str, str], list[tuple[RosterRow, str]]] = defaultdict(list)
    for row in rows:
        name = folded_name(row)
        posts[name, row.date_of_birth, row.employer_ods, row.host_ods, row.start_date].append(row)
        if row.gmc_number:
            gmc[row.gmc_number].append((row, name))
        if row.assignment_number:
            assignment[row.employer_ods, row.assignment_number].append((row, name))
    faults: list[Fault] = []
    for group in posts.values():
        if len(group) > 1:
            faults += _same_post(group)
    for column, numbers in (("gmc_number", gmc.values()), ("assignment_number", assignment.values())):
        for holders in numbers:
            if len(holders) > 1:
                faults += _same_number(holders, column)
    return faults


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


_COMPARED = 100  # rows of one name, birth date and post; past that nobody is helped by the finer question


def _same_number(holders: list[tuple[RosterRow, str]], column: str) -> list[Fault]:
    """Two people under one number; or one person twice in one post, spelled as one."""
    if len({(name, row.date_of_birth) for row, name in holders}) == 1:
        return []
    first = holders[0][0].row
    number = "GMC number" if column == "gmc_number" else "assignment number"
    faults = [
        Fault(row.row, column, f"Row {first} has the same {number} for another name or date of birth.")
        for row, _ in holders[1:]
    ]
    return [
        Fault(first, column, f"{_rows([row.row for row, _ in holders[1:]], start=True)} has the same {number} "
              "for another name or date of birth."),
        *faults,
    ]  # fmt: skip


def _rows(numbers: list[int], *, start: bool = False) -> str:
    named = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"{'Row' if start else 'row'} {named}{more}"
