"""Two records of one person become one, and can become two again. Nothing is deleted.

The record that goes keeps its row, its name and its decision; its posts move, with their facts, to the one that is
kept. Where both list the very same post, the kept one goes on, takes over what is finished on the other, and the
other ends. All that a joining changed stands in `Joining.made`, and undoing it puts everything back.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from onboarding.actors import Actor
from onboarding.audit import Change, change
from onboarding.identity import Name, Verdict, compare_names
from onboarding.models import Newcomer, Placement
from onboarding.policies import Refused
from onboarding.words import PlacementStatus
from steps import policies
from steps.comparing import same_posts
from steps.models import Fact, Joining, Pair
from steps.models.chain import FactKind, State
from steps.models.joining import PairState
from steps.selectors.pairs import PERSON, PairView, Side, pair_for, seen_of
from steps.services.carrying import carry_into
from steps.services.locking import Locked, NotThere, lock
from steps.services.recording import Stale, require
from steps.services.settling import settle

FILLED = ("gmc_number", "personal_email", "work_email")  # what the kept record takes over where it has nothing
ENDED = "Listed twice. The other listing of this post goes on."
SOURCE = "joined"
GOING_ON = (PlacementStatus.EXPECTED, PlacementStatus.STARTED, PlacementStatus.DEFERRED)
CARRIED = (FactKind.ISSUED, FactKind.DONE, FactKind.WAIVED)


def join(ref: uuid.UUID, *, keep: int, seen: str, by: Actor, at: dt.datetime) -> Joining:
    """Joins a pair into the record `keep` (a newcomer's id). `seen` is what the page was made from; anything else by
    now is `Stale`. `Refused` says why not; a pair that the actor may not see is `NotThere`."""
    with change(by=by, at=at) as made:
        view, locked = held(ref, by)
        require(policies.can_join(by, view))
        if keep not in (view.first.person.pk, view.second.person.pk):
            raise Refused("Choose which of the two records is kept.")
        if view.joining is not None and view.joining.kept_id == keep:
            return view.joining  # pressed twice
        if seen != seen_of(view):
            raise Stale
        kept, gone = view.of(keep), view.second if keep == view.first.person.pk else view.first
        twins = same_posts(kept.posts, gone.posts)
        require_no_blockers(locked[one] for one in twins)
        work = Work(kept, gone, locked, by=by, at=at)
        work.note_before(twins)
        joining = Joining(pair=view.pair, kept=kept.person, gone=gone.person, at=at, by_id=by.user_id)
        joining.by_name = by.name[:200]
        work.fill()
        work.move(twins)
        work.hand_over_sign_in()
        work.correct()
        work.take_over(twins)
        work.carry_over(made)
        joining.made = work.made | {"person": details_digest(kept.person)}
        joining.save(force_insert=True)
        decide(view.pair, PairState.JOINED, by=by, at=at)
        note(made, view, "newcomers.joined", kept=kept, gone=gone)
        return joining


def held(ref: uuid.UUID, by: Actor) -> tuple[PairView, dict[int, Locked]]:
    """The pair and its posts by id, all locked and read afresh: what was read before the lock may have changed.

    The posts come before the people, as with everything that is recorded; the other way round two could wait for each
    other.
    """
    view = pair_for(by, ref, lock=True)
    if view is None:
        raise NotThere(str(ref))
    posts = sorted((*view.first.posts, *view.second.posts), key=lambda post: post.pk)
    locked = {post.pk: lock(post.ref) for post in posts}
    ids = sorted((view.pair.first_id, view.pair.second_id))
    list(Newcomer.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    fresh = pair_for(by, ref)
    if fresh is None or {post.pk for side in fresh.sides for post in side.posts} != set(locked):
        raise Stale
    return fresh, locked


def require_no_blockers(places: Iterable[Locked]) -> None:
    for place in places:
        stuck = [place.definition(key).short for key, row in place.rows.items() if row.reasons["blockers"]]
        if stuck:
            raise Refused(
                f"{' and '.join(stuck)} is stuck on the listing that would end. Clear it first, or keep that record."
            )


class Work:
    """One joining in the making: what it changes, step by step, and by id all that undoing needs."""

    def __init__(self, kept: Side, gone: Side, locked: dict[int, Locked], *, by: Actor, at: dt.datetime) -> None:
        self.kept, self.gone, self.locked, self.by, self.at = kept, gone, locked, by, at
        self.made: dict[str, Any] = {"facts": []}

    def note_before(self, twins: dict[int, int]) -> None:
        posts = {post.pk: post for post in self.gone.posts}
        self.made |= {
            "kept": [post.pk for post in self.kept.posts],
            "moved": list(posts),
            "twins": [
                {"id": pk, "into": into, "status": posts[pk].status, "reason": posts[pk].status_reason}
                for pk, into in twins.items()
            ],
            "users": [self.kept.person.user_id, self.gone.person.user_id],
        }

    def fill(self) -> None:
        mine, theirs = self.kept.person, self.gone.person
        self.made["filled"] = [n for n in FILLED if not getattr(mine, n) and getattr(theirs, n)]
        for name in self.made["filled"]:
            setattr(mine, name, getattr(theirs, name))
        if self.made["filled"]:
            mine.save(update_fields=self.made["filled"])

    def move(self, twins: dict[int, int]) -> None:
        for post in self.gone.posts:
            moved: dict[str, Any] = {"newcomer": self.kept.person}
            if post.pk in twins:
                moved |= {"twin_of": twins[post.pk], "status": PlacementStatus.WITHDRAWN, "status_reason": ENDED}
            Placement.objects.filter(pk=post.pk).update(**moved)
        for place in self.locked.values():
            place.placement.newcomer = self.kept.person

    def hand_over_sign_in(self) -> None:
        """The one sign-in goes with the person. Of two, the kept record's shows everything from now on; the other
        stays with the row that goes, so that whoever uses it is told, and undoing finds it there."""
        mine, theirs = self.kept.person, self.gone.person
        if mine.user_id is None and theirs.user_id is not None:
            user, theirs.user = theirs.user_id, None
            theirs.save(update_fields=["user"])
            mine.user_id = user
            mine.save(update_fields=["user"])

    def correct(self) -> None:
        """What a moved post said of the person and says no more sends finished steps that rest on it back."""
        fields = changed_fields(self.gone.person, self.kept.person)
        for post in self.gone.posts:
            if fields and post.status in GOING_ON and not self.is_twin(post.pk):
                place = self.locked[post.pk]
                self.record(
                    place, place.pathway.steps[0].key, FactKind.CORRECTED, at=self.at, fields=fields,
                    reason="Two records of one person were joined.",
                )  # fmt: skip

    def is_twin(self, pk: int) -> bool:
        return any(twin["id"] == pk for twin in self.made["twins"])

    def take_over(self, twins: dict[int, int]) -> None:
        """What is finished on the listing that ends and not on the one that goes on."""
        for one, into in twins.items():
            ended, goes_on = self.locked[one], self.locked[into]
            for key in [key for key, row in goes_on.rows.items() if not (row.done_at or row.issued)]:
                for fact in standing(ended, key):
                    self.record(
                        goes_on, key, fact.kind, at=fact.at, by=(fact.by_id, fact.by_name), full=fact.full,
                        reason=fact.reason, source=f"{SOURCE}:{ended.placement.ref}",
                    )  # fmt: skip

    def carry_over(self, made: Change) -> None:
        """What the pathway carries from one post of a person to another: they are posts of one person now."""
        for place in self.locked.values():
            if not self.is_twin(place.placement.pk):
                self.made["facts"] += [fact.pk for fact in carry_into(place, made, at=self.at, noted=False)]

    def record(self, place: Locked, key: str, kind: str, *, at: dt.datetime, **detail: Any) -> None:
        by_id, by_name = detail.pop("by", (self.by.user_id, self.by.name))
        detail.setdefault("source", SOURCE)
        fact = Fact(
            placement=place.placement, step=key, kind=kind, at=at, recorded_at=max(at, self.at), by_id=by_id,
            by_name=by_name[:200], **detail,
        )  # fmt: skip
        fact.save(force_insert=True)
        place.facts.append(fact)
        self.made["facts"].append(fact.pk)
        settle(place.placement, place.chain, place.pathway, place.rows, place.facts, touched=[key])


def standing(place: Locked, key: str) -> list[Fact]:
    """The newest fact of a step by which it is issued, done or waived, if it still is."""
    row = place.rows.get(key)
    if row is None or row.state == State.RECHECK or not (row.done_at or row.issued or row.reasons.get("waived")):
        return []
    taken_back = {f.of_id for f in place.facts if f.of_id}
    own = [f for f in place.facts if f.step == key and f.kind in CARRIED and f.pk not in taken_back]
    return sorted(own, key=lambda f: (f.at, f.pk))[-1:]


def changed_fields(was: Newcomer, now: Newcomer) -> list[str]:
    """Which fields of a correction tell the steps of a moved post what is said otherwise now. A name that is the same
    after folding is no other name, and what was blank said nothing."""
    found = []
    names = compare_names(Name(was.given_name, was.family_name), Name(now.given_name, now.family_name))
    if names.verdict != Verdict.SAME:
        found.append("name")
    if was.date_of_birth != now.date_of_birth:
        found.append("date_of_birth")
    if any(getattr(was, n) and getattr(was, n) != getattr(now, n) for n in ("personal_email", "work_email")):
        found.append("email")
    return found


def details_digest(person: Newcomer) -> str:
    """Tells later whether the person's details are still as the joining left them, without keeping them twice."""
    said = [person.pk, *(str(getattr(person, name)) for name in PERSON if name != "user_id")]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def decide(pair: Pair, state: PairState, *, by: Actor, at: dt.datetime) -> None:
    pair.state, pair.decided_at, pair.decided_by_id, pair.decided_by_name = state, at, by.user_id, by.name[:200]
    pair.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])


def note(made: Change, view: PairView, action: str, *, kept: Side, gone: Side) -> None:
    """One entry in each organisation whose record it is, telling each of its own posts alone."""
    for org in sorted({org for side in view.sides for p in side.posts for org in (p.employer_id, p.host_id)}):
        theirs = [p for p in (*gone.posts, *kept.posts) if org in (p.employer_id, p.host_id)]
        moved = [str(p.ref) for p in gone.posts if p in theirs]
        made.note(
            organisation_ids=[org],
            action=action,
            subject=f"placement:{theirs[0].ref}",
            after={"pair": str(view.pair.ref), "moved": moved},
        )


def part(ref: uuid.UUID, *, seen: str, by: Actor, at: dt.datetime) -> Pair:
    """These are two people: remembered, and never proposed again."""
    with change(by=by, at=at) as made:
        view, _ = held(ref, by)
        require(policies.can_part(by, view))
        if view.pair.state == PairState.TWO_PEOPLE:
            return view.pair
        if seen != seen_of(view):
            raise Stale
        decide(view.pair, PairState.TWO_PEOPLE, by=by, at=at)
        note(made, view, "newcomers.two_people", kept=view.first, gone=view.second)
        return view.pair
