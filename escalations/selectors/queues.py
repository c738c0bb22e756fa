"""A team's queue: what it can clear now, what hurts most first. Three queries a page, at any size.

The order, as the page states it: week-1 steps of people who have started; people who start within five working
days; the rest; in each those that hold most steps, then the oldest. What is not due yet stands at the end.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT

from escalations.selectors import queue_sql
from escalations.selectors.queue_sql import CLAIMED, OF_BLOCKER, PAGE, Held, Row, Strip
from onboarding.actors import Actor, Grant
from onboarding.models import Placement
from onboarding.words import OPEN_STATUSES, TEAM_ROLES, Function, Role
from onboarding.working_days import COUNTRIES, add_working_days
from steps.models import PathwayVersion, PlacementStep
from steps.models.chain import State
from steps.pathway import Pathway
from steps.selectors.pathways import pathway_of

ON_PAGE = 25
SOON = 5  # working days
STARTED, STARTS_SOON, LATER, NOT_DUE = range(4)


@dataclass(frozen=True, slots=True)
class TeamKey:
    """One team whose queue somebody may open. `until` is the last day, while it is cover (ISO date)."""

    function: str
    organisation_id: int
    organisation: str
    ods_code: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked to see. `show`: "stuck", "confirm", "mine" (claimed by them), "unclaimed" or "upgrades";
    `starts`: "started" or "soon"; `cause`: a symptom's key."""

    show: str = ""
    starts: str = ""
    cause: str = ""

    def __bool__(self) -> bool:
        return bool(self.show or self.starts or self.cause)


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts what is due, over all pages. `more`: there is a next page."""

    rows: Sequence[Row]
    total: int
    number: int
    more: bool

    @property
    def placements(self) -> list[int]:
        return list(dict.fromkeys(row.placement.pk for row in self.rows))


@dataclass(frozen=True, slots=True)
class NextUp:
    """What waits for another before it comes to this team: so many people behind one cause."""

    cause: str
    function: str
    people: int
    pathway_id: int


def teams_of(actor: Actor) -> list[TeamKey]:
    """The queues that the actor may open: their own teams', those they cover, and for an onboarding lead all of the
    organisation's."""
    own = [key_of(grant, grant.role, grant.until) for grant in actor.teams]
    leads = (g for g in actor.grants if g.role == Role.ONBOARDING_LEAD)
    led = [key_of(grant, function) for grant in leads for function in Function.values if function in TEAM_ROLES]
    found = {(key.function, key.organisation_id): key for key in reversed([*own, *led])}
    return list(dict.fromkeys(found[key.function, key.organisation_id] for key in [*own, *led]))


def key_of(grant: Grant, function: str, until: str = "") -> TeamKey:
    return TeamKey(function, grant.place.id, grant.place.name, grant.place.ods_code, until)


def queue_page(actor: Actor, team: TeamKey, *, today: dt.date, asked: Asked | None = None, number: int = 1) -> Page:
    """One page of a team's queue. One query."""
    asked = asked or Asked()
    band, of_band = band_sql(today)
    whose, of_whose = whose_sql(actor, team, upgrades=asked.show == "upgrades")
    narrowed, of_narrowed = narrowed_sql(actor, team, asked, today)
    host = HOST if "h.country" in band + narrowed else ""
    sql = PAGE.format(band=band, whose=whose, narrowed=narrowed, host=host)
    first, key = (number - 1) * ON_PAGE, [team.function, team.organisation_id]
    total, rows = queue_sql.run_page(sql, [*of_band, *of_whose, *of_narrowed, ON_PAGE + 1, first, *key])
    return Page(rows[:ON_PAGE], total, number, len(rows) > ON_PAGE)


HOST = " JOIN onboarding_organisation h ON h.id = p.host_id"
Sql = tuple[str, list[Any]]  # a condition and its parameters


def whose_sql(actor: Actor, team: TeamKey, *, upgrades: bool = False) -> Sql:
    """What one team must act on now or once it is due; and its steps of which the newcomer says that they work
    already, also where the chain would not have it. A manager's own people only. With `upgrades` the team's steps
    that could be better by now: the move is the newcomer's."""
    if team.function == Function.MANAGER:
        mine = "(p.employer_id = %s OR p.host_id = %s) AND p.manager_id = %s"
        params: list[Any] = [team.organisation_id, team.organisation_id, actor.user_id]
        if upgrades:
            return f"{mine} AND s.upgrade AND s.team_function = %s", [*params, team.function]
        holds = "(s.actionable AND s.owner_function = %s OR s.says_works_at IS NOT NULL AND s.team_function = %s)"
        return f"{mine} AND {holds}", [*params, team.function, team.function]
    here = [team.organisation_id, team.function]
    if upgrades:
        return "s.upgrade AND s.team_org_id = %s AND s.team_function = %s", here
    return OWN, here + here


