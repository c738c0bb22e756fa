"""What staff may do to a step, one verb each: its words, its form, the policy behind it and the service it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from onboarding.policies import Decision
from onboarding.wording import list_words
from onboarding.words import TEAM_FUNCTIONS, Function
from steps import policies
from steps.forms import ChecksForm, CorrectStepForm, HandOverForm, ReasonForm, Seen, StuckForm
from steps.models.chain import State
from steps.pathway import Symptom, applies, side_of
from steps.services import verbs
from steps.services.previewing import would_change
from steps.services.recording import Outcome
from steps.services.settling import attributes
from steps.views.asking import Asked
from steps.words import team_title

Data = QueryDict | None


@dataclass(frozen=True, slots=True)
class Verb:
    """`name` ends its address. `heading`, `button` and `done` are filled with {step} and {name}.

    `changes`: the fact whose consequences the page shows before it is pressed.
    """

    name: str
    link: str
    heading: str
    button: str
    done: str
    allowed: Callable[[Asked], Decision]
    form: Callable[[Asked, Data], Seen]
    act: Callable[[Asked, Mapping[str, Any]], Outcome]
    changes: str = ""

    def words(self, template: str, asked: Asked) -> str:
        return template.format(step=asked.step.short, name=asked.name)


def seen(asked: Asked) -> dict[str, Any]:
    return {"seen": asked.row.version}


def common(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": asked.actor, "at": asked.at, "seen": given["seen"]}


def ticked(asked: Asked) -> dict[str, Any]:
    return {"checks": list(asked.row.ticks), **seen(asked)}


def issue_form(asked: Asked, data: Data) -> Seen:
    return ChecksForm(data, initial=ticked(asked), checks=asked.checks("owner"))


def finish_form(asked: Asked, data: Data) -> Seen:
    """The owner answers for the newcomer's checks as well where nobody asks the newcomer."""
    who = ("owner",) if asked.step.confirmed_by == Function.NEWCOMER else ("owner", "newcomer")
    return ChecksForm(data, initial=ticked(asked), checks=asked.checks(*who))


def reason_form(asks: str, hint: str = "") -> Callable[[Asked, Data], Seen]:
    return lambda asked, data: ReasonForm(data, initial=seen(asked), asks=asks, hint=hint.format(name=asked.name))


def symptoms_of(asked: Asked) -> list[Symptom]:
    given = attributes(asked.placement)
    return [s for s in asked.step.symptoms if s.cause == asked.key and applies(s.applies, given)]


def stuck_form(asked: Asked, data: Data) -> Seen:
    return StuckForm(data, initial=seen(asked), symptoms=symptoms_of(asked), asks="What happened?")


def block(asked: Asked, given: Mapping[str, Any]) -> Outcome:
    known = next((s for s in symptoms_of(asked) if s.key == given.get("symptom")), None)
    return verbs.block(
        asked.ref, asked.key, reason=given["reason"], symptom=known.key if known else "",
        owner=(known.owner or "") if known else "", side=(known.side or "") if known else "",
        independent=bool(known and known.independent), **common(asked, given),
    )  # fmt: skip


def suggested(asked: Asked) -> list[str]:
    """Whom the pathway would have hold this, likeliest first: the symptom's owner, the causes', the step's own."""
    known = next((s for s in asked.step.symptoms if s.key == asked.blocker["symptom"]), None)
    likely = [known.owner] if known and known.owner else []
    likely += [cause["owner"]["function"] for cause in asked.row.reasons["because"]]
    return [f for f in dict.fromkeys([*likely, asked.step.owner]) if f != asked.blocker["owner"]["function"]]


def owners(asked: Asked) -> list[tuple[str, str]]:
    """("function.side", words), suggested ones first, the present owner left out."""
    first = suggested(asked)
    placement = asked.placement
    found = []
    for function in [*first, *(f for f in (*TEAM_FUNCTIONS, Function.NEWCOMER) if f not in first)]:
        usual = side_of(function, asked.step)
        sides = [usual] if placement.employer_id == placement.host_id or usual is None else ["host", "employer"]
        for side in sorted(sides, key=lambda s: s != usual):
            held = asked.blocker["owner"]
            if (function, side) == (held["function"], held["side"]):
                continue
            if function == Function.NEWCOMER:
                words = asked.name
            else:
                words = team_title(function, (placement.employer if side == "employer" else placement.host).name)
            if function in first and side == usual:
                words += " (suggested)"
            found.append((f"{function}.{side or ''}", words))
    return found


def hand_over_form(asked: Asked, data: Data) -> Seen:
    return HandOverForm(
        data, initial=seen(asked), owners=owners(asked), asks="Why?", hint="Whoever gets this reads it, word for word."
    )


