"""What hurts many at once and what two people must not both do: one cause cleared for all, and claims."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from escalations.models import Escalation
from onboarding.models import OutboxMail, Placement
from steps.services import verbs
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, stuck, text_of

PENDING = "/queue/clear/?team=it-ZN1&step=work_email&cause=pending_over_a_day"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


def pending(world: Any, count: int) -> list[tuple[Placement, str]]:
    """So many people whose account is pending, with IT."""
    found = []
    for n in range(count):
        one = world.newcomer(account=True, newcomer__given_name=f"Person{n}", newcomer__family_name="")
        finished(world, one, "hr_record", "identity", issued_only="work_email")
        found.append((one, stuck(one, "work_email", "pending_over_a_day", by=world.newcomer_actor(one))))
    return found


@pytest.fixture
def it(client: Client, world: Any) -> Client:
    client.force_login(world.user("it"))
    return client


def press(it: Client, people: list[tuple[Placement, str]], reason: str = "The sync runs again.", **more: str) -> Any:
    said = {"reason": reason, "people": [ref for _, ref in people], "press": "p", **more}
    return it.post(PENDING, said, follow=True)


def test_the_queue_offers_to_clear_the_same_cause_for_all(world, it):
    pending(world, 3)
    page = it.get("/queue/")
    assert "3 people, 6 steps behind them. Clear for 3" in text_of(page)
    assert PENDING.replace("&", "&amp;") in page.content.decode()


def test_one_note_clears_it_for_everybody_ticked_and_each_reads_it(world, it):
    people = pending(world, 3)
    page = text_of(it.get(PENDING))
    assert "Clear for 3 people" in page
    assert "Person0, started Mon 3 August" in page
    text = text_of(press(it, people[:2]))
    assert "Cleared for 2." in text
    assert [row_of(one, "work_email").state for one, _ in people] == ["ready", "ready", "blocked"]
    told = OutboxMail.objects.filter(kind="cleared").values_list("recipient", flat=True)
    assert sorted(told) == sorted(one.newcomer.user.email for one, _ in people[:2])
    assert "The sync runs again." in OutboxMail.objects.filter(kind="cleared").first().text


def test_what_somebody_else_cleared_meanwhile_is_said_and_not_done_again(world, it, clock):
    people = pending(world, 3)
    sam = world.actor("onboarding_lead")
    one, reference = people[0]
    verbs.clear(one.ref, "work_email", blocker=reference, by=sam, at=timezone.now(), reason="Done by hand.")
    clock.now += dt.timedelta(hours=1)
    text = text_of(press(it, people))
    assert "Cleared for 2. Onboarding lead at Northgate cleared 1 at 10am today." in text


def test_it_says_which_team_has_what_next(world, it):
    people = []
    for n in range(2):
        one = world.newcomer(account=True, newcomer__given_name=f"Person{n}")
        finished(world, one, "hr_record", "identity")
        people.append((one, stuck(one, "work_email", "pending_over_a_day", by=world.newcomer_actor(one))))
    assert "Cleared for 2. IT has 2 steps more." in text_of(press(it, people))


def test_an_outage_that_lasts_is_told_to_all_at_once_and_stays_open(world, it):
    people = pending(world, 3)
    one, reference = people[0]
    verbs.clear(
        one.ref, "work_email", blocker=reference, by=world.actor("it"), at=timezone.now(), reason="Done by hand."
    )
    for _ in range(2):  # a double press tells it once
        text = text_of(press(it, people, "NHSmail is down until 3pm.", only="tell"))
        assert "Told 2 people. It is still yours to clear. IT at Northgate cleared 1 at 10am today." in text
    assert [row_of(one, "work_email").state for one, _ in people] == ["ready", "blocked", "blocked"]
    told = OutboxMail.objects.filter(kind="said")
    assert sorted(told.values_list("recipient", flat=True)) == sorted(p.newcomer.user.email for p, _ in people[1:])
    assert "NHSmail is down until 3pm." in told[0].text


def test_a_note_is_needed_and_so_is_somebody(world, it):
    people = pending(world, 2)
    answer = press(it, people, reason="")
    assert answer.status_code == 422
    assert "Say what you did, in a sentence." in text_of(answer)
    answer = press(it, [])
    assert answer.status_code == 422
    assert "Tick at least one person." in text_of(answer)
    assert Escalation.objects.filter(status="cleared").count() == 0


def test_a_reference_of_another_cause_team_or_trust_is_not_touched(world, it):
    mine = pending(world, 2)
    other = world.newcomer(account=True)
    away = stuck(other, "hr_record", "wrong_role", by=world.newcomer_actor(other))
    text_of(press(it, [*mine, (other, away)]))
    assert Escalation.objects.get(reference=away).is_open
    it.force_login(world.user("it", "southmere"))
    assert it.get(PENDING).status_code == 404
    assert it.get(PENDING.replace("ZN1", "ZS1")).status_code == 404
    it.force_login(world.user("executive"))
    assert it.get(PENDING).status_code == 403


def test_the_page_costs_the_same_for_two_and_for_twelve(world, it, count_queries):
    costs = []
    for count in (2, 10):
        pending(world, count)
        with count_queries() as asked:
            it.get(PENDING)
        costs.append(len(asked))
    assert costs[0] == costs[1]


# claims


def test_a_claim_is_seen_by_the_whole_team_and_has_its_own_part_of_the_queue(world, it):
    (_, first), (_, second) = pending(world, 2)
    answer = it.post(f"/queue/claim/{first}/", {"team": "it-ZN1"}, follow=True)
    text = text_of(answer)
    assert "You have it in hand. Your team sees that." in text
    assert "IT at Northgate has this since 10am today." in text
    assert "to do" in text
    mine, unclaimed = text_of(it.get("/queue/?show=mine")), text_of(it.get("/queue/?show=unclaimed"))
    assert "IT at Northgate: 1 to do" in mine
    assert first in mine
    assert second not in mine
    assert second in unclaimed
    assert first not in unclaimed


def test_two_claim_at_once_and_the_second_reads_who_has_it(world, it):
    ((_, reference),) = pending(world, 1)
    Escalation.objects.filter(reference=reference).update(
        claimed_at=timezone.now(), claimed_by=world.user("hr"), claimed_by_name="Sam Okoro"
    )
    text = text_of(it.post(f"/queue/claim/{reference}/", follow=True))
    assert "Sam Okoro has this since you looked." in text
    taken = it.post(f"/queue/claim/{reference}/", {"instead_of": world.user("hr").pk}, follow=True)
    assert "You have it in hand." in text_of(taken)


def test_what_is_not_ones_own_cannot_be_claimed(world, it):
    ((_, reference),) = pending(world, 1)
    it.force_login(world.user("it", "southmere"))
    assert it.post(f"/queue/claim/{reference}/").status_code == 404
    assert it.get(f"/queue/claim/{reference}/").status_code == 405
    assert Escalation.objects.get(reference=reference).claimed_at is None


# how a chase stands, in words


@pytest.mark.parametrize(
    ("day", "level", "says"),
    [(5, 0, "Due Fri 7 August."), (7, 1, "Due today"), (10, 1, "Late, chased once"), (12, 2, "Late, chased twice"),
     (14, 3, "Late, chased 3 times"), (10, 0, "Late")],
)  # fmt: skip
def test_each_item_says_how_its_chase_stands(world, it, clock, day, level, says):
    pending(world, 1)
    Escalation.objects.update(chase_level=level)
    clock.turn_to(2026, 8, day, 9)
    it.force_login(world.user("it"))
    text = text_of(it.get("/queue/"))
    assert f"Stuck {says}" in text or f"{says} Started" in text


def test_while_the_newcomer_is_asked_the_item_says_so(world, it):
    ((_, reference),) = pending(world, 1)
    from escalations.services.talking import ask_more

    ask_more(reference, body="A picture?", by=world.actor("it"), at=timezone.now())
    assert "Waits for Person0 to answer." in text_of(it.get("/queue/"))


def test_upgrades_have_a_part_of_their_own(world, client):
    amara = world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")
    finished(world, amara, "hr_record", "openathens", "elfh", "identity", "work_email")
    client.force_login(world.user("library"))
    assert "Library at Northgate: 0 to do" in text_of(client.get("/queue/"))
    assert row_of(amara, "openathens").upgrade
    assert "Library at Northgate: 1 to improve" in text_of(client.get("/queue/?show=upgrades"))
