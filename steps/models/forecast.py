"""What background work draws from the facts: how long each step waited, and when newcomers are likely to be ready.

All of it can be thrown away and worked out again (`manage.py forecast --all`); nothing else hangs on it.
"""

from django.db import models
from django.db.models import Q

from onboarding.models import Organisation, Placement
from onboarding.words import Function
from steps.models.chain import PlacementStep


class Kind(models.TextChoices):
    """Why a step lay with its owner."""

    TO_DO = "to_do", "To do"
    CONFIRM = "confirm", "To be confirmed"
    STUCK = "stuck", "Stuck"


class Replay(models.Model):
    """Up to where a placement's facts were played again for its waits, and what else came of it."""

    placement = models.OneToOneField(Placement, models.CASCADE, primary_key=True, related_name="+")
    told = models.CharField(max_length=64, help_text="a hash of what it was worked out from")
    at = models.DateTimeField(help_text="when it was worked out")
    ready_at = models.DateTimeField(null=True, help_text="when all of week 1 was met for the first time")
    lost_minutes = models.PositiveIntegerField(null=True, help_text="working minutes from the first day's morning on")

    def __str__(self) -> str:
        return f"{self.placement_id} up to {self.told}"


class StepWait(models.Model):
    """A step from when nothing was before it until it was done, in its own team's organisation.

    `days` are whole working days as the forecast counts them (0: the same day), None while it waits.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    step = models.CharField(max_length=60)
    function = models.CharField(max_length=30, choices=Function.choices, help_text="the step's own owner")
    org = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, help_text="the newcomer's own steps: the host"
    )
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    finished = models.BooleanField()
    days = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True, help_text="working minutes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="step_wait_ended",
                condition=Q(ended=None, finished=False, days=None, minutes=None)
                | Q(ended__isnull=False, days__isnull=False, minutes__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["org", "step"], name="step_wait_by_org")]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.step} from {self.began}"


class Stretch(models.Model):
    """A time in which a step lay with one owner for one reason; `org` is None for the newcomer."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    step = models.CharField(max_length=60)
    function = models.CharField(max_length=30, choices=Function.choices, help_text="whose move it was")
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    symptom = models.CharField(max_length=60, blank=True)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(null=True, help_text="working minutes; None while it lies there")

    class Meta:
        constraints = [
            models.CheckConstraint(name="stretch_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="stretch_ended",
                condition=Q(ended=None, minutes=None) | Q(ended__isnull=False, minutes__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["ended"], name="stretch_by_end")]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.step} with {self.function} from {self.began}"


class PlacementForecast(models.Model):
    """When a placement is likely to be ready, as of `at`. Both None: too early to say."""

    placement = models.OneToOneField(Placement, models.CASCADE, primary_key=True, related_name="forecast")
    likely = models.DateField(null=True, help_text="by its end at least as likely as not")
    chance = models.FloatField(null=True, help_text="of being ready by the end of week 1")
    at = models.DateTimeField(help_text="when it was worked out")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="forecast_chance", condition=Q(chance=None) | Q(chance__gte=0.0, chance__lte=1.0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.likely}, {self.chance}"


class StepGain(models.Model):
    """What clearing a step that somebody can act on now would add to its newcomer's chance (`steps.forecast.Gains`).

    `more` is of this step alone. `owner_more` is of everything that its owner holds of the newcomer: it stands at the
    first of those steps, and the others have 0, so that both can be summed over rows.
    """

    step = models.OneToOneField(PlacementStep, models.CASCADE, primary_key=True, related_name="gain")
    blocker = models.CharField(max_length=130, help_text="what newcomers may share: the step, and what it is stuck on")
    more = models.FloatField()
    owner_more = models.FloatField()

    def __str__(self) -> str:
        return f"{self.step_id}: {self.more}"
