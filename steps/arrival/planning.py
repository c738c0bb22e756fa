"""What a roster would do: which rows are new, changed (before and after), unchanged or refused. Writes nothing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.roster import Fault, Roster, RosterRow
from onboarding.roster.dates import in_words
from onboarding.words import OrganisationKind, PlacementStatus
from steps.arrival.known import PERSON_FIELDS, POST_FIELDS, Known, KnownPlacement, known_to
from steps.models import PathwayVersion
from steps.selectors.pathways import latest_versions

NOT_STARTED = (PlacementStatus.EXPECTED, PlacementStatus.DEFERRED)
EMPLOYER_KINDS = (OrganisationKind.LEAD_EMPLOYER, OrganisationKind.BOARD)
# what the host of somebody else's employee may set: the rest is the employer's to say
HOSTS_FIELDS = frozenset(
    {"department", "mail_system", "needs_smartcard", "uses_library", "manager_email", "work_email"}
)
# a blank cell leaves these as they are
KEPT_WHEN_BLANK = frozenset(
    {"department", "assignment_number", "gmc_number", "personal_email", "work_email", "mail_system", "manager_email"}
)


@dataclass(frozen=True, slots=True)
class NewRow:
    """A placement to make; `newcomer_id` is None when the person is new as well. `changes` are the person's."""

    row: RosterRow
    employer: Organisation
    host: Organisation
    pathway: PathwayVersion
    newcomer_id: int | None = None
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
    """Sorts the rows. Adds to the roster's faults what only the database can tell. Three queries."""
    plan = Plan(organisation, roster)
    if not roster.readable:
        return plan
    sorter = _Sorter(plan, known_to(organisation.pk), today)
    sorter.check_places()
    if roster.rows:
        for row in roster.rows:
            sorter.sort(row)
        sorter.finish()
    return plan


class _Sorter:
    def __init__(self, plan: Plan, known: Known, today: dt.date) -> None:
        self.plan, self.known, self.today = plan, known, today
        self.own = plan.organisation
        codes = {row.employer_ods for row in plan.roster.rows} | {row.host_ods for row in plan.roster.rows}
        self.orgs = {o.ods_code: o for o in Organisation.objects.filter(ods_code__in=list(codes))}
        self.versions = latest_versions()
        self.columns = plan.roster.columns
        self.faults: list[Fault] = []
        self.taken: dict[int, int] = {}
        # columns a file does not have change nothing
        self.post = [name for name in POST_FIELDS if name in self.columns or name == "employment"]
        self.person = [name for name in PERSON_FIELDS if name in self.columns]

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
            if key not in self.versions:
                yield "pathway", f"There is no pathway “{key}”."

    def sort(self, row: RosterRow) -> None:
        employer, host = self.orgs[row.employer_ods], self.orgs[row.host_ods]
        about = self.known.about(row, employer.pk)
        if not about:
            self.plan.new.append(NewRow(row, employer, host, self.version(row, host)))
            return
        if len(about) > 1:
            self.fault(row, None, "More than one newcomer here fits. Give the GMC number.")
            return
        newcomer_id = next(iter(about))
        if row.assignment_number:
            holders = self.known.by_assignment.get((employer.pk, row.assignment_number), set())
            if holders - {newcomer_id}:
                self.fault(row, "assignment_number", "belongs to another newcomer here.")
                return
        placement = self.placement_of(row, newcomer_id, employer, host)
        if placement is None:
            return
        if placement.pk == 0:
            changes = self.differences(row, self.known.placements[newcomer_id][0], mine=employer.pk == self.own.pk)
            person = {name: change for name, change in changes.items() if name in PERSON_FIELDS}
            self.plan.new.append(NewRow(row, employer, host, self.version(row, host), newcomer_id, person))
            return
        self.compare(row, placement)

    def version(self, row: RosterRow, host: Organisation) -> PathwayVersion:
        return self.versions[row.pathway or host.pathway_key]

    def placement_of(
        self, row: RosterRow, newcomer_id: int, employer: Organisation, host: Organisation
    ) -> KnownPlacement | None:
        """The placement that the row lists; one with pk 0 for a further one; None when refused."""
        here = [p for p in self.known.placements[newcomer_id] if (p.employer_id, p.host_id) == (employer.pk, host.pk)]
        exact = [p for p in here if p.start_date == row.start_date]
        if exact:
            return exact[0]
        movable = [p for p in here if p.status in NOT_STARTED and p.start_date >= self.today]
        if len(movable) > 1:
            days = " and ".join(in_words(p.start_date) for p in movable)
            self.fault(row, "start_date", f"Two placements have not started yet, {days}. Move one on its page.")
            return None
        if movable and not self.speaks_for(movable[0]):
            says = f"{employer.name} has {in_words(movable[0].start_date)}. Only the employer can move it."
            self.fault(row, "start_date", says)
            return None
        return movable[0] if movable else KnownPlacement(0, None, newcomer_id, 0, 0, None, "", "", (), ())

    def speaks_for(self, placement: KnownPlacement) -> bool:
        """Is the importing organisation the employer, whose word on the person and the post it is?"""
        return placement.employer_id == self.own.pk

    def compare(self, row: RosterRow, placement: KnownPlacement) -> None:
        if placement.pk in self.taken:
            self.fault(row, None, f"The same placement as row {self.taken[placement.pk]}.")
            return
        self.taken[placement.pk] = row.row
        mine = self.speaks_for(placement)
        changes = self.differences(row, placement, mine=mine)
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

    def differences(self, row: RosterRow, placement: KnownPlacement, *, mine: bool) -> dict[str, tuple[Any, Any]]:
        """Field -> (before, after), of what the importing organisation may say. A blank cell empties nothing."""
        before = dict(zip(POST_FIELDS, placement.post, strict=True))
        before |= dict(zip(PERSON_FIELDS, placement.person, strict=True))
        changes = {}
        for name in (*self.person, *self.post):
            after = getattr(row, name)
            if after == before[name] or (after == "" and name in KEPT_WHEN_BLANK):
                continue
            if mine or name in HOSTS_FIELDS:
                changes[name] = (before[name], after)
        return changes

    def fault(self, row: RosterRow, column: str | None, problem: str) -> None:
        self.faults.append(Fault(row.row, column, problem))

    def finish(self) -> None:
        """Takes refused rows out of all kinds."""
        self.plan.roster.refuse(self.faults)
        refused = self.plan.roster.refused_rows
        if self.faults:
            self.plan.new = [n for n in self.plan.new if n.row.row not in refused]
            self.plan.changed = [c for c in self.plan.changed if c.row.row not in refused]
            self.plan.unchanged = [n for n in self.plan.unchanged if n not in refused]
