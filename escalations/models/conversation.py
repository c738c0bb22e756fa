"""The conversation about one blocker: who has it, since when, and what was said."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.models import Organisation, Placement
from onboarding.words import Function
from steps.models import Fact


class Status(models.TextChoices):
    OPEN = "open", "Open"
    CLEARED = "cleared", "Cleared"


class Asked(models.TextChoices):
    """What the newcomer is asked while a team has it: the clock stands still until they answer."""

    NOTHING = "", "Nothing"
    MORE = "more", "Something more"
    WORKS = "works", "Whether it works now"


class Escalation(models.Model):
    """What is said about one blocker, under the blocker's own reference.

    `status`, the owner and who cleared it follow the facts: `escalations.services.keeping` alone writes them, and
    `manage.py verify` compares them. A claim, a ticket number and what the newcomer is asked belong to the
    conversation. Chasing fills `due_on` and what stands below it.
    """

    reference = models.CharField(max_length=20, unique=True)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    step = models.CharField(max_length=60)
    symptom = models.CharField(max_length=60, blank=True)
    needs_look = models.BooleanField(default=False, help_text="no symptom fitted")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    owner_function = models.CharField(max_length=30, choices=Function.choices)
    owner_side = models.CharField(max_length=10, blank=True)
    owner_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    owner_since = models.DateTimeField()
    hand_overs = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_by_name = models.CharField(max_length=200)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    cleared_by_name = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    claimed_by_name = models.CharField(max_length=200, blank=True)
    asked = models.CharField(max_length=10, choices=Asked.choices, default=Asked.NOTHING, blank=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=200, blank=True)
    ticket_number = models.CharField(max_length=40, blank=True, help_text="of the team's own service desk")
    last_at = models.DateTimeField(help_text="when anything was last said or done here")
    due_on = models.DateField(null=True, help_text="the owner's last working day for it")
    next_chase_at = models.DateTimeField(null=True)
    last_chased_at = models.DateTimeField(null=True)
    chases = models.PositiveSmallIntegerField(default=0)
    chase_level = models.PositiveSmallIntegerField(default=0, help_text="1 team, 2 its lead, 3 the onboarding lead")
    stood_still_since = models.DateTimeField(null=True, help_text="the newcomer holds it since then")
    lead_told_at = models.DateTimeField(null=True, help_text="the onboarding lead was brought in")
    clock_owner = models.CharField(max_length=60, blank=True, help_text="the team whose working days are counted")
    clock_days = models.PositiveSmallIntegerField(default=0, help_text="its working days before `clock_from`")
    clock_from = models.DateField(null=True, help_text="counts on since; none while it stands still")
    passed_on = models.PositiveSmallIntegerField(default=0, help_text="from one team to another, so many times")

    class Meta:
        constraints = [
            models.CheckConstraint(name="escalation_reference", condition=~Q(reference="")),
            models.CheckConstraint(name="escalation_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="escalation_owner_somewhere",
                condition=Q(owner_function=Function.NEWCOMER, owner_org=None)
                | ~Q(owner_function=Function.NEWCOMER) & Q(owner_org__isnull=False),
            ),
            models.CheckConstraint(
                name="escalation_cleared_when",
                condition=Q(status="open", cleared_at=None) | Q(status="cleared", cleared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="escalation_claimed_by_somebody",
                condition=Q(claimed_at=None, claimed_by_name="")
                | Q(claimed_at__isnull=False) & ~Q(claimed_by_name=""),
            ),
            models.CheckConstraint(
                name="escalation_asked_when",
                condition=Q(asked="", asked_at=None) | Q(asked__in=["more", "works"], asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="escalation_chased_while_the_clock_runs",
                condition=Q(next_chase_at=None) | Q(clock_from__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_org", "owner_function"], name="escalation_open_of", condition=Q(status="open")
            ),
            models.Index(fields=["next_chase_at"], name="escalation_to_chase", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN


class Holding(models.Model):
    """Who had it from when to when: one owner at a time. Whoever had it once may read on."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="holdings")
    function = models.CharField(max_length=30, choices=Function.choices)
    side = models.CharField(max_length=10, blank=True)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation"], condition=Q(until=None), name="holding_one_at_a_time"),
            models.CheckConstraint(name="holding_in_order", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]
        indexes = [models.Index(fields=["org", "function"], name="holding_of")]

    def __str__(self) -> str:
        return f"{self.function} from {self.since}"


class Visibility(models.TextChoices):
    EVERYONE = "everyone", "Everyone here"
    STAFF = "staff", "Staff only"


class Kind(models.TextChoices):
    REPLY = "reply", "Reply"
    NOTE = "note", "Note"
    SYSTEM = "system", "What Week One did"
    MAIL_IN = "mail_in", "Reply by mail"


class Message(models.Model):
    """Something said in the conversation. What was done to the blocker is a fact, and shown from there."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, help_text="as it was then")
    by_team = models.CharField(max_length=200, blank=True, help_text="whose words they are, as it was then")
    by_newcomer = models.BooleanField(default=False)
    body = models.TextField()
    quoted = models.TextField(blank=True, help_text="of a mail: what it answered, folded away")
    press = models.CharField(  # noqa: DJ001 (no key is not the empty key)
        max_length=64, null=True, help_text="the form it came from: a double press says it once"
    )
    fact = models.ForeignKey(Fact, models.PROTECT, null=True, related_name="+", help_text="what was done with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation", "press"], name="message_once_a_press"),
            models.CheckConstraint(name="message_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="message_visibility", condition=Q(visibility__in=Visibility.values)),
            models.CheckConstraint(
                name="message_newcomers_words_are_open", condition=~Q(by_newcomer=True, visibility="staff")
            ),
        ]
        indexes = [models.Index(fields=["escalation", "at"], name="message_in_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
