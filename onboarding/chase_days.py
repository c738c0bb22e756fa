"""After how many working days a team is asked again, then its lead, then the onboarding lead: each team's own."""

import datetime as dt
from collections.abc import Mapping

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.covering import can_set_cover
from onboarding.models import Team
from onboarding.policies import YES, Decision, Refused, no
from onboarding.wording import count_words

FIELDS = ("chase_after", "chase_lead_after", "chase_onboarding_lead_after")  # of Team; each from the one before
MOST = 20  # working days of one rung: about a month, by which time week 1 is long over


def can_set_days(actor: Actor, team: Team) -> Decision:
    """Whoever may say who covers for a team."""
    return YES if can_set_cover(actor, team) else no("Only the team's lead or the onboarding lead sets these days.")


def days_of(team: Team) -> dict[str, int]:
    return {name: getattr(team, name) for name in FIELDS}


def days_words(team: Team) -> str:
    """ "Asked after 2 working days, its lead 1 later, the onboarding lead 2 after that." """
    first = count_words(team.chase_after, "working day")
    return (
        f"Asked after {first}, its lead {team.chase_lead_after} later, "
        f"the onboarding lead {team.chase_onboarding_lead_after} after that."
    )


def set_days(team_id: int, *, days: Mapping[str, int], by: Actor, at: dt.datetime) -> bool:
    """Holds for what is open too, from the next morning on (`escalations.services.chasing.rewind`). False: these were
    its days already."""
    with change(by=by, at=at) as made:
        team = Team.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=team_id)
        decision = can_set_days(by, team)
        if not decision:
            raise Refused(decision.reason)
        if not all(1 <= days[name] <= MOST for name in FIELDS):
            raise Refused(f"Each is from 1 to {MOST} working days.")
        before = days_of(team)
        if all(before[name] == days[name] for name in FIELDS):
            return False
        for name in FIELDS:
            setattr(team, name, days[name])
        team.save(update_fields=FIELDS)
        made.note(
            organisation_ids=[team.organisation_id],
            action="team.chase_days",
            subject=f"team:{team.pk}",
            before=before,
            after=days_of(team),
        )
        return True
