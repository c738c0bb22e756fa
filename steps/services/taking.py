"""What a person confirmed of a system's list is taken: one transaction a newcomer, on the version that was shown."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.models import Organisation, Placement
from onboarding.policies import Decision, Refused
from steps.models import PlacementStep, SystemAccount
from steps.models.chain import FactKind, State
from steps.policies import on_open_placement
from steps.reconciling.owners import Ask
from steps.reconciling.sorting import AGREE, BLOCK, NOTED, Item
from steps.reconciling.systems import System
from steps.services.locking import Locked, NotThere, lock
from steps.services.reconciling import CHUNK, Plan, can_reconcile, is_asked, require_reconcile
from steps.services.recording import Stale, record
from steps.services.verbs import new_reference

KINDS = {"done": FactKind.DONE, "issued": FactKind.ISSUED, "questioned": FactKind.QUESTIONED}
Shown = Mapping[int, int]  # placement -> the version of its step that was shown


@dataclass(slots=True)
class Taken:
    """What came of confirming one kind. `stale` are those of whom something changed after it was shown."""

    written: int = 0
    stood: int = 0
    stale: list[str] = field(default_factory=list)
    who: str = ""  # changed one of them last, in words


def shown_now(plan: Plan, kind: str) -> dict[int, int]:
    """What a plan shows of a kind, to be handed to `take` when it is confirmed."""
    return {item.person.placement: item.person.version for item in plan.sorted.kinds[kind]}


def take(
    plan: Plan,
    kind: str,
    *,
    organisation: Organisation,
    by: Actor,
    at: dt.datetime,
    shown: Shown | None = None,
    since: dt.datetime | None = None,
    told: Callable[[int], None] = lambda count: None,
) -> Taken:
    """Takes one kind of a plan made now. `shown` (None: all) are those that the person saw and chose, who are told
    of as stale where the plan has them elsewhere by now, or their step has changed, unless this very list has done
    it, `since` when it was brought in: somebody may have to finish what a dead process began."""
    require_reconcile(by, plan.system, organisation)
    taken = Taken()
    items = {item.person.placement: item for item in plan.sorted.kinds[kind]}
    if shown is not None:
        gone = {pk for pk, version in shown.items() if pk not in items or items[pk].person.version != version}
        stood = taken_already(plan, gone - set(items), since) if since else set()
        taken.stood += len(stood)
        taken.stale += [items[pk].person.name if pk in items else "" for pk in gone - stood]
        items = {pk: items[pk] for pk in shown if pk not in gone}
    taker = _Taker(plan, organisation, by, at, taken)
    if kind == NOTED:
        taker.note_accounts(list(items.values()))
        told(len(items))
    else:
        for item, ref in with_refs(list(items.values())):
            taker.take(item, ref, kind)
            told(1)
    if taken.written:
        taker.note(kind)
    return taken


def taken_already(plan: Plan, placements: Iterable[int], since: dt.datetime) -> set[int]:
    """Of these, those whom this list has settled before: what it said is kept, or their owner is asked."""
    found = {item.person.placement for item in plan.asked}.intersection(placements)
    wanted = list(placements)
    for start in range(0, len(wanted), CHUNK):
        kept = SystemAccount.objects.filter(
            system=plan.system.key, placement__in=wanted[start : start + CHUNK], as_of__gte=since
        )
        found |= set(kept.values_list("placement_id", flat=True))
    return found


def with_refs(items: Sequence[Item]) -> Iterator[tuple[Item, uuid.UUID]]:
    for start in range(0, len(items), CHUNK):
        some = items[start : start + CHUNK]
        refs = dict(Placement.objects.filter(pk__in=[item.person.placement for item in some]).values_list("pk", "ref"))
        yield from ((item, refs[item.person.placement]) for item in some if item.person.placement in refs)


@dataclass(slots=True)
class _Taker:
    plan: Plan
    organisation: Organisation
    by: Actor
    at: dt.datetime
    taken: Taken

    @property
    def system(self) -> System:
        return self.plan.system

    def take(self, item: Item, ref: uuid.UUID, kind: str) -> None:
        try:
            with change(by=self.by, at=self.at) as made:
                locked = lock(ref)
                row = locked.row(self.system.key)
                if row.version != item.person.version:
                    raise Stale(row, locked.last_fact(row.key))
                wrote = self.block(item, ref) if item.does == BLOCK else self.say(item, ref)
                if item.does != BLOCK:
                    wrote = self.keep_accounts([item]) > 0 or wrote
                if kind == AGREE:
                    self.fill(made, locked, item)
        except Stale as stale:
            self.taken.stale.append(item.person.name)
            self.taken.who = self.taken.who or str(stale)
            return
        except (NotThere, Refused):
            self.taken.stale.append(item.person.name)
            return
        if wrote:
            self.taken.written += 1
        else:
            self.taken.stood += 1

    def allowed(self, locked: Locked, row: PlacementStep) -> Decision:
        decision = can_reconcile(self.by, self.system, self.organisation.pk)
        return decision and on_open_placement(row)

    def say(self, item: Item, ref: uuid.UUID) -> bool:
        """Done, ready to use, or in doubt; the list is the source."""
        kind = KINDS[item.does]
        reason = self.doubt(item) if kind == FactKind.QUESTIONED else ""

        def stands(row: PlacementStep) -> bool:
            if kind == FactKind.ISSUED:
                return row.issued or row.state == State.DONE
            if kind == FactKind.DONE:
                return row.state == State.DONE and not (row.limited and item.full)
            return row.state != State.DONE

        return record(
            ref, self.system.key, kind, by=self.by, at=self.at, seen=item.person.version, source=self.source,
            allowed=self.allowed, stands=stands, reason=reason, full=item.full if kind == FactKind.DONE else None,
        ).written  # fmt: skip

    def doubt(self, item: Item) -> str:
        if item.at is None:
            return f"{self.system.title}: this person is not in it any more."
        return f"{self.system.title}: the status is “{item.words or item.status}”."

    @property
    def source(self) -> str:
        return f"extract:{self.system.key}"

    def block(self, item: Item, ref: uuid.UUID) -> bool:
        written = [self.ask(ask, ref) for ask in self.plan.asks(item)]
        return any(written)

    def ask(self, ask: Ask, ref: uuid.UUID) -> bool:
        return record(
            ref, ask.step, FactKind.BLOCKED, by=self.by, at=self.at, source=self.source, allowed=self.allowed,
            stands=lambda row: any(is_asked(blocker, ask) for blocker in row.reasons["blockers"]),
            reason=ask.reason, symptom=ask.symptom, owner=ask.owner, side=ask.side or "",
            independent=ask.independent, blocker=new_reference(),
        ).written  # fmt: skip

    def keep_accounts(self, items: Sequence[Item]) -> int:
        """What the list said of them, kept; gives how many that was news of."""
        accounts = [
            SystemAccount(placement_id=i.person.placement, system=self.system.key, as_of=self.at, **self.columns(i))
            for i in items
        ]
        names = ("status", "status_words", "since", "last_used_on", "leaver_on", "said")
        kept = SystemAccount.objects.filter(system=self.system.key, placement__in=[a.placement_id for a in accounts])
        held = {one.placement_id: one for one in kept.select_for_update()}
        news = [
            a
            for a in accounts
            if (h := held.get(a.placement_id)) is None or any(getattr(h, n) != getattr(a, n) for n in names)
        ]
        SystemAccount.objects.bulk_create(
            news, update_conflicts=True, unique_fields=["placement", "system"], update_fields=[*names, "as_of"]
        )
        return len(news)

    def columns(self, item: Item) -> dict[str, Any]:
        account = dict(self.plan.sorted.account(item))
        for name in ("since", "last_used_on", "leaver_on"):
            account[name] = dt.date.fromisoformat(account[name]) if account.get(name) else None
        return account

    def note_accounts(self, items: Sequence[Item]) -> None:
        """News of accounts alone, in one transaction for each 500. Nothing about a step."""
        for start in range(0, len(items), CHUNK):
            some = items[start : start + CHUNK]
            with change(by=self.by, at=self.at):
                self.taken.written += self.keep_accounts(some)

    def fill(self, made: Change, locked: Locked, item: Item) -> None:
        """A number or an address that nobody had, from the system that makes it. Nothing was acted on without it,
        so that nobody is asked to look again."""
        said, placement = self.plan.sorted.account(item).get("said", {}), locked.placement
        filled: dict[str, str] = {}
        email, number = said.get("email", ""), said.get("assignment_number", "")
        if self.system.key == "work_email" and email and not placement.newcomer.work_email:
            placement.newcomer.work_email = filled["work_email"] = email
            placement.newcomer.save(update_fields=["work_email"])
        if self.system.key == "hr_record" and 0 < len(number) <= 32 and not placement.assignment_number:
            placement.assignment_number = filled["assignment_number"] = number
            placement.save(update_fields=["assignment_number"])
        if filled:
            made.note(
                organisation_ids=(placement.employer_id, placement.host_id),
                action="placement.filled",
                subject=f"placement:{placement.ref}",
                before=dict.fromkeys(filled, ""),
                after=filled | {"source": self.source},
            )

    def note(self, kind: str) -> None:
        with change(by=self.by, at=self.at) as made:
            made.note(
                organisation_ids=[self.organisation.pk],
                action="extract.taken",
                subject=f"organisation:{self.organisation.ods_code}",
                after={"system": self.system.key, "kind": kind, "newcomers": self.taken.written},
            )
