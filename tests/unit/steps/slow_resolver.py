"""The resolver's rules a second time: sets, recursion, and everything worked out afresh at every question.

It shares no code with the product and takes the JSON document as it is written (with the pathway as an object).
It is slow on purpose: each sentence of the rules is one small function here, so that it can be checked by eye.
"""

from datetime import date, datetime, timedelta
from functools import cached_property

import holidays

TURN = ["waived", "issued", "done", "cleared", "blocked", "handed_over", "corrected", "questioned", "reopened"]
SUBDIVISION = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}


def slow_answer(document):
    return Newcomer(document).answer()


class Newcomer:
    def __init__(self, document):
        self.who = document["newcomer"]
        self.today = date.fromisoformat(document["today"])
        self.steps = {step["key"]: step for step in document["pathway"]["step"]}
        given = [dict(fact, at=datetime.fromisoformat(fact["at"])) for fact in document["facts"]]
        gone = {fact["of"] for fact in given if fact["fact"] == "retracted"}
        self.facts = sorted(
            (fact for fact in given if fact["fact"] != "retracted" and fact.get("id") not in gone), key=self.turn
        )

    @staticmethod
    def turn(fact):
        tail = [fact.get(name) or "" for name in ("blocker", "owner", "side", "reason")]
        full = {None: 0, False: 1, True: 2}[fact.get("full")]
        return (fact["at"], TURN.index(fact["fact"]), *tail, fact.get("independent", False), full)

    def of(self, key, *kinds):
        return [fact for fact in self.facts if fact["step"] == key and (not kinds or fact["fact"] in kinds)]

    # what a step's own facts give

    def last_word(self, key, begins, ends, by=None):
        """The fact that began what stands, or None if the last word ended it."""
        words = [f for f in self.of(key, *begins, *ends) if by is None or f["at"] <= by]
        return words[-1] if words and words[-1]["fact"] in begins else None

    def done(self, key, by=None):
        return self.last_word(key, ["done"], ["reopened", "waived"], by)

    def waived(self, key):
        return self.last_word(key, ["waived"], ["done", "reopened"])

    def issued(self, key):
        return self.last_word(key, ["issued"], ["done", "reopened"]) is not None

    def blockers(self, key):
        """The open ones, oldest first."""
        open_ones = []
        for fact in self.of(key):
            named = fact.get("blocker") or ""
            kind = fact["fact"]
            if kind in ("done", "waived") or (kind == "cleared" and not named):
                open_ones = []
            elif kind == "cleared":
                open_ones = [b for b in open_ones if b["id"] != named]
            elif kind == "handed_over":
                for b in open_ones:
                    if not named or b["id"] == named:
                        b["owner"] = self.holder(key, fact)
            elif kind == "blocked":
                same = [b for b in open_ones if b["id"] == named]
                for b in same:
                    b["owner"] = self.holder(key, fact)
                if not same:
                    alone = fact.get("independent", False)
                    open_ones.append({"id": named, "owner": self.holder(key, fact), "independent": alone})
        return open_ones

    def own(self, key):
        step = self.steps[key]
        return {"function": step["owner"], "side": step.get("side")}

    def holder(self, key, fact):
        function = fact.get("owner") or self.steps[key]["owner"]
        if function == "newcomer":
            return {"function": function, "side": None}
        if fact.get("side"):
            return {"function": function, "side": fact["side"]}
        if function == self.steps[key]["owner"]:
            return self.own(key)
        return {"function": function, "side": "employer" if function in ("hr", "payroll") else "host"}

    # what is there, and what comes after what

    def rule_says_yes(self, key):
        for attribute, wanted in self.steps[key].get("applies", {}).items():
            if self.who[attribute] not in (wanted if isinstance(wanted, list) else [wanted]):
                return False
        return True

    @cached_property
    def there(self):
        return {key for key in self.steps if self.rule_says_yes(key) and not self.waived(key)}

    def hard(self, key):
        found = set()
        for upstream in self.steps[key].get("after", []):
            found |= {upstream} if upstream in self.there else self.hard(upstream)
        return found

    def groups(self, key):
        found = {frozenset(group) & self.there for group in self.steps[key].get("any", [])}
        for upstream in self.steps[key].get("after", []):
            if upstream not in self.there:
                found |= self.groups(upstream)
        return found - {frozenset()}

    def preferred(self, key):
        return set(self.steps[key].get("better_after", [])) & self.there

    def above(self, key, at):
        found = self.hard(key)
        for group in self.groups(key):
            found |= {member for member in group if self.done(member, by=at)}
        for upstream in set(found):
            found |= self.above(upstream, at)
        return found

    # verdicts

    def met(self, key):
        return key not in self.there or bool(self.done(key) and not self.blockers(key))

    def unmet_groups(self, key):
        if self.met(key) or self.done(key):
            return set()
        return {group for group in self.groups(key) if not any(self.met(member) for member in group)}

    def waiting_on(self, key):
        if self.met(key) or self.done(key):
            return set()
        return {up for up in self.hard(key) if not self.met(up)}.union(*self.unmet_groups(key))

    def state(self, key):
        if key not in self.there:
            return "not_applicable"
        if self.blockers(key):
            return "blocked"
        if self.done(key):
            return "recheck" if self.recheck_because(key) else "done"
        return "locked" if self.waiting_on(key) else "ready"

    def recheck_because(self, key):
        done = self.done(key)
        if key not in self.there or self.blockers(key) or not done:
            return set()
        stirred = {
            up for up in self.above(key, done["at"]) if self.stirred(up, done["at"], self.steps[key].get("watches"))
        }
        doubts = self.of(key, "done", "reopened", "waived", "questioned")
        return stirred | ({key} if doubts[-1]["fact"] == "questioned" else set())

    def stirred(self, key, since, watches):
        for fact in self.of(key, "reopened", "corrected"):
            if fact["at"] <= since:
                continue
            if fact["fact"] == "reopened" or watches is None:
                return True
            if watches and (not fact.get("fields") or set(fact["fields"]) & set(watches)):
                return True
        return False

    def independently_blocked(self, key):
        return any(b["independent"] for b in self.blockers(key))

    def parked(self, key):
        return self.state(key) == "blocked" and bool(self.waiting_on(key)) and not self.independently_blocked(key)

    def someone_can_act(self, key):
        return not self.waiting_on(key) or self.independently_blocked(key)

    def leads_to(self, key):
        """The unmet steps that one looks at next when asking why this one waits."""
        found = {up for up in self.hard(key) if up in self.waiting_on(key)}
        for group in self.unmet_groups(key):
            found |= {member for member in group if self.state(member) == "ready"} or group
        return found

    def leads_through(self, key):
        found = self.leads_to(key)
        for upstream in set(found):
            found |= self.leads_through(upstream)
        return found

    def limited(self, key):
        if self.state(key) not in ("done", "recheck"):
            return False
        done = self.done(key)
        if done.get("full") is not None:
            return not done["full"]
        return any(not self.done(up, by=done["at"]) for up in self.preferred(key))

    def better_after(self, key):
        return {up for up in self.preferred(key) if not self.met(up)}

    def upgrade(self, key):
        return self.limited(key) and not self.better_after(key) and bool(self.steps[key].get("upgrade"))

    def owner(self, key):
        if self.state(key) == "blocked":
            held = self.blockers(key)
            alone = [b for b in held if b["independent"]]
            return (alone if self.waiting_on(key) and alone else held)[0]["owner"]
        if self.issued(key) or self.upgrade(key):
            return {"function": "newcomer", "side": None}
        return self.own(key)

    # days

    def works(self, day):
        closed = holidays.country_holidays("GB", subdiv=SUBDIVISION[self.who["country"]], years=day.year)
        return day.weekday() < 5 and day not in closed

    def due_from(self, key):
        due = self.steps[key].get("due")
        if not due or not self.who.get("payday"):
            return None
        day, left = date.fromisoformat(self.who["payday"]), due["working_days"]
        while left:
            day += timedelta(days=1 if left > 0 else -1)
            if self.works(day):
                left += -1 if left > 0 else 1
        return day

    def is_due(self, key):
        if "due" not in self.steps[key]:
            return True
        return self.due_from(key) is not None and self.today >= self.due_from(key)

    def week_one_ends(self):
        day, worked = date.fromisoformat(self.who["start_date"]), 0
        while True:
            worked += self.works(day)
            if worked == 5:
                return day
            day += timedelta(days=1)

    # the answer

    def listed(self, keys):
        return [key for key in self.steps if key in keys]

    def verdict(self, key):
        if key not in self.there:
            return {"key": key, "state": "not_applicable"}
        causes = [up for up in self.leads_through(key) if self.someone_can_act(up)]
        groups = [self.listed(group) for group in self.unmet_groups(key)]
        place = list(self.steps).index
        return {
            "key": key,
            "state": self.state(key),
            "owner": self.owner(key),
            "issued": self.issued(key),
            "parked": self.parked(key),
            "waiting_on": self.listed(self.waiting_on(key)),
            "any_of": sorted(groups, key=lambda group: [place(member) for member in group]),
            "because": [{"step": up, "state": self.state(up), "owner": self.owner(up)} for up in self.listed(causes)],
            "recheck_because": self.listed(self.recheck_because(key)),
            "limited": self.limited(key),
            "better_after": self.listed(self.better_after(key)),
            "upgrade": self.upgrade(key),
            "due_from": self.due_from(key) and self.due_from(key).isoformat(),
            "unlocks": [] if self.met(key) else [other for other in self.steps if key in self.leads_through(other)],
        }

    def acts_now(self, key):
        state = self.state(key)
        if state == "ready" and self.is_due(key):
            return True
        return (state == "blocked" and not self.parked(key)) or state == "recheck" or self.upgrade(key)

    def answer(self):
        week = [key for key in self.steps if self.steps[key].get("week_one") and key in self.there]
        missing = [key for key in week if not self.met(key) and self.is_due(key)]
        return {
            "steps": [self.verdict(key) for key in self.steps],
            "act_now": [key for key in self.steps if key in self.there and self.acts_now(key)],
            "week_one": {
                "by": self.week_one_ends().isoformat(),
                "ready": not missing,
                "missing": missing,
                "recheck": [key for key in week if self.state(key) == "recheck"],
            },
        }
