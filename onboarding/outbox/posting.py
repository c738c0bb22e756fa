"""Putting a mail into the outbox. Each kind of mail is one small function elsewhere that calls `post`."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string

from onboarding.models import OutboxMail

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def message_id(ref: Any) -> str:
    """The stable Message-ID of a row: a mail that went out twice is recognised as one."""
    domain = re.sub(r"^https?://", "", settings.SITE_URL).split("/")[0].split(":")[0]
    return f"<{ref}@{domain}>"


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
) -> OutboxMail | None:
    """Renders `mail/{template}.subject.txt`, `.txt` and, when it is there, `.html`, and stores one row.

    None when `to` is no address, or a mail of the `unique_key` is there already. Names in the context are escaped
    in HTML by the template engine; the subject is one line without control characters, and holds nothing personal.
    `thread` is the Message-ID that this one answers.
    """
    address = to.strip()
    if not is_address(address):
        return None
    full = {"site_url": settings.SITE_URL.rstrip("/"), **context}
    subject = CONTROL.sub(" ", render_to_string(f"mail/{template}.subject.txt", full)).strip()[:200]
    row = OutboxMail(
        kind=kind,
        organisation_id=organisation_id,
        subject_ref=subject_ref,
        recipient=address,
        subject=subject,
        text=render_to_string(f"mail/{template}.txt", full).strip() + "\n",
        html=render_to_string(f"mail/{template}.html", full),
        reply_to=reply_to,
        in_reply_to=thread,
        attachments=list(attachments),
        unique_key=unique_key,
        created_at=at,
        send_after=send_after or at,
    )
    if unique_key is None:
        row.save(force_insert=True)
        return row
    OutboxMail.objects.bulk_create([row], ignore_conflicts=True)
    return OutboxMail.objects.filter(ref=row.ref).first()


def is_address(text: str) -> bool:
    """One plain address: no list, no line break, no display name."""
    if len(text) > 254 or any(c in text for c in ",;<>\r\n "):
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
