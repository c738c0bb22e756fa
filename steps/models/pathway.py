from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models import Organisation
from onboarding.words import Country


class PathwayVersion(models.Model):
    """A published pathway, as its TOML. A version never changes: a changed pathway is the next version."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    country = models.CharField(max_length=20, choices=Country.choices)
    source = models.TextField(help_text="the TOML, word for word")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the source, hex")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="pathway_version_once"),
            models.CheckConstraint(name="pathway_version_counts_from_one", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A published version stays as it is: publish the next one.")
        super().save(*args, **kwargs)


class OwnGuidance(models.Model):
    """What an organisation tells newcomers about one step, beside the pathway's links or in their place."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    links = models.JSONField(default=list, help_text='[{"title": ..., "url": ...}], https alone')
    replaces = models.BooleanField(default=False, help_text="the pathway's own links are not shown")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "step"], name="own_guidance_once")]

    def __str__(self) -> str:
        return f"{self.step} at {self.organisation_id}"
