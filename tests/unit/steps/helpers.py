"""A JSON document as the resolver's own arguments, and its verdicts back as JSON has them."""

from datetime import date, datetime

from steps.resolver import Fact


def facts_of(document):
    return [
        Fact(
            step=fact["step"],
            kind=fact["fact"],
            at=datetime.fromisoformat(fact["at"]),
            id=fact.get("id"),
            blocker=fact.get("blocker", ""),
            owner=fact.get("owner", ""),
            side=fact.get("side"),
            reason=fact.get("reason", ""),
            independent=fact.get("independent", False),
            fields=tuple(fact["fields"]) if "fields" in fact else None,
            full=fact.get("full"),
            of=fact.get("of"),
        )
        for fact in document["facts"]
    ]


def newcomer_of(document):
    who = dict(document["newcomer"], today=document["today"])
    return {
        name: date.fromisoformat(value) if name in ("start_date", "payday", "today") else value
        for name, value in who.items()
    }


def plain(resolution):
    return [plain_verdict(verdict) for verdict in resolution.steps]


def plain_verdict(verdict):
    if verdict.state == "not_applicable":
        return {"key": verdict.key, "state": verdict.state}
    names = ("key", "state", "issued", "parked", "limited", "upgrade")
    lists = ("waiting_on", "recheck_because", "better_after", "unlocks")
    return {
        **{name: getattr(verdict, name) for name in names},
        **{name: list(getattr(verdict, name)) for name in lists},
        "owner": verdict.owner._asdict(),
        "any_of": [list(group) for group in verdict.any_of],
        "because": [{"step": c.step, "state": c.state, "owner": c.owner._asdict()} for c in verdict.because],
        "due_from": verdict.due_from and verdict.due_from.isoformat(),
    }
