"""A team's own days until it, its lead and the onboarding lead are asked: read, set, refused, and then gone by."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from escalations.models import Escalation
from escalations.services.chasing import rewind
from onboarding import chase_days
from onboarding.models import AuditEntry, Job, Team
from onboarding.policies import Refused
from tests.web.staff import Clock, as_user, text_of
from tests.web.stage import stuck

DAYS = {"chase_after": "3", "chase_lead_after": "2", "chase_onboarding_lead_after": "4"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def team(world: Any, function: str, org: str = "northgate") -> Team:
    return Team.objects.get(organisation=world.org(org), function=function)


@pytest.fixture
def hr(world) -> Team:
    found = team(world, "hr")
    found.lead = world.user("hr")
    found.save()
    return found


def test_a_teams_lead_sets_its_days_with_one_entry_in_the_trail_and_the_same_again_writes_nothing(world, client, hr):
    as_user(client, world.user("hr"))
    page = client.get("/account/cover/")
    assert "Asked after 2 working days, its lead 1 later, the onboarding lead 2 after that." in text_of(page)
    assert f'href="/account/cover/{hr.pk}/chases/"' in page.content.decode()
    for _ in range(2):
        answer = client.post(f"/account/cover/{hr.pk}/chases/", DAYS, follow=True)
        said = "HR: Asked after 3 working days, its lead 2 later, the onboarding lead 4 after that."
        assert said in text_of(answer)
    entry = AuditEntry.objects.get(action="team.chase_days")
    assert (entry.before["chase_after"], entry.after["chase_after"]) == (2, 3)


def test_what_is_open_goes_by_the_new_days_from_the_next_morning(world, clock, hr):
    amara = world.newcomer(account=True)
    reference = stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara))
    assert Escalation.objects.get(reference=reference).due_on == dt.date(2026, 8, 7)
    chase_days.set_days(
        hr.pk, days={name: int(n) for name, n in DAYS.items()}, by=world.actor("hr"), at=timezone.now()
    )
    rewind(Job(), timezone.now())
    assert Escalation.objects.get(reference=reference).due_on == dt.date(2026, 8, 10)


def test_a_member_reads_the_days_and_does_not_set_them(world, client):
    it = team(world, "it")
    as_user(client, world.user("it"))
    assert "chases/" not in client.get("/account/cover/").content.decode()
    assert client.post(f"/account/cover/{it.pk}/chases/", DAYS).status_code == 403
    assert client.get(f"/account/cover/{team(world, 'it', 'southmere').pk}/chases/").status_code == 404
    with pytest.raises(Refused):
        chase_days.set_days(it.pk, days=chase_days.days_of(it), by=world.actor("it"), at=timezone.now())


@pytest.mark.parametrize("wrong", ["0", "-1", "21", "", "soon", "2.5", "1e3", "99999999999999999999"])
def test_what_is_no_number_of_days_is_refused_with_the_text_kept(world, client, hr, wrong):
    answer = as_user(client, world.user("hr")).post(f"/account/cover/{hr.pk}/chases/", DAYS | {"chase_after": wrong})
    assert answer.status_code == 422
    assert "Write a whole number from 1 to 20." in text_of(answer)
    assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert team(world, "hr").chase_after == 2
