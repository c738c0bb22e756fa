"""Chases as they happen: who is asked when, that nobody is asked twice, and who is told where nobody can be asked."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from escalations.models import Asked, Escalation, Message
from escalations.services import chasing
from escalations.services.winding import wind
from onboarding import jobs
from onboarding.models import AuditEntry, Job, Membership, OutboxMail, Team
from onboarding.outbox.sending import recipients
from steps.services import verbs
from steps.services.placements import set_status
from tests.web.stage import Clock, finished, stuck

# raised on Wednesday 5 August: the team is asked on Friday, its lead on Monday, the onboarding lead on Wednesday
FRIDAY, MONDAY, WEDNESDAY = (2026, 8, 7, 9), (2026, 8, 10, 9), (2026, 8, 12, 9)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(chasing, "_rewound", None)
    return Clock(monkeypatch)


@pytest.fixture
def led(world: Any) -> Any:
    for function in ("hr", "it"):
        Team.objects.filter(organisation=world.northgate, function=function).update(lead=world.user(function))
    return world


def raised(world: Any, symptom: str = "wrong_role") -> Escalation:
    amara = world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")
    return conversation(stuck(amara, "hr_record", symptom, by=world.newcomer_actor(amara)))


def conversation(reference: str) -> Escalation:
    return Escalation.objects.select_related("placement__newcomer__user").get(reference=reference)


def work(clock: Clock, *when: int) -> None:
    clock.turn_to(*when)
    jobs.run_due(timezone.now())


def mails() -> list[tuple[str, str]]:
    return [(m.kind, m.recipient) for m in OutboxMail.objects.filter(kind__startswith="chase").order_by("pk")]


def test_the_team_is_asked_then_its_lead_then_the_onboarding_lead_each_once(led, clock):
    one = raised(led)
    assert (one.due_on, one.next_chase_at.date()) == (dt.date(2026, 8, 7), dt.date(2026, 8, 7))
    work(clock, 2026, 8, 6, 9)
    assert mails() == []
    for when in (FRIDAY, (2026, 8, 7, 11), MONDAY, (2026, 8, 11, 9), WEDNESDAY, (2026, 8, 28, 9)):
        work(clock, *when)
    assert mails() == [
        ("chase_team", "hr@northgate.example"),
        ("chase_lead", "hr@northgate.example"),
        ("chase_onboarding_lead", "onboarding_lead@northgate.example"),
    ]
    one = conversation(one.reference)
    assert (one.chases, one.chase_level, one.next_chase_at) == (3, 3, None)
    assert AuditEntry.objects.filter(action="escalation.chased").count() == 3


def test_a_chase_names_no_person_in_its_subject_and_says_what_comes_next(led, clock):
    one = raised(led)
    work(clock, *FRIDAY)
    mail = OutboxMail.objects.get(kind="chase_team")
    assert mail.subject == f"[{one.reference}] Due today"
    assert "Staff record has been with HR at Northgate for 2 working days. 5 steps wait for it." in mail.text
    assert "On Mon 10 August we ask HR at Northgate, the team's lead." in mail.text
    assert one.reference in mail.text
    assert "Amara" not in mail.text + mail.html + mail.subject
    assert mail.html


def test_the_newcomer_reads_in_the_conversation_who_was_asked_and_what_comes_next(led, clock):
    raised(led)
    work(clock, *FRIDAY)
    (said,) = Message.objects.filter(kind="system")
    assert said.body == (
        "Week One asked HR at Northgate about this. If nothing happens, it asks again on Mon 10 August."
    )


def test_a_cleared_blocker_is_chased_no_more_and_a_mail_not_yet_sent_is_dropped(led, clock):
    one = raised(led)
    work(clock, *FRIDAY)
    mail = OutboxMail.objects.get(kind="chase_team")
    assert recipients[mail.kind](mail) == "hr@northgate.example"
    verbs.clear(
        one.placement.ref,
        "hr_record",
        blocker=one.reference,
        by=led.actor("hr"),
        at=timezone.now(),
        reason="Put right.",
    )
    assert recipients[mail.kind](mail) == ""
    work(clock, *WEDNESDAY)
    assert len(mails()) == 1
    assert conversation(one.reference).next_chase_at is None


def test_the_clock_stands_still_while_the_newcomer_is_asked(led, clock):
    one = raised(led)
    clock.turn_to(2026, 8, 6, 9)
    ask(one, Asked.MORE)
    assert (one.due_on, one.next_chase_at) == (None, None)
    work(clock, *WEDNESDAY)
    assert mails() == []
    ask(one, Asked.NOTHING)
    assert one.due_on == dt.date(2026, 8, 13)
    work(clock, 2026, 8, 13, 9)
    assert [kind for kind, _ in mails()] == ["chase_team"]


def ask(one: Escalation, what: Asked) -> None:
    one.asked, one.asked_at = what, timezone.now() if what else None
    one.save()
    wind(one, at=timezone.now())


def test_a_blocker_that_waits_for_another_step_is_not_chased_until_it_can_be_acted_on(led, clock):
    amara = led.newcomer(account=True)
    one = conversation(stuck(amara, "esr_access", "no_esr_username", by=led.newcomer_actor(amara)))
    assert one.next_chase_at is None
    work(clock, *WEDNESDAY)
    assert mails() == []
    finished(led, amara, "hr_record", "identity", "work_email")
    assert conversation(one.reference).due_on == dt.date(2026, 8, 14)


def test_a_hand_over_starts_the_new_owners_days_and_the_second_brings_in_the_onboarding_lead(led, clock):
    one = raised(led)
    work(clock, *FRIDAY)
    for owner, count in (("it", 1), ("hr", 2)):
        by = led.actor("hr" if owner == "it" else "it")
        verbs.hand_over(
            one.placement.ref, "hr_record", blocker=one.reference, owner=owner, side="host", by=by,
            at=timezone.now(), reason="Not ours.",
        )  # fmt: skip
        one = conversation(one.reference)
        assert (one.passed_on, one.chase_level, one.due_on) == (count, 0, dt.date(2026, 8, 11))
    assert mails()[1:] == [("chase_passed_on", "onboarding_lead@northgate.example")]
    assert "passed from team to team 2 times" in OutboxMail.objects.get(kind="chase_passed_on").text


@pytest.mark.parametrize(("field", "says"), [("mailbox", "has no mailbox"), ("lead", "has no lead")])
def test_where_nobody_can_be_asked_the_onboarding_lead_is_and_is_told_why(led, clock, field, says):
    Team.objects.filter(organisation=led.northgate, function="hr").update(
        **{field: "" if field == "mailbox" else None}
    )
    raised(led)
    work(clock, *FRIDAY)
    work(clock, *MONDAY)
    told = OutboxMail.objects.filter(kind__startswith="chase", recipient="onboarding_lead@northgate.example")
    assert [says in m.text for m in told] == [True]
    assert f"HR at Northgate {says} in Week One, so this comes to you." in told[0].text


def test_where_there_is_not_even_an_onboarding_lead_the_trail_says_so(led, clock, caplog):
    Membership.objects.filter(role="onboarding_lead").delete()
    Team.objects.filter(function="hr").update(mailbox="")
    raised(led)
    work(clock, *FRIDAY)
    assert AuditEntry.objects.get(action="escalation.chased").after["to"] == []
    assert "Nobody could be asked" in caplog.text


def test_while_a_team_is_away_its_cover_is_asked(led, clock):
    it = Team.objects.get(organisation=led.northgate, function="it")
    Team.objects.filter(organisation=led.northgate, function="hr").update(
        covered_by=it, covered_until=dt.date(2026, 8, 14)
    )
    raised(led)
    work(clock, *FRIDAY)
    work(clock, *MONDAY)
    assert mails() == [("chase_team", "it@northgate.example"), ("chase_lead", "it@northgate.example")]


def test_a_trust_sets_its_teams_days_and_they_hold_from_the_next_day(led, clock):
    one = raised(led)
    Team.objects.filter(organisation=led.northgate, function="hr").update(chase_after=4)
    work(clock, 2026, 8, 6, 9)
    assert conversation(one.reference).due_on == dt.date(2026, 8, 11)


def test_a_chase_that_is_done_at_a_weekend_leaves_on_monday_morning(led, clock):
    raised(led)
    work(clock, 2026, 8, 8, 22)
    assert OutboxMail.objects.get(kind="chase_team").send_after.isoformat() == "2026-08-10T07:00:00+00:00"


def test_nobody_is_chased_for_somebody_who_is_not_coming_and_the_clock_goes_on_if_they_are(led, clock):
    one = raised(led)
    ref = one.placement.ref
    set_status(ref, "withdrawn", by=led.actor("hr"), at=timezone.now(), reason="Another post.")
    work(clock, *FRIDAY)
    assert (mails(), conversation(one.reference).next_chase_at) == ([], None)
    set_status(ref, "expected", by=led.actor("hr"), at=timezone.now())
    work(clock, *MONDAY)
    assert conversation(one.reference).due_on == dt.date(2026, 8, 11)


def test_a_rung_that_is_planned_twice_is_taken_once(led, clock):
    one = raised(led)
    clock.turn_to(*FRIDAY)
    now = timezone.now()
    chasing.plan(now)
    chasing.plan(now)
    assert Job.objects.filter(kind="chase").count() == 1
    assert [chasing.take_rung(one.pk, level=0, now=now) for _ in range(2)] == [True, False]
    assert len(mails()) == 1


def test_what_is_due_is_found_in_one_query(led, clock, count_queries):
    clock.turn_to(*FRIDAY)
    chasing.plan(timezone.now())
    with count_queries() as asked:
        chasing.plan(timezone.now())
    assert len(asked) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_and_one_due_chase_make_one_mail(led, clock):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    raised(led)
    clock.turn_to(*FRIDAY)
    start, faults = threading.Barrier(4), []

    def worker() -> None:
        try:
            start.wait()
            jobs.run_due(timezone.now())
        except Exception as error:
            faults.append(error)
        finally:
            close_old_connections()
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert faults == []
    assert mails() == [("chase_team", "hr@northgate.example")]
    assert Job.objects.filter(done_at=None).count() == 0
