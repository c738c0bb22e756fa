"""Dates that people enter, and the warnings that go out once about dates that bite."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Job, OutboxMail, Placement, Team, User
from onboarding.outbox.posting import post
from onboarding.policies import Refused
from onboarding.wording import UK, local_day
from onboarding.words import OPEN_STATUSES, Function
from steps import policies
from steps.clocks import IDENTITY, MAIL, Clock, Level
from steps.models import AccountStatus, PlacementStep, ShareCode, SystemAccount
from steps.selectors.clocks import clocks_of
from steps.services.locking import lock
from steps.services.moving import address_of
from steps.services.recording import require

WARN = "clocks"
TEAM_KIND, NEWCOMER_KIND = "clock_team", "clock_newcomer"
BY_HAND = "entered by hand"
FROM_HOUR = 7


def enter_share_code(ref: uuid.UUID, *, made_on: dt.date, by: Actor, at: dt.datetime) -> bool:
    """The day on which the share code was made. False: it is known."""
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        row = locked.row(IDENTITY)
        require(policies.can_enter_share_code(by, row))
        if made_on > local_day(at):
            raise Refused("That day is in the future.")
        known = ShareCode.objects.filter(placement=locked.placement).first()
        if known and known.made_on == made_on:
            return False
        values = {"made_on": made_on, "at": at, "by_id": by.user_id, "by_name": by.name[:200]}
        ShareCode.objects.update_or_create(placement=locked.placement, defaults=values)
        made.note(
            organisation_ids=(locked.placement.employer_id,),  # the right to work is the employer's to check
            action="clock.share_code",
            subject=f"placement:{ref}",
            before={"step": IDENTITY, "made_on": known.made_on.isoformat() if known else ""},
            after={"step": IDENTITY, "made_on": made_on.isoformat()},
        )
        return True


def enter_mail_account(
    ref: uuid.UUID, *, status: str, since: dt.date, last_used_on: dt.date | None = None, by: Actor, at: dt.datetime
) -> bool:
    """How a mail account stands, by whoever looked: what the next list says goes over it. False: it is known."""
    with change(by=by, at=timezone.now()) as made:
        locked = lock(ref)
        row = locked.row(MAIL)
        require(policies.can_enter_mail_account(by, row))
        if max(since, last_used_on or since) > local_day(at):
            raise Refused("That day is in the future.")
        values: dict[str, Any] = {
            "status": status,
            "since": since,
            "last_used_on": last_used_on,
            "leaver_on": since if status == AccountStatus.LEAVER else None,
        }
        known = SystemAccount.objects.filter(placement=locked.placement, system=MAIL).first()
        if known and all(getattr(known, name) == value for name, value in values.items()):
            return False
        values |= {"status_words": BY_HAND, "as_of": at}
        SystemAccount.objects.update_or_create(placement=locked.placement, system=MAIL, defaults=values)
        made.note(
            organisation_ids=(locked.placement.employer_id, locked.placement.host_id),
            action="clock.mail_account",
            subject=f"placement:{ref}",
            before={"step": MAIL, "status": known.status if known else ""},
            after={"step": MAIL, "status": status, "since": since.isoformat()},
        )
        return True


# the warnings, by mail, each once

_planned = ""


def plan(now: dt.datetime) -> None:
    """Adds the day's job, from 7am on. No query once it is added."""
    global _planned
    here = now.astimezone(UK)
    day = f"{WARN}:{here:%Y%m%d}"
    if here.hour >= FROM_HOUR and _planned != day:
        jobs.enqueue(WARN, {}, at=now, key=day)
        _planned = day


def warn(job: Job, now: dt.datetime) -> None:
    """A mail about every date that bites and of which nobody has been told. Some six queries a placement that has
    such a date; each mail once, also when this runs twice."""
    for placement in with_dates(local_day(now)):
        rows = {row.key: row for row in PlacementStep.objects.filter(placement=placement)}
        for row in rows.values():
            row.placement = placement
        for one in clocks_of(placement, rows.values(), today=local_day(now)):
            if one.level != Level.NOTE and one.code != "start_moved":  # a move was told when it happened
                tell(placement, rows[one.step], one, at=now)


def with_dates(today: dt.date) -> Iterator[Placement]:
    """The placements that go on and have a date that may bite by now."""
    long_ago = today - dt.timedelta(days=settings.MAIL_ACCOUNT_UNUSED_DAYS)
    mails = SystemAccount.objects.filter(system=MAIL).filter(
        Q(status=AccountStatus.PENDING) | Q(leaver_on__isnull=False) | Q(last_used_on__lte=long_ago)
    )
    codes = ShareCode.objects.filter(made_on__lte=today - dt.timedelta(days=76))
    ids = Q(pk__in=mails.values("placement")) | Q(pk__in=codes.values("placement"))
    people = Placement.objects.filter(ids, status__in=OPEN_STATUSES)
    yield from people.select_related("newcomer__user", "employer", "host").order_by("pk").iterator(chunk_size=500)


def tell(placement: Placement, row: PlacementStep, one: Clock, *, at: dt.datetime) -> None:
    """The team of the step; and the newcomer, where it is theirs to do something."""
    key = f"clock:{row.pk}:{one.code}:{one.since}"
    if row.team_function != Function.NEWCOMER:
        team = team_of(row)
        link = reverse("newcomer_step", args=[placement.ref, row.key])
        send((team and address_of(team)) or "", TEAM_KIND, one.staff, link, row, at=at, key=f"{key}:team")
    user = placement.newcomer.user
    if one.for_newcomer and user and user.is_active:
        link = reverse("step", args=[row.key])
        send(user.email, NEWCOMER_KIND, one.newcomer, link, row, at=at, key=f"{key}:newcomer")


def send(to: str, kind: str, says: str, path: str, row: PlacementStep, *, at: dt.datetime, key: str) -> None:
    if to and not OutboxMail.objects.filter(unique_key=key).exists():
        context = {"says": says, "link": settings.SITE_URL.rstrip("/") + path}
        post(
            kind=kind, to=to, template=kind, context=context, at=at, organisation_id=row.team_org_id,
            subject_ref=f"clock:{row.pk}", unique_key=key,
        )  # fmt: skip


def team_of(row: PlacementStep) -> Team | None:
    teams = Team.objects.select_related("lead")
    return teams.filter(organisation=row.team_org_id, function=row.team_function).first()


def row_of(mail: OutboxMail) -> PlacementStep | None:
    pk = mail.subject_ref.removeprefix("clock:")
    people = PlacementStep.objects.select_related("placement__newcomer__user")
    return people.filter(pk=int(pk), placement__status__in=OPEN_STATUSES).first() if pk.isdecimal() else None


def team_now(mail: OutboxMail) -> str:
    row = row_of(mail)
    team = team_of(row) if row else None
    return address_of(team) if team else ""


def newcomer_now(mail: OutboxMail) -> str:
    row = row_of(mail)
    user: User | None = row.placement.newcomer.user if row else None
    return user.email if user and user.is_active else ""
