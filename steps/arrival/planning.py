"""What a roster would do: which rows are new, changed (before and after), unchanged or refused. Writes nothing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.roster import Fault, Roster, RosterRow
from onboarding.roster.columns import match_headings
from onboarding.roster.dates import in_words
from onboarding.words import OrganisationKind, PlacementStatus
from steps.arrival.known import PERSON_FIELDS, POST_FIELDS, Known, KnownPlacement, known_to
from steps.arrival.people import People
from steps.models import PathwayVersion
from steps.selectors.pathways import latest_versions
from steps.services.publishing import may_use

EMPLOYER_KINDS = (OrganisationKind.LEAD_EMPLOYER, OrganisationKind.BOARD)
# what the host of somebody else's employee may set: the rest is the employer's to say
HOSTS_FIELDS = frozenset(
    {"department", "mail_system", "needs_smartcard", "uses_library", "manager_email", "work_email"}
)
NAMES = ("given_name", "family_name")  # one of them may be empty: together they are the name


@dataclass(frozen=True, slots=True)
class NewRow:
    """A placement to make. `newcomer_id` is None when the person is new as well: then `person` says which of the
    plan's new people it is. `changes` are those of a person who is known already: field -> (before, after).
    """

    row: RosterRow
    employer: Organisation
    host: Organisation
    pathway: PathwayVersion
    newcomer_id: int | None = None
    person: int = 0
    known: KnownPlacement | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A placement to change: field -> (before, after)."""

    row: RosterRow
    placement: KnownPlacement
    changes: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Plan:
    """What storing would do, all rows of the file sorted into four kinds (the refused are in the roster)."""

    organisation: Organisation
    roster: Roster
    new: list[NewRow] = field(default_factory=list)
    changed: list[ChangedRow] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)

    @property
    def refused(self) -> list[Fault]:
        return self.roster.faults

    @property
    def can_be_written(self) -> bool:
        return self.roster.readable and not self.roster.faults


def plan_arrival(roster: Roster, *, organisation: Organisation, by: Actor, today: dt.date) -> Plan:
    """Sorts the rows. Adds to the roster's faults what only the database can tell. Five queries."""
    plan = Plan(organisation, roster)
    if not roster.readable:
        return plan
    sorter = _Sorter(plan, known_to(organisation.pk), today)
    sorter.check_places()
    sorter.sort()
    return plan


class _RowRefused(Exception):
    """The row cannot be taken; `column` None for the whole row."""

    def __init__(self, column: str | None, problem: str) -> None:
        super().__init__(problem)
        self.column, self.problem = column, problem


