"""A system's list on its way in from the page: kept, checked, and taken kind by kind; large ones in the background."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.utils import timezone

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.policies import Refused
from steps.models import Extract
from steps.models.upload import UploadState
from steps.reconciling.columns import identifies
from steps.reconciling.sorting import IN_BULK, KINDS
from steps.reconciling.summing_up import summary
from steps.reconciling.systems import SYSTEMS, System
from steps.services import background
from steps.services.background import LEASE, Teller, actor_for, begin, finish, go, make_room, shown
from steps.services.reconciling import (
    Plan,
    can_reconcile,
    make_plan,
    remember_columns,
    remembered,
    require_reconcile,
    save_columns,
)
from steps.services.taking import Taken, shown_now, take

MANY = 50  # newcomers, each some hundredths of a second; past that the page does not wait for them


def receive(
    *, system: System, organisation: Organisation, name: str, content: bytes, dates: str, by: Actor, at: dt.datetime
) -> Extract:
    """Keeps a list and compares it: at once when it is small, else in the background."""
    require_reconcile(by, system, organisation)
    owner = make_room(Extract, content, by=by, at=at)
    one = Extract.objects.create(
        system=system.key, organisation=organisation, by_id=owner, uploaded_at=at, name=shown(name), dates=dates,
        content=content, lease_until=at + LEASE,
    )  # fmt: skip
    go(one, check)
    return one


def extract_for(actor: Actor, ref: uuid.UUID) -> Extract | None:
    """The list, for the person who brought it in and may still; nobody else has it. One query."""
    one = Extract.objects.select_related("organisation").filter(ref=ref, by=actor.user_id).first()
    return one if one and one.system in SYSTEMS and can_reconcile(actor, system_of(one), one.organisation_id) else None


def system_of(one: Extract) -> System:
    return SYSTEMS[one.system]


def check(one: Extract) -> None:
    """Nothing is written but the preview, and to whom it would do what."""
    plan = planned(one, by=actor_for(one))
    told = bool(remembered(one.organisation_id, one.system))
    items = {kind: {str(pk): version for pk, version in shown_now(plan, kind).items()} for kind in KINDS}
    # until somebody has looked at the columns once, nothing is there to confirm
    finish(one, UploadState.CHECKED, items=items, taken={}, result=summary(plan) | {"told": told})


def planned(one: Extract, *, by: Actor) -> Plan:
    """The list against the newcomers as they are now."""
    return make_plan(
        bytes(one.content or b""),
        system=system_of(one),
        organisation=one.organisation,
        by=by,
        dates=one.dates,
        read=Teller(one),
        joined=Teller(one),
    )


def tell_columns(one: Extract, columns: Mapping[str, str], *, by: Actor, at: dt.datetime) -> bool:
    """Keeps what each heading is (plain heading -> field), and compares once more. False: something else goes on."""
    if not identifies(dict.fromkeys(columns.values(), 0)):
        raise Refused("Say which column tells who a row is about: a name, a number or an email address.")
    save_columns(one.organisation, system_of(one), columns, by=by, at=at)
    return begin(one, UploadState.CHECKED, UploadState.CHECKING, check)


def confirm(one: Extract, kind: str, *, chosen: Sequence[int] | None, by: Actor, at: dt.datetime) -> bool:
    """Takes one kind as it was shown, or of it those who were chosen. False: it is past that."""
    require_reconcile(by, system_of(one), one.organisation)
    if kind not in KINDS or kind in one.taken or not one.items.get(kind) or not one.result.get("told"):
        return False
    if kind in IN_BULK:
        chosen = None
    elif not chosen:
        raise Refused("Choose at least one.")
    heavy = len(chosen or one.items[kind]) > MANY
    return begin(one, UploadState.CHECKED, UploadState.STORING, store, heavy=heavy, taking=kind, chosen=chosen)


def store(one: Extract) -> None:
    """Takes the kind that was confirmed. Each newcomer is a transaction of their own, and repeating it writes nothing:
    a process that dies half-way is taken up again where it was."""
    by, at = actor_for(one), timezone.now()
    plan, kind = planned(one, by=by), one.taking
    seen = {int(pk): version for pk, version in one.items.get(kind, {}).items()}
    if one.chosen is not None:
        seen = {pk: seen[pk] for pk in one.chosen if pk in seen}
    teller, total, done = Teller(one), len(seen), 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        teller(done, total)

    if plan.refused:
        raise Refused("The list cannot be read any more. Bring it in again.")
    remember_columns(plan, one.organisation, by=by, at=at)
    taken = take(plan, kind, organisation=one.organisation, by=by, at=at, shown=seen, since=one.uploaded_at, told=told)
    finish(one, UploadState.CHECKED, taken=one.taken | {kind: outcome(taken, at)}, taking="", chosen=None)


def outcome(taken: Taken, at: dt.datetime) -> dict[str, object]:
    return {
        "written": taken.written,
        "stood": taken.stood,
        "stale": len(taken.stale),
        "names": [name for name in taken.stale if name][:20],
        "who": taken.who,
        "at": at.isoformat(),
    }


def start_again(one: Extract) -> bool:
    """Compares once more what was compared, and takes up what a dead process left. False while somebody is at it."""
    if one.state == UploadState.CHECKED:
        return begin(one, UploadState.CHECKED, UploadState.CHECKING, check)
    return background.start_again(one, check, store)
