"""Whole documents into whole answers.

Verdicts depend on little more than what stands for each step, so their text is kept by situation: most newcomers are
in one that another was in before. Everything that is kept has a bound.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from onboarding.working_days import fifth_working_day
from steps.pathway import Pathway, PathwayFaults, due_from, from_data, quoted
from steps.resolver.facts import Owner, stand
from steps.resolver.judging import Judgement, Situation, judge, situation
from steps.resolver.plan import NOT_APPLICABLE, Outcome, Plan, bits
from steps.resolver.recent import Recent

from .loading import RefusedError, load, may_repeat_a_key, repeated_keys
from .reading import FactsReader, read_day, read_newcomer

Find = Callable[[str], Pathway | None]

_DOCUMENT_KEYS: Final = ("pathway", "newcomer", "today", "facts")
_MOST_PATHWAYS: Final = 64
_MOST_SITUATIONS: Final = 4096  # some 4 kB each
_MOST_TEXTS: Final = 20_000
_DUE: Final = "\0"  # no text of JSON has it
_YES_NO: Final = ("false", "true")


@dataclass(frozen=True, slots=True)
class Told:
    """The text of all steps in one situation, cut where a `due_from` goes, and what the lists are made from."""

    pieces: tuple[str, ...]
    dues: tuple[int, ...]
    judgement: Judgement


class Teller:
    """Puts verdicts of one pathway into JSON text."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys_in_text = 0  # of an inline pathway: how many keys its own text has
        self._quoted = [json.dumps(key) for key in plan.keys]
        self._lists: dict[int, str] = {}
        self._said: Recent[tuple[object, ...], str] = Recent(_MOST_TEXTS)
        self._told: Recent[Situation, Told] = Recent(_MOST_SITUATIONS)

    def list(self, mask: int) -> str:
        """Answer a set of steps as a JSON list of their keys."""
        text = self._lists.get(mask)
        if text is None:
            if len(self._lists) >= _MOST_TEXTS:
                self._lists.clear()
            text = self._lists[mask] = "[" + ", ".join([self._quoted[i] for i in bits(mask)]) + "]"
        return text

    def told(self, now: Situation) -> Told:
        """Answer the text for a situation, from what is kept if somebody was in it before."""
        told = self._told.get(now)
        return self._told.put(now, self._tell(judge(self.plan, now))) if told is None else told

    def _tell(self, judgement: Judgement) -> Told:
        pieces, dues, texts = [], [], []
        for i, outcome in enumerate(judgement.outcomes):
            causes = [(j, judgement.outcomes[j].state, judgement.outcomes[j].owner) for j in bits(outcome.because)]
            said = (i, outcome, *causes)
            text = self._said.get(said)
            if text is None:
                text = self._said.put(said, self._say(i, outcome, causes))
            texts.append(text)
            if self.plan.dues >> i & 1 and outcome.state != NOT_APPLICABLE:
                before, after = text.split(_DUE)
                texts[-1] = before
                pieces.append(", ".join(texts))
                dues.append(i)
                texts = [after]
        return Told((*pieces, ", ".join(texts)), tuple(dues), judgement)

    def _say(self, i: int, outcome: Outcome, causes: Sequence[tuple[int, str, Owner]]) -> str:
        """Answer one step's text, with the mark of a `due_from` that a newcomer's payday decides."""
        if outcome.state == NOT_APPLICABLE:
            return f'{{"key": {self._quoted[i]}, "state": "{outcome.state}"}}'
        because = [
            f'{{"step": {self._quoted[j]}, "state": "{state}", "owner": {_owner(owner)}}}'
            for j, state, owner in causes
        ]
        any_of = [self.list(group) for group in outcome.any_of]
        due = _DUE if self.plan.dues >> i & 1 else "null"
        return (
            f'{{"key": {self._quoted[i]}, "state": "{outcome.state}", "owner": {_owner(outcome.owner)}, '
            f'"issued": {_YES_NO[outcome.issued]}, "parked": {_YES_NO[outcome.parked]}, '
            f'"waiting_on": {self.list(outcome.waiting_on)}, "any_of": [{", ".join(any_of)}], '
            f'"because": [{", ".join(because)}], "recheck_because": {self.list(outcome.recheck_because)}, '
            f'"limited": {_YES_NO[outcome.limited]}, "better_after": {self.list(outcome.better_after)}, '
            f'"upgrade": {_YES_NO[outcome.upgrade]}, "due_from": {due}, "unlocks": {self.list(outcome.unlocks)}}}'
        )

    def answer(self, now: Situation, today: date, by: date, dues: Mapping[int, date | None]) -> str:
        """Answer the whole text; `dues` holds what each step with a `due` is due from."""
        told = self.told(now)
        judged = told.judgement
        early = 0
        for i in bits(self.plan.dues):
            due = dues[i]
            if due is None or today < due:
                early |= 1 << i
        steps = told.pieces[0]
        for i, piece in zip(told.dues, told.pieces[1:], strict=True):
            steps += (f'"{due.isoformat()}"' if (due := dues[i]) else "null") + piece
        missing = judged.unmet & self.plan.week_one & ~early
        return (
            f'{{"steps": [{steps}], "act_now": {self.list(judged.to_act | judged.ready & ~early)}, '
            f'"week_one": {{"by": "{by.isoformat()}", "ready": {_YES_NO[not missing]}, '
            f'"missing": {self.list(missing)}, "recheck": {self.list(judged.on_recheck & self.plan.week_one)}}}}}'
        )


