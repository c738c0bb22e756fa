"""What the documents say of a newcomer, as people typed it, and HR's confirmation that rests on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models import Placement
from steps.models.chain import Fact


class Source(models.TextChoices):
    PASSPORT = "passport", "Passport"
    GMC = "gmc", "GMC register"
    CONTRACT = "contract", "Contract"
    NEWCOMER = "newcomer", "Passport, as the newcomer reads it"


class RecordStatement(models.Model):
    """What one source says. The newest of a source counts; the ones before stay, as evidence of what was seen.

    It never changes the record. `full_name` where the source does not divide the name; one name is enough. What a
    source does not state, or was not asked for, is empty.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    start_date = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=120, blank=True)
    gmc_number = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, help_text="who typed it, as they were called then")

    class Meta:
        constraints = [
            models.CheckConstraint(name="record_statement_source", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="record_statement_one_name", condition=~Q(given_name="", family_name="", full_name="")
            ),
        ]
        indexes = [models.Index(fields=["placement", "source", "-id"], name="record_statement_newest")]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.source}"


class RecordCheck(models.Model):
    """HR's confirmation of a staff record: the fact that it wrote, the statements that it rests on, what the record
    said then, and why a difference that has an explanation may stand."""

    fact = models.OneToOneField(Fact, models.CASCADE, primary_key=True, related_name="+")
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    statements = models.ManyToManyField(RecordStatement, related_name="+")
    record = models.JSONField(default=dict, help_text="given_name, family_name and role of the record then")
    explained = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.placement_id} confirmed by {self.fact_id}"
