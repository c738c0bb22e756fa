"""Entries as people read them: in words, without what is closed to the reader."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from onboarding.actors import Actor
from onboarding.audit.writing import NEWCOMER, WITHHELD
from onboarding.models import AuditEntry, AuditHead
from onboarding.wording import UK, capital, day_words, moment_words
from onboarding.words import Role

NOT_FOR_PEOPLE = frozenset({"fact", "of_id", "issued", "content_hash"})
COLUMNS = ("organisation", "entry", "at", "who", "what", "about", "changes", "hash")


def entries_for(actor: Actor, given: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """The entries of the organisations that the actor leads, as the filters narrow them, newest first."""
    found = AuditEntry.objects.filter(organisation__in=actor.places(Role.ONBOARDING_LEAD))
    if given.get("action"):
        found = found.filter(action__icontains="_".join(given["action"].split()))
    if given.get("person"):
        found = found.filter(by_name__icontains=given["person"])
    if given.get("first"):
        found = found.filter(at__gte=dt.datetime.combine(given["first"], dt.time(), UK))
    if given.get("last"):
        found = found.filter(at__lt=dt.datetime.combine(given["last"] + dt.timedelta(days=1), dt.time(), UK))
    if given.get("newcomer"):
        found = found.filter(subject=f"placement:{given['newcomer']}")
    return found.order_by("-pk")


def checks_of(actor: Actor, today: dt.date) -> list[str]:
    """What last night's check found in the actor's organisations, a sentence each. One query."""
    heads = AuditHead.objects.filter(organisation__in=actor.places(Role.ONBOARDING_LEAD)).select_related(
        "organisation"
    )
    found = list(heads.order_by("organisation__name"))
    return [check_words(head, today, named=len(found) > 1) for head in found]


def check_words(head: AuditHead, today: dt.date, *, named: bool) -> str:
    where = f"{head.organisation.name}: " if named else ""
    if head.checked_at is None:
        return f"{where}Not checked yet. It is checked each night."
    when = f"{moment_words(head.checked_at)} {day_words(head.checked_at, today=today)}"
    if head.broken_at:
        return f"{where}Broken at entry {head.broken_at}, found {when}. Ask whoever runs Week One to look into it."
    return f"{where}Unbroken, checked {when}."


def line_of(entry: AuditEntry, today: dt.date) -> dict[str, Any]:
    kind, _, ident = entry.subject.partition(":")
    return {
        "seq": entry.seq,
        "day": day_words(entry.at, today=today),
        "time": moment_words(entry.at),
        "who": who_of(entry),
        "action": action_words(entry),
        "href": placement_address(ident) if kind == "placement" else "",
        "subject": kind if ident.isdigit() or kind == "placement" else f"{kind} {ident}",
        "changes": list(changes_of(entry.before, entry.after)),
    }


def cells_of(entry: AuditEntry) -> list[str]:
    """One entry as a row under `COLUMNS`. Times as ISO 8601 with their offset."""
    return [
        entry.organisation.ods_code,
        str(entry.seq),
        entry.at.astimezone(UK).isoformat(),
        who_of(entry),
        action_words(entry),
        entry.subject,
        "; ".join(f"{name}: {text}" for name, text in changes_of(entry.before, entry.after)),
        entry.hash,
    ]


def who_of(entry: AuditEntry) -> str:
    return "The newcomer" if entry.by_name == NEWCOMER else entry.by_name


def action_words(entry: AuditEntry) -> str:
    return capital(entry.action.replace(".", ": ", 1).replace("_", " "))


def placement_address(ident: str) -> str:
    try:
        return reverse("newcomer", args=[uuid.UUID(ident)])
    except (ValueError, NoReverseMatch):
        return ""


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what, how it changed) in words. Of what is withheld, only that it changed or was given."""
    for name in sorted({*before, *after}, key=lambda name: (name != "step", name)):  # jsonb keeps no order
        if name in NOT_FOR_PEOPLE:
            continue
        was, now = before.get(name), after.get(name)
        if name in WITHHELD:
            text = "changed" if name in before else "given" if now else ""
        elif name not in before or was == now:
            text = plain(now if name in after else was)
        else:
            text = f"{plain(was) or 'empty'} → {plain(now) or 'empty'}" if name in after else plain(was)
        if text:
            yield capital(name.replace("_", " ")), text


def plain(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name}: {text}" for name, text in changes_of({}, value))
        case list():
            return ", ".join(plain(one) for one in value)
    return str(value).replace("_", " ") if isinstance(value, str) else str(value)
