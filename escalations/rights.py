"""What conversations hold about newcomers, for a copy, for erasing and for the trust's clock."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from escalations.mailing import reference_of
from escalations.models import Escalation, Evidence, InboundMail, Message, Pack, PackPress, Status
from escalations.models import Holding as Held
from escalations.models.claims import StepClaim
from onboarding import jobs
from onboarding.actors import system
from onboarding.audit import change
from onboarding.models import Notice, Placement
from onboarding.rights import erasing, keeping, register
from onboarding.rights.register import About, Holding

HOLDINGS = [
    Holding(
        StepClaim, "placement", "Who had a step in hand",
        {"step": "Step", "function": "Team", "claimed_at": "Since", "claimed_by_name": "Who"},
        named_by=(("claimed_by_name", "claimed_by_id"),),
    ),
    Holding(
        PackPress, "pack__escalation__placement", "Links that were used",
        {"what": "What", "at": "When", "said": "Said"},
    ),
    Holding(
        Pack, "escalation__placement", "What was sent about you",
        {
            "to_name": "To", "subject": "Subject", "text": "Text", "fields": "Details", "evidence": "Pictures",
            "sent_at": "When",
        },
    ),
    Holding(
        Evidence, "placement", "Pictures",
        {"name": "Called", "uploaded_at": "When", "uploaded_by_name": "By", "step": "Step"},
        named_by=(("uploaded_by_name", "uploaded_by_id"),), files=("stored",),
    ),
    Holding(
        InboundMail, "escalation__placement", "Replies by mail",
        {"received_at": "When", "subject": "Subject", "text": "Text"}, files=("stored",),
    ),
    Holding(
        Message, "escalation__placement", "What was said",
        {"at": "When", "by_team": "By", "by_name": "Who", "kind": "Kind", "body": "Said", "quoted": "Quoted"},
        order="at", named_by=(("by_name", "by_id"),),
    ),
    Holding(
        Held, "escalation__placement", "Who had what was stuck",
        {"function": "Team", "org__name": "At", "since": "Since", "until": "Until"},
    ),
    Holding(
        Escalation, "placement", "What was stuck",
        {
            "reference": "Reference", "step": "Step", "symptom": "Symptom", "status": "Status", "opened_at": "Opened",
            "opened_by_name": "By", "cleared_at": "Cleared", "ticket_number": "Ticket",
        },
        order="opened_at", named_by=(("opened_by_name", "opened_by_id"),),
    ),
]  # fmt: skip

CLOCK = system("retention")


def marks(who: About) -> Iterable[str]:
    for one in Escalation.objects.filter(placement__in=who.placement_ids):
        yield from (f"escalation:{one.reference}", reference_of(one))


def scrub(who: About) -> int:
    """Lines of daily mails that lead to a conversation of theirs, and mails of theirs that nobody placed."""
    found = Escalation.objects.filter(placement__in=who.placement_ids).values_list("reference", flat=True)
    count = sum(Notice.objects.filter(path__contains=reference).delete()[0] for reference in found)
    stray = InboundMail.objects.filter(sender__in=who.addresses) if who.whole else InboundMail.objects.none()
    names = sorted(stray.values_list("stored", flat=True))
    if names:
        jobs.enqueue(erasing.FORGET_FILES, {"names": names}, at=timezone.now())
    return count + stray.delete()[0]


def old_pictures(now: dt.datetime) -> Iterable[QuerySet[Evidence]]:
    for organisation_id, days in keeping.keep_days("keep_pictures_days"):
        yield Evidence.objects.filter(
            keeping.not_held("placement__newcomer"), placement__employer=organisation_id,
            escalation__status=Status.CLEARED, escalation__cleared_at__lt=now - dt.timedelta(days=days),
        ).select_related("placement").order_by("pk")  # fmt: skip


def sweep_pictures(now: dt.datetime, dry_run: bool) -> int:
    """Pictures of what was cleared long enough ago. One entry for each placement."""
    count = 0
    for found in old_pictures(now):
        if dry_run:
            count += found.count()
            continue
        by_placement: dict[int, list[Evidence]] = {}
        for evidence in found:
            by_placement.setdefault(evidence.placement_id, []).append(evidence)
        for rows in by_placement.values():
            count += remove(rows, now)
    return count


def remove(rows: list[Evidence], now: dt.datetime) -> int:
    placement = rows[0].placement
    with change(by=CLOCK, at=now) as made:
        gone = Evidence.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]
        jobs.enqueue(erasing.FORGET_FILES, {"names": sorted({row.stored for row in rows})}, at=now)
        made.note(
            organisation_ids=(placement.employer_id, placement.host_id), action="evidence.removed",
            subject=f"placement:{placement.ref}", after={"pictures": gone},
        )  # fmt: skip
    return gone


def names_file(name: str) -> bool:
    return Evidence.objects.filter(stored=name).exists() or InboundMail.objects.filter(stored=name).exists()


def untouched(found: QuerySet[Placement], before: dt.datetime) -> QuerySet[Placement]:
    return found.filter(~Exists(Escalation.objects.filter(placement=OuterRef("pk"), last_at__gte=before)))


def fill() -> None:
    register.holdings[:0] = HOLDINGS  # they stand on the chain's
    register.marks.append(marks)
    register.scrubbers.append(scrub)
    register.file_users.append(names_file)
    register.sweeps["pictures"] = sweep_pictures
    keeping.quiet.append(untouched)
