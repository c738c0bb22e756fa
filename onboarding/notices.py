"""Telling people things by mail as each of them chose: at once, in one mail a day, or never.

    tell(user_id, NoticeKind.MESSAGES, says="HR wrote to you about ESR.", path="/escalations/K7RF-2XMD/", at=at,
         at_once=lambda: post(...))

The choice is asked where something happens, in its transaction. An upper room makes
the daily mail of the lines that wait.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import MailChoices, Notice, Placement
from onboarding.models.notices import How, NoticeKind
from onboarding.policies import Refused

FIELDS = ("messages", "work", "steps", "weekly", "hour")


def choices_of(user_id: int) -> MailChoices:
    """How somebody wants to hear; the usual where they never said. One query."""
    return MailChoices.objects.filter(pk=user_id).first() or MailChoices(user_id=user_id)


def tell(
    user_id: int,
    kind: NoticeKind,
    *,
    says: str,
    path: str,
    at: dt.datetime,
    at_once: Callable[[], object],
    key: str | None = None,
) -> How:
    """Calls `at_once`, keeps a line for the daily mail, or does nothing, and answers which. `key`: told at most once a
    day's mail. One or two queries."""
    how = How(getattr(choices_of(user_id), kind))
    if how == How.AT_ONCE:
        at_once()
    elif how == How.DAILY:
        row = Notice(user_id=user_id, kind=kind, says=says[:300], path=path, at=at, unique_key=key)
        Notice.objects.bulk_create([row], ignore_conflicts=key is not None)
    return how


def choose(*, messages: str, work: str, steps: str, weekly: bool, hour: int, by: Actor, at: dt.datetime) -> bool:
    """Somebody says how they want to hear. What waits for a mail that they now want never goes. False: no change."""
    if by.user_id is None:
        raise Refused("Only somebody with an account can choose.")
    wanted = {"messages": messages, "work": work, "steps": steps, "weekly": weekly, "hour": hour}
    with change(by=by, at=at) as made:
        before = {name: getattr(choices_of(by.user_id), name) for name in FIELDS}
        if before == wanted:
            return False
        MailChoices.objects.update_or_create(user_id=by.user_id, defaults=wanted)
        unwanted = [name for name, how in wanted.items() if how == How.NEVER]
        Notice.objects.filter(user=by.user_id, kind__in=unwanted, mailed_at=None).delete()
        made.note(
            organisation_ids=organisations_of(by),
            action="account.mails",
            subject=f"user:{by.user_id}",
            before={k: v for k, v in before.items() if v != wanted[k]},
            after={k: v for k, v in wanted.items() if v != before[k]},
        )
        return True


def organisations_of(actor: Actor) -> Iterable[int]:
    """Where this person works or starts."""
    if own := {grant.place.id for grant in actor.grants if not grant.until}:
        return own
    places = Placement.objects.filter(newcomer=actor.newcomer_id or 0).values_list("employer_id", "host_id")
    return {organisation_id for place in places for organisation_id in place}
