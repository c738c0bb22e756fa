"""A team's queue: what it holds, in which order and why, what opens for whom, and what nobody else reads there."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from escalations.selectors import queues
from onboarding.models import Membership, Placement, Team
from onboarding.sign_in import actor_of
from steps.selectors.placements import queue_rows
from steps.services import verbs
from steps.services.verifying import differences
from tests.crowd import crowd
from tests.factories import UserFactory
from tests.web.stage import Clock, finished, row_of, stuck, text_of


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def queue(client: Client, world: Any) -> Any:
    """`queue("it")` is what Northgate's IT reads in its queue; `queue("hr", "lead", show="stuck")`."""

    def read(role: str, org: str = "northgate", status: int = 200, **query: str) -> Any:
        client.force_login(world.user(role, org))
        answer = client.get("/queue/", query)
        assert answer.status_code == status
        return answer

    return read


def named(world: Any, name: str, **fields: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name=name, newcomer__family_name="", **fields)


def items(answer: Any) -> list[str]:
    """The headings of the items, in order: "Work email: Amara"."""
    body = answer.content.decode()
    return [" ".join(text.split()) for text in re.findall(r"<h3[^>]*><a [^>]*>(.*?)</a>", body)]


# what it holds


def test_each_team_has_its_own_steps_and_the_count_stands_in_the_heading(world, queue):
    amara, bela = named(world, "Amara"), named(world, "Bela")
    finished(world, amara, "hr_record", "identity")
    assert items(queue("hr")) == ["Staff record: Bela"]
    assert "HR at Northgate: 1 to do" in text_of(queue("hr"))
    assert items(queue("it")) == ["Work email: Amara"]
    assert items(queue("library")) == ["OpenAthens: Amara"]
    assert bela.pk


def test_hrs_identity_check_puts_exactly_the_newcomers_whose_work_email_it_opens_in_its_queue(world, queue, client):
    chosen, also, waits = named(world, "Amara"), named(world, "Bela"), named(world, "Chidi")
    elsewhere = named(world, "Dara", mail_system="none")
    for placement in (chosen, also, elsewhere):
        finished(world, placement, "hr_record")
    assert items(queue("it")) == []
    finished(world, chosen, "identity")
    assert items(queue("it")) == ["Work email: Amara"]
    finished(world, also, "identity")
    finished(world, elsewhere, "identity")
    assert items(queue("it")) == ["Work email: Amara", "Work email: Bela"]
    assert row_of(waits, "work_email").state == "locked"
    assert items(queue("it", "southmere")) == []


def test_what_is_with_the_newcomer_is_in_no_teams_queue(world, queue):
    amara = named(world, "Amara")
    finished(world, amara, "hr_record", "identity", issued_only="work_email")
    assert items(queue("it")) == []
    reference = stuck(amara, "work_email", "account_does_not_exist", by=world.newcomer_actor(amara))
    assert items(queue("it")) == ["Work email: Amara"]
    assert reference in queue("it").content.decode()


def test_an_upgrade_is_the_newcomers_and_a_recheck_is_the_teams(world, queue):
    amara = named(world, "Amara")
    finished(world, amara, "elfh", "hr_record", "identity", "work_email")
    assert row_of(amara, "elfh").upgrade
    verbs.correct(
        amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), fields=["name"], reason="A letter."
    )  # fmt: skip
    text = text_of(queue("it"))
    assert "Work email: Amara Check again" in text
    assert "e-LfH" not in text


def test_a_blocker_that_waits_for_another_step_is_nobodys_yet(world, queue):
    amara = named(world, "Amara")
    stuck(amara, "esr_access", "no_esr_username", by=world.newcomer_actor(amara))
    assert row_of(amara, "esr_access").parked
    assert items(queue("hr")) == ["Staff record: Amara"]


def test_what_works_before_its_owner_said_so_is_there_to_confirm(world, queue):
    amara = named(world, "Amara")
    verbs.say_works(amara.ref, "esr_access", by=world.newcomer_actor(amara), at=timezone.now())
    assert row_of(amara, "esr_access").state == "locked"
    answer = queue("hr", show="confirm")
    assert items(answer) == ["ESR: Amara"]
    assert "Amara says it works" in text_of(answer)
    assert "Confirm ESR for Amara" in text_of(answer)


def test_somebody_who_withdrew_is_in_no_queue(world, queue):
    amara = named(world, "Amara")
    Placement.objects.filter(pk=amara.pk).update(status="withdrawn", status_reason="They told us.")
    assert items(queue("hr")) == []


# the order


