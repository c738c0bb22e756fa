import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalations.models.conversation import Escalation
from onboarding.models import Organisation, OutboxMail
from onboarding.words import TEAM_FUNCTIONS, Function


class Pack(models.Model):
    """What was sent to an owner, frozen: it can be shown for ever as it was. Another owner gets another pack.

    `content_hash` is the SHA-256 over everything that was said, `evidence` the pictures' own hashes among it.
    `full` is False where the address may not have personal data: it got the reference, the step and a link. `to` is
    empty where the team has no mailbox: the text stands in its queue, and the onboarding lead was told.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="packs")
    owner_function = models.CharField(max_length=30, choices=Function.choices)
    owner_side = models.CharField(max_length=10, blank=True)
    owner_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    to = models.EmailField(blank=True)
    to_name = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    fields = models.JSONField(help_text="[[key, label, value], ...] as they were sent")
    evidence = models.JSONField(default=list, help_text="[{ref, hash, name}, ...] as they were sent")
    full = models.BooleanField()
    content_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_by_name = models.CharField(max_length=200)
    mail = models.ForeignKey(OutboxMail, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="pack_to_a_team", condition=Q(owner_function__in=TEAM_FUNCTIONS)),
            models.CheckConstraint(name="pack_hash", condition=Q(content_hash__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"pack {self.ref}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A pack stays as it was sent: send another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A pack stays as it was sent.")


class Press(models.TextChoices):
    FIXED = "fixed", "Fixed"
    NOT_OURS = "not_ours", "Not ours"
    NEED_MORE = "need_more", "Need more"


class PackPress(models.Model):
    """A signed link of a pack that was used: each once."""

    pack = models.ForeignKey(Pack, models.CASCADE, related_name="presses")
    what = models.CharField(max_length=10, choices=Press.choices)
    at = models.DateTimeField()
    said = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "what"], name="pack_press_once"),
            models.CheckConstraint(name="pack_press_what", condition=Q(what__in=Press.values)),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.pack_id}"
