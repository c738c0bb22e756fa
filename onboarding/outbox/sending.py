"""Sending what waits in the outbox. A killed worker loses nothing and doubles at most the one it had in hand."""

import datetime as dt
import logging
import smtplib
import time
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onboarding.models import OutboxMail
from onboarding.models.work import MailState
from onboarding.outbox.posting import is_address, message_id

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=5)
LONGEST_WAIT = dt.timedelta(hours=4)

# kind -> who gets it now, asked just before sending; "" drops the mail. Upper rooms fill it in their AppConfig.
recipients: dict[str, Callable[[OutboxMail], str]] = {}


def claim(now: dt.datetime) -> OutboxMail | None:
    """The next mail that is due, under a lease of this worker. One short transaction."""
    with transaction.atomic():
        row = (
            OutboxMail.objects.select_for_update(skip_locked=True)
            .filter(state=MailState.WAITING, send_after__lte=now)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .order_by("send_after", "pk")
            .first()
        )
        if row is None:
            return None
        row.lease_until = now + LEASE
        row.attempts += 1
        row.save(update_fields=["lease_until", "attempts"])
        return row


def backoff(attempts: int) -> dt.timedelta:
    """1, 2, 4 ... minutes, at most four hours."""
    return min(dt.timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_WAIT)


def message(row: OutboxMail, to: str, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message_id(row.ref),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if row.in_reply_to:
        headers |= {"In-Reply-To": row.in_reply_to, "References": row.in_reply_to}
    mail = EmailMultiAlternatives(
        row.subject, row.text, None, [to], headers=headers, connection=connection,
        reply_to=[row.reply_to] if row.reply_to else None,
    )  # fmt: skip
    if row.html:
        mail.attach_alternative(row.html, "text/html")
    for file in row.attachments:
        with default_storage.open(file["stored"]) as content:
            mail.attach(file["name"], content.read(), file["type"])
    return mail


def finish(row: OutboxMail, **values: object) -> None:
    """Writes the result, unless another worker has taken the row since (its lease had run out)."""
    OutboxMail.objects.filter(pk=row.pk, attempts=row.attempts, state=MailState.WAITING).update(
        lease_until=None, **values
    )


def send(row: OutboxMail, connection: BaseEmailBackend) -> None:
    """Sends one claimed row, and writes down what came of it."""
    check = recipients.get(row.kind)
    to = check(row) if check else row.recipient
    if not is_address(to):
        finish(row, state=MailState.DROPPED, problem="Nobody is to get this mail any more.")
        return
    try:
        message(row, to, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        fail(row, str(next(iter(error.recipients.values()))), for_good=all(code >= 500 for code in codes))
    except smtplib.SMTPResponseException as error:
        fail(row, f"{error.smtp_code} {error.smtp_error!r}", for_good=error.smtp_code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        fail(row, str(error) or type(error).__name__, for_good=False)
    except Exception as error:
        log.exception("Mail %s cannot be made", row.ref)
        fail(row, f"{type(error).__name__}: {error}", for_good=True)
    else:
        finish(row, state=MailState.SENT, sent_at=timezone.now(), recipient=to, problem="")


def fail(row: OutboxMail, problem: str, *, for_good: bool) -> None:
    """5xx is for a human to look at; anything else is tried again, ever more slowly."""
    if for_good:
        finish(row, state=MailState.FAILED, problem=problem[:500])
    else:
        finish(row, send_after=timezone.now() + backoff(row.attempts), problem=problem[:500])


def drain(*, limit: int | None = None, told: Callable[[int], None] = lambda n: None) -> int:
    """Sends all that is due, one after the other over one connection; gives how many were taken in hand."""
    taken = 0
    connection = get_connection()
    try:
        while limit is None or taken < limit:
            row = claim(timezone.now())
            if row is None:
                break
            taken += 1
            send(row, connection)
            told(1)
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            log.info("The mail server was gone before we said goodbye")
    return taken


def loop(*, pause: float = 5.0, until: Callable[[], bool] = lambda: False) -> None:
    """Drains for ever, with a pause when there is nothing to do."""
    while not until():
        if drain(limit=200) == 0:
            time.sleep(pause)
