"""The queue's two statements, as text: compiled by the ORM anew for each page they would cost more than they run.

Both go by a team's own index (`placement_step_queue`, `escalation_open_of`). Values come as parameters, never in the
text. What the drivers hand back differently (JSON, dates on SQLite) is made equal here.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from onboarding.words import Function
from onboarding.working_days import Country, calendar_of

PAGE = """
WITH mine AS (
  SELECT s.id, {band} AS band, s.unlock_count, s.since
  FROM steps_placementstep s
  JOIN onboarding_placement p ON p.id = s.placement_id{host}
  WHERE {whose} AND p.status IN ('expected', 'started'){narrowed}
), page AS (
  SELECT * FROM mine ORDER BY band, unlock_count DESC, since, id LIMIT %s OFFSET %s
)
SELECT (SELECT COUNT(*) FROM mine WHERE band < 3), page.band, s.id, s.key, s.state, s.week_one, s.team_function,
  s.team_org_id, s.owner_function, s.owner_side, s.owner_org_id, s.issued, s.parked, s.limited, s.upgrade,
  s.actionable, s.due_from, s.since, s.done_at, s.unlock_count, s.says_works_at, s.reasons, s.version,
  p.id, p.ref, p.start_date, p.manager_id, p.newcomer_id, p.employer_id, p.host_id, p.status,
  n.given_name, n.family_name, e.name, h.name, h.country, h.closed_days, v.content_hash,
  k.claimed_by_id, k.claimed_by_name, k.claimed_at
FROM page
JOIN steps_placementstep s ON s.id = page.id
JOIN onboarding_placement p ON p.id = s.placement_id
JOIN onboarding_newcomer n ON n.id = p.newcomer_id
JOIN onboarding_organisation e ON e.id = p.employer_id
JOIN onboarding_organisation h ON h.id = p.host_id
JOIN steps_chain c ON c.placement_id = p.id
JOIN steps_pathwayversion v ON v.id = c.pathway_id
LEFT JOIN escalations_stepclaim k ON k.placement_id = s.placement_id AND k.step = s.key AND k.claimed_at >= s.since
  AND k.function = %s AND k.org_id = %s
ORDER BY page.band, page.unlock_count DESC, page.since, page.id
"""

STRIPS = """
SELECT placement_id, state, owner_function, owner_org_id, issued, parked, limited, upgrade, actionable, due_from,
  says_works_at
