"""The only door to two records that may be one person: what the actor may see of each.

A pair exists for an organisation that found it among what it may read, and for an employer that was asked to decide.
Of each record only those posts are shown that the actor's organisations employ or host; a record of which none is
shown does not exist, and then neither does the pair.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from onboarding.actors import Actor
from onboarding.models import Newcomer, Placement
from onboarding.words import Role
from steps.models import Joining, Pair, PairFound
from steps.models.joining import PairState

DECIDERS = (Role.HR, Role.ONBOARDING_LEAD)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records. `shown` are the posts that the actor may see, `posts` all of them, for services alone.

    `mine`: the actor is of an employer among them; `agreed`: an employer among them asked for a decision; `opens`: the
    actor may open them, and does not only read them because their employer asked.
    """

    person: Newcomer
    posts: tuple[Placement, ...]
    shown: tuple[Placement, ...]
    mine: bool
    agreed: bool
    opens: bool

    @property
    def employers(self) -> str:
        return " and ".join(dict.fromkeys(post.employer.name for post in self.shown))


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair as the actor sees it. `joining` is the one that stands, if they are joined."""

    pair: Pair
    first: Side
    second: Side
    joining: Joining | None = None

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second

    def of(self, newcomer_id: int) -> Side:
        return self.first if self.first.person.pk == newcomer_id else self.second


def deciding_places(actor: Actor) -> list[int]:
    return list(dict.fromkeys(actor.places(*DECIDERS)))


def reachable(actor: Actor) -> QuerySet[Pair]:
    """The pairs that were found for the actor's organisations, or that their employer was asked about."""
    orgs = deciding_places(actor)
    found = PairFound.objects.filter(pair=OuterRef("pk"), organisation__in=orgs)
    employed = Placement.objects.filter(
        Q(newcomer=OuterRef("first")) | Q(newcomer=OuterRef("second")), employer__in=orgs
    )
    return Pair.objects.filter(Exists(found) | Q(asked_by__isnull=False) & Exists(employed))


def pairs_of(actor: Actor, *states: str) -> tuple[list[PairView], bool]:
    """The first pairs in these states, likeliest first, and whether there are more. Three queries."""
    pairs = reachable(actor).filter(state__in=states).select_related("first", "second", "asked_by")
    ranked = pairs.annotate(rank=Min("found__rank")).order_by("rank", "-decided_at", "pk")
    chosen = list(ranked[: SHOWN + 1])
    return views_of(actor, chosen[:SHOWN]), len(chosen) > SHOWN


def pair_for(actor: Actor, ref: uuid.UUID, *, lock: bool = False) -> PairView | None:
    """One pair, if it exists for the actor. Three queries."""
    pairs = reachable(actor).filter(ref=ref)
    if lock:
        pairs = pairs.select_for_update(of=("self",))
    return next(iter(views_of(actor, list(pairs.select_related("first", "second", "asked_by")))), None)


def open_pairs_of(actor: Actor, newcomer_id: int) -> list[PairView]:
    """The undecided pairs with this person, for the page of one of their placements. Two queries when there is one."""
    if not deciding_places(actor):
        return []
    about = reachable(actor).filter(Q(first=newcomer_id) | Q(second=newcomer_id), state=PairState.OPEN)
    return views_of(actor, list(about.select_related("first", "second", "asked_by")[:5]))


def views_of(actor: Actor, pairs: Sequence[Pair]) -> list[PairView]:
    """Those of the pairs of which the actor may see both records. Two queries; none without pairs."""
    if not pairs:
        return []
    orgs = frozenset(deciding_places(actor))
    joined = {j.pair_id: j for j in Joining.objects.filter(pair__in=pairs, undone_at=None).select_related("kept")}
    posts = posts_of({pk for pair in pairs for pk in (pair.first_id, pair.second_id)})
    views = []
    for pair in pairs:
        first, second = (side_of(pair, who, posts, joined.get(pair.pk), orgs) for who in (pair.first, pair.second))
        if first.shown and second.shown:
            views.append(PairView(pair, first, second, joined.get(pair.pk)))
    return views


def posts_of(newcomer_ids: Iterable[int]) -> Mapping[int, list[Placement]]:
    posts: dict[int, list[Placement]] = defaultdict(list)
    rows = Placement.objects.filter(newcomer__in=list(newcomer_ids)).select_related("employer", "host")
    for post in rows.order_by("start_date", "pk"):
        posts[post.newcomer_id].append(post)
    return posts


def side_of(
    pair: Pair, person: Newcomer, posts: Mapping[int, list[Placement]], joining: Joining | None, orgs: frozenset[int]
) -> Side:
    """One record's side; that of a record that was joined has the posts that it brought."""
    own = posts.get(person.pk, [])
    if joining is not None:
        moved = set(joining.made["moved"])
        together = posts.get(joining.kept_id, [])
        own = [post for post in together if (post.pk in moved) == (person.pk == joining.gone_id)]
    shown = [post for post in own if post.employer_id in orgs or post.host_id in orgs]
    opens = bool(shown)
    if not shown and pair.asked_by_id:
        shown = [post for post in own if post.employer_id == pair.asked_by_id]
    employers = {post.employer_id for post in shown}
    return Side(person, tuple(own), tuple(shown), bool(employers & orgs), pair.asked_by_id in employers, opens)


PERSON = ("given_name", "family_name", "date_of_birth", "gmc_number", "personal_email", "work_email", "user_id")


def seen_of(view: PairView) -> str:
    """What a form carries to tell whether anything has changed since it was shown. Keyed: it tells nothing else."""
    said: list[object] = [view.pair.state, view.pair.asked_by_id]
    for side in view.sides:
        said += [getattr(side.person, name) for name in PERSON]
        said += [(p.pk, p.newcomer_id, p.start_date, p.status, p.twin_of_id) for p in side.posts]
    return salted_hmac("week-one.pair", repr(said), algorithm="sha256").hexdigest()
