import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.models import Organisation, User
from onboarding.policies import Refused
from onboarding.progress import Progress
from onboarding.roster import refused_csv
from onboarding.sign_in import actor_of
from steps.arrival.storing import Arrived, import_roster


class Command(BaseCommand):
    help = "Takes newcomers in from a CSV or XLSX file. Nothing is written when any row is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--organisation", required=True, metavar="ODS", help="whose roster it is")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who imports it: HR or the onboarding lead")
        parser.add_argument(
            "--dates", default="ISO", choices=["ISO", "DMY", "MDY", "YMD"], help="how dates are written"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
        parser.add_argument(
            "--take-good-rows", action="store_true", help="store the good rows when others are refused"
        )
        parser.add_argument("--refused", metavar="FILE", help="where to write the refused rows, to be mended")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(ods_code=options["organisation"].upper()).first()
        user = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if organisation is None:
            raise CommandError(f"Week One does not know {options['organisation']}.", returncode=1)
        if user is None:
            raise CommandError(f"Nobody signs in as {options['by']}.", returncode=1)
        arrived = self.arrive(options, organisation, user)
        if options["refused"] and arrived.plan.roster.refused_rows:
            self.keep_refused(arrived, options["refused"])
        self.tell(arrived, options)
        if arrived.plan.refused:
            sys.exit(1)

    def keep_refused(self, arrived: Arrived, file: str) -> None:
        """What was stored stays stored if this file cannot be written, and is told all the same."""
        try:
            with open(file, "wb") as mend:
                mend.write(refused_csv(arrived.plan.roster))
        except OSError as error:
            self.stderr.write(f"{file} cannot be written: {error.strerror}.")

    def arrive(self, options: dict[str, Any], organisation: Organisation, user: User) -> Arrived:
        quiet = options["json"]
        try:
            with (
                open(options["file"], "rb") as source,
                Progress("Reading", quiet=quiet) as reading,
                Progress("Storing", quiet=quiet) as storing,
            ):
                return import_roster(
                    source,
                    organisation=organisation,
                    by=actor_of(user),
                    at=timezone.now(),
                    dates=options["dates"],
                    dry_run=options["dry_run"],
                    take_good_rows=options["take_good_rows"],
                    read=reading.to,
                    stored=storing,
                )
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.", returncode=2) from error
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal

    def tell(self, arrived: Arrived, options: dict[str, Any]) -> None:
        plan, written = arrived.plan, arrived.written
        if options["json"]:
            told = written or options["dry_run"]
            answer = {
                "written": written,
                "created": len(plan.new) if told else 0,
                "changed": len(plan.changed) if told else 0,
                "unchanged": len(plan.unchanged),
                "refused": [{"row": f.row, "column": f.column, "problem": f.problem} for f in plan.refused],
                "warnings": [{"row": f.row, "column": f.column, "problem": f.problem} for f in plan.roster.warnings],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for fault in plan.refused:
            self.stdout.write(str(fault))
        for warning in plan.roster.warnings:
            self.stdout.write(f"To look at: {warning}")
        refused = len(plan.roster.refused_rows)
        self.stdout.write(
            f"{plan.roster.total_rows} rows: {len(plan.new)} new, {len(plan.changed)} changed, "
            f"{len(plan.unchanged)} the same, {refused} refused."
        )
        self.stdout.write("Stored." if written else "Nothing was written.")
