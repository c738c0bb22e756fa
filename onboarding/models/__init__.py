"""The rows of the people's room: who works where, who is joining, and who did what."""

from onboarding.models.audit import AuditEntry, AuditHead
from onboarding.models.organisation import Membership, Organisation, Payday, Team
from onboarding.models.people import Newcomer, Placement, User

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Membership",
    "Newcomer",
    "Organisation",
    "Payday",
    "Placement",
    "Team",
    "User",
]
