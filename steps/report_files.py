"""The week-1 report as a file to pass on: CSV and XLSX, safe from formulas, dates as dates in a workbook.

Only what the report itself shows, so the same door and the same fields as the page.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping

import xlsxwriter  # type: ignore[import-untyped]

from onboarding.cells import safe
from steps.readiness import Report, Standing, Waiting
from steps.readiness_words import owner_words

COLUMNS = (
    "newcomer",
    "start_date",
    "status",
    "role",
    "department",
    "employer",
    "host",
    "ready",
    "missing",
    "waits_for",
    "likely_ready",
    "chance",
)
WIDTHS = (26, 12, 11, 22, 18, 10, 10, 8, 44, 60, 12, 8)
Shorts = Mapping[str, Mapping[str, str]]  # pathway hash -> step key -> short title


def row_of(standing: Standing, shorts: Mapping[str, str]) -> tuple[str | float | dt.date, ...]:
    """One newcomer's cells in the order of `COLUMNS`."""
    s = standing.starter
    likely, chance = foreseen(standing)
    return (
        s.name,
        s.start_date,
        s.status,
        s.role,
        s.department,
        s.employer.ods_code,
        s.host.ods_code,
        "yes" if standing.ready else "no",
        ", ".join(shorts.get(key, key) for key in standing.missing),
        "; ".join(waiting_words(w, shorts) for w in standing.waiting_for),
        "" if likely is None else likely,
        "" if chance is None else chance,
    )


def foreseen(standing: Standing) -> tuple[dt.date | None, float | None]:
    """The likely day and the chance, in hundredths, of somebody who is not ready; None: too early to say, or ready."""
    if (outlook := standing.outlook) is None:
        return None, None
    return outlook.likely, None if outlook.chance is None else round(outlook.chance, 2)


def waiting_words(waiting: Waiting, shorts: Mapping[str, str]) -> str:
    who = owner_words(waiting) if waiting.place else "newcomer"
    return f"{shorts.get(waiting.step, waiting.step)} ({who})"


def csv_text(report: Report, shorts: Shorts) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for standing in report.standings:
        row = row_of(standing, shorts[standing.starter.pathway])
        writer.writerow([safe(cell) if isinstance(cell, str) else str(cell) for cell in row])
    return out.getvalue()


def xlsx_bytes(report: Report, shorts: Shorts) -> bytes:
    """A workbook of one sheet. Every text is written as text, whatever it begins with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Week 1")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    for number, standing in enumerate(report.standings, 1):
        for column, cell in enumerate(row_of(standing, shorts[standing.starter.pathway])):
            if isinstance(cell, dt.date):
                sheet.write_datetime(number, column, dt.datetime.combine(cell, dt.time()), day)
            elif isinstance(cell, float):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()
