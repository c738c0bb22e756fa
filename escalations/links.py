"""Signed links of one pack: "fixed", "not ours", "need more". No account needed; they run out, and reach that pack
alone."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from escalations.models import Pack, Press

SALT = "week-one.pack"
LIVES = dt.timedelta(days=30)


class RunOut(Exception):
    """It was ours, and its time is over."""


@dataclass(frozen=True, slots=True)
class Link:
    pack: int
    what: Press


def token_for(pack: Pack, what: Press) -> str:
    return signing.dumps([pack.pk, str(what)], salt=SALT)


def address(pack: Pack, what: Press) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("pack_link", args=[token_for(pack, what)])


def read(token: str) -> Link | None:
    """None for a token that we did not make; `RunOut` for one that is too old."""
    try:
        pack, what = signing.loads(token, salt=SALT, max_age=LIVES)
        return Link(int(pack), Press(what))
    except signing.SignatureExpired as error:
        raise RunOut from error
    except (signing.BadSignature, ValueError, TypeError):
        return None
