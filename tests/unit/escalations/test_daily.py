"""The daily mail: one a person and day, in working hours, of what waits; nothing where nothing does."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from escalations.services import chasing, daily
from onboarding import jobs
from onboarding.models import MailChoices, Membership, Notice, OutboxMail, Team
from onboarding.models.notices import How, NoticeKind
from onboarding.notices import tell
from onboarding.outbox.sending import recipients
from tests.web.stage import Clock, stuck

WEDNESDAY = (2026, 8, 5, 9)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(daily, "_planned", "")
    monkeypatch.setattr(chasing, "_rewound", None)
    return Clock(monkeypatch)


def work(clock: Clock, *when: int) -> list[str]:
    """Who has got a daily mail by then, oldest first."""
    clock.turn_to(*when)
    jobs.run_due(timezone.now())
    return [m.recipient for m in OutboxMail.objects.filter(kind="daily").order_by("pk")]


def test_everybody_of_a_team_with_work_gets_one_mail_a_day_and_nobody_else(world, clock):
    world.newcomer()
    assert work(clock, *WEDNESDAY) == ["hr@northgate.example"]
    assert work(clock, 2026, 8, 5, 11) == ["hr@northgate.example"]
    assert work(clock, 2026, 8, 6, 9) == ["hr@northgate.example"] * 2
    mail = OutboxMail.objects.filter(kind="daily").first()
    assert mail.subject == "Week One today: 1 to do"
    assert "HR at Northgate: 1 to do." in mail.text
    assert mail.html


@pytest.mark.parametrize(
    "when", [(2026, 8, 8, 10), (2026, 8, 9, 10), (2026, 8, 31, 10), (2026, 8, 5, 3), (2026, 8, 5, 20)]
)
def test_nothing_comes_at_a_weekend_on_a_bank_holiday_or_at_night(world, clock, when):
    world.newcomer()
    assert work(clock, *when) == []


def test_it_comes_at_the_hour_that_was_chosen_also_when_the_worker_was_away_then(world, clock):
    world.newcomer()
    MailChoices.objects.create(user=world.user("hr"), hour=14)
    assert work(clock, 2026, 8, 5, 12) == []
    assert work(clock, 2026, 8, 5, 15) == ["hr@northgate.example"]


def test_what_is_due_and_late_is_said_and_the_late_come_first(world, clock):
    amara = world.newcomer(account=True)
    for symptom in ("wrong_role", "name_misspelt"):
        stuck(amara, "hr_record", symptom, by=world.newcomer_actor(amara), reason=symptom)
    work(clock, 2026, 8, 7, 9)
    assert "HR at Northgate: 1 to do, 2 due today." in OutboxMail.objects.get(kind="daily").text
    work(clock, 2026, 8, 10, 9)
    mail = OutboxMail.objects.filter(kind="daily").last()
    assert (mail.subject, "2 late" in mail.text) == ("Week One today: 1 to do, 2 late", True)


def test_a_cover_gets_what_it_covers(world, clock):
    world.newcomer()
    hr, it = (Team.objects.get(organisation=world.northgate, function=f) for f in ("hr", "it"))
    hr.covered_by, hr.covered_until = it, dt.date(2026, 8, 14)
    hr.save()
    work(clock, *WEDNESDAY)
    mail = OutboxMail.objects.get(kind="daily", recipient="it@northgate.example")
    assert "HR at Northgate, which you cover: 1 to do." in mail.text


def test_lines_kept_for_it_go_once_and_to_whoever_they_are_for(world, clock):
    user = world.newcomer(account=True).newcomer.user
    Membership.objects.filter(role="hr").delete()
    MailChoices.objects.create(user=user, messages=How.DAILY)
    tell(user.pk, NoticeKind.MESSAGES, says="HR wrote to you.", path="/x/", at=timezone.now(), at_once=print)
    assert work(clock, *WEDNESDAY) == [user.email]
    assert "HR wrote to you." in OutboxMail.objects.get(kind="daily").text
    assert work(clock, 2026, 8, 6, 9) == [user.email]
    assert Notice.objects.get().mailed_at


def test_whoever_wants_no_daily_mail_of_work_gets_none(world, clock):
    world.newcomer()
    MailChoices.objects.create(user=world.user("hr"), work=How.NEVER)
    assert work(clock, *WEDNESDAY) == []


def test_whoever_wants_work_at_once_hears_of_a_new_blocker_once(world, clock):
    MailChoices.objects.create(user=world.user("hr"), work=How.AT_ONCE)
    amara = world.newcomer(account=True)
    stuck(amara, "hr_record", "wrong_role", by=world.newcomer_actor(amara))
    mail = OutboxMail.objects.get(kind="new_work")
    assert mail.recipient == recipients["new_work"](mail) == "hr@northgate.example"
    assert work(clock, *WEDNESDAY) == []
    Membership.objects.filter(role="hr").delete()
    assert recipients["new_work"](mail) == ""


def test_a_closed_account_gets_nothing_and_a_new_address_gets_it(world, clock):
    world.newcomer()
    work(clock, *WEDNESDAY)
    mail, user = OutboxMail.objects.get(kind="daily"), world.user("hr")
    user.email = "new@northgate.example"
    user.save()
    assert recipients["daily"](mail) == "new@northgate.example"
    user.is_active = False
    user.save()
    assert recipients["daily"](mail) == ""


def test_many_people_cost_no_query_more_but_for_their_own_mail(world, clock, count_queries):
    def cost(day: int, newcomers: int) -> tuple[int, int]:
        for _ in range(newcomers):
            world.newcomer()
        clock.turn_to(2026, 8, day, 9)
        before = OutboxMail.objects.count()
        with count_queries() as asked:
            daily.send_all(None, timezone.now())
        return len(asked), OutboxMail.objects.count() - before

    (few, one), (many, other) = cost(5, 1), cost(6, 12)
    assert (few, one) == (many, other)


def test_any_text_is_safe_in_the_mail(world: Any, clock: Clock) -> None:
    user = world.user("it")
    says = "<script>alert(1)</script>"
    Notice.objects.create(user=user, kind=NoticeKind.WORK, says=says, path="/queue/", at=timezone.now())
    work(clock, *WEDNESDAY)
    assert "<script>" not in OutboxMail.objects.get(kind="daily", recipient=user.email).html
