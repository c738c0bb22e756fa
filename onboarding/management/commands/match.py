"""`manage.py match LEFT RIGHT`: the matcher alone over two files. No database is touched."""

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onboarding.matching import Proposal, Record, match, read_records
from onboarding.progress import Progress
from onboarding.roster.faults import Fault, Unreadable


class Command(BaseCommand):
    help = (
        "Proposes which rows of two files are one person, best first, one line of JSON a pair. Both are CSV or XLSX "
        "with id, given_name, family_name, date_of_birth and number. Nothing is stored."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("left", metavar="LEFT")
        parser.add_argument("right", metavar="RIGHT")
        parser.add_argument("--json", action="store_true", help="JSON on a terminal too, and refusals as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        faults: dict[str, list[Fault]] = {}
        rows = [self.read(options[side], faults) for side in ("left", "right")]
        if faults:
            self.refuse(faults, as_json=options["json"])
            sys.exit(1)
        with Progress("Comparing", quiet=options["json"]) as bar:
            proposals = match(rows[0], rows[1], bar.to)
        as_json = options["json"] or not self.stdout.isatty()
        try:
            for one in proposals:
                self.stdout.write(json.dumps(asdict(one), ensure_ascii=False) if as_json else in_words(one))
            self.stdout.flush()
        except BrokenPipeError:
            # The reader has gone. What is left in the buffer goes nowhere, without a complaint at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def read(self, path: str, faults: dict[str, list[Fault]]) -> list[Record]:
        try:
            with open(path, "rb") as source:
                return read_records(source)
        except Unreadable as refusal:
            faults[path] = refusal.faults
            return []
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error

    def refuse(self, faults: dict[str, list[Fault]], *, as_json: bool) -> None:
        """Every fault of both files, in words on standard error or as one JSON object on standard output."""
        if as_json:
            refused = [{"file": path, **fault._asdict()} for path, found in faults.items() for fault in found]
            self.stdout.write(json.dumps({"refused": refused}, ensure_ascii=False))
            return
        for path, found in faults.items():
            for fault in found:
                self.stderr.write(f"{path}: {fault}")


def in_words(one: Proposal) -> str:
    return f"{one.score:.3f}  {one.verdict:<11}  {one.left}  {one.right}  {'; '.join(one.reasons)}"
