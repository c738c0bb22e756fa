import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalations.models.conversation import Escalation, Message
from onboarding.models import Organisation


class InboundState(models.TextChoices):
    RECEIVED = "received", "Received"  # stored, and not read yet: whoever died in between is followed by another
    ATTACHED = "attached", "In its conversation"
    HELD = "held", "Held for a human"
    BOUNCE = "bounce", "Our mail came back"
    AUTO = "auto", "Written by a machine"
    IGNORED = "ignored", "Ignored"
    DISCARDED = "discarded", "Discarded"


class InboundMail(models.Model):
    """A mail that came in, its bytes kept as they were in the file storage, and what became of it.

    `content_hash` is the SHA-256 of the bytes: the same ones twice are one row. `organisation` is whose onboarding
    lead sees it while it is held.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    received_at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, unique=True)
    stored = models.CharField(max_length=200, help_text="name in the storage")
    size = models.PositiveBigIntegerField(help_text="bytes")
    state = models.CharField(max_length=10, choices=InboundState.choices, default=InboundState.RECEIVED)
    reason = models.CharField(max_length=200, blank=True, help_text="why it is held or ignored, for people")
    header_id = models.CharField(max_length=320, blank=True, db_index=True, help_text="its Message-ID")
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True, help_text="what it says, while it is held")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    escalation = models.ForeignKey(Escalation, models.SET_NULL, null=True, related_name="inbound")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, help_text="a human placed or discarded it")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settled_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="inbound_state", condition=Q(state__in=InboundState.values)),
            models.CheckConstraint(name="inbound_hash", condition=Q(content_hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="inbound_held_says_why", condition=~Q(state="held") | ~Q(reason="")),
        ]
        indexes = [
            models.Index(fields=["organisation", "received_at"], name="inbound_held", condition=Q(state="held")),
            models.Index(fields=["received_at"], name="inbound_unread", condition=Q(state="received")),
        ]

    def __str__(self) -> str:
        return f"mail {self.ref}"