def hand_over(asked: Asked, given: Mapping[str, Any]) -> Outcome:
    function, _, side = given["to"].partition(".")
    return verbs.hand_over(
        asked.ref, asked.key, blocker=asked.blocker["id"], owner=function, side=side, reason=given["reason"],
        **common(asked, given),
    )  # fmt: skip


def correct_form(asked: Asked, data: Data) -> Seen:
    return CorrectStepForm(data, initial=seen(asked), asks="What was wrong, and what is right now?")


ISSUE = Verb(
    name="issue",
    link="This works now: ask {name}",
    heading="Does {step} work now?",
    button="This works now: ask {name}",
    done="{step} is ready to use. We ask {name} whether it works.",
    allowed=lambda a: policies.can_issue(a.actor, a.row, a.step),
    form=issue_form,
    act=lambda a, g: verbs.issue(a.ref, a.key, tick=g.get("checks", ()), **common(a, g)),
)
FINISH = Verb(
    name="finish",
    link="Finish",
    heading="Is {step} done?",
    button="Finish",
    done="{step} is done.",
    allowed=lambda a: policies.can_finish(a.actor, a.row, a.step),
    form=finish_form,
    act=lambda a, g: verbs.finish(a.ref, a.key, tick=g.get("checks", ()), **common(a, g)),
)
STUCK = Verb(
    name="stuck",
    link="Say that it is stuck",
    heading="What is wrong with {step}?",
    button="Say that it is stuck",
    done="{step} is stuck.",
    allowed=lambda a: policies.can_block(a.actor, a.row),
    form=stuck_form,
    act=block,
)
REOPEN = Verb(
    name="reopen",
    link="Reopen",
    heading="Reopen {step}?",
    button="Reopen",
    done="{step} is open again.",
    allowed=lambda a: policies.can_reopen(a.actor, a.row),
    form=reason_form("What is not right any more?"),
    act=lambda a, g: verbs.reopen(a.ref, a.key, reason=g["reason"], **common(a, g)),
    changes="reopened",
)
CORRECT = Verb(
    name="correct",
    link="Correct",
    heading="What has changed in {step}?",
    button="Correct",
    done="{step} is corrected.",
    allowed=lambda a: policies.can_correct(a.actor, a.row),
    form=correct_form,
    act=lambda a, g: verbs.correct(a.ref, a.key, fields=g["fields_changed"], reason=g["reason"], **common(a, g)),
    changes="corrected",
)
WAIVE = Verb(
    name="waive",
    link="Decide that it is not needed",
    heading="Does {name} not need {step}?",
    button="It is not needed",
    done="{name} does not need {step}.",
    allowed=lambda a: policies.can_waive(a.actor, a.row),
    form=reason_form("Why is it not needed?", "{name} reads this, word for word."),
    act=lambda a, g: verbs.waive(a.ref, a.key, reason=g["reason"], **common(a, g)),
    changes="waived",
)
CLEAR = Verb(
    name="clear",
    link="Clear",
    heading="What did you do?",
    button="It is cleared",
    done="What held up {step} is cleared.",
    allowed=lambda a: policies.can_clear(a.actor, a.row, a.blocker),
    form=reason_form("What did you do?", "In a sentence, for whoever looks at this next."),
    act=lambda a, g: verbs.clear(a.ref, a.key, blocker=a.blocker["id"], reason=g["reason"], **common(a, g)),
)
HAND_OVER = Verb(
    name="hand_over",
    link="Hand over",
    heading="Who has to act on {step}?",
    button="Hand over",
    done="{step} is handed over.",
    allowed=lambda a: policies.can_hand_over(a.actor, a.row, a.blocker),
    form=hand_over_form,
    act=hand_over,
)
ON_STEP = (ISSUE, FINISH, STUCK, REOPEN, CORRECT, WAIVE)
ON_BLOCKER = (CLEAR, HAND_OVER)

STATE_WORDS = {
    State.NOT_APPLICABLE: "not needed",
    State.BLOCKED: "stuck",
    State.RECHECK: "to be checked again",
    State.DONE: "done",
    State.LOCKED: "waiting",
    State.READY: "open",
}


def will_change(asked: Asked, verb: Verb) -> list[str]:
    """Before a press that reaches further than the step: which steps change to what."""
    if not verb.changes:
        return []
    changed = would_change(
        asked.placement, asked.rows, asked.facts, step=asked.key, kind=verb.changes, at=asked.at, reason="-"
    )
    shorts = {s.key: s.short for s in asked.pathway.steps}
    by_state: dict[str, list[str]] = {}
    for key, columns in changed.items():
        by_state.setdefault(columns["state"], []).append(shorts[key])
    return [
        f"{list_words(names)} {'is' if len(names) == 1 else 'are'} {STATE_WORDS[State(state)]} then"
        for state, names in by_state.items()
    ]
