"""Mail out against a real SMTP server: what is sent, what is tried again, what a human has to look at."""

import datetime as dt
import smtplib

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from onboarding.models import Job, OutboxMail
from onboarding.outbox import failed, sending
from onboarding.outbox.overdue import what_waits_too_long
from onboarding.outbox.posting import is_address, message_id, put
from onboarding.outbox.sending import Unreachable, backoff, claim, drain
from onboarding.policies import Refused
from tests.smtp import Server, free_port, running

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=2)


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.SITE_URL = "https://weekone.example"
    with running(Server()) as server:
        settings.EMAIL_PORT = server.port
        yield server


def waiting(n: int = 0, **values) -> OutboxMail:
    values = {
        "kind": "test",
        "to": f"someone{n}@nhs.example",
        "subject": f"Mail {n}",
        "text": "Hello.\n",
        "at": timezone.now(),
    } | values
    return put(**values)


def state_of(row: OutboxMail) -> tuple[str, int]:
    row.refresh_from_db()
    return row.state, row.attempts


def test_a_mail_goes_out_once_in_text_and_html_to_one_recipient_with_a_stable_id(smtp):
    row = waiting(html="<p>Hello.</p>", reply_to="box+k7rf.abc@weekone.example", thread="<first@weekone.example>")
    assert drain() == 1
    assert drain() == 0
    (mail,) = smtp.mails
    assert smtp.envelopes == [["someone0@nhs.example"]]
    assert mail["Message-ID"] == message_id(row.ref) == f"<{row.ref}@weekone.example>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@weekone.example>",) * 2
    assert (mail["Auto-Submitted"], mail["Reply-To"]) == ("auto-generated", "box+k7rf.abc@weekone.example")
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert state_of(row) == ("sent", 1)
    assert row.sent_at


def test_many_go_out_over_one_connection_in_the_order_in_which_they_are_due(smtp, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda self, *a, **k: opened.append(1) or connect(self, *a, **k))
    for n in range(5):
        waiting(n, send_after=timezone.now() - dt.timedelta(minutes=n))
    drain()
    assert [mail["Subject"] for mail in smtp.mails] == [f"Mail {n}" for n in (4, 3, 2, 1, 0)]
    assert len(opened) == 1


def test_what_is_not_due_yet_waits(smtp):
    waiting(send_after=timezone.now() + LATER)
    assert drain() == 0


@pytest.mark.parametrize("answer", ["550 No such user here", "553 Not allowed"])
def test_a_refused_recipient_is_shown_to_a_human_and_the_next_mail_goes_out(smtp, answer):
    smtp.to_recipient["someone0@nhs.example"] = answer
    bad, good = waiting(0), waiting(1)
    drain()
    assert state_of(bad) == ("failed", 1)
    assert bad.problem == answer
    assert state_of(good) == ("sent", 1)


def test_a_server_that_says_later_is_asked_later_and_ever_more_slowly(smtp):
    smtp.to_recipient["someone0@nhs.example"] = "450 Greylisted"
    row = waiting()
    before = timezone.now()
    drain()
    assert state_of(row) == ("waiting", 1)
    assert dt.timedelta(seconds=59) < row.send_after - before < dt.timedelta(minutes=2)
    assert [backoff(n).total_seconds() / 60 for n in (1, 2, 3, 7, 90)] == [1, 2, 4, 60, 60]


def test_after_five_days_of_later_a_human_looks(smtp):
    smtp.to_data = "451 Try later"
    row = waiting(at=timezone.now() - dt.timedelta(days=6))
    drain()
    assert state_of(row) == ("failed", 1)


def test_a_refused_text_is_that_mails_own_fault(smtp):
    smtp.to_data = "554 Looks like spam"
    rows = [waiting(0), waiting(1)]
    drain()
    assert [state_of(row) for row in rows] == [("failed", 1)] * 2


