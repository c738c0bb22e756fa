"""What people are told by mail: each one's choice of what comes at once, and what waits for their daily mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MORNING_HOUR, LAST_HOUR = 8, 17


class How(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "In one mail a day"
    NEVER = "never", "Never"


class NoticeKind(models.TextChoices):
    """What may be told. A chase is no notice: it always comes at once."""

    MESSAGES = "messages", "Messages"
    WORK = "work", "Work for a team"
    STEPS = "steps", "Steps"


class MailChoices(models.Model):
    """How somebody wants to hear. Without a row: messages and steps at once, work once a day, at 8am."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    messages = models.CharField(max_length=10, choices=How.choices, default=How.AT_ONCE)
    work = models.CharField(max_length=10, choices=How.choices, default=How.DAILY)
    steps = models.CharField(max_length=10, choices=How.choices, default=How.AT_ONCE)
    weekly = models.BooleanField(default=True, help_text="on Thursdays, to managers: how their starters stand")
    hour = models.PositiveSmallIntegerField(default=MORNING_HOUR, help_text="of the daily mail, in the United Kingdom")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_choices_how",
                condition=Q(messages__in=How.values, work__in=How.values, steps__in=How.values),
            ),
            models.CheckConstraint(
                name="mail_choices_in_working_hours", condition=Q(hour__gte=MORNING_HOUR, hour__lte=LAST_HOUR)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.messages}, {self.work}, {self.steps} at {self.hour}"


class Notice(models.Model):
    """A line that waits for somebody's daily mail. `says` is a sentence without birth dates or numbers of people."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    says = models.CharField(max_length=300)
    path = models.CharField(max_length=200, help_text="where to go, without the site")
    at = models.DateTimeField()
    unique_key = models.CharField(  # noqa: DJ001 (no key is not the empty key)
        max_length=120, null=True, unique=True, help_text="at most one notice of this key"
    )
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="notice_kind", condition=Q(kind__in=NoticeKind.values))]
        indexes = [models.Index(fields=["user", "at"], name="notice_waiting", condition=Q(mailed_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.says}"
