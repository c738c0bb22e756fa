import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.actors import Actor, Grant, Place
from onboarding.models import Organisation
from onboarding.words import Role
from steps.printing.typesetting import CannotPrint
from steps.printing.week import week_pdf
from steps.readiness import WEEK, Report, Standing, Waiting, monday_of, report_of
from steps.readiness_words import headline, owner_words, sentence, stood_words
from steps.report_files import csv_text, foreseen, xlsx_bytes
from steps.selectors.pathways import short_titles
from steps.selectors.reports import Narrowed, default_week, report_starters, weeks_of

LONGEST = dt.timedelta(days=731)


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"“{text}” is not a date. Write it as in 2026-08-03.") from wrong


class Command(BaseCommand):
    help = "The week-1 report: who starts, who is ready, what is missing, whose move it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="ODS", help="the employer or host, by ODS code")
        parser.add_argument("--from", dest="first", metavar="DATE", help="first start date; left out: this week's")
        parser.add_argument("--to", dest="last", metavar="DATE", help="last start date; left out: six days after")
        parser.add_argument("--now", action="store_true", help="past weeks as they stand now, not as they stood then")
        parser.add_argument("--format", choices=["text", "json", "csv", "xlsx", "pdf"], default="text")
        parser.add_argument("--output", metavar="FILE", help="where to write it; left out: standard output")
        parser.add_argument("--json", action="store_true", help="the same as --format json")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        organisation = Organisation.objects.filter(ods_code=options["organisation"].strip().upper()).first()
        if organisation is None:
            raise CommandError(f"There is no organisation with the ODS code “{options['organisation']}”.")
        reader = reader_of(organisation)
        first, last = days(options, reader, now.date())
        report = report_of(report_starters(reader, first, last, now=options["now"]), now.date())
        shorts = short_titles(s.starter.pathway for s in report.standings)
        if options["json"] or options["format"] == "json":
            answer = as_json(report, organisation, first, last, now)
            self.put(options, json.dumps(answer, ensure_ascii=False) + "\n")
        elif options["format"] == "csv":
            self.put(options, csv_text(report, shorts))
        elif options["format"] == "xlsx":
            self.put(options, xlsx_bytes(report, shorts))
        elif options["format"] == "pdf":
            self.put(options, self.pdf(report, shorts, (first, last), organisation, now))
        else:
            self.stdout.write(f"{headline(report, first, last, now.date())}. {sentence(report, now.date())}".strip())
            if stood := stood_words(report, now.date()):
                self.stdout.write(stood)
            for standing in report.standings:
                if not standing.ready:
                    self.stdout.write(line(standing, shorts[standing.starter.pathway]))
            if report.gone:
                self.stdout.write(f"{len(report.gone)} not counted: {', '.join(s.name for s in report.gone)}.")

    def pdf(
        self,
        report: Report,
        shorts: dict[str, dict[str, str]],
        days: tuple[dt.date, dt.date],
        organisation: Organisation,
        now: dt.datetime,
    ) -> bytes:
        reader = f"whoever runs Week One for {organisation.name}"
        try:
            return week_pdf(report, shorts, days=days, reader=reader, narrowed=(), as_of=now)
        except CannotPrint as why:
            raise CommandError(str(why)) from why

    def put(self, options: dict[str, Any], made: str | bytes) -> None:
        """To the file that is asked for, or to standard output; a workbook or a PDF is no text, so it wants a file."""
        if options["output"]:
            Path(options["output"]).write_bytes(made if isinstance(made, bytes) else made.encode())
        elif isinstance(made, bytes):
            what = "PDF" if options["format"] == "pdf" else "workbook"
            raise CommandError(f"A {what} needs a file: name it with --output.", returncode=2)
        else:
            self.stdout.write(made, ending="")


def reader_of(organisation: Organisation) -> Actor:
    """Whoever runs the command reads the whole organisation's report, and no other's."""
    place = Place(organisation.pk, organisation.name, organisation.ods_code)
    return Actor(None, "readiness", (Grant(Role.EXECUTIVE, place),))


def days(options: dict[str, Any], reader: Actor, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last start date of the report; a period the wrong way round is refused."""
    last = day(options["last"]) if options["last"] else None
    if options["first"]:
        first = day(options["first"])
    else:
        first = default_week(weeks_of(reader, Narrowed(), today=today), today)
        first = first if last is None or last >= first else monday_of(last)
    if last is None:
        if first > dt.date.max - WEEK:
            raise CommandError("There is no week from that date on.")
        last = first + dt.timedelta(days=6)
    if last < first:
        raise CommandError(f"The period is the wrong way round: it ends {last}, before it begins {first}.")
    if last - first > LONGEST:
        raise CommandError("A report covers two years at most.")
    return first, last


def line(standing: Standing, shorts: dict[str, str]) -> str:
    missing = ", ".join(shorts[key] for key in standing.missing)
    waits = "; ".join(f"{shorts[w.step]} with {who(w, standing)}" for w in standing.waiting_for)
    return f"  {standing.starter.name}, {standing.starter.start_date}: missing {missing}. {waits}."


def who(waiting: Waiting, standing: Standing) -> str:
    return owner_words(waiting) if waiting.place else standing.starter.name


def as_json(
    report: Report, organisation: Organisation, first: dt.date, last: dt.date, now: dt.datetime
) -> dict[str, Any]:
    """The published shape. A newcomer's own steps have the owner's organisation null."""
    return {
        "organisation": organisation.ods_code,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "as_of": now.isoformat(),
        "starters": report.starters,
        "ready": report.ready,
        "newcomers": [newcomer(standing) for standing in report.standings],
        "not_counted": [
            {
                "id": s.ref,
                "name": s.name,
                "start_date": s.start_date.isoformat(),
                "status": s.status,
                "reason": s.status_reason,
                "starts_instead": s.moved_to.isoformat() if s.moved_to else None,
            }
            for s in report.gone
        ],
        "by_owner": [
            {**owner(held.function, held.place), "newcomers": held.newcomers, "steps": held.steps}
            for held in report.by_owner
        ],
    }


def owner(function: str, place: Any) -> dict[str, Any]:
    return {"organisation": place.ods_code if place else None, "function": function}


def newcomer(standing: Standing) -> dict[str, Any]:
    starter = standing.starter
    likely, chance = foreseen(standing)
    return {
        "id": starter.ref,
        "name": starter.name,
        "start_date": starter.start_date.isoformat(),
        "status": starter.status,
        "kept_at": timezone.localtime(starter.kept_at).isoformat() if starter.kept_at else None,
        "week_one": {
            "by": starter.week_one_by.isoformat() if starter.week_one_by else None,
            "ready": standing.ready,
            "missing": list(standing.missing),
            "recheck": list(standing.recheck),
        },
        "waiting_for": [
            {
                "step": w.step,
                "owner": owner(w.function, w.place),
                "since": timezone.localtime(w.since).isoformat() if w.since else None,
            }
            for w in standing.waiting_for
        ],
        "likely_ready": likely.isoformat() if likely else None,
        "chance": chance,
    }
