"""What the try-out's trusts have set up their own way: a day off, hours, words and links, and who does a step."""

import datetime as dt

from onboarding.actors import system
from onboarding.models import Job, Organisation, Team
from onboarding.setting_up import change_team
from onboarding.working_days import add_working_days
from steps.services import owning
from steps.services.closing import set_closed_days
from steps.services.guiding import set_guidance

DAY_OFF = 12  # working days from now, when it is first made: after everybody's first week


def set_ways(now: dt.datetime) -> None:
    """Safe to repeat: what stands is left alone."""
    by = system("demo")
    northgate = Organisation.objects.get(ods_code="ZN1")
    southmere = Organisation.objects.get(ods_code="ZS1")
    if not northgate.closed_days:
        day = add_working_days(now.date(), DAY_OFF, northgate.country)
        set_closed_days(northgate.pk, [day], by=by, at=now)
    set_guidance(
        northgate.pk, "work_email", text="The IT desk is in Block C, next to the canteen. Bring your badge.",
        links=[("IT at Northgate", "https://it.northgate.example/new-starters")], replaces=False, by=by, at=now,
    )  # fmt: skip
    if Team.objects.filter(organisation=northgate, function="it", opens=None).exists():
        hours = {"opens": dt.time(8), "closes": dt.time(16)}
        change_team(organisation_id=northgate.pk, function="it", wanted=hours, by=by, at=now)
    if not southmere.step_owners:
        owning.set_owner(southmere.pk, "openathens", ("learning", "host"), by=by, at=now)
    for job in Job.objects.filter(kind=owning.KIND, done_at=None):  # nobody works in the background of a try-out
        owning.work(job, now)
        Job.objects.filter(pk=job.pk).update(done_at=now)
