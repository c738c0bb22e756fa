"""The newcomers whose step a list is about, with those fields alone that whoever brings it in may see.

What the reader may not see is neither compared nor used to find anybody: otherwise a made-up list would be a way to
ask for it. Another organisation's people are not among them, so that a row about one is a row about nobody.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from django.db.models import DateField, F, Q, Value

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import IDENTITY_FIELDS, visible_fields
from onboarding.words import PlacementStatus
from steps.arrival.known import GONE
from steps.models import PlacementStep, SystemAccount


class Person(NamedTuple):
    """One placement and its step. Fields that the reader may not see are empty."""

    placement: int
    newcomer: int
    employer: int
    host: int
    given_name: str
    family_name: str
    date_of_birth: date | None
    gmc_number: str
    assignment_number: str
    work_email: str
    personal_email: str
    start_date: date | None  # None where the list says nothing of it
    status: str
    state: str
    issued: bool
    version: int
    limited: bool
    pathway: int

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Account(NamedTuple):
    """What an earlier list said, as `SystemAccount` keeps it."""

    status: str
    since: date
    last_used_on: date | None
    leaver_on: date | None
    said: dict[str, Any]
    as_of: datetime


@dataclass(slots=True)
class Expected:
    """Everybody in reach, and what earlier lists said of them by placement."""

    people: list[Person] = field(default_factory=list)
    hidden: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)  # fields, by employer and host
    accounts: dict[int, Account] = field(default_factory=dict)


_WHERE = {"newcomer_pk": "newcomer_id", "employer_pk": "employer_id", "host_pk": "host_id"}
_PATHS = _WHERE | {
    "given": "newcomer__given_name",
    "family": "newcomer__family_name",
    "born": "newcomer__date_of_birth",
    "gmc": "newcomer__gmc_number",
    "assignment": "assignment_number",
    "work": "newcomer__work_email",
    "personal": "newcomer__personal_email",
    "start": "start_date",
    "going": "status",
}
_DATES = {"born": "date_of_birth", "start": "start_date"}
_HIDDEN: dict[str, Any] = {"date_of_birth": None, "gmc_number": "", "assignment_number": "", "personal_email": ""}


def expected(organisation_id: int, system: str, by: Actor, *, compares: Container[str]) -> Expected:
    """Placements of the organisation that are not over and have the step, its own or the newcomer's. Dates that are
    not among the fields that the list `compares` are left out, since reading them takes longest. Two queries."""
    nothing = {name: Value(None, output_field=DateField()) for name, field in _DATES.items() if field not in compares}
    rows = (
        PlacementStep.objects.filter(Q(placement__employer=organisation_id) | Q(placement__host=organisation_id))
        .filter(Q(team_org=organisation_id) | Q(team_org=None), key=system)
        .exclude(placement__status__in=GONE)
        .order_by("placement_id")
        .annotate(**{name: F(f"placement__{path}") for name, path in _PATHS.items()} | nothing)
        .annotate(version_of=F("placement__chain__pathway_id"))
        .values_list("placement_id", *_PATHS, "state", "issued", "version", "limited", "version_of")
    )
    people = list(map(Person._make, rows.iterator(chunk_size=5_000)))
    hidden = {where: hidden_from(by, *where) for where in {(p.employer, p.host) for p in people}}
    if any(hidden.values()):
        people = [p._replace(**found) if (found := hidden[p.employer, p.host]) else p for p in people]
    held = SystemAccount.objects.filter(system=system, placement__in=Placement.objects.filter(
        Q(employer=organisation_id) | Q(host=organisation_id)
    ))  # fmt: skip
    names = ("placement_id", *Account._fields)
    accounts = {pk: Account._make(values) for pk, *values in held.values_list(*names)}
    return Expected(people, {where: frozenset(found) for where, found in hidden.items()}, accounts)


class _Where(NamedTuple):
    employer_id: int
    host_id: int
    newcomer_id: int


def hidden_from(by: Actor, employer_id: int, host_id: int) -> dict[str, Any]:
    """The fields of a placement there that the actor may not see, with what stands in their place."""
    if by.user_id is None:  # the product itself
        return {}
    seen = visible_fields(by, cast(Placement, _Where(employer_id, host_id, 0)))
    return {name: _HIDDEN[name] for name in IDENTITY_FIELDS if name not in seen}


def is_awaited(person: Person) -> bool:
    """Is somebody who is not in the list missing from it?"""
    return person.status != PlacementStatus.DEFERRED and person.state != "not_applicable"
