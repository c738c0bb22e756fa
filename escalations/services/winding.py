"""The chase clock of each conversation, wound whenever who has it changes, in the transaction that changed it.

`keep` is told by `steps.services.settling`, after `keeping` has written the owner. Whoever asks the newcomer for
something, or hears from them, calls `wind` with the conversation as it is then.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from escalations.chasing import MORNING, PASSED_ON_TOO_OFTEN, Clock, Ladder
from escalations.models import Escalation, Status
from escalations.services import chase_mails, daily
from onboarding.models import Organisation, Placement, Team
from onboarding.wording import UK, local_day
from onboarding.words import OPEN_STATUSES
from onboarding.working_days import Country
from steps.models import Fact, PlacementStep

WRITTEN = (
    "clock_owner",
    "clock_days",
    "clock_from",
    "passed_on",
    "chase_level",
    "due_on",
    "next_chase_at",
    "stood_still_since",
    "lead_told_at",
)


def keep(placement: Placement, rows: Sequence[PlacementStep], facts: Sequence[Fact]) -> None:
    """Winds the clocks of these rows' conversations."""
    parked = {row.key: row.parked for row in rows}
    found = Escalation.objects.filter(placement=placement, step__in=list(parked)).select_related("owner_org")
    for one in found:
        one.placement = placement
        wind(one, parked=parked[one.step], at=timezone.now())


def wind(one: Escalation, *, at: dt.datetime, parked: bool | None = None) -> None:
    """Lets the clock run while a team can act on it, and stand still while the newcomer holds it, while it waits for a
    step before it, while nobody is coming, and once it is cleared. `parked` None: asked of the step's row."""
    before = [getattr(one, name) for name in WRITTEN]
    team = team_of(one)
    clock, country = clock_of(one), country_of(one)
    began = clock.owner
    if can_act(one, parked):
        owner = f"{one.owner_function}:{one.owner_org_id}"
        stood = clock.owner == owner or one.stood_still_since is not None
        clock = clock.with_team(owner, local_day(at if stood else min(one.owner_since, at)), country)
        one.stood_still_since = None
    else:
        clock = clock.standing_still(local_day(at), country)
        one.stood_still_since = one.stood_still_since or at
    set_clock(one, clock, ladder_of(team), country)
    if began != clock.owner and one.clock_from is not None:
        daily.new_work(one, at=at)
    if clock.hand_overs >= PASSED_ON_TOO_OFTEN and one.lead_told_at is None and one.is_open:
        one.lead_told_at = at
        chase_mails.passed_on(one, at=at)
    if before != [getattr(one, name) for name in WRITTEN]:
        one.save(update_fields=WRITTEN)


def set_clock(one: Escalation, clock: Clock, ladder: Ladder, country: Country) -> None:
    """The clock's columns, and when the next rung is due: at eight in the morning of that day."""
    one.clock_owner, one.clock_days, one.clock_from = clock.owner, clock.worked, clock.running_since
    one.passed_on, one.chase_level = clock.hand_overs, clock.climbed
    one.due_on = clock.due_on(ladder, country)
    day = clock.next_on(ladder, country)
    one.next_chase_at = dt.datetime.combine(day, MORNING, UK) if day else None


def clock_of(one: Escalation) -> Clock:
    return Clock(one.clock_owner, one.clock_days, one.clock_from, one.passed_on, one.chase_level)


def can_act(one: Escalation, parked: bool | None = None) -> bool:
    """Can a team do something about it now?"""
    if one.status != Status.OPEN or one.owner_org_id is None or one.asked:
        return False
    if one.placement.status not in OPEN_STATUSES:
        return False
    if parked is None:
        rows = PlacementStep.objects.filter(placement=one.placement_id, key=one.step)
        parked = rows.values_list("parked", flat=True).first() is not False
    return not parked


def team_of(one: Escalation) -> Team | None:
    """Whose it is now, with its cover and the leads of both at hand; None for the newcomer. One query."""
    teams = Team.objects.select_related("organisation", "lead", "covered_by__organisation", "covered_by__lead")
    return teams.filter(organisation=one.owner_org_id, function=one.owner_function).first()


def ladder_of(team: Team | None) -> Ladder:
    if team is None:
        return Ladder()
    return Ladder(team.chase_after, team.chase_lead_after, team.chase_onboarding_lead_after)


def country_of(one: Escalation) -> Country:
    """Whose working days are counted: the owner's; while there is none, the host's."""
    organisation: Organisation | None = one.owner_org
    return (organisation or one.placement.host).calendar
