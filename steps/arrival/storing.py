"""A plan becomes rows, in one transaction: COPY for what is new, the ordinary services for what changes.

New placements have no facts, so all that share a pathway, their attributes and their organisations share one set of
verdicts: it is resolved once and repeated. The number of statements does not depend on the steps of a pathway.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Membership, Newcomer, Organisation, Payday, Placement
from onboarding.names import fold
from onboarding.policies import Refused, can_import
from onboarding.roster import Roster, RosterRow, read_roster
from onboarding.rows import Repeated, insert_rows, next_ids
from onboarding.words import PlacementStatus, Role
from onboarding.working_days import Country, fifth_working_day
from steps.arrival.known import PERSON_FIELDS
from steps.arrival.planning import NewRow, Plan, plan_arrival
from steps.models import Chain, PlacementStep
from steps.selectors.pathways import latest_version, local_pathway, pathway_for, pathway_of
from steps.services import finding
from steps.services.carrying import carry_over
from steps.services.locking import lock
from steps.services.placements import after_status, apply_changes, plain
from steps.services.settling import VERDICT_COLUMNS, resolved_columns, settle

Told = Callable[[int], None]
NEWCOMER = (
    "id",
    "given_name",
    "family_name",
    "folded_name",
    "date_of_birth",
    "gmc_number",
    "personal_email",
    "work_email",
)
PLACEMENT = (
    "id", "ref", "newcomer_id", "employer_id", "host_id", "start_date", "payday", "role", "department", "employment",
    "assignment_number", "mail_system", "needs_smartcard", "uses_library", "manager_id", "manager_email", "status",
    "status_reason",
)  # fmt: skip
CHAIN = ("placement_id", "pathway_id", "arrived_at", "week_one_by")
STEP = ("placement_id", "key", *VERDICT_COLUMNS, "ticks", "says_works_at", "version")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an import did. `written` is False when it was refused and nothing was stored."""

    plan: Plan
    written: bool


def import_roster(
    source: BinaryIO,
    *,
    organisation: Organisation,
    by: Actor,
    at: dt.datetime,
    dates: str = "ISO",
    take_good_rows: bool = False,
    dry_run: bool = False,
    read: Callable[[int, int], None] | None = None,
    stored: Told = lambda n: None,
) -> Arrived:
    """Reads, checks and stores a roster. Nothing is written when any row is refused, unless `take_good_rows`.

    `read` is told (done, total) while reading, `stored` how many placements were stored since it was last told.
    """
    require_import(by, organisation)
    today = timezone.localdate(at)
    roster = read_roster(source, today=today, dates=dates, headings=organisation.heading_map, progress=read)
    return take_roster(
        roster, organisation=organisation, by=by, at=at, take_good_rows=take_good_rows, dry_run=dry_run, stored=stored
    )


def require_import(by: Actor, organisation: Organisation) -> None:
    """`Refused` unless the actor may import for this organisation; the product itself may."""
    if by.user_id is not None:
        decision = can_import(by, organisation.pk)
        if not decision:
            raise Refused(decision.reason)


def take_roster(
    roster: Roster,
    *,
    organisation: Organisation,
    by: Actor,
    at: dt.datetime,
    take_good_rows: bool = False,
    dry_run: bool = False,
    stored: Told = lambda n: None,
) -> Arrived:
    """Plans and stores a roster that has been read, in one transaction. A roster is good for one such call."""
    require_import(by, organisation)
    with change(by=by, at=at) as made:
        if not dry_run:
            hold_still(roster.rows, organisation)
        plan = plan_arrival(roster, organisation=organisation, by=by, today=timezone.localdate(at))
        write = not dry_run and (plan.can_be_written or (take_good_rows and roster.readable and bool(roster.rows)))
        if write:
            store(plan, made, stored)
            if plan.new or plan.changed:
                note_import(plan, made)
                finding.ask_for({plan.organisation.pk, *places_of(plan)}, at=at)
    return Arrived(plan, write)


def places_of(plan: Plan) -> set[int]:
    """The employers and hosts of what is new: their lists have grown, and may have somebody twice now."""
    return {org.pk for new in plan.new for org in (new.employer, new.host)}


def note_import(plan: Plan, made: Change) -> None:
    """Counts alone: each placement has an entry of its own, and a file's name may hold anything."""
    counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": len(plan.unchanged)}
    made.note(
        organisation_ids=[plan.organisation.pk],
        action="roster.imported",
        subject=f"organisation:{plan.organisation.ods_code}",
        after={"rows": plan.roster.total_rows, **counts, "refused": len(plan.roster.refused_rows)},
    )


