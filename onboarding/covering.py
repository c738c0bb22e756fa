"""Cover: while a team is away, another team of its organisation gets its queue and its mail."""

import datetime as dt

from django.db.models import Q, QuerySet

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Team
from onboarding.policies import YES, Decision, Refused, no
from onboarding.words import TEAM_ROLES, Role

LONGEST = dt.timedelta(days=92)


def teams_of(actor: Actor) -> QuerySet[Team]:
    """The teams whose cover somebody may see: their own, those they lead, and for an onboarding lead all of the
    organisation's. Whether they may set it is `can_set_cover`'s to say."""
    own = [g for g in actor.grants if not g.until]
    seen = Q(organisation__in=actor.places(Role.ONBOARDING_LEAD))
    seen |= Q(lead=actor.user_id, organisation__in={g.place.id for g in own}) if actor.user_id else Q(pk__in=[])
    for grant in own:
        seen |= Q(organisation=grant.place.id, function=grant.role)
    return (
        Team.objects.filter(seen, function__in=TEAM_ROLES)
        .select_related("organisation", "covered_by__organisation", "lead")
        .order_by("organisation__name", "function")
    )


def may_cover(team: Team) -> QuerySet[Team]:
    """The teams that could cover for this one: the organisation's others."""
    same = Team.objects.filter(organisation=team.organisation_id, function__in=TEAM_ROLES)
    return same.exclude(pk=team.pk).select_related("organisation").order_by("function")


def can_set_cover(actor: Actor, team: Team) -> Decision:
    if actor.has(Role.ONBOARDING_LEAD, team.organisation_id):
        return YES
    works_there = any(g.place.id == team.organisation_id and not g.until for g in actor.grants)
    if team.lead_id is not None and team.lead_id == actor.user_id and works_there:
        return YES
    return no("Only the team's lead or the onboarding lead can say who covers for it.")


def set_cover(
    team_id: int, *, covered_by: int | None, until: dt.date | None, by: Actor, at: dt.datetime, today: dt.date
) -> bool:
    """Another team covers until that day, it included; without one the team is back. False: it stood already."""
    with change(by=by, at=at) as made:
        team = Team.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=team_id)
        decision = can_set_cover(by, team)
        if not decision:
            raise Refused(decision.reason)
        if covered_by is None or until is None:
            covered_by = until = None
        else:
            require_sound(team, covered_by, until, today)
        before = covered(team)
        if (team.covered_by_id, team.covered_until) == (covered_by, until):
            return False
        team.covered_by_id, team.covered_until = covered_by, until
        team.save(update_fields=["covered_by", "covered_until"])
        made.note(
            organisation_ids=[team.organisation_id],
            action="team.cover",
            subject=f"team:{team.pk}",
            before=before,
            after=covered(team),
        )
        return True


def require_sound(team: Team, covered_by: int, until: dt.date, today: dt.date) -> None:
    other = may_cover(team).filter(pk=covered_by).first()
    if other is None:
        raise Refused("Choose one of the teams of this organisation.")
    if other.covered_until is not None and other.covered_until >= today:
        raise Refused(f"{other.get_function_display()} is away itself: another team covers for it.")
    if not today <= until <= today + LONGEST:
        raise Refused("Choose a last day from today on, at most three months ahead.")


def covered(team: Team) -> dict[str, str | int | None]:
    return {
        "covered_by": team.covered_by_id,
        "covered_until": team.covered_until.isoformat() if team.covered_until else None,
    }


def standing_in(team: Team, today: dt.date) -> Team:
    """Who has a team's work today: its cover while it is away, else the team itself. Needs `covered_by` at hand."""
    away = team.covered_by is not None and team.covered_until is not None and team.covered_until >= today
    return team.covered_by if away and team.covered_by else team
