"""Pure: who has to mend what a list shows. The pathway's own symptoms say where a difference comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onboarding.wording import list_words
from steps.pathway import Pathway, Step, Symptom, side_of
from steps.reconciling.differing import Differs
from steps.reconciling.sorting import Item
from steps.reconciling.systems import System


@dataclass(frozen=True, slots=True)
class Ask:
    """A blocker to raise: on which step, with whom (a function on a side, None for the newcomer), and why."""

    step: str
    owner: str
    side: str | None
    reason: str
    symptom: str = ""
    independent: bool = False


def asks(item: Item, differing: Sequence[Differs], system: System, pathway: Pathway) -> list[Ask]:
    """What to ask for, one blocker an owner: a card with a wrong name is HR's to mend, since it copies the record."""
    step = pathway.step(system.key)
    if not differing:
        found = _symptom(step, [system.twice] if system.twice else [])
        return [_ask(step, pathway, found, f"{system.title}: this person is in it {_times(item)}.")]
    by_owner: dict[tuple[str, str, str | None], list[tuple[Differs, Symptom | None]]] = {}
    for differs in differing:
        found = _symptom(step, [key for aspect in differs.aspects for key in system.symptoms.get(aspect, ())])
        ask = _ask(step, pathway, found, "")
        by_owner.setdefault((ask.step, ask.owner, ask.side), []).append((differs, found))
    return [
        _ask(step, pathway, group[0][1], f"{system.title}: {list_words([one.words() for one, _ in group])}.")
        for group in by_owner.values()
    ]


def _times(item: Item) -> str:
    return "twice" if len(item.rows) == 2 else f"{len(item.rows)} times"


def _symptom(step: Step, keys: Iterable[str]) -> Symptom | None:
    there = {symptom.key: symptom for symptom in step.symptoms}
    return next((there[key] for key in keys if key in there), None)


def _ask(step: Step, pathway: Pathway, symptom: Symptom | None, reason: str) -> Ask:
    if symptom is None:
        return Ask(step.key, step.owner, step.side, reason)
    cause = pathway.step(symptom.cause)
    owner = symptom.owner or cause.owner
    side = None if owner == "newcomer" else symptom.side or side_of(owner, cause)
    return Ask(cause.key, owner, side, reason, symptom.key, symptom.independent)
