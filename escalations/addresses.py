"""The address that replies to a conversation come to: box+<reference>.<16 letters>@domain.

The letters are base32 of an HMAC over the reference, with the installation's key. Somebody who knows or guesses a
reference cannot make the address. Mail systems change the case of what stands before the @, so it is compared lower
case. An address that fits is only half: the sender must be somebody of the conversation (`escalations.receiving`).
"""

import base64
import hmac
import re
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from onboarding.outbox.posting import is_address

SALT = "week-one.reply-address"
LETTERS = 16  # 80 bits
LOCAL_PART = re.compile(r"(?P<box>[^+@]+)\+(?P<reference>[a-z0-9-]{1,20})\.(?P<letters>[a-z2-7]{16})")


def signature(reference: str) -> str:
    """16 lower-case letters and digits."""
    made = salted_hmac(SALT, reference.lower(), secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return base64.b32encode(made)[:LETTERS].decode().lower()


def box() -> str:
    """Where replies come: REPLY_ADDRESS, else the user of IMAP_URL, else whoever our mail comes from; lower case."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    account = urlsplit(settings.IMAP_URL)
    user = unquote(account.username or "")
    if user and "@" not in user and account.hostname:
        user = f"{user}@{account.hostname}"
    found = next((a for a in (settings.REPLY_ADDRESS, user, sender) if is_address(a)), sender)
    return found.lower()


def reply_address(reference: str) -> str:
    """Whatever is sent there belongs to that conversation, if it comes from somebody of it."""
    local, _, domain = box().partition("@")
    return f"{local}+{reference.lower()}.{signature(reference)}@{domain}"


def reference_in(address: str) -> str:
    """The reference, in capitals, of an address that we made; "" for any other."""
    ours_local, _, ours_domain = box().partition("@")
    local, _, domain = address.strip().lower().rpartition("@")
    found = LOCAL_PART.fullmatch(local)
    if found is None or domain != ours_domain or found["box"] != ours_local:
        return ""
    if not hmac.compare_digest(signature(found["reference"]), found["letters"]):
        return ""
    return found["reference"].upper()


def is_ours(address: str) -> bool:
    """Is it the box itself, or one of its reply addresses, or whom our mail comes from?"""
    local, _, domain = address.strip().lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return plain in (box(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower())
