"""Dates in one declared order, never guessed."""

import re
from calendar import monthrange
from datetime import date

EXAMPLES = {"ISO": "2026-08-03", "DMY": "03/08/2026", "MDY": "08/03/2026", "YMD": "2026/08/03"}

_SHAPES = {"ISO": "{y:04}-{m:02}-{d:02}", "DMY": "{d:02}/{m:02}/{y:04}", "MDY": "{m:02}/{d:02}/{y:04}"}
_SHAPES["YMD"] = "{y:04}/{m:02}/{d:02}"
_PARTS = re.compile(r"([0-9]{1,4}|[A-Za-z]{3,9})[-/. ] ?([0-9]{1,2}|[A-Za-z]{3,9})[-/., ] ?([0-9]{1,4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}


class NotADate(ValueError):
    """Says in words what is wrong with the text."""


def in_words(day: date) -> str:
    """3 August 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def written(day: date, order: str) -> str:
    """A date as a file of this order (`ISO`, `DMY`, `MDY`, `YMD`) writes it."""
    return _SHAPES[order].format(y=day.year, m=day.month, d=day.day)


def parse_date(text: str, order: str) -> date:
    """The date that `text` writes in this order. Raises `NotADate` with the reason and the mend."""
    if order == "ISO" and len(text) == 10 and text[4] == "-" == text[7]:
        try:
            return date(int(text[:4]), int(text[5:7]), int(text[8:])) if text.isascii() else _refuse(text, order)
        except ValueError:
            pass  # the slow way finds the words
    if len(text) > 10 and (time := _MIDNIGHT.search(text)) and time.end() == len(text):
        text = text[: time.start()]  # exports of databases write midnight behind a date
    if order == "YMD" and len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = _PARTS.fullmatch(text)
    if match is None:
        return _refuse(text, order)
    year, month, day = _in_order(text, match.groups(), order)
    if not 1 <= month <= 12:
        swapped = " Is the month written first?" if order == "DMY" and 1 <= day <= 12 else ""
        raise NotADate(f"There is no month {month} in {text}.{swapped}")
    if not year or not 1 <= day <= monthrange(year, month)[1]:
        raise NotADate(f"There is no {day} {MONTHS[month - 1]} {year}.")
    return date(year, month, day)


def _refuse(text: str, order: str) -> date:
    raise NotADate(f'"{text[:40]}" is not a date. Write it like {EXAMPLES[order]}.')


def _in_order(text: str, parts: tuple[str, ...], order: str) -> tuple[int, int, int]:
    """Year, month and day by the declared order, or the reason why they do not fit it."""
    first, second, third = parts
    year_first = len(first) == 4 and first.isdigit()
    if order in ("ISO", "YMD"):
        if not year_first:
            _name_both(text, parts, order)
        if order == "ISO" and text[4] != "-":
            _suggest(text, int(first), _month(second, text), int(third), order)
        return int(first), _month(second, text), int(third)
    if year_first:
        _suggest(text, int(first), _month(second, text), int(third), order)
    if len(third) != 4:
        raise NotADate(f"{text} needs a year of four figures, like {EXAMPLES[order]}.")
    if order == "MDY" or first.isalpha():
        return int(third), _month(first, text), _day(second, text)
    return int(third), _month(second, text), _day(first, text)


def _month(part: str, text: str) -> int:
    if part.isdigit():
        return int(part)
    number = _MONTHS.get(part[:3].lower(), 0)
    if not number or not MONTHS[number - 1].lower().startswith(part.lower().replace("sept", "sep")):
        raise NotADate(f'"{part}" in {text} is not a month.')
    return number


def _day(part: str, text: str) -> int:
    if not part.isdigit():
        raise NotADate(f"{text} has no day.")
    return int(part)


def _name_both(text: str, parts: tuple[str, ...], order: str) -> None:
    """Refuses a date that ends in its year, naming both days that it may mean."""
    first, second, third = parts
    if len(third) == 4 and first.isdigit() and second.isdigit():
        one, two, year = int(first), int(second), int(third)
        if 1 <= one <= 12 and 1 <= two <= 12 and one != two:
            raise NotADate(f"{text} may be {one} {MONTHS[two - 1]} or {two} {MONTHS[one - 1]}.")
        if one > 12 or one == two:
            _suggest(text, year, two, one, order)
        _suggest(text, year, one, two, order)
    raise NotADate(f"{text} is not written like the rest. Write it like {EXAMPLES[order]}.")


def _suggest(text: str, year: int, month: int, day: int, order: str) -> None:
    try:
        mended = written(date(year, month, day), order)
    except ValueError:
        raise NotADate(f"{text} is not a date. Write it like {EXAMPLES[order]}.") from None
    raise NotADate(f"{text} is not written like the rest. Write it as {mended}.")
