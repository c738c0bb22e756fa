"""Replies fetched from a real IMAP server (Dovecot), damaged ones among them; a worker that dies between keeping and
moving; the loop that hears of a new mail by IDLE."""

import threading
import time

import pytest
from django.utils import timezone
from imap_tools import BaseMailBox
from imap_tools.idle import IdleManager

from escalations.models import InboundMail, Message
from escalations.services import fetching
from escalations.services.fetching import HANDLED, account, opened
from steps.services import verbs
from tests.faults import dovecot
from tests.unit.escalations.letters import letter, picture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(dovecot.why_not()), reason=dovecot.why_not() or "there is one"),
    pytest.mark.django_db,
]


@pytest.fixture
def url(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with dovecot.mailbox_server() as found:
        settings.IMAP_URL = found
        settings.REPLY_ADDRESS = "week-one@trust.example"
        yield found


@pytest.fixture
def reference(world):
    placement = world.newcomer(account=True)
    by = world.newcomer_actor(placement)
    return verbs.block(placement.ref, "hr_record", by=by, at=timezone.now(), reason="It is wrong.").fact.blocker


def count_in(box: BaseMailBox, folder: str) -> int:
    box.folder.set(folder)
    return len(box.uids())


def test_replies_are_fetched_and_moved_whatever_is_in_them(url, reference):
    """Slow: starts a mail server."""
    mails = [
        letter(reference), letter(reference, "stranger@evil.example"), letter(reference, files={"x.png": picture()}),
        b"\xff\xfe\x00 no mail at all\r\n", b"From: ,,<>@\r\nContent-Type: multipart/mixed\r\n\r\n--\r\n",
        letter(reference, Auto_Submitted="auto-replied"), letter(reference, text="x" * 300_000),
    ]  # fmt: skip
    with opened(account(url)) as box:
        for mail in mails:
            box.append(mail)
    counts = fetching.once(url)
    assert counts == {"attached": 3, "held": 3, "auto": 1}
    assert InboundMail.objects.count() == len(mails)
    with opened(account(url)) as box:
        assert (count_in(box, "INBOX"), count_in(box, HANDLED)) == (0, len(mails))
    assert fetching.once(url) == {}


def test_a_worker_that_dies_before_moving_says_nothing_twice(url, reference, monkeypatch):
    """Slow: starts a mail server."""
    with opened(account(url)) as box:
        box.append(letter(reference))

    def die(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseMailBox, "move", die)
    with pytest.raises(KeyboardInterrupt):
        fetching.once(url)
    monkeypatch.undo()
    assert fetching.once(url) == {"attached": 1}
    assert Message.objects.filter(kind="mail_in").count() == 1


def test_the_loop_hears_of_a_new_mail_and_outlives_a_broken_connection(url, reference, monkeypatch):
    """Slow: starts a mail server, and waits for it to say that there is a mail."""
    waits, sleep = [], time.sleep
    wait = IdleManager.wait

    def bring_one() -> None:
        sleep(1)
        with opened(account(url)) as box:
            box.append(letter(reference))

    def waiting(self, timeout=None):
        waits.append(1)
        if len(waits) == 1:
            raise OSError("the line is dead")
        threading.Thread(target=bring_one).start()
        return wait(self, timeout=40)

    monkeypatch.setattr(IdleManager, "wait", waiting)
    monkeypatch.setattr(fetching.connections, "close_all", lambda: None)  # the test's own is in use
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: None)
    start = time.monotonic()
    fetching.loop(url, until=lambda: Message.objects.filter(kind="mail_in").exists() or len(waits) > 3)
    assert Message.objects.filter(kind="mail_in").count() == 1
    assert time.monotonic() - start < 30  # told, not timed out


def test_a_wrong_password_and_a_server_that_is_not_there_are_one_sentence(url, capsys):
    """Slow: starts a mail server."""
    from django.core.management import CommandError, call_command
    from django.test import override_settings

    for wrong in (url.replace("secret", "wrong"), "imap://weekone:x@127.0.0.1:1/INBOX"):
        with override_settings(IMAP_URL=wrong), pytest.raises(CommandError) as refused:
            call_command("receive_mail", "--imap")
        assert str(refused.value).startswith("The mailbox cannot be read")
        assert "wrong" not in str(refused.value)
    call_command("receive_mail", "--imap")
    assert capsys.readouterr().out == "No mail there.\n"
