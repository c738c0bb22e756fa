"""What a list says, as the page and the command tell it: counts, and the first of each kind in words.

Of a newcomer only those fields are ever in a plan that the reader may see, so that words can be made of all of it.
"""

from collections import Counter
from typing import Any

from onboarding.roster import Fault
from onboarding.wording import list_words
from onboarding.words import Function
from steps.arrival.summing_up import clean
from steps.reconciling.columns import FIELDS
from steps.reconciling.differing import WORDS
from steps.reconciling.expected import Person
from steps.reconciling.sorting import BLOCK, DONE, GONE, ISSUED, QUESTION, Item
from steps.services.reconciling import Plan
from steps.words import team_words

SHOWN = 100  # of each kind, on the page
STATUS = {
    "active": "active", "pending": "pending", "leaver": "marked as leaver", "inactive": "inactive",
    "gone": "not in the list", "unclear": "unclear",
}  # fmt: skip
DOES = {DONE: "done", ISSUED: "ready to use", QUESTION: "to be checked again"}


def summary(plan: Plan) -> dict[str, Any]:
    """JSON of the preview, for `Extract.result`."""
    extract, made = plan.extract, plan.sorted
    by_position = {position: name for name, position in extract.columns.items()}
    return {
        "readable": not plan.refused,
        "cells_at_fault": any(fault.row != 1 for fault in extract.faults),
        "faults": [fault_words(fault) for fault in extract.faults[:SHOWN]],
        "fault_count": extract.fault_count,
        "remarks": [clean(str(remark)) for remark in extract.remarks[:SHOWN]],
        "columns": [[clean(text), by_position.get(at, "")] for at, text in enumerate(extract.heading) if text],
        "rows": made.rows,
        "groups": {
            kind: {
                "count": len(items),
                "does": Counter(item.does for item in items),
                "items": [item_words(plan, item) for item in items[:SHOWN]],
            }
            for kind, items in made.kinds.items()
        },
        "absent": some_names([item.person for item in made.absent]),
        "stuck": some_names([item.person for item in made.stuck]),
        "asked": some_names([item.person for item in plan.asked]),
        "torn": [
            {"row": row, "names": list_words([person.name for person in people[:5]])}
            for row, people in made.torn[:SHOWN]
        ],
        "torn_count": len(made.torn),
        "same": made.same,
        "unneeded": made.unneeded,
        "unknown": made.unknown,
        "unclear": [[clean(words), count] for words, count in made.unclear.most_common(SHOWN)],
    }


def some_names(people: list[Person]) -> dict[str, Any]:
    return {"count": len(people), "names": [person.name for person in people[:SHOWN]]}


def fault_words(fault: Fault) -> dict[str, Any]:
    column = FIELDS.get(fault.column or "", fault.column or "")
    return {"row": fault.row, "column": clean(column), "problem": clean(fault.problem)}


def item_words(plan: Plan, item: Item) -> dict[str, Any]:
    return {
        "placement": item.person.placement,
        "name": item.person.name,
        "rows": list(item.rows),
        "does": DOES.get(item.does, ""),
        "status": status_words(item),
        "fields": [
            {
                "field": WORDS[one.field].capitalize() if not WORDS[one.field][1].isupper() else WORDS[one.field],
                "ours": one.ours,
                "theirs": clean(one.theirs),
                "says": clean(one.says),
            }
            for one in plan.sorted.differs(item)
        ],
        "to": owners(plan, item) if item.does == BLOCK else [],
    }


def status_words(item: Item) -> str:
    """What the list says of the account: in its own word, with what we take it for where that is another."""
    known = STATUS[item.status]
    if item.status == GONE or not item.words or item.words.casefold() == known:
        return known
    return f"{clean(item.words)} ({known})"


def owners(plan: Plan, item: Item) -> list[str]:
    """Who would be asked: "HR at Northgate", or the newcomer by name."""
    names = []
    for ask in plan.asks(item):
        if ask.owner == Function.NEWCOMER:
            names.append(item.person.name)
        else:
            where = item.person.employer if ask.side == "employer" else item.person.host
            names.append(team_words(ask.owner, plan.places[where]))
    return names