def test_a_server_that_is_down_touches_no_mail_and_the_backlog_goes_out_once_when_it_is_back(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    rows = [waiting(n) for n in range(3)]
    for _ in range(4):
        with pytest.raises(Unreachable):
            drain()
    assert {state_of(row) for row in rows} == {("waiting", 0)}
    with running(Server(), settings.EMAIL_PORT) as server:
        drain()
        assert sorted(server.ids) == sorted(message_id(row.ref) for row in rows)


def test_a_wrong_password_of_ours_fails_no_mail(smtp, monkeypatch):
    def refuse(self):
        raise smtplib.SMTPAuthenticationError(535, b"Authentication failed")

    row = waiting()
    monkeypatch.setattr(EmailBackend, "open", refuse)
    with pytest.raises(Unreachable, match="535"):
        drain()
    assert state_of(row) == ("waiting", 0)


def test_a_connection_that_dies_is_opened_again_for_the_next_mail(smtp, monkeypatch):
    rows = [waiting(n) for n in range(3)]
    data = smtplib.SMTP.data
    dies = iter([True, False, False])

    def dying(self, message):
        if next(dies):
            self.close()
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return data(self, message)

    monkeypatch.setattr(smtplib.SMTP, "data", dying)
    drain()
    assert [state_of(row)[0] for row in rows] == ["waiting", "sent", "sent"]


def test_the_recipient_is_asked_again_just_before_sending(smtp, monkeypatch):
    now = {"someone0@nhs.example": "new@nhs.example", "someone1@nhs.example": ""}
    monkeypatch.setitem(sending.recipients, "test", lambda row: now.get(row.recipient, row.recipient))
    moved, gone, same = (waiting(n) for n in range(3))
    drain()
    assert smtp.envelopes == [["new@nhs.example"], ["someone2@nhs.example"]]
    assert [state_of(row)[0] for row in (moved, gone, same)] == ["sent", "dropped", "sent"]
    assert moved.recipient == "new@nhs.example"


def test_a_check_of_the_recipient_that_breaks_does_not_stop_the_others(smtp, monkeypatch):
    monkeypatch.setitem(sending.recipients, "test", lambda row: 1 / 0 if row.subject == "Mail 0" else row.recipient)
    broken, fine = waiting(0), waiting(1)
    drain()
    assert [state_of(row)[0] for row in (broken, fine)] == ["failed", "sent"]


@pytest.mark.parametrize(
    "address",
    [
        "a@nhs.example,b@evil.example", "a@nhs.example;b@evil.example", "a@nhs.example\r\nBcc: b@evil.example",
        "a@nhs.example\nBcc:b@evil.example", "A <a@nhs.example>", "a@nhs.example b@evil.example", '"a,b"@nhs.example',
        "a@nhs.example\x00", "a@nhs.example\u2028Bcc:b@evil.example", "", "nobody", "a@" + "n" * 250 + ".example",
    ],
)  # fmt: skip
def test_an_address_is_one_plain_address_or_none(smtp, address):
    assert not is_address(address)
    assert waiting(to=address) is None
    assert waiting(reply_to=address) is None or not address
    assert "evil" not in str(list(smtp.envelopes))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_a_name_in_the_subject_starts_no_new_header(smtp, end):
    waiting(subject=f"About Zoë{end}Bcc: b@evil.example", text=f"Zoë{end}.\r\n.\r\nRCPT TO:<b@evil.example>\r\n")
    drain()
    (mail,) = smtp.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "About Zoë Bcc: b@evil.example"
    assert smtp.envelopes == [["someone0@nhs.example"]]


def test_a_killed_workers_mail_is_taken_up_when_its_lease_has_run_out(smtp):
    row = waiting()
    now = timezone.now()
    assert claim(now).pk == row.pk
    assert claim(now) is None
    again = claim(now + sending.LEASE + dt.timedelta(seconds=1))
    assert (again.pk, again.attempts) == (row.pk, 2)
    sending.finish(row, state="failed")  # the first one, which was only slow, comes back
    assert state_of(row) == ("waiting", 2)


def test_one_mail_of_a_key(smtp):
    assert waiting(unique_key="once")
    assert waiting(unique_key="once") is None
    assert drain() == 1


def test_a_text_that_lets_its_reader_in_is_not_kept(smtp):
    sent, refused = waiting(0, secret=True, text="the link"), waiting(1, secret=True, text="the link")
    smtp.to_recipient["someone1@nhs.example"] = "550 No such user"
    drain()
    assert smtp.mails[0].get_content().strip() == "the link"
    for row in (sent, refused):
        row.refresh_from_db()
        assert "the link" not in row.text


def test_a_worker_that_died_is_known_after_an_hour_and_the_backlog_drains_once(smtp):
    now = timezone.now()
    rows = [waiting(n, send_after=now - dt.timedelta(minutes=59)) for n in range(3)]
    Job.objects.create(kind="test", run_after=now - dt.timedelta(hours=2), lease_until=now + LATER)
    assert what_waits_too_long(now) == []
    (sentence,) = what_waits_too_long(now + dt.timedelta(minutes=10))
    assert sentence == "the oldest mail has been due for 69 minutes: is send_outbox running?"
    drain()
    assert what_waits_too_long(now + dt.timedelta(minutes=10)) == []
    assert len(smtp.ids) == len(set(smtp.ids)) == len(rows)
    Job.objects.update(lease_until=None)
    assert "is work running?" in what_waits_too_long(now)[0]


def test_a_failed_mail_is_tried_again_by_its_own_onboarding_lead_alone(smtp, world):
    smtp.to_recipient["someone0@nhs.example"] = "550 No such user"
    row = waiting(organisation_id=world.northgate.pk)
    drain()
    lead, other, hr = world.actor("onboarding_lead"), world.actor("onboarding_lead", "southmere"), world.actor("hr")
    assert failed.overview(lead).failed == [row]
    assert failed.overview(other).failed == failed.overview(hr).failed == []
    with pytest.raises(failed.NoSuchMail):
        failed.try_again(row.ref, by=other, at=timezone.now())
    smtp.to_recipient.clear()
    assert failed.try_again(row.ref, by=lead, at=timezone.now())
    assert not failed.try_again(row.ref, by=lead, at=timezone.now())
    drain()
    assert state_of(row) == ("sent", 2)
    assert smtp.ids == [message_id(row.ref)]


def test_a_failed_mail_whose_link_is_gone_cannot_be_tried_again_but_put_aside(smtp, world):
    smtp.to_recipient["someone0@nhs.example"] = "550 No such user"
    row = waiting(organisation_id=world.northgate.pk, secret=True)
    drain()
    lead = world.actor("onboarding_lead")
    with pytest.raises(Refused, match="asks for a new one"):
        failed.try_again(row.ref, by=lead, at=timezone.now())
    assert failed.settle(row.ref, by=lead, at=timezone.now())
    assert state_of(row)[0] == "dropped"