def test_started_week_1_first_then_starting_soon_then_the_rest_by_what_they_hold(world, queue):
    late = named(world, "Late", start_date=dt.date(2026, 9, 7))
    soon = named(world, "Soon", start_date=dt.date(2026, 8, 12))
    named(world, "Here", start_date=dt.date(2026, 8, 3))
    light = named(world, "Light", start_date=dt.date(2026, 8, 3))
    finished(world, light, "hr_record")
    answer = queue("hr")
    assert items(answer) == ["Staff record: Here", "Identity: Light", "Staff record: Soon", "Staff record: Late"]
    text = text_of(answer)
    order = [text.rindex(words) for words in ("Started, and part", "Starts within 5 working days", "Everything else")]
    assert order == sorted(order)
    assert "Started Mon 3 August." in text
    assert "Starts Wed 12 August, in 5 working days." in text
    assert late.pk
    assert soon.pk


def test_five_working_days_are_counted_by_the_hosts_country(world, queue, clock):
    clock.turn_to(2026, 8, 27, 9)
    named(world, "Bank", start_date=dt.date(2026, 9, 4))
    assert "Starts within 5 working days" in text_of(queue("hr"))
    named(world, "After", start_date=dt.date(2026, 9, 7))
    assert items(queue("hr", starts="soon")) == ["Staff record: Bank"]


def test_of_equals_the_oldest_comes_first(world, queue):
    named(world, "Newer", arrived_at=dt.datetime(2026, 7, 22, 9, tzinfo=dt.UTC))
    named(world, "Older", arrived_at=dt.datetime(2026, 7, 21, 9, tzinfo=dt.UTC))
    assert items(queue("hr")) == ["Staff record: Older", "Staff record: Newer"]
    assert "since Tue 21 July (11 working days)" in text_of(queue("hr"))


def test_the_first_item_says_what_it_opens(world, queue):
    named(world, "Amara")
    assert "Clearing the first opens 5 steps for Amara." in text_of(queue("hr"))


def test_the_same_cause_for_several_people_is_counted_and_can_be_looked_at_alone(world, queue):
    people = [named(world, f"Person{n}") for n in range(3)]
    for placement in people:
        finished(world, placement, "hr_record", "identity")
        stuck(placement, "work_email", "pending_over_a_day", by=world.newcomer_actor(placement))
    finished(world, named(world, "Other"), "hr_record", "identity")
    text = text_of(queue("it"))
    assert "Work email: My account has been Pending for more than a day : 3 people, 6 steps behind them" in text
    assert "Clearing the first opens 6 steps for 3 people." in text
    assert "IT at Northgate: 4 to do" in text
    assert len(items(queue("it", cause="pending_over_a_day"))) == 3
    assert items(queue("it", cause="no_such_cause")) == []


def test_filters_narrow_and_a_value_that_is_none_of_ours_shows_everything(world, queue):
    here, later = named(world, "Here"), named(world, "Later", start_date=dt.date(2026, 9, 7))
    stuck(later, "hr_record", "wrong_role", by=world.newcomer_actor(later))
    assert items(queue("hr", show="stuck")) == ["Staff record: Later"]
    assert items(queue("hr", starts="started")) == ["Staff record: Here"]
    assert items(queue("hr", show="stuck", starts="started")) == []
    assert "Nothing here fits what you chose." in text_of(queue("hr", show="stuck", starts="started"))
    assert len(items(queue("hr", show="nonsense", starts="' or 1=1", cause=""))) == 2
    assert here.pk


def test_payroll_has_what_is_not_due_apart_and_uncounted(world, queue, clock):
    amara = named(world, "Amara")
    finished(world, amara, "hr_record", "identity", "work_email", "esr_access")
    text = text_of(queue("payroll"))
    assert "Payroll at Northgate: 0 to do" in text
    assert "Not due yet First payslip: Amara" in text
    assert "Due from Tue 25 August" in text
    assert "Clearing the first" not in text
    clock.turn_to(2026, 8, 25, 9)
    text = text_of(queue("payroll"))
    assert "Payroll at Northgate: 1 to do" in text
    assert "Not due yet" not in text


# nothing to do


def test_an_empty_queue_says_who_comes_next_and_what_comes_first(world, queue):
    named(world, "Amara"), named(world, "Bela")
    text = text_of(queue("it"))
    assert "IT at Northgate: 0 to do Nothing waits for you." in text
    assert "Next Staff record comes first, with HR: 2 people" in text


def test_a_queue_without_anybody_to_come_says_so(world, queue):
    assert "Nothing waits for you." in text_of(queue("it"))


# whose queue


def test_a_lead_employers_trainee_is_with_its_hr_and_the_hosts_hr_reads_nothing(world, queue):
    trainee = named(world, "Tess", employer=world.lead, host=world.northgate)
    assert items(queue("hr", "lead")) == ["Staff record: Tess"]
    assert "Started Mon 3 August at Northgate." in text_of(queue("hr", "lead"))
    assert items(queue("hr")) == []
    finished(world, trainee, "hr_record", "identity")
    assert items(queue("it")) == ["Work email: Tess"]
    assert items(queue("it", "lead")) == []


