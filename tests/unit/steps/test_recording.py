"""What happens to a step: who may, what it writes, and what it answers when it stood already."""

import datetime as dt

import pytest
from django.utils import timezone

from onboarding.models import AuditEntry
from onboarding.policies import Refused
from steps.models import Fact, PlacementStep
from steps.services import verbs
from steps.services.locking import NotThere
from steps.services.recording import Stale
from steps.services.verifying import differences

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give():
    """After every scenario everything is resolved afresh and compared."""
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def someone(world):
    return world.newcomer(account=True)


@pytest.fixture
def now():
    return timezone.now()


def row(placement, key) -> PlacementStep:
    return PlacementStep.objects.get(placement=placement, key=key)


def all_checks(placement, key, world) -> list[str]:
    from steps.selectors.pathways import pathway_of

    step = next(s for s in pathway_of(placement.chain.pathway).steps if s.key == key)
    return [c.key for c in step.checks]


def do(world, placement, key, verb=verbs.finish, who=None, **more):
    who = who or world.actor({"hr_record": "hr", "identity": "hr", "work_email": "it", "esr_access": "hr"}[key])
    more.setdefault("tick", all_checks(placement, key, world))
    return verb(placement.ref, key, by=who, at=timezone.now(), **more)


def up_to_work_email(world, placement):
    do(world, placement, "hr_record")
    do(world, placement, "identity")
    do(world, placement, "work_email", verb=verbs.issue)


def test_finishing_a_step_opens_the_next_for_its_owner_at_once(world, someone):
    assert row(someone, "identity").state == "locked"
    outcome = do(world, someone, "hr_record")
    assert outcome.written
    identity = row(someone, "identity")
    assert (identity.state, identity.owner_function, identity.actionable) == ("ready", "hr", True)


def test_issued_is_not_works_and_hands_the_step_to_the_newcomer(world, someone):
    up_to_work_email(world, someone)
    email = row(someone, "work_email")
    assert (email.state, email.issued, email.owner_function) == ("ready", True, "newcomer")
    do(world, someone, "work_email", who=world.newcomer_actor(someone))
    assert row(someone, "work_email").state == "done"


def test_the_newcomer_cannot_say_it_works_before_its_owner_did(world, someone):
    with pytest.raises(Refused, match="has to make this ready first"):
        do(world, someone, "work_email", who=world.newcomer_actor(someone))


def test_what_works_already_is_confirmed_by_its_owner(world, someone):
    verbs.say_works(someone.ref, "work_email", by=world.newcomer_actor(someone), at=timezone.now())
    do(world, someone, "work_email", who=world.actor("it"))
    assert row(someone, "work_email").state == "done"
    assert row(someone, "work_email").says_works_at is None


def test_repeating_what_stands_writes_nothing(world, someone):
    do(world, someone, "hr_record")
    facts, entries = Fact.objects.count(), AuditEntry.objects.count()
    again = do(world, someone, "hr_record")
    assert not again.written
    assert again.fact is not None
    assert again.fact.by_name == "HR at Northgate"
    assert (Fact.objects.count(), AuditEntry.objects.count()) == (facts, entries)


def test_a_time_in_the_future_is_refused(world, someone):
    with pytest.raises(Refused, match="in the future"):
        verbs.finish(someone.ref, "hr_record", by=world.actor("hr"), at=timezone.now() + dt.timedelta(minutes=1))


def test_a_required_check_must_be_ticked_first(world, someone):
    with pytest.raises(Refused, match="Tick first"):
        do(world, someone, "hr_record", tick=[])
    assert not Fact.objects.exists()


@pytest.mark.parametrize(("role", "org"), [("it", "northgate"), ("library", "northgate"), ("hr", "southmere")])
def test_only_a_steps_own_team_finishes_it(world, someone, role, org):
    with pytest.raises(Refused, match="Only HR can finish"):
        do(world, someone, "hr_record", who=world.actor(role, org))


def test_a_lead_employers_hr_owns_the_record_of_its_trainee_and_the_hosts_hr_does_not(world):
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    with pytest.raises(Refused):
        do(world, trainee, "hr_record", who=world.actor("hr"))
    assert do(world, trainee, "hr_record", who=world.actor("hr", "lead")).written


def test_a_stale_form_is_told_who_changed_what_and_writes_nothing(world, someone, now):
    seen = row(someone, "hr_record").version
    hr = world.actor("hr")
    verbs.block(someone.ref, "hr_record", by=hr, at=now, reason="The birth date is wrong.", seen=seen)
    with pytest.raises(Stale, match="HR at Northgate"):
        do(world, someone, "hr_record", seen=seen)


