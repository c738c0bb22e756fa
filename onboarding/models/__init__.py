"""The rows of the people's room: who works where, who is joining, and who did what."""

from onboarding.models.audit import AuditEntry, AuditHead
from onboarding.models.invitation import Invitation, SetupLink
from onboarding.models.notices import MailChoices, Notice
from onboarding.models.organisation import Membership, Organisation, Payday, Team
from onboarding.models.people import Newcomer, Placement, User
from onboarding.models.rights import Erasure, LegalHold
from onboarding.models.work import Job, OutboxMail

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Erasure",
    "Invitation",
    "Job",
    "LegalHold",
    "MailChoices",
    "Membership",
    "Newcomer",
    "Notice",
    "Organisation",
    "OutboxMail",
    "Payday",
    "Placement",
    "SetupLink",
    "Team",
    "User",
]
