"""The newcomer's pages: what they may do now, what they are told, and that nobody else's chain is there for them."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onboarding.models import Membership, Placement, User
from steps.models import Fact, PlacementStep
from steps.services import placements, verbs
from steps.services.forecasting import foresee
from tests.crowd import crowd
from tests.factories import NewcomerFactory, UserFactory
from tests.web.stage import DAY_3, Clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The third day of a first week, unless a test turns it."""
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", needs_smartcard=False)


@pytest.fixture
def reads(client: Client, amara: Placement) -> Any:
    """`reads("/me/")`: what Amara reads there, its tags taken out. She signs in, whatever the clock says."""
    client.force_login(amara.newcomer.user)

    def read(address: str = "/me/", status: int = 200) -> str:
        client.force_login(amara.newcomer.user)
        answer = client.get(address)
        assert answer.status_code == status
        return text_of(answer)

    return read


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def row_of(placement: Placement, key: str) -> PlacementStep:
    return PlacementStep.objects.get(placement=placement, key=key)


def everything(world: Any, placement: Placement, *keys: str) -> None:
    """Each step finished by whoever may, its checks ticked."""
    from steps.selectors.pathways import pathway_of

    pathway = pathway_of(placement.chain.pathway)
    for key in keys:
        step = pathway.step(key)
        checks = [c.key for c in step.checks]
        amara = world.newcomer_actor(placement) if placement.newcomer.user else None
        if step.owner == "newcomer":
            verbs.finish(placement.ref, key, by=amara, at=timezone.now(), tick=checks)
            continue
        team = world.actor(step.owner)
        if step.confirmed_by:
            verbs.issue(
                placement.ref, key, by=team, at=timezone.now(), tick=[c.key for c in step.checks if c.by == "owner"]
            )
            verbs.finish(placement.ref, key, by=amara, at=timezone.now(), tick=checks)
        else:
            verbs.finish(placement.ref, key, by=team, at=timezone.now(), tick=checks)


def press(client: Client, key: str, action: str = "done", **fields: Any) -> Any:
    return client.post(f"/me/steps/{key}/{action}/", fields)


# my week


def test_a_newcomer_reads_what_to_do_now_why_and_for_how_long(reads):
    text = reads()
    assert "Day 3 of your first week" in text
    assert "Your turn: register for e-LfH" in text
    assert "e-LfH holds most of the mandatory e-learning" in text
    assert "Takes about 15 minutes." in text
    assert "Week 1: 0 of 5 done." in text


def test_the_rest_is_told_by_who_has_it_since_when_and_what_waits_for_it(reads):
    text = reads()
    assert "HR has Staff record since Mon 20 July (12 working days)." in text
    assert (
        "Identity, Work email, ESR, OpenAthens and First payslip wait for it. Usually takes 1 to 3 working days."
        in text
    )


@pytest.mark.parametrize(
    ("today", "caption"),
    [
        ((2026, 7, 29), "Starts in 5 days"),
        ((2026, 8, 2), "You start tomorrow"),
        ((2026, 8, 3), "Day 1 of your first week"),
        ((2026, 8, 7), "Day 5 of your first week"),
        ((2026, 8, 10), "Week 2"),
        ((2026, 8, 18), "Week 3"),
    ],
)
def test_the_caption_says_where_in_time_the_newcomer_is(reads, clock, today, caption):
    clock.turn_to(*today, 9)
    assert caption in reads()


def test_nothing_to_do_is_said_as_plainly_as_something(reads, world, amara):
    everything(world, amara, "elfh")
    assert "Nothing for you to do today" in reads()


def test_what_opens_most_is_asked_for_first(reads, world, amara):
    everything(world, amara, "hr_record", "identity")
    checks = ["existing_account_searched", "account_active"]
    verbs.issue(amara.ref, "work_email", by=world.actor("it"), at=timezone.now(), tick=checks)
    text = reads()
    assert "Your turn: try Work email" in text
    assert "IT says this works. Does it for you?" in text
    assert "Also yours, when you have time: Register for e-LfH" in text


def test_after_day_five_what_is_late_is_counted_and_nobody_blames_the_newcomer(reads, clock, world, amara):
    everything(world, amara, "hr_record", "identity", "elfh")
    clock.turn_to(2026, 8, 7, 9)
    assert "late" not in reads()
    clock.turn_to(2026, 8, 8, 9)
    assert "3 things are late. This is not your fault." in reads()


