"""Where a blocker belongs: from what the newcomer sees to the step that is the cause and to whoever can mend it.

Pure: no Django, no clock, no database. A symptom of the pathway names its cause; where that step itself waits for
another, the blocker follows the chain to what somebody can act on now. What the newcomer alone can mend is not
sent, and neither is what is not due.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from onboarding.wording import capital, local_day
from onboarding.working_days import Country, add_working_days
from steps.pathway import Pathway, Step, Symptom, applies, side_of

Kind = Literal["sent", "yourself", "not_due", "known", "usual"]
Owner = tuple[str, str | None]  # a function and its side; the newcomer has none

NEWCOMER = "newcomer"
IT, HR = "it", "hr"


@dataclass(frozen=True, slots=True)
class Held:
    """An open blocker of a step: its reference, who has it since when, and the symptom's key, if it has one."""

    reference: str
    owner: Owner
    since: datetime
    symptom: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one step stands, as its settled row has it. `owner` is who must act now; lists hold step keys."""

    state: str
    owner: Owner
    since: datetime
    waiting_on: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    issued: bool = False
    due_from: date | None = None
    blockers: tuple[Held, ...] = ()

    @property
    def there(self) -> bool:
        return self.state != "not_applicable"


@dataclass(frozen=True, slots=True)
class Route:
    """The answer to "what do you see?".

    `sent`: it goes to `owner`, on `step`. `yourself`: the newcomer's own, `action` says how (empty: do the step).
    `known`: `owner` has it already, under `reference`, since `since`. `usual`: `owner` is at work on it and is
    expected to be done on `by`. `not_due`: before `due_from` (None: payday unknown) nothing is wrong.
    `way`: the keys from the symptom's own step to `step`, nearest first, where the blocker followed the chain.
    `independent`: the blocker stands whatever the step waits for. `needs_a_look`: no symptom fitted.
    """

    kind: Kind
    seen_at: str
    step: str
    owner: Owner
    symptom: str = ""
    way: tuple[str, ...] = ()
    independent: bool = False
    needs_a_look: bool = False
    action: str = ""
    issued: bool = False
    due_from: date | None = None
    by: date | None = None
    reference: str = ""
    since: datetime | None = None


Standings = Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Case:
    """One newcomer's pathway and where each step stands on a day; `country` counts the working days."""

    pathway: Pathway
    standings: Standings
    today: date
    country: Country


def route(case: Case, *, seen_at: str, symptom: Symptom | None) -> Route:
    """Where it belongs. `symptom` is None where the newcomer says that none of the pathway's fits."""
    if symptom is None:
        return looked_at(case, seen_at)
    cause = cause_of(case, seen_at, symptom)
    owner = owner_of(symptom, cause)
    base = Route("sent", seen_at, cause.key, owner, symptom=symptom.key, independent=symptom.independent)
    at = case.standings[cause.key]
    same = next((held for held in at.blockers if held.symptom == symptom.key), None)
    if owner[0] == NEWCOMER:
        found = replace(base, kind="yourself", action=symptom.action)
        return replace(found, reference=same.reference, since=same.since) if same else found
    if cause.due and (at.due_from is None or case.today < at.due_from):
        return replace(base, kind="not_due", due_from=at.due_from)
    if same:
        return replace(base, kind="known", owner=same.owner, reference=same.reference, since=same.since)
    if cause.due:
        # pay goes wrong on a day of its own, and payroll can look whether or not the newcomer's login works
        return replace(base, independent=True)
    if at.waiting_on and not symptom.independent:
        return followed(case, base)
    return base


def looked_at(case: Case, seen_at: str) -> Route:
    """No symptom fits: the step's owner takes a look, also while the step waits. Of a step that is the newcomer's
    own, whoever waits for it does."""
    step = case.pathway.step(seen_at)
    owner: Owner = (step.owner, step.side)
    if step.owner == NEWCOMER:
        waiting = (s for s in case.pathway.steps if seen_at in s.upstream and s.owner != NEWCOMER)
        owner = next(((s.owner, s.side) for s in waiting), (HR, "employer"))
    return Route("sent", seen_at, seen_at, owner, needs_a_look=True, independent=True)


def cause_of(case: Case, seen_at: str, symptom: Symptom) -> Step:
    """The symptom's cause; a step that this newcomer does not have cannot be one."""
    key = symptom.cause if case.standings[symptom.cause].there else seen_at
    return case.pathway.step(key)


def owner_of(symptom: Symptom, cause: Step) -> Owner:
    function = symptom.owner or cause.owner
    return (function, None) if function == NEWCOMER else (function, symptom.side or side_of(function, cause))


def followed(case: Case, base: Route) -> Route:
    """The symptom's step waits: what holds it comes first, and whoever has that is asked."""
    causes = case.standings[base.step].because
    key = next((c for c in causes if case.standings[c].state == "blocked"), causes[0])
    at, step = case.standings[key], case.pathway.step(key)
    found = replace(base, step=key, owner=at.owner, way=way_to(case.standings, base.step, key))
    if at.state == "blocked":
        held = next((b for b in at.blockers if b.owner == at.owner), at.blockers[0])
        return known(case, found, held)
    if at.owner[0] == NEWCOMER:
        return replace(found, kind="yourself", issued=at.issued)
    by = add_working_days(local_day(at.since), step.usual_days[1], case.country)
    return replace(found, kind="usual", by=by) if case.today <= by else found


