"""Tables and lists into records: keys, types and allowed values. Every fault is noted and reading goes on.

Works on what tomllib and json answer alike, so an inline pathway and a file are refused for the same reasons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from .definition import (
    ATTRIBUTES,
    FIELDS,
    FUNCTIONS,
    SHORT_LETTERS,
    SIDES,
    USUAL_DAYS,
    Applies,
    Check,
    Guidance,
    Pathway,
    Step,
    Symptom,
)
from .lines import Path
from .values import (
    Wrong,
    applies,
    carries,
    due,
    function,
    key,
    list_of,
    minutes,
    nearest,
    one_of,
    quoted,
    short,
    text,
    usual_days,
    web_address,
    yes_or_no,
)

T = TypeVar("T")
Note = Callable[[Path, str], None]

_MISSING: Final = object()
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
        carries=table.take("carries", carries, None),
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
