"""The entries that signing in leaves in the trail, of everybody whose organisation has one."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Job, Membership, Placement, User
from onboarding.policies import asks_second_factor, second_factor_by
from onboarding.sign_in.grants import user_with_grants

REFUSED = "sign_in_refused"
WORDS = {"totp": "app", "webauthn": "passkey", "recovery_codes": "recovery code", "code": "code by email"}
WORDS |= {"password": "password", "socialaccount": "trust account", "password_reset": "new password"}


def organisations_of(user_id: int) -> list[int]:
    """Where somebody works, and where their newcomer's record is kept."""
    found = list(Membership.objects.filter(user=user_id).values_list("organisation", flat=True))
    for pair in Placement.objects.filter(newcomer__user=user_id).values_list("employer", "host"):
        found += pair
    return list(dict.fromkeys(found))


def note(user_id: int, action: str, *, by: Actor, at: dt.datetime, after: dict[str, Any] | None = None) -> None:
    """One entry for each organisation whose person this is."""
    with change(by=by, at=at) as made:
        made.note(organisation_ids=organisations_of(user_id), action=action, subject=f"user:{user_id}", after=after)


def signed_in(user: User, ways: Iterable[str], *, at: dt.datetime) -> dt.datetime | None:
    """In, by these ways in this order. From the first time on that a role needs a second factor, the days count.

    Answers until when they may go on without one; None where there is nothing to ask.
    """
    fresh = user_with_grants(user.pk, today=timezone.localdate(at))
    if fresh is None:
        return None
    actor: Actor = fresh.actor  # type: ignore[attr-defined]
    asked = any(asks_second_factor(grant) for grant in actor.grants)
    if asked != bool(actor.factor_asked_at):
        User.objects.filter(pk=user.pk).update(factor_asked_at=at if asked else None)
    said = list(dict.fromkeys(WORDS.get(way, way) for way in ways))
    note(user.pk, "account.signed_in", by=actor, at=at, after={"with": said or ["invitation"]})
    return second_factor_by(actor, at)


def refused(user: User | None, why: str, *, at: dt.datetime) -> None:
    """A try that failed. Written down for later, known address or not: so both are answered as fast."""
    payload = {"user": user.pk if user else None, "why": why, "at": at.isoformat()}
    jobs.enqueue(REFUSED, payload, at=at)


def write_refused(job: Job, now: dt.datetime) -> None:
    """The job's worker: the entry, where the address was somebody's."""
    user = User.objects.filter(pk=job.payload["user"]).first() if job.payload["user"] else None
    if user is not None:
        by = Actor(None, "somebody who gave this address")
        at = dt.datetime.fromisoformat(job.payload["at"])
        note(user.pk, "account.sign_in_refused", by=by, at=at, after={"why": job.payload["why"]})


def own(user: User, action: str, **after: Any) -> None:
    """What somebody does to their own account."""
    now = timezone.now()
    fresh = user_with_grants(user.pk, today=timezone.localdate(now))
    by: Actor = fresh.actor if fresh else Actor(user.pk, "closed account")  # type: ignore[attr-defined]
    note(user.pk, action, by=by, at=now, after=after)


def factor_added(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    own(user, "account.factor_added", factor=WORDS.get(authenticator.type, authenticator.type))


def factor_removed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    own(user, "account.factor_removed", factor=WORDS.get(authenticator.type, authenticator.type))


def factor_reset(sender: Any, user: User, **kwargs: Any) -> None:
    own(user, "account.recovery_codes_made")


def factor_refused(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    refused(user, WORDS.get(authenticator.type, authenticator.type), at=timezone.now())


def code_refused(sender: Any, user: User, **kwargs: Any) -> None:
    refused(user, "code by email", at=timezone.now())


def password_changed(sender: Any, user: User, **kwargs: Any) -> None:
    own(user, "account.password_changed")


def password_reset(sender: Any, user: User, **kwargs: Any) -> None:
    own(user, "account.password_reset")


def listen() -> None:
    """allauth tells of these by signals alone."""
    from allauth.account import signals as account
    from allauth.mfa import signals as mfa

    pairs = [
        (mfa.authenticator_added, factor_added), (mfa.authenticator_removed, factor_removed),
        (mfa.authenticator_reset, factor_reset), (mfa.authentication_failed, factor_refused),
        (account.login_code_rejected, code_refused), (account.password_changed, password_changed),
        (account.password_set, password_changed), (account.password_reset, password_reset),
    ]  # fmt: skip
    for signal, receiver in pairs:
        signal.connect(receiver)
    jobs.workers[REFUSED] = write_refused
