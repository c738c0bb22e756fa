"""Mail and jobs as rows: written in the transaction that caused them, claimed and done by workers."""

import uuid

from django.db import models
from django.db.models import Q

from onboarding.models.organisation import Organisation


class MailState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    DROPPED = "dropped", "Dropped"


class OutboxMail(models.Model):
    """One mail to one recipient. A row that is not sent yet may be sent at most once more than once, and then under
    the same Message-ID.

    `subject_ref` is what it is about, as kind:id. `recipient` is asked again at send time (`onboarding.outbox`).
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="makes the Message-ID")
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    subject_ref = models.CharField(max_length=80, blank=True, db_index=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    in_reply_to = models.CharField(max_length=200, blank=True, help_text="Message-ID of the first mail of the thread")
    secret = models.BooleanField(default=False, help_text="its text lets its reader in; not kept once sent")
    attachments = models.JSONField(default=list, blank=True, help_text="[{storage name, file name, type}]")
    unique_key = models.CharField(  # noqa: DJ001 (no key is not the empty key)
        max_length=120, null=True, unique=True, help_text="at most one mail of this key"
    )
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True, help_text="what the mail server said last")

    class Meta:
        constraints = [
            models.CheckConstraint(name="outbox_state", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(name="outbox_sent_when", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["send_after"], name="outbox_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Job(models.Model):
    """Work for later. Claimed under a lease; whoever dies loses the lease, and another does it again."""

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    unique_key = models.CharField(  # noqa: DJ001 (no key is not the empty key)
        max_length=120, null=True, unique=True, help_text="at most one job of this key"
    )
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_after"], name="job_waiting", condition=Q(done_at=None) & Q(failed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
