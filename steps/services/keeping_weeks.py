"""Keeping how a start week stood when it was over, and who left it for another.

Each starter is kept at 5pm on their fifth working day, by a job that the planner adds once a day. A worker that was
away catches up for two days, and what it keeps then says when it was; what is older is not made up afterwards.
"""

import datetime as dt

from django.db.models import Exists

from onboarding import jobs
from onboarding.actors import system
from onboarding.audit import change
from onboarding.models import Job, Placement
from onboarding.wording import UK, local_day
from steps.models import Chain, KeptStarter
from steps.models.kept import MOVED
from steps.readiness import Starter, monday_of, standing_of
from steps.selectors.kept import kept_of_placement, plain_steps
from steps.selectors.reports import read

KIND = "keep_weeks"
CUT_OFF = dt.time(17, tzinfo=UK)
CATCH_UP = dt.timedelta(days=2)
ON_TIME = dt.timedelta(minutes=15)  # of the cut-off: then the cut-off is the moment that is kept
BATCH = 500
_planned: dt.date | None = None


def cut_off(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, CUT_OFF)


def plan(now: dt.datetime) -> None:
    """Adds the job of the last cut-off, once. No query once it is added."""
    global _planned
    day = now.astimezone(UK).date()
    if now < cut_off(day):
        day -= dt.timedelta(days=1)
    if _planned != day:
        jobs.enqueue(KIND, {}, at=now, key=f"{KIND}:{day}")
        _planned = day


def work(job: Job, now: dt.datetime) -> None:
    while keep_due(now) and jobs.renew(job, now):
        pass


def keep_due(now: dt.datetime) -> int:
    """Keeps a batch of those whose week is over by now and who are not kept; gives how many."""
    today = now.astimezone(UK).date()
    last = today if now >= cut_off(today) else today - dt.timedelta(days=1)
    over = Placement.objects.filter(chain__week_one_by__gt=last - CATCH_UP, chain__week_one_by__lte=last)
    refs = list(over.filter(~Exists(kept_of_placement())).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not refs:
        return 0
    starters = read(Placement.objects.filter(pk__in=refs))
    by_ref = {str(ref): pk for pk, ref in Placement.objects.filter(pk__in=refs).values_list("pk", "ref")}
    with change(by=system("readiness"), at=now) as made:
        rows = [row_of(one, by_ref[one.ref], now) for one in starters]
        KeptStarter.objects.filter(placement__in=refs, status=MOVED, monday__in={r.monday for r in rows}).delete()
        KeptStarter.objects.bulk_create(rows, ignore_conflicts=True)
        for place in sorted({place.id for one in starters for place in (one.employer, one.host)}):
            mine = sum(place in (one.employer.id, one.host.id) for one in starters)
            made.note(
                organisation_ids=[place], action="readiness.kept", subject=f"organisation:{place}",
                after={"newcomers": mine, "day": last.isoformat()},
            )  # fmt: skip
    return len(refs)


def row_of(one: Starter, placement_id: int, now: dt.datetime) -> KeptStarter:
    assert one.week_one_by is not None  # noqa: S101 (a chain has it)
    end = cut_off(one.week_one_by)
    at = end if now - end <= ON_TIME else now
    return KeptStarter(
        placement_id=placement_id,
        monday=monday_of(one.start_date),
        kept_at=at,
        start_date=one.start_date,
        status=one.status,
        status_reason=one.status_reason,
        role=one.role,
        department=one.department,
        employer_id=one.employer.id,
        host_id=one.host.id,
        week_one_by=one.week_one_by,
        pathway=one.pathway,
        ready=standing_of(one, local_day(at)).ready,
        steps=plain_steps(one.steps),
    )


def start_moved(placement: Placement, chain: Chain, was: dt.date, *, reason: str, at: dt.datetime) -> None:
    """The start was moved from `was` to another week: the week that is left says so, unless it is kept already."""
    left, now_in = monday_of(was), monday_of(placement.start_date)
    if left == now_in:
        return
    mine = KeptStarter.objects.filter(placement=placement)
    mine.filter(monday=now_in, status=MOVED).delete()
    row = KeptStarter(
        placement=placement,
        monday=left,
        kept_at=at,
        start_date=was,
        status=MOVED,
        status_reason=reason,
        moved_to=placement.start_date,
        role=placement.role,
        department=placement.department,
        employer_id=placement.employer_id,
        host_id=placement.host_id,
        week_one_by=chain.week_one_by,
        pathway=chain.pathway.content_hash,
        ready=False,
        steps=[],
    )
    KeptStarter.objects.bulk_create([row], ignore_conflicts=True)
    # a second move says where they start now
    mine.filter(status=MOVED).exclude(monday=now_in).update(moved_to=placement.start_date)
