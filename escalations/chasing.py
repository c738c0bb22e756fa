"""When an owner is asked again: a clock that runs in its working days, and a ladder of three rungs.

Pure: no Django and no clock of its own. A day is a date in the United Kingdom. The clock counts the working days for
which a team has had something in hand. It stands still while the newcomer holds it, or while it waits for an earlier
step; a new owner starts a new one. Rungs are reached in order: the team itself, its lead, the onboarding lead.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from onboarding.wording import UK
from onboarding.working_days import Country, add_working_days, is_working_day, working_days_between

TEAM, LEAD, ONBOARDING_LEAD = "team", "lead", "onboarding_lead"
RUNGS: Final = (TEAM, LEAD, ONBOARDING_LEAD)
PASSED_ON_TOO_OFTEN: Final = 2  # hand-overs that bring in the onboarding lead, whatever the clock says
MORNING, EVENING = dt.time(8), dt.time(18)  # mails that are not urgent come between the two


@dataclass(frozen=True, slots=True)
class Ladder:
    """Working days from one rung to the next, as the trust sets them for a team; each at least 1."""

    team: int = 2
    lead: int = 1
    onboarding_lead: int = 2

    def reached_after(self, rung: int) -> int:
        """Working days after which rung number `rung` (from 0) is reached."""
        return sum((self.team, self.lead, self.onboarding_lead)[: rung + 1])


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the present owner has had something in hand.

    `owner` is any name for a team, empty until there was one. `worked` are the working days before `running_since`,
    which is None while the clock stands still. `climbed` counts the rungs that this owner has been asked on.
    """

    owner: str = ""
    worked: int = 0
    running_since: dt.date | None = None
    hand_overs: int = 0
    climbed: int = 0

    def elapsed(self, today: dt.date, country: Country) -> int:
        """Working days in the owner's hands until today; the first day does not count."""
        if self.running_since is None or today < self.running_since:
            return self.worked
        return self.worked + working_days_between(self.running_since, today, country)

    def with_team(self, owner: str, day: dt.date, country: Country) -> "Clock":
        """A team has it from this day. The same team goes on where it stopped; another one starts anew."""
        if owner == self.owner:
            return self if self.running_since else replace(self, running_since=day)
        return Clock(owner, 0, day, self.hand_overs + bool(self.owner))

    def standing_still(self, day: dt.date, country: Country) -> "Clock":
        """Nobody of a team can act from this day on."""
        return replace(self, worked=self.elapsed(day, country), running_since=None)

    def asked(self) -> "Clock":
        """The next rung has been taken."""
        return replace(self, climbed=min(self.climbed + 1, len(RUNGS)))

    def next_on(self, ladder: Ladder, country: Country) -> dt.date | None:
        """The working day on which the next rung is due; None while the clock stands still, or at the top."""
        if self.running_since is None or self.climbed >= len(RUNGS):
            return None
        left = ladder.reached_after(self.climbed) - self.worked
        if left <= 0:
            return working_day_from(self.running_since, country)
        return add_working_days(self.running_since, left, country)

    def due_on(self, ladder: Ladder, country: Country) -> dt.date | None:
        """The day by which the owner is to have cleared it: that of the first rung. None while it stands still."""
        return replace(self, climbed=0).next_on(ladder, country)

    @property
    def next_rung(self) -> str:
        return RUNGS[self.climbed] if self.climbed < len(RUNGS) else ""


def working_day_from(day: dt.date, country: Country) -> dt.date:
    """The day itself if people work on it, else the next on which they do."""
    return day if is_working_day(day, country) else add_working_days(day, 1, country)


def quiet_until(moment: dt.datetime, country: Country, *, morning: dt.time = MORNING) -> dt.datetime:
    """The moment itself in working hours, else the next working morning there.

    >>> quiet_until(dt.datetime(2026, 8, 7, 21, 0, tzinfo=dt.UTC), "england").isoformat()
    '2026-08-10T08:00:00+01:00'
    """
    here = moment.astimezone(UK)
    day = here.date()
    if is_working_day(day, country):
        if morning <= here.time() < EVENING:
            return moment
        if here.time() < morning:
            return dt.datetime.combine(day, morning, UK)
    return dt.datetime.combine(add_working_days(day, 1, country), morning, UK)
