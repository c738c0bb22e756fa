"""The refused rows as a file to mend and upload again."""

import csv
import io
from collections import defaultdict

from onboarding.cells import safe
from onboarding.roster.columns import PROBLEM, plain
from onboarding.roster.record import Roster
from onboarding.roster.rows import Number


def refused_csv(roster: Roster) -> bytes:
    """Refused rows with their own headings and cells, and what is wrong in a column `problem`.

    CSV, UTF-8 with a mark, dates written as they came. Cells that a spreadsheet would run as a formula get an
    apostrophe in front, which reading a roster takes off again. A cell that was a number where text belongs
    is written with ".0": reading refuses it until somebody has mended it.
    """
    problems: dict[int, list[str]] = defaultdict(list)
    for fault in roster.faults:
        if fault.row is not None:
            problems[fault.row].append(f"{fault.column}: {fault.problem}" if fault.column else fault.problem)
    kept = [place for place, heading in enumerate(roster.heading) if plain(heading) != PROBLEM]
    width = len(roster.heading)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(safe(roster.heading[place]) for place in kept), PROBLEM])
    for number in sorted(roster.refused_rows & roster.cells.keys()):
        cells = roster.cells[number]
        padded = cells + [""] * (width - len(cells))
        mine = [_cell(padded[place]) for place in kept]
        # Cells past the heading go behind the problem: the row stays refused until they are mended.
        writer.writerow([*mine, safe(" ".join(problems[number])), *map(_cell, cells[width:])])
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    if type(text) is Number and text.isdigit():
        return f"{text}.0"
    return safe(text)
