"""What stays true from one post of a person to the next, and what the pathway asks again."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from onboarding.jobs import run_due
from onboarding.models import AuditEntry, Newcomer, Placement
from steps.arrival.storing import import_roster
from steps.models import Fact, PlacementStep
from steps.pathway import Carries, check, parse
from steps.selectors.pairs import pair_for, seen_of
from steps.services import carrying, finding, joining, unjoining, verbs
from steps.services.placements import correct_details
from tests.web.stage import finished

DONE = ("hr_record", "identity", "work_email", "esr_access", "elfh", "training")


def next_post(world, first, **more):
    """Another post of the same person, half a year on."""
    fields = {"employer": first.employer, "host": first.host, "start_date": dt.date(2027, 2, 3)} | more
    return world.newcomer(newcomer=Newcomer.objects.get(pk=first.newcomer_id), **fields)


def states(placement):
    return dict(PlacementStep.objects.filter(placement=placement).values_list("key", "state"))


@pytest.fixture
def trainee(world):
    """A trainee of the lead employer who has finished week 1 at Northgate."""
    one = world.newcomer(account=True, employer=world.lead, host=world.northgate)
    finished(world, one, *DONE)
    return one


@pytest.fixture
def moved(world, trainee):
    """The same trainee's next rotation, at Southmere."""
    return next_post(world, trainee, host=world.southmere)


def test_an_identity_that_the_employer_has_seen_is_done_in_the_next_rotation(moved, trainee):
    found = Fact.objects.get(placement=moved, step="identity")
    original = Fact.objects.get(placement=trainee, step="identity", kind="done")
    assert (found.kind, found.at, found.by_name) == ("done", original.at, "Harbour Lead Employer")
    assert found.source == f"carried:{trainee.ref}"
    assert states(moved)["identity"] == "done"


def test_what_belongs_to_the_person_counts_and_is_asked_about(moved):
    now = states(moved)
    assert {now[key] for key in ("work_email", "esr_access", "elfh", "training")} == {"recheck"}
    row = PlacementStep.objects.get(placement=moved, key="elfh")
    assert (row.owner_function, row.actionable) == ("newcomer", True)


def test_the_staff_record_and_the_first_pay_start_afresh(moved):
    assert states(moved)["hr_record"] == "ready"
    assert not Fact.objects.filter(placement=moved, step__in=["hr_record", "first_pay"]).exists()


def test_both_chains_go_on_apart(world, moved, trainee):
    before = states(trainee)
    verbs.reopen(
        moved.ref, "identity", by=world.actor("hr", "lead"), at=timezone.now(), reason="The passport ran out."
    )
    assert states(moved)["identity"] != "done"
    assert states(trainee) == before


def test_a_new_done_answers_the_question(world, moved):
    finished(world, Placement.objects.get(pk=moved.pk), "training")
    assert states(moved)["training"] == "done"


def test_another_employer_sees_the_originals_itself(world, trainee):
    own = next_post(world, trainee, employer=world.northgate, host=world.northgate)
    assert states(own)["identity"] == "locked"
    assert states(own)["elfh"] == "recheck"


def test_a_mailbox_is_carried_only_from_nhsmail_to_nhsmail(world, trainee):
    post = next_post(world, trainee, host=world.southmere, mail_system="trust")
    assert not Fact.objects.filter(placement=post, step="work_email").exists()


def test_what_is_in_doubt_there_is_not_passed_on(world, trainee):
    correct_details(
        trainee.ref, changes={"family_name": "Okafor-Eze"}, by=world.actor("hr", "lead"), at=timezone.now(),
        reason="Married.",
    )  # fmt: skip
    assert states(trainee)["identity"] == "recheck"
    assert states(next_post(world, trainee, host=world.southmere))["identity"] != "done"


def test_a_name_corrected_afterwards_asks_for_a_look_at_what_was_carried(world, moved):
    correct_details(
        moved.ref, changes={"family_name": "Okafor-Eze"}, by=world.actor("hr", "lead"), at=timezone.now(),
        reason="Married.",
    )  # fmt: skip
    assert states(moved)["identity"] == "recheck"


def test_through_a_third_post_the_first_source_stays(world, moved, trainee):
    third = next_post(world, trainee, host=world.northgate, start_date=dt.date(2027, 8, 4))
    found = Fact.objects.get(placement=third, step="identity", kind="done")
    assert found.source == f"carried:{trainee.ref}"
    assert found.by_name == "Harbour Lead Employer"


