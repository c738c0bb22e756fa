"""JSON text into plain values, strictly: no key twice, and a sentence in place of every traceback."""

import json
from typing import Any

from steps.pathway import quoted


class RefusedError(ValueError):
    """A document was refused; `errors` holds every reason."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def load(text: str) -> Any:
    """Answer what a JSON text says; RefusedError where it is not JSON. Of a doubled key the last counts.

    NaN and infinities come through as numbers. No document has a place for a number that is not whole, so whoever
    reads the place refuses them along with its other faults.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}" if wrong.lineno > 1 else f"column {wrong.colno}"
        raise RefusedError([f"This is not JSON: {wrong.msg[:1].lower()}{wrong.msg[1:]} ({where})"]) from wrong
    except RecursionError as wrong:
        raise RefusedError(["The lists and objects are nested too deeply"]) from wrong
    except ValueError as wrong:  # more digits than Python turns into a number
        raise RefusedError(["A number is too long"]) from wrong


def may_repeat_a_key(text: str, keys: int) -> bool:
    """Say whether the text could give a key twice, where reading it answered so many keys.

    Every key ends in quote and colon. Where there are just as many of these in the text, and nothing in it that could
    hide one, no key was lost to its double; asking Python about every object would cost more than all of the reading.
    """
    hidden = "\\u" in text or " :" in text or "\t:" in text or "\n:" in text or "\r:" in text
    return hidden or text.count('":') != keys


def repeated_keys(text: str) -> list[str]:
    """Answer a sentence for each key that an object of the text has twice."""
    found: dict[str, None] = {}

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(items)
        if len(table) < len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    found[f"The key {quoted(key)} is given twice in one object"] = None
                seen.add(key)
        return table

    try:
        json.loads(text, object_pairs_hook=pairs)
    except (RecursionError, ValueError):
        return ["The lists and objects are nested too deeply"]
    return list(found)
