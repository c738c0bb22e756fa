"""Whom to call first, in words for the report's page."""

import datetime as dt
from collections.abc import Iterable

from steps.calls import Calling, buys_words, calls_of, what_words
from steps.pathway import Pathway
from steps.readiness import Report
from steps.selectors.pathways import pathways_by_hash
from steps.words import team_title


def call_lines(report: Report, today: dt.date) -> dict[str, list[dict[str, str]]]:
    """The owners to call and the single things, the best first. No query once the pathways are known."""
    graphs = pathways_by_hash(s.starter.pathway for s in report.standings if s.outlook).values()
    shorts = {step.key: step.short for graph in graphs for step in graph.steps}
    owners, single = calls_of(report, today)
    return {
        "owners": [line(call, shorts, "", today) for call in owners],
        "single": [line(call, shorts, symptom_words(call.blocker, graphs), today) for call in single],
    }


def line(call: Calling, shorts: dict[str, str], why: str, today: dt.date) -> dict[str, str]:
    who = team_title(call.function, call.place.name) if call.place else "The newcomers themselves"
    return {"who": who, "what": what_words(call.steps, shorts) + why, "buys": buys_words(call, today)}


def symptom_words(blocker: str, graphs: Iterable[Pathway]) -> str:
    """What the single thing is stuck on, if anybody said it; "" for a step that is only to be done."""
    _, stuck, key = blocker.partition(":")
    if not stuck:
        return ""
    symptoms = (symptom for graph in graphs for step in graph.steps for symptom in step.symptoms)
    said = next((symptom.says for symptom in symptoms if symptom.key == key), "")
    return f", stuck: “{said}”" if said else ", stuck"