def known(case: Case, found: Route, held: Held) -> Route:
    """Whoever has the cause knows that it is stuck; if that is the newcomer, they hear again what to do."""
    found = replace(found, reference=held.reference, since=held.since)
    if held.owner[0] != NEWCOMER:
        return replace(found, kind="known")
    symptoms = (s for step in case.pathway.steps for s in step.symptoms if s.key == held.symptom)
    return replace(found, kind="yourself", action=next((s.action for s in symptoms), ""))


def way_to(standings: Standings, start: str, cause: str) -> tuple[str, ...]:
    """The keys from a waiting step to its cause, both ends included: each next one waits for the cause, or is it."""
    way = [start]
    while way[-1] != cause:
        nearer = (k for k in standings[way[-1]].waiting_on if k == cause or cause in standings[k].because)
        way.append(next(nearer, cause))
    return tuple(way)


def sent_anyway(found: Route) -> Route:
    """Within the usual time, but it stops the newcomer working."""
    return replace(found, kind="sent", by=None) if found.kind == "usual" else found


# what a newcomer can choose from


def symptoms_seen(
    pathway: Pathway, standings: Standings, seen_at: str, newcomer: Mapping[str, Any]
) -> list[tuple[Step, list[Symptom]]]:
    """The symptoms of a step, then those of the steps above it, nearest first; only what fits this newcomer.

    `newcomer` has the attributes that the rules ask for. Steps that are not there are passed through.
    """
    found = []
    for key in [seen_at, *above(pathway, seen_at)]:
        if standings[key].there:
            step = pathway.step(key)
            fitting = [s for s in step.symptoms if applies(s.applies, newcomer)]
            if fitting:
                found.append((step, fitting))
    return found


def above(pathway: Pathway, key: str) -> list[str]:
    """The steps that come before this one through hard edges and any-groups, nearest first."""
    found: dict[str, None] = {}
    layer = [key]
    while layer:
        edges = (pathway.step(k) for k in layer)
        layer = [k for s in edges for k in (*s.after, *(m for group in s.any for m in group)) if k not in found]
        found.update(dict.fromkeys(layer))
    return list(found)


# the words


@dataclass(frozen=True, slots=True)
class Names:
    """How people call a team inside a sentence: `team` with its organisation, `function` without."""

    team: Callable[[str, str | None], str]
    function: Callable[[str], str]
    employer: str
    host: str

    @property
    def lead_employed(self) -> bool:
        return self.employer != self.host


def why(pathway: Pathway, found: Route, names: Names) -> str:
    """Whose it is, whose it is not, and because of what, in two sentences."""
    team = capital(names.team(*found.owner))
    if found.needs_a_look:
        return f"{team} takes a look. You need not find out who else it might be."
    wrong = not_theirs(pathway, found, names)
    verb = "has" if found.way else "has to fix"
    what = pathway.step(found.step).short if found.way else "this"
    first = f"{team} {verb} {what}{f', not {wrong}' if wrong else ''}."
    return f"{first} {because(pathway, found)}".strip()


def because(pathway: Pathway, found: Route) -> str:
    shorts = [pathway.step(key).short for key in found.way]
    if len(shorts) > 1:
        first, *rest = shorts
        return f"{first} waits for {', which waits for '.join(rest)}."
    step = pathway.step(found.step)
    if found.owner != (step.owner, step.side):
        return "Your other steps go on meanwhile." if found.independent else ""
    return step.why if found.step != found.seen_at else f"They look after {step.short}."


def not_theirs(pathway: Pathway, found: Route, names: Names) -> str:
    """Whom people ask in vain: the host about what is the employer's, the other way round, and IT about everything."""
    function, side = found.owner
    if names.lead_employed:
        other = names.host if side == "employer" else names.employer
        return f"HR or IT at {other}" if side == "employer" and function == HR else other
    stuck = pathway.step(found.seen_at).owner
    return " or ".join(names.function(f) for f in dict.fromkeys((stuck, IT)) if f not in (function, NEWCOMER))


# who else could take a blocker


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody a blocker can be handed to, and why it might be theirs; `suggested` where the pathway points there."""

    owner: Owner
    why: str
    suggested: bool = False


def takers(case: Case, *, step: str, symptom: Symptom | None, holder: Owner, both_sides: bool) -> list[Taker]:
    """Everybody but the holder, the likeliest first. `both_sides`: employer and host are two organisations."""
    found: dict[Owner, Taker] = {}
    for owner, reason in likely(case, case.pathway.step(step), symptom):
        if owner != holder and owner not in found:
            found[owner] = Taker(owner, reason, suggested=not found)
    for owner in everybody(case.pathway, both_sides):
        if owner != holder and owner not in found:
            found[owner] = Taker(owner, "")
    return list(found.values())


def likely(case: Case, step: Step, symptom: Symptom | None) -> Iterator[tuple[Owner, str]]:
    """The symptom's owner, the step's, whoever has what it waits for, then those of the steps above."""
    if symptom:
        yield owner_of(symptom, case.pathway.step(symptom.cause)), "the pathway sends this symptom there"
    yield (step.owner, step.side), f"looks after {step.short}"
    for key in case.standings[step.key].because:
        yield case.standings[key].owner, f"has {case.pathway.step(key).short}, which this waits for"
    for key in above(case.pathway, step.key):
        before = case.pathway.step(key)
        if case.standings[key].there:
            yield (before.owner, before.side), f"looks after {before.short}, which comes before"


def everybody(pathway: Pathway, both_sides: bool) -> Iterable[Owner]:
    owners: Sequence[Owner] = [(step.owner, step.side) for step in pathway.steps if step.owner != NEWCOMER]
    owners = [*owners, ("manager", "host")]
    if both_sides:
        owners = [*owners, (HR, "host"), (HR, "employer")]
    return dict.fromkeys([*owners, (NEWCOMER, None)])
