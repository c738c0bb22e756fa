"""The people of one file: which rows are about the same person, and whether they agree."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from onboarding.roster import RosterRow
from onboarding.roster.doubles import folded_name

Post = tuple[int, int, Any]  # employer, host, start date


class People:
    """Numbers the new people of a file, by GMC number, else name and date of birth."""

    def __init__(self, columns: Sequence[str]) -> None:
        """`columns` are the person's fields that the file has."""
        self.columns = columns
        self.count = 0
        self.by_gmc: dict[str, int] = {}
        self.by_name: dict[tuple[str, Any], dict[str, int]] = {}
        self.posts: dict[int, set[Post]] = {}
        self.said: dict[Any, RosterRow] = {}

    def take(self, row: RosterRow, post: Post | None, newcomer_id: int | None = None) -> tuple[int, int, str | None]:
        """(number of the person, first row about them, column in which the two disagree or None).

        The number is 0 for somebody who is known already, as `newcomer_id`.
        """
        person = 0 if newcomer_id is not None else self.number(row, post)
        key = ("known", newcomer_id) if newcomer_id is not None else person
        first = self.said.setdefault(key, row)
        if first is row:
            return person, row.row, None
        column = next((name for name in self.columns if disagree(first, row, name)), None)
        if column is None:
            self.said[key] = first._replace(**{n: v for n in self.columns if (v := getattr(row, n)) != ""})
        return person, first.row, column

    def number(self, row: RosterRow, post: Post | None) -> int:
        gmc, name = row.gmc_number, (folded_name(row), row.date_of_birth)
        namesakes = self.by_name.setdefault(name, {})
        found = self.by_gmc.get(gmc) if gmc else None
        if found is None:
            found = namesakes.get(gmc) or (namesakes.get("") if gmc else next(iter(namesakes.values()), None))
        if found is not None and post in self.posts[found]:
            found = None  # namesakes in one post, told apart by their assignment numbers
        if found is None:
            self.count += 1
            found = self.count
            self.posts[found] = set()
        self.posts[found].add(post)  # type: ignore[arg-type]
        namesakes.setdefault(gmc, found)
        if gmc:
            self.by_gmc[gmc] = found
        return found


NAMES = attrgetter("given_name", "family_name")


def disagree(one: RosterRow, other: RosterRow, column: str) -> bool:
    """Do two rows about one person say different things? A blank cell says nothing, but for half a name."""
    if column in ("given_name", "family_name"):
        return NAMES(one) != NAMES(other)
    said = getattr(one, column), getattr(other, column)
    return said[0] != said[1] and "" not in said
