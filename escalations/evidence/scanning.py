"""Asks a ClamAV daemon about a file, by its INSTREAM command, where `CLAMAV_SOCKET` names one."""

import socket
import struct
from enum import Enum

from django.conf import settings

SECONDS = 10.0
CHUNK = 64 * 1024


class Answer(Enum):
    CLEAN = "clean"
    FOUND = "found"
    NONE = "none"  # the daemon is down, or did not say


def configured() -> bool:
    return bool(settings.CLAMAV_SOCKET)


def scan(content: bytes) -> Answer:
    """Only a plain OK is clean: an error, a timeout or half an answer is none."""
    try:
        with connected(settings.CLAMAV_SOCKET) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                daemon.sendall(struct.pack("!L", len(part)) + part)
            daemon.sendall(struct.pack("!L", 0))
            said = answer(daemon)
    except OSError:
        return Answer.NONE
    if said == "stream: OK":
        return Answer.CLEAN
    return Answer.FOUND if said.endswith(" FOUND") else Answer.NONE


def connected(where: str) -> socket.socket:
    """A path is a Unix socket, host:port anything else."""
    if where.startswith(("/", "unix:")):
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(SECONDS)
        try:
            daemon.connect(where.removeprefix("unix:"))
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _, port = where.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host or "127.0.0.1", int(port)), timeout=SECONDS)


def answer(daemon: socket.socket) -> str:
    """Up to the NUL that ends it; "" for one that does not end."""
    said = b""
    while not said.endswith(b"\0"):
        part = daemon.recv(1024)
        if not part or len(said) > 4096:
            return ""
        said += part
    return said[:-1].decode("utf-8", "replace")
