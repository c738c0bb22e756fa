"""The shipped pathways as plain data, and who gets a symptom of theirs, for the tests about them.

Read with tomllib alone, so that a wrong row is found even when the parser is at fault.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[3] / "steps" / "pathways"
KEYS = ("england", "england-early-esr", "wales", "scotland", "northern-ireland")
PATHWAYS = {key: tomllib.loads((HOME / f"{key}.toml").read_text(encoding="utf-8")) for key in KEYS}


def steps(pathway: str) -> dict[str, dict[str, Any]]:
    return {step["key"]: step for step in PATHWAYS[pathway]["step"]}


def symptoms(pathway: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for step in PATHWAYS[pathway]["step"]:
        for symptom in step["symptom"]:
            yield step, symptom


def fits(rule: dict[str, Any], newcomer: dict[str, Any]) -> bool:
    """Every attribute that the rule names and the newcomer has fits; a list means one of."""
    return all(
        newcomer[name] in (wanted if isinstance(wanted, list) else [wanted])
        for name, wanted in rule.items()
        if name in newcomer
    )


def taker(pathway: str, symptom: dict[str, Any]) -> tuple[str, str | None]:
    """Function and side that get this symptom, by the rules for a blocker that names no side."""
    cause = steps(pathway)[symptom["cause"]]
    function = symptom.get("owner", cause["owner"])
    if function == "newcomer":
        return function, None
    default = "employer" if function in ("hr", "payroll") else "host"
    own = cause.get("side") if function == cause["owner"] else default
    return function, symptom.get("side", own)


def takers(pathway: str, where: str, **newcomer: Any) -> dict[str, tuple[str, str, str | None]]:
    """Symptom key -> (cause, function, side), for the symptoms of one step that this newcomer is shown."""
    return {
        symptom["key"]: (symptom["cause"], *taker(pathway, symptom))
        for step, symptom in symptoms(pathway)
        if step["key"] == where and fits(symptom.get("applies", {}), newcomer)
    }


def words(value: Any) -> Iterator[str]:
    """Every text in a pathway, except the values of `applies`, which are codes and not words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from words(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            if name != "applies":
                yield from words(item)
