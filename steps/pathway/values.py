"""What each value of a pathway may be: readers that answer it, or raise Wrong with what it should have been."""

import json
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from .definition import (
    ATTRIBUTES,
    FUNCTIONS,
    SHORT_LETTERS,
    SOURCES,
    Applies,
    Carries,
    Due,
)
from .lines import Path

T = TypeVar("T")

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_MOST_DAYS: Final = 366
_MOST_YEARS: Final = 10


class Wrong(ValueError):
    """What one value should have been. `below` leads from the value to the part of it that is wrong.

    `usable` is what can be read of the value all the same, so that the faults of the rest are found too.
    """

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.faults: list[tuple[Path, str]] = [((), says)]
        self.usable: Any = None

    @classmethod
    def of(cls, faults: list[tuple[Path, str]], usable: object) -> "Wrong":
        wrong = cls("")
        wrong.faults = faults
        wrong.usable = usable
        return wrong


def quoted(value: object) -> str:
    """Answer a value as people wrote it, cut to a length that fits in a message."""
    shown = value if isinstance(value, str) else _as_written(value)
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return f'"{shown}"' if isinstance(value, str) else shown


def _as_written(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return "this"


def nearest(word: object, known: Iterable[str]) -> str:
    """Answer a question that offers the known word which looks most like this one, or nothing."""
    close = get_close_matches(word[:60], list(known), n=1, cutoff=0.7) if isinstance(word, str) else []
    return f' Did you mean "{close[0]}"?' if close else ""


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong("must be text in quotes")
    if not value.strip():
        raise Wrong("is empty")
    return value.strip()


def key(value: object) -> str:
    if not _KEY.fullmatch(text(value)):
        raise Wrong(f"{quoted(value)} may only hold letters without accents, digits, _ and -, 60 at most")
    return str(value)


def short(value: object) -> str:
    if len(text(value)) > SHORT_LETTERS:
        raise Wrong(f"{quoted(value)} has {len(text(value))} letters: {SHORT_LETTERS} fit in a picture")
    return text(value)


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("must be true or false, without quotes")
    return value


def whole_number(value: object) -> int:
    if type(value) is not int:
        raise Wrong("must be a whole number, without quotes")
    return value


def minutes(value: object) -> int:
    if not 0 <= whole_number(value) <= 24 * 60:
        raise Wrong("must be a number of minutes from 0 to 1440")
    return whole_number(value)


def one_of(*allowed: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Wrong(f"{quoted(value)} is none of {', '.join(allowed)}.{nearest(value, allowed)}")
        return value

    return read


def function(value: object) -> str:
    if not isinstance(value, str) or value not in FUNCTIONS:
        hint = nearest(value, FUNCTIONS)
        raise Wrong(f"{quoted(value)} is not a function. The functions are {', '.join(FUNCTIONS)}.{hint}")
    return value


def list_of(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def read_list(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Wrong("must be a list in square brackets")
        good: list[T] = []
        faults: list[tuple[Path, str]] = []
        for index, item in enumerate(value):
            try:
                good.append(read(item))
            except Wrong as wrong:
                faults += [((index, *below), f"entry {index + 1} {says}") for below, says in wrong.faults]
                if wrong.usable is not None:
                    good.append(wrong.usable)
        if faults:
            raise Wrong.of(faults, tuple(good))
        return tuple(good)

    return read_list


def usual_days(value: object) -> tuple[int, int]:
    days = value if isinstance(value, list) else []
    if len(days) != 2 or any(type(day) is not int for day in days):
        raise Wrong("must be two whole numbers of working days, median and 9 in 10, such as [1, 3]")
    if not 0 <= days[0] <= days[1] <= _MOST_DAYS:
        raise Wrong(f"must run from 0 up to {_MOST_DAYS} working days, the median first: {days} does not")
    return days[0], days[1]


def web_address(value: object) -> str:
    address = text(value)
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or re.search(r"[\s\x00-\x1f<>\"]", address):
        raise Wrong(f"{quoted(value)} is not a web address that starts with https:// or http://")
    return address


def due(value: object) -> Due:
    wanted = 'must be like { from = "payday", working_days = -2 }'
    if not isinstance(value, dict) or set(value) != {"from", "working_days"} or value["from"] != "payday":
        raise Wrong(wanted)
    days = value["working_days"]
    if type(days) is not int or abs(days) > _MOST_DAYS:
        raise Wrong(wanted)
    return Due("payday", days)


def applies(value: object) -> Applies:
    if not isinstance(value, dict):
        raise Wrong('must be like { mail_system = ["nhsmail", "trust"] }')
    rule: list[tuple[str, tuple[str | bool, ...]]] = []
    faults: list[tuple[Path, str]] = []
    for attribute, wanted in value.items():
        values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
        problem = _attribute_problem(attribute, values)
        if problem:
            faults.append(((attribute,), problem))
        else:
            rule.append((attribute, tuple(dict.fromkeys(values))))
    if faults:
        raise Wrong.of(faults, tuple(sorted(rule)))
    return tuple(sorted(rule))


def carries(value: object) -> Carries:
    if not isinstance(value, dict) or "from" not in value:
        raise Wrong('must be like { from = "employer", ask = "Is it still right?" }, and say from where')
    readers: dict[str, Callable[[object], Any]] = {
        "from": one_of(*SOURCES), "ask": text, "days": _days_ago, "applies": applies,
    }  # fmt: skip
    read: dict[str, Any] = {}
    faults: list[tuple[Path, str]] = []
    for name, given in value.items():
        if name not in readers:
            faults.append(((name,), f"{quoted(name)} is not a key that belongs here.{nearest(name, readers)}"))
            continue
        try:
            read["source" if name == "from" else name] = readers[name](given)
        except Wrong as wrong:
            faults += [((name, *below), f"{name} {says}") for below, says in wrong.faults]
    if faults:
        raise Wrong.of(faults, None)
    return Carries(**read)


def _days_ago(value: object) -> int:
    if not 1 <= whole_number(value) <= _MOST_YEARS * 366:
        raise Wrong(f"must be a number of days from 1 to {_MOST_YEARS * 366}")
    return whole_number(value)


def _attribute_problem(attribute: object, values: tuple[Any, ...]) -> str:
    if attribute not in ATTRIBUTES:
        hint = nearest(attribute, ATTRIBUTES)
        return f"asks for the unknown attribute {quoted(attribute)}. The attributes are {', '.join(ATTRIBUTES)}.{hint}"
    allowed = ATTRIBUTES[str(attribute)]
    if allowed is None:
        wrong = [value for value in values if not isinstance(value, str) or not value]
        return f"asks for {attribute} {quoted(wrong[0])}, which must be text in quotes" if wrong else ""
    for value in values:
        if not any(value is fit or (isinstance(value, str) and value == fit) for fit in allowed):
            choices = ", ".join("true" if fit is True else "false" if fit is False else str(fit) for fit in allowed)
            return (
                f"asks for {attribute} {quoted(value)}, which is none of {choices}.{nearest(value, map(str, allowed))}"
            )
    return ""
