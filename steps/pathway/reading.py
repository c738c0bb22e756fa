"""Tables and lists into records: keys, types and allowed values. Every fault is noted and reading goes on.

Works on what tomllib and json answer alike, so an inline pathway and a file are refused for the same reasons.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from .definition import (
    ATTRIBUTES,
    FIELDS,
    FUNCTIONS,
    SHORT_LETTERS,
    SIDES,
    USUAL_DAYS,
    Applies,
    Check,
    Due,
    Guidance,
    Pathway,
    Step,
    Symptom,
)
from .lines import Path

T = TypeVar("T")
Note = Callable[[Path, str], None]

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_MOST_DAYS: Final = 366
_MISSING: Final = object()


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


class Table:
    """One table being read: takes each key once, notes what is wrong with it, and last what nobody asked for."""

    def __init__(self, data: Mapping[str, Any], path: Path, label: str, note: Note) -> None:
        self.data = data
        self.path = path
        self.label = label
        self.note = note
        self.known: list[str] = []

    def take(self, name: str, read: Callable[[object], T], default: T, *, missing: str = "") -> T:
        """Answer the value of a key, or the default where it is left out or wrong; `missing` makes it required."""
        self.known.append(name)
        value = self.data.get(name, _MISSING)
        if value is _MISSING:
            if missing:
                self.note(self.path, f"{self.label} {missing}")
            return default
        try:
            return read(value)
        except Wrong as wrong:
            for below, says in wrong.faults:
                self.note((*self.path, name, *below), f"{self.label}: {name} {says}")
            return default if wrong.usable is None else wrong.usable

    def tables(self, name: str, kind: str, read: Callable[["Table"], T]) -> tuple[T, ...]:
        """Read a list of tables, each under its own label."""
        self.known.append(name)
        items = self.data.get(name, [])
        if not isinstance(items, list):
            self.note((*self.path, name), f"{self.label}: {name} must be a list of tables, [[{name}]]")
            return ()
        answer = []
        for index, item in enumerate(items):
            path = (*self.path, name, index)
            whose = f"{self.label}, {kind}" if self.path else kind.capitalize()
            if not isinstance(item, dict):
                self.note(path, f"{whose} {index + 1} must be a table, [[{name}]]")
                continue
            named = item.get("key", item.get("title"))
            label = named if isinstance(named, str) and named.strip() else index + 1
            answer.append(
                read(Table(item, path, f"{whose} {label if len(str(label)) < 70 else index + 1}", self.note))
            )
        return tuple(answer)

    def finish(self) -> None:
        """Name every key that is not one of those taken."""
        for name in self.data:
            if name not in self.known:
                hint = nearest(name, self.known)
                self.note((*self.path, name), f"{self.label}: {quoted(name)} is not a key that belongs here.{hint}")


_BY: Final = one_of("newcomer", "owner")
_SIDE: Final = one_of(*SIDES)
_CONFIRMED_BY: Final = one_of("newcomer")
_WATCHES: Final = list_of(one_of(*FIELDS))
_COUNTRY: Final = one_of(*(str(country) for country in ATTRIBUTES["country"] or ()))
_SENTENCES: Final = list_of(text)
_GROUPS: Final = list_of(_SENTENCES)
_NONE: Final[tuple[str, ...]] = ()
_NO_GROUPS: Final[tuple[tuple[str, ...], ...]] = ()
_ANYBODY: Final[Applies] = ()


def read_check(table: Table) -> Check:
    made = Check(
        key=table.take("key", key, "", missing="has no key"),
        says=table.take("says", text, "", missing="says nothing: give it a sentence in `says`"),
        by=table.take("by", _BY, "owner", missing='does not say by whom: "newcomer" or "owner"'),
        required=table.take("required", yes_or_no, False),
        applies=table.take("applies", applies, ()),
    )
    table.finish()
    return made


def read_guidance(table: Table) -> Guidance:
    made = Guidance(
        title=table.take("title", text, "", missing="has no title"),
        url=table.take("url", web_address, "", missing="has no url"),
        applies=table.take("applies", applies, ()),
    )
    table.finish()
    return made


def read_symptom(table: Table) -> Symptom:
    made = Symptom(
        key=table.take("key", key, "", missing="has no key"),
        says=table.take("says", text, "", missing="says nothing: give it a sentence in `says`"),
        cause=table.take("cause", text, ""),
        owner=table.take("owner", function, None),
        side=table.take("side", _SIDE, None),
        independent=table.take("independent", yes_or_no, False),
        applies=table.take("applies", applies, ()),
        action=table.take("action", text, ""),
    )
    if made.owner == "newcomer" and made.side:
        table.note((*table.path, "side"), f"{table.label}: the newcomer is on no side: take out side")
    table.finish()
    return made


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step with its place among the tables read, counted from 0; its key is empty where none could be read."""

    place: int
    step: Step


