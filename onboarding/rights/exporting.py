"""A copy of all that is held about a newcomer: one archive with a page to read, the same as JSON, and the pictures.

Complete as to the reader, and nobody else's: whoever acted is "you" or "staff", never a name, and of lists that name
many people only what was taken from them for this one.
"""

import datetime as dt
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db.models import Model, Q
from django.template.loader import render_to_string
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.audit.reading import action_words
from onboarding.models import AuditEntry, Newcomer, Notice, OutboxMail, Placement
from onboarding.rights import policies, register
from onboarding.rights.erasing import about, require
from onboarding.rights.register import About, Holding
from onboarding.wording import UK, date_words, moment_words

IN_MEMORY = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the copy. Cells are text, numbers, or lists and objects as they are kept."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def everything_of(newcomer: Newcomer) -> About:
    placements = Placement.objects.filter(newcomer=newcomer).select_related("employer", "host").order_by("pk")
    return About(newcomer, tuple(placements), whole=True)


def own_copy(*, by: Actor, at: dt.datetime) -> IO[bytes]:
    """For the newcomer: everything, whoever employs them."""
    newcomer = Newcomer.objects.select_related("user").get(pk=by.newcomer_id or 0)
    return copied(everything_of(newcomer), by=by, at=at)


def copy_for(placement: Placement, *, by: Actor, at: dt.datetime) -> IO[bytes]:
    """For the employer, who was asked for it by letter: what they hold, and no other employer's."""
    require(policies.can_copy(by, placement))
    return copied(about(placement), by=by, at=at)


def copied(who: About, *, by: Actor, at: dt.datetime) -> IO[bytes]:
    """The archive, as an open file at its beginning. It leaves an entry for each organisation it comes from."""
    with change(by=by, at=at) as made:
        for placement in who.placements:
            made.note(
                organisation_ids=[placement.employer_id], action="newcomer.copied",
                subject=f"placement:{placement.ref}",
            )  # fmt: skip
    return archive(who, at)


def archive(who: About, at: dt.datetime) -> IO[bytes]:
    sections = list(all_sections(who))
    files = [(name, f"files/{number:03}{PurePosixPath(name).suffix}") for number, name in enumerate(files_of(who), 1)]
    data = {
        "made_at": at.astimezone(UK).isoformat(),
        "sections": [{"title": s.title, "columns": s.headings, "rows": s.rows} for s in sections],
        "files": [inside for _, inside in files],
    }
    shown = [(s.title, s.headings, [[said(cell) for cell in row] for row in s.rows]) for s in sections]
    when = f"{moment_words(at)} on {date_words(timezone.localdate(at))}"
    page = render_to_string("rights/copy.html", {"sections": shown, "files": files, "made": when})
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (its reader closes it)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", page)
        packed.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=plain))
        for name, inside in files:
            if default_storage.exists(name):
                with default_storage.open(name) as content:
                    packed.writestr(inside, content.read())
    out.seek(0)
    return out


def all_sections(who: About) -> Iterator[Section]:
    yield person_section(who)
    for holding in reversed(register.holdings):  # as a person would tell it: the post before what was said about it
        if holding.fields and not (holding.person and not who.whole):
            found = section_of(holding, who)
            if found.rows:
                yield found
    yield from written_to(who)
    yield trail_of(who)


def person_section(who: About) -> Section:
    person = who.newcomer
    rows = [
        ("Given name", person.given_name),
        ("Family name", person.family_name),
        ("Date of birth", person.date_of_birth),
        ("GMC number", person.gmc_number),
        ("Personal email address", person.personal_email),
        ("Work email address", person.work_email),
    ]
    if person.user:
        user = person.user
        rows += [("Signs in as", user.email), ("Account since", user.joined_at), ("Last sign-in", user.last_login)]
    return Section(
        "You", ("What", "Held as"), tuple((label, value) for label, value in rows if value not in ("", None))
    )


def section_of(holding: Holding, who: About) -> Section:
    wanted = list(holding.fields)
    relations = {name.rsplit("__", 1)[0] for name in wanted if "__" in name}
    found = holding.rows(who).order_by(holding.order).select_related(*relations)
    return Section(
        holding.title,
        tuple(holding.fields.values()),
        tuple(tuple(cell_of(row, name, holding, who) for name in wanted) for row in found),
    )


def cell_of(row: Model, name: str, holding: Holding, who: About) -> Any:
    for shown, account in holding.named_by:
        if name == shown:
            return author(getattr(row, shown), getattr(row, account), who)
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part, None)
    return value


def author(name: str, account: int | None, who: About) -> str:
    if not name:
        return ""
    return "you" if account is not None and account == who.newcomer.user_id else "staff"


def written_to(who: About) -> Iterator[Section]:
    """Mails to the newcomer, and lines that wait for their daily mail."""
    user = who.newcomer.user
    employers = Q(organisation__in=who.organisation_ids) | Q(organisation=None)
    mails = OutboxMail.objects.filter(employers, recipient__in=who.addresses).order_by("pk")
    rows = tuple((m.created_at, m.recipient, m.subject, m.text, m.sent_at) for m in mails)
    if rows:
        yield Section("Mails to you", ("When", "To", "Subject", "Text", "Sent"), rows)
    notices = Notice.objects.filter(user=user).order_by("pk") if user and who.whole else ()
    lines = tuple((n.at, n.says) for n in notices)
    if lines:
        yield Section("Lines of your daily mail", ("When", "Line"), lines)


def trail_of(who: About) -> Section:
    subjects = [f"placement:{placement.ref}" for placement in who.placements]
    employers = {placement.employer_id for placement in who.placements}
    found = AuditEntry.objects.filter(subject__in=subjects, organisation__in=employers).order_by("pk")
    user = who.newcomer.user_id
    rows = tuple((e.at, author(e.by_name, e.by_id, who) if user else "staff", action_words(e)) for e in found)
    return Section("What was done with it", ("When", "By", "What"), rows)


def files_of(who: About) -> list[str]:
    return [
        name
        for holding in register.holdings
        for field in holding.files
        for name in holding.rows(who).order_by("pk").values_list(field, flat=True)
        if name
    ]


def said(value: Any) -> str:
    """One cell for reading."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case dt.datetime():
            return f"{date_words(value.astimezone(UK).date())}, {moment_words(value)}"
        case dt.date():
            return date_words(value)
        case list():
            return "; ".join(said(one) for one in value)
        case dict():
            return "; ".join(f"{name.replace('_', ' ')}: {said(one)}" for name, one in value.items() if said(one))
    return str(value)


def plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
