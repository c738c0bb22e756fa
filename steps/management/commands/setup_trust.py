import argparse
import json
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from onboarding.actors import system
from onboarding.first_run import make_link
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.wording import day_words, moment_words
from onboarding.words import Role
from steps.setup import Done, Member, Wanted, ask, faults, set_up, shortfalls


class Command(BaseCommand):
    help = "Sets a trust up: asked for step by step on a terminal, or from flags. Run again, it changes what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ods", default="", help="its ODS code; left out on a terminal, everything is asked for")
        parser.add_argument("--name", default="", help="its name")
        parser.add_argument("--kind", default="", help="trust, lead_employer or board")
        parser.add_argument("--country", default="", help="england, wales, scotland or northern-ireland")
        parser.add_argument("--mail-system", default="", help="nhsmail, trust or none")
        parser.add_argument("--pathway", default="", metavar="KEY", help="for its newcomers; usually the country's")
        parser.add_argument("--lead-email", default="", metavar="EMAIL", help="of the onboarding lead")
        parser.add_argument("--lead-name", default="", metavar="NAME", help="of the onboarding lead")
        more: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("--team", **more, type=team, metavar="FUNCTION=MAILBOX", help="again for each team")
        parser.add_argument("--member", **more, type=member, metavar="ROLE=EMAIL=NAME", help="again for each person")
        parser.add_argument("--payday", **more, metavar="YYYY-MM-DD", help="again for each payday")
        parser.add_argument("--link", action="store_true", help="print a link that asks for it in a browser")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines; nothing is asked")

    def handle(self, *args: Any, **options: Any) -> None:
        if problem := not_ready():
            self.refuse([problem], as_json=options["json"])
        if options["link"]:
            self.link(as_json=options["json"])
            return
        wanted = wanted_by(options)
        if not wanted.ods_code:
            if options["json"] or not sys.stdin.isatty():
                raise CommandError("Give --ods, or run it on a terminal to be asked.", returncode=2)
            self.ask(wanted)
        if found := faults(wanted):
            self.refuse(found, as_json=options["json"])
        try:
            done = set_up(wanted, by=system("setup_trust"), at=timezone.now())
        except Refused as refusal:  # changed by somebody else since it was looked at
            self.refuse([str(refusal)], as_json=options["json"])
        self.tell(done, as_json=options["json"])

    def link(self, *, as_json: bool) -> None:
        address, until = make_link(at=timezone.now())
        if as_json:
            self.stdout.write(json.dumps({"link": address, "until": until.isoformat()}))
            return
        self.stdout.write(f"Open this in a browser. It sets one organisation up, and works once:\n  {address}")
        self.stdout.write(f"Until {moment_words(until)} on {day_words(until)}. An older link lets nobody in any more.")

    def ask(self, wanted: Wanted) -> None:
        try:
            ask(wanted, read=input, say=self.stdout.write)
        except (EOFError, KeyboardInterrupt) as end:
            raise CommandError("\nStopped. Nothing was changed.", returncode=1) from end

    def refuse(self, found: list[str], *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"written": False, "problems": found}, ensure_ascii=False))
        else:
            self.stderr.write("\n".join([*found, "Nothing was changed."]))
        sys.exit(1)

    def tell(self, done: Done, *, as_json: bool) -> None:
        short = [str(one) for one in shortfalls(done.organisation, today=timezone.localdate())]
        if as_json:
            answer = {
                "written": True,
                "ods": done.organisation.ods_code,
                "changes": done.changes,
                "still_short": short,
                "accounts": [
                    {"email": user.email, "name": user.name, "link": link} for user, link in done.new_accounts
                ],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write("\n".join(done.changes or ["Nothing differs: nothing was changed."]))
        head = "Still to do:" if short else "Nothing falls short: import a roster."
        self.stdout.write("\n".join(["", head, *(f"  [ ] {sentence}" for sentence in short)]))
        if done.new_accounts:
            self.stdout.write(
                "\nEach sets a password once, within three days. Hand them over; they are not shown again:"
            )
            self.stdout.write("\n".join(f"  {user.name}, {user.email}: {link}" for user, link in done.new_accounts))


def wanted_by(options: dict[str, Any]) -> Wanted:
    members = [Member(*parts) for parts in options["member"]]
    if options["lead_email"] or options["lead_name"]:
        members.insert(0, Member(Role.ONBOARDING_LEAD, options["lead_email"].strip(), options["lead_name"]))
    return Wanted(
        ods_code=options["ods"].strip().upper(),
        name=options["name"],
        kind=options["kind"],
        country=options["country"],
        mail_system=options["mail_system"],
        pathway=options["pathway"],
        teams=list(options["team"]),
        members=members,
        paydays=list(options["payday"]),
    )


def team(text: str) -> tuple[str, str]:
    function, equals, mailbox = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write it as FUNCTION=MAILBOX")
    return function.strip(), mailbox.strip()


def member(text: str) -> tuple[str, str, str]:
    role, equals, rest = text.partition("=")
    email, _, name = rest.partition("=")  # the name may be left out for somebody who has an account
    if not equals:
        raise argparse.ArgumentTypeError("write it as ROLE=EMAIL=NAME")
    return role.strip(), email.strip(), name.strip()


def not_ready() -> str:
    """Why this database cannot take a trust in, or nothing."""
    plan = MigrationExecutor(connection)
    if plan.migration_plan(plan.loader.graph.leaf_nodes()):
        return "The database is not made, or older than this version. Run manage.py migrate first."
    if Organisation.objects.filter(demo=True).exists():
        return "This database is a try-out, whose passwords are known. Point DATABASE_URL at another."
    return ""
