import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.models import Organisation, User
from onboarding.policies import Refused
from onboarding.progress import Progress
from onboarding.roster.columns import plain
from onboarding.sign_in import actor_of
from onboarding.wording import count_words
from steps.reconciling.columns import FIELDS
from steps.reconciling.sorting import AGREE, DIFFERING, KINDS, MISSING, NOTED, TWICE
from steps.reconciling.summing_up import status_words
from steps.reconciling.systems import SYSTEMS
from steps.services.reconciling import Plan, make_plan, remember_columns
from steps.services.taking import Taken, take

CONFIRMED = ",".join((AGREE, NOTED))


class Command(BaseCommand):
    help = (
        "Compares a system's own list with the newcomers. SYSTEM is the key of the step that it is about: "
        f"{', '.join(SYSTEMS)}. Writes what agrees in every field; anything else only where --confirm names it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", metavar="SYSTEM", choices=list(SYSTEMS))
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--organisation", required=True, metavar="ODS", help="whose list it is")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the system's team, or the onboarding lead")
        parser.add_argument(
            "--dates", default="ISO", choices=["ISO", "DMY", "MDY", "YMD"], help="how dates are written"
        )
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADING=FIELD",
            help=f"what a column is, kept for the next time: {', '.join(FIELDS)}, or nothing for one left out",
        )  # fmt: skip
        parser.add_argument(
            "--confirm", default=CONFIRMED, metavar="KINDS",
            help=f"what to write, of {', '.join(KINDS)}, with commas between; by default {CONFIRMED}",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(ods_code=options["organisation"].upper()).first()
        user = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if organisation is None:
            raise CommandError(f"Week One does not know {options['organisation']}.", returncode=1)
        if user is None:
            raise CommandError(f"Nobody signs in as {options['by']}.", returncode=1)
        kinds, headings = self.kinds(options["confirm"]), self.headings(options["column"])
        try:
            plan, taken = self.reconcile(options, organisation, user, kinds, headings)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.", returncode=2) from error
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.tell(plan, taken, as_json=options["json"], dry=options["dry_run"])
        if plan.refused:
            sys.exit(1)

    def kinds(self, text: str) -> list[str]:
        found = [kind.strip() for kind in text.split(",") if kind.strip()]
        for kind in found:
            if kind not in KINDS:
                raise CommandError(f"--confirm: {kind} is none of {', '.join(KINDS)}.", returncode=2)
        return found

    def headings(self, columns: list[str]) -> dict[str, str]:
        found = {}
        for column in columns:
            heading, sign, field = column.rpartition("=")
            if not sign or (field and field not in FIELDS):
                raise CommandError(f"--column: {column} is not HEADING=FIELD with one of {', '.join(FIELDS)}.")
            found[plain(heading)] = field
        return found

    def reconcile(
        self,
        options: dict[str, Any],
        organisation: Organisation,
        user: User,
        kinds: list[str],
        headings: dict[str, str],
    ) -> tuple[Plan, dict[str, Taken]]:
        by, at, quiet = actor_of(user), timezone.now(), options["json"]
        with (
            open(options["file"], "rb") as source,
            Progress("Reading", quiet=quiet) as reading,
            Progress("Comparing", quiet=quiet) as comparing,
        ):
            plan = make_plan(
                source, system=SYSTEMS[options["system"]], organisation=organisation, by=by, dates=options["dates"],
                headings=headings, read=reading.to, joined=comparing.to,
            )  # fmt: skip
        taken: dict[str, Taken] = {}
        if plan.refused or options["dry_run"]:
            return plan, taken
        remember_columns(plan, organisation, by=by, at=at)
        with Progress("Writing", sum(len(plan.sorted.kinds[kind]) for kind in kinds), quiet=quiet) as writing:
            for kind in kinds:
                taken[kind] = take(plan, kind, organisation=organisation, by=by, at=at, told=writing)
        return plan, taken

    def tell(self, plan: Plan, taken: dict[str, Taken], *, as_json: bool, dry: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer(plan, taken, dry=dry), ensure_ascii=False))
            return
        for fault in plan.extract.faults:
            self.stdout.write(str(fault))
        if plan.refused:
            self.stdout.write("Nothing was written.")
            return
        made = plan.sorted
        for name, one in differences(plan):
            self.stdout.write(f"{name}: {one['field']}: ours {one['ours'] or '-'}, theirs {one['theirs'] or '-'}")
        for item in made.kinds[MISSING]:
            self.stdout.write(f"{item.person.name}: {status_words(item)}, and the step is done")
        self.stdout.write(
            f"{made.rows} rows: {made.agreeing} agreeing, {len(made.kinds[DIFFERING])} disagreeing, "
            f"{len(made.kinds[MISSING])} gone or inactive, {len(made.absent)} not there yet, "
            f"{len(made.kinds[TWICE])} twice, {made.unknown} unknown here."
        )
        for kind, came in taken.items():
            if came.written or came.stale:
                stale = f"; {count_words(len(came.stale), 'newcomer')} changed meanwhile" if came.stale else ""
                self.stdout.write(f"{kind}: {came.written} written{stale}.")
        if not any(came.written for came in taken.values()):
            self.stdout.write("Nothing was written.")


def answer(plan: Plan, taken: dict[str, Taken], *, dry: bool) -> dict[str, Any]:
    made = plan.sorted
    refused = [{"row": f.row, "column": f.column, "problem": f.problem} for f in plan.extract.faults]
    return {
        "written": not dry and not plan.refused,
        "agreeing": made.agreeing,
        "disagreeing": [one for _, one in differences(plan)],
        "missing": [
            {"newcomer": item.person.name, "status": item.status, "done": bool(item.does)}
            for item in (*made.kinds[MISSING], *made.absent)
        ],
        "twice": [{"newcomer": item.person.name, "rows": list(item.rows)} for item in made.kinds[TWICE]]
        + [{"newcomer": person.name, "rows": [row]} for row, people in made.torn for person in people],
        "unknown": made.unknown,
        "recorded": {kind: one.written for kind, one in taken.items()},
        "stale": sum(len(one.stale) for one in taken.values()),
        "refused": refused,
    }


def differences(plan: Plan) -> list[tuple[str, dict[str, str]]]:
    """Those who differ, and those whose owner is asked for it already."""
    found = []
    for item in (*plan.sorted.kinds[DIFFERING], *plan.asked):
        for one in plan.sorted.differs(item):
            said = {"newcomer": item.person.name, "field": one.field, "ours": one.ours, "theirs": one.theirs}
            found.append((item.person.name, said))
    return found
