"""An organisation does a step its own way: another team has it, and newcomers read its own words and links."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding import jobs
from onboarding.models import AuditEntry, Job, Membership, Organisation
from steps.models import Fact, PlacementStep
from steps.pathway import parse, shipped
from steps.pathway.owning import with_owners
from steps.services import owning, verbs
from steps.services.closing import set_closed_days
from steps.services.guiding import is_link
from steps.services.verifying import differences
from tests.web.staff import text_of
from tests.web.test_setup import at, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client, world: Any) -> Client:
    client.force_login(world.user("onboarding_lead"))
    return client


def row_of(placement: Any, key: str = "work_email") -> PlacementStep:
    return PlacementStep.objects.get(placement=placement, key=key)


def give(lead: Client, function: str, side: str = "host", key: str = "work_email", ods: str = "zn1") -> Any:
    path = at("step_owner", key, ods=ods)
    return lead.post(path, seen(lead, path) | {"function": function, "side": side}, follow=True)


def test_another_team_has_the_step_here_and_every_newcomer_is_worked_out_afresh(lead, world):
    here, there = world.newcomer(), world.newcomer(employer=world.southmere)
    text = text_of(give(lead, "learning"))
    assert "Work email: saved, and worked out for 1 newcomer." in text
    assert "Your own way" in text
    assert "Usually: IT, where they work" in text
    assert (row_of(here).team_function, row_of(there).team_function) == ("learning", "it")
    assert list(differences()) == []
    entry = AuditEntry.objects.get(action="step.owner")
    assert (entry.before, entry.after) == ({"owner": None}, {"owner": ["learning", "host"]})
    world.northgate.refresh_from_db()
    assert world.newcomer().steps.get(key="work_email").team_function == "learning"  # who arrives later, too


def test_the_new_team_may_do_it_and_the_old_one_may_not(lead, world):
    placement = world.newcomer()
    give(lead, "learning")
    staff = Client()
    staff.force_login(world.user("learning"))
    assert staff.get(reverse("newcomer_step", args=[placement.ref, "work_email"])).status_code == 200
    by = world.actor("learning")
    verbs.issue(placement.ref, "work_email", by=by, at=timezone.now(), tick=all_checks(placement))
    from onboarding.policies import Refused

    with pytest.raises(Refused, match="Only Learning"):
        verbs.issue(placement.ref, "work_email", by=world.actor("it"), at=timezone.now(), tick=[])


def all_checks(placement: Any) -> list[str]:
    from steps.selectors.pathways import pathway_for

    return [check.key for check in pathway_for(placement).step("work_email").checks]


def test_taken_back_it_is_as_the_pathway_says(lead, world):
    placement = world.newcomer()
    give(lead, "learning")
    give(lead, "")
    assert Organisation.objects.get(pk=world.northgate.pk).step_owners == {}
    assert row_of(placement).team_function == "it"
    assert "It stood like that already." in text_of(give(lead, ""))


def test_what_is_stuck_goes_to_the_new_team_unless_it_was_handed_to_another(lead, world):
    placement, handed = world.newcomer(), world.newcomer()
    now = timezone.now()
    for one in (placement, handed):
        verbs.block(one.ref, "work_email", by=world.actor("it"), at=now, reason="Locked.", independent=True)
    verbs.hand_over(
        handed.ref, "work_email", blocker=Fact.objects.get(placement=handed).blocker, owner="hr", side="employer",
        by=world.actor("it"), at=timezone.now(), reason="The record is wrong.",
    )  # fmt: skip
    give(lead, "learning")
    assert (row_of(placement).owner_function, row_of(handed).owner_function) == ("learning", "hr")
    assert list(differences()) == []


def test_each_side_says_who_has_the_steps_of_its_own_side(lead, world):
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    give(lead, "payroll", "employer", key="hr_record")  # the lead employer's step: not Northgate's to say
    assert row_of(trainee, "hr_record").team_function == "hr"
    give(lead, "it", "employer", key="work_email")  # the host's, and it says that the lead employer does it
    row = row_of(trainee)
    assert (row.team_function, row.team_org_id) == ("it", world.lead.pk)
    other = Client()
    other.force_login(world.user("onboarding_lead", "lead"))
    give(other, "payroll", "employer", key="hr_record", ods="zl1")
    assert row_of(trainee, "hr_record").team_function == "payroll"
    assert list(differences()) == []


def test_many_newcomers_are_worked_out_in_the_background_with_progress(lead, world, monkeypatch):
    monkeypatch.setattr(owning, "AT_ONCE", 1)
    monkeypatch.setattr(owning, "BATCH", 2)
    people = [world.newcomer() for _ in range(3)]
    text = text_of(give(lead, "learning"))
    assert "is worked out in the background" in text
    assert "0 of 3 newcomers worked out." in text
    assert row_of(people[0]).team_function == "it"
    assert lead.get(at("progress")).json() == {"working": True, "percent": 0, "says": "0 of 3 newcomers worked out."}
    assert jobs.run_one(timezone.now())
    assert {row_of(p).team_function for p in people} == {"learning"}
    assert lead.get(at("progress")).json()["working"] is False
    assert "being worked out" not in text_of(lead.get(at("steps")))
    assert list(differences()) == []


def test_a_worker_that_died_half_way_is_taken_up_where_it_was(world, monkeypatch):
    monkeypatch.setattr(owning, "AT_ONCE", 0)
    people = [world.newcomer() for _ in range(2)]
    owning.set_owner(
        world.northgate.pk, "work_email", ("learning", "host"), by=world.actor("onboarding_lead"), at=timezone.now()
    )
    job = Job.objects.get(kind=owning.KIND)
    Job.objects.filter(pk=job.pk).update(payload=job.payload | {"after": people[0].pk, "done": 1})
    assert jobs.run_one(timezone.now())
    assert [row_of(p).team_function for p in people] == ["it", "learning"]


def test_two_leads_at_once_are_a_conflict(lead, world):
    path = at("step_owner", "work_email")
    form = seen(lead, path)
    lead.post(path, form | {"function": "learning", "side": "host"})
    assert lead.post(path, form | {"function": "library", "side": "host"}).status_code == 409
    assert Organisation.objects.get(pk=world.northgate.pk).step_owners == {"work_email": ["learning", "host"]}


@pytest.mark.parametrize("given", [{"function": "newcomer"}, {"function": "executive"}, {"side": "elsewhere"}])
def test_nobody_but_a_team_of_either_side_can_have_a_step(lead, given):
    path = at("step_owner", "work_email")
    answer = lead.post(path, seen(lead, path) | {"function": "it", "side": "host"} | given)
    assert answer.status_code == 422


def test_the_newcomers_own_step_stays_theirs_and_an_unknown_one_is_not_there(lead):
    assert lead.get(at("step_owner", "elfh")).status_code == 404
    assert lead.get(at("step_owner", "nothing")).status_code == 404
    assert lead.get(at("step_guidance", "nothing")).status_code == 404


def test_symptoms_that_the_owner_mends_move_with_the_step_and_the_others_stay():
    pathway = parse(shipped()["england"])
    local = with_owners(pathway, {"work_email": ("library", "employer")})
    assert with_owners(pathway, {"work_email": ("library", "employer")}) is local
    assert with_owners(pathway, {}) is pathway
    assert (local.step("work_email").owner, local.step("work_email").side) == ("library", "employer")
    assert local.step("hr_record") == pathway.step("hr_record")
    owned = {s.key: s.owner for s in pathway.step("work_email").symptoms}
    for symptom in local.step("work_email").symptoms:
        assert symptom.owner == (None if owned[symptom.key] == "it" else owned[symptom.key]) or symptom.cause != (
            "work_email"
        )


# words and links


def tell(lead: Client, **given: Any) -> Any:
    path = at("step_guidance", "work_email")
    return lead.post(path, seen(lead, path) | given)


def test_newcomers_read_the_organisations_own_words_and_links_on_the_steps_page(lead, world):
    placement = world.newcomer(account=True)
    answer = tell(
        lead, text="The desk is in Block C.", title_1="Our IT pages", url_1="https://it.northgate.example/start"
    )
    assert answer["Location"] == at("steps")
    theirs = Client()
    theirs.force_login(placement.newcomer.user)
    body = theirs.get(reverse("step", args=["work_email"])).content.decode()
    assert "The desk is in Block C." in body
    assert 'href="https://it.northgate.example/start"' in body
    assert "support.nhs.net" in body  # the usual ones as well
    tell(lead, text="The desk is in Block C.", replaces="on")
    body = theirs.get(reverse("step", args=["work_email"])).content.decode()
    assert "support.nhs.net" not in body
    assert AuditEntry.objects.filter(action="step.guidance").count() == 2


def test_a_newcomer_elsewhere_reads_nothing_of_it(lead, world):
    placement = world.newcomer(account=True, employer=world.southmere)
    tell(lead, text="The desk is in Block C.")
    theirs = Client()
    theirs.force_login(placement.newcomer.user)
    assert "Block C" not in theirs.get(reverse("step", args=["work_email"])).content.decode()


def test_words_of_a_lead_are_inert(lead, world):
    placement = world.newcomer(account=True)
    tell(lead, text="<script>alert(1)</script> {{ settings.SECRET_KEY }}", title_1="<b>x", url_1="https://a.example/")
    theirs = Client()
    theirs.force_login(placement.newcomer.user)
    body = theirs.get(reverse("step", args=["work_email"])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ settings.SECRET_KEY }}" in body
    assert "&lt;b&gt;x" in body


@pytest.mark.parametrize(
    "url",
    [
        "http://northgate.example/", "javascript:alert(1)", "https://169.254.169.254/latest", "https://localhost/x",
        "https://[::1]/", "https://intranet/", "https://user:pass@northgate.example/", "https://printer.local/",
        "//northgate.example", "https://2130706433/", "https://northgate.example/ x", "https://a.example:99999/",
        "https://127.1/", "https://0x7f.0.0.1/",
    ],
)  # fmt: skip
def test_only_a_named_page_over_https_is_a_link(url):
    assert not is_link(url)


def test_a_link_that_is_none_is_refused_in_words_and_what_was_typed_stays(lead):
    answer = tell(lead, text="Block C", title_1="Here", url_1="http://northgate.example")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Give the whole address of a page, beginning with https://." in text
    assert "http://northgate.example" in text


def test_when_the_team_can_be_reached_stands_on_the_steps_page(world, client):
    placement = world.newcomer(account=True)
    client.force_login(placement.newcomer.user)
    assert "9am to 5pm, Monday to Friday" in text_of(client.get(reverse("step", args=["hr_record"])))


def test_the_steps_page_costs_the_same_whatever_is_changed(lead, world, count_queries):
    counts = []
    for _ in range(2):
        with count_queries() as queries:
            lead.get(at("steps"))
        counts.append(len(queries))
        for key in ("work_email", "esr_access", "openathens"):
            give(lead, "learning", key=key)
    assert counts[0] == counts[1] <= 7


def test_a_lead_of_two_organisations_changes_the_one_of_the_address(lead, world):
    Membership.objects.create(user=world.user("onboarding_lead"), organisation=world.southmere, role="onboarding_lead")
    give(lead, "learning", ods="zs1")
    assert Organisation.objects.get(pk=world.northgate.pk).step_owners == {}
    assert Organisation.objects.get(pk=world.southmere.pk).step_owners == {"work_email": ["learning", "host"]}
    assert set_closed_days(world.southmere.pk, [], by=world.actor("onboarding_lead"), at=timezone.now()) is None
