import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onboarding import heartbeat
from onboarding.jobs import run_due


class Command(BaseCommand):
    help = "Does the background work that is due. With --loop it goes on for ever; several may run side by side."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on for ever")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heartbeat.beat(heartbeat.WORK)
            done = run_due(timezone.now())
            while options["loop"]:
                time.sleep(5)
                heartbeat.beat(heartbeat.WORK)
                run_due(timezone.now())
        except KeyboardInterrupt:
            return
        self.stdout.write(json.dumps({"done": done}) if options["json"] else f"{done} jobs done.")
