"""Where something about a newcomer is held. Each room fills these in its AppConfig; upper rooms come first."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from onboarding.models import Newcomer, Placement


@dataclass(frozen=True, slots=True)
class Holding:
    """One table that holds something about a newcomer.

    `path` leads from it to the placement, or with `person` to the newcomer. `fields` are what a copy for the newcomer
    shows: name -> heading. `named_by` are (name, id of the account) pairs of whoever acted: a copy names nobody but
    its reader. `files` are fields with a name in the storage. `first` are rows to delete before the others, since
    others of the table stand on them.
    """

    model: type[Model]
    path: str
    title: str
    fields: Mapping[str, str]
    person: bool = False
    order: str = "pk"
    named_by: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    first: Q | None = None

    def rows(self, who: "About") -> QuerySet[Any]:
        wanted = {self.path: who.newcomer_id} if self.person else {f"{self.path}__in": who.placement_ids}
        return self.model._default_manager.filter(**wanted)


@dataclass(frozen=True, slots=True)
class About:
    """Whose data: one person, and which of their placements. `whole` when these are all that there are."""

    newcomer: Newcomer
    placements: tuple[Placement, ...]
    whole: bool

    @property
    def newcomer_id(self) -> int:
        return self.newcomer.pk

    @property
    def placement_ids(self) -> list[int]:
        return [placement.pk for placement in self.placements]

    @property
    def organisation_ids(self) -> list[int]:
        return sorted({pk for p in self.placements for pk in (p.employer_id, p.host_id)})

    @property
    def addresses(self) -> list[str]:
        """Where this person gets mail."""
        person = self.newcomer
        return [a for a in (person.personal_email, person.work_email, person.user.email if person.user else "") if a]

    @property
    def words(self) -> list[str]:
        """What finds this person in a text: their names, addresses and numbers, and their references."""
        person, posts = self.newcomer, self.placements
        said = [person.name, person.given_name, person.family_name, *self.addresses, person.gmc_number]
        said += [*(p.assignment_number for p in posts), *(str(p.ref) for p in posts)]
        return [text for text in dict.fromkeys(said) if text]


Sweep = Callable[[dt.datetime, bool], int]

# in the order in which their rows are deleted
holdings: list[Holding] = []
# what mails about a newcomer have as their `subject_ref`, and what addresses of theirs hold
marks: list[Callable[[About], Iterable[str]]] = []
# tables that hold people only inside a text or a JSON document: deletes what names this person, gives the count
scrubbers: list[Callable[[About], int]] = []
# whether a file of the storage is still named by a row
file_users: list[Callable[[str], bool]] = []
# name -> what the trust's clock does, called with "now" and "only count": gives how many
sweeps: dict[str, Sweep] = {}


def all_marks(who: About) -> list[str]:
    return [mark for source in marks for mark in source(who)]
