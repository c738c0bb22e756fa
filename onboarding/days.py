"""Days that somebody types, one a line: the month as a word, or the machine's way. Never guessed.

Pure: no Django and no clock.
"""

import datetime as dt
import re
from typing import Final

from onboarding.wording import DAYS, MONTHS, date_words

MOST: Final = 400  # days in one text
LINE: Final = re.compile(r"(?:([a-z]+),?\s+)?(\d{1,2})\s+([a-z]+)\s+(\d{4})", re.IGNORECASE)
SHORT: Final = 3  # letters of a month or a weekday that are enough


def read_days(text: str) -> tuple[list[dt.date], list[str]]:
    """The days in order, each once; and what is wrong with which line, a sentence each.

    >>> read_days("Thu 24 December 2026\\n2026-12-31")
    ([datetime.date(2026, 12, 24), datetime.date(2026, 12, 31)], [])
    >>> read_days("24/12/26")
    ([], ['"24/12/26" is no day. Write it as 24 December 2026.'])
    """
    found: set[dt.date] = set()
    faults = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        return [], [f"That is more than {MOST} days."]
    for line in lines:
        day, fault = read_day(line)
        if day is None:
            faults.append(fault)
        else:
            found.add(day)
    return sorted(found), faults


def read_day(line: str) -> tuple[dt.date | None, str]:
    """The day, or None and what is wrong."""
    wrong = f'"{line[:40]}" is no day. Write it as 24 December 2026.'
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", line):
            return dt.date.fromisoformat(line), ""
        match = LINE.fullmatch(line)
        month = month_of(match[3]) if match else 0
        if match is None or not month:
            return None, wrong
        day = dt.date(int(match[4]), month, int(match[2]))
    except ValueError:  # the 31st of a short month
        return None, wrong
    weekday = match[1]
    if weekday and not fits(weekday, DAYS[day.weekday()]):
        return None, f'"{line[:40]}": {date_words(day)} is a {DAYS[day.weekday()]}.'
    return day, ""


def month_of(word: str) -> int:
    """1 to 12; 0 where it is no month. "Sept" and "Sep" will do."""
    return next((n for n, name in enumerate(MONTHS, 1) if fits(word, name)), 0)


def fits(word: str, name: str) -> bool:
    """Is the word the name, or begins both with the same letters?

    >>> fits("dec", "December"), fits("Thursday", "Thu"), fits("de", "December"), fits("decoy", "December")
    (True, True, False, False)
    """
    one, other = sorted((word.casefold(), name.casefold()), key=len)
    return len(one) >= SHORT and other.startswith(one)


def days_text(days: list[dt.date]) -> str:
    """The same as a text to change."""
    return "\n".join(f"{DAYS[day.weekday()]} {date_words(day)}" for day in days)
