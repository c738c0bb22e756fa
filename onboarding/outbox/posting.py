"""Putting a mail into the outbox. Each kind of mail is one small function elsewhere that calls `post`."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from onboarding.models import OutboxMail

CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")  # whatever might end a line somewhere


def message_id(ref: Any) -> str:
    """The stable Message-ID of a row: a mail that went out twice is recognised as one."""
    return f"<{ref}@{site_domain()}>"


def site_domain() -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return host if re.fullmatch(r"[a-z0-9.-]+", host) else "localhost"


def post(
    *,
    kind: str,
    to: str,
    template: str,
    context: dict[str, Any],
    at: dt.datetime,
    organisation_id: int | None = None,
    subject_ref: str = "",
    reply_to: str = "",
    thread: str = "",
    attachments: Sequence[dict[str, str]] = (),
    unique_key: str | None = None,
    send_after: dt.datetime | None = None,
    secret: bool = False,
) -> OutboxMail | None:
    """Renders `mail/{template}.subject.txt`, `.txt` and, when it is there, `.html`, and stores one row.

    None when `to` is no address, or a mail of the `unique_key` is there already. Names in the context are escaped
    in HTML by the template engine; the subject is one line without control characters, and holds nothing personal.
    `thread` is the Message-ID that this one answers. `secret`: the text lets its reader in, and goes once it is sent.
    """
    full = {"site_url": settings.SITE_URL.rstrip("/"), **context}
    return put(
        kind=kind,
        to=to,
        subject=plain(f"mail/{template}.subject.txt", full),
        text=plain(f"mail/{template}.txt", full).strip() + "\n",
        html=html_of(template, full),
        at=at,
        organisation_id=organisation_id,
        subject_ref=subject_ref,
        reply_to=reply_to,
        thread=thread,
        attachments=attachments,
        unique_key=unique_key,
        send_after=send_after,
        secret=secret,
    )


def plain(template: str, context: dict[str, Any]) -> str:
    """A text, in which O'Brien is no O&#x27;Brien."""
    found = get_template(template)
    return str(found.template.render(Context(context, autoescape=False)))  # type: ignore[attr-defined]


def html_of(template: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"mail/{template}.html", context)
    except TemplateDoesNotExist:
        return ""


def put(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    at: dt.datetime,
    organisation_id: int | None = None,
    subject_ref: str = "",
    reply_to: str = "",
    thread: str = "",
    attachments: Sequence[dict[str, str]] = (),
    unique_key: str | None = None,
    send_after: dt.datetime | None = None,
    secret: bool = False,
) -> OutboxMail | None:
    """The same for a text that is there already."""
    address = to.strip(" ")
    if not is_address(address) or (reply_to and not is_address(reply_to)):
        return None
    row = OutboxMail(
        kind=kind,
        organisation_id=organisation_id,
        subject_ref=subject_ref,
        recipient=address,
        subject=CONTROL.sub(" ", subject).strip()[:200],
        text=text.replace("\x00", ""),
        html=html.replace("\x00", ""),
        reply_to=reply_to,
        in_reply_to=thread,
        attachments=list(attachments),
        unique_key=unique_key,
        created_at=at,
        send_after=send_after or at,
        secret=secret,
    )
    if unique_key is None:
        row.save(force_insert=True)
        return row
    OutboxMail.objects.bulk_create([row], ignore_conflicts=True)
    return OutboxMail.objects.filter(ref=row.ref).first()


def is_address(text: str) -> bool:
    """One plain address: no list, no line break, no display name."""
    if len(text) > 254 or any(c in text for c in ',;<>" ') or CONTROL.search(text):
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