def test_with_everything_done_the_page_says_that_week_one_is_set(reads, world, amara):
    everything(world, amara, "hr_record", "identity", "work_email", "esr_access", "elfh", "training")
    text = reads()
    assert "You are set for week 1" in text
    assert "Week 1: 5 of 5 done." in text


def test_since_you_were_last_here_names_what_changed_after_the_sign_in_before(reads, world, amara):
    user = amara.newcomer.user
    assert "Since you were last here" not in reads()
    everything(world, amara, "hr_record")
    User.objects.filter(pk=user.pk).update(previous_login=DAY_3 - dt.timedelta(hours=1))
    news = reads().partition("Since you were last here")[2].partition("Who has the rest")[0]
    assert "Staff record : HR confirmed this on Wed 5 August." in news
    assert "Identity : HR can do this now" in news
    assert "e-LfH" not in news


def test_a_newcomer_with_two_placements_sees_the_latest_open_one_and_can_open_the_other(reads, client, world, amara):
    later = world.newcomer(
        newcomer=amara.newcomer,
        employer=world.southmere,
        start_date=dt.date(2026, 9, 1),
        manager=None,
        role="Registrar",
    )
    text = reads()
    assert "Starts in 27 days" in text
    assert "Clinical fellow at Northgate , from Mon 3 August" in text
    first = reads(f"/me/?placement={amara.ref}")
    assert "Day 3 of your first week" in first
    assert f"/me/steps/elfh/?placement={amara.ref}" in client.get(f"/me/?placement={amara.ref}").content.decode()
    placements.set_status(
        later.ref, "withdrawn", by=world.actor("hr", "southmere"), at=timezone.now(), reason="moved away"
    )
    assert "Day 3 of your first week" in reads()


def test_a_deferred_start_is_said_and_nothing_is_asked(reads, world, amara):
    placements.set_status(amara.ref, "deferred", by=world.actor("hr"), at=timezone.now(), reason="visa")
    text = reads()
    assert "Your start is put off" in text
    assert "Your turn" not in text.partition("Your chain")[0]
    assert "I have done this" not in reads("/me/steps/elfh/")


def test_a_newcomer_whose_post_is_not_here_yet_reads_what_happens_next(client, world):
    person = NewcomerFactory(user=UserFactory())
    client.force_login(person.user)
    answer = client.get("/me/")
    assert answer.status_code == 200
    assert "HR adds your post." in text_of(answer)
    assert client.get("/me/steps/elfh/").status_code == 404


# the page of a step


def test_a_waiting_step_says_what_it_waits_for_and_what_that_waits_for(reads):
    text = reads("/me/steps/esr_access/")
    assert "Not yet: Work email comes first, which waits for Staff record." in text
    assert "HR has Staff record since Mon 20 July (12 working days)." in text
    assert "Usually takes 1 to 5 working days" in text
    assert "Needed by Fri 7 August" in text
    assert "Do not ask IT for an ESR login." in text
    assert "I have done this" not in text


def test_the_newcomer_finishes_their_own_step_and_may_take_it_back(reads, client, amara):
    version = row_of(amara, "elfh").version
    answer = press(client, "elfh", seen=version, checks=["registered"], full="no")
    assert answer.status_code == 302
    text = reads()
    assert "You told us that e-LfH is done. Learning and development has Training now." in text
    assert "Undo" in text
    fact = Fact.objects.get(placement=amara, kind="done")
    assert fact.full is False
    assert client.post(f"/me/facts/{fact.pk}/undo/").status_code == 302
    assert "Taken back." in reads()
    assert row_of(amara, "elfh").state == "ready"
    client.post(f"/me/facts/{fact.pk}/undo/")
    assert "This was taken back already." in reads()


def test_an_unticked_check_is_asked_for_in_its_own_words_and_nothing_is_written(client, reads, amara):
    answer = press(client, "elfh", seen=row_of(amara, "elfh").version)
    assert answer.status_code == 422
    text = text_of(answer)
    assert text.startswith("Error: ")
    assert "Tick “I have registered” once it is so." in text
    assert "Say which email you registered with." in text
    assert not Fact.objects.filter(placement=amara).exists()


def test_pressing_twice_is_answered_kindly_and_writes_once(client, reads, amara):
    version = row_of(amara, "elfh").version
    for _ in range(2):
        assert press(client, "elfh", seen=version, checks=["registered"], full="no").status_code == 302
    assert "We had this already: e-LfH stands as you say." in reads()
    assert Fact.objects.filter(placement=amara, kind="done").count() == 1


