"""The clocks that bite, on the pages of those whom they concern and in mails that go once."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onboarding import jobs
from onboarding.models import Job, OutboxMail, Placement, Team
from onboarding.outbox import sending
from steps.models import ShareCode, StartMove, SystemAccount
from steps.services import clocks
from steps.services.placements import correct_details
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, text_of

JULY_20 = {"since_day": "20", "since_month": "7", "since_year": "2026"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara")


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def reads(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return text_of(answer)


def test_it_enters_a_pending_account_and_everybody_whom_it_concerns_sees_it(client, world, amara):
    finished(world, amara, "hr_record", "identity")
    it = as_(client, world.user("it"))
    step = f"/newcomers/{amara.ref}/steps/work_email/"
    assert "Enter how the mail account stands" in reads(it, step)
    assert it.post(f"/newcomers/{amara.ref}/mail-account/", {"status": "pending", **JULY_20}).status_code == 302
    assert "Pending over a day The mail account has been pending since Mon 20 July" in reads(it, step)
    assert "Pending over a day" in reads(it, "/queue/")
    assert "Dates that bite Pending over a day" in reads(it, f"/newcomers/{amara.ref}/")
    assert "Pending over a day" not in reads(as_(client, world.user("library")), f"/newcomers/{amara.ref}/")
    newcomer = as_(client, amara.newcomer.user)
    for address in ("/me/", "/me/steps/work_email/"):
        assert "Your mail account has been pending since Mon 20 July" in reads(newcomer, address)


def test_a_leaver_mark_counts_down(client, world, amara):
    finished(world, amara, "hr_record", "identity")
    it = as_(client, world.user("it"))
    it.post(f"/newcomers/{amara.ref}/mail-account/", {"status": "leaver", **JULY_20})
    assert "14 days left, until Wed 19 August, to mark it as joiner here." in reads(it, f"/newcomers/{amara.ref}/")
    assert SystemAccount.objects.get().leaver_on == dt.date(2026, 7, 20)
    it.post(f"/newcomers/{amara.ref}/mail-account/", {"status": "active", **JULY_20})
    assert "Leaver" not in reads(it, f"/newcomers/{amara.ref}/")


@pytest.mark.parametrize("who", ["newcomer", "hr"])
def test_a_share_code_is_entered_by_its_day_and_the_code_itself_nowhere(client, world, amara, who):
    made = {"made_on_day": "1", "made_on_month": "6", "made_on_year": "2026"}
    user, address = amara.newcomer.user, "/me/share-code/"
    if who == "hr":
        user, address = world.user("hr"), f"/newcomers/{amara.ref}/share-code/"
    assert as_(client, user).post(address, made).status_code == 302
    assert "Your share code of Mon 1 June holds until Sun 30 August: 25 days left." in reads(
        as_(client, amara.newcomer.user), "/me/"
    )
    assert "Share code: 25 days left" in reads(as_(client, world.user("hr")), f"/newcomers/{amara.ref}/")
    assert "hare code" not in reads(as_(client, world.user("library")), f"/newcomers/{amara.ref}/")
    finished(world, amara, "hr_record", "identity")
    assert "share code of" not in reads(as_(client, amara.newcomer.user), "/me/")


@pytest.mark.parametrize(("day", "says"), [("31", "there is no such day"), ("30", "That day is in the future.")])
def test_a_day_that_cannot_be_is_refused_in_words(client, amara, day, says):
    made = {"made_on_day": day, "made_on_month": "9", "made_on_year": "2026"}
    answer = as_(client, amara.newcomer.user).post("/me/share-code/", made)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not ShareCode.objects.exists()


def test_nobody_else_enters_the_dates(client, world, amara):
    for role, page in (("it", "share-code"), ("hr", "mail-account")):
        assert as_(client, world.user(role)).post(f"/newcomers/{amara.ref}/{page}/", {}).status_code == 403


# a start that moves


def moved(world: Any, placement: Placement, day: dt.date, role: str = "onboarding_lead") -> None:
    by = world.actor("hr") if role == "hr" else world.actor(role)
    correct_details(placement.ref, changes={"start_date": day}, by=by, at=timezone.now())


def test_a_start_that_moves_counts_week_1_anew_and_warns_whoever_acted_on_the_old_one(client, world, amara):
    finished(world, amara, "hr_record", "identity", "work_email")
    moved(world, amara, dt.date(2026, 8, 10), "hr")
    amara.chain.refresh_from_db()
    assert amara.chain.week_one_by == dt.date(2026, 8, 14)
    assert StartMove.objects.get().acted == ["hr_record", "identity", "work_email"]
    mail = OutboxMail.objects.get(kind="start_moved")
    assert mail.recipient == "it@northgate.example", "HR moved it, and IT is told"
    assert "from Mon 3 August to Mon 10 August. You had acted on the old date: Work email." in mail.text
    assert "Amara" not in mail.text + mail.subject
    says = "The start moved from Mon 3 August to Mon 10 August after this was done. Does it still fit?"
    assert says in reads(as_(client, world.user("it")), f"/newcomers/{amara.ref}/steps/work_email/")
    assert "Your start moved from Mon 3 August to Mon 10 August" in reads(as_(client, amara.newcomer.user), "/me/")
    assert sending.recipients["start_moved"](mail) == "it@northgate.example"
    moved(world, amara, dt.date(2026, 8, 3), "hr")
    assert sending.recipients["start_moved"](mail) == "", "it came back before the mail had left"
    assert says not in reads(as_(client, world.user("it")), f"/newcomers/{amara.ref}/steps/work_email/")


def test_a_start_that_moves_before_anybody_acted_warns_nobody(world, amara):
    moved(world, amara, dt.date(2026, 8, 10), "hr")
    assert StartMove.objects.get().acted == []
    assert not OutboxMail.objects.filter(kind="start_moved").exists()


# mails


def run(clock: Clock) -> None:
    clocks._planned = ""
    clocks.plan(timezone.now())
    for job in Job.objects.filter(kind=clocks.WARN, done_at=None):
        jobs.workers[clocks.WARN](job, timezone.now())


def test_what_bites_is_mailed_once_to_the_team_and_to_the_newcomer_where_it_is_theirs(world, amara, clock):
    finished(world, amara, "hr_record", "identity", "work_email")
    SystemAccount.objects.create(
        placement=amara, system="work_email", status="active", since=dt.date(2026, 6, 1),
        last_used_on=dt.date(2026, 7, 1), as_of=timezone.now(),
    )  # fmt: skip
    clock.turn_to(2026, 8, 5, 9)
    run(clock)
    mails = OutboxMail.objects.filter(kind__startswith="clock_")
    assert {m.recipient for m in mails} == {"it@northgate.example", amara.newcomer.user.email}
    assert not [m for m in mails if "Amara" in m.text + m.subject]
    clock.turn_to(2026, 8, 6, 9)
    run(clock)
    assert mails.count() == 2
    for mail in mails.all():
        assert sending.recipients[mail.kind](mail) == mail.recipient
    Team.objects.filter(function="it").update(mailbox="new@northgate.example")
    assert sending.recipients["clock_team"](mails.get(kind="clock_team")) == "new@northgate.example"


def test_a_share_code_with_weeks_to_go_is_mailed_to_nobody(world, amara, clock):
    clocks.enter_share_code(amara.ref, made_on=dt.date(2026, 7, 1), by=world.actor("hr"), at=timezone.now())
    run(clock)
    assert not OutboxMail.objects.filter(kind__startswith="clock_").exists()


def test_a_share_code_that_ran_out_is_mailed_to_the_newcomer_and_to_hr_and_never_to_it(world, amara, clock):
    clocks.enter_share_code(amara.ref, made_on=dt.date(2026, 5, 1), by=world.actor("hr"), at=timezone.now())
    run(clock)
    mails = OutboxMail.objects.filter(kind__startswith="clock_")
    assert {m.recipient for m in mails} == {"hr@northgate.example", amara.newcomer.user.email}


@pytest.mark.parametrize("role", ["it", "hr"])
def test_a_queue_costs_no_query_more_for_many_dates_than_for_one(client, world, amara, count_queries, role):
    people = [amara, *(world.newcomer(newcomer__given_name=f"P{n}") for n in range(4))]
    costs = []
    for some in (people[:1], people[1:]):
        for one in some:
            clocks.enter_share_code(one.ref, made_on=dt.date(2026, 5, 1), by=world.actor("hr"), at=timezone.now())
            clocks.enter_mail_account(
                one.ref, status="pending", since=dt.date(2026, 7, 1), by=world.actor("it"), at=timezone.now()
            )
        as_(client, world.user(role))
        with count_queries() as asked:
            reads(client, "/queue/")
        costs.append(len(asked))
    assert len(set(costs)) == 1
