"""Fetching replies from a mailbox by IMAP: each is kept here before it is moved there, and one that breaks something
holds up no other.

The mailbox library would parse each mail, and raises on damaged ones; so only bytes are asked of it.
"""

import imaplib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import DatabaseError, connections
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from escalations.services.receiving import place_what_was_left, receive

log = logging.getLogger(__name__)
HANDLED = "Week One handled"
TIMEOUT = 30  # seconds for the server to answer
IDLE = 60  # seconds to wait for news before asking
LONGEST_PAUSE = 300
HERE = ("127.0.0.1", "::1", "localhost")
Errors = (OSError, imaplib.IMAP4.error, ImapToolsError)


@dataclass(frozen=True, slots=True)
class Account:
    """`imaps://user:password@host:port/INBOX?handled=Folder`. With `imap://` it is STARTTLS, or plain on this machine
    alone."""

    encrypted: bool
    host: str
    port: int
    user: str
    password: str
    folder: str
    handled: str


def account(url: str) -> Account:
    """Raises ValueError, without the url, which holds a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username:
        raise ValueError("IMAP_URL cannot be read. It looks like imaps://user:password@mail.trust.nhs.uk/INBOX.")
    encrypted = parts.scheme == "imaps"
    return Account(
        encrypted=encrypted,
        host=parts.hostname,
        port=parts.port or (993 if encrypted else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        handled=parse_qs(parts.query).get("handled", [HANDLED])[0],
    )


@contextmanager
def opened(to: Account) -> Iterator[BaseMailBox]:
    box: BaseMailBox
    if to.encrypted:
        box = MailBox(to.host, to.port, timeout=TIMEOUT)
    elif to.host in HERE:
        box = MailBoxUnencrypted(to.host, to.port, timeout=TIMEOUT)
    else:
        box = MailBoxStartTls(to.host, to.port, timeout=TIMEOUT)
    try:
        box.login(to.user, to.password, initial_folder=to.folder)
    except BaseException:
        box.client.shutdown()  # the library leaves it open
        raise
    with box:
        if not box.folder.exists(to.handled):
            box.folder.create(to.handled)
        yield box


def raw_mail(box: BaseMailBox, uid: str) -> bytes:
    """The bytes of one mail; it stays unread."""
    status, answer = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    found = [part[1] for part in answer if isinstance(part, tuple)]
    if status != "OK" or not found:
        return b""  # somebody took it away in between
    return bytes(found[0])


def fetch(box: BaseMailBox, to: Account) -> dict[str, int]:
    """Receives all that is there and moves each away; counts by what became of it. What cannot be kept now stays."""
    counts: dict[str, int] = {}
    for uid in box.uids():
        raw = raw_mail(box, uid)
        if not raw:
            continue
        row = receive(raw, at=timezone.now())
        box.move([uid], to.handled)
        counts[row.state] = counts.get(row.state, 0) + 1
    return counts


def once(url: str) -> dict[str, int]:
    to = account(url)
    with opened(to) as box:
        counts = fetch(box, to)
    place_what_was_left(at=timezone.now())
    return counts


def loop(url: str, *, until: Callable[[], bool] = lambda: False, idle: float = IDLE) -> None:
    """Fetches for ever; waits by IDLE where the server has it. It outlives its mail server and its database."""
    to, pause = account(url), 5.0
    while not until():
        try:
            with opened(to) as box:
                can_idle = "IDLE" in box.client.capabilities
                while not until():
                    fetch(box, to)
                    place_what_was_left(at=timezone.now())
                    pause = 5.0
                    if can_idle:
                        box.idle.wait(timeout=idle)
                    else:
                        time.sleep(idle)
        except (*Errors, DatabaseError) as error:
            log.warning("Replies cannot be fetched: %s. Trying again in %d seconds.", type(error).__name__, pause)
            connections.close_all()
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