# each branch goes by its own index, on both databases
OWN = """(s.actionable AND s.owner_org_id = %s AND s.owner_function = %s
    OR s.says_works_at IS NOT NULL AND s.team_org_id = %s AND s.team_function = %s)"""


def narrowed_sql(actor: Actor, team: TeamKey, asked: Asked, today: dt.date) -> Sql:
    """The filters, each with an AND before it."""
    parts: list[Sql] = []
    match asked.show:
        case "stuck":
            parts.append((" AND s.state = %s", [State.BLOCKED.value]))
        case "confirm":
            parts.append((" AND s.says_works_at IS NOT NULL", []))
        case "mine":
            key = [actor.user_id, team.function, team.organisation_id, actor.user_id]
            parts.append((CLAIMED.format(negated="", which="claimed_by_id = %s"), key))
        case "unclaimed":
            key = [team.function, team.organisation_id]
            parts.append((CLAIMED.format(negated="NOT ", which="claimed_at IS NOT NULL"), key))
    if asked.starts == "started":
        parts.append((" AND p.start_date <= %s", [today]))
    elif asked.starts == "soon":
        soon, params = soon_sql(today)
        parts.append((f" AND {soon}", params))
    if asked.cause:
        parts.append((OF_BLOCKER.format(negated="", which="x.symptom = %s"), [asked.cause]))
    return "".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def band_sql(today: dt.date) -> Sql:
    """Which part of the queue a row stands in. What nobody has to act on yet is last; what is stuck is somebody's
    whatever the day."""
    soon, params = soon_sql(today)
    early = "s.state = 'ready' AND s.due_from > %s"
    sql = f"CASE WHEN {early} THEN 3 WHEN p.start_date <= %s AND s.week_one THEN 0 WHEN {soon} THEN 1 ELSE 2 END"
    return sql, [today, today, *params]


def soon_sql(today: dt.date) -> Sql:
    """Starts within five working days, as the host's country counts them; mostly all four count alike."""
    last: dict[dt.date, list[str]] = {}
    for country in COUNTRIES:
        last.setdefault(add_working_days(today, SOON, country), []).append(country)
    if len(last) == 1:
        return "p.start_date > %s AND p.start_date <= %s", [today, next(iter(last))]
    parts, params = [], []
    for day, countries in last.items():
        marks = ", ".join(["%s"] * len(countries))
        parts.append(f"h.country IN ({marks}) AND p.start_date <= %s")
        params += [*countries, day]
    return f"p.start_date > %s AND ({' OR '.join(parts)})", [today, *params]


def strips_of(page: Page) -> dict[int, list[Strip]]:
    """Placement id -> its week-1 rows that are needed, in order. One query."""
    return queue_sql.strips(page.placements)


def held_of(actor: Actor, team: TeamKey, page: Page) -> dict[tuple[int, str], list[Held]]:
    """(placement, step) -> the team's open conversations about it, oldest reference first. One query."""
    found: dict[tuple[int, str], list[Held]] = {}
    for one in queue_sql.held(team.organisation_id, team.function, page.placements, user_id=actor.user_id):
        found.setdefault((one.placement_id, one.step), []).append(one)
    return found


def pathways_of(version_ids: Iterable[int]) -> dict[int, Pathway]:
    """The graphs of these versions. One query."""
    return {v.pk: pathway_of(v) for v in PathwayVersion.objects.filter(pk__in=set(version_ids))}


def next_up(team: TeamKey) -> list[NextUp]:
    """What will come to the team, the cause that holds most people first. One query."""
    org = team.organisation_id
    rows: QuerySet[Any] = PlacementStep.objects.filter(
        placement__in=Placement.objects.filter(Q(employer=org) | Q(host=org), status__in=OPEN_STATUSES),
        state=State.LOCKED,
        team_function=team.function,
        team_org=org,
    )
    rows = rows.annotate(
        cause=KT("reasons__because__0__step"), holder=KT("reasons__because__0__owner__function")
    ).values("cause", "holder", "placement__chain__pathway")
    counted = rows.annotate(people=Count("placement", distinct=True)).order_by("-people", "cause")
    return [NextUp(r["cause"], r["holder"], r["people"], r["placement__chain__pathway"]) for r in counted]
