"""The way in for somebody who has no account yet."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.models.organisation import Organisation
from onboarding.models.people import Placement
from onboarding.words import Role


class Invitation(models.Model):
    """One link to one address, for a newcomer or for somebody of the staff. It is spent once, or runs out.

    The link's token is made from `ref` and the installation's key when the mail goes out; what is kept of it is its
    SHA-256. A newer invitation for the same person ends the older ones.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, null=True, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="who invites")
    role = models.CharField(max_length=30, choices=Role.choices, blank=True, help_text="for staff")
    name = models.CharField(max_length=200, blank=True, help_text="for staff")
    leads = models.BooleanField(
        default=False, help_text="for staff: leads the team of that role from the day they come in"
    )
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True, help_text='"Is this you?" was answered with no')

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_newcomer_or_staff",
                condition=Q(placement__isnull=False, role="") | Q(placement__isnull=True) & ~Q(role="") & ~Q(name=""),
            ),
            models.CheckConstraint(name="invitation_role", condition=Q(role="") | Q(role__in=Role.values)),
        ]
        indexes = [models.Index(fields=["email"], name="invitation_email")]

    def __str__(self) -> str:
        return f"invitation {self.ref}"


class SetupLink(models.Model):
    """One link, printed by whoever runs the service, that sets one organisation up from nothing.

    What is kept is the SHA-256 of its token. Its first press spends it; whoever pressed has `SETTING_UP` of
    `onboarding.first_run` to finish, and `used_at` says that the organisation was made.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"set-up link {self.ref}"
