"""Each person's choice of mails, and who covers for a team: asked, kept, refused in words."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from onboarding.covering import set_cover, standing_in
from onboarding.models import AuditEntry, MailChoices, Notice, Team
from onboarding.models.notices import How, NoticeKind
from onboarding.notices import tell
from onboarding.policies import Refused
from tests.web.staff import Clock, as_user, text_of

FRIDAY_WEEK = dt.date(2026, 8, 14)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def team(world: Any, function: str, org: str = "northgate") -> Team:
    return Team.objects.select_related("covered_by").get(organisation=world.org(org), function=function)


def led(world: Any, function: str) -> Team:
    found = team(world, function)
    found.lead = world.user(function)
    found.save()
    return found


def test_a_team_chooses_about_its_work_and_a_newcomer_about_their_steps(world, client):
    page = text_of(as_user(client, world.user("it")).get("/account/mails/"))
    assert "When something new comes to your team" in page
    assert "When your next step opens" not in page
    page = text_of(as_user(client, world.newcomer(account=True).newcomer.user).get("/account/mails/"))
    assert "When your next step opens" in page
    assert "your team" not in page


def test_a_choice_is_kept_with_an_entry_in_the_trail_and_the_same_again_writes_nothing(world, client):
    as_user(client, world.user("it"))
    for _ in range(2):
        answer = client.post("/account/mails/", {"messages": "daily", "work": "never", "hour": "9"}, follow=True)
        assert "Saved. Your mails come as you chose." in text_of(answer)
    kept = MailChoices.objects.get()
    assert (kept.messages, kept.work, kept.steps, kept.hour) == ("daily", "never", "at_once", 9)
    assert AuditEntry.objects.filter(action="account.mails").count() == 1


def test_a_newcomers_choice_is_in_the_trail_of_where_they_start(world, client):
    as_user(client, world.newcomer(account=True).newcomer.user)
    client.post("/account/mails/", {"messages": "never", "steps": "daily", "hour": "8"})
    assert AuditEntry.objects.get(action="account.mails").organisation == world.northgate


@pytest.mark.parametrize("wrong", [{"hour": "3"}, {"messages": "hourly"}, {"work": ""}, {"hour": ""}])
def test_a_time_at_night_or_a_word_that_is_no_choice_is_refused(world, client, wrong):
    data = {"messages": "daily", "work": "never", "hour": "9"} | wrong
    answer = as_user(client, world.user("it")).post("/account/mails/", data)
    assert answer.status_code == 422
    assert not MailChoices.objects.exists()


def test_telling_goes_by_the_choice(world):
    user, sent = world.user("it"), []

    def told(kind: NoticeKind, key: str | None = None) -> How:
        return tell(
            user.pk, kind, says="x", path="/queue/", at=timezone.now(), at_once=lambda: sent.append(kind), key=key
        )

    assert told(NoticeKind.MESSAGES) == How.AT_ONCE
    assert told(NoticeKind.WORK, "k") == told(NoticeKind.WORK, "k") == How.DAILY
    assert (sent, Notice.objects.count()) == ([NoticeKind.MESSAGES], 1)
    MailChoices.objects.create(user=user, messages=How.NEVER)
    assert told(NoticeKind.MESSAGES) == How.NEVER
    assert (len(sent), Notice.objects.count()) == (1, 1)


# cover


def test_a_teams_lead_says_who_covers_and_until_when(world, client):
    hr, payroll = led(world, "hr"), team(world, "payroll")
    as_user(client, world.user("hr"))
    assert f'href="/account/cover/{hr.pk}/"' in client.get("/account/cover/").content.decode()
    data = {"covered_by": payroll.pk, "until": "2026-08-14"}
    answer = client.post(f"/account/cover/{hr.pk}/", data, follow=True)
    assert "HR: Covered by Payroll until Fri 14 August." in text_of(answer)
    assert AuditEntry.objects.get(action="team.cover").after == {
        "covered_by": payroll.pk,
        "covered_until": "2026-08-14",
    }
    answer = client.post(f"/account/cover/{hr.pk}/", {"covered_by": "", "until": "2026-08-14"}, follow=True)
    assert "HR: Not away." in text_of(answer)


def test_a_member_reads_who_covers_and_only_the_lead_changes_it(world, client):
    it = team(world, "it")
    as_user(client, world.user("it"))
    page = client.get("/account/cover/")
    assert "IT Cover Not away" in text_of(page)
    assert f"/account/cover/{it.pk}/" not in page.content.decode()
    assert client.post(f"/account/cover/{it.pk}/", {"covered_by": ""}).status_code == 403
    assert client.get(f"/account/cover/{team(world, 'it', 'southmere').pk}/").status_code == 404
    as_user(client, world.user("executive"))
    assert client.get("/account/cover/").status_code == 403
    as_user(client, world.user("onboarding_lead"))
    assert client.get(f"/account/cover/{it.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"covered_by": "payroll", "until": ""}, "Choose the last day of cover."),
        ({"covered_by": "payroll", "until": "2026-08-01"}, "from today on"),
        ({"covered_by": "payroll", "until": "2027-08-01"}, "three months"),
        ({"covered_by": "payroll", "until": "soon"}, "Choose one of these days."),
        ({"covered_by": "other", "until": "2026-08-14"}, "one of the teams of this organisation"),
        ({"covered_by": "it", "until": "2026-08-14"}, "IT is away itself"),
    ],
)
def test_cover_that_cannot_be_is_refused_in_words(world, client, data, says):
    hr, it = led(world, "hr"), team(world, "it")
    it.covered_by, it.covered_until = team(world, "library"), FRIDAY_WEEK
    it.save()
    teams = {"payroll": team(world, "payroll"), "it": it, "other": team(world, "it", "southmere")}
    answer = as_user(client, world.user("hr")).post(
        f"/account/cover/{hr.pk}/", data | {"covered_by": teams[data["covered_by"]].pk}
    )
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert team(world, "hr").covered_by is None


def test_who_stands_in_is_the_cover_until_its_last_day(world):
    hr, it = team(world, "hr"), team(world, "it")
    hr.covered_by, hr.covered_until = it, FRIDAY_WEEK
    assert standing_in(hr, FRIDAY_WEEK) == it
    assert standing_in(hr, FRIDAY_WEEK + dt.timedelta(days=1)) == hr


def test_the_service_asks_again_who_may(world):
    with pytest.raises(Refused):
        set_cover(
            team(world, "hr").pk, covered_by=team(world, "it").pk, until=FRIDAY_WEEK, by=world.actor("library"),
            at=timezone.now(), today=dt.date(2026, 8, 5),
        )  # fmt: skip
