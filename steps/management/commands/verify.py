import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from onboarding.audit import verify_chains
from onboarding.progress import Progress
from steps.models import Chain
from steps.services.verifying import differences


class Command(BaseCommand):
    help = "Resolves every newcomer afresh and checks the audit chain; names any difference (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        total = Chain.objects.count()
        with Progress("Resolving", total, quiet=options["json"]) as progress:
            found = [str(d) for d in differences(progress)]
        audit = verify_chains()
        if options["json"]:
            answer = {
                "placements": total,
                "differences": found,
                "audit": {"entries": audit.entries, "broken_at": audit.broken_at},
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for line in found:
                self.stdout.write(line)
            self.stdout.write(f"{total} placements resolved afresh: {len(found) or 'no'} differences.")
            broken = f"broken at {audit.broken_at}" if audit.broken_at else "unbroken"
            self.stdout.write(f"{audit.entries} audit entries: {broken}.")
        if found or audit.broken_at:
            sys.exit(1)
