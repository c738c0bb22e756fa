"""What the chain holds about newcomers, for a copy, for erasing and for the trust's clock."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from onboarding.models import OutboxMail, Placement
from onboarding.rights import erasing, keeping, register
from onboarding.rights.register import About, Holding
from steps.models import (
    Chain,
    Extract,
    Fact,
    Joining,
    Pair,
    PairFound,
    PlacementStep,
    RecordCheck,
    RecordStatement,
    RosterUpload,
    ShareCode,
    StartMove,
    SystemAccount,
)
from steps.models.forecast import PlacementForecast, Replay, StepGain, StepWait, Stretch
from steps.models.kept import KeptStarter

HOLDINGS = [
    Holding(StepGain, "step__placement", "", {}),  # a number for the forecast, of a step that the copy has
    *(
        Holding(PairFound, f"pair__{side}", "Who was asked whether you are listed twice", {"found_at": "When"}, True)
        for side in ("first", "second")
    ),
    Holding(
        Joining, "kept", "Records of you that were joined into one",
        {
            "gone__given_name": "Given name there", "gone__family_name": "Family name there", "at": "Joined",
            "by_name": "By", "undone_at": "Undone",
        },
        person=True, named_by=(("by_name", "by_id"),),
    ),
    *(
        Holding(
            Pair, side, "Whether you are listed twice",
            {"state": "Decision", "decided_at": "When", "decided_by_name": "By"},
            person=True, named_by=(("decided_by_name", "decided_by_id"),),
        )
        for side in ("first", "second")
    ),
    Holding(
        KeptStarter, "placement", "How your week 1 stood",
        {
            "monday": "Week of", "kept_at": "As it stood", "start_date": "Start date", "status": "Status",
            "status_reason": "Why", "moved_to": "Moved to", "role": "Role", "department": "Department",
            "ready": "Ready",
        },
    ),
    Holding(PlacementForecast, "placement", "When you are likely ready", {"likely": "Likely on", "chance": "Chance"}),
    Holding(
        Stretch, "placement", "Who had a step",
        {"step": "Step", "function": "Team", "began": "From", "ended": "To"},
    ),
    Holding(StepWait, "placement", "How long steps waited", {"step": "Step", "began": "From", "ended": "To"}),
    Holding(Replay, "placement", "When you were ready", {"ready_at": "Ready at"}),
    Holding(
        SystemAccount, "placement", "What other systems say",
        {
            "system": "System", "status_words": "Status", "since": "Since", "last_used_on": "Last used",
            "leaver_on": "Marked as leaver", "said": "What it says", "as_of": "As of",
        },
    ),
    Holding(
        RecordCheck, "placement", "How your record was confirmed",
        {"fact__at": "When", "record": "The record then", "explained": "Why a difference may stand"},
    ),
    Holding(
        RecordStatement, "placement", "What your documents say",
        {
            "source": "Source", "given_name": "Given names", "family_name": "Family name",
            "full_name": "Name, undivided", "date_of_birth": "Date of birth", "start_date": "Start date",
            "role": "Role", "gmc_number": "GMC number", "at": "When", "by_name": "Written down by",
        },
        named_by=(("by_name", "by_id"),),
    ),
    Holding(
        ShareCode, "placement", "Your share code",
        {"made_on": "Made on", "at": "Entered", "by_name": "By"}, named_by=(("by_name", "by_id"),),
    ),
    Holding(
        StartMove, "placement", "When your start moved",
        {"before": "From", "after": "To", "at": "When"},
    ),
    Holding(
        Fact, "placement", "What happened",
        {
            "step": "Step", "kind": "What", "at": "When", "by_name": "By", "source": "From", "symptom": "Symptom",
            "reason": "Why", "fields": "Fields",
        },
        order="at", named_by=(("by_name", "by_id"),), first=Q(of__isnull=False),
    ),
    Holding(
        PlacementStep, "placement", "Your steps",
        {"key": "Step", "state": "State", "since": "Since", "done_at": "Done", "ticks": "Confirmed"},
        order="position",
    ),
    Holding(Chain, "placement", "Your pathway", {"pathway__title": "Pathway", "week_one_by": "Week 1 ends"}),
]  # fmt: skip

UPLOADS = (RosterUpload, Extract)
KEPT_DAYS = "keep_mails_days"  # lists are letters of a kind: they go with the texts of mails


def marks(who: About) -> Iterable[str]:
    found = PlacementStep.objects.filter(placement__in=who.placement_ids).values_list("pk", flat=True)
    yield from (f"turn:{pk}" for pk in found)


def scrub(who: About) -> int:
    """Lists that name this person, among those of the organisations concerned: the whole list goes. With the whole
    person go the records that were joined into theirs."""
    return scrub_lists(who) + (scrub_joined(who) if who.whole else 0)


def scrub_joined(who: About) -> int:
    """Their rows, sign-ins, mails and lists: they have no placement any more that anything else would find."""
    count = 0
    for joining in Joining.objects.filter(kept=who.newcomer_id).select_related("gone__user"):
        gone = joining.gone
        if gone.placements.exists():  # undone: two people again
            continue
        once = About(gone, who.placements, whole=True)
        count += scrub_joined(once) + scrub_lists(once)
        count += OutboxMail.objects.filter(recipient__in=once.addresses).delete()[0]
        count += erasing.delete_person(gone)
    return count


def scrub_lists(who: About) -> int:
    count, words = 0, who.words
    for model in UPLOADS:
        rows = model._default_manager.filter(organisation__in=who.organisation_ids)
        naming = [row.pk for row in rows.iterator(chunk_size=20) if names_one_of(row, words)]
        count += model._default_manager.filter(pk__in=naming).delete()[0]
    return count


def names_one_of(row: Any, words: list[str]) -> bool:
    text = json.dumps([row.result, getattr(row, "items", None)], ensure_ascii=False)
    content = bytes(row.content or b"")
    return any(word in text or word.encode() in content for word in words)


def sweep_lists(now: dt.datetime, dry_run: bool) -> int:
    """Rosters and other systems' lists, with what their pages showed."""
    count = 0
    for organisation_id, days in keeping.keep_days(KEPT_DAYS):
        for model in UPLOADS:
            old = model._default_manager.filter(
                organisation=organisation_id, uploaded_at__lt=now - dt.timedelta(days=days)
            )
            count += old.count() if dry_run else old.delete()[0]
    return count


def untouched(found: QuerySet[Placement], before: dt.datetime) -> QuerySet[Placement]:
    recent = Fact.objects.filter(placement=OuterRef("pk"), recorded_at__gte=before)
    return found.filter(~Exists(recent), chain__arrived_at__lt=before, chain__week_one_by__lt=before.date())


def fill() -> None:
    register.holdings[:0] = HOLDINGS  # they stand on the placements
    register.marks.append(marks)
    register.scrubbers.append(scrub)
    register.sweeps["lists"] = sweep_lists
    keeping.quiet.append(untouched)
