"""What other systems say of the newcomers: their lists as they come in, and what was taken from them."""

from django.db import models
from django.db.models import Q

from onboarding.models import Organisation, Placement
from steps.models.upload import Upload, UploadState


class Extract(Upload):
    """A system's own list between upload and confirmation, kept for a day. `items` are what may be confirmed: kind ->
    placement -> the version of its step that the person was shown. `taken` says of each kind that was confirmed when,
    by whom, and what came of it."""

    system = models.CharField(max_length=60, help_text="the step's key")
    items = models.JSONField(default=dict)
    taken = models.JSONField(default=dict)
    taking = models.CharField(max_length=20, blank=True, help_text="the kind that is being confirmed")
    chosen = models.JSONField(null=True, help_text="of that kind, the placements that were chosen; null: all")

    class Meta:
        constraints = [
            models.CheckConstraint(name="extract_state", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(name="extract_dates", condition=Q(dates__in=["ISO", "DMY", "MDY", "YMD"])),
            models.CheckConstraint(name="extract_system", condition=~Q(system="")),
        ]


class SystemHeadings(models.Model):
    """What an organisation calls the columns of one system's list, told once: plain heading -> our field, or ""."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    system = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "system"], name="system_headings_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.system}"


class AccountStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    PENDING = "pending", "Pending"
    LEAVER = "leaver", "Marked as leaver"
    INACTIVE = "inactive", "Inactive"
    GONE = "gone", "Not in the list"
    UNCLEAR = "unclear", "Unclear"


class SystemAccount(models.Model):
    """What a system's newest list said of one placement, once a person has confirmed it. One a placement and system.

    `system` is the step's key: `work_email` is the mail account, `hr_record` the staff record. `status_words` is the
    list's own word. `since` is when the status began as the list says, or else the day of the first list that had
    it: what a pending account waits from. `said` is what the list calls the person, of those fields that whoever
    uploaded it may see: given_name, family_name, full_name, date_of_birth (ISO), gmc_number, assignment_number,
    email, start_date (ISO). Show it through `onboarding.policies.visible_fields`, like the newcomer's own.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", db_index=False)
    system = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=AccountStatus.choices)
    status_words = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    last_used_on = models.DateField(null=True, blank=True)
    leaver_on = models.DateField(null=True, blank=True, help_text="the day of the leaver mark")
    said = models.JSONField(default=dict)
    as_of = models.DateTimeField(help_text="when the list was brought in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "system"], name="system_account_once"),
            models.CheckConstraint(name="system_account_status", condition=Q(status__in=AccountStatus.values)),
        ]
        indexes = [models.Index(fields=["system", "status"], name="system_account_by_status")]

    def __str__(self) -> str:
        return f"{self.placement_id} in {self.system}: {self.status}"
