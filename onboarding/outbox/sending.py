"""Sending what waits in the outbox. A killed worker loses nothing and doubles at most the one it had in hand.

What goes wrong is told apart: a mail server that cannot be reached, or that does not let us in, is nobody's mail's
fault, so no row is touched and all of them go out once it is back. What the server says about one mail stays with it.
"""

import datetime as dt
import logging
import smtplib
import time
from collections.abc import Callable, Mapping

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connections, transaction
from django.db.models import Q
from django.utils import timezone

from onboarding import heartbeat
from onboarding.actors import system
from onboarding.audit import change
from onboarding.models import OutboxMail
from onboarding.models.work import MailState
from onboarding.outbox.posting import is_address, message_id

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=5)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP = dt.timedelta(days=5)  # as mail servers do; by then a human should look
NOT_KEPT = "This text was for its reader alone (a link, a code or names), so it is not kept.\n"
OUTBOX = system("outbox")
TOO_BIG = 552  # said of this one mail, whatever the command it answers

# kind -> who gets it now, asked just before sending; "" drops the mail. Upper rooms fill it in their AppConfig.
recipients: dict[str, Callable[[OutboxMail], str]] = {}
# kind -> what stands in the stored text, and what goes out in its place: secrets that no row may hold
secrets: dict[str, Callable[[OutboxMail], Mapping[str, str]]] = {}


class Unreachable(Exception):
    """The mail server does not answer, or does not let us in."""


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
    """1, 2, 4 ... minutes, at most an hour."""
    return min(dt.timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_WAIT)


def message(row: OutboxMail, to: str, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message_id(row.ref),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if row.in_reply_to:
        headers |= {"In-Reply-To": row.in_reply_to, "References": row.in_reply_to}
    text, html = row.text, row.html
    for stands, goes_out in (secrets[row.kind](row) if row.kind in secrets else {}).items():
        text, html = text.replace(stands, goes_out), html.replace(stands, goes_out)
    mail = EmailMultiAlternatives(
        row.subject, text, None, [to], headers=headers, connection=connection,
        reply_to=[row.reply_to] if row.reply_to else None,
    )  # fmt: skip
    if html:
        mail.attach_alternative(html, "text/html")
    for file in row.attachments:
        with default_storage.open(file["stored"]) as content:
            mail.attach(file["name"], content.read(), file["type"])
    return mail


def finish(row: OutboxMail, **values: object) -> None:
    """Writes the result, unless another worker has taken the row since (its lease had run out). What left, or never
    will, is in its organisation's trail, by kind and without an address."""
    state = values.get("state", MailState.WAITING)
    if row.secret and state != MailState.WAITING:
        values |= {"text": NOT_KEPT, "html": ""}
    mine = OutboxMail.objects.filter(pk=row.pk, attempts=row.attempts, state=MailState.WAITING)
    if state == MailState.WAITING or row.organisation_id is None:
        mine.update(lease_until=None, **values)
        return
    with change(by=OUTBOX, at=timezone.now()) as made:
        if mine.update(lease_until=None, **values):
            made.note(
                organisation_ids=[row.organisation_id],
                action=f"mail.{state}",
                subject=f"mail:{row.ref}",
                after={"kind": row.kind},
            )


def put_back(row: OutboxMail) -> None:
    """As if it had not been taken in hand: what went wrong was not its own."""
    mine = OutboxMail.objects.filter(pk=row.pk, attempts=row.attempts, state=MailState.WAITING)
    mine.update(lease_until=None, attempts=row.attempts - 1)


def send(row: OutboxMail, connection: BaseEmailBackend) -> bool:
    """Sends one claimed row and writes down what came of it. False: the connection is not to be used again."""
    try:
        check = recipients.get(row.kind)
        to = check(row) if check else row.recipient
        if not is_address(to):
            finish(row, state=MailState.DROPPED, problem="Nobody is to get this mail any more.")
            return True
        mail = message(row, to, connection)
        mail.message()  # a header that cannot be is found before the server is asked
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("Mail %s (%s) cannot be made", row.ref, row.kind)
        lasting = not isinstance(error, OSError) or isinstance(error, FileNotFoundError)
        fail(row, f"It could not be put together: {type(error).__name__}.", for_good=lasting)
        return True
    return handed_over(row, to, mail)


def handed_over(row: OutboxMail, to: str, mail: EmailMultiAlternatives) -> bool:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        fail(row, words(code, said), for_good=code >= 500)
    except smtplib.SMTPAuthenticationError as error:
        put_back(row)
        raise Unreachable(words(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPSenderRefused as error:  # our own address: a fault of the settings, which is mended there
        fail(row, words(error.smtp_code, error.smtp_error), for_good=error.smtp_code == TOO_BIG)
    except smtplib.SMTPResponseException as error:
        fail(row, words(error.smtp_code, error.smtp_error), for_good=error.smtp_code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        fail(row, str(error) or type(error).__name__, for_good=False)
    except ValueError as error:  # an address or a header that cannot be sent
        fail(row, f"It cannot be sent like this: {type(error).__name__}.", for_good=True)
    else:
        finish(row, state=MailState.SENT, sent_at=timezone.now(), recipient=to, problem="")
        return True
    return False


def words(code: int, said: object) -> str:
    """What the server said, on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {' '.join(text.split())}"


def fail(row: OutboxMail, problem: str, *, for_good: bool) -> None:
    """5xx is for a human to look at; anything else is tried again, ever more slowly, for five days."""
    now = timezone.now()
    if for_good or now - row.created_at > GIVE_UP:
        finish(row, state=MailState.FAILED, problem=problem[:500])
    else:
        finish(row, send_after=now + backoff(row.attempts), problem=problem[:500])


def opened(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(str(error) or type(error).__name__) from error


def closed(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        log.info("The mail server was gone before we said goodbye")


def is_due(now: dt.datetime) -> bool:
    return OutboxMail.objects.filter(state=MailState.WAITING, send_after__lte=now).exists()


def drain(*, limit: int | None = None, told: Callable[[int], None] = lambda n: None) -> int:
    """Sends all that is due, one after the other over one connection; gives how many were taken in hand.

    Raises `Unreachable`, with no mail touched, when the server cannot be had.
    """
    taken = 0
    connection = get_connection()
    try:
        while limit is None or taken < limit:
            if not is_due(timezone.now()):
                break
            opened(connection)
            row = claim(timezone.now())
            if row is None:
                break
            taken += 1
            if not send(row, connection):
                closed(connection)  # the next one opens it afresh: after an error it may be dead
            told(1)
    finally:
        closed(connection)
    return taken


def loop(*, pause: float = 5.0, until: Callable[[], bool] = lambda: False) -> None:
    """Drains for ever, with a pause when there is nothing to do. It outlives its mail server and its database."""
    while not until():
        try:
            heartbeat.beat(heartbeat.MAIL)
            busy = drain(limit=200)
        except Unreachable as error:
            log.warning("The mail server cannot be reached: %s", error)
            busy = 0
        except DatabaseError as error:
            log.warning("The database does not answer: %s", type(error).__name__)
            connections.close_all()
            busy = 0
        if not busy:
            time.sleep(pause)
