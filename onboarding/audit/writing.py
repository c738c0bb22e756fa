"""The trail: one entry for every write, in the write's own transaction, chained per organisation.

Every service runs inside one `change(by=, at=)`. Inner ones join it. Entries are collected and appended last,
just before commit, organisations in id order: locking a chain's head early deadlocks writers of two chains.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction

from onboarding.actors import Actor
from onboarding.models import AuditEntry, AuditHead
from onboarding.policies import IDENTITY_FIELDS
from onboarding.rows import insert_rows

# What says who a newcomer is, and what somebody typed, which may say it: an entry tells that it was given, changed or
# emptied, never what it said. The trail cannot be changed, so it holds nothing that a person may have erased.
WITHHELD = frozenset({*IDENTITY_FIELDS, "given_name", "family_name", "work_email", "reason", "status_reason"})
NEWCOMER = "newcomer"  # what an entry calls one: their name would stay for ever


@dataclass(frozen=True, slots=True)
class Entry:
    organisation_id: int
    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(slots=True)
class Change:
    """One thing that happens: who, when, and the entries it will leave."""

    by: Actor
    at: datetime
    entries: list[Entry] = field(default_factory=list)

    def note(
        self,
        *,
        organisation_ids: Iterable[int],
        action: str,
        subject: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Collects one entry for each organisation whose record this is (employer and host are often one)."""
        was, now = without_values(before or {}), without_values(after or {})
        for organisation_id in dict.fromkeys(organisation_ids):
            self.entries.append(Entry(organisation_id, action, subject, was, now))


def without_values(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with only whether there was something in place of each value that is withheld."""
    return {name: bool(value) if name in WITHHELD else value for name, value in said.items()}


def author(by: Actor) -> str:
    """Who an entry names: staff by name, a newcomer without. The account's number is beside it."""
    return NEWCOMER if by.newcomer_id and not by.grants else by.name[:200]


_open: ContextVar[Change | None] = ContextVar("_open", default=None)


@contextmanager
def change(*, by: Actor, at: datetime) -> Iterator[Change]:
    """One transaction that ends with its audit entries. An inner one is a savepoint; its entries go with it."""
    outer = _open.get()
    if outer is not None:
        kept = len(outer.entries)
        try:
            with transaction.atomic():
                yield outer
        except BaseException:
            del outer.entries[kept:]
            raise
        return
    mine = Change(by=by, at=at)
    token = _open.set(mine)
    try:
        with transaction.atomic():
            yield mine
            append(mine)
    finally:
        _open.reset(token)


def digest(prev: str, organisation_id: int, seq: int, at: datetime, by: int | None, by_name: str, entry: Entry) -> str:
    """SHA-256, in hex, over the entry before and everything that this one says."""
    said = [
        prev,
        organisation_id,
        seq,
        round(at.timestamp() * 1_000_000),
        by,
        by_name,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


COLUMNS = (
    "organisation_id",
    "seq",
    "at",
    "by_id",
    "by_name",
    "action",
    "subject",
    "before",
    "after",
    "prev",
    "hash",
)


def append(made: Change) -> None:
    by, at, name = made.by, made.at, author(made.by)
    in_order = sorted(made.entries, key=attrgetter("organisation_id"))
    for organisation_id, entries in groupby(in_order, key=attrgetter("organisation_id")):
        head = locked_head(organisation_id)
        rows = []
        for entry in entries:
            head.seq += 1
            prev, head.hash = (
                head.hash,
                digest(head.hash, organisation_id, head.seq, at, by.user_id, name, entry),
            )
            said = (entry.action, entry.subject, entry.before, entry.after)
            rows.append((organisation_id, head.seq, at, by.user_id, name, *said, prev, head.hash))
        insert_rows(AuditEntry, COLUMNS, rows)
        AuditHead.objects.filter(pk=organisation_id).update(seq=head.seq, hash=head.hash)
    made.entries.clear()


def locked_head(organisation_id: int) -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=organisation_id).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(organisation_id=organisation_id)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=organisation_id)
    return head