def read_step(table: Table) -> PlacedStep:
    raw = table.data.get("key")
    made_key = table.take("key", key, raw if isinstance(raw, str) else "", missing="has no key")
    title = table.take("title", text, "", missing="has no title")
    owner = _owner(table)
    made = Step(
        key=made_key,
        title=title,
        short=table.take("short", short, title[:SHORT_LETTERS].strip()),
        owner=owner,
        side=_side(table, owner),
        confirmed_by=table.take("confirmed_by", _CONFIRMED_BY, None),
        week_one=table.take("week_one", yes_or_no, False),
        usual_days=table.take("usual_days", usual_days, USUAL_DAYS),
        after=table.take("after", _SENTENCES, _NONE),
        any=table.take("any", _GROUPS, _NO_GROUPS),
        better_after=table.take("better_after", _SENTENCES, _NONE),
        applies=table.take("applies", applies, ()),
        watches=table.take("watches", _WATCHES, None),
        upgrade=table.take("upgrade", text, ""),
        due=table.take("due", due, None),
        checks=table.tables("check", "check", read_check),
        guidance=table.tables("guidance", "guidance", read_guidance),
        symptoms=table.tables("symptom", "symptom", read_symptom),
        why=table.take("why", text, ""),
        minutes=table.take("minutes", minutes, 0),
        do=table.take("do", _SENTENCES, _NONE),
        dont=table.take("dont", _SENTENCES, _NONE),
        task=table.take("task", text, ""),
    )
    table.finish()
    return PlacedStep(int(table.path[-1]), made)


def _owner(table: Table) -> str:
    ownerless = "has no owner: name one of " + ", ".join(FUNCTIONS)
    if table.data.get("owner", _MISSING) == "":
        table.known.append("owner")
        table.note((*table.path, "owner"), f"{table.label} {ownerless}")
        return ""
    return table.take("owner", function, "", missing=ownerless)


def _side(table: Table, owner: str) -> str | None:
    needed = 'has no side: say side = "employer" or "host"' if owner and owner != "newcomer" else ""
    side = table.take("side", _SIDE, None, missing=needed)
    if owner == "newcomer" and side:
        table.note((*table.path, "side"), f"{table.label}: the newcomer is on no side: take out side")
        return None
    return side


def read_pathway(data: object, note: Note) -> tuple[Pathway, tuple[PlacedStep, ...]]:
    """Read a whole pathway, noting every fault; what cannot be read is left out or empty in the answer."""
    if not isinstance(data, dict):
        note((), "A pathway must be an object with key, title, country and step")
        return Pathway("", "", "", ()), ()
    table = Table(data, (), "The pathway", note)
    pathway_key = table.take("key", key, "", missing="has no key")
    title = table.take("title", text, "", missing="has no title")
    country = table.take("country", _COUNTRY, "", missing="has no country")
    placed = table.tables("step", "step", read_step)
    if data.get("step", []) == []:
        note((), "The pathway has no steps")
    table.finish()
    return Pathway(pathway_key, title, country, tuple(one.step for one in placed)), placed
