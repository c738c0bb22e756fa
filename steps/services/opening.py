"""Telling a newcomer that it is their turn: one mail a fact, with the step that opens the most."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from onboarding.actors import Actor
from onboarding.models import OutboxMail, Placement, User
from onboarding.models.notices import NoticeKind
from onboarding.notices import tell
from onboarding.outbox.posting import post
from onboarding.policies import is_lead_employed
from onboarding.wording import capital
from onboarding.words import OPEN_STATUSES, Function
from steps.models import Fact, PlacementStep
from steps.models.chain import FactKind
from steps.services.locking import Locked
from steps.words import team_words

KIND = "step_open"
OPENERS = (FactKind.DONE, FactKind.ISSUED)  # what else opens a step has a mail of its own, or was the newcomer's doing


def turns(rows: Iterable[PlacementStep]) -> frozenset[str]:
    """The steps that are the newcomer's to do now."""
    return frozenset(row.key for row in rows if row.actionable and row.owner_function == Function.NEWCOMER)


def tell_turn(locked: Locked, before: frozenset[str], fact: Fact, *, by: Actor, at: dt.datetime) -> None:
    """Posts "Your next step is open" if this fact opened one and somebody else recorded it. No query if not."""
    placement = locked.placement
    user_id = placement.newcomer.user_id
    new = turns(locked.rows.values()) - before
    if fact.kind not in OPENERS or not new or user_id is None or by.user_id == user_id:
        return
    if placement.status not in OPEN_STATUSES:
        return
    key = fact.step if fact.step in new else max(new, key=lambda k: locked.rows[k].unlock_count)
    mail_turn(locked, locked.rows[key], fact, user_id, at=at)


def mail_turn(locked: Locked, row: PlacementStep, fact: Fact, user_id: int, *, at: dt.datetime) -> None:
    placement = locked.placement
    done, now = locked.definition(fact.step), locked.definition(row.key)
    path = reverse("step", args=[row.key])
    context = {
        "who": capital(who_did(placement, locked.rows[fact.step])),
        "did": done.short,
        "now": now.short,
        "title": now.title,
        "same": row.key == fact.step,
        "why": now.why,
        "link": settings.SITE_URL.rstrip("/") + path,
    }
    says = f"{context['who']} finished {done.short}. Now it is your turn: {now.short}."
    if context["same"]:
        says = f"{context['who']} says that {now.short} is ready. Does it work for you?"

    def at_once() -> None:
        post(
            kind=KIND, to=User.objects.get(pk=user_id).email, template=KIND, context=context, at=at,
            organisation_id=placement.host_id, subject_ref=f"turn:{row.pk}", unique_key=f"turn:{fact.pk}",
        )  # fmt: skip

    tell(user_id, NoticeKind.STEPS, says=says, path=path, at=at, at_once=at_once, key=f"turn:{fact.pk}")


def who_did(placement: Placement, row: PlacementStep) -> str:
    place = placement.employer if row.team_org_id == placement.employer_id else placement.host
    return team_words(row.team_function, place.name if is_lead_employed(placement) else "")


def recipient_now(mail: OutboxMail) -> str:
    """The newcomer, by the address they have now, as long as it is still their turn."""
    pk = mail.subject_ref.removeprefix("turn:")
    people = PlacementStep.objects.select_related("placement__newcomer__user")
    row = people.filter(pk=int(pk), placement__status__in=OPEN_STATUSES).first() if pk.isdecimal() else None
    user = row.placement.newcomer.user if row else None
    return user.email if row and user and user.is_active and turns([row]) else ""