def test_a_waiver_has_a_reason_and_is_never_for_the_record_or_the_identity(world, someone, now):
    lead = world.actor("onboarding_lead")
    with pytest.raises(Refused, match="Say why"):
        verbs.waive(someone.ref, "openathens", by=lead, at=now, reason=" ")
    for key in ("hr_record", "identity"):
        with pytest.raises(Refused, match="never waived"):
            verbs.waive(someone.ref, key, by=lead, at=now, reason="Seen elsewhere.")
    verbs.waive(someone.ref, "openathens", by=lead, at=now, reason="Uses the university's library.")
    waived = row(someone, "openathens")
    assert waived.state == "not_applicable"
    assert waived.reasons["waived"]["reason"] == "Uses the university's library."


def test_a_waiver_can_be_reopened(world, someone, now):
    lead = world.actor("onboarding_lead")
    verbs.waive(someone.ref, "work_email", by=lead, at=now, reason="No mailbox in this post.")
    verbs.reopen(someone.ref, "work_email", by=lead, at=timezone.now(), reason="It has one after all.")
    assert row(someone, "work_email").state == "locked"


def test_a_wrong_tick_is_taken_back_by_whoever_made_it(world, someone):
    outcome = do(world, someone, "hr_record")
    with pytest.raises(Refused, match="Only the person who recorded"):
        verbs.retract(someone.ref, outcome.fact.pk, by=world.actor("it"), at=timezone.now())
    verbs.retract(someone.ref, outcome.fact.pk, by=world.actor("hr"), at=timezone.now())
    assert row(someone, "hr_record").state == "ready"
    assert row(someone, "identity").state == "locked"
    again = verbs.retract(someone.ref, outcome.fact.pk, by=world.actor("hr"), at=timezone.now())
    assert not again.written


def test_a_fact_of_somebody_elses_placement_is_not_there(world, someone):
    other = world.newcomer()
    fact = do(world, other, "hr_record").fact
    with pytest.raises(NotThere):
        verbs.retract(someone.ref, fact.pk, by=world.actor("hr"), at=timezone.now())


def test_a_blocker_goes_to_its_owner_is_handed_over_with_a_reason_and_cleared_by_the_new_owner(world, someone, now):
    up_to_work_email(world, someone)
    person = world.newcomer_actor(someone)
    verbs.block(someone.ref, "work_email", by=person, at=timezone.now(), reason="It says it does not exist.")
    email = row(someone, "work_email")
    assert (email.state, email.owner_function) == ("blocked", "it")
    reference = email.reasons["blockers"][0]["id"]
    with pytest.raises(Refused, match="Only IT, who has this"):
        verbs.clear(someone.ref, "work_email", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="x")
    verbs.hand_over(
        someone.ref, "work_email", blocker=reference, owner="hr", side="employer",
        by=world.actor("it"), at=timezone.now(), reason="The record has another name.",
    )  # fmt: skip
    assert row(someone, "work_email").owner_function == "hr"
    verbs.clear(someone.ref, "work_email", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="Done.")
    assert row(someone, "work_email").state == "ready"
    again = verbs.clear(
        someone.ref, "work_email", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="Done."
    )
    assert not again.written


def test_it_does_not_work_goes_back_to_the_owner(world, someone):
    up_to_work_email(world, someone)
    verbs.block(
        someone.ref, "work_email", by=world.newcomer_actor(someone), at=timezone.now(), reason="The code never comes."
    )
    assert row(someone, "work_email").owner_function == "it"


def test_a_correction_sends_finished_steps_that_watch_the_field_to_recheck(world, someone):
    do(world, someone, "hr_record")
    do(world, someone, "identity")
    verbs.correct(someone.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), fields=["date_of_birth"])
    identity = row(someone, "identity")
    assert (identity.state, identity.reasons["recheck_because"]) == ("recheck", ["hr_record"])


def test_every_write_leaves_one_entry_in_the_trail_with_who_and_what(world, someone):
    before = AuditEntry.objects.count()
    do(world, someone, "hr_record")
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.by_name, entry.before["state"], entry.after["state"]) == (
        "step.done", "HR at Northgate", "ready", "done",
    )  # fmt: skip


def test_finishing_a_step_takes_a_fixed_number_of_queries_whatever_it_unlocks(world, someone, count_queries):
    do(world, someone, "hr_record")
    ticks = all_checks(someone, "identity", world)
    hr = world.actor("hr")
    with count_queries() as queries:
        outcome = verbs.finish(someone.ref, "identity", by=hr, at=timezone.now(), tick=ticks)
    assert len(outcome.changed) > 3
    assert len(queries) == 7


def test_a_fact_is_never_edited_or_deleted(world, someone):
    fact = do(world, someone, "hr_record").fact
    with pytest.raises(TypeError):
        fact.save()
    with pytest.raises(TypeError):
        fact.delete()
