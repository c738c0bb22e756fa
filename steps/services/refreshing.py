"""When waits and forecasts are worked out: by a job every hour of the working day, from 6am on."""

import datetime as dt

from onboarding import jobs
from onboarding.models import Job
from onboarding.wording import UK
from steps.services.forecasting import foresee
from steps.services.looking_back import look_back

FORECAST = "forecast"
HOURS = range(6, 20)  # 6am for the morning's report, then hourly while people work

_planned = ""


def plan(now: dt.datetime) -> None:
    """Adds this hour's job. No query once it is added."""
    global _planned
    here = now.astimezone(UK)
    hour = f"forecast:{here:%Y%m%d%H}"
    if here.hour in HOURS and _planned != hour:
        jobs.enqueue(FORECAST, {}, at=now, key=hour)
        _planned = hour


def work(job: Job, now: dt.datetime) -> None:
    """Runs for minutes at a changeover, so it says that it is alive; another worker that has it ends it."""

    def alive() -> bool:
        return jobs.renew(job, dt.datetime.now(dt.UTC))

    look_back(now, alive=alive)
    foresee(now, alive=alive)
