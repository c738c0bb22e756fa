from django.db import models
from django.db.models import Q

from onboarding.models import Organisation, Placement
from onboarding.words import PlacementStatus

MOVED = "moved"
STATUSES = [*PlacementStatus.values, MOVED]


class KeptStarter(models.Model):
    """How a starter stood when their first week was over, so that the week's report still says what it said; or that
    their start was moved out of the week, so that they are not lost from it.

    Holds no name and no identity field: who it is about is asked of the placement. Written once, by
    `steps.services.keeping_weeks`; it goes with its placement.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    monday = models.DateField(help_text="of the start week whose report this belongs to")
    kept_at = models.DateTimeField(help_text="the moment it describes")
    start_date = models.DateField(help_text="as it was then")
    status = models.CharField(max_length=10)
    status_reason = models.TextField(blank=True)
    moved_to = models.DateField(null=True, blank=True, help_text="the start instead")
    role = models.CharField(max_length=120)
    department = models.CharField(max_length=120, blank=True)
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    week_one_by = models.DateField()
    pathway = models.CharField(max_length=64, help_text="content hash of the version")
    ready = models.BooleanField()
    steps = models.JSONField(help_text="the verdicts that the report reads, as they were")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "monday"], name="kept_starter_once_a_week"),
            models.CheckConstraint(name="kept_starter_status", condition=Q(status__in=STATUSES)),
            models.CheckConstraint(
                name="kept_starter_moved_where", condition=Q(status=MOVED, moved_to__isnull=False) | Q(moved_to=None)
            ),
        ]
        indexes = [models.Index(fields=["monday"], name="kept_starter_by_week")]

    def __str__(self) -> str:
        return f"{self.placement_id} in the week of {self.monday}"
