"""From raw bytes to a letter. What the modern parser cannot read the old one can, and what neither can is said so."""

import email
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Policy, compat32, default
from email.utils import getaddresses
from typing import Any

from escalations.inbox.plain import clean, one_line, words_of_html

PARTS = 200  # of one mail; a mail bomb has more
ENCODED_WORDS = 2_000  # letters of one header that are decoded
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
ID = re.compile(r"<[^<>\s]{1,300}>")


class Unreadable(Exception):
    """Neither parser can make anything of it."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a letter. `type` is the sender's word for it."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is worked on. All text is clean; addresses are lower case; `headers` are by lower-case name."""

    message_id: str
    senders: tuple[str, ...]
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    headers: dict[str, tuple[str, ...]]
    content_type: str
    answers: tuple[str, ...]
    attached: tuple[Attached, ...] = ()
    report: str = ""
    returned_ids: tuple[str, ...] = field(default=())

    def header(self, name: str) -> str:
        return next(iter(self.headers.get(name.lower(), ())), "")


def read(raw: bytes) -> Letter:
    """Raises `Unreadable`. Never anything else: every third letter that arrives somewhere is broken in some way."""
    problems = []
    for policy in (default, compat32):
        try:
            return letter(raw, policy)
        except Exception as error:  # the parser raises what it likes: any of it means "not with this policy"
            problems.append(type(error).__name__)
    raise Unreadable(", ".join(problems))


def letter(raw: bytes, policy: "Policy[Any]") -> Letter:
    mail = email.message_from_bytes(raw, policy=policy)
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in mail.items():
        headers[name.lower()] = (*headers.get(name.lower(), ()), decoded(value))
    parts = list(parts_of(mail))
    text, attached = content_of(parts)
    senders = addresses(headers, ("From",))
    return Letter(
        message_id=one_line("".join(ID.findall(" ".join(headers.get("message-id", ())))[:1]), 320),
        senders=tuple(dict.fromkeys(address for _, address in senders)),
        sender_name=one_line(senders[0][0], 200) if senders else "",
        recipients=tuple(dict.fromkeys(address for _, address in addresses(headers, RECIPIENTS))),
        subject=one_line(" ".join(headers.get("subject", ())[:1]), 200),
        text=text,
        headers=headers,
        content_type=mail.get_content_type(),
        answers=tuple(ID.findall(" ".join([*headers.get("in-reply-to", ()), *headers.get("references", ())])))[:50],
        attached=tuple(attached),
        report=report_of(parts),
        returned_ids=tuple(returned(parts)),
    )


def decoded(value: Any) -> str:
    text = str(value)[:50_000]
    if "=?" in text[:ENCODED_WORDS]:
        try:
            text = str(make_header(decode_header(text[:ENCODED_WORDS])))
        except Exception:  # a charset that nobody knows: as it stands
            text = text[:ENCODED_WORDS]
    return clean(text)


def addresses(headers: dict[str, tuple[str, ...]], names: Iterable[str]) -> list[tuple[str, str]]:
    """(name, address) of each; what is no address is left out."""
    values = [value for name in names for value in headers.get(name.lower(), ())]
    found = getaddresses([value.replace("\n", " ")[:20_000] for value in values])
    return [(name, address.strip().lower()[:254]) for name, address in found if "@" in address]


def parts_of(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= PARTS:
            return
        yield part


def content_of(parts: list[Message]) -> tuple[str, list[Attached]]:
    """The first plain text, else the first HTML as text; and the files."""
    plain, rich, attached = "", "", []
    inner: set[int] = set()
    for part in parts:
        if id(part) in inner or part.is_multipart():
            if part.get_content_type() == "message/rfc822":
                inner |= {id(one) for one in part.walk()}  # a mail in the mail is not what was said
            continue
        kind = part.get_content_type()
        name = filename_of(part)
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content and kind not in REPORTS and not is_decoration(part, content):
                attached.append(Attached(name or "unnamed", kind, content))
        elif kind == "text/plain" and not plain:
            plain = text_of(part)
        elif kind == "text/html" and not rich:
            rich = words_of_html(text_of(part))
    return (plain.strip() or rich), attached


def is_decoration(part: Message, content: bytes) -> bool:
    """The logo below a signature, which comes with every mail of some offices."""
    placed = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
    return placed and part.get_content_maintype() == "image" and len(content) < LOGO


LOGO = 20_000  # bytes
REPORTS = frozenset({"message/delivery-status", "text/rfc822-headers", "message/disposition-notification"})


def filename_of(part: Message) -> str:
    try:
        return one_line(part.get_filename() or "", 120)
    except Exception:  # a broken parameter is no name
        return "unnamed"


def text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    named = str(part.get_content_charset() or "utf-8")
    for charset in (named, "utf-8", "cp1252"):
        try:
            return clean(content.decode(charset))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return clean(content.decode("latin-1"))


def report_of(parts: list[Message]) -> str:
    """What a delivery report says, as text; "" when there is none."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            blocks = payload if isinstance(payload, list) else [payload]
            return clean("\n".join(str(block) for block in blocks))[:20_000]
    return ""


def returned(parts: list[Message]) -> list[str]:
    """The Message-IDs of the mail that a report sends back."""
    found: list[str] = []
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            found += ID.findall(payload.decode("latin-1"))[:5] if isinstance(payload, bytes) else []
        elif part.get("Message-ID"):
            found += ID.findall(str(part["Message-ID"]))[:1]
    return found[:20]
