"""Where the days went in sentences, tables and charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.wording import count_words
from onboarding.words import Function
from onboarding.working_hours import hours_words
from steps.charts import Line, bars
from steps.days import SMALLEST, CauseSort, Flow, HandOvers, Lost, Sort, Sorts, TeamSort, Waits
from steps.pathway import Pathway
from steps.words import team_title

KINDS = {"to_do": "To be done", "confirm": "The newcomer to say that it works", "stuck": "Stuck"}
PATTERNS = {"to_do": "solid", "confirm": "dots", "stuck": "cross"}
NOTABLE = 60  # working minutes that a median must have grown by to be worth a sentence
TOO_FEW = "too few to show"

HOW_COUNTED = (
    "A wait is one stretch of time in which a step could be done and lay with one team for one reason. It counts in "
    "the period in which it ended; what had not ended by then is “still waiting”. A step that waits for another step "
    "is not counted: the time counts with whoever holds that other one.",
    "Hours are working hours: 9am to 5pm, Monday to Friday, less the bank holidays where the newcomer works. They say "
    "how long newcomers waited, not how long anybody worked: a team waits for answers too.",
    "Half of the waits were over within the first figure, and nine in ten within the second. The period before is as "
    "long as this one, and ends the day before it begins.",
    f"Groups of fewer than {SMALLEST} newcomers are not shown, so that no figure is about one person.",
    "Hours until full access run from 9am on a newcomer's first working day until everything of week 1 was done for "
    "the first time; they are 0 for somebody who was ready before.",
)


@dataclass(frozen=True, slots=True)
class Words:
    """Short titles of steps and symptoms' words by key, from the pathways at hand, the first of which wins."""

    shorts: Mapping[str, str]
    symptoms: Mapping[str, str]
    order: Mapping[str, int]

    def short(self, key: str) -> str:
        return self.shorts.get(key, key)


def words_of(pathways: Iterable[Pathway]) -> Words:
    shorts: dict[str, str] = {}
    symptoms: dict[str, str] = {}
    for pathway in pathways:
        for step in pathway.steps:
            shorts.setdefault(step.key, step.short)
            for symptom in step.symptoms:
                symptoms.setdefault(symptom.key, symptom.says)
    return Words(shorts, symptoms, {key: n for n, key in enumerate(shorts)})


def who(sort: TeamSort | Flow) -> str:
    return "The newcomers themselves" if sort.function == Function.NEWCOMER else team_title(sort.function, sort.org)


def why(sort: CauseSort, words: Words) -> str:
    said = words.symptoms.get(sort.symptom)
    return f"{KINDS[sort.kind]}: “{said}”" if said else KINDS[sort.kind]


def longest_words(teams: Sorts[TeamSort], words: Words) -> str:
    """Which team had most of the time, in a sentence; "" where none can be shown."""
    most = next((line for line in teams.lines if line.key.function != Function.NEWCOMER), None)
    if most is None:
        return ""
    step, in_all = words.short(most.key.step), hours_words(most.now.minutes)
    return (
        f"Most of the teams' time went into {step} with {who(most.key)}: {in_all} for "
        f"{count_words(most.now.newcomers, 'newcomer')}. {half_words(most.now)}"
    )


def half_words(waits: Waits) -> str:
    return f"Half of the waits took up to {hours_words(waits.median)}, nine in ten up to {hours_words(waits.nine)}."


def grown_words(teams: Sorts[TeamSort], words: Words) -> str:
    """What takes much longer than in the period before; "" where nothing does."""
    grown = [
        line
        for line in teams.lines
        if line.key.function != Function.NEWCOMER and line.before and line.now.median - line.before.median >= NOTABLE
    ]
    if not grown:
        return ""
    most = max(grown, key=lambda line: line.now.median - (line.before.median if line.before else 0))
    before = most.before.median if most.before else 0
    return (
        f"{words.short(most.key.step)} with {who(most.key)} slowed down most: half of the waits took up to "
        f"{hours_words(most.now.median)}, against {hours_words(before)} in the period before."
    )


HEADINGS = ("Newcomers", "Half within", "9 in 10 within", "In all", "Half within, before", "Still waiting")


def figures(line: Sort[Any]) -> list[str]:
    """The cells that follow a line's name, as `HEADINGS` has them."""
    now = line.now
    before = hours_words(line.before.median) if line.before else TOO_FEW
    return [
        f"{now.newcomers:,}", hours_words(now.median), hours_words(now.nine),
        hours_words(now.minutes), before, f"{line.still:,}",
    ]  # fmt: skip


def team_rows(teams: Sorts[TeamSort], words: Words) -> list[list[str]]:
    return [[f"{who(line.key)}: {words.short(line.key.step)}", *figures(line)] for line in teams.lines]


def cause_rows(causes: Sorts[CauseSort], words: Words) -> list[list[str]]:
    return [[f"{words.short(line.key.step)}. {why(line.key, words)}", *figures(line)] for line in causes.lines]


