"""The same cause cleared for many people at once: each through the steps' own verb, and told truly one by one."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from escalations.models import Escalation, Visibility
from escalations.services import talking
from onboarding.actors import Actor
from onboarding.policies import Refused
from onboarding.wording import capital, count_words, list_words, when_words
from onboarding.words import Function
from steps.models import PlacementStep
from steps.models.chain import State
from steps.services import verbs
from steps.services.locking import NotThere
from steps.services.recording import Outcome
from steps.words import function_words


@dataclass(slots=True)
class Result:
    """What came of it: `done` names, `before` who had cleared how many when, `refused` names with the reason, `now`
    how many steps each function has more than before."""

    done: list[str] = field(default_factory=list)
    before: Counter[tuple[str, dt.datetime]] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    now: Counter[str] = field(default_factory=Counter)

    def sentences(self, today: dt.date, *, told: bool = False) -> list[str]:
        """ "Cleared for 7." "Sam Okoro cleared 2 at 10.02am today." "HR has 7 steps more." """
        said = [f"Cleared for {len(self.done)}." if self.done else "Nothing was cleared."]
        if told:
            told_words = f"Told {count_words(len(self.done), 'person', 'people')}. It is still yours to clear."
            said = [told_words if self.done else "Nobody was told."]
        by_name: dict[str, list[dt.datetime]] = {}
        for (name, at), count in self.before.items():
            by_name.setdefault(name, []).extend([at] * count)
        for name, moments in by_name.items():
            when = when_words(max(moments), today=today)
            said.append(f"{name} cleared {len(moments)} {'at' if when.endswith('today') else 'on'} {when}.")
        for function, count in self.now.most_common():
            said.append(f"{capital(function_words(function))} has {count_words(count, 'step')} more.")
        if self.refused:
            said.append(
                f"Not {'told' if told else 'cleared'}: {list_words([f'{name} ({why})' for name, why in self.refused])}"
            )
        return said


def clear_all(
    conversations: Sequence[Escalation], *, reason: str, by: Actor, at: dt.datetime, today: dt.date
) -> Result:
    """Clears each in a transaction of its own, so that one that is refused keeps nobody else waiting. Needs each
    one's placement and newcomer at hand."""
    result = Result()
    for one in conversations:
        name = one.placement.newcomer.name
        try:
            outcome = verbs.clear(one.placement.ref, one.step, blocker=one.reference, by=by, at=at, reason=reason)
        except Refused as refusal:
            result.refused.append((name, str(refusal)))
        except NotThere:
            result.refused.append((name, "this is not there any more."))
        else:
            count(result, one, outcome, today)
    return result


def tell_all(conversations: Sequence[Escalation], *, body: str, press: str, by: Actor, at: dt.datetime) -> Result:
    """The same note in each conversation, none of which it clears: an outage that lasts. `done` are those told."""
    result = Result()
    for one in conversations:
        name = one.placement.newcomer.name
        if one.cleared_at:
            result.before[one.cleared_by_name, one.cleared_at.replace(second=0, microsecond=0)] += 1
            continue
        try:
            talking.say(one.reference, body=body, visibility=Visibility.EVERYONE, press=press, by=by, at=at)
        except Refused as refusal:
            result.refused.append((name, str(refusal)))
        except NotThere:
            result.refused.append((name, "this is not there any more."))
        else:
            result.done.append(name)
    return result


def count(result: Result, one: Escalation, outcome: Outcome, today: dt.date) -> None:
    if not outcome.written:
        if outcome.fact is not None:
            result.before[outcome.fact.by_name, outcome.fact.at.replace(second=0, microsecond=0)] += 1
        return
    result.done.append(one.placement.newcomer.name)
    for row in outcome.changed:
        if is_new_work(row, today):
            result.now[row.owner_function] += 1


def is_new_work(row: PlacementStep, today: dt.date) -> bool:
    """Is it a team's move now that was nobody's, as this step was stuck?"""
    early = row.due_from is not None and row.due_from > today
    return row.actionable and row.state == State.READY and not early and row.owner_function != Function.NEWCOMER
