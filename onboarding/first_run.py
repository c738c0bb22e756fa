"""The way into a fresh installation: one link, printed on the server, that sets one organisation up.

Nobody on the network can make one: who can run `manage.py setup_trust --link` runs the service. As with an
invitation, opening the link changes nothing and one press spends it. What is kept of its token is a SHA-256.
"""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.urls import reverse

from onboarding.invitations import hash_of
from onboarding.models import SetupLink
from onboarding.policies import Refused

GOOD_FOR = dt.timedelta(days=1)
SETTING_UP = dt.timedelta(hours=4)  # from the press to the last answer


class LinkEnded(Refused):
    """The link was used, has run out, or a newer one was printed."""


def make_link(*, at: dt.datetime) -> tuple[str, dt.datetime]:
    """A new link and until when it is good. Older ones that nobody has used end: only the newest printed counts."""
    SetupLink.objects.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    made = SetupLink.objects.create(token_hash=hash_of(token), created_at=at, expires_at=at + GOOD_FOR)
    address = settings.SITE_URL.rstrip("/") + reverse("setup_link", args=[token])
    return address, made.expires_at


def link_by_token(token: str, at: dt.datetime) -> SetupLink | None:
    """The link of that token, as long as nobody has pressed it."""
    if len(token) > 100:
        return None
    return SetupLink.objects.filter(token_hash=hash_of(token), spent_at=None, expires_at__gt=at).first()


def spend(token: str, *, at: dt.datetime) -> SetupLink:
    """Of two presses at one moment one wins; the other is told that it has run out."""
    found = link_by_token(token, at)
    mine = SetupLink.objects.filter(pk=found.pk if found else 0, spent_at=None, expires_at__gt=at)
    if found is None or not mine.update(spent_at=at, expires_at=at + SETTING_UP):
        raise LinkEnded("This link has run out.")
    return found


def held(ref: object, at: dt.datetime) -> SetupLink | None:
    """The link that this browser pressed, while there is time to finish and it has made no organisation yet."""
    try:
        wanted = uuid.UUID(str(ref))
    except ValueError:
        return None
    return SetupLink.objects.filter(ref=wanted, spent_at__isnull=False, used_at=None, expires_at__gt=at).first()


def use(ref: object, *, at: dt.datetime) -> None:
    """One link makes one organisation. Called in the transaction that makes it."""
    found = held(ref, at)
    mine = SetupLink.objects.filter(pk=found.pk if found else 0, used_at=None, expires_at__gt=at)
    if found is None or not mine.update(used_at=at):
        raise LinkEnded("This link has run out.")
