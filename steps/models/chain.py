from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.models import Organisation, Placement
from onboarding.words import TEAM_FUNCTIONS, Function
from steps.models.pathway import PathwayVersion


class FactKind(models.TextChoices):
    ISSUED = "issued", "Issued"
    DONE = "done", "Done"
    REOPENED = "reopened", "Reopened"
    CORRECTED = "corrected", "Corrected"
    QUESTIONED = "questioned", "Questioned"
    BLOCKED = "blocked", "Blocked"
    CLEARED = "cleared", "Cleared"
    HANDED_OVER = "handed_over", "Handed over"
    WAIVED = "waived", "Waived"
    RETRACTED = "retracted", "Retracted"


class State(models.TextChoices):
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    BLOCKED = "blocked", "Blocked"
    RECHECK = "recheck", "Recheck"
    DONE = "done", "Done"
    LOCKED = "locked", "Locked"
    READY = "ready", "Ready"


class Chain(models.Model):
    """Which pathway version a placement is on, since when, and when its first week ends."""

    placement = models.OneToOneField(Placement, models.CASCADE, primary_key=True, related_name="chain")
    pathway = models.ForeignKey(PathwayVersion, models.PROTECT, related_name="chains")
    arrived_at = models.DateTimeField()
    week_one_by = models.DateField(help_text="the fifth working day, the start counting as the first if it is one")

    def __str__(self) -> str:
        return f"{self.placement_id} on {self.pathway_id}"


class Fact(models.Model):
    """Something that happened to a step. Never edited or deleted: `retracted` takes one back."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="facts", db_index=False)
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=FactKind.choices)
    at = models.DateTimeField(help_text="when it happened; `recorded_at` is when we learned of it")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, help_text="as it was then")
    source = models.CharField(max_length=60, default="person", help_text="person, roster, extract:KEY or demo")
    blocker = models.CharField(max_length=20, blank=True)
    owner = models.CharField(max_length=30, blank=True, choices=Function.choices)
    side = models.CharField(max_length=10, blank=True)
    symptom = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    independent = models.BooleanField(default=False)
    fields = models.JSONField(null=True, blank=True)
    full = models.BooleanField(null=True, blank=True)
    of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="retracted_by")

    class Meta:
        constraints = [
            models.CheckConstraint(name="fact_kind", condition=Q(kind__in=FactKind.values)),
            models.CheckConstraint(name="fact_owner", condition=Q(owner="") | Q(owner__in=Function.values)),
            models.CheckConstraint(name="fact_side", condition=Q(side__in=["", "employer", "host"])),
            models.CheckConstraint(name="fact_not_ahead", condition=Q(at__lte=F("recorded_at"))),
            models.CheckConstraint(name="fact_waived_with_reason", condition=~Q(kind="waived", reason="")),
            models.CheckConstraint(name="fact_handed_over_to", condition=~Q(kind="handed_over", owner="")),
            models.CheckConstraint(
                name="fact_retracts_another",
                condition=Q(kind="retracted", of__isnull=False) | Q(of=None) & ~Q(kind="retracted"),
            ),
        ]
        indexes = [
            models.Index(fields=["placement", "at"], name="fact_by_placement"),
            models.Index(fields=["blocker"], name="fact_by_blocker", condition=~Q(blocker="")),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A fact stays as it is: record another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A fact stays: retract it by another.")


class PlacementStep(models.Model):
    """One step of one placement: its settled verdict, with the reasons and who must act now.

    Written by `steps.services.settling` alone; `manage.py verify` resolves all afresh and compares.
    `ticks` and `says_works_at` are what people confirmed inside the step; they are not part of the verdict.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="steps", db_index=False)
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    team_function = models.CharField(max_length=30, help_text="the step's own owner")
    team_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    week_one = models.BooleanField()
    state = models.CharField(max_length=20, choices=State.choices)
    owner_function = models.CharField(max_length=30, blank=True, help_text="who must act now")
    owner_side = models.CharField(max_length=10, blank=True)
    owner_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    issued = models.BooleanField(default=False)
    parked = models.BooleanField(default=False)
    limited = models.BooleanField(default=False)
    upgrade = models.BooleanField(default=False)
    actionable = models.BooleanField(default=False, help_text="somebody must act, once it is due")
    due_from = models.DateField(null=True)
    since = models.DateTimeField(help_text="when the present state began")
    done_at = models.DateTimeField(null=True)
    unlock_count = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(
        help_text="waiting_on, any_of, because, recheck_because, better_after, unlocks, blockers"
    )
    ticks = models.JSONField(default=dict, help_text="check key: who ticked it, when")
    says_works_at = models.DateTimeField(null=True, help_text="the newcomer says it works before its owner did")
    version = models.PositiveIntegerField(default=1, help_text="counts up with every change; forms carry it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "key"], name="placement_step_once"),
            models.CheckConstraint(name="placement_step_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="placement_step_owner",
                condition=Q(owner_function="") | Q(owner_function__in=Function.values),
            ),
            models.CheckConstraint(
                name="placement_step_team_somewhere",
                condition=Q(team_function__in=TEAM_FUNCTIONS, team_org__isnull=False)
                | Q(team_function=Function.NEWCOMER, team_org=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_org", "owner_function"],
                name="placement_step_queue",
                condition=Q(actionable=True),
            ),
            models.Index(
                fields=["team_org", "team_function"],
                name="placement_step_says_works",
                condition=Q(says_works_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.key}: {self.state}"
