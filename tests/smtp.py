"""A real SMTP server for tests, on a free port of this machine; it can refuse, and can be told what to say."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Server:
    """`mails` in order of arrival. `answers` are given to RCPT, or to DATA, instead of taking the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[list[str]] = []
        self.to_recipient: dict[str, str] = {}
        self.to_data: str = ""
        self.port = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if answer := self.to_recipient.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_data:
            return self.to_data
        self.envelopes.append(envelope.rcpt_tos)
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@contextmanager
def running(server: Server, port: int = 0) -> Iterator[Server]:
    """Serves on `port`, or on a free one, until the block ends."""
    controller = Controller(server, hostname="127.0.0.1", port=port or free_port(), ready_timeout=10)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