FROM steps_placementstep
WHERE week_one AND state <> 'not_applicable' AND placement_id IN ({these})
ORDER BY position
"""

# the open conversations of the page's people, and how many people of the whole queue share each one's cause
HELD = """
SELECT * FROM (
  SELECT e.placement_id, e.step, e.reference, e.symptom, e.due_on, e.chase_level, e.asked, e.claimed_by_id,
    e.claimed_by_name, e.claimed_at,
    COUNT(*) OVER (PARTITION BY e.step, e.symptom), SUM(s.unlock_count) OVER (PARTITION BY e.step, e.symptom)
  FROM escalations_escalation e
  JOIN steps_placementstep s ON s.placement_id = e.placement_id AND s.key = e.step
  JOIN onboarding_placement p ON p.id = e.placement_id
  WHERE e.status = 'open' AND e.owner_org_id = %s AND e.owner_function = %s AND s.actionable
    AND p.status IN ('expected', 'started'){whose}
) held WHERE placement_id IN ({these})
ORDER BY reference
"""

# an open conversation of the step's
OF_BLOCKER = """ AND {negated}EXISTS (
  SELECT 1 FROM escalations_escalation x
  WHERE x.placement_id = s.placement_id AND x.step = s.key AND x.status = 'open' AND {which})"""

# somebody has it in hand: what is stuck by its conversation, what is to be done by itself
CLAIMED = """ AND {negated}(EXISTS (
  SELECT 1 FROM escalations_escalation x
  WHERE x.placement_id = s.placement_id AND x.step = s.key AND x.status = 'open' AND x.{which}
) OR s.state <> 'blocked' AND EXISTS (
  SELECT 1 FROM escalations_stepclaim k
  WHERE k.placement_id = s.placement_id AND k.step = s.key AND k.claimed_at >= s.since
    AND k.function = %s AND k.org_id = %s AND k.{which}
))"""


@dataclass(slots=True)
class Named:
    name: str
    calendar: Country = ""


@dataclass(slots=True)
class Post:
    """A placement, as far as an item shows it: no birth date is even read."""

    pk: int
    ref: UUID
    start_date: dt.date
    manager_id: int | None
    newcomer_id: int
    employer_id: int
    host_id: int
    status: str
    newcomer: Named
    employer: Named
    host: Named
    pathway: str


@dataclass(slots=True)
class Row:
    """A step in a queue: what `steps.presenting` reads of a PlacementStep, and its `band`."""

    band: int
    pk: int
    key: str
    state: str
    week_one: bool
    team_function: str
    team_org_id: int | None
    owner_function: str
    owner_side: str
    owner_org_id: int | None
    issued: bool
    parked: bool
    limited: bool
    upgrade: bool
    actionable: bool
    due_from: dt.date | None
    since: dt.datetime
    done_at: dt.datetime | None
    unlock_count: int
    says_works_at: dt.datetime | None
    reasons: dict[str, Any]
    version: int
    placement: Post
    claimed_by_id: int | None = None
    claimed_by_name: str = ""
    claimed_at: dt.datetime | None = None

    @property
    def placement_id(self) -> int:
        return self.placement.pk


@dataclass(slots=True)
class Strip:
    """A week-1 step of somebody, as far as its glyph goes."""

    state: str
    owner_function: str
    owner_org_id: int | None
    issued: bool
    parked: bool
    limited: bool
    upgrade: bool
    actionable: bool
    due_from: dt.date | None
    says_works_at: dt.datetime | None
    week_one: bool = True


@dataclass(slots=True)
class Held:
    """An open conversation of somebody on the page; `alike` people of the queue share its cause, and `alike_steps`
    wait behind them."""

    placement_id: int
    step: str
    reference: str
    symptom: str
    due_on: dt.date | None
    chase_level: int
    asked: str
    claimed_by_id: int | None
    claimed_by_name: str
    claimed_at: dt.datetime | None
    alike: int
    alike_steps: int


def run(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run_page(sql: str, params: Sequence[Any]) -> tuple[int, list[Row]]:
    """How many are due in all, and the rows."""
    found = run(sql, params)
    return (found[0][0] if found else 0), [row_of(one) for one in found]


def row_of(found: tuple[Any, ...]) -> Row:
    step, place = found[1:23], found[23:]
    due_from, since, done_at, unlocks, says_works_at, reasons, version = step[15:]
    pk, ref, start, manager, newcomer, employer, host, status, given, family, employer_name, *rest = place
    host_name, country, closed, pathway, claimed_by, claimed_name, claimed_at = rest
    calendar = calendar_of(country, json.loads(closed) if isinstance(closed, str) else closed)
    post = Post(
        pk, ref if isinstance(ref, UUID) else UUID(ref), day(start), manager, newcomer, employer, host, status,
        Named(f"{given} {family}".strip()), Named(employer_name), Named(host_name, calendar), pathway,
    )  # fmt: skip
    made: tuple[Any, ...] = (
        *step[:15], optional_day(due_from), moment(since), optional_moment(done_at), unlocks,
        optional_moment(says_works_at), json.loads(reasons) if isinstance(reasons, str) else reasons, version, post,
        claimed_by, claimed_name or "", optional_moment(claimed_at),
    )  # fmt: skip
    return Row(*made)


def strips(placements: Sequence[int]) -> dict[int, list[Strip]]:
    """Placement id -> its week-1 rows that are needed, in order. One query."""
    found: dict[int, list[Strip]] = {pk: [] for pk in placements}
    these = ", ".join(["%s"] * len(found))
    for pk, *plain, due_from, says_works_at in run(STRIPS.format(these=these), list(found)):
        made: tuple[Any, ...] = (*plain, optional_day(due_from), says_works_at)
        found[pk].append(Strip(*made))
    return found


def held(organisation_id: int, function: str, placements: Sequence[int], *, user_id: int | None) -> list[Held]:
    """The team's open conversations of these placements. One query."""
    these = ", ".join(["%s"] * len(placements))
    params: list[Any] = [organisation_id, function]
    whose = ""
    if function == Function.MANAGER:
        whose = " AND p.manager_id = %s"
        params.append(user_id)
    found = run(HELD.format(these=these, whose=whose), [*params, *placements])
    return [
        Held(pk, step, ref, symptom, optional_day(due), level, asked, by, name, optional_moment(at), alike, steps)
        for pk, step, ref, symptom, due, level, asked, by, name, at, alike, steps in found
    ]


def day(value: Any) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def moment(value: Any) -> dt.datetime:
    """SQLite keeps the instant in UTC, and hands it back without saying so, or as text."""
    found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def optional_day(value: Any) -> dt.date | None:
    return None if value is None else day(value)


def optional_moment(value: Any) -> dt.datetime | None:
    return None if value is None else moment(value)
