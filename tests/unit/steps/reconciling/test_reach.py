"""What a list may not be used for: another organisation's people, and fields that its reader may not see."""

import datetime as dt

import pytest

from onboarding.models import AuditEntry
from onboarding.policies import Refused
from steps.models import Fact, SystemAccount
from steps.reconciling.systems import SYSTEMS
from steps.services import verbs
from steps.services.reconciling import can_reconcile
from steps.services.taking import shown_now, take
from steps.services.verifying import differences
from tests.unit.steps.reconciling.lists import MAIL, STAFF, facts, kinds, listed, planned, step, taken
from tests.web.stage import finished

AMARA = "0012345,Okafor,Amara,1994-07-03,7654321,Active Assignment"


@pytest.fixture
def amara(world):
    return world.newcomer(
        newcomer__given_name="Amara", newcomer__gmc_number="7654321", assignment_number="0012345", account=True
    )


def test_a_row_about_another_organisations_newcomer_is_a_row_about_nobody(world, amara):
    known = planned(world, "hr_record", listed(STAFF, AMARA), org="southmere")
    nobody = planned(world, "hr_record", listed(STAFF, AMARA.replace("Amara", "Nobody")), org="southmere")
    assert kinds(known) == kinds(nobody) == {}
    assert known.sorted.unknown == nobody.sorted.unknown == 1


def test_a_lead_employers_trainee_has_their_staff_record_there_and_their_mail_at_the_host(world):
    world.newcomer(
        newcomer__given_name="Amara", assignment_number="0012345", employer=world.lead, host=world.northgate
    )
    record, mail = listed(STAFF, AMARA), listed(MAIL, "A,Amara,Okafor,amara@nhs.net,0012345,Active,")
    assert kinds(planned(world, "hr_record", record, org="lead")) == {"agree": ["Amara Okafor"]}
    assert kinds(planned(world, "hr_record", record)) == {}
    # the lead employer's numbers are not the host's to see, so that its list cannot be used to ask for them
    assert kinds(planned(world, "work_email", mail)) == {"likely": ["Amara Okafor"]}


@pytest.mark.parametrize("born", ["1994-07-03", "1961-01-01"])
def test_a_birth_date_that_the_reader_may_not_see_is_neither_compared_nor_kept(world, amara, born):
    content = listed("First name,Last name,Date of birth,Status", f"Amara,Okafor,{born},Approved")
    for role in ("library", "onboarding_lead"):
        assert kinds(planned(world, "openathens", content, role=role)) == {"likely": ["Amara Okafor"]}
    taken(world, "openathens", content, "likely")
    assert "date_of_birth" not in SystemAccount.objects.get().said


def test_a_number_that_the_reader_may_not_see_finds_nobody(world, amara):
    content = listed("Surname,Forename,GMC", "Else,Somebody,7654321")
    assert planned(world, "openathens", content).sorted.unknown == 1
    assert kinds(planned(world, "hr_record", content)) == {"differ": ["Amara Okafor"]}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_systems_own_team_and_the_onboarding_lead_bring_its_list_in_and_nobody_else(world, system):
    roles = [role for role, org in world.users if org == "northgate"]
    may = {role for role in roles if can_reconcile(world.actor(role), SYSTEMS[system], world.northgate.pk)}
    assert may == {SYSTEMS[system].function, "onboarding_lead"}
    assert not can_reconcile(world.actor("hr", "southmere"), SYSTEMS[system], world.northgate.pk)


def test_who_may_not_is_refused_in_words(world):
    with pytest.raises(Refused, match="Only IT and the onboarding lead"):
        planned(world, "work_email", listed(MAIL), role="hr")


def test_what_changed_after_it_was_shown_is_left_alone_and_told_of(world, amara):
    content = listed(STAFF, AMARA)
    shown = shown_now(planned(world, "hr_record", content), "agree")
    verbs.tick(amara.ref, "hr_record", checks=["record_active"], by=world.actor("hr"), at=now(), who="owner")
    plan = planned(world, "hr_record", content)
    one = take(plan, "agree", organisation=world.northgate, by=world.actor("hr"), at=now(), shown=shown)
    assert (one.written, one.stale, facts(amara, "hr_record")) == (0, ["Amara Okafor"], [])


def test_what_changes_while_it_is_being_taken_is_left_alone_as_well(world, amara):
    plan = planned(world, "hr_record", listed(STAFF, AMARA))
    verbs.tick(amara.ref, "hr_record", checks=["record_active"], by=world.actor("hr"), at=now(), who="owner")
    one = take(plan, "agree", organisation=world.northgate, by=world.actor("hr"), at=now())
    assert (one.written, one.stale) == (0, ["Amara Okafor"])
    assert not SystemAccount.objects.exists()


def test_taking_leaves_a_trail_and_verdicts_that_the_facts_give(world, amara):
    finished(world, amara, "hr_record", "identity", "work_email")
    taken(world, "work_email", listed(MAIL, "Li Wei,Li,Wei,li@nhs.net,1,Active,"), "missing")
    actions = list(AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2])
    assert actions == ["extract.taken", "step.questioned"]
    assert Fact.objects.get(kind="questioned").by_name == world.user("it").name
    assert step(amara, "work_email").state == "recheck"
    assert list(map(str, differences())) == []


def test_it_asks_the_database_as_often_for_many_as_for_one(world, amara, count_queries):
    rows = [AMARA]
    with count_queries() as one:
        planned(world, "hr_record", listed(STAFF, *rows))
    for n in range(5):
        world.newcomer(newcomer__given_name=f"More{n}", assignment_number=f"222222{n}")
        rows.append(f"222222{n},Okafor,More{n},1994-07-03,,Active")
    with count_queries() as many:
        assert len(planned(world, "hr_record", listed(STAFF, *rows)).sorted.kinds["agree"]) == 6
    assert len(many) == len(one) <= 6


def now():
    return dt.datetime.now(dt.UTC)
