"""The dates that bite, of one placement or of a page of them, and whose they are to see."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.words import Role
from steps import policies
from steps.clocks import MAIL, Clock, Known, MailAccount, Moved, clocks
from steps.models import PlacementStep, ShareCode, StartMove, SystemAccount
from steps.models.chain import State

MET = (State.DONE, State.RECHECK, State.NOT_APPLICABLE)


def account_of(row: SystemAccount) -> MailAccount:
    return MailAccount(row.status, row.since, row.last_used_on, row.leaver_on)


def known_of(
    placement: Placement,
    rows: Iterable[PlacementStep],
    *,
    mail: SystemAccount | None = None,
    code: ShareCode | None = None,
    moves: Sequence[StartMove] = (),
) -> Known:
    rows = list(rows)
    acted = {row.key: row.done_at or row.since for row in rows if row.done_at or row.issued}
    return Known(
        start_date=placement.start_date,
        mail=account_of(mail) if mail else None,
        share_code_on=code.made_on if code else None,
        moves=[Moved(m.before, m.at, tuple(m.acted)) for m in moves],
        acted_at=acted,
        met=frozenset(row.key for row in rows if row.state in MET),
    )


def clocks_of(placement: Placement, rows: Iterable[PlacementStep], *, today: dt.date) -> tuple[Clock, ...]:
    """Of one placement. Three queries."""
    known = known_of(
        placement,
        rows,
        mail=SystemAccount.objects.filter(placement=placement, system=MAIL).first(),
        code=ShareCode.objects.filter(placement=placement).first(),
        moves=list(StartMove.objects.filter(placement=placement)),
    )
    return clocks(known, today=today, unused_days=settings.MAIL_ACCOUNT_UNUSED_DAYS)


def for_staff(actor: Actor, found: Iterable[Clock], rows: Mapping[str, PlacementStep]) -> list[Clock]:
    """Each is for the team of its step, for HR of the employer and for the onboarding lead."""
    return [one for one in found if one.step in rows and may_see(actor, rows[one.step])]


def may_see(actor: Actor, row: PlacementStep) -> bool:
    placement = row.placement
    if policies.is_step_team(actor, row) or policies.is_lead(actor, placement):
        return True
    return actor.has(Role.HR, placement.employer_id)


def clocks_in(pairs: Collection[tuple[int, str]], *, today: dt.date) -> dict[tuple[int, str], list[Clock]]:
    """(placement, step) -> its clocks, for the steps of a page of a queue. At most four queries, none without any of
    the dates."""
    ids = {pk for pk, _ in pairs}
    steps = {key for _, key in pairs}
    mails = accounts_in(ids) if MAIL in steps else {}
    codes = {c.pk: c for c in ShareCode.objects.filter(placement__in=ids)} if "identity" in steps else {}
    moves: dict[int, list[StartMove]] = {}
    for move in StartMove.objects.filter(placement__in=ids):
        moves.setdefault(move.placement_id, []).append(move)
    there = {*mails, *codes, *moves}
    if not there:
        return {}
    rows: dict[int, list[PlacementStep]] = {}
    for row in PlacementStep.objects.filter(placement__in=there, key__in=steps).select_related("placement"):
        rows.setdefault(row.placement_id, []).append(row)
    found: dict[tuple[int, str], list[Clock]] = {}
    for pk, own in rows.items():
        known = known_of(own[0].placement, own, mail=mails.get(pk), code=codes.get(pk), moves=moves.get(pk, ()))
        for one in clocks(known, today=today, unused_days=settings.MAIL_ACCOUNT_UNUSED_DAYS):
            if (pk, one.step) in pairs:
                found.setdefault((pk, one.step), []).append(one)
    return found


def accounts_in(ids: Collection[int]) -> dict[int, SystemAccount]:
    return {a.placement_id: a for a in SystemAccount.objects.filter(placement__in=ids, system=MAIL)}
