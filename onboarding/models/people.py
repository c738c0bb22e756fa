import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from onboarding.models.organisation import Organisation
from onboarding.names import fold
from onboarding.words import Employment, MailSystem, PlacementStatus


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "", **fields: Any) -> "User":
        user = self.model(email=email, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """Somebody who signs in, by email address. What they may do is in their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    previous_login = models.DateTimeField(null=True, blank=True, help_text="the sign-in before the last")
    joined_at = models.DateTimeField(auto_now_add=True)
    factor_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="since when a second factor is asked of this person; blank: it is not"
    )

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(name="user_email_lower_case", condition=Q(email=Lower("email")))]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        super().save(*args, **kwargs)


class Newcomer(models.Model):
    """The person who is joining. One name is enough; numbers are text and keep their zeros."""

    id = models.BigAutoField(primary_key=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    folded_name = models.CharField(max_length=400, db_index=True, help_text="for search and order, by `names.fold`")
    date_of_birth = models.DateField()
    gmc_number = models.CharField(max_length=32, blank=True)
    personal_email = models.EmailField(blank=True)
    work_email = models.EmailField(blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="newcomer")

    class Meta:
        constraints = [
            models.CheckConstraint(name="newcomer_one_name", condition=~Q(given_name="", family_name="")),
            models.CheckConstraint(name="newcomer_folded", condition=~Q(folded_name="")),
        ]
        indexes = [models.Index(fields=["gmc_number"], name="newcomer_gmc", condition=~Q(gmc_number=""))]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = folded_name(self.given_name, self.family_name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "folded_name"}
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


def folded_name(given_name: str, family_name: str) -> str:
    """How a name is searched and ordered: family name first. Text that folds to nothing stays as it is."""
    folded = fold(f"{family_name} {given_name}")
    return (folded or f"{family_name} {given_name}".strip())[:400]


class Placement(models.Model):
    """A newcomer's post. Steps, facts and verdicts belong to it; a second rotation is a second placement."""

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what addresses call it")
    newcomer = models.ForeignKey(Newcomer, models.PROTECT, related_name="placements")
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    start_date = models.DateField()
    payday = models.DateField(null=True, blank=True, help_text="the first payday after the start, if known")
    role = models.CharField(max_length=120)
    department = models.CharField(max_length=120, blank=True)
    employment = models.CharField(max_length=20, choices=Employment.choices, default=Employment.TRUST)
    assignment_number = models.CharField(max_length=32, blank=True)
    mail_system = models.CharField(max_length=10, choices=MailSystem.choices, default=MailSystem.NHSMAIL)
    needs_smartcard = models.BooleanField(default=False)
    uses_library = models.BooleanField(default=True)
    manager = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    manager_email = models.EmailField(blank=True)
    status = models.CharField(max_length=10, choices=PlacementStatus.choices, default=PlacementStatus.EXPECTED)
    status_reason = models.CharField(max_length=500, blank=True)
    twin_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", db_index=False,
        help_text="the listing of the same post that goes on, where one person was listed twice",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["newcomer", "employer", "host", "start_date"],
                condition=Q(twin_of=None),
                name="placement_once",
            ),
            models.CheckConstraint(name="placement_twin_of_another", condition=~Q(twin_of=F("id"))),
            models.CheckConstraint(
                name="placement_twin_has_ended", condition=Q(twin_of=None) | Q(status=PlacementStatus.WITHDRAWN)
            ),
            models.CheckConstraint(name="placement_role_named", condition=~Q(role="")),
            models.CheckConstraint(name="placement_employment", condition=Q(employment__in=Employment.values)),
            models.CheckConstraint(name="placement_mail_system", condition=Q(mail_system__in=MailSystem.values)),
            models.CheckConstraint(name="placement_status", condition=Q(status__in=PlacementStatus.values)),
            models.CheckConstraint(
                name="placement_paid_after_start", condition=Q(payday=None) | Q(payday__gte=F("start_date"))
            ),
            models.CheckConstraint(
                name="placement_gone_with_a_reason",
                condition=~Q(status__in=["deferred", "withdrawn"]) | ~Q(status_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["host", "start_date"], name="placement_by_host"),
            models.Index(fields=["employer", "start_date"], name="placement_by_employer"),
        ]

    def __str__(self) -> str:
        return f"{self.newcomer_id} from {self.start_date}"
