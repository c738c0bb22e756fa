import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onboarding.matching import Record, match
from onboarding.progress import Progress
from onboarding.roster import Fault, read_table
from onboarding.roster.columns import plain
from onboarding.roster.faults import MAX_ROWS, Unreadable

COLUMNS = ("id", "given_name", "family_name", "date_of_birth", "number")


class Command(BaseCommand):
    help = "Finds the rows of two files that are about one person. Proposes only; no database is touched."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("left", metavar="LEFT", help=f"CSV or XLSX with {', '.join(COLUMNS)}")
        parser.add_argument("right", metavar="RIGHT", help="the other file, with the same columns")
        parser.add_argument("--json", action="store_true", help="faults as JSON too; pairs always are")

    def handle(self, *args: Any, **options: Any) -> None:
        sides = {path: read(path) for path in (options["left"], options["right"])}
        faults = [(path, fault) for path, (_, found) in sides.items() for fault in found]
        if faults:
            self.refuse(faults, as_json=options["json"])
        (left, _), (right, _) = sides[options["left"]], sides[options["right"]]
        with Progress("Comparing", quiet=options["json"]) as progress:
            pairs = match(left, right, told=progress.to)
        for pair in pairs:
            line = {"left": pair.left, "right": pair.right, "score": pair.score, "verdict": pair.verdict}
            self.stdout.write(json.dumps({**line, "reasons": list(pair.reasons)}, ensure_ascii=False))

    def refuse(self, faults: list[tuple[str, Fault]], *, as_json: bool) -> None:
        if as_json:
            told = [{"file": p, "row": f.row, "column": f.column, "problem": f.problem} for p, f in faults]
            self.stdout.write(json.dumps({"refused": told}, ensure_ascii=False))
        for path, fault in faults:
            self.stderr.write(f"{Path(path).name}: {fault}")
        sys.exit(1)


def read(path: str) -> tuple[list[Record], list[Fault]]:
    """A file's rows, and everything that is wrong with it. Damaged names, dates and numbers are only compared."""
    try:
        with open(path, "rb") as source:
            return rows_of(source)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
    except Unreadable as error:
        return [], error.faults


def rows_of(source: Any) -> tuple[list[Record], list[Fault]]:
    table = read_table(source)
    places, faults = places_of(table.heading)
    if faults:
        return [], faults
    rows: list[Record] = []
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MAX_ROWS:
            return [], [Fault(None, None, f"The file has more than {MAX_ROWS:,} rows. Split it into smaller files.")]
        row = Record(*(cells[place].strip() if place < len(cells) else "" for place in places))
        if not row.id:
            faults.append(Fault(number, "id", "is missing."))
        elif row.id in seen:
            faults.append(Fault(number, "id", f"{row.id} is in row {seen[row.id]} as well."))
        seen.setdefault(row.id, number)
        rows.append(row)
    if not rows and not faults:
        faults.append(Fault(None, None, "The file has no rows below its heading."))
    return rows, faults


def places_of(heading: list[str]) -> tuple[list[int], list[Fault]]:
    """Where each column stands; missing and doubled ones are named, others are left alone."""
    found = [[place for place, text in enumerate(heading) if plain(text) == plain(name)] for name in COLUMNS]
    faults = [
        Fault(1, name, "The heading is missing." if not places else "The heading is there more than once.")
        for name, places in zip(COLUMNS, found, strict=True)
        if len(places) != 1
    ]
    return [places[0] for places in found if places], faults
