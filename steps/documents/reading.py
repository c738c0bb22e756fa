"""A document's newcomer and facts into what the resolver takes; every fault is noted in a sentence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from steps.pathway import ATTRIBUTES, FIELDS, FUNCTIONS, SIDES, nearest, quoted
from steps.resolver.facts import FULL, RANK, UNSAID, Event
from steps.resolver.plan import Plan

_COMMON: Final = frozenset({"id", "step", "fact", "at", "reason"})
_CARRIES: Final = {
    "issued": _COMMON,
    "done": _COMMON | {"full"},
    "reopened": _COMMON,
    "corrected": _COMMON | {"fields"},
    "questioned": _COMMON,
    "blocked": _COMMON | {"blocker", "owner", "side", "independent"},
    "cleared": _COMMON | {"blocker"},
    "handed_over": _COMMON | {"blocker", "owner", "side"},
    "waived": _COMMON,
    "retracted": _COMMON | {"of"},
}
_EVERY_KEY: Final = frozenset().union(*_CARRIES.values())
_NEWCOMER_KEYS: Final = (*ATTRIBUTES, "start_date", "payday")
_CHOICES: Final = {name: frozenset(allowed) for name, allowed in ATTRIBUTES.items() if allowed and True not in allowed}
_FLAGS: Final = frozenset(name for name, allowed in ATTRIBUTES.items() if allowed and True in allowed)
_FUNCTIONS: Final = frozenset(FUNCTIONS)
_FIELDS: Final = frozenset(FIELDS)
_NOTHING: Final = ("", "", "", "", False, UNSAID, ())


def read_day(value: object, name: str, errors: list[str]) -> date | None:
    """Answer an ISO date, or None with the fault noted."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    errors.append(f"{name} must be a date such as 2026-08-03: {quoted(value)} is not")
    return None


def read_newcomer(given: object, asked: tuple[str, ...], errors: list[str]) -> tuple[date | None, date | None]:
    """Check the attributes, and answer the start date and the payday (None where left out or faulty)."""
    if not isinstance(given, dict):
        errors.append("newcomer must be an object")
        return None, None
    for name, value in given.items():
        fault = _attribute_fault(name, value)
        if fault:
            errors.append("newcomer: " + fault)
    for name in asked:
        if name not in given:
            errors.append(f"newcomer: {name} is missing, and the pathway asks for it")
    if "country" not in given and "country" not in asked:
        errors.append("newcomer: country is missing, and working days are counted by it")
    start = payday = None
    if "start_date" in given:
        start = read_day(given["start_date"], "newcomer: start_date", errors)
    else:
        errors.append("newcomer: start_date is missing")
    if given.get("payday") is not None:
        payday = read_day(given["payday"], "newcomer: payday", errors)
    return start, payday


def _attribute_fault(name: str, value: object) -> str:
    if name in _CHOICES:
        if not isinstance(value, str) or value not in _CHOICES[name]:
            return f"{name} {quoted(value)} is none of {', '.join(str(fit) for fit in ATTRIBUTES[name] or ())}"
    elif name in _FLAGS:
        if not isinstance(value, bool):
            return f"{name} must be true or false: {quoted(value)} is not"
    elif name in ATTRIBUTES:
        if not isinstance(value, str):
            return f"{name} must be text: {quoted(value)} is not"
    elif name not in _NEWCOMER_KEYS:
        return f"unknown attribute {quoted(name)}.{nearest(name, _NEWCOMER_KEYS)}"
    return ""


