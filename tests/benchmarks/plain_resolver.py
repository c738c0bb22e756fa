"""The same verdicts the straightforward way: for each newcomer a graphlib.TopologicalSorter, dictionaries and sets.

This is what one would write first. It does no work twice for one newcomer and keeps nothing from one to the next.
"""

from graphlib import TopologicalSorter

from onboarding.working_days import add_working_days
from steps.pathway import applies, side_of
from steps.resolver import Brief, Briefs, Cause, Owner

TURN = {
    "waived": 0,
    "issued": 1,
    "done": 2,
    "cleared": 3,
    "blocked": 4,
    "handed_over": 5,
    "corrected": 6,
    "reopened": 7,
}


class Story:
    """What one step's own facts make of it."""

    def __init__(self, step, facts):
        self.done = self.issued = self.waived = False
        self.done_at = self.full = None
        self.blockers, self.turns, self.stirs = {}, [], []
        for fact in sorted(facts, key=lambda f: (f.at, TURN[f.kind], f.blocker, f.owner)):
            self.take(step, fact)

    def take(self, step, fact):
        kind = fact.kind
        if kind == "done":
            self.done, self.done_at, self.full = True, fact.at, fact.full
            self.issued = self.waived = False
            self.blockers.clear()
            self.turns.append((fact.at, True))
        elif kind == "issued":
            self.issued = True
        elif kind in ("waived", "reopened"):
            self.done = False
            self.turns.append((fact.at, False))
            self.waived = kind == "waived"
            if self.waived:
                self.blockers.clear()
            else:
                self.issued = False
                self.stirs.append((fact.at, None))
        elif kind == "corrected":
            self.stirs.append((fact.at, fact.fields or ()))
        elif kind == "cleared":
            for name in [fact.blocker] if fact.blocker else list(self.blockers):
                self.blockers.pop(name, None)
        else:
            self.hold(step, fact)

    def hold(self, step, fact):
        function = fact.owner or step.owner
        side = None if function == "newcomer" else fact.side or side_of(function, step)
        if fact.kind == "blocked" and fact.blocker not in self.blockers:
            self.blockers[fact.blocker] = (Owner(function, side), fact.independent)
            return
        named = [fact.blocker] if fact.blocker or fact.kind == "blocked" else list(self.blockers)
        for name in named:
            if name in self.blockers:
                self.blockers[name] = (Owner(function, side), self.blockers[name][1])

    def was_done(self, at):
        return ([to for turned, to in self.turns if turned <= at] or [False])[-1]