def test_no_queue_ever_holds_a_date_of_birth(world, queue, count_queries):
    amara = named(world, "Amara", newcomer__date_of_birth=dt.date(1994, 7, 3))
    finished(world, amara, "hr_record")
    with count_queries() as asked:
        body = queue("library").content.decode()
    assert "OpenAthens: Amara" in body
    assert not re.search(r"1994|3 July", body)
    assert not [sql for sql in asked if '."date_of_birth"' in sql]


def test_a_manager_has_the_steps_of_their_own_people_only(world, queue):
    mine = named(world, "Mine", needs_smartcard=True)
    theirs = named(world, "Theirs", needs_smartcard=True, manager=None)
    for placement in (mine, theirs):
        finished(world, placement, "hr_record", "identity")
        stuck(
            placement,
            "smartcard",
            "role_not_sponsored",
            by=world.newcomer_actor(placement),
            owner="manager",
            side="host",
        )
    assert items(queue("manager")) == ["Smartcard: Mine"]


def test_cover_for_another_team_has_its_own_queue_and_says_until_when(world, queue, client):
    hr, payroll = (Team.objects.get(organisation=world.northgate, function=f) for f in ("hr", "payroll"))
    payroll.covered_by, payroll.covered_until = hr, dt.date(2026, 8, 14)
    payroll.save()
    text = text_of(queue("hr"))
    assert "HR at Northgate Payroll at Northgate" in text
    text = text_of(queue("hr", team="payroll-ZN1"))
    assert "Payroll at Northgate: 0 to do You cover payroll until Fri 14 August." in text


def test_the_onboarding_lead_may_look_into_every_teams_queue_of_the_organisation(world, queue):
    named(world, "Amara")
    assert items(queue("onboarding_lead", team="hr-ZN1")) == ["Staff record: Amara"]
    queue("onboarding_lead", team="hr-ZS1", status=404)


def test_somebody_in_two_teams_has_a_link_to_each(world, client):
    user = UserFactory()
    for role in ("it", "library"):
        Membership.objects.create(user=user, organisation=world.northgate, role=role)
    client.force_login(user)
    assert "IT at Northgate" in text_of(client.get("/queue/"))
    assert "Library at Northgate: 0 to do" in text_of(client.get("/queue/?team=library-ZN1"))


@pytest.mark.parametrize("team", ["it-ZS1", "hr-ZL1", "payroll-ZN1", "nonsense", "it"])
def test_another_teams_queue_does_not_exist(queue, team):
    queue("it", team=team, status=404)


def test_newcomers_and_executives_have_no_queue(world, queue, client):
    queue("executive", status=403)
    client.force_login(named(world, "Amara").newcomer.user)
    assert client.get("/queue/").status_code == 403


# how much it costs


def many(world: Any, count: int) -> None:
    """So many newcomers whose staff record HR has to make."""
    crowd(named(world, "Copied"), count - 1, days=1)


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_the_queue_costs_seven_queries_at_any_size(world, client, count_queries, count):
    """Session, user, rows, strips, pathways, starts that moved, and what documents say of the records that wait."""
    many(world, count)
    client.force_login(world.user("hr"))
    with count_queries() as asked:
        answer = client.get("/queue/")
    assert len(asked) == 7
    assert f"HR at Northgate: {count:,} to do" in text_of(answer)
    assert len(items(answer)) == min(count, 25)


def test_pages_follow_one_another_and_none_is_behind_the_last(world, queue):
    many(world, 30)
    first, second = queue("hr"), queue("hr", page="2")
    assert "Next page" in text_of(first)
    assert len(items(first)) == 25
    assert len(items(second)) == 5
    assert not set(items(first)) & set(items(second))
    assert "30 to do" in text_of(second)
    queue("hr", page="3", status=404)
    assert len(items(queue("hr", page="x"))) == 25


def test_the_actor_of_a_request_is_read_afresh(world, queue):
    named(world, "Amara")
    queue("it")
    Membership.objects.filter(user=world.user("it")).delete()
    queue("it", status=403)
    assert not actor_of(world.user("it")).grants


@pytest.mark.parametrize("role", ["hr", "it", "library", "manager"])
def test_the_queues_own_statement_finds_what_the_selector_of_the_steps_finds(world, role):
    """The one is text for its speed; the other is the rule."""
    for n in range(3):
        one = named(world, f"Person{n}", needs_smartcard=True, manager=world.user("manager") if n else None)
        finished(world, one, *["hr_record", "identity", "work_email"][: n + 1])
    amara = named(world, "Amara")
    verbs.say_works(amara.ref, "work_email", by=world.newcomer_actor(amara), at=timezone.now())
    actor = world.actor(role)
    (team,) = queues.teams_of(actor)
    found = queues.queue_page(actor, team, today=dt.date(2026, 8, 5))
    rule = queue_rows(actor, function=team.function, organisation_id=team.organisation_id)
    assert {row.pk for row in found.rows} == set(rule.values_list("pk", flat=True))
