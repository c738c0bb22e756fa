"""A pathway as it is done in one place: the same steps and edges, some of them another team's."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from .definition import SIDES, Pathway, Step, Symptom

# step key -> (function, side) of whoever has the step here
Owners = Mapping[str, tuple[str, str]]

_MOST: Final = 256
_kept: OrderedDict[tuple[int, tuple[tuple[str, tuple[str, str]], ...]], tuple[Pathway, Pathway]] = OrderedDict()


def with_owners(pathway: Pathway, owners: Owners) -> Pathway:
    """Answer the pathway with these owners; the same object each time for the same, so that its plan is made once.

    A step that is the newcomer's own stays so: nobody else can do it. Keys that the pathway lacks are passed over.
    """
    theirs = {s.key: owners[s.key] for s in pathway.steps if s.key in owners and s.side}
    wanted = tuple(sorted(theirs.items()))
    if not wanted:
        return pathway
    key = (id(pathway), wanted)
    found = _kept.get(key)
    if found is None or found[0] is not pathway:
        found = _kept[key] = (pathway, _changed(pathway, dict(wanted)))
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
    return found[1]


def _changed(pathway: Pathway, owners: Owners) -> Pathway:
    own = {step.key: step for step in pathway.steps}
    steps = []
    for step in pathway.steps:
        symptoms = tuple(_symptom(s, own.get(s.cause, step), owners) for s in step.symptoms)
        function, side = owners.get(step.key, (step.owner, step.side))
        steps.append(replace(step, owner=function, side=side, symptoms=symptoms))
    return replace(pathway, steps=tuple(steps))


def _symptom(symptom: Symptom, cause: Step, owners: Owners) -> Symptom:
    """What the step's owner mends moves with the step; what another team mends stays with that team."""
    if cause.key in owners and symptom.owner == cause.owner and symptom.side in (None, cause.side):
        return replace(symptom, owner=None, side=None)
    return symptom


def owners_on(pathway: Pathway, sides: Mapping[str, Owners]) -> Owners:
    """Answer who has each step, of what each side's organisation says about the steps on its own side."""
    return {
        step.key: sides[step.side][step.key]
        for step in pathway.steps
        if step.side in SIDES and step.key in sides.get(step.side, {})
    }


def fitting(owners: Mapping[str, Iterable[str]]) -> Owners:
    """Answer what was kept as lists, as pairs."""
    return {key: (function, side) for key, (function, side) in owners.items()}