class _Sorter:
    def __init__(self, plan: Plan, known: Known, today: dt.date) -> None:
        self.plan, self.known, self.today = plan, known, today
        self.own = plan.organisation
        codes = {row.employer_ods for row in plan.roster.rows} | {row.host_ods for row in plan.roster.rows}
        self.orgs = {o.ods_code: o for o in Organisation.objects.filter(ods_code__in=list(codes))}
        self.versions = latest_versions()
        self.columns = plan.roster.columns
        self.positions = match_headings(plan.roster.heading, self.own.heading_map)[0]
        self.people = People([name for name in PERSON_FIELDS if name in self.columns])
        self.taken: dict[Any, int] = {}  # a placement, or a person's new post -> the row that has it
        self.numbers: dict[tuple[int, str], tuple[int, tuple[str, int]]] = {}  # assignment number -> row, person
        self.named: set[int] = set()  # placements that some row names exactly: no other row moves them
        # columns a file does not have change nothing
        self.compared = [name for name in (*PERSON_FIELDS, *POST_FIELDS) if name in self.columns]

    def check_places(self) -> None:
        """Refuses rows of other organisations, and codes or pathways that nobody here knows."""
        seen: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        faults = []
        for row in self.plan.roster.rows:
            key = (row.employer_ods, row.host_ods, row.pathway)
            if key not in seen:
                seen[key] = list(self.place_problems(row))
            faults += [Fault(row.row, column, problem) for column, problem in seen[key]]
        self.plan.roster.refuse(faults)

    def place_problems(self, row: RosterRow) -> Iterable[tuple[str, str]]:
        own = self.own.ods_code
        if own not in (row.employer_ods, row.host_ods):
            yield "employer_ods", f"{row.employer_ods} is not one of yours."
            return
        employer, host = self.orgs.get(row.employer_ods), self.orgs.get(row.host_ods)
        if employer is None:
            yield "employer_ods", f"Week One does not know {row.employer_ods}. Your onboarding lead can ask for it."
        if host is None:
            yield "host_ods", f"Week One does not know {row.host_ods}. Your onboarding lead can ask for it."
        if employer and host and employer != host and employer.kind not in EMPLOYER_KINDS:
            yield "employer_ods", f"{employer.ods_code} is not a lead employer, so its staff start where it is."
        if employer and host:
            key = row.pathway or host.pathway_key
            if key not in self.versions or not may_use(key, (employer.ods_code, host.ods_code)):
                yield "pathway", f"There is no pathway “{key}”."

    def sort(self) -> None:
        """Every row into its kind. Refused rows leave all kinds, also those that came to be refused late."""
        faults = []
        about = {row.row: self.fitting(row) for row in self.plan.roster.rows} if self.known.placements else {}
        for row in self.plan.roster.rows:
            try:
                self.sort_row(row, about.get(row.row, set()))
            except _RowRefused as refused:
                faults.append(Fault(row.row, refused.column, refused.problem))
        if faults:
            plan = self.plan
            plan.roster.refuse(faults)
            refused_rows = plan.roster.refused_rows
            plan.new = [n for n in plan.new if n.row.row not in refused_rows]
            plan.changed = [c for c in plan.changed if c.row.row not in refused_rows]
            plan.unchanged = [n for n in plan.unchanged if n not in refused_rows]

    def fitting(self, row: RosterRow) -> set[int]:
        """Who the row may be about; remembers the placement that it names exactly."""
        post = (self.orgs[row.employer_ods].pk, self.orgs[row.host_ods].pk, row.start_date)
        about = self.known.about(row, post[0], post[1])
        for newcomer_id in about:
            for placement in self.known.placements[newcomer_id]:
                if (placement.employer_id, placement.host_id, placement.start_date) == post:
                    self.named.add(placement.pk)
        return about

    def sort_row(self, row: RosterRow, about: set[int]) -> None:
        employer, host = self.orgs[row.employer_ods], self.orgs[row.host_ods]
        if len(about) > 1:
            raise _RowRefused(None, "More than one newcomer here fits. Give the GMC number.")
        newcomer_id = next(iter(about), None)
        version = self.versions[row.pathway or host.pathway_key]
        if newcomer_id is None:
            post = (employer.pk, host.pk, row.start_date)
            person = self.person_of(row, post)
            self.check_assignment(row, employer, ("new", person))
            self.plan.new.append(NewRow(row, employer, host, version, person=person))
            return
        self.person_of(row, None, newcomer_id)
        self.check_assignment(row, employer, ("known", newcomer_id))
        placement = self.placement_of(row, newcomer_id, employer, host)
        if placement is not None:
            self.compare(row, placement)
            return
        self.take((newcomer_id, employer.pk, host.pk, row.start_date), row)
        one = self.known.placements[newcomer_id][0]
        changes = self.differences(row, one, mine=employer.pk == self.own.pk, names=PERSON_FIELDS)
        self.plan.new.append(NewRow(row, employer, host, version, newcomer_id, 0, one, changes))

    def check_assignment(self, row: RosterRow, employer: Organisation, who: tuple[str, int]) -> None:
        """An employer gives a number to one person: among those known, and in this file."""
        if not row.assignment_number:
            return
        key = (employer.pk, row.assignment_number)
        if {("known", one) for one in self.known.by_assignment.get(key, ())} - {who}:
            raise _RowRefused("assignment_number", "belongs to another newcomer here.")
        first, holder = self.numbers.setdefault(key, (row.row, who))
        if holder != who:
            raise _RowRefused("assignment_number", f"Row {first} has it too, for another person.")

    def person_of(self, row: RosterRow, post: Any, newcomer_id: int | None = None) -> int:
        """The person's number in this file. Two rows about one person say the same about them, or the file would
        change something each time it is read."""
        person, first, column = self.people.take(row, post, newcomer_id)
        if column is not None:
            raise _RowRefused(column, f"Row {first} is about the same person and says otherwise.")
        return person

    def take(self, what: Any, row: RosterRow) -> None:
        if what in self.taken:
            raise _RowRefused(None, f"The same placement as row {self.taken[what]}.")
        self.taken[what] = row.row

    def placement_of(
        self, row: RosterRow, newcomer_id: int, employer: Organisation, host: Organisation
    ) -> KnownPlacement | None:
        """The placement that the row names or moves; None when it is a further one."""
        here = [p for p in self.known.placements[newcomer_id] if (p.employer_id, p.host_id) == (employer.pk, host.pk)]
        exact = [p for p in here if p.start_date == row.start_date]
        if exact:
            return exact[0]
        movable = [p for p in here if self.can_move(p)]
        if len(movable) > 1:
            days = " and ".join(in_words(p.start_date) for p in movable)
            says = f"Two placements have not started yet, {days}. Move one on its page."
            raise _RowRefused("start_date", says)
        if movable and not self.speaks_for(movable[0]):
            says = f"{employer.name} has {in_words(movable[0].start_date)}. Only the employer can move it."
            raise _RowRefused("start_date", says)
        return movable[0] if movable else None

    def can_move(self, placement: KnownPlacement) -> bool:
        """Has it not started? One that is deferred comes back, whenever it was to start."""
        if placement.pk in self.named:
            return False
        if placement.status == PlacementStatus.DEFERRED:
            return True
        return placement.status == PlacementStatus.EXPECTED and placement.start_date >= self.today

    def speaks_for(self, placement: KnownPlacement) -> bool:
        """Is the importing organisation the employer, whose word on the person and the post it is?"""
        return placement.employer_id == self.own.pk

    def compare(self, row: RosterRow, placement: KnownPlacement) -> None:
        self.take(placement.pk, row)
        mine = self.speaks_for(placement)
        changes = self.differences(row, placement, mine=mine, names=self.compared)
        if mine and row.start_date != placement.start_date:
            changes["start_date"] = (placement.start_date, row.start_date)
            if placement.status == PlacementStatus.DEFERRED:
                changes["status"] = (placement.status, PlacementStatus.EXPECTED.value)
        if row.pathway and row.pathway != placement.pathway:
            changes["pathway"] = (placement.pathway, row.pathway)
        if changes:
            self.plan.changed.append(ChangedRow(row, placement, changes))
        else:
            self.plan.unchanged.append(row.row)

    def differences(
        self, row: RosterRow, placement: KnownPlacement, *, mine: bool, names: Iterable[str]
    ) -> dict[str, tuple[Any, Any]]:
        """Field -> (before, after), of what the importing organisation may say. A blank cell empties nothing.

        Whom somebody else employs as well is not ours to rename: that is for people to settle on the record.
        """
        before = dict(zip(POST_FIELDS, placement.post, strict=True))
        before |= dict(zip(PERSON_FIELDS, placement.person, strict=True))
        changes = {}
        for name in names:
            after = getattr(row, name)
            if name not in self.columns or after == before[name] or self.is_blank(row, name):
                continue
            if name in PERSON_FIELDS and placement.said_once(row, name):
                continue
            sole = name not in PERSON_FIELDS or not placement.elsewhere
            if (mine and sole) or name in HOSTS_FIELDS:
                changes[name] = (before[name], after)
        return changes

    def is_blank(self, row: RosterRow, name: str) -> bool:
        """Was the cell left empty, so that its value is only a default? An empty name beside a filled one is said."""
        if name in NAMES:
            return False
        cells, position = self.plan.roster.cells[row.row], self.positions[name]
        return position >= len(cells) or not cells[position].strip()
