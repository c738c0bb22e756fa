"""Who hears of what happened to a blocker, wherever it happened: told by `keeping`, in the same transaction.

A new owner gets a pack, the newcomer hears who has it and when it is cleared. Nobody hears of what they did
themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from escalations import mailing
from escalations.cases import symptom_in
from escalations.models import Escalation, Pack
from escalations.pack import Told
from escalations.services import packs, winding
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Membership, Placement
from onboarding.wording import capital
from onboarding.words import Function
from steps.models import Fact, PlacementStep
from steps.selectors.pathways import pathway_of
from steps.words import function_words

_by_hand: ContextVar[bool] = ContextVar("_by_hand", default=False)


@contextmanager
def by_hand() -> Iterator[None]:
    """The caller sends the pack itself, with what was told and with pictures."""
    token = _by_hand.set(True)
    try:
        yield
    finally:
        _by_hand.reset(token)


def opened(escalation: Escalation, placement: Placement, row: PlacementStep, fact: Fact) -> None:
    winding.wind(escalation, at=timezone.now(), parked=row.parked)  # the pack says when it is due
    if not _by_hand.get() and not is_own(escalation, fact):
        send_pack(escalation, placement, row, fact)
    if escalation.owner_function == Function.NEWCOMER and not by_newcomer(fact, placement):
        needs(escalation, placement, row, fact)


def moved(escalation: Escalation, placement: Placement, row: PlacementStep, fact: Fact | None) -> None:
    """A new owner: a pack to it, a line to the newcomer."""
    if fact is None:
        return
    winding.wind(escalation, at=timezone.now(), parked=row.parked)
    send_pack(escalation, placement, row, fact, why=fact.reason)
    if escalation.owner_function != Function.NEWCOMER and not by_newcomer(fact, placement):
        team = capital(packs.team_of(placement, packs.owner_of(escalation)))
        short = short_of(placement, row)
        mailing.moved(escalation, placement, team=team, why=fact.reason, step=short, at=timezone.now())
    elif escalation.owner_function == Function.NEWCOMER:
        needs(escalation, placement, row, fact)


def needs(escalation: Escalation, placement: Placement, row: PlacementStep, fact: Fact) -> None:
    """Somebody gave it to the newcomer: what they wrote is what is asked for."""
    team = capital(function_words(row.team_function))
    mailing.needs(escalation, placement, team=team, what=fact.reason, at=timezone.now())


def ended(escalation: Escalation, placement: Placement, row: PlacementStep, fact: Fact | None) -> None:
    if fact is None or by_newcomer(fact, placement) or fact.kind == "retracted":
        return
    mailing.cleared(
        escalation, placement, team=fact.by_name, did=fact.reason, then=next_words(placement, row),
        step=short_of(placement, row), at=timezone.now(),
    )  # fmt: skip


def is_own(escalation: Escalation, fact: Fact) -> bool:
    """Raised by one of those who have it: they need no mail about it."""
    mine = Membership.objects.filter(user=fact.by_id, role=escalation.owner_function)
    return fact.by_id is not None and mine.filter(organisation=escalation.owner_org_id).exists()


def send_pack(
    escalation: Escalation, placement: Placement, row: PlacementStep, fact: Fact, *, why: str = ""
) -> Pack | None:
    """The pack of what is known so far: as the first one told it, else as the blocker itself does."""
    by = Actor(fact.by_id, fact.by_name)
    first = Pack.objects.filter(escalation=escalation).order_by("pk").first()
    told = told_again(first, why) if first else told_by(placement, row, fact, why)
    with change(by=by, at=timezone.now()) as made:
        return packs.send(made, escalation, placement, told, waiting=row.unlock_count, by=by, at=timezone.now())


def told_again(first: Pack, why: str) -> Told:
    said = {key: value for key, _, value in first.fields}
    return Told(said["step"], said["sees"], said.get("tried", ""), said.get("error", "").strip("“”"), why)


def told_by(placement: Placement, row: PlacementStep, fact: Fact, why: str) -> Told:
    pathway = pathway_of(placement.chain.pathway)
    raised = Fact.objects.filter(blocker=fact.blocker, placement=placement, kind="blocked").order_by("pk").first()
    known = symptom_in(pathway, raised.symptom if raised else "")
    said = raised.reason if raised else ""
    sees = known.says if known else said
    return Told(short_of(placement, row), sees, more="\n".join(x for x in (said if known else "", why) if x))


def by_newcomer(fact: Fact, placement: Placement) -> bool:
    return fact.by_id is not None and fact.by_id == placement.newcomer.user_id


def short_of(placement: Placement, row: PlacementStep) -> str:
    pathway = pathway_of(placement.chain.pathway)
    return next((s.short for s in pathway.steps if s.key == row.key), row.key.replace("_", " "))


def next_words(placement: Placement, row: PlacementStep) -> str:
    """Whose move it is now: "HR has Staff record now." """
    if not row.actionable or not row.owner_function:
        return ""
    short = short_of(placement, row)
    if row.owner_function == Function.NEWCOMER:
        return f"{short} is your turn now."
    return f"{capital(function_words(row.owner_function))} has {short} now."
