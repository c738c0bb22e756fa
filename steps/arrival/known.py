"""The people that an organisation knows already, and which of them a roster's row is about.

Only those whom it employs or hosts: another organisation's newcomer is neither matched nor revealed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, Q

from onboarding.models import Placement
from onboarding.roster import RosterRow
from onboarding.roster.doubles import folded_name as folded_given_first

PERSON_FIELDS = ("given_name", "family_name", "date_of_birth", "gmc_number", "personal_email", "work_email")
POST_FIELDS = (
    "role",
    "department",
    "employment",
    "assignment_number",
    "mail_system",
    "needs_smartcard",
    "uses_library",
    "manager_email",
)


class KnownPlacement(NamedTuple):
    """One placement with the person in it, as values."""

    pk: int
    ref: Any
    newcomer_id: int
    employer_id: int
    host_id: int
    start_date: Any
    status: str
    pathway: str
    post: tuple[Any, ...]
    person: tuple[Any, ...]


@dataclass(slots=True)
class Known:
    """Indexes over the placements in reach. Looking up never asks the database."""

    placements: dict[int, list[KnownPlacement]] = field(default_factory=lambda: defaultdict(list))
    by_gmc: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_assignment: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[tuple[str, Any], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, placement: KnownPlacement) -> None:
        self.placements[placement.newcomer_id].append(placement)
        given, family, born, gmc, *_ = placement.person
        self.by_name[name_key(given, family), born].add(placement.newcomer_id)
        if gmc:
            self.by_gmc[gmc].add(placement.newcomer_id)
        number = placement.post[POST_FIELDS.index("assignment_number")]
        if number:
            self.by_assignment[placement.employer_id, number].add(placement.newcomer_id)

    def gmc_of(self, newcomer_id: int) -> str:
        return str(self.placements[newcomer_id][0].person[PERSON_FIELDS.index("gmc_number")])

    def about(self, row: RosterRow, employer_id: int) -> set[int]:
        """Who the row is about: by GMC number, else assignment number with the employer, else folded name and
        date of birth. More than one answer is for a person to settle. A different GMC number is another person.
        """
        if not self.placements:
            return set()
        if row.gmc_number and (found := self.by_gmc.get(row.gmc_number)):
            return found
        for found in (
            self.by_assignment.get((employer_id, row.assignment_number)) if row.assignment_number else None,
            self.by_name.get((folded_given_first(row), row.date_of_birth)),
        ):
            if found:
                if row.gmc_number:
                    found = {one for one in found if not self.gmc_of(one)}
                if found:
                    return found
        return set()


def name_key(given: str, family: str) -> str:
    """The name as the roster's own checks fold it."""
    return folded_given_first(_Named(given, family))  # type: ignore[arg-type]


class _Named(NamedTuple):
    given_name: str
    family_name: str


def known_to(organisation_id: int) -> Known:
    """Everybody whom the organisation employs or hosts. One query."""
    known = Known()
    person = [f"newcomer__{name}" for name in PERSON_FIELDS]
    head = ("pk", "ref", "newcomer_id", "employer_id", "host_id", "start_date", "status", "key")
    rows = (
        Placement.objects.filter(Q(employer=organisation_id) | Q(host=organisation_id))
        .annotate(key=F("chain__pathway__key"))
        .order_by("pk")
        .values_list(*head, *POST_FIELDS, *person)
    )
    width = len(head)
    for row in rows.iterator(chunk_size=5000):
        post, who = row[width : width + len(POST_FIELDS)], row[width + len(POST_FIELDS) :]
        known.add(KnownPlacement._make((*row[:width], post, who)))
    return known
