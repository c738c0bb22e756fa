import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.audit import verify_chains
from onboarding.audit.checking import heads, missing_heads
from onboarding.progress import Progress
from steps.models import Chain
from steps.services.verifying import differences


class Command(BaseCommand):
    help = "Resolves every newcomer afresh and checks the audit chain; names any difference (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")
        parser.add_argument("--heads", action="store_true", help="prints where each chain ends, and checks nothing")
        parser.add_argument("--against", metavar="FILE", help="heads kept elsewhere, or mails with them (-: stdin)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["heads"]:
            for line in heads(timezone.now()):
                self.stdout.write(line)
            return
        gone = kept_elsewhere(options["against"]) if options["against"] else []
        total = Chain.objects.count()
        with Progress("Resolving", total, quiet=options["json"]) as progress:
            found = [str(d) for d in differences(progress)]
        audit = verify_chains()
        if options["json"]:
            answer: dict[str, Any] = {
                "placements": total,
                "differences": found,
                "audit": {"entries": audit.entries, "broken_at": audit.broken_at},
            }
            if options["against"]:
                answer["audit"]["missing_heads"] = gone
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for line in found:
                self.stdout.write(line)
            self.stdout.write(f"{total} placements resolved afresh: {len(found) or 'no'} differences.")
            broken = f"broken at {audit.broken_at}" if audit.broken_at else "unbroken"
            self.stdout.write(f"{audit.entries} audit entries: {broken}.")
            for head in gone:
                self.stdout.write(f"The trail no longer holds entry {head} as it was kept elsewhere.")
        if found or audit.broken_at or gone:
            sys.exit(1)


def kept_elsewhere(path: str) -> list[str]:
    try:
        if path == "-":
            return missing_heads(sys.stdin)
        with open(path, encoding="utf-8", errors="replace") as lines:
            return missing_heads(lines)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"{path}: {said}", returncode=2) from error
