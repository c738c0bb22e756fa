"""Dates that nobody's system tells us, and that bite: a share code's, and a start that moved."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.models import Placement


class ShareCode(models.Model):
    """The day on which the newcomer made the share code that HR holds. The code itself is not kept here."""

    placement = models.OneToOneField(Placement, models.CASCADE, primary_key=True, related_name="+")
    made_on = models.DateField()
    at = models.DateTimeField(help_text="when the day was entered")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.made_on}"


class StartMove(models.Model):
    """One move of a start date. `acted` are the steps whose owners had acted on the old date."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    before = models.DateField()
    after = models.DateField()
    acted = models.JSONField(default=list, help_text="step keys, in pathway order")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="start_move_moves", condition=~Q(before=F("after")))]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.before} to {self.after}"
