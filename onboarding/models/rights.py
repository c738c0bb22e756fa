"""What is left of an erased record, and what must not be erased yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models.organisation import Organisation
from onboarding.models.people import Newcomer


class LegalHold(models.Model):
    """A claim or an inquiry for which an employer keeps what it holds about a newcomer: nothing is erased until it is
    lifted, neither by hand nor by the clock."""

    newcomer = models.ForeignKey(Newcomer, models.CASCADE, related_name="holds")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="legal_hold_with_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                fields=["newcomer", "organisation"], condition=Q(lifted_at=None), name="legal_hold_once"
            ),
        ]

    def __str__(self) -> str:
        return f"hold of {self.newcomer_id} since {self.since}"


class Erasure(models.Model):
    """That a placement was erased: the reference that the audit trail still calls it by, and nothing of the person."""

    placement_ref = models.UUIDField(unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="the employer")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    backups_end_on = models.DateField(help_text="by then no backup holds it either")

    def __str__(self) -> str:
        return f"erased {self.placement_ref}"
