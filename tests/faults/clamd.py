"""A ClamAV daemon of one's own: Debian's program, with one signature of ours, so that nothing is fetched."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # harmless, and every scanner's
CONFIG = """
LocalSocket {folder}/socket
DatabaseDirectory {folder}
TemporaryDirectory {folder}
LogFile {folder}/log
Foreground yes
{user}
"""


def why_not() -> str:
    """Why there is none here; "" if there is."""
    if Path(CLAMD).exists() or os.environ.get("CI"):  # there it is to be installed, and its lack a fault
        return ""
    return "Debian's clamav-daemon is not installed: the scanner's client is tested against our own daemon alone"


@contextmanager
def daemon() -> Iterator[str]:
    """Gives the path of its socket, for CLAMAV_SOCKET. A signature of the form name:any file:any place:bytes."""
    folder = Path(tempfile.mkdtemp(prefix="week-one-clamd-"))
    (folder / "ours.ndb").write_text(f"Test-Virus:0:*:{EICAR.hex()}\n")
    (folder / "config").write_text(
        CONFIG.format(folder=folder, user="User root" if os.geteuid() == 0 else "# as whoever started it")
    )
    server = subprocess.Popen(  # noqa: S603 (our own words)
        [CLAMD, "-c", str(folder / "config")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(folder, server)
        yield str(folder / "socket")
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(folder / "socket"))
                return
            except OSError:
                if time.monotonic() > until or server.poll() is not None:
                    log = folder / "log"
                    raise RuntimeError(log.read_text() if log.exists() else "clamd did not start") from None
        time.sleep(0.1)
