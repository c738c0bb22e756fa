"""The facts that the table of words asks for, of one step, for one reader: who, since when, because of what."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from onboarding.actors import Actor
from onboarding.models import Placement
from onboarding.policies import is_lead_employed
from onboarding.wording import capital, day_words, list_words, since_words
from onboarding.words import Function, Role
from steps import policies
from steps.models import Fact, PlacementStep
from steps.pathway import Step, Symptom
from steps.words import Reader, any_words, function_words, rule_words, team_words, waits_words


@dataclass(frozen=True, slots=True)
class Chase:
    """How a blocker's owner is chased: when next, if the clock runs, and how often it was."""

    on: dt.date | None
    times: int


Chases = Callable[[], Mapping[str, Chase]]  # by the blocker's reference

# reads the chases of a placement's open blockers, by the placement's id; an upper room fills it in its AppConfig
chase_readers: list[Callable[[int], Mapping[str, Chase]]] = []


def chases_of(placement: Placement) -> Chases:
    """Read when a sentence asks for them, and once: a page on which nothing is stuck costs no query more."""

    @cache
    def read() -> Mapping[str, Chase]:
        return {reference: chase for reader in chase_readers for reference, chase in reader(placement.pk).items()}

    return read


@dataclass(frozen=True, slots=True)
class Scene:
    """One placement as one person looks at it: its rows and its pathway's steps by key. Asks no database, unless it
    is given `chases` that do."""

    placement: Placement
    rows: Mapping[str, PlacementStep]
    steps: Mapping[str, Step]
    actor: Actor
    today: dt.date
    done: Mapping[str, Fact]
    chases: Chases = dict

    @property
    def by_newcomer(self) -> bool:
        return policies.is_newcomer(self.actor, self.placement)

    def day(self, moment: dt.date | dt.datetime) -> str:
        return day_words(moment, today=self.today)

    def since(self, moment: dt.datetime) -> str:
        return since_words(moment, today=self.today, country=self.placement.host.calendar)

    def short(self, key: str) -> str:
        return self.steps[key].short

    def shorts(self, keys: list[str]) -> list[str]:
        return [self.short(key) for key in keys]

    def team(self, function: str, side: str | None) -> str:
        """Who that is, inside a sentence. The organisation is named only where there are two of them."""
        if function == Function.NEWCOMER:
            return "you" if self.by_newcomer else self.placement.newcomer.name
        if function == Function.MANAGER:
            return "your manager" if self.by_newcomer else "the manager"
        if not is_lead_employed(self.placement):
            return function_words(function)
        organisation = self.placement.employer if side == "employer" else self.placement.host
        return team_words(function, organisation.name)

    def symptom(self, key: str) -> Symptom | None:
        return next((s for step in self.steps.values() for s in step.symptoms if s.key == key), None)

    def may_read_typed(self, row: PlacementStep) -> bool:
        """What somebody typed about a blocker is for those who work on it, not for every team in the chain."""
        orgs = {row.team_org_id, self.placement.employer_id}  # the host's HR reads nothing said to the employer's
        known = policies.is_holder(self.actor, row) or policies.is_step_team(self.actor, row)
        return known or any(self.actor.has(r, o) for r in (Role.HR, Role.ONBOARDING_LEAD) for o in orgs)


TIMES = {1: "once", 2: "twice"}


def full_stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."


def current_blocker(row: PlacementStep) -> dict[str, Any]:
    """The open blocker that decides whose move it is."""
    blockers: list[dict[str, Any]] = row.reasons["blockers"]
    held = (
        b
        for b in blockers
        if b["owner"]["function"] == row.owner_function and (b["owner"]["side"] or "") == row.owner_side
    )
    return next(held, blockers[0])


