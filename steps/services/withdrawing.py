"""A newcomer withdraws or defers: the teams that have work in hand for them are told, each in one mail.

The mail names nobody: whoever opens its link signs in first. A team without a mailbox is told through the onboarding
lead of its organisation.
"""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from onboarding.covering import standing_in
from onboarding.models import Membership, OutboxMail, Placement, Team
from onboarding.outbox.posting import is_address, post
from onboarding.wording import capital, day_words, list_words, local_day
from onboarding.words import OPEN_STATUSES, Function, PlacementStatus, Role
from steps.models import PlacementStep
from steps.models.chain import State
from steps.presenting import is_acting
from steps.services.locking import Locked
from steps.words import team_words

KIND = "withdrawn"
Owner = tuple[str, int | None]  # function, organisation


def tell_teams(locked: Locked, *, at: dt.datetime) -> int:
    """Posts the mails; gives how many. Two queries, and one a mail."""
    placement = locked.placement
    held = work_in_hand(locked.rows.values(), local_day(at))
    count = 0
    for owner, rows in held.items():
        shorts = [locked.definition(row.key).short for row in rows]
        for to in addresses(placement, owner, local_day(at)):
            count += post_one(placement, owner, shorts, to, at=at) is not None
    return count


def work_in_hand(rows: Iterable[PlacementStep], today: dt.date) -> dict[Owner, list[PlacementStep]]:
    """Team -> what it can act on now or is stuck with, in pathway order."""
    held: dict[Owner, list[PlacementStep]] = {}
    for row in sorted(rows, key=lambda row: row.position):
        theirs = row.owner_function not in ("", Function.NEWCOMER)
        if theirs and (row.state == State.BLOCKED or is_acting(row, today)):
            held.setdefault((row.owner_function, row.owner_org_id), []).append(row)
    return held


def addresses(placement: Placement, owner: Owner, today: dt.date) -> list[str]:
    """Where the owner's mail goes today: its mailbox, its cover's, a manager's own; the onboarding leads' for want of
    any."""
    function, org = owner
    if function == Function.MANAGER:
        address = placement.manager.email if placement.manager else placement.manager_email
    else:
        team = Team.objects.select_related("covered_by").filter(organisation=org, function=function).first()
        address = (standing_in(team, today).mailbox or team.mailbox) if team else ""
    if is_address(address):
        return [address]
    places = [p for p in (org, placement.host_id) if p]
    leads = Membership.objects.filter(role=Role.ONBOARDING_LEAD, organisation__in=places, user__is_active=True)
    return sorted(set(leads.values_list("user__email", flat=True)))


def post_one(placement: Placement, owner: Owner, shorts: list[str], to: str, *, at: dt.datetime) -> OutboxMail | None:
    function, org = owner
    place = placement.employer if org == placement.employer_id else placement.host
    context = {
        "team": capital(team_words(function, place.name)),
        "start": day_words(placement.start_date, today=local_day(at)),
        "withdrew": placement.status == PlacementStatus.WITHDRAWN,
        "steps": list_words(shorts),
        "link": reverse("newcomer", args=[placement.ref]),
    }
    return post(
        kind=KIND, to=to, template=KIND, context=context, at=at, organisation_id=org or placement.host_id,
        subject_ref=f"placement:{placement.ref}",
    )  # fmt: skip


def recipient_now(mail: OutboxMail) -> str:
    """Nobody, once the newcomer is expected after all."""
    ref = mail.subject_ref.removeprefix("placement:")
    is_open = Placement.objects.filter(ref=ref, status__in=OPEN_STATUSES).exists()
    return "" if is_open else mail.recipient