def issue_email(world: Any, amara: Placement) -> None:
    everything(world, amara, "hr_record", "identity")
    checks = ["existing_account_searched", "account_active"]
    verbs.issue(amara.ref, "work_email", by=world.actor("it"), at=timezone.now(), tick=checks)


def test_what_it_hands_out_the_newcomer_confirms(client, reads, world, amara):
    issue_email(world, amara)
    text = reads("/me/steps/work_email/")
    assert "IT says this works. Does it for you?" in text
    assert "Yes, it works" in text
    ticks = ["policy_accepted", "second_factor_set", "test_mail"]
    assert press(client, "work_email", seen=row_of(amara, "work_email").version, checks=ticks).status_code == 302
    assert "You told us that Work email works. HR has ESR now." in reads()


def test_a_press_on_a_page_that_grew_old_is_a_conflict_that_says_who_did_what(client, reads, world, amara):
    issue_email(world, amara)
    old = row_of(amara, "work_email").version
    verbs.reopen(amara.ref, "work_email", by=world.actor("it"), at=timezone.now(), reason="wrong mailbox")
    ticks = ["policy_accepted", "second_factor_set", "test_mail"]
    answer = press(client, "work_email", seen=old, checks=ticks)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "IT at Northgate reopened this at 10am today." in text
    assert "/me/steps/work_email/" in answer.content.decode()


def test_before_it_is_handed_out_the_newcomer_may_say_that_it_works_and_the_team_is_asked(client, reads, amara):
    assert "It works already" in reads("/me/steps/work_email/")
    assert press(client, "work_email", "works-already").status_code == 302
    text = reads("/me/steps/work_email/")
    assert "We asked IT to confirm it." in text
    assert "You told us on Wed 5 August that this works. We asked IT to confirm it." in text
    press(client, "work_email", "works-already")
    assert "You told us before. We asked IT to confirm it." in reads("/me/steps/work_email/")
    assert not Fact.objects.filter(placement=amara).exists()


def test_what_is_done_cannot_be_said_to_work_already_and_the_reason_is_told(client, reads, world, amara):
    everything(world, amara, "hr_record")
    answer = press(client, "hr_record", "works-already")
    assert answer.status_code == 422
    assert "This step is done." in text_of(answer)


def test_the_newcomer_reads_their_record_against_the_passport_month_as_a_word(client, reads, amara):
    text = reads("/me/steps/hr_record/")
    assert "Is this exactly what your passport says?" in text
    assert "Date of birth 3 July 1994" in text
    assert press(client, "hr_record", "passport").status_code == 302
    assert "You told us on Wed 5 August that this is right." in reads("/me/steps/hr_record/")
    assert list(row_of(amara, "hr_record").ticks) == ["same_as_passport"]


def test_one_name_is_fine(client, world):
    placement = world.newcomer(account=True, newcomer__given_name="", newcomer__family_name="Suharto")
    client.force_login(placement.newcomer.user)
    text = text_of(client.get("/me/steps/hr_record/"))
    assert "Family name Suharto" in text
    assert "One name is fine." in text


def test_checks_are_the_newcomers_to_tick_before_the_step_is_theirs(client, reads, amara):
    assert press(client, "work_email", "ticks", checks=["uk_mobile"]).status_code == 302
    assert list(row_of(amara, "work_email").ticks) == ["uk_mobile"]
    press(client, "work_email", "ticks")
    assert not row_of(amara, "work_email").ticks


def test_ticking_a_check_keeps_the_answer_about_the_passport(client, reads, amara):
    press(client, "hr_record", "passport")
    press(client, "hr_record", "ticks")
    assert "same_as_passport" in row_of(amara, "hr_record").ticks


def test_a_check_of_the_team_cannot_be_ticked_by_the_newcomer(client, reads, amara):
    assert press(client, "work_email", "ticks", checks=["account_active"]).status_code == 422
    assert not row_of(amara, "work_email").ticks


@pytest.mark.parametrize("button", ["I changed it", "It was my work email already"])
def test_once_the_work_email_is_there_the_elfh_account_gets_it(client, reads, world, amara, button):
    press(client, "elfh", seen=row_of(amara, "elfh").version, checks=["registered"], full="no")
    assert "Works, with less access until Work email is done." in reads("/me/steps/elfh/")
    everything(world, amara, "hr_record", "identity", "work_email")
    assert "Your work email has arrived. Change your e-LfH email to it." in reads()
    assert button in reads("/me/steps/elfh/")
    assert press(client, "elfh", "up-to-date", seen=row_of(amara, "elfh").version).status_code == 302
    row = row_of(amara, "elfh")
    assert (row.limited, row.upgrade) == (False, False)


