"""What only the whole graph shows: doubled keys, edges to nowhere, cycles, and rules that can never hold.

**A step nobody can reach** is one that exists for no newcomer: its `applies` lists no value at all, or asks for a
country other than the pathway's. (Edges cannot make a step unreachable: there is no cycle, and a step that is not
there passes on what it came after.) Two steps **never apply together** when they ask the same attribute for values
that have none in common.
"""

from collections.abc import Iterator, Sequence

from .definition import Applies, Pathway, Step
from .lines import Path
from .reading import Note, PlacedStep
from .values import nearest, quoted


def check_graph(pathway: Pathway, placed: Sequence[PlacedStep], note: Note) -> None:
    """Note every fault of the graph."""
    known: dict[str, Step] = {}
    first: dict[str, int] = {}
    for one in placed:
        key = one.step.key
        if key in known:
            note(("step", one.place, "key"), f"Step {key} is given again: step {first[key] + 1} has that key already")
        elif key:
            known[key], first[key] = one.step, one.place
    for one in placed:
        check_doubles(one.step, one.place, note)
        _check_edges(one.step, known, one.place, note)
        _check_causes(one.step, known, one.place, note)
    _check_rules(pathway, known, first, note)
    _check_cycles(known, first, note)


def check_doubles(step: Step, place: int, note: Note) -> None:
    """Note each check or symptom whose key another one of the step has."""
    for table, kind, keys in (
        ("check", "check", [check.key for check in step.checks]),
        ("symptom", "symptom", [symptom.key for symptom in step.symptoms]),
    ):
        for index, key in enumerate(keys):
            if key and key in keys[:index]:
                note(("step", place, table, index, "key"), f"Step {step.key or place + 1} has the {kind} {key} twice")


def _check_edges(step: Step, known: dict[str, Step], place: int, note: Note) -> None:
    where: Path = ("step", place)
    label = step.key or place + 1
    named: list[tuple[Path, str]] = [
        *(((*where, "after", i), key) for i, key in enumerate(step.after)),
        *(((*where, "any", i, j), key) for i, group in enumerate(step.any) for j, key in enumerate(group)),
        *(((*where, "better_after", i), key) for i, key in enumerate(step.better_after)),
    ]
    for path, key in named:
        if key not in known:
            note(
                path,
                f"Step {label} comes after {quoted(key)}, which is not a step.{nearest(key, known)}",
            )
    for i, group in enumerate(step.any):
        if not group:
            note((*where, "any", i), f"Step {label} has an any-group that names no step")
        elif len(set(group)) == 1:
            note(
                (*where, "any", i),
                f"Step {label} has an any-group of one, {group[0]}: name it in after instead",
            )


def _check_rules(pathway: Pathway, known: dict[str, Step], first: dict[str, int], note: Note) -> None:
    here: Applies = (("country", (pathway.country,)),) if pathway.country else ()
    never = {key for key, step in known.items() if clash(step.applies, here)}
    for key in sorted(never, key=first.__getitem__):
        attribute = clash(known[key].applies, here)
        why = (
            f"the pathway is for {pathway.country} only"
            if _values(known[key].applies, attribute)
            else "its list is empty"
        )
        note(
            ("step", first[key], "applies", attribute),
            f"Nobody can reach step {key}: its applies asks for {attribute}, and {why}",
        )
    for key, step in known.items():
        if key in never:
            continue
        for index, upstream in enumerate(step.after):
            if upstream not in known or upstream in never or upstream == key:
                continue
            attribute = clash(step.applies, known[upstream].applies)
            if attribute:
                note(
                    ("step", first[key], "after", index),
                    f"Step {key} comes after {upstream}, but the two never apply together: "
                    f"they ask for different values of {attribute}",
                )
        _check_parts(step, here, first[key], note)


def _check_parts(step: Step, here: Applies, place: int, note: Note) -> None:
    parts = [
        *(("check", index, part.key, part.applies) for index, part in enumerate(step.checks)),
        *(("guidance", index, part.title, part.applies) for index, part in enumerate(step.guidance)),
        *(("symptom", index, part.key, part.applies) for index, part in enumerate(step.symptoms)),
    ]
    for name, index, label, applies in parts:
        attribute = clash(applies, step.applies) or clash(applies, here)
        if attribute:
            path: Path = ("step", place, name, index, "applies", attribute)
            note(path, f"Nobody is ever shown the {name} {label} of step {step.key}: see its {attribute}")


def clash(one: Applies, other: Applies) -> str:
    """Answer an attribute of the first rule for which no value satisfies both rules, or nothing."""
    for attribute, values in one:
        wanted = _values(other, attribute)
        if not values or (wanted is not None and not set(values) & set(wanted)):
            return attribute
    return ""


def _values(rule: Applies, attribute: str) -> tuple[str | bool, ...] | None:
    return dict(rule).get(attribute)


def _check_cycles(known: dict[str, Step], first: dict[str, int], note: Note) -> None:
    for cycle in cycles(known):
        start = known[cycle[0]]
        where = _edge_path(start, cycle[1])
        note(("step", first[start.key], *where), "Cycle: " + ", ".join(cycle))


def _edge_path(step: Step, key: str) -> Path:
    if key in step.after:
        return ("after", step.after.index(key))
    for i, group in enumerate(step.any):
        if key in group:
            return ("any", i, group.index(key))
    return ("better_after", step.better_after.index(key))


def cycles(known: dict[str, Step]) -> Iterator[list[str]]:
    """Answer cycles until none is left once an edge of each is cut: a, what a comes after, ..., a again.

    Each begins with the step of its own that stands first in the pathway, and is as short as can be.
    """
    edges = {key: [up for up in step.upstream if up in known] for key, step in known.items()}
    order = {key: index for index, key in enumerate(known)}
    for start in known:
        while path := _way_back(start, edges, order):
            yield path
            edges[path[-2]].remove(start)


def _way_back(start: str, edges: dict[str, list[str]], order: dict[str, int]) -> list[str]:
    """Answer the shortest way from a step up to itself through later steps only, or nothing."""
    came_from: dict[str, str] = {}
    row = [start]
    while row:
        following = []
        for key in row:
            for up in edges[key]:
                if up == start:
                    path = [key]
                    while path[-1] != start:
                        path.append(came_from[path[-1]])
                    return [*reversed(path), start]
                if order[up] > order[start] and up not in came_from:
                    came_from[up] = key
                    following.append(up)
        row = following
    return []


def _check_causes(step: Step, known: dict[str, Step], place: int, note: Note) -> None:
    for index, symptom in enumerate(step.symptoms):
        if symptom.cause and symptom.cause not in known:
            note(
                ("step", place, "symptom", index, "cause"),
                f"Step {step.key or place + 1}, symptom {symptom.key}: "
                f"the cause {quoted(symptom.cause)} is not a step.{nearest(symptom.cause, known)}",
            )
