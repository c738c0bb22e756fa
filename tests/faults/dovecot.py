"""A Dovecot of one's own: another port, another folder, nothing of the machine's."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests.smtp import free_port

USER, PASSWORD = "weekone", "secret/word"
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwd
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def why_not() -> str:
    """Why there is none here; "" if there is."""
    if not Path(DOVECOT).exists() and not os.environ.get("CI"):  # there it is to be installed, and its lack a fault
        return "Debian's dovecot-imapd is not installed"
    if os.geteuid() != 0:
        return "Dovecot is started as root, which this is not"
    return ""


@contextmanager
def mailbox_server() -> Iterator[str]:
    """Serves one empty mailbox; gives its IMAP_URL."""
    folder, port = Path(tempfile.mkdtemp(prefix="week-one-dovecot-")), free_port()
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    (folder / "passwd").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "passwd").chmod(0o644)
    (folder / "config").write_text(CONFIG.format(folder=folder, port=port))
    server = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "config")])  # noqa: S603 (our own words)
    try:
        until = time.monotonic() + 15
        while True:
            try:
                MailBoxUnencrypted("127.0.0.1", port, timeout=5).login(USER, PASSWORD).logout()
                break
            except Exception:
                if time.monotonic() > until or server.poll() is not None:
                    raise RuntimeError((folder / "log").read_text()) from None
                time.sleep(0.2)
        yield f"imap://{USER}:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}/INBOX"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
