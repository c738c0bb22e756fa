"""When a background process was last heard of: each says so in the shared cache, at most once a minute."""

import datetime as dt
import time

from django.core.cache import cache
from django.utils import timezone

MAIL, WORK = "send_outbox", "work"
PROCESSES = (MAIL, WORK)
EVERY = 60.0  # seconds between two beats
SILENT = dt.timedelta(minutes=15)  # not heard of for longer: it does not run
KEPT = 30 * 24 * 3600  # seconds
_next: dict[str, float] = {}


def beat(process: str) -> None:
    now = time.monotonic()
    if now >= _next.get(process, 0.0):
        _next[process] = now + EVERY
        cache.set(key_of(process), timezone.now(), KEPT)


def last_heard() -> dict[str, dt.datetime]:
    """Process -> when, of those that were ever heard of. One query."""
    found = cache.get_many([key_of(process) for process in PROCESSES])
    return {process: found[key_of(process)] for process in PROCESSES if key_of(process) in found}


def key_of(process: str) -> str:
    return f"heard:{process}"
