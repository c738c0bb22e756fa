"""Erasing: what an employer holds about a newcomer goes, from rows, files, mails and search, in one transaction.

The audit trail stays. It holds no name and no value about a newcomer, only the reference of the placement, which from
then on stands for nobody. Where another employer has placements of the same person, the person stays with those.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Erasure, Job, LegalHold, Newcomer, Notice, OutboxMail, Placement
from onboarding.policies import Decision, Refused
from onboarding.rights import policies, register
from onboarding.rights.register import About

FORGET_FILES = "files.forget"
REASON_LETTERS = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: placements by reference, rows, files; and the day by which no backup holds it."""

    placements: tuple[uuid.UUID, ...]
    rows: int
    files: int
    backups_end_on: dt.date


def typed_reference(placement: Placement) -> str:
    """What a person types to say that they mean it: the last letters of the newcomer's address."""
    return str(placement.ref)[-8:]


def about(placement: Placement) -> About:
    """This employer's placements of the person. Three queries."""
    newcomer = Newcomer.objects.select_related("user").get(pk=placement.newcomer_id)
    theirs = Placement.objects.filter(newcomer=newcomer).select_related("employer", "host").order_by("pk")
    mine = tuple(p for p in theirs if p.employer_id == placement.employer_id)
    return About(newcomer, mine, whole=len(mine) == len(theirs))


def erase(placement: Placement, *, by: Actor, at: dt.datetime) -> Erased:
    """Erases all that the placement's employer holds about its newcomer. `Refused`, also while a hold stands."""
    with change(by=by, at=at) as made:
        Newcomer.objects.select_for_update().get(pk=placement.newcomer_id)
        require(policies.can_erase(by, placement))
        who = about(placement)
        found = about_them(who)
        names = files_of(who)
        rows = delete_mails(found) + sum(scrub(who) for scrub in register.scrubbers) + delete_rows(who)
        if who.whole:
            rows += delete_person(who.newcomer)
        if names:
            jobs.enqueue(FORGET_FILES, {"names": names}, at=at)
        ends = timezone.localdate(at) + dt.timedelta(days=settings.BACKUP_DAYS)
        gone = Erased(tuple(p.ref for p in who.placements), rows, len(names), ends)
        remember(made, who, gone)
        return gone


def require(decision: Decision) -> None:
    if not decision:
        raise Refused(decision.reason)


def about_them(who: About) -> Q:
    """The mails that were written to this person or about one of these placements."""
    found = Q(subject_ref__in=register.all_marks(who))
    user = who.newcomer.user
    if who.whole:
        found |= Q(recipient__in=who.addresses)
        if user:
            found |= Q(subject_ref=f"user:{user.pk}")
    return found


def delete_mails(found: Q) -> int:
    return OutboxMail.objects.filter(found).delete()[0]


def files_of(who: About) -> list[str]:
    names: set[str] = set()
    for holding in register.holdings:
        for name in holding.files:
            names.update(holding.rows(who).values_list(name, flat=True))
    return sorted(names - {""})


def delete_rows(who: About) -> int:
    """Upper rooms first. What points to them from elsewhere is emptied by Django."""
    count = 0
    for holding in register.holdings:
        if holding.person and not who.whole:
            continue
        found = holding.rows(who)
        if holding.first is not None:
            count += found.filter(holding.first).delete()[0]
        count += found.delete()[0]
    for placement in who.placements:  # lines that wait for somebody's daily mail
        count += Notice.objects.filter(path__contains=str(placement.ref)).delete()[0]
    return count


def delete_person(newcomer: Newcomer) -> int:
    """The newcomer, and their account with its sessions; the account stays with somebody who is staff here as well."""
    user = newcomer.user
    count = newcomer.delete()[0]
    if user and not user.memberships.exists():
        count += user.delete()[0]
    return count


def remember(made: Change, who: About, gone: Erased) -> None:
    Erasure.objects.bulk_create(
        Erasure(
            placement_ref=placement.ref, organisation_id=placement.employer_id, at=made.at,
            by_name=made.by.name[:200], rows=gone.rows, files=gone.files, backups_end_on=gone.backups_end_on,
        )
        for placement in who.placements
    )  # fmt: skip
    for placement in who.placements:
        made.note(
            organisation_ids=(placement.employer_id, placement.host_id),
            action="newcomer.erased",
            subject=f"placement:{placement.ref}",
            after={"rows": gone.rows, "files": gone.files, "backups_end_on": gone.backups_end_on.isoformat()},
        )


def forget_files(job: Job, now: dt.datetime) -> None:
    """Deletes files that no row names any more. Twice is the same as once."""
    for name in job.payload["names"]:
        if not any(uses(name) for uses in register.file_users):
            default_storage.delete(name)


# ---- legal hold ----


def hold(placement: Placement, *, reason: str, by: Actor, at: dt.datetime) -> LegalHold:
    """Keeps what the employer holds about this newcomer. One that stands already stays as it is."""
    reason = " ".join(reason.split())
    with change(by=by, at=at) as made:
        Newcomer.objects.select_for_update().get(pk=placement.newcomer_id)
        require(policies.can_hold(by, placement))
        if not reason:
            raise Refused("Say why, in a sentence.")
        if len(reason) > REASON_LETTERS:
            raise Refused(f"Say it in {REASON_LETTERS} letters or fewer.")
        if standing := policies.hold_of(placement):
            return standing
        made.note(
            organisation_ids=[placement.employer_id], action="hold.set", subject=f"placement:{placement.ref}",
            after={"reason": reason},
        )  # fmt: skip
        return LegalHold.objects.create(
            newcomer_id=placement.newcomer_id, organisation_id=placement.employer_id, reason=reason, since=at,
            by_id=by.user_id, by_name=by.name[:200],
        )  # fmt: skip


def lift(placement: Placement, *, by: Actor, at: dt.datetime) -> bool:
    """Lifts the hold. False: there is none."""
    with change(by=by, at=at) as made:
        require(policies.can_hold(by, placement))
        with transaction.atomic():
            standing = LegalHold.objects.select_for_update().filter(
                newcomer=placement.newcomer_id, organisation=placement.employer_id, lifted_at=None
            )
            if not standing.update(lifted_at=at, lifted_by=by.user_id, lifted_by_name=by.name[:200]):
                return False
        made.note(organisation_ids=[placement.employer_id], action="hold.lifted", subject=f"placement:{placement.ref}")
        return True