def test_what_was_taken_back_stays_taken_back(world, moved):
    fact = Fact.objects.get(placement=moved, step="identity")
    verbs.retract(moved.ref, fact.pk, by=world.actor("onboarding_lead", "lead"), at=timezone.now())
    assert carrying.carry_over([moved.ref], by=world.actor("hr", "lead"), at=timezone.now()) == []
    assert states(moved)["identity"] != "done"


def test_what_is_finished_after_the_next_post_arrived_comes_within_a_day(world, monkeypatch):
    monkeypatch.setattr(carrying, "DAILY_AT", 0)
    first = world.newcomer(account=True, employer=world.lead, host=world.northgate)
    second = next_post(world, first, host=world.southmere)
    finished(world, first, "hr_record", "identity")
    assert states(second)["identity"] == "locked"
    for _ in range(2):
        run_due(timezone.now())
    assert states(second)["identity"] == "done"
    assert Fact.objects.filter(placement=second).count() == 1


def test_it_stands_in_the_trail_of_both_organisations(world, moved):
    found = AuditEntry.objects.filter(action="placement.carried_over", subject=f"placement:{moved.ref}")
    assert {entry.organisation_id for entry in found} == {world.lead.pk, world.southmere.pk}
    call_command("verify")


def test_a_roster_with_the_next_rotation_carries_over(world, trainee):
    person = trainee.newcomer
    heading = "given_name,family_name,date_of_birth,start_date,role,employer_ods,host_ods\n"
    row = f"{person.given_name},{person.family_name},1994-07-03,2027-02-03,GP trainee,ZL1,ZS1"
    import_roster(
        BytesIO((heading + row).encode()), organisation=world.lead, by=world.actor("hr", "lead"), at=timezone.now()
    )
    post = Placement.objects.get(newcomer=person, host=world.southmere)
    assert states(post)["identity"] == "done"
    assert states(post)["training"] == "recheck"


def test_joined_records_carry_over_and_undoing_takes_it_back(world, trainee):
    other = world.newcomer(
        employer=world.lead, host=world.southmere, start_date=dt.date(2027, 2, 3),
        newcomer__given_name=trainee.newcomer.given_name, newcomer__gmc_number="7712345",
    )  # fmt: skip
    finding.find(world.lead.pk, at=timezone.now())
    by = world.actor("hr", "lead")
    view = pair_for(by, joining.Pair.objects.get().ref)
    joining.join(view.pair.ref, keep=trainee.newcomer_id, seen=seen_of(view), by=by, at=timezone.now())
    assert states(other)["identity"] == "done"
    unjoining.undo(view.pair.ref, by=by, at=timezone.now())
    assert states(other)["identity"] == "locked"
    assert states(trainee)["identity"] == "done"
    call_command("verify")


def pathway(carries):
    return f"""key = "mine"
title = "Mine"
country = "england"

[[step]]
key = "one"
title = "One"
owner = "hr"
side = "employer"
carries = {carries}
"""


def test_a_pathway_says_what_is_carried():
    rule = '{ from = "host", ask = "Is it?", days = 365, applies = { mail_system = "nhsmail" } }'
    assert parse(pathway(rule)).steps[0].carries == Carries("host", "Is it?", 365, (("mail_system", ("nhsmail",)),))


@pytest.mark.parametrize(
    ("carries", "says"),
    [
        ('"employer"', "must be like"),
        ("{ ask = 'Is it?' }", "say from where"),
        ('{ from = "elsewhere" }', '"elsewhere" is none of employer, host, anywhere.'),
        ('{ from = "host", days = 0 }', "must be a number of days from 1 to 3660"),
        ('{ from = "host", ask = "" }', "ask is empty"),
        ('{ from = "host", asks = "Is it?" }', '"asks" is not a key that belongs here. Did you mean "ask"?'),
        ('{ from = "host", applies = { hat = true } }', 'unknown attribute "hat"'),
    ],
)
def test_a_fault_in_it_is_named_with_its_line(carries, says):
    (fault,) = check(pathway(carries))
    assert fault.line == 10
    assert says in fault.says


def test_what_is_too_long_ago_is_not_carried(world, trainee):
    row = PlacementStep.objects.select_related("placement__employer", "placement__host").get(
        placement=trainee, key="training"
    )
    week = Carries("anywhere", days=7)
    at = row.done_at
    assert carrying.carries_from(week, row, trainee, at + dt.timedelta(days=6))
    assert not carrying.carries_from(week, row, trainee, at + dt.timedelta(days=8))
