import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models import Organisation


class UploadState(models.TextChoices):
    CHECKING = "checking", "Checking"
    CHECKED = "checked", "Checked"
    STORING = "storing", "Storing"
    STORED = "stored", "Stored"
    FAILED = "failed", "Failed"


class Upload(models.Model):
    """A file between upload and result, in the database that all web processes share.

    `result` is what the page shows: counts, and the first rows of each kind. Whoever works on it renews the lease; a
    dead worker's lease runs out.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField()
    name = models.CharField(max_length=120, help_text="the file's name, for display alone")
    dates = models.CharField(max_length=3)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.CHECKING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class RosterUpload(Upload):
    """A roster file. The content is dropped when it is stored, or a day after the upload."""

    take_good_rows = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="roster_upload_state", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(name="roster_upload_dates", condition=Q(dates__in=["ISO", "DMY", "MDY", "YMD"])),
        ]
