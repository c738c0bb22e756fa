import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onboarding.rights.keeping import sweep


class Command(BaseCommand):
    help = "Erases what was kept long enough, as each organisation has set it. Legal holds are respected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = sweep(timezone.now(), dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({one.kind: one.count for one in found} | {"dry_run": options["dry_run"]}))
            return
        verb = "would go" if options["dry_run"] else "went"
        for one in found:
            self.stdout.write(f"{one.kind.capitalize()}: {one.count} {verb}.")
