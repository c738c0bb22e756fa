"""Reading mail that is damaged, hostile or just odd: something storable comes out, or a plain "unreadable"."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.inbox import kinds
from escalations.inbox.plain import clean, words_of_html
from escalations.inbox.reading import Letter, Unreadable, read
from escalations.inbox.replies import reply_in
from escalations.inbox.verdict import dmarc_failed

WHOLE = (
    b"Return-Path: <hr@northgate.example>\r\nFrom: =?utf-8?q?Zo=C3=AB?= <hr@northgate.example>\r\n"
    b"To: week-one+k7rf-2xmd.abcdefghijklmnop@localhost\r\nSubject: =?utf-8?b?UmU6IEEgbmV3Y29tZXI=?=\r\n"
    b'Message-ID: <1@northgate.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n'
    b"--B\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"It is mended, Zo=EB.\r\n> Please correct it.\r\n--B\r\nContent-Type: image/png; name*0*=utf-8''a%20b.png\r\n"
    b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AEgnp.exe\r\n\r\n"
    b"iVBORw0KGgo=\r\n--B--\r\n"
)


def storable(letter: Letter) -> None:
    said = " ".join(
        (letter.text, letter.subject, letter.sender_name, letter.message_id, *letter.senders, *letter.recipients,
         *(file.name for file in letter.attached))
    )  # fmt: skip
    said.encode()
    assert "\x00" not in said
    assert "\u202e" not in said
    assert "\n" not in letter.subject + letter.message_id + letter.sender_name


def looked_at(raw: bytes) -> None:
    try:
        letter = read(raw)
    except Unreadable:
        return
    storable(letter)
    kinds.is_bounce(letter), kinds.is_automatic(letter), kinds.is_final(letter), kinds.why_it_came_back(letter)
    dmarc_failed(letter, "mx.trust.example")
    reply_in(letter.text).said.encode()


def test_a_whole_letter_is_read():
    letter = read(WHOLE)
    assert (letter.sender_name, letter.senders, letter.subject) == ("Zoë", ("hr@northgate.example",), "Re: A newcomer")
    assert reply_in(letter.text).said == "It is mended, Zoë."
    assert [file.name for file in letter.attached] == ["gnp.exe"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=20)), max_size=6))
def test_a_damaged_letter_is_read_or_called_unreadable(damages):
    raw = WHOLE
    for place, length, instead in damages:
        raw = raw[:place] + instead + raw[place + length :]
    looked_at(raw)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_read_or_called_unreadable(raw):
    looked_at(raw)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([
    b"From: a@b.example\r\n", b"From: ,,<>@;\r\n", b"To: undisclosed-recipients:;\r\n", b"To: =?utf-8?b?//8=?=\r\n",
    b"Subject: =?x-unknown?q?=FF?=\r\n", b"Subject:\r\n", b"Content-Type: multipart/mixed\r\n",
    b"Content-Type: ;;=\r\n",
    b'Content-Type: multipart/mixed; boundary=""\r\n', b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*=''\r\n", b"Message-ID: <<>>\r\n", b"Date: never\r\n",
    b"Authentication-Results: mx.trust.example; dmarc=fail\r\n", b" folded\r\n", b"\xff\xfe: \x00\r\n",
    b"\r\n", b"--\r\n",
    b"begin 644 x\r\n", b"<p><script>x", b"On On On On On On ",
]), max_size=20))  # fmt: skip
def test_odd_headers_in_any_order_are_read_or_called_unreadable(lines):
    looked_at(b"".join(lines))


def test_a_mail_bomb_of_parts_in_parts_is_cut_off():
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    start = time.monotonic()
    looked_at(raw)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "text",
    ["On " * 20_000, " " * 50_000, "On x wrote:\n" * 5_000, "> " * 20_000, "x" * 500_000, "\n" * 50_000, "_" * 50_000,
     "From: a\nSent: b\n" * 3_000],
)  # fmt: skip
def test_a_text_made_to_hang_is_cut_in_time(text):
    start = time.monotonic()
    reply_in(text)
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Done.\n\nOn Mon, 3 Aug 2026 at 10:00 Week One <w1@trust.example> wrote:\n> Please.", "Done."),
        ("Done.\n\n-----Original Message-----\nFrom: Week One\nSent: Monday\n\nPlease.", "Done."),
        (
            "Done.\n\nFrom: Week One <w1@trust.example>\nSent: 03 August 2026 10:00\nTo: HR\nSubject: x\n\nPlease.",
            "Done.",
        ),
        ("On Monday we mend it.\nOn Tuesday it works.", "On Monday we mend it.\nOn Tuesday it works."),
        ("> Which date?\n3 July.", "> Which date?\n3 July."),
    ],
)
def test_what_is_new_is_told_from_what_is_quoted(text, said):
    assert reply_in(text).said == said


def test_nothing_that_was_written_is_lost_to_the_fold():
    reply = reply_in(
        "Done.\n\nOn Mon, 3 Aug 2026 at 10:00 Week One <w1@trust.example> wrote:\n> Please.\n\nAnd one more thing."
    )
    assert "And one more thing." in reply.said + reply.quoted


def test_html_that_is_broken_is_still_words():
    assert words_of_html("<p>Done<br>now<script>x</script <b>!") != ""
    assert words_of_html("<style>p{}</style><div>One</div><div>Two</div>") == "One\n\nTwo"


def test_text_is_made_harmless_and_stays_readable():
    assert clean("a\x00b\u202ec\r\nd\ud800") == "abc\nd?"
