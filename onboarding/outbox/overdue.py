"""Is mail going out, and is background work done? For a health check: a worker that died makes itself known."""

import datetime as dt

from django.db.models import Min, Q

from onboarding.models import Job, OutboxMail
from onboarding.models.work import MailState

TOO_LONG = dt.timedelta(hours=1)


def what_waits_too_long(now: dt.datetime) -> list[str]:
    """A sentence for each queue whose oldest entry has been due for over an hour. Two queries."""
    mail = OutboxMail.objects.filter(state=MailState.WAITING).aggregate(first=Min("send_after"))["first"]
    free = Q(lease_until=None) | Q(lease_until__lt=now)  # a long job under a lease is being done
    job = Job.objects.filter(free, done_at=None, failed_at=None).aggregate(first=Min("run_after"))["first"]
    found = (("mail", mail, "send_outbox"), ("job", job, "work"))
    return [
        f"the oldest {what} has been due for {(now - due) // dt.timedelta(minutes=1)} minutes: is {command} running?"
        for what, due, command in found
        if due is not None and now - due > TOO_LONG
    ]
