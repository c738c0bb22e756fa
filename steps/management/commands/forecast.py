import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onboarding.wording import count_words
from steps.services.forecasting import foresee
from steps.services.looking_back import look_back


class Command(BaseCommand):
    help = "Works out now how long each step waited and when newcomers are likely ready. `work` does it every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="play everybody's facts again, not only what is new")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        played = look_back(now, everybody=options["all"])
        foreseen = foresee(now)
        if options["json"]:
            self.stdout.write(json.dumps({"played_again": played, "forecasts": foreseen, "at": now.isoformat()}))
        else:
            self.stdout.write(
                f"Facts of {count_words(played, 'newcomer')} played again; {count_words(foreseen, 'forecast')}."
            )
