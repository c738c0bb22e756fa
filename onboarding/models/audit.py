from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from onboarding.models.organisation import Organisation


class AuditHead(models.Model):
    """The end of an organisation's chain of entries. Its row is the lock that puts writers in a queue.

    `broken_at` is the first entry that was wrong at `checked_at`; 0 while none is.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)
    broken_at = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.seq}"


class AuditEntry(models.Model):
    """Who did what to whom, when: written in the transaction of the write it tells of, never changed.

    `hash` covers the entry and the hash of the one before it in the organisation (see `onboarding.audit`).
    The database itself refuses UPDATE and DELETE (and TRUNCATE, on PostgreSQL) by triggers.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    by_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, help_text="what it was done to, as kind:id")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "seq"], name="audit_entry_once")]
        indexes = [models.Index(fields=["subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Audit entries are written by onboarding.audit alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Audit entries stay.")
