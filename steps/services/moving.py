"""A start date that moves: kept with who had acted on the old one, and those owners are told by mail."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from onboarding.actors import Actor
from onboarding.models import OutboxMail, Placement, Team
from onboarding.outbox.posting import post
from onboarding.wording import day_words, list_words, local_day
from onboarding.words import OPEN_STATUSES, TEAM_FUNCTIONS
from steps.models import PlacementStep, StartMove
from steps.services.locking import Locked

KIND = "start_moved"


def keep_move(locked: Locked, before: dt.date, *, by: Actor, at: dt.datetime) -> StartMove:
    """One row, and a mail to each team that had done its part for the old date, but for the one that moved it."""
    placement = locked.placement
    acted = [row for row in in_order(locked.rows.values()) if row.done_at or row.issued]
    move = StartMove.objects.create(
        placement=placement, before=before, after=placement.start_date, acted=[row.key for row in acted], at=at,
        by_name=by.name[:200],
    )  # fmt: skip
    teams: dict[tuple[str, int], list[PlacementStep]] = {}
    for row in acted:
        if row.team_function in TEAM_FUNCTIONS and row.team_org_id and not by.has(row.team_function, row.team_org_id):
            teams.setdefault((row.team_function, row.team_org_id), []).append(row)
    if teams and placement.status in OPEN_STATUSES:
        mail_teams(locked, move, teams, at=at)
    return move


def in_order(rows: Iterable[PlacementStep]) -> list[PlacementStep]:
    return sorted(rows, key=lambda row: row.position)


def mail_teams(
    locked: Locked, move: StartMove, teams: dict[tuple[str, int], list[PlacementStep]], *, at: dt.datetime
) -> None:
    """One mail a team, without the newcomer's name: what it says is behind the link."""
    placement, today = locked.placement, local_day(at)
    path = reverse("newcomer", args=[placement.ref])
    known = Team.objects.filter(organisation__in={org for _, org in teams}).select_related("lead")
    for team in known:
        rows = teams.get((team.function, team.organisation_id))
        to = address_of(team)
        if not rows or not to:
            continue
        shorts = [locked.definition(row.key).short for row in rows]
        context = {
            "steps": list_words(shorts),
            "before": day_words(move.before, today=today),
            "after": day_words(move.after, today=today),
            "link": settings.SITE_URL.rstrip("/") + path,
        }
        post(
            kind=KIND, to=to, template=KIND, context=context, at=at, organisation_id=team.organisation_id,
            subject_ref=f"move:{move.pk}:{team.pk}", unique_key=f"move:{move.pk}:{team.pk}",
        )  # fmt: skip


def address_of(team: Team) -> str:
    return team.mailbox or (team.lead.email if team.lead and team.lead.is_active else "")


def recipient_now(mail: OutboxMail) -> str:
    """The team by its address of now, while the placement goes on and still starts on the new date."""
    move_id, _, team_id = mail.subject_ref.removeprefix("move:").partition(":")
    if not (move_id.isdecimal() and team_id.isdecimal()):
        return ""
    move = StartMove.objects.select_related("placement").filter(pk=int(move_id)).first()
    team = Team.objects.select_related("lead").filter(pk=int(team_id)).first()
    if move is None or team is None or not still(move.placement, move):
        return ""
    return address_of(team)


def still(placement: Placement, move: StartMove) -> bool:
    return placement.status in OPEN_STATUSES and placement.start_date == move.after