def test_who_registered_with_the_work_email_is_never_asked_to_change_it(client, reads, world, amara):
    press(client, "elfh", seen=row_of(amara, "elfh").version, checks=["registered"], full="yes")
    everything(world, amara, "hr_record", "identity", "work_email")
    assert not row_of(amara, "elfh").upgrade


def test_what_only_the_newcomer_can_clear_says_how_and_is_cleared_by_them(client, reads, world, amara):
    me = world.newcomer_actor(amara)
    everything(world, amara, "hr_record")
    verbs.block(
        amara.ref, "identity", by=me, at=timezone.now(), reason="share code ran out", symptom="expired_share_code",
        owner="newcomer", independent=True,
    )  # fmt: skip
    assert "Your turn: Identity is stuck" in reads()
    text = reads("/me/steps/identity/")
    assert "Only you can clear this: Sign in to your UK Visas and Immigration account." in text
    row = row_of(amara, "identity")
    blocker = row.reasons["blockers"][0]["id"]
    assert press(client, "identity", "cleared", seen=row.version, blocker=blocker, reason="").status_code == 422
    assert (
        press(client, "identity", "cleared", seen=row.version, blocker=blocker, reason="New code").status_code == 302
    )
    assert "You cleared what held Identity." in reads()
    assert row_of(amara, "identity").state == "ready"


def test_a_stale_answer_keeps_what_was_typed(client, reads, world, amara):
    me = world.newcomer_actor(amara)
    verbs.block(amara.ref, "identity", by=me, at=timezone.now(), reason="code", owner="newcomer", independent=True)
    row = row_of(amara, "identity")
    blocker = row.reasons["blockers"][0]["id"]
    verbs.block(amara.ref, "identity", by=me, at=timezone.now(), reason="more", owner="newcomer", independent=True)
    typed = "I made <b>a new</b> code"
    answer = press(client, "identity", "cleared", seen=row.version, blocker=blocker, reason=typed)
    assert answer.status_code == 409
    assert typed in text_of(answer)
    assert "<b>a new</b>" not in answer.content.decode()


def test_what_stopped_working_and_works_again_is_said_by_the_newcomer(client, reads, world, amara):
    issue_email(world, amara)
    ticks = ["policy_accepted", "second_factor_set", "test_mail"]
    press(client, "work_email", seen=row_of(amara, "work_email").version, checks=ticks)
    verbs.block(amara.ref, "work_email", by=world.newcomer_actor(amara), at=timezone.now(), reason="locked")
    assert "IT knows since" in reads("/me/steps/work_email/")
    assert "Does it work now?" in reads("/me/steps/work_email/")
    press(client, "work_email", seen=row_of(amara, "work_email").version, checks=ticks)
    assert row_of(amara, "work_email").state == "done"


def test_a_payslip_before_its_day_is_nothing_to_worry_about(reads):
    text = reads("/me/steps/first_pay/")
    assert "Payslips show from Tue 25 August. Nothing is wrong." in text
    assert "already" not in text


def test_a_step_that_the_role_does_not_need_says_so_and_asks_nothing(reads, client):
    text = reads("/me/steps/smartcard/")
    assert "Your role does not need this." in text
    assert "<form" not in client.get("/me/steps/smartcard/").content.decode().split("<main")[1].split("</main")[0]


def test_a_step_checked_again_says_that_it_can_be_used(reads, world, amara):
    everything(world, amara, "hr_record", "identity")
    verbs.correct(amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), fields=["name"])
    assert "Done, but Staff record changed on Wed 5 August. HR is checking. Keep using it." in reads(
        "/me/steps/identity/"
    )


def test_a_lead_employers_trainee_reads_which_organisation_has_what(client, world):
    trainee = world.newcomer(account=True, employer=world.lead, host=world.northgate)
    client.force_login(trainee.newcomer.user)
    text = text_of(client.get("/me/"))
    assert "HR at Harbour Lead Employer has Staff record" in text


# who


