"""Where the days went, in a browser: at a desk and on a phone, without script, and with a period that is none."""

import datetime as dt
from typing import Any

from steps.services.forecasting import foresee
from steps.services.looking_back import look_back
from tests.factories import World
from tests.web.stage import finished

DAY = dt.timedelta(days=1)


def test_the_page_is_sound_for_those_who_read_it(world: World, person: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    for number in range(6):
        one = world.newcomer(account=True, start_date=now.date(), arrived_at=now - 20 * DAY)
        finished(world, one, "hr_record", *(("identity",) if number < 5 else ()))
    look_back(now + dt.timedelta(minutes=1))
    foresee(now)

    eve = person()
    eve.sign_in("executive@northgate.example")
    eve.open("/readiness/")
    eve.finds_the_page_sound()
    eve.page.get_by_role("link", name="Where the days went").click()
    assert eve.h1.startswith("Where the days went, ")
    assert "Most of the teams' time went into Staff record with HR at Northgate" in eve.text
    eve.page.get_by_text("Time each step took, as a table").click()
    assert eve.page.get_by_role("table", name="Time each step took").is_visible()
    assert eve.page.get_by_role("img", name="How many newcomers wait at each step now.").count() == 1
    eve.finds_the_page_sound()

    maya = person(phone=True, script=False)
    maya.sign_in("manager@northgate.example")
    maya.expected = {422}
    maya.open("/readiness/days/?first=2026-01-31&last=2026-01-01")
    assert "The period is the wrong way round: it ends before it begins." in maya.text
    maya.open("/readiness/days/")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert maya.page.evaluate(wide) <= 0
    assert "How it is counted" in maya.text
