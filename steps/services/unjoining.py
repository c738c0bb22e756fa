"""Two records that were joined become two again, exactly as they were; or why that can no longer be."""

import datetime as dt
import uuid

from django.db.models import Q

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Newcomer, Placement
from onboarding.policies import Refused
from steps import policies
from steps.models import Fact, Joining, Pair
from steps.models.chain import FactKind
from steps.models.joining import PairState
from steps.selectors.pairs import PairView
from steps.services.joining import SOURCE, details_digest, held, note
from steps.services.locking import Locked, lock
from steps.services.recording import require
from steps.services.settling import settle


def why_not_undone(view: PairView) -> str:
    """Why a joining can no longer be undone, in a sentence; "" when it can. Up to five queries."""
    joining = view.joining
    if joining is None:
        return "These records are not joined."
    later = Joining.objects.filter(
        Q(kept=joining.kept_id) | Q(gone=joining.kept_id), undone_at=None, at__gt=joining.at
    )
    if later.exists():
        return "The joined record was joined with another one later. Undo that first."
    made = joining.made
    known = [*made["kept"], *made["moved"]]
    if Placement.objects.filter(newcomer=joining.kept_id).exclude(pk__in=known).exists():
        return "Another post was added to the joined record, and nobody can tell to which of the two it belongs."
    kept = Newcomer.objects.get(pk=joining.kept_id)
    if details_digest(kept) != made["person"]:
        return "The person's details were corrected since. Undoing would lose that."
    if kept.user_id != (made["users"][0] or made["users"][1]):
        return "They have begun to sign in since, and nobody can tell to which of the two that belongs."
    return written_since(joining, kept)


def written_since(joining: Joining, kept: Newcomer) -> str:
    """A fact that was written to one post because it was one with another: it would be left on the wrong side."""
    made = joining.made
    since = Fact.objects.filter(recorded_at__gte=joining.at).exclude(pk__in=made["facts"])
    together = [twin["into"] for twin in made["twins"]]
    foreign = made["moved"] if made["users"][0] else made["kept"]
    told = Q(placement__in=together) | (Q(placement__in=foreign, by=kept.user_id) if kept.user_id else Q(pk__in=[]))
    first = since.filter(told).order_by("recorded_at", "pk").first()
    if first is None:
        return ""
    if first.placement_id in together:
        return f"{first.by_name} has written to the joined post since. It would be left on one of the two."
    return f"{first.by_name} has confirmed steps of both since, as one person."


def undo(ref: uuid.UUID, *, by: Actor, at: dt.datetime) -> Pair:
    """Puts both records back as they were. Pressed twice, it undoes once."""
    with change(by=by, at=at) as made:
        view, _ = held(ref, by)
        joining = view.joining
        if joining is None:
            return view.pair
        require(policies.can_join(by, view))
        if reason := why_not_undone(view):
            raise Refused(reason)
        kept, gone = view.of(joining.kept_id), view.of(joining.gone_id)
        take_back_facts(joining, by=by, at=at)
        restore(joining, kept.person, gone.person)
        joining.undone_at, joining.undone_by_id, joining.undone_by_name = at, by.user_id, by.name[:200]
        joining.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
        view.pair.state, view.pair.decided_at = PairState.OPEN, None
        view.pair.decided_by_id, view.pair.decided_by_name = None, ""
        view.pair.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])
        note(made, view, "newcomers.joining_undone", kept=kept, gone=gone)
        return view.pair


def take_back_facts(joining: Joining, *, by: Actor, at: dt.datetime) -> None:
    facts = Fact.objects.filter(pk__in=joining.made["facts"], retracted_by=None).order_by("placement", "pk")
    places: dict[uuid.UUID, Locked] = {}
    for fact in facts.select_related("placement"):
        place = places.get(fact.placement.ref) or places.setdefault(fact.placement.ref, lock(fact.placement.ref))
        back = Fact(
            placement=place.placement, step=fact.step, kind=FactKind.RETRACTED, at=at, recorded_at=at, of=fact,
            by_id=by.user_id, by_name=by.name[:200], source=SOURCE, reason="The joining was undone.",
        )  # fmt: skip
        back.save(force_insert=True)
        place.facts.append(back)
    for place in places.values():
        settle(place.placement, place.chain, place.pathway, place.rows, place.facts)


def restore(joining: Joining, kept: Newcomer, gone: Newcomer) -> None:
    made = joining.made
    for twin in made["twins"]:
        was = {"twin_of": None, "status": twin["status"], "status_reason": twin["reason"]}
        Placement.objects.filter(pk=twin["id"]).update(newcomer=gone, **was)
    Placement.objects.filter(pk__in=made["moved"]).update(newcomer=gone)
    for name in made["filled"]:
        setattr(kept, name, "")
    was_kept, was_gone = made["users"]
    if was_kept is None and was_gone is not None:
        kept.user = None
    kept.save(update_fields=[*made["filled"], "user"])
    if was_kept is None and was_gone is not None:
        gone.user_id = was_gone
        gone.save(update_fields=["user"])
