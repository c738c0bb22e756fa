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
from onboarding.rows import insert_rows


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
        for organisation_id in dict.fromkeys(organisation_ids):
            self.entries.append(Entry(organisation_id, action, subject, before or {}, after or {}))


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
    by, at = made.by, made.at
    in_order = sorted(made.entries, key=attrgetter("organisation_id"))
    for organisation_id, entries in groupby(in_order, key=attrgetter("organisation_id")):
        head = locked_head(organisation_id)
        rows = []
        for entry in entries:
            head.seq += 1
            prev, head.hash = (
                head.hash,
                digest(head.hash, organisation_id, head.seq, at, by.user_id, by.name[:200], entry),
            )
            said = (entry.action, entry.subject, entry.before, entry.after)
            rows.append((organisation_id, head.seq, at, by.user_id, by.name[:200], *said, prev, head.hash))
        insert_rows(AuditEntry, COLUMNS, rows)
        AuditHead.objects.filter(pk=organisation_id).update(seq=head.seq, hash=head.hash)
    made.entries.clear()


def locked_head(organisation_id: int) -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=organisation_id).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(organisation_id=organisation_id)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=organisation_id)
    return head


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many entries there are, and the first broken one as "ODS:seq" (None: unbroken)."""

    entries: int
    broken_at: str | None


def verify_chains() -> ChainReport:
    """Recomputes every hash, one organisation after the other, in a bounded amount of memory."""
    count, broken = 0, None
    heads = {h.organisation_id: h for h in AuditHead.objects.select_related("organisation")}
    ods = {pk: head.organisation.ods_code for pk, head in heads.items()}
    ends: dict[int, tuple[int, str]] = {}
    entries = AuditEntry.objects.order_by("organisation_id", "seq").select_related("organisation")
    for e in entries.iterator(chunk_size=2000):
        count += 1
        seq, prev = ends.get(e.organisation_id, (0, ""))
        said = Entry(e.organisation_id, e.action, e.subject, e.before, e.after)
        expected = digest(prev, e.organisation_id, e.seq, e.at, e.by_id, e.by_name, said)
        if broken is None and (e.seq != seq + 1 or e.prev != prev or e.hash != expected):
            broken = f"{e.organisation.ods_code}:{e.seq}"
        ends[e.organisation_id] = (e.seq, e.hash)
    for pk, head in heads.items():
        if broken is None and ends.get(pk, (0, "")) != (head.seq, head.hash):
            broken = f"{ods[pk]}:{head.seq}"
    return ChainReport(count, broken)