def hold_still(rows: list[RosterRow], organisation: Organisation) -> None:
    """Two imports about the same organisations come one after the other; other work is not held up."""
    codes = {organisation.ods_code} | {r.employer_ods for r in rows} | {r.host_ods for r in rows}
    concerned = Organisation.objects.select_for_update(no_key=True).filter(ods_code__in=codes).order_by("pk")
    list(concerned.values_list("pk", flat=True))


def store(plan: Plan, made: Change, stored: Told) -> None:
    if plan.new:
        store_new(plan, made, stored)
    for changed in plan.changed:
        locked = lock(changed.placement.ref)
        wanted = {name: after for name, (_, after) in changed.changes.items()}
        if key := wanted.pop("pathway", None):
            move_pathway(locked, key)
        if status := wanted.pop("status", None):
            before, locked.placement.status, locked.placement.status_reason = locked.placement.status, status, ""
            locked.placement.save(update_fields=["status", "status_reason"])
            for told in after_status:
                told(locked.placement, before, made.by.name, made.at)
        if "manager_email" in wanted:
            orgs = {locked.placement.employer_id, locked.placement.host_id}
            wanted["manager_id"] = managers([wanted["manager_email"]], orgs).get(wanted["manager_email"])
        apply_changes(made, locked, wanted, by=made.by, at=made.at, source="roster")
        beside = {name: pair for name, pair in changed.changes.items() if name in ("pathway", "status")}
        if beside:
            note(made, locked.placement, "placement.corrected", beside)
        stored(1)


def move_pathway(locked: Any, key: str) -> None:
    version = latest_version(key)
    if version is None:
        raise Refused(f"There is no pathway “{key}”.")
    locked.chain.pathway = version
    locked.pathway = pathway_for(locked.placement)
    locked.chain.save(update_fields=["pathway"])
    settle(locked.placement, locked.chain, locked.pathway, locked.rows, locked.facts)


def note(made: Change, placement: Placement, action: str, changes: dict[str, tuple[Any, Any]]) -> None:
    made.note(
        organisation_ids=(placement.employer_id, placement.host_id),
        action=action,
        subject=f"placement:{placement.ref}",
        before={name: plain(before) for name, (before, _) in changes.items()},
        after={name: plain(after) for name, (_, after) in changes.items()},
    )


@dataclass(slots=True)
class _New:
    """The rows to insert, table by table."""

    newcomers: list[tuple[Any, ...]] = field(default_factory=list)
    placements: list[tuple[Any, ...]] = field(default_factory=list)
    chains: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[int, Repeated]] = field(default_factory=list)


def store_new(plan: Plan, made: Change, stored: Told) -> None:
    people, fresh = newcomer_ids(plan.new)
    ids = next_ids(Placement, len(plan.new))
    paydays = Paydays({new.employer.pk for new in plan.new})
    bosses = managers(
        {new.row.manager_email for new in plan.new if new.row.manager_email},
        {org.pk for new in plan.new for org in (new.employer, new.host)},
    )
    rows, arrivals = _New(), Arrivals(made.at)
    rows.newcomers = [newcomer_row(pk, row) for pk, row in fresh.items()]
    today = timezone.localdate(made.at)
    for new, pk, newcomer_id in zip(plan.new, ids, people, strict=True):
        row, ref = new.row, uuid.uuid4()
        mail = row.mail_system or new.host.usual_mail_system
        payday = paydays.first(new.employer.pk, row.start_date)
        status = PlacementStatus.STARTED if row.start_date <= today else PlacementStatus.EXPECTED
        where = (newcomer_id, new.employer.pk, new.host.pk, row.start_date, payday, row.role, row.department)
        post = (row.employment, row.assignment_number, mail, row.needs_smartcard, row.uses_library)
        boss = (bosses.get(row.manager_email), row.manager_email)
        rows.placements.append((pk, ref, *where, *post, *boss, status.value, ""))
        rows.chains.append((pk, new.pathway.pk, made.at, arrivals.week_one_by(row.start_date, new.host.calendar)))
        rows.steps.append((pk, arrivals.steps(new, mail, payday)))
        note_new(made, new, ref)
    insert_rows(Newcomer, NEWCOMER, rows.newcomers)
    insert_rows(Placement, PLACEMENT, rows.placements)
    insert_rows(Chain, CHAIN, rows.chains)
    insert_rows(PlacementStep, STEP, repeated=rows.steps)
    for new, placement in zip(plan.new, rows.placements, strict=True):
        if new.changes:
            wanted = {name: after for name, (_, after) in new.changes.items()}
            apply_changes(made, lock(placement[1]), wanted, by=made.by, at=made.at, source="roster")
    known = [
        placement[1] for new, placement in zip(plan.new, rows.placements, strict=True) if new.newcomer_id is not None
    ]
    carry_over(known, by=made.by, at=made.at)
    stored(len(plan.new))


