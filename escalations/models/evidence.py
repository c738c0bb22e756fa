import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalations.models.conversation import Escalation, Message
from onboarding.models import Placement


class Screening(models.TextChoices):
    """What the virus scanner said. Only what is clean, or was never to be scanned, is served or sent."""

    NOT_CONFIGURED = "none", "No scanner"
    WAITING = "waiting", "Waits for the scanner"
    CLEAN = "clean", "Clean"
    REFUSED = "refused", "Refused"


class Evidence(models.Model):
    """A picture as the product made it anew: under its content hash, outside the web root.

    Without an escalation it is a draft of the newcomer's, seen by nobody else. `covered` are the parts (0 to 23) that
    were blacked out; what was under them is gone.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its address calls it")
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    escalation = models.ForeignKey(Escalation, models.CASCADE, null=True, related_name="evidence")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="evidence")
    step = models.CharField(max_length=60, blank=True, help_text="of a draft: where it was being told")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the stored bytes, in hex")
    stored = models.CharField(max_length=200, help_text="name in the storage")
    type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")
    name = models.CharField(max_length=80, help_text="what the sender called it, made safe to show")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_by_name = models.CharField(max_length=200)
    left_out = models.BooleanField(default=False)
    covered = models.JSONField(default=list, blank=True)
    screening = models.CharField(max_length=10, choices=Screening.choices, default=Screening.NOT_CONFIGURED)

    class Meta:
        constraints = [
            models.CheckConstraint(name="evidence_type", condition=Q(type__in=["image/png", "image/jpeg"])),
            models.CheckConstraint(name="evidence_hash", condition=Q(content_hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="evidence_has_a_size", condition=Q(width__gt=0, height__gt=0, size__gt=0)),
            models.CheckConstraint(name="evidence_screening", condition=Q(screening__in=Screening.values)),
            models.CheckConstraint(
                name="evidence_left_out_is_a_draft", condition=Q(left_out=False) | Q(escalation=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def can_be_shown(self) -> bool:
        return self.screening in (Screening.NOT_CONFIGURED, Screening.CLEAN)
