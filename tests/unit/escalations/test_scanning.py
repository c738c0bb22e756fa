"""The scanner's protocol against a daemon of our own that speaks it; `tests/faults` has the real one."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalations.evidence import scanning
from escalations.evidence.scanning import Answer


class Daemon:
    """Reads one INSTREAM and answers as it was told; `got` is what was streamed to it."""

    def __init__(self, where: str, says: bytes) -> None:
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(where)
        self.listening.listen()
        self.says, self.got = says, b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!L", stream.read(4))[0]:
                self.got += stream.read(size)
            connection.sendall(self.says)

    def close(self) -> None:
        self.thread.join(5)
        self.listening.close()


@pytest.fixture
def answering(tmp_path: Path, settings) -> Iterator[object]:
    made = []

    def start(says: bytes) -> Daemon:
        settings.CLAMAV_SOCKET = str(tmp_path / "clamd")
        made.append(Daemon(settings.CLAMAV_SOCKET, says))
        return made[-1]

    yield start
    for daemon in made:
        daemon.close()


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        (b"stream: OK\0", Answer.CLEAN),
        (b"stream: Eicar-Signature FOUND\0", Answer.FOUND),
        (b"INSTREAM size limit exceeded. ERROR\0", Answer.NONE),
        (b"stream: OK", Answer.NONE),
        (b"stream: NOT OK\0", Answer.NONE),
        (b"", Answer.NONE),
    ],
)
def test_only_a_whole_ok_is_clean(answering, says, answer):
    daemon = answering(says)
    assert scanning.scan(b"x" * 200_000) is answer
    daemon.thread.join(5)
    assert daemon.got == b"x" * 200_000


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:9"])
def test_a_daemon_that_is_not_there_answers_nothing(settings, where):
    settings.CLAMAV_SOCKET = where
    assert scanning.scan(b"x") is Answer.NONE