def hidden_words(hidden: int) -> str:
    """
    >>> hidden_words(2)
    '2 groups of fewer than 5 newcomers are not shown.'
    """
    if not hidden:
        return ""
    are = "is" if hidden == 1 else "are"
    return f"{count_words(hidden, 'group')} of fewer than {SMALLEST} newcomers {are} not shown."


def step_chart(steps: Sorts[str], words: Words) -> dict[str, Any]:
    """How long each step took, in pathway order: half, nine in ten, and half in the period before."""
    lines = sorted(steps.lines, key=lambda line: words.order.get(line.key, 999))
    drawn = [
        Line(
            words.short(line.key),
            f"{short_hours(line.now.median)}, {short_hours(line.now.nine)}",
            (("solid", line.now.median), ("hatch", line.now.nine - line.now.median)),
            line.before.median if line.before else None,
        )
        for line in lines
    ]
    before = (("plain", "half within, before"),) if any(line.before for line in lines) else ()
    longest = max(lines, key=lambda line: line.now.median, default=None)
    says = "How long each step took from when it could be done until it was."
    if longest:
        says += f" Longest: {words.short(longest.key)}. {half_words(longest.now)}"
    return {
        "chart": bars(drawn),
        "says": says,
        "key": (("solid", "half within"), ("hatch", "nine in ten within"), *before),
        "headings": ("Step", "Newcomers", "Half within", "9 in 10 within", "Half within, before"),
        "rows": [
            [
                words.short(line.key), f"{line.now.newcomers:,}", hours_words(line.now.median),
                hours_words(line.now.nine), hours_words(line.before.median) if line.before else TOO_FEW,
            ]
            for line in lines
        ],
    }  # fmt: skip


def short_hours(minutes: int) -> str:
    """
    >>> short_hours(90), short_hours(480), short_hours(5)
    ('1.5 h', '8 h', '0.1 h')
    """
    return f"{minutes / 60:.1f}".removesuffix(".0") + " h"


def flow_chart(flows: Sequence[Flow], words: Words) -> dict[str, Any]:
    """How many wait at each step now, in pathway order, and in the table for whom."""
    steps = sorted({flow.step for flow in flows}, key=lambda key: (words.order.get(key, 999), key))
    drawn, counts = [], {}
    for key in steps:
        parts = [(kind, sum(f.newcomers for f in flows if f.step == key and f.kind == kind)) for kind in KINDS]
        counts[key] = sum(count for _, count in parts)
        drawn.append(Line(words.short(key), f"{counts[key]:,}", tuple((PATTERNS[k], n) for k, n in parts)))
    rows = sorted(flows, key=lambda f: (words.order.get(f.step, 999), f.step, -f.newcomers, who(f), f.kind))
    return {
        "chart": bars(drawn),
        "says": flow_words(flows, counts, words),
        "key": tuple((PATTERNS[kind], said.lower()) for kind, said in KINDS.items()),
        "headings": ("Step", "With", "How", "Newcomers"),
        "rows": [[words.short(f.step), who(f), KINDS[f.kind], f"{f.newcomers:,}"] for f in rows],
    }


def flow_words(flows: Sequence[Flow], counts: Mapping[str, int], words: Words) -> str:
    if not counts:
        return "Nobody waits at any step now."
    step = max(counts, key=lambda key: counts[key])
    there = max((f for f in flows if f.step == step), key=lambda f: f.newcomers)
    team = "themselves" if there.function == Function.NEWCOMER else who(there)
    wait = count_words(counts[step], "newcomer waits", "newcomers wait")
    return f"How many newcomers wait at each step now. Most at {words.short(step)}: {wait}, most of them for {team}."


def lost_words(now: Lost | None, before: Lost | None) -> str:
    if now is None:
        return f"Fewer than {SMALLEST} newcomers who started in these days have full access: too few to show."
    half, nine = hours_words(now.median), hours_words(now.nine)
    started = f"Of {now.newcomers:,} who started in these days"
    if now.not_yet:
        lack = f"{now.not_yet:,} {'has' if now.not_yet == 1 else 'have'} no full access yet"
        said = f"{started}, {lack}. Of the others, half had it within {half} of their first morning"
    else:
        said = f"{started}, half had full access within {half} of their first morning"
    said += f", nine in ten within {nine}."
    return f"{said} In the period before, half had it within {hours_words(before.median)}." if before else said


def hand_over_words(found: HandOvers | None) -> str:
    if found is None:
        return f"Fewer than {SMALLEST} newcomers were stuck in these days: too few to show."
    mean = f"{found.hand_overs / found.blockers:.1f}".removesuffix(".0")
    return (
        f"{count_words(found.blockers, 'blocker')} came up in these days. {found.never:,} went to the right team at "
        f"once; {found.once:,} {'was' if found.once == 1 else 'were'} handed over once, {found.more:,} more than "
        f"once: {mean} hand-overs a blocker."
    )