class Telling:
    """`facts["team"]` and `facts["Team"]`: a fact in words, capital where it opens a sentence. Made when asked."""

    def __init__(self, scene: Scene, row: PlacementStep, reader: Reader) -> None:
        self.scene, self.row, self.reader = scene, row, reader
        self.step = scene.steps[row.key]

    def __getitem__(self, name: str) -> str:
        text = str(getattr(self, name[0].lower() + name[1:]))
        return capital(text) if name[0].isupper() else text

    # who has it

    @property
    def name(self) -> str:
        return self.scene.placement.newcomer.name

    @property
    def team(self) -> str:
        return self.scene.team(self.row.owner_function or self.step.owner, self.row.owner_side)

    @property
    def own(self) -> str:
        """The step's own team, also while the next move is somebody else's."""
        return self.scene.team(self.step.owner, self.step.side)

    @property
    def function(self) -> str:
        if self.row.owner_function == Function.MANAGER:
            return self.team
        return function_words(self.row.owner_function)

    # since when

    @property
    def since_moment(self) -> dt.datetime:
        if self.row.state == "blocked":
            return dt.datetime.fromisoformat(current_blocker(self.row)["since"])
        return self.row.since

    @property
    def since(self) -> str:
        return self.scene.since(self.since_moment)

    @property
    def said(self) -> str:
        return self.scene.day(self.row.says_works_at) if self.row.says_works_at else ""

    @property
    def done(self) -> str:
        return self.scene.day(self.row.done_at) if self.row.done_at else ""

    @property
    def held(self) -> str:
        count = self.row.unlock_count
        return f" {count} {'step waits' if count == 1 else 'steps wait'} for it." if count else ""

    # because of what

    @property
    def causes(self) -> list[dict[str, Any]]:
        return self.row.reasons["because"]

    @property
    def hard(self) -> list[str]:
        """The unmet steps that must all be met, without those of which one is enough."""
        grouped = {key for group in self.row.reasons["any_of"] for key in group}
        return [key for key in self.row.reasons["waiting_on"] if key not in grouped]

    def cause_team(self, cause: Mapping[str, Any]) -> str:
        return self.scene.team(cause["owner"]["function"], cause["owner"]["side"])

    def cause_since(self, cause: Mapping[str, Any]) -> str:
        row = self.scene.rows[cause["step"]]
        return Telling(self.scene, row, self.reader).since

    @property
    def waiting_on(self) -> str:
        groups = [list_words(self.scene.shorts(g), last="or") for g in self.row.reasons["any_of"]]
        return list_words([*self.scene.shorts(self.hard), *groups])

    @property
    def waits(self) -> str:
        """For the newcomer: what comes first, what that waits for, and who has it."""
        behind = [c["step"] for c in self.causes]
        groups = self.row.reasons["any_of"]
        said = []
        if self.hard:
            said.append(waits_words(self.scene.shorts(self.hard), self.scene.shorts([] if groups else behind)))
        said += [any_words(self.scene.shorts(group)) for group in groups]
        text = "Not yet: " + ". ".join(said) + "."
        return f"{text} {self.who_has_causes}".strip()

    @property
    def who_has_causes(self) -> str:
        """One cause: who has it since when. Several: each with its team."""
        if len(self.causes) != 1:
            return full_stop(capital(self.causes_with)) if self.causes else ""
        cause = self.causes[0]
        if cause["owner"]["function"] == Function.NEWCOMER and self.scene.by_newcomer:
            return "It is your turn." if self.is_nearest(cause) else f"{self.scene.short(cause['step'])} is your turn."
        near = "it" if self.is_nearest(cause) else self.scene.short(cause["step"])
        return f"{capital(self.cause_team(cause))} has {near} {self.cause_since(cause)}."

    def is_nearest(self, cause: Mapping[str, Any]) -> bool:
        """Is this step all that the reader's step waits for?"""
        return self.hard == [cause["step"]] and not self.row.reasons["any_of"]

    @property
    def causes_with(self) -> str:
        return list_words([f"{self.scene.short(c['step'])} is with {self.cause_team(c)}" for c in self.causes])

    @property
    def causes_first(self) -> str:
        """For a blocker that waits: "Identity comes first, with HR." """
        said = [f"{self.scene.short(c['step'])} comes first, with {self.cause_team(c)}." for c in self.causes]
        return " ".join(said)

    @property
    def cause_teams(self) -> str:
        """Each with what it has: "HR (Staff record and Identity) and IT (Work email)"."""
        held: dict[str, list[str]] = {}
        for cause in self.causes:
            held.setdefault(self.cause_team(cause), []).append(self.scene.short(cause["step"]))
        return list_words([f"{team} ({list_words(shorts)})" for team, shorts in held.items()])

    @property
    def better_after(self) -> str:
        return list_words(self.scene.shorts(self.row.reasons["better_after"]))

    @property
    def held_at(self) -> str:
        held = [f"{self.scene.short(c['step'])}, {self.cause_team(c)}, {self.cause_since(c)}" for c in self.causes]
        return f"held at {'; '.join(held)}"

    @property
    def changed(self) -> str:
        because = self.row.reasons["recheck_because"]
        above = self.scene.shorts([key for key in because if key != self.row.key])
        said = (
            "what a list or a document says" if self.row.key == next(iter(self.scene.steps)) else "what its list says"
        )
        own = [said] if self.row.key in because else []
        return list_words([*above, *own]) or "something it rests on"

    @property
    def changed_on(self) -> str:
        return self.scene.day(self.row.since)

    @property
    def asks_again(self) -> str:
        """What the pathway asks about a step that was carried over and that nothing else has called in question."""
        if self.carried_from and self.row.reasons["recheck_because"] == [self.row.key] and self.step.carries:
            return self.step.carries.ask
        return ""

    @property
    def doubt(self) -> str:
        if self.asks_again:
            return f"Carried over from {self.carried_from}, done {self.done}."
        return f"Done, but {self.changed} changed on {self.changed_on}."

    @property
    def asked(self) -> str:
        if self.asks_again:
            return f"{self.doubt} {self.asks_again}"
        return f"{self.changed} changed on {self.changed_on}. Is this still right?"

    # blockers

    @property
    def symptom(self) -> str:
        """What is wrong: the newcomer's words from the pathway in quotation marks, else what was typed."""
        blocker = current_blocker(self.row)
        found = self.scene.symptom(blocker["symptom"])
        return f"“{full_stop(found.says)}”" if found else full_stop(blocker["reason"])

    @property
    def stuck(self) -> str:
        known = self.scene.symptom(current_blocker(self.row)["symptom"])
        return f"Stuck: {self.symptom}" if known or self.scene.may_read_typed(self.row) else "Stuck."

    @property
    def chased_by(self) -> Chase | None:
        return self.scene.chases().get(current_blocker(self.row)["id"])

    @property
    def chase(self) -> str:
        """When the owner is asked again: " We chase them on Thu 6 August." """
        chase = self.chased_by
        return f" We chase them on {self.scene.day(chase.on)}." if chase and chase.on else ""

    @property
    def chased(self) -> str:
        """How often they were asked: ", chased twice"."""
        times = chase.times if (chase := self.chased_by) else 0
        return f", chased {TIMES.get(times, f'{times} times')}" if times else ""

    @property
    def action(self) -> str:
        blocker = current_blocker(self.row)
        found = self.scene.symptom(blocker["symptom"])
        if found and found.action:
            return found.action
        if found or self.scene.by_newcomer or self.scene.may_read_typed(self.row):
            return self.symptom
        return "it is theirs to clear."

    # done, and better than done

    @property
    def done_by_newcomer(self) -> bool:
        """Did the newcomer say so? From the fact, if it is at hand; else as the pathway has it."""
        fact = self.scene.done.get(self.row.key)
        if fact:
            return fact.by_id is not None and fact.by_id == self.scene.placement.newcomer.user_id
        return Function.NEWCOMER in (self.step.owner, self.step.confirmed_by)

    @property
    def carried_from(self) -> str:
        """The organisation in which this was done, for a step that was taken over from another placement."""
        fact = self.scene.done.get(self.row.key)
        return fact.by_name if fact and fact.source.startswith("carried:") else ""

    @property
    def you_heard(self) -> str:
        if self.carried_from:
            return f"Carried over from {self.carried_from}, done {self.done}."
        if not self.done_by_newcomer:
            return (
                f"Done on {self.done}." if self.own == "you" else f"{capital(self.own)} confirmed this on {self.done}."
            )
        works = "is done" if self.step.owner == Function.NEWCOMER else "works"
        return f"You told us on {self.done} that this {works}."

    @property
    def who_done(self) -> str:
        fact = self.scene.done.get(self.row.key)
        if not fact:
            return f"done {self.done}"
        if self.carried_from:
            return f"carried over from {self.carried_from}, done {self.done}"
        if self.done_by_newcomer:
            return f"{self.name} says it works, {self.done}"
        return f"{fact.by_name}, {self.done}"

    @property
    def until(self) -> str:
        better = self.row.reasons["better_after"]
        if not better:
            return "than it could have"
        return f"until {list_words(self.scene.shorts(better))} {'is' if len(better) == 1 else 'are'} done"

    @property
    def upgrade(self) -> str:
        return self.step.upgrade

    # not needed, not due

    @property
    def rule(self) -> str:
        return rule_words(self.step)

    @property
    def waived_by(self) -> str:
        return str(self.row.reasons["waived"]["by"])

    @property
    def waived(self) -> str:
        return self.scene.day(dt.datetime.fromisoformat(self.row.reasons["waived"]["at"]))

    @property
    def reason(self) -> str:
        return full_stop(self.row.reasons["waived"]["reason"])

    @property
    def due_shows(self) -> str:
        if self.row.due_from is None:
            return "This waits for your first payday, which we do not know yet."
        return f"Payslips show from {self.scene.day(self.row.due_from)}."

    @property
    def due_from(self) -> str:
        return f"Due from {self.scene.day(self.row.due_from)}" if self.row.due_from else "Due once payday is known"