class Newcomer:
    def __init__(self, pathway, newcomer, facts, today):
        self.pathway, self.newcomer, self.today = pathway, newcomer, today
        self.place = {step.key: i for i, step in enumerate(pathway.steps)}
        self.steps = {step.key: step for step in pathway.steps}
        gone = {fact.of for fact in facts if fact.kind == "retracted"}
        mine = {key: [] for key in self.steps}
        for fact in facts:
            if fact.kind != "retracted" and (fact.id is None or fact.id not in gone):
                mine[fact.step].append(fact)
        self.story = {key: Story(step, mine[key]) for key, step in self.steps.items()}
        self.there = {
            key for key, step in self.steps.items() if applies(step.applies, newcomer) and not self.story[key].waived
        }
        self.order = list(TopologicalSorter({key: step.upstream for key, step in self.steps.items()}).static_order())

    def answer(self):
        self.draw_edges()
        self.unmet = {k for k in self.there if not self.story[k].done or self.story[k].blockers}
        self.waits, self.groups_open = {}, {}
        for key in self.order:
            self.find_waiting(key)
        self.state = {key: self.state_of(key) for key in self.order}
        self.through = {}
        for key in self.order:
            self.follow(key)
        self.free = {
            k for k in self.unmet if not self.waits[k] or any(alone for _, alone in self.story[k].blockers.values())
        }
        self.better = {key: {up for up in self.prefers[key] if up in self.unmet} for key in self.there}
        self.is_limited = {key: self.limited(key) for key in self.there}
        self.upgrades = {k for k in self.there if self.is_limited[k] and not self.better[k] and self.steps[k].upgrade}
        self.owner = {key: self.owner_of(key) for key in self.steps}
        self.unlocks = {key: set() for key in self.steps}
        for key, through in self.through.items():
            for up in through:
                self.unlocks[up].add(key)
        self.due = {key: self.due_from(step) for key, step in self.steps.items() if key in self.there}
        early = {k for k, d in self.due.items() if self.steps[k].due and (d is None or self.today < d)}
        acting = {k for k in self.there if self.acts(k) or (self.state[k] == "ready" and k not in early)}
        week = {key for key in self.there if self.steps[key].week_one}
        return Briefs(
            steps=tuple([self.brief(key) for key in self.steps]),
            act_now=self.listed(acting),
            missing=self.listed((week & self.unmet) - early),
            recheck=self.listed({key for key in week if self.state[key] == "recheck"}),
        )

    def draw_edges(self):
        self.hard, self.groups, self.prefers = {}, {}, {}
        for key in self.order:
            step = self.steps[key]
            hard, groups = set(), {frozenset(group) & self.there for group in step.any}
            for up in step.after:
                if up in self.there:
                    hard.add(up)
                else:
                    hard |= self.hard[up]
                    groups |= self.groups[up]
            self.hard[key], self.groups[key] = hard, groups - {frozenset()}
            self.prefers[key] = {up for up in step.better_after if up in self.there}

    def find_waiting(self, key):
        self.waits[key], self.groups_open[key] = set(), []
        if key in self.unmet and not self.story[key].done:
            groups = [group for group in self.groups[key] if group <= self.unmet]
            self.waits[key] = (self.hard[key] & self.unmet).union(*groups)
            self.groups_open[key] = groups

    def state_of(self, key):
        if key not in self.there:
            return "not_applicable"
        story = self.story[key]
        if story.blockers:
            return "blocked"
        if story.done:
            self.because = getattr(self, "because", {})
            self.because[key] = self.recheck_because(key)
            return "recheck" if self.because[key] else "done"
        return "locked" if self.waits[key] else "ready"

    def recheck_because(self, key):
        at, watches = self.story[key].done_at, self.steps[key].watches
        stirred = {up for up in self.there if self.stirred(up, at, watches)}
        if not stirred:
            return set()
        above, todo = set(), [key]
        while todo:
            one = todo.pop()
            done_then = {up for group in self.groups[one] for up in group if self.story[up].was_done(at)}
            fresh = (self.hard[one] | done_then) - above
            above |= fresh
            todo += fresh
        return stirred & above

    def stirred(self, key, since, watches):
        for at, fields in self.story[key].stirs:
            if at > since and (
                fields is None or watches is None or (watches and (not fields or set(fields) & set(watches)))
            ):
                return True
        return False

    def follow(self, key):
        if not self.waits[key]:
            return
        through = self.hard[key] & self.unmet
        for group in self.groups_open[key]:
            through |= {up for up in group if self.state[up] == "ready"} or group
        for up in list(through):
            through |= self.through.get(up, set())
        self.through[key] = through

    def limited(self, key):
        story = self.story[key]
        if not story.done or story.blockers:
            return False
        if story.full is not None:
            return not story.full
        return any(not self.story[up].was_done(story.done_at) for up in self.prefers[key])

    def owner_of(self, key):
        held = list(self.story[key].blockers.values())
        if key in self.there and held:
            alone = [owner for owner, independent in held if independent]
            return alone[0] if self.waits[key] and alone else held[0][0]
        if key in self.upgrades or (key in self.there and self.story[key].issued):
            return Owner("newcomer", None)
        return Owner(self.steps[key].owner, self.steps[key].side)

    def parked(self, key):
        held = self.story[key].blockers.values()
        return bool(held) and bool(self.waits[key]) and not any(independent for _, independent in held)

    def acts(self, key):
        blocked = self.state[key] == "blocked" and not self.parked(key)
        return blocked or self.state[key] == "recheck" or key in self.upgrades

    def due_from(self, step):
        payday = self.newcomer.get("payday")
        if step.due is None or payday is None:
            return None
        return add_working_days(payday, step.due.working_days, self.newcomer["country"])

    def listed(self, keys):
        return tuple(sorted(keys, key=self.place.__getitem__))

    def brief(self, key):
        if key not in self.there:
            step = self.steps[key]
            none = ()
            owner = Owner(step.owner, step.side)
            return Brief(key, "not_applicable", owner, False, False, *[none] * 4, False, none, False, None, none)
        causes = self.listed(self.through.get(key, set()) & self.free)
        return Brief(
            key=key,
            state=self.state[key],
            owner=self.owner[key],
            issued=self.story[key].issued,
            parked=self.parked(key),
            waiting_on=self.listed(self.waits[key]),
            any_of=tuple(
                sorted(
                    (self.listed(group) for group in self.groups_open[key]),
                    key=lambda group: [self.place[up] for up in group],
                )
            ),
            because=tuple([Cause(up, self.state[up], self.owner[up]) for up in causes]),
            recheck_because=self.listed(self.because[key]) if self.state[key] == "recheck" else (),
            limited=self.is_limited[key],
            better_after=self.listed(self.better[key]),
            upgrade=key in self.upgrades,
            due_from=self.due[key],
            unlocks=self.listed(self.unlocks[key]),
        )


def plain_resolve(pathway, newcomer, facts, today):
    return Newcomer(pathway, newcomer, facts, today).answer()
