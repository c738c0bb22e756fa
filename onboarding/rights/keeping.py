"""The trust's clock: what is not needed any more goes by itself, each night. Run twice or cut short, it is the same.

Pictures go first, then the texts of mails and what lists of other systems said, then newcomers. How long each is kept
is an organisation's own; a legal hold keeps everything about its newcomer.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from onboarding import jobs
from onboarding.actors import Actor, system
from onboarding.audit import change
from onboarding.models import Job, LegalHold, Organisation, OutboxMail, Placement
from onboarding.models.work import MailState
from onboarding.policies import Refused
from onboarding.rights import register
from onboarding.rights.erasing import erase
from onboarding.wording import UK
from onboarding.words import Role

RETENTION = "retention"
ORDER = ("pictures", "mails", "lists", "newcomers")
HOUR = 3  # in the United Kingdom
CLOCK = system("retention")
GONE = "This mail is older than your organisation keeps mails.\n"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of one kind went, or would go."""

    kind: str
    count: int


# each room narrows placements down to those that nothing of its own has happened to since
quiet: list[Callable[[QuerySet[Placement], dt.datetime], QuerySet[Placement]]] = []


def sweep(now: dt.datetime, *, dry_run: bool = False) -> list[Swept]:
    """All kinds in order."""
    return [Swept(kind, register.sweeps[kind](now, dry_run)) for kind in ORDER]


def held_people() -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(lifted_at=None)


def not_held(path: str) -> Q:
    """Rows whose newcomer no hold keeps. `path` leads from the row to the newcomer."""
    return ~Q(**{f"{path}__in": held_people().values("newcomer")})


# ---- mails ----


def sweep_mails(now: dt.datetime, dry_run: bool) -> int:
    """The texts of mails that left, or never will. Rows stay, so that a mail is never sent again under its key."""
    count = 0
    for organisation_id, days in keep_days("keep_mails_days"):
        old = OutboxMail.objects.filter(
            organisation=organisation_id, created_at__lt=now - dt.timedelta(days=days)
        ).exclude(state=MailState.WAITING).exclude(text=GONE)  # fmt: skip
        old = old.exclude(recipient__in=held_addresses())
        count += old.count() if dry_run else old.update(text=GONE, html="", attachments=[], subject="")
    return count


def held_addresses() -> list[str]:
    pairs = held_people().values_list("newcomer__personal_email", "newcomer__work_email", "newcomer__user__email")
    return [address for row in pairs for address in row if address]


def keep_days(field: str) -> Iterator[tuple[int | None, int]]:
    """(organisation, days) of all, and of none (mails that belong to nobody) the model's default."""
    yield from Organisation.objects.order_by("pk").values_list("pk", field)
    yield None, getattr(Organisation(), field)


# ---- newcomers ----


def due_newcomers(now: dt.datetime) -> Iterator[Placement]:
    """Placements that nothing has happened to for as long as their employer keeps newcomers, and no hold keeps."""
    for organisation_id, days in keep_days("keep_newcomers_days"):
        if organisation_id is None:
            continue
        before = now - dt.timedelta(days=days)
        found = Placement.objects.filter(not_held("newcomer"), employer=organisation_id, start_date__lt=before.date())
        for untouched_since in quiet:
            found = untouched_since(found, before)
        yield from found.order_by("pk").iterator(chunk_size=500)


def sweep_newcomers(now: dt.datetime, dry_run: bool) -> int:
    """A person goes when all that their employer has of them is due. Each in a transaction of its own."""
    count = 0
    for placement in people_due(now):
        if dry_run:
            count += 1
            continue
        try:
            count += len(erase(placement, by=CLOCK, at=now).placements) > 0
        except (Refused, Placement.DoesNotExist):
            continue  # a hold, or another worker, was quicker
    return count


def people_due(now: dt.datetime) -> list[Placement]:
    """One placement for each person and employer of whom nothing is still within its time."""
    due: dict[tuple[int, int], Placement] = {}
    young: set[tuple[int, int]] = set()
    done = {placement.pk: placement for placement in due_newcomers(now)}
    pairs = {(p.newcomer_id, p.employer_id) for p in done.values()}
    people = Placement.objects.filter(newcomer__in={person for person, _ in pairs}).only("pk", "newcomer", "employer")
    for placement in people:
        key = (placement.newcomer_id, placement.employer_id)
        if placement.pk not in done:
            young.add(key)
        else:
            due.setdefault(key, done[placement.pk])
    return [placement for key, placement in due.items() if key not in young]


def plan(now: dt.datetime) -> None:
    """Adds the job of this night. No query once it is added."""
    global _planned
    here = now.astimezone(UK)
    night = f"{RETENTION}:{here.date()}"
    if here.hour >= HOUR and _planned != night:
        jobs.enqueue(RETENTION, {}, at=now, key=night)
        _planned = night


_planned = ""


def work(job: Job, now: dt.datetime) -> None:
    sweep(now)


# ---- how long ----

DAYS = ("keep_pictures_days", "keep_mails_days", "keep_newcomers_days")
SHORTEST, LONGEST = 7, 3650


def set_days(organisation_id: int, *, days: Mapping[str, int], by: Actor, at: dt.datetime) -> bool:
    """Sets how long an organisation keeps each kind. False: it stood so already."""
    with change(by=by, at=at) as made:
        if not by.has(Role.ONBOARDING_LEAD, organisation_id):
            raise Refused("Only the onboarding lead sets how long things are kept.")
        if set(days) != set(DAYS) or not all(SHORTEST <= number <= LONGEST for number in days.values()):
            raise Refused(f"Give each a number of days from {SHORTEST} to {LONGEST}.")
        row = Organisation.objects.select_for_update().get(pk=organisation_id)
        before = {name: getattr(row, name) for name in DAYS if getattr(row, name) != days[name]}
        if not before:
            return False
        Organisation.objects.filter(pk=organisation_id).update(**{name: days[name] for name in before})
        made.note(
            organisation_ids=[organisation_id], action="organisation.keeping",
            subject=f"organisation:{organisation_id}", before=before, after={name: days[name] for name in before},
        )  # fmt: skip
        return True
