import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onboarding import heartbeat
from onboarding.models import OutboxMail
from onboarding.models.work import MailState
from onboarding.outbox.sending import Unreachable, drain, loop
from onboarding.progress import Progress


class Command(BaseCommand):
    help = "Sends the mail that waits. With --loop it goes on for ever; several may run side by side."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on for ever")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            try:
                loop()
            except KeyboardInterrupt:
                return
        heartbeat.beat(heartbeat.MAIL)
        waiting = OutboxMail.objects.filter(state=MailState.WAITING).count()
        with Progress("Sending", waiting, quiet=options["json"]) as progress:
            try:
                taken = drain(told=progress)
            except Unreachable as error:
                raise CommandError(f"The mail server cannot be reached: {error}") from error
        waiting, failed = (OutboxMail.objects.filter(state=state).count() for state in ("waiting", "failed"))
        if options["json"]:
            self.stdout.write(json.dumps({"taken": taken, "waiting": waiting, "failed": failed}))
        else:
            self.stdout.write(f"{taken} mails taken in hand; {waiting} wait, {failed} failed for good.")
