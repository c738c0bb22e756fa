"""What the people's room itself holds about newcomers."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from onboarding import jobs
from onboarding.models import Invitation, LegalHold, OutboxMail, Placement
from onboarding.rights import erasing, keeping, register
from onboarding.rights.register import About, Holding

HOLDINGS = [
    Holding(
        Invitation, "placement", "Invitations",
        {"email": "To", "created_at": "When", "expires_at": "Ran out", "spent_at": "Used", "refused_at": "Refused"},
    ),
    Holding(
        Placement, "pk", "Your posts",
        {
            "employer__name": "Employer", "host__name": "Where", "start_date": "Start date", "payday": "First payday",
            "role": "Role", "department": "Department", "employment": "Employment",
            "assignment_number": "Assignment number", "mail_system": "Mail system",
            "needs_smartcard": "Needs a smartcard", "uses_library": "Uses the library", "status": "Status",
            "status_reason": "Why",
        },
    ),
    Holding(
        LegalHold, "newcomer", "Legal holds",
        {"organisation__name": "By", "since": "Since", "reason": "Why", "lifted_at": "Lifted"}, person=True,
    ),
]  # fmt: skip


def marks(who: About) -> Iterable[str]:
    yield from (f"placement:{placement.ref}" for placement in who.placements)
    found = Invitation.objects.filter(placement__in=who.placement_ids).values_list("ref", flat=True)
    yield from (f"invitation:{ref}" for ref in found)


def untouched(found: QuerySet[Placement], before: dt.datetime) -> QuerySet[Placement]:
    return found.exclude(invitations__created_at__gte=before)


def attached(name: str) -> bool:
    """Whether a mail that may still go out has the file with it."""
    waiting = OutboxMail.objects.exclude(attachments=[]).filter(state="waiting").values_list("attachments", flat=True)
    return any(file["stored"] == name for files in waiting for file in files)


def fill() -> None:
    """Last of all rooms: what others hold stands on placements."""
    register.holdings += HOLDINGS
    register.marks.append(marks)
    register.file_users.append(attached)
    register.sweeps |= {"mails": keeping.sweep_mails, "newcomers": keeping.sweep_newcomers}
    keeping.quiet.append(untouched)
    jobs.workers |= {erasing.FORGET_FILES: erasing.forget_files, keeping.RETENTION: keeping.work}
    jobs.planners.append(keeping.plan)
