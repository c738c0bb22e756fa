"""Where something is stuck, everybody reads when its owner is asked again, and the staff how often it was."""

import pytest
from django.utils import timezone

from escalations.models import Escalation
from tests.web.stage import Clock, stuck, text_of


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world):
    one = world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")
    stuck(one, "hr_record", "wrong_role", by=world.newcomer_actor(one))
    return one


def test_the_newcomer_reads_when_their_team_is_asked_again(amara, client):
    client.force_login(amara.newcomer.user)
    for path in ("/me/", "/me/steps/hr_record/"):
        assert "HR knows since 10am today. We chase them on Fri 7 August." in text_of(client.get(path))


def test_nothing_is_said_of_a_chase_while_the_clock_stands_still(amara, client):
    Escalation.objects.update(next_chase_at=None, clock_from=None, asked="more", asked_at=timezone.now())
    client.force_login(amara.newcomer.user)
    assert "We chase them" not in text_of(client.get("/me/"))


def test_staff_read_how_often_it_was_chased(amara, world, client):
    Escalation.objects.update(chases=2)
    client.force_login(world.user("hr"))
    text = text_of(client.get(f"/newcomers/{amara.ref}/"))
    assert "Yours since 10am today, chased twice." in text
    client.force_login(world.user("onboarding_lead"))
    assert "With HR since 10am today, chased twice." in text_of(client.get(f"/newcomers/{amara.ref}/"))


def test_a_page_costs_one_query_more_only_where_something_is_stuck(amara, world, client, count_queries):
    other = world.newcomer(account=True)
    costs = []
    for one in (other, amara):
        client.force_login(one.newcomer.user)
        with count_queries() as asked:
            client.get("/me/")
        costs.append(len(asked))
    assert costs == [8, 9]
