import json
import os
import socket
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.outbox import sending
from onboarding.progress import Progress
from steps.demo import making

PASSWORD = "week-one-demo"  # noqa: S105 (a try-out's, and printed)


class Command(BaseCommand):
    help = "Makes the try-out whole (database, pathways, people, pages), prints the sign-ins, and serves it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="where to serve; left out: 8000, or the next free one")
        parser.add_argument("--no-serve", action="store_true", help="make everything, serve nothing")
        parser.add_argument("--json", action="store_true", help="the address and the sign-ins as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not making.is_demo_or_empty():
            raise CommandError("This database is not a demo, so nothing was changed. Point DATABASE_URL at another.")
        port = options["port"] or free_port()
        if options["port"] and not options["no_serve"] and not is_free(port):
            raise CommandError(f"Port {port} is in use. Try another with --port.")
        quiet = options["json"]
        call_command("assets", verbosity=0 if quiet else 1)
        self.say(quiet, "Making the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        password = os.environ.get("DEMO_PASSWORD") or PASSWORD
        now = timezone.localtime()
        with Progress("Making newcomers", len(making.people(now)), quiet=quiet) as progress:
            making.make(password, now=now, progress=progress)
        self.announce(f"http://127.0.0.1:{port}/", password, as_json=quiet)
        if not options["no_serve"]:
            settings.SITE_URL = f"http://127.0.0.1:{port}"  # where links in mails lead
            threading.Thread(target=sending.loop, name="mail", daemon=True).start()
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)

    def say(self, quiet: bool, text: str) -> None:
        if not quiet:
            self.stdout.write(text)

    def announce(self, address: str, password: str, *, as_json: bool) -> None:
        emails = [making.NEWCOMER, *(email for email, _, _ in making.SIGN_INS)]
        if as_json:
            answer = {"address": address, "password": password, "sign_ins": emails}
            self.stdout.write(json.dumps(answer), ending="\n")
        else:
            lines = [f"Week One is at {address}", "", "Sign in with any of these:"]
            lines += [f"  {email}" for email in emails]
            lines += ["", f"Password: {password}", "What it mails appears here. Stop it with Control-C."]
            self.stdout.write("\n".join(lines))
        self.stdout.flush()
        if not settings.DEBUG:
            self.stderr.write("DEBUG is off: signing in needs https.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(first: int = 8000) -> int:
    for port in range(first, first + 50):
        if is_free(port):
            return port
    raise CommandError(f"Ports {first} to {first + 49} are all in use. Name a free one with --port.")
