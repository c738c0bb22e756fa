"""Two records that may be one person: what was proposed, what a human decided, and what a joining moved."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.models import Newcomer, Organisation


class PairState(models.TextChoices):
    OPEN = "open", "Not decided"
    TWO_PEOPLE = "two_people", "Two people"
    JOINED = "joined", "Joined"


class Pair(models.Model):
    """Two newcomers that may be one person. There is one row for two people, so a decision is remembered for good.

    `asked_by` is the organisation that asked the other's employer to decide, and by asking agreed to a joining of its
    own record.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Newcomer, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Newcomer, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=PairState.choices, default=PairState.OPEN)
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True, help_text="as it was then")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(name="pair_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="pair_state", condition=Q(state__in=PairState.values)),
            models.CheckConstraint(name="pair_decided_when", condition=Q(state="open") | Q(decided_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.state}"


class PairFound(models.Model):
    """Who was shown a pair: it was found among what this organisation may read, and exists for nobody else."""

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="found")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(help_text="0 the likeliest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "pair"], name="pair_found_once")]

    def __str__(self) -> str:
        return f"{self.pair_id} for {self.organisation_id}"


class Joining(models.Model):
    """One joining: `gone` lost its placements to `kept`, and nothing was deleted.

    `made` is all that was changed, by id, so that undoing it puts everything back:
    {kept: [placement], moved: [placement], twins: [{id, into, status, reason}], filled: [field], facts: [fact],
    person: digest of the kept person's details, users: [of the kept, of the gone]}.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="joinings")
    kept = models.ForeignKey(Newcomer, models.CASCADE, related_name="+")
    gone = models.ForeignKey(Newcomer, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, help_text="as it was then")
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_by_name = models.CharField(max_length=200, blank=True, help_text="as it was then")

    class Meta:
        constraints = [
            models.CheckConstraint(name="joining_of_two", condition=~Q(kept=F("gone"))),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="joining_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