class FactsReader:
    """Reads a document's facts into the resolver's events by step. Without a plan it looks for faults only."""

    def __init__(self, plan: Plan | None, errors: list[str]) -> None:
        self.plan = plan
        self.number: Mapping[str, int] | None = plan.number if plan else None
        self.errors = errors
        self.events: list[list[Event] | None] = [None] * (plan.size if plan else 0)
        self.keys = 0  # how many keys all facts have together
        self.named: dict[str, dict[str, Any]] = {}  # facts by id
        self.taken_back: list[tuple[int, str]] = []

    def read_all(self, facts: object) -> list[list[Event] | None]:
        if not isinstance(facts, list):
            self.errors.append("facts must be a list")
            return self.events
        for position, fact in enumerate(facts, 1):
            if type(fact) is dict:
                self.keys += len(fact)
                self.read(fact, position)
            else:
                self.errors.append(f"fact {position} must be an object")
        if self.taken_back:
            self.take_back()
        return self.events

    def read(self, fact: dict[str, Any], position: int) -> None:
        kind, step, at = fact.get("fact"), fact.get("step"), fact.get("at")
        faults = len(self.errors)
        carries = _CARRIES.get(kind) if type(kind) is str else None
        if carries is None:
            self.unknown_kind(fact, position)
            carries = _EVERY_KEY
        i = self.number.get(step) if self.number is not None and type(step) is str else None
        if i is None and (self.number is not None or type(step) is not str):
            self.unknown_step(fact, position)
        instant = self.instant(at, fact, position)
        id = fact.get("id")
        more: tuple[str, str, str, str, bool, int, tuple[str, ...]] = _NOTHING
        if len(fact) > 3 + (id is not None) or kind in ("waived", "handed_over", "retracted"):
            if not fact.keys() <= carries:
                self.stray_keys(fact, position, carries)
            more = self.details(fact, position)
        if id is not None:
            self.note_id(id, fact, position)
        if kind == "retracted" or len(self.errors) > faults or i is None or instant is None:
            return
        event: Event = (instant, RANK[str(kind)], *more, id or "")
        mine = self.events[i]
        if mine is None:
            self.events[i] = [event]
        else:
            mine.append(event)

    def instant(self, at: object, fact: dict[str, Any], position: int) -> datetime | None:
        if isinstance(at, str):
            try:
                instant = datetime.fromisoformat(at)
            except ValueError:
                pass
            else:
                if instant.tzinfo is not None:
                    return instant
                self.errors.append(f"fact {position}: the time {quoted(at)} has no zone, such as +01:00 or Z")
                return None
        if "at" not in fact:
            self.errors.append(f"fact {position}: at is missing")
        else:
            self.errors.append(
                f"fact {position}: at must be a time such as 2026-08-04T09:00:00+01:00, not {quoted(at)}"
            )
        return None

    def unknown_kind(self, fact: dict[str, Any], position: int) -> None:
        if "fact" not in fact:
            self.errors.append(f"fact {position}: fact is missing: say what happened")
        else:
            hint = nearest(fact["fact"], _CARRIES)
            self.errors.append(f"fact {position}: unknown fact {quoted(fact['fact'])}.{hint}")

    def unknown_step(self, fact: dict[str, Any], position: int) -> None:
        if "step" in fact:
            hint = nearest(fact["step"], self.number or ())
            self.errors.append(f"fact {position}: unknown step {quoted(fact['step'])}.{hint}")
        elif fact.get("fact") != "retracted":  # the fact that it takes back names the step
            self.errors.append(f"fact {position}: step is missing")

    def stray_keys(self, fact: dict[str, Any], position: int, carries: frozenset[str]) -> None:
        for key in fact:
            if key not in _EVERY_KEY:
                self.errors.append(f"fact {position}: unknown key {quoted(key)}.{nearest(key, carries)}")
            elif key not in carries:
                self.errors.append(f"fact {position}: a fact {quoted(fact['fact'])} carries no {key}")

    def details(self, fact: dict[str, Any], position: int) -> tuple[str, str, str, str, bool, int, tuple[str, ...]]:
        """Check what only some facts carry, and answer it in the order of an event."""
        kind = fact.get("fact")
        owner = fact.get("owner")
        if owner is not None and (not isinstance(owner, str) or owner not in _FUNCTIONS):
            hint = nearest(owner, FUNCTIONS)
            self.errors.append(f"fact {position}: unknown function {quoted(owner)} as owner.{hint}")
        elif owner is None and kind == "handed_over":
            self.errors.append(f"fact {position}: a fact handed_over must name its owner")
        side = fact.get("side")
        if side is not None and side not in SIDES:
            self.errors.append(f'fact {position}: side must be "employer" or "host", not {quoted(side)}')
        reason = self.text(fact, "reason", position)
        if kind == "waived" and not reason.strip() and isinstance(fact.get("reason", ""), (str, type(None))):
            self.errors.append(f"fact {position}: a fact waived must give its reason")
        if kind == "retracted":
            of = fact.get("of")
            if isinstance(of, str):
                self.taken_back.append((position, of))
            else:
                self.errors.append(f"fact {position}: a fact retracted must say of which fact: of is its id")
        independent, full = fact.get("independent"), fact.get("full")
        for name, flag in (("independent", independent), ("full", full)):
            if flag is not None and not isinstance(flag, bool):
                self.errors.append(f"fact {position}: {name} must be true or false: {quoted(flag)} is not")
                full = None
        blocker = self.text(fact, "blocker", position)
        return blocker, owner or "", side or "", reason, bool(independent), FULL[full], self.fields(fact, position)

    def text(self, fact: dict[str, Any], name: str, position: int) -> str:
        value = fact.get(name)
        if value is not None and not isinstance(value, str):
            self.errors.append(f"fact {position}: {name} must be text: {quoted(value)} is not")
            return ""
        return value or ""

    def fields(self, fact: dict[str, Any], position: int) -> tuple[str, ...]:
        fields = fact.get("fields")
        if fields is None:
            return ()
        if not isinstance(fields, list):
            self.errors.append(f"fact {position}: fields must be a list")
            return ()
        for field in fields:
            if not isinstance(field, str) or field not in _FIELDS:
                hint = nearest(field, FIELDS)
                self.errors.append(f"fact {position}: unknown field {quoted(field)} in fields.{hint}")
                return ()
        return tuple(fields)

    def note_id(self, id: object, fact: dict[str, Any], position: int) -> None:
        if not isinstance(id, str) or not id:
            self.errors.append(f"fact {position}: id must be text: {quoted(id)} is not")
        elif self.named.setdefault(id, fact) != fact:  # the very same fact, delivered twice, is one fact
            self.errors.append(f"fact {position}: the id {quoted(id)} is another fact's already")

    def take_back(self) -> None:
        for position, of in self.taken_back:
            if of not in self.named:
                self.errors.append(f"fact {position}: retracts {quoted(of)}, which is the id of no fact")
            elif self.named[of].get("fact") == "retracted":
                self.errors.append(f"fact {position}: retracts {quoted(of)}, which is itself a retraction")
        gone = {of for _, of in self.taken_back}
        for i, events in enumerate(self.events):
            if events is not None:
                self.events[i] = [event for event in events if event[9] not in gone] or None
