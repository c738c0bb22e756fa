"""Whether the trail is what it was: every hash again, each night and on demand, and heads kept elsewhere.

A chain shows what was changed inside it. Who can rewrite the database could drop its tail and the head with it: so
each night's heads can be sent off the machine, and `verify --against` compares the chain with what was sent.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from onboarding import jobs
from onboarding.audit.writing import Entry, digest
from onboarding.models import AuditEntry, AuditHead, Job, Membership, OutboxMail
from onboarding.outbox.posting import post
from onboarding.wording import UK, day_words
from onboarding.words import Role

CHECK = "audit.check"
HEADS, BROKEN = "audit_heads", "audit_broken"
CHECK_HOUR = 2  # in the United Kingdom, when hardly anybody writes


@dataclass(frozen=True, slots=True)
class Chain:
    """One organisation's chain, checked: how many entries there are, and the first that is wrong (0: none is)."""

    organisation_id: int
    ods_code: str
    entries: int
    seq: int
    hash: str
    broken_at: int


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many entries there are, and the first broken one as "ODS:seq" (None: unbroken)."""

    entries: int
    broken_at: str | None


def checked_chains() -> list[Chain]:
    """Recomputes every hash, one organisation after the other, in a bounded amount of memory."""
    return [checked(head) for head in AuditHead.objects.select_related("organisation").order_by("organisation")]


def checked(head: AuditHead) -> Chain:
    count, broken, last, prev = 0, 0, 0, ""
    entries = AuditEntry.objects.filter(organisation=head.organisation_id).order_by("seq")
    # what is appended meanwhile comes behind the head as it was read
    for e in entries.filter(seq__lte=head.seq).iterator(chunk_size=2000):
        count += 1
        said = Entry(e.organisation_id, e.action, e.subject, e.before, e.after)
        expected = digest(prev, e.organisation_id, e.seq, e.at, e.by_id, e.by_name, said)
        if not broken and (e.seq != last + 1 or e.prev != prev or e.hash != expected):
            broken = e.seq
        last, prev = e.seq, e.hash
    if not broken and (last, prev) != (head.seq, head.hash):
        broken = head.seq or 1
    if not broken and not head.seq and entries.exists():
        broken = 1
    return Chain(head.organisation_id, head.organisation.ods_code, count, head.seq, head.hash, broken)


def verify_chains() -> ChainReport:
    chains = checked_chains()
    broken = next((f"{chain.ods_code}:{chain.broken_at}" for chain in chains if chain.broken_at), None)
    return ChainReport(sum(chain.entries for chain in chains), broken)


# ---- heads that are kept elsewhere ----


def heads(at: dt.datetime) -> Iterator[str]:
    """One line of JSON an organisation: where its chain ends now."""
    for head in AuditHead.objects.select_related("organisation").order_by("organisation__ods_code"):
        yield json.dumps(
            {"organisation": head.organisation.ods_code, "seq": head.seq, "hash": head.hash, "at": at.isoformat()}
        )


def missing_heads(lines: Iterable[str]) -> list[str]:
    """Heads among the lines that the chains do not hold any more, as "ODS:seq".

    Lines without JSON are passed over, so that a mail can be given as it came. Raises ValueError for a line of JSON
    that is no head, and when there is no head at all.
    """
    gone, read = [], 0
    for number, line in enumerate(lines, 1):
        if not line.strip().startswith("{"):
            continue
        ods, seq, digits = head_of(line, number)
        read += 1
        entry = AuditEntry.objects.filter(organisation__ods_code=ods, seq=seq)
        if seq and entry.values_list("hash", flat=True).first() != digits:
            gone.append(f"{ods}:{seq}")
    if not read:
        raise ValueError("There is no line with a head in it.")
    return gone


def head_of(line: str, number: int) -> tuple[str, int, str]:
    try:
        said: Any = json.loads(line)
        ods, seq, digits = said["organisation"], said["seq"], said["hash"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"Line {number} is no head.") from error
    if not (isinstance(ods, str) and type(seq) is int and 0 <= seq < 2**63 and isinstance(digits, str)):
        raise ValueError(f"Line {number} is no head.")
    return ods, seq, digits


# ---- each night ----


def plan(now: dt.datetime) -> None:
    """Adds the job of this night. No query once it is added."""
    global _planned
    here = now.astimezone(UK)
    night = f"{CHECK}:{here.date()}"
    if here.hour >= CHECK_HOUR and _planned != night:
        jobs.enqueue(CHECK, {}, at=now, key=night)
        _planned = night


_planned = ""


def check(job: Job, now: dt.datetime) -> None:
    """Writes down what was found; tells whoever leads an organisation whose chain is broken; sends the heads off."""
    for chain in checked_chains():
        at = timezone.now()
        AuditHead.objects.filter(pk=chain.organisation_id).update(checked_at=at, broken_at=chain.broken_at)
        if chain.broken_at:
            warn(chain, at)
    send_heads(now)


def warn(chain: Chain, at: dt.datetime) -> None:
    link = settings.SITE_URL.rstrip("/") + reverse("audit")
    leads = Membership.objects.filter(
        Q(user__is_active=True), organisation=chain.organisation_id, role=Role.ONBOARDING_LEAD
    )
    for address in leads.values_list("user__email", flat=True):
        post(
            kind=BROKEN, to=address, template=BROKEN, context={"seq": chain.broken_at, "link": link}, at=at,
            organisation_id=chain.organisation_id, subject_ref=f"organisation:{chain.organisation_id}",
            unique_key=f"{BROKEN}:{chain.organisation_id}:{chain.broken_at}:{address}"[:120],
        )  # fmt: skip


def send_heads(now: dt.datetime) -> None:
    """To AUDIT_ANCHOR_EMAIL, a mailbox that nobody who runs the database can empty."""
    if not settings.AUDIT_ANCHOR_EMAIL:
        return
    day = now.astimezone(UK).date()
    post(
        kind=HEADS, to=settings.AUDIT_ANCHOR_EMAIL, template=HEADS, at=now, unique_key=f"{HEADS}:{day}",
        context={"day": day_words(day, today=day), "heads": list(heads(now))},
    )  # fmt: skip


def anchor_now(mail: OutboxMail) -> str:
    return str(settings.AUDIT_ANCHOR_EMAIL)


def lead_now(mail: OutboxMail) -> str:
    """Whoever the mail was for, as long as they still lead there."""
    leads = Membership.objects.filter(
        user__email=mail.recipient, user__is_active=True, organisation=mail.organisation_id, role=Role.ONBOARDING_LEAD
    )
    return mail.recipient if leads.exists() else ""
