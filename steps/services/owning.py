"""Who really does a step in an organisation, as its onboarding lead says: over the pathway's owner, on its own side.

Every placement of the organisation is resolved afresh: a few in the same transaction, many in the background.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Job, Organisation, Placement
from onboarding.policies import Refused
from onboarding.seen import require_seen
from onboarding.setting_up import require_lead
from onboarding.words import TEAM_ROLES
from onboarding.working_days import fifth_working_day
from steps.models import PlacementStep
from steps.pathway import SIDES, Pathway
from steps.selectors.pathways import published_pathway
from steps.services.locking import NotThere, lock
from steps.services.settling import settle

KIND = "resettle"
AT_ONCE = 40  # placements that are resolved while the page waits, some 10 ms each
BATCH = 100


def own_pathway(organisation: Organisation) -> Pathway:
    """The pathway as published, under the organisation's usual key. `NotThere` where nothing is."""
    pathway = published_pathway(organisation.pathway_key)
    if pathway is None:
        raise NotThere(organisation.pathway_key)
    return pathway


def kept_owner(organisation: Organisation, key: str) -> dict[str, list[str] | None]:
    """What a form about one step's owner was opened on."""
    return {key: organisation.step_owners.get(key)}


def set_owner(
    organisation_id: int,
    key: str,
    owner: tuple[str, str] | None,
    *,
    seen: str = "",
    by: Actor,
    at: dt.datetime,
) -> int | None:
    """Another function, on a side, has the step here; None: as the pathway says. Answers how many newcomers were
    resolved afresh, or are going to be; None where it stood already.
    """
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        before = kept_owner(organisation, key)
        require_seen(seen, before, organisation_id=organisation_id, subject=f"step:{key}")
        require_can_have(organisation, key, owner)
        wanted = list(owner) if owner else None
        if before[key] == wanted:
            return None
        organisation.step_owners.pop(key, None)
        if wanted:
            organisation.step_owners[key] = wanted
        organisation.save(update_fields=["step_owners"])
        made.note(
            organisation_ids=[organisation_id],
            action="step.owner",
            subject=f"step:{key}",
            before={"owner": before[key]},
            after={"owner": wanted},
        )
        return resettle(organisation_id, at=at)


def require_can_have(organisation: Organisation, key: str, owner: tuple[str, str] | None) -> None:
    step = next((s for s in own_pathway(organisation).steps if s.key == key), None)
    if step is None:
        raise NotThere(key)
    if step.side is None:
        raise Refused("Nobody but the newcomer can do this step.")
    if owner and (owner[0] not in TEAM_ROLES or owner[1] not in SIDES):
        raise Refused("Choose one of the teams.")


def of_organisation(organisation_id: int) -> Q:
    return Q(employer=organisation_id) | Q(host=organisation_id)


def resettle(organisation_id: int, *, at: dt.datetime) -> int:
    """Has every placement of an organisation resolved afresh, those that have ended too: `verify` looks at all."""
    refs = Placement.objects.filter(of_organisation(organisation_id), chain__isnull=False).order_by("pk")
    count = refs.count()
    if count <= AT_ONCE:
        for ref in refs.values_list("ref", flat=True):
            settle_again(ref)
    else:
        payload = {"organisation": organisation_id, "after": 0, "done": 0, "total": count}
        jobs.enqueue(KIND, payload, at=at)
    return count


def settle_again(ref: uuid.UUID) -> None:
    """The end of the first week as well: the host's days off are counted in it."""
    locked = lock(ref)
    placement, chain = locked.placement, locked.chain
    by = fifth_working_day(placement.start_date, placement.host.calendar)
    if by != chain.week_one_by:
        chain.week_one_by = by
        chain.save(update_fields=["week_one_by"])
    settle(locked.placement, locked.chain, locked.pathway, locked.rows, locked.facts)


def work(job: Job, now: dt.datetime) -> None:
    """A batch a transaction, in order; whoever takes it up after a crash goes on where the last batch ended."""
    while True:
        with transaction.atomic():
            batch = list(
                Placement.objects.filter(
                    of_organisation(job.payload["organisation"]), chain__isnull=False, pk__gt=job.payload["after"]
                )
                .order_by("pk")
                .values_list("pk", "ref")[:BATCH]
            )
            for _, ref in batch:
                settle_again(ref)
            if not batch:
                return
            job.payload = job.payload | {"after": batch[-1][0], "done": job.payload["done"] + len(batch)}
            if not Job.objects.filter(pk=job.pk, attempts=job.attempts).update(payload=job.payload):
                return
        if not jobs.renew(job, timezone.now()):
            return


@dataclass(frozen=True, slots=True)
class Progress:
    """How many newcomers of how many are resolved afresh."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // max(1, self.total))


def progress_of(organisation_id: int) -> Progress | None:
    """How far the newcomers of an organisation are resolved afresh; None: all of them are. One query."""
    waiting = Job.objects.filter(kind=KIND, done_at=None, failed_at=None)
    mine = [job.payload for job in waiting.order_by("pk") if job.payload["organisation"] == organisation_id]
    return Progress(sum(p["done"] for p in mine), sum(p["total"] for p in mine)) if mine else None


def steps_here(organisation_id: int, key: str) -> int:
    """How many newcomers under way have the step. One query."""
    rows = PlacementStep.objects.filter(key=key, team_org=organisation_id)
    return rows.filter(placement__status__in=["expected", "started", "deferred"]).count()
