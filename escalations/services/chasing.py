"""Chases, as background work: what is due is found by its index, and each rung of the ladder is taken exactly once.

Two workers: a rung's job has a key of its own, the conversation is locked while it is taken, and each mail has a key
too. A worker that dies has done all of it or nothing.
"""

import datetime as dt
import logging

from django.db import transaction

from escalations.models import Escalation, Kind, Message, Status, Visibility
from escalations.services import chase_mails
from escalations.services.winding import (
    WRITTEN,
    can_act,
    clock_of,
    country_of,
    ladder_of,
    set_clock,
    team_of,
    wind,
)
from onboarding import jobs
from onboarding.actors import system
from onboarding.audit import change
from onboarding.models import Job
from onboarding.wording import capital, day_words, local_day

log = logging.getLogger(__name__)
CHASE, REWIND = "chase", "rewind_chases"
AT_ONCE = 500  # due chases planned in one go; the next look finds the rest
WEEK_ONE = system("Week One")


def plan(now: dt.datetime) -> None:
    """Adds a job for each chase that is due, and one a day that winds all clocks: a team's days or a placement's
    status may have changed. One query by index where nothing is due."""
    due = Escalation.objects.filter(status=Status.OPEN, next_chase_at__lte=now).order_by("next_chase_at")
    for pk, reference, passed, level, on in due.values_list(
        "pk", "reference", "passed_on", "chase_level", "next_chase_at"
    )[:AT_ONCE]:
        key = f"chase:{reference}:{passed}:{level}:{on:%Y%m%d}"
        jobs.enqueue(CHASE, {"escalation": pk, "level": level}, at=now, key=key)
    global _rewound
    if _rewound != local_day(now):
        jobs.enqueue(REWIND, {}, at=now, key=f"rewind:{local_day(now)}")
        _rewound = local_day(now)


_rewound: dt.date | None = None


def chase(job: Job, now: dt.datetime) -> None:
    """Takes one rung, if it is still due."""
    take_rung(job.payload["escalation"], level=job.payload["level"], now=now)


def take_rung(pk: int, *, level: int, now: dt.datetime) -> bool:
    """False: somebody else took it, or it is not due any more."""
    with change(by=WEEK_ONE, at=now) as made:
        one = locked(pk)
        if one is None or one.chase_level != level or one.next_chase_at is None or one.next_chase_at > now:
            return False
        if not can_act(one):
            wind(one, at=now)
            return False
        team, country = team_of(one), country_of(one)
        clock, ladder = clock_of(one), ladder_of(team)
        rung = clock.next_rung
        elapsed = clock.elapsed(local_day(now), country)
        told = chase_mails.ask(one, team, rung, elapsed=elapsed, ladder=ladder, at=now)
        set_clock(one, clock.asked(), ladder, country)
        one.chases += 1
        one.last_chased_at, one.last_at = now, max(now, one.last_at)
        one.save(update_fields=[*WRITTEN, "chases", "last_chased_at", "last_at"])
        say(one, rung, told, now)
        made.note(
            organisation_ids=[one.owner_org_id or one.placement.host_id],
            action="escalation.chased",
            subject=f"escalation:{one.reference}",
            after={"rung": rung, "to": [to.address for to in told], "after_working_days": elapsed},
        )
        if not told:
            log.warning("Nobody could be asked about %s: there is no onboarding lead", one.reference)
        return True


def locked(pk: int) -> Escalation | None:
    return (
        Escalation.objects.select_for_update(of=("self",))
        .select_related("placement__host", "placement__employer", "placement__manager", "placement__chain__pathway")
        .select_related("owner_org")
        .filter(pk=pk, status=Status.OPEN)
        .first()
    )


def say(one: Escalation, rung: str, told: list[chase_mails.To], now: dt.datetime) -> None:
    """In the conversation, where the newcomer reads it too: who was asked, and what comes next."""
    team = chase_mails.name_of(one)
    whom = {chase_mails.TEAM: team, chase_mails.LEAD: f"the lead of {team}"}.get(rung, "the onboarding lead")
    if told and told[0].instead:
        whom = "the onboarding lead"
    body = (
        f"Week One asked {whom} about this." if told else f"{capital(team)} could not be asked: there is no address."
    )
    if one.next_chase_at:
        body += f" If nothing happens, it asks again on {day_words(one.next_chase_at, today=local_day(now))}."
    Message.objects.create(
        escalation=one, kind=Kind.SYSTEM, visibility=Visibility.EVERYONE, at=now, by_name=WEEK_ONE.name, body=body
    )


def rewind(job: Job, now: dt.datetime) -> None:
    """Winds every open conversation's clock, each in a transaction of its own."""
    for pk in Escalation.objects.filter(status=Status.OPEN).values_list("pk", flat=True).order_by("pk"):
        with transaction.atomic():
            one = locked(pk)
            if one is not None:
                wind(one, at=now)
