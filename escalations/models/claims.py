from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models import Organisation, Placement
from onboarding.words import TEAM_FUNCTIONS, Function


class StepClaim(models.Model):
    """Somebody of a team has a step in hand that is simply to be done. What is stuck is claimed in its conversation.

    It says nothing about the step, and it ends by itself: it holds for that team while the step is as it was, that
    is while the settled row's `since` lies before it.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(max_length=60)
    function = models.CharField(max_length=30, choices=Function.choices)
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    claimed_by_name = models.CharField(max_length=200, help_text="as it was then")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "step"], name="step_claim_once"),
            models.CheckConstraint(name="step_claim_of_a_team", condition=Q(function__in=TEAM_FUNCTIONS)),
            models.CheckConstraint(name="step_claim_by_somebody", condition=~Q(claimed_by_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.step} with {self.claimed_by_name}"
