import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from escalations.services import fetching
from escalations.services.receiving import receive

TRY_LATER = 75  # EX_TEMPFAIL: a mail server that pipes mail in keeps it and tries again


class Command(BaseCommand):
    help = (
        "Takes replies in: one from FILE (- reads standard input, for a mail server's pipe), or all from the mailbox "
        "of IMAP_URL. Exit 0: kept, whatever became of it; 75: it could not be kept, try again later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="a mail as it came (RFC 5322); - is standard input")
        parser.add_argument("--imap", action="store_true", help="fetch from IMAP_URL")
        parser.add_argument("--loop", action="store_true", help="with --imap: go on for ever")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["file"]) == options["imap"]:
            raise CommandError("Name a file, or - for standard input, or --imap.", returncode=2)
        if options["loop"] and not options["imap"]:
            raise CommandError("--loop goes with --imap.", returncode=2)
        said = self.from_mailbox(options) if options["imap"] else self.from_file(options["file"])
        self.stdout.write(json.dumps(said) if options["json"] else words(said))

    def from_file(self, name: str) -> dict[str, Any]:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        if not raw.strip():
            raise CommandError("There is no mail in it.")
        try:
            row = receive(raw, at=timezone.now())
        except (DatabaseError, OSError) as error:
            raise CommandError(
                f"It could not be kept: {type(error).__name__}. Try again later.", returncode=TRY_LATER
            ) from error
        reference = row.escalation.reference if row.escalation else None
        return {"mail": str(row.ref), "state": row.state, "reason": row.reason, "reference": reference}

    def from_mailbox(self, options: dict[str, Any]) -> dict[str, Any]:
        if not settings.IMAP_URL:
            return {"received": {}, "reason": "IMAP_URL is not set, so there is no mailbox to read."}
        try:
            if options["loop"]:
                fetching.loop(settings.IMAP_URL)
            return {"received": fetching.once(settings.IMAP_URL)}
        except ValueError as error:
            raise CommandError(str(error)) from error
        except fetching.Errors as error:
            raise CommandError(f"The mailbox cannot be read: {type(error).__name__}.") from error
        except KeyboardInterrupt:
            return {"received": {}, "reason": "Stopped."}


def words(said: dict[str, Any]) -> str:
    if "received" in said:
        counts = ", ".join(f"{count} {state}" for state, count in said["received"].items())
        return said.get("reason") or counts or "No mail there."
    where = f" {said['reference']}" if said["reference"] else ""
    return f"{said['state']}{where}. {said['reason']}".strip()