def newcomer_row(pk: int, row: RosterRow) -> tuple[Any, ...]:
    name = (row.given_name, row.family_name, folded(row))
    return (pk, *name, row.date_of_birth, row.gmc_number, row.personal_email, row.work_email)


def folded(row: RosterRow) -> str:
    text = f"{row.family_name} {row.given_name}".strip()
    return (text.lower() if text.replace(" ", "").isalpha() and text.isascii() else fold(text) or text)[:400]


def newcomer_ids(new: list[NewRow]) -> tuple[list[int], dict[int, RosterRow]]:
    """The newcomer id of each row; and of each new person the row that says most about them, by id."""
    said: dict[int, RosterRow] = {}
    for one in new:
        if one.newcomer_id is None:
            first = said.get(one.person)
            said[one.person] = one.row if first is None else filled(first, one.row)
    ids = dict(zip(said, next_ids(Newcomer, len(said)), strict=True))
    found = [ids[one.person] if one.newcomer_id is None else one.newcomer_id for one in new]
    return found, {ids[person]: row for person, row in said.items()}


def filled(first: RosterRow, other: RosterRow) -> RosterRow:
    """The first row with what only another row about the same person says of them."""
    return first._replace(**{n: getattr(other, n) for n in PERSON_FIELDS if getattr(first, n) == ""})


def note_new(made: Change, new: NewRow, ref: uuid.UUID) -> None:
    row = new.row
    made.note(
        organisation_ids=(new.employer.pk, new.host.pk),
        action="placement.arrived",
        subject=f"placement:{ref}",
        after={
            "given_name": row.given_name,
            "family_name": row.family_name,
            "start_date": row.start_date.isoformat(),
            "role": row.role,
            "employer": row.employer_ods,
            "host": row.host_ods,
            "pathway": new.pathway.key,
        },
    )


def managers(emails: Any, organisation_ids: Any) -> dict[str, int]:
    """Email -> user, of those who are managers in one of these organisations. One query."""
    if not emails:
        return {}
    rows = Membership.objects.filter(
        role=Role.MANAGER, organisation__in=list(organisation_ids), user__email__in=list(emails), user__is_active=True
    )
    return dict(rows.values_list("user__email", "user_id"))


class Paydays:
    """The pay calendars of a file's employers. One query."""

    def __init__(self, employer_ids: set[int]) -> None:
        self.days: dict[int, list[dt.date]] = {pk: [] for pk in employer_ids}
        self.found: dict[tuple[int, dt.date], dt.date | None] = {}
        calendar = Payday.objects.filter(organisation__in=employer_ids).order_by("on")
        for pk, day in calendar.values_list("organisation_id", "on"):
            self.days[pk].append(day)

    def first(self, employer_id: int, start: dt.date) -> dt.date | None:
        key = (employer_id, start)
        if key not in self.found:
            self.found[key] = next((day for day in self.days[employer_id] if day >= start), None)
        return self.found[key]


class Arrivals:
    """The step rows of placements without facts, resolved once for all that are alike."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.made: dict[tuple[Any, ...], Repeated] = {}
        self.weeks: dict[tuple[dt.date, Country], dt.date] = {}

    def week_one_by(self, start: dt.date, country: Country) -> dt.date:
        key = (start, country)
        if key not in self.weeks:
            self.weeks[key] = fifth_working_day(start, country)
        return self.weeks[key]

    def steps(self, new: NewRow, mail: str, payday: dt.date | None) -> Repeated:
        row = new.row
        key = (
            new.pathway.pk, new.employer.pk, new.host.pk, row.employment, row.role, mail, row.needs_smartcard,
            row.uses_library, payday,
        )  # fmt: skip
        if key not in self.made:
            placement = Placement(
                employer=new.employer, host=new.host, start_date=row.start_date, payday=payday, role=row.role,
                employment=row.employment, mail_system=mail, needs_smartcard=row.needs_smartcard,
                uses_library=row.uses_library,
            )  # fmt: skip
            chain = Chain(pathway=new.pathway, arrived_at=self.at)
            here = local_pathway(pathway_of(new.pathway), new.employer, new.host)
            columns = resolved_columns(placement, chain, here, [])
            lines = [
                (step, *(verdict[name] for name in VERDICT_COLUMNS), {}, None, 1) for step, verdict in columns.items()
            ]
            self.made[key] = Repeated(PlacementStep, STEP, lines)
        return self.made[key]
