"""Whom to call first, for the newcomers of one report: what each owner holds, and each single thing, by what it buys.

Pure: no Django, no clock, no database. What a step would buy was worked out with the forecast, newcomer by newcomer
(`steps.forecast.calling`), so that it can be summed for whoever is in the report.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from onboarding.wording import count_words, day_words, list_words
from steps.forecast import Call, Gain, Gains, chance_words, rank
from steps.readiness import Place, Report, Standing, StepNow

LEAST: Final = 0.05  # of a newcomer: a call that buys less is not worth making
OWNERS, SINGLE = 5, 3  # calls: whoever has made these looks again


@dataclass(frozen=True, slots=True)
class Calling:
    """One call. `place` is None for the newcomers themselves; `steps`: key and for how many; `blocker`: the single
    thing it is about, empty for all that an owner holds. `gain`: how many more are expected to be ready by `by`, which
    is None where their weeks end on different days."""

    function: str
    place: Place | None
    steps: tuple[tuple[str, int], ...]
    blocker: str
    gain: float
    by: dt.date | None


def calls_of(report: Report, today: dt.date) -> tuple[list[Calling], list[Calling]]:
    """Answer the owners to call, and the single things that are not all that their owner holds; the best first."""
    whose = {s.starter.ref: s for s in report.standings}
    ranking = rank((ref, gains) for ref, one in whose.items() if (gains := gains_of(one, today)))
    places = {p.id: p for s in report.standings for p in (s.starter.host, s.starter.employer)}
    whole = {(call.owner, call.blocker) for call in ranking.owners if call.blocker}
    single = [call for call in ranking.single if (call.owner, call.blocker) not in whole]
    return callings(ranking.owners[:OWNERS], whose, places), callings(single[:SINGLE], whose, places)


def callings(calls: Sequence[Call], whose: dict[str, Standing], places: dict[int, Place]) -> list[Calling]:
    found = []
    for call in calls:
        if call.gain < LEAST:
            break
        function, _, org = call.owner.partition(":")
        ends = {whose[ref].starter.week_one_by for ref in call.refs}
        by = ends.pop() if len(ends) == 1 else None
        found.append(Calling(function, places.get(int(org)) if org else None, call.steps, call.blocker, call.gain, by))
    return found


def gains_of(standing: Standing, today: dt.date) -> Gains | None:
    """One newcomer's part in the calls; None for who is ready, late, or has no forecast that holds."""
    outlook, by = standing.outlook, standing.starter.week_one_by
    if outlook is None or outlook.chance is None or by is None or by < today:
        return None
    held: dict[str, list[StepNow]] = defaultdict(list)
    for step in standing.starter.steps:
        if step.blocker and step.acting(today):
            held[f"{step.owner_function}:{step.owner_org_id or ''}"].append(step)
    owners = tuple(
        Gain(
            owner,
            steps[0].blocker if len(steps) == 1 else "",
            tuple(step.key for step in steps),
            sum(step.owner_more for step in steps),
        )
        for owner, steps in held.items()
    )
    single = tuple(
        Gain(owner, step.blocker, (step.key,), step.more) for owner, steps in held.items() for step in steps
    )
    return Gains(outlook.chance, owners, single)


def what_words(steps: tuple[tuple[str, int], ...], shorts: dict[str, str]) -> str:
    """
    >>> what_words((("work_email", 6), ("esr_access", 1)), {"work_email": "Work email", "esr_access": "ESR"})
    'Work email for 6 and ESR for 1'
    """
    return list_words([f"{shorts.get(key, key)} for {count:,}" for key, count in steps])


def buys_words(calling: Calling, today: dt.date) -> str:
    """What the call is expected to buy; of less than one newcomer, how often one is.

    >>> monday, friday = dt.date(2026, 8, 3), dt.date(2026, 8, 7)
    >>> buys_words(Calling("it", None, (("work_email", 6),), "", 4.7, friday), monday)
    'Clearing them makes about 5 more ready by Fri 7 August.'
    >>> buys_words(Calling("it", None, (("work_email", 1),), "", 0.42, friday), monday)
    'Clearing it makes one more ready by Fri 7 August in about 4 in 10 weeks like this.'
    """
    them = "it" if sum(count for _, count in calling.steps) == 1 else "them"
    by = f"by {day_words(calling.by, today=today)}" if calling.by else "by the end of their week 1"
    if calling.gain < 0.95:
        return f"Clearing {them} makes one more ready {by} in {chance_words(calling.gain)} weeks like this."
    return f"Clearing {them} makes about {count_words(round(calling.gain), 'more', 'more')} ready {by}."