def _owner(owner: Owner) -> str:
    side = f'"{owner.side}"' if owner.side else "null"
    return f'{{"function": "{owner.function}", "side": {side}}}'


class Answers:
    """Answers documents, one after another. `find` answers the pathway of a key, or None."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._named: dict[str, Teller | None] = {}
        self._inline: OrderedDict[str, Teller | list[str]] = OrderedDict()

    def text(self, document: str) -> tuple[str, bool]:
        """Answer a JSON text in one line of JSON text, and whether it was good."""
        try:
            text = document.strip()
            return self._answer(load(text), text), True
        except RefusedError as refused:
            return json.dumps({"errors": refused.errors}), False

    def data(self, document: object) -> dict[str, Any]:
        """Answer a document that is read already, as plain values."""
        try:
            answer: dict[str, Any] = json.loads(self._answer(document, None))
        except RefusedError as refused:
            return {"errors": refused.errors}
        return answer

    def _answer(self, document: object, text: str | None) -> str:
        if not isinstance(document, dict):
            raise RefusedError(["A document must be an object with pathway, newcomer, today and facts"])
        errors: list[str] = []
        for key in document:
            if key not in _DOCUMENT_KEYS:
                errors.append(f"unknown key {quoted(key)}")
        for key in _DOCUMENT_KEYS:
            if key not in document:
                errors.append(f"{key} is missing")
        teller = self._teller(document["pathway"], errors) if "pathway" in document else None
        plan = teller.plan if teller else None
        start = payday = today = None
        if "newcomer" in document:
            start, payday = read_newcomer(document["newcomer"], plan.asked if plan else (), errors)
        if "today" in document:
            today = read_day(document["today"], "today", errors)
        reader = FactsReader(plan, errors)
        events = reader.read_all(document["facts"]) if "facts" in document else []
        if text is not None:
            errors += _repeats(text, document, reader.keys + (teller.keys_in_text if teller else 0))
        if errors or teller is None or plan is None or start is None or today is None:
            raise RefusedError(errors)
        newcomer = document["newcomer"]
        country = newcomer["country"]
        standings = [stand(mine, step) if mine else None for mine, step in zip(events, plan.steps, strict=True)]
        now = situation(plan, plan.applicable(newcomer), standings)
        try:
            by = fifth_working_day(start, country)
            dues = {i: due_from(plan.steps[i], payday, country) for i in bits(plan.dues)}
        except OverflowError as wrong:
            raise RefusedError(["newcomer: start_date or payday lies at the end of the calendar"]) from wrong
        return teller.answer(now, today, by, dues)

    def _teller(self, pathway: object, errors: list[str]) -> Teller | None:
        if isinstance(pathway, str):
            return self._named_teller(pathway, errors)
        if not isinstance(pathway, dict):
            errors.append("pathway must be a key, or an object of a pathway file's shape")
            return None
        text = json.dumps(pathway)
        known = self._inline.get(text)
        if known is None:
            known = self._inline[text] = _read_inline(pathway, text)
            if len(self._inline) > _MOST_PATHWAYS:
                self._inline.popitem(last=False)
        if isinstance(known, Teller):
            return known
        errors += known
        return None

    def _named_teller(self, key: str, errors: list[str]) -> Teller | None:
        if key not in self._named:
            if len(self._named) >= _MOST_PATHWAYS:
                self._named.clear()
            found = self._find(key)
            self._named[key] = Teller(Plan(found)) if found else None
        teller = self._named[key]
        if teller is None:
            errors.append(f"unknown pathway {quoted(key)}")
        return teller


def _read_inline(pathway: dict[str, Any], text: str) -> Teller | list[str]:
    try:
        teller = Teller(Plan(from_data(pathway)))
    except PathwayFaults as wrong:
        return [f"pathway: {fault.says}" for fault in wrong.faults]
    teller.keys_in_text = text.count('":')
    return teller


def _repeats(text: str, document: dict[str, Any], keys: int) -> list[str]:
    newcomer = document.get("newcomer")
    keys += len(document) + (len(newcomer) if isinstance(newcomer, dict) else 0)
    return repeated_keys(text) if may_repeat_a_key(text, keys) else []
