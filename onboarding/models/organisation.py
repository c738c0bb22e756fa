import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.words import TEAM_FUNCTIONS, Country, Function, MailSystem, OrganisationKind, Role
from onboarding.working_days import Country as WorkingDays
from onboarding.working_days import calendar_of


class Organisation(models.Model):
    """An employing trust, a lead employer or a host: whoever has an ODS code and takes newcomers in."""

    ods_code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices, default=OrganisationKind.TRUST)
    country = models.CharField(max_length=20, choices=Country.choices, default=Country.ENGLAND)
    usual_mail_system = models.CharField(max_length=10, choices=MailSystem.choices, default=MailSystem.NHSMAIL)
    usual_pathway = models.CharField(
        max_length=60,
        blank=True,
        help_text="the key of the pathway for rows that name none; blank: the country's",
    )
    it_sees_date_of_birth = models.BooleanField(default=False)
    second_factor_days = models.PositiveSmallIntegerField(
        default=14, help_text="how long people who need a second factor may sign in without; 0: not at all"
    )
    opens = models.TimeField(default=dt.time(9), help_text="when its teams can be reached, unless they say otherwise")
    closes = models.TimeField(default=dt.time(17))
    closed_days = models.JSONField(
        default=list,
        blank=True,
        help_text="ISO dates, in order: nobody works there, though it is no weekend and no bank holiday",
    )
    step_owners = models.JSONField(
        default=dict, blank=True, help_text="step key: [function, side], where another team has the step here"
    )
    heading_map = models.JSONField(default=dict, blank=True)
    keep_pictures_days = models.PositiveSmallIntegerField(default=30, help_text="after their blocker was cleared")
    keep_mails_days = models.PositiveSmallIntegerField(default=90, help_text="the texts of mails, and of lists")
    keep_newcomers_days = models.PositiveSmallIntegerField(
        default=365, help_text="after the last thing that happened to them"
    )
    demo = models.BooleanField(default=False, help_text="made up, in a database for trying out")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_ods_code_plain", condition=Q(ods_code__regex=r"^[A-Z0-9]{2,10}$")
            ),
            models.CheckConstraint(name="organisation_named", condition=~Q(name="")),
            models.CheckConstraint(name="organisation_kind", condition=Q(kind__in=OrganisationKind.values)),
            models.CheckConstraint(name="organisation_country", condition=Q(country__in=Country.values)),
            models.CheckConstraint(
                name="organisation_mail_system", condition=Q(usual_mail_system__in=MailSystem.values)
            ),
            models.CheckConstraint(name="organisation_opens_first", condition=Q(opens__lt=F("closes"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> WorkingDays:
        """By what working days are counted here."""
        return calendar_of(self.country, self.closed_days)

    @property
    def pathway_key(self) -> str:
        return self.usual_pathway or self.country


class Payday(models.Model):
    """One day of an organisation's pay calendar."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="paydays")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="payday_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.on}"


class Team(models.Model):
    """One function in one organisation, with its shared mailbox, its lead and who covers for it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    function = models.CharField(max_length=30, choices=Function.choices)
    mailbox = models.EmailField(blank=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    covered_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="covers")
    covered_until = models.DateField(null=True, blank=True, help_text="the last day of cover")
    opens = models.TimeField(null=True, blank=True, help_text="blank: as the organisation")
    closes = models.TimeField(null=True, blank=True)
    chase_after = models.PositiveSmallIntegerField(
        default=2, help_text="working days until the team is asked about what it has"
    )
    chase_lead_after = models.PositiveSmallIntegerField(default=1, help_text="working days more until its lead is")
    chase_onboarding_lead_after = models.PositiveSmallIntegerField(
        default=2, help_text="working days more until the onboarding lead is"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "function"], name="team_once"),
            models.CheckConstraint(
                name="team_chased_in_order",
                condition=Q(chase_after__gte=1, chase_lead_after__gte=1, chase_onboarding_lead_after__gte=1),
            ),
            models.CheckConstraint(name="team_function", condition=Q(function__in=TEAM_FUNCTIONS)),
            models.CheckConstraint(name="team_covered_by_another", condition=~Q(covered_by=F("id"))),
            models.CheckConstraint(
                name="team_opens_first",
                condition=Q(opens=None, closes=None) | Q(opens__lt=F("closes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_function_display()} at {self.organisation}"


class Membership(models.Model):
    """A role that somebody has in an organisation. Read afresh on every request."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="membership_once"),
            models.CheckConstraint(name="membership_role", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} at {self.organisation}"
