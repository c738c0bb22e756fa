"""Background work: rows claimed under a lease, by `manage.py work`. Kinds register their function in an AppConfig."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onboarding.models import Job

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=10)
TRIES = 8

# kind -> what does it: called with the job and "now"; may run twice, so it must not mind
workers: dict[str, Callable[[Job, dt.datetime], None]] = {}
# name -> seconds between runs and what plans it: called with "now", adds jobs with a unique key a period
planners: list[Callable[[dt.datetime], None]] = []


def enqueue(kind: str, payload: dict[str, Any], *, at: dt.datetime, key: str | None = None) -> None:
    """Adds a job to run at or after `at`, in the caller's transaction. One with a known key is there already."""
    Job.objects.bulk_create([Job(kind=kind, payload=payload, run_after=at, unique_key=key)], ignore_conflicts=True)


def claim(now: dt.datetime) -> Job | None:
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, failed_at=None, run_after__lte=now)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .order_by("run_after", "pk")
            .first()
        )
        if job is not None:
            job.lease_until = now + LEASE
            job.attempts += 1
            job.save(update_fields=["lease_until", "attempts"])
        return job


def renew(job: Job, now: dt.datetime) -> bool:
    """Long work says that it is alive. False: another worker has it by now, so stop."""
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, done_at=None)
    return mine.update(lease_until=now + LEASE) == 1


def run_one(now: dt.datetime) -> bool:
    """Claims and does one job. False when nothing is due."""
    job = claim(now)
    if job is None:
        return False
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts)
    try:
        workers[job.kind](job, now)
    except Exception as error:
        log.exception("Job %s (%s) failed", job.pk, job.kind)
        problem = f"{type(error).__name__}: {error}"[:500]
        later = timezone.now() + min(dt.timedelta(minutes=2**job.attempts), dt.timedelta(hours=4))
        gone = timezone.now() if job.attempts >= TRIES else None
        mine.update(lease_until=None, run_after=later, failed_at=gone, problem=problem)
    else:
        mine.update(done_at=timezone.now(), lease_until=None, problem="")
    return True


def run_due(now: dt.datetime) -> int:
    """Plans what is due and does all of it; gives the number of jobs."""
    for plan in planners:
        plan(now)
    count = 0
    while run_one(timezone.now()):
        count += 1
    return count
