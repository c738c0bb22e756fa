"""The people that an organisation knows already, and which of them a roster's row is about.

Only those whom it employs or hosts: another organisation's newcomer is neither matched nor revealed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q

from onboarding.models import Placement
from onboarding.roster import RosterRow
from onboarding.roster.doubles import folded_name as folded_given_first
from onboarding.words import PlacementStatus
from steps.models import Joining

GONE = (PlacementStatus.WITHDRAWN, PlacementStatus.LEFT)

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
    elsewhere: bool  # somebody else employs the person as well, now or soon
    post: tuple[Any, ...]
    person: tuple[Any, ...]
    once: tuple[tuple[Any, ...], ...] = ()  # what records said that were joined into this person's

    def said_once(self, row: RosterRow, name: str) -> bool:
        """Does a record that was joined into this one say so? Then a list that still does says nothing new. Given
        and family name are one name."""
        names = ("given_name", "family_name") if name in ("given_name", "family_name") else (name,)
        at = [PERSON_FIELDS.index(one) for one in names]
        return any(all(who[i] == getattr(row, PERSON_FIELDS[i]) for i in at) for who in self.once)


@dataclass(slots=True)
class Known:
    """Indexes over the placements in reach. Looking up never asks the database."""

    placements: dict[int, list[KnownPlacement]] = field(default_factory=lambda: defaultdict(list))
    by_gmc: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_assignment: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[tuple[str, Any], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, placement: KnownPlacement) -> None:
        self.placements[placement.newcomer_id].append(placement)
        for given, family, born, gmc, *_ in (placement.person, *placement.once):
            self.by_name[name_key(given, family), born].add(placement.newcomer_id)
            if gmc:
                self.by_gmc[gmc].add(placement.newcomer_id)
        number = placement.post[POST_FIELDS.index("assignment_number")]
        if number:
            self.by_assignment[placement.employer_id, number].add(placement.newcomer_id)

    def gmc_of(self, newcomer_id: int) -> str:
        return str(self.placements[newcomer_id][0].person[PERSON_FIELDS.index("gmc_number")])

    def about(self, row: RosterRow, employer_id: int, host_id: int) -> set[int]:
        """Who the row is about: by GMC number, else assignment number with the employer, else folded name and
        date of birth. More than one answer is for a person to settle. A different GMC number is another person.

        Somebody who holds the very post that the row names comes before others who fit: employer and host may have
        listed one trainee's posts apart, and then there are two records of one person.
        """
        if not self.placements:
            return set()
        namesakes = self.unless_another_number(row, self.by_name.get((folded_given_first(row), row.date_of_birth)))
        fitting = self.by_gmc.get(row.gmc_number, set()) if row.gmc_number else set()
        if not fitting and row.assignment_number:
            numbered = self.by_assignment.get((employer_id, row.assignment_number))
            fitting = self.unless_another_number(row, numbered)
        fitting = fitting or namesakes
        post = (employer_id, host_id, row.start_date)
        for group in (fitting, namesakes):
            if holders := {one for one in group if self.holds(one, post)}:
                return holders
        return fitting

    def unless_another_number(self, row: RosterRow, found: set[int] | None) -> set[int]:
        if not found or not row.gmc_number:
            return found or set()
        return {one for one in found if self.gmc_of(one) in ("", row.gmc_number)}

    def holds(self, newcomer_id: int, post: tuple[int, int, Any]) -> bool:
        return any((p.employer_id, p.host_id, p.start_date) == post for p in self.placements[newcomer_id])


def name_key(given: str, family: str) -> str:
    """The name as the roster's own checks fold it."""
    return folded_given_first(_Named(given, family))  # type: ignore[arg-type]


class _Named(NamedTuple):
    given_name: str
    family_name: str


def known_to(organisation_id: int) -> Known:
    """Everybody whom the organisation employs or hosts. Two queries, and one more where records were joined."""
    known = Known()
    other = Placement.objects.filter(newcomer=OuterRef("newcomer")).exclude(employer=organisation_id)
    person = [f"newcomer__{name}" for name in PERSON_FIELDS]
    head = ("pk", "ref", "newcomer_id", "employer_id", "host_id", "start_date", "status", "key", "elsewhere")
    once = joined_into(organisation_id)
    rows = (
        Placement.objects.filter(Q(employer=organisation_id) | Q(host=organisation_id), twin_of=None)
        .annotate(key=F("chain__pathway__key"), elsewhere=Exists(other.exclude(status__in=GONE)))
        .order_by("pk")
        .values_list(*head, *POST_FIELDS, *person)
    )
    width = len(head)
    for row in rows.iterator(chunk_size=5000):
        post, who = row[width : width + len(POST_FIELDS)], row[width + len(POST_FIELDS) :]
        known.add(KnownPlacement._make((*row[:width], post, who, once.get(row[2], ()))))
    return known


def joined_into(organisation_id: int) -> dict[int, tuple[tuple[Any, ...], ...]]:
    """Newcomer -> what the records say that were joined into theirs, so that a list which goes on saying it finds
    them. Only records that had a post here. One query, two where there are any."""
    ours = Placement.objects.filter(Q(employer=organisation_id) | Q(host=organisation_id))
    posts = set(
        ours.filter(newcomer__in=Joining.objects.filter(undone_at=None).values("kept")).values_list("pk", flat=True)
    )
    if not posts:
        return {}
    found: dict[int, tuple[tuple[Any, ...], ...]] = {}
    person = [f"gone__{name}" for name in PERSON_FIELDS]
    for kept, made, *who in Joining.objects.filter(undone_at=None).values_list("kept_id", "made", *person):
        if not posts.isdisjoint(made["moved"]):
            found[kept] = (*found.get(kept, ()), tuple(who))
    return found