ADDRESSES = [
    ("get", "/me/steps/elfh/"),
    ("post", "/me/steps/elfh/done/"),
    ("post", "/me/steps/elfh/up-to-date/"),
    ("post", "/me/steps/elfh/cleared/"),
    ("post", "/me/steps/elfh/works-already/"),
    ("post", "/me/steps/elfh/ticks/"),
    ("post", "/me/steps/hr_record/passport/"),
]


@pytest.mark.parametrize(("method", "address"), [("get", "/me/"), *ADDRESSES])
def test_another_newcomers_placement_does_not_exist(client, world, amara, method, address):
    outsider = world.newcomer(account=True, newcomer__given_name="Chen")
    client.force_login(outsider.newcomer.user)
    before = list(PlacementStep.objects.filter(placement=amara).values_list("version", flat=True))
    answer = getattr(client, method)(f"{address}?placement={amara.ref}")
    assert answer.status_code == 404
    assert list(PlacementStep.objects.filter(placement=amara).values_list("version", flat=True)) == before


def test_another_newcomers_fact_cannot_be_undone(client, reads, world, amara):
    press(client, "elfh", seen=row_of(amara, "elfh").version, checks=["registered"], full="no")
    fact = Fact.objects.get(placement=amara)
    outsider = world.newcomer(account=True)
    client.force_login(outsider.newcomer.user)
    assert client.post(f"/me/facts/{fact.pk}/undo/").status_code == 404
    assert row_of(amara, "elfh").state == "done"


def test_what_a_team_recorded_is_not_the_newcomers_to_undo(client, reads, world, amara):
    everything(world, amara, "hr_record")
    fact = Fact.objects.get(placement=amara)
    assert client.post(f"/me/facts/{fact.pk}/undo/").status_code == 403


@pytest.mark.parametrize("role", ["hr", "it", "manager", "executive", "onboarding_lead"])
def test_staff_without_a_newcomers_record_have_no_week_of_their_own(client, world, role):
    client.force_login(world.user(role))
    assert client.get("/me/").status_code == 403
    assert client.get("/me/steps/elfh/").status_code == 403


def test_a_member_of_staff_who_is_new_as_well_has_a_week(client, world, amara):
    Membership.objects.create(user=amara.newcomer.user, organisation=world.northgate, role="it")
    client.force_login(amara.newcomer.user)
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("address", ["/me/steps/nowhere/", "/me/?placement=nonsense", "/me/?placement=%00"])
def test_what_is_not_there_is_not_found(reads, address):
    reads(address, status=404)


def test_a_stranger_is_asked_to_sign_in(client, amara):
    assert client.get("/me/").status_code == 302
    assert "/account/login/" in client.get("/me/").headers["Location"]


def test_a_page_of_the_week_is_kept_in_no_cache(reads, client):
    assert client.get("/me/").headers["Cache-Control"] == "no-store, private"


def test_the_birth_date_is_on_the_page_of_the_record_and_nowhere_else(client, reads, amara):
    for key in PlacementStep.objects.filter(placement=amara).values_list("key", flat=True):
        assert ("1994" in reads(f"/me/steps/{key}/")) is (key == "hr_record")
    assert "1994" not in reads()


def test_it_says_when_they_will_likely_be_ready_and_promises_nothing(client, world, amara):
    client.force_login(amara.newcomer.user)
    assert "When you will likely be ready Too early to say." in text_of(client.get("/me/"))
    foresee(timezone.now())
    said = re.search(r"When you will likely be ready (Likely [^:]+: .+ in 10 to be ready by [^.]+)\. Forecast from",
                     text_of(client.get("/me/")))  # fmt: skip
    assert said is not None
    everything(world, amara, "hr_record", "identity", "work_email", "esr_access", "elfh", "training")
    assert "When you will likely be ready" not in text_of(client.get("/me/"))


# queries


@pytest.mark.parametrize("newcomers", [1, 50, 5000])
def test_my_week_and_a_step_cost_the_same_queries_however_many_newcomers_there_are(
    client, world, amara, count_queries, newcomers
):
    crowd(amara, newcomers - 1)
    client.force_login(amara.newcomer.user)
    for address, cost in (("/me/", 8), ("/me/steps/esr_access/", 7)):  # with the dates that bite; guidance and hours
        with count_queries() as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == cost, queries


def test_a_longer_history_costs_no_query_more(client, world, amara, count_queries):
    everything(world, amara, "hr_record", "identity", "work_email", "elfh")
    client.force_login(amara.newcomer.user)
    with count_queries() as queries:
        client.get("/me/")
    assert len(queries) == 8
