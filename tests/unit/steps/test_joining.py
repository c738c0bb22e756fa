"""Two records of one person: proposed by what each organisation may read, joined by a human, and undone exactly."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from onboarding.models import AuditEntry, Newcomer, OutboxMail, Placement, User
from onboarding.policies import Refused
from onboarding.rights.erasing import erase
from steps.arrival.storing import import_roster
from steps.models import Fact, Joining, Pair, PairFound, PlacementStep
from steps.models.joining import PairState
from steps.selectors.pairs import pair_for, pairs_of, seen_of
from steps.services import asking_pairs, finding, joining, unjoining, verbs
from steps.services.locking import NotThere
from steps.services.placements import correct_details, set_status
from steps.services.recording import Stale
from tests.factories import UserFactory
from tests.web.stage import finished

BORN = dt.date(1994, 7, 3)


def listed(world, given="Mohammed", family="Aziz", **more):
    more.setdefault("newcomer__date_of_birth", BORN)
    return world.newcomer(newcomer__given_name=given, newcomer__family_name=family, **more)


def hosted(world, given="Mohammed", family="Aziz", **more):
    return listed(world, given, family, employer=world.lead, host=world.northgate, **more)


def proposed(actor, *orgs):
    for org in orgs:
        finding.find(org.pk, at=timezone.now())
    return pairs_of(actor, PairState.OPEN)[0]


def join(view, kept, by):
    return joining.join(view.pair.ref, keep=kept.newcomer_id, seen=seen_of(view), by=by, at=timezone.now())


def everything():
    """All that the two records and their posts say, but for what counts presses."""
    columns = [f.attname for f in PlacementStep._meta.concrete_fields if f.attname != "version"]
    return [
        list(Newcomer.objects.order_by("pk").values()),
        list(Placement.objects.order_by("pk").values()),
        list(PlacementStep.objects.order_by("placement", "position").values(*columns)),
    ]


@pytest.fixture
def two(world):
    """One person in Northgate's list twice: two spellings, two posts, finished steps on both."""
    first = listed(world, "Mohammed", account=True, start_date=dt.date(2026, 8, 3))
    second = listed(world, "Mohamed", start_date=dt.date(2027, 2, 1), newcomer__gmc_number="7712345")
    for one in (first, second):
        finished(world, one, "hr_record", "identity")
    (view,) = proposed(world.actor("hr"), world.northgate)
    return first, second, view


def test_a_pair_is_proposed_once_however_often_we_look(world, two):
    for _ in range(3):
        finding.find(world.northgate.pk, at=timezone.now())
    assert (Pair.objects.count(), PairFound.objects.count()) == (1, 1)


def test_two_people_with_different_numbers_are_never_proposed(world):
    listed(world, newcomer__gmc_number="7712345")
    listed(world, newcomer__gmc_number="7712346")
    assert proposed(world.actor("hr"), world.northgate) == []


def test_a_proposal_that_no_longer_holds_goes(world, two):
    first, _, _ = two
    correct_details(
        first.ref, changes={"gmc_number": "7799999"}, by=world.actor("hr"), at=timezone.now(), reason="It has one."
    )
    assert proposed(world.actor("hr"), world.northgate) == []


def test_joining_moves_the_posts_with_their_histories_and_deletes_nothing(world, two):
    first, second, view = two
    facts = Fact.objects.count()
    join(view, first, world.actor("hr"))
    second.refresh_from_db()
    assert second.newcomer_id == first.newcomer_id
    kept = Newcomer.objects.get(pk=first.newcomer_id)
    assert (kept.name, kept.gmc_number) == ("Mohammed Aziz", "7712345")
    assert Newcomer.objects.count() == 2
    assert Fact.objects.filter(placement=second, step="hr_record", kind="done").exists()
    assert Fact.objects.count() == facts + 1  # the name of the moved post is another now


def test_what_rests_on_a_name_that_changed_is_checked_again(world, two):
    first, second, view = two
    join(view, first, world.actor("hr"))
    states = dict(PlacementStep.objects.filter(placement=second).values_list("key", "state"))
    assert states["identity"] == "recheck"
    assert set(PlacementStep.objects.filter(placement=first, done_at__isnull=False).values_list("state")) == {
        ("done",)
    }


def test_the_same_name_after_folding_sends_nothing_back(world):
    first = listed(world, "Zoë", "Müller", account=True)
    second = listed(world, "ZOE", "MUELLER", start_date=dt.date(2027, 2, 1))
    finished(world, second, "hr_record", "identity")
    (view,) = proposed(world.actor("hr"), world.northgate)
    join(view, first, world.actor("hr"))
    assert not PlacementStep.objects.filter(state="recheck").exists()


@pytest.mark.parametrize("keep", [0, 1])
def test_undoing_puts_everything_back_exactly(world, two, keep):
    before = everything()
    join(two[2], two[keep], world.actor("hr"))
    assert everything() != before
    unjoining.undo(two[2].pair.ref, by=world.actor("hr"), at=timezone.now())
    assert everything() == before
    assert pairs_of(world.actor("hr"), PairState.OPEN)[0]
    call_command("verify")


def test_one_entry_in_each_organisation_tells_of_it(world, two):
    before = AuditEntry.objects.count()
    join(two[2], two[0], world.actor("hr"))
    entry = AuditEntry.objects.order_by("pk").last()
    assert AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.organisation_id) == ("newcomers.joined", world.northgate.pk)
    assert entry.after["moved"] == [str(two[1].ref)]


def test_the_sign_in_of_either_goes_with_the_person(world, two):
    first, second, view = two
    user = first.newcomer.user_id
    join(view, second, world.actor("hr"))
    assert Newcomer.objects.get(pk=second.newcomer_id).user_id == user


def test_of_two_sign_ins_the_kept_one_stays_and_the_other_is_told(world, two):
    first, second, view = two
    Newcomer.objects.filter(pk=second.newcomer_id).update(user=UserFactory())
    view = pair_for(world.actor("hr"), view.pair.ref)
    join(view, first, world.actor("hr"))
    gone = Newcomer.objects.get(pk=second.newcomer_id)
    assert gone.user_id is not None
    assert not gone.placements.exists()


class TestOnePostListedTwice:
    @pytest.fixture
    def twins(self, world):
        one, other = hosted(world, "Mohammed"), hosted(world, "Mohamed")
        finished(world, other, "hr_record")
        (view,) = proposed(world.actor("hr", "lead"), world.lead)
        return one, other, view

    def test_the_kept_one_goes_on_and_takes_over_what_is_finished(self, world, twins):
        one, other, view = twins
        join(view, one, world.actor("hr", "lead"))
        other.refresh_from_db()
        assert (other.twin_of_id, other.status, other.newcomer_id) == (one.pk, "withdrawn", one.newcomer_id)
        taken = Fact.objects.get(placement=one, step="hr_record", kind="done")
        original = Fact.objects.get(placement=other, step="hr_record", kind="done")
        assert (taken.at, taken.by_name, taken.source) == (original.at, original.by_name, f"joined:{other.ref}")
        assert PlacementStep.objects.get(placement=one, key="hr_record").state == "done"

    def test_undoing_gives_both_back_exactly(self, world, twins):
        one, _, view = twins
        before = everything()
        join(view, one, world.actor("hr", "lead"))
        unjoining.undo(view.pair.ref, by=world.actor("hr", "lead"), at=timezone.now())
        assert everything() == before

    def test_what_is_written_to_the_joined_post_cannot_be_divided_again(self, world, twins):
        one, _, view = twins
        join(view, one, world.actor("hr", "lead"))
        finished(world, one, "identity")
        with pytest.raises(Refused, match="has written to the joined post since"):
            unjoining.undo(view.pair.ref, by=world.actor("hr", "lead"), at=timezone.now())

    def test_a_listing_that_is_stuck_is_cleared_before_it_ends(self, world, twins):
        one, other, view = twins
        verbs.block(
            other.ref, "identity", by=world.actor("hr", "lead"), at=timezone.now(), reason="The passport is missing."
        )
        view = pair_for(world.actor("hr", "lead"), view.pair.ref)
        with pytest.raises(Refused, match="stuck on the listing that would end"):
            join(view, one, world.actor("hr", "lead"))

    def test_the_listing_that_ended_is_changed_nowhere(self, world, twins):
        one, other, view = twins
        join(view, one, world.actor("hr", "lead"))
        with pytest.raises(Refused, match="listed twice"):
            set_status(other.ref, "expected", by=world.actor("hr", "lead"), at=timezone.now())


class TestWhyItCannotBeUndone:
    def refused(self, world, two, words):
        with pytest.raises(Refused, match=words):
            unjoining.undo(two[2].pair.ref, by=world.actor("hr"), at=timezone.now())

    @pytest.fixture(autouse=True)
    def joined(self, world, two):
        join(two[2], two[0], world.actor("hr"))

    def test_another_post_was_added(self, world, two):
        kept = Newcomer.objects.get(pk=two[0].newcomer_id)
        world.newcomer(newcomer=kept, start_date=dt.date(2027, 8, 2))
        self.refused(world, two, "Another post was added")

    def test_the_details_were_corrected(self, world, two):
        by, at = world.actor("hr"), timezone.now()
        correct_details(two[0].ref, changes={"given_name": "Mohammad"}, by=by, at=at, reason="The passport.")
        self.refused(world, two, "corrected since")

    def test_the_newcomer_has_confirmed_steps_of_both(self, world, two):
        me = world.newcomer_actor(Placement.objects.get(pk=two[0].pk))
        verbs.finish(two[1].ref, "elfh", by=me, at=timezone.now(), tick=elfh_ticks(two[1]))
        self.refused(world, two, "as one person")

    def test_facts_on_a_post_of_its_own_are_no_hindrance(self, world, two):
        finished(world, Placement.objects.get(pk=two[1].pk), "hr_record")
        verbs.reopen(two[1].ref, "identity", by=world.actor("hr"), at=timezone.now(), reason="The share code.")
        unjoining.undo(two[2].pair.ref, by=world.actor("hr"), at=timezone.now())
        assert PlacementStep.objects.get(placement=two[1], key="identity").state == "ready"


def elfh_ticks(placement):
    from steps.selectors.pathways import pathway_of

    return [c.key for c in pathway_of(placement.chain.pathway).step("elfh").checks]


class TestWhoSeesWhat:
    """Northgate has its own doctor; the lead employer has a trainee at Northgate. They may be one person."""

    @pytest.fixture
    def across(self, world):
        return listed(world), hosted(world, newcomer__gmc_number="7712345")

    def test_the_host_finds_the_pair_by_the_name_alone(self, world, across):
        Newcomer.objects.filter(pk=across[1].newcomer_id).update(date_of_birth=dt.date(1980, 1, 1))
        assert len(proposed(world.actor("hr"), world.northgate, world.lead)) == 1

    def test_another_spelling_tells_the_host_nothing_by_the_date_of_birth(self, world, across):
        Newcomer.objects.filter(pk=across[1].newcomer_id).update(given_name="Mohamed")
        assert proposed(world.actor("hr"), world.northgate, world.lead) == []

    def test_for_the_employer_of_one_of_them_the_other_does_not_exist(self, world, across):
        (view,) = proposed(world.actor("hr"), world.northgate, world.lead)
        assert pairs_of(world.actor("hr", "lead"), PairState.OPEN)[0] == []
        assert pair_for(world.actor("hr", "lead"), view.pair.ref) is None
        with pytest.raises(NotThere):
            join(view, across[1], world.actor("hr", "lead"))

    def test_the_host_does_not_decide_about_a_trainee(self, world, across):
        (view,) = proposed(world.actor("hr"), world.northgate)
        with pytest.raises(Refused, match="Harbour Lead Employer decides"):
            join(view, across[0], world.actor("hr"))

    def test_asked_the_lead_employer_sees_the_pair_and_decides(self, world, across):
        (view,) = proposed(world.actor("hr"), world.northgate)
        asking_pairs.ask(view.pair.ref, by=world.actor("hr"), at=timezone.now())
        theirs = pair_for(world.actor("hr", "lead"), view.pair.ref)
        assert [side.opens for side in theirs.sides] == [False, True]
        join(theirs, across[1], world.actor("hr", "lead"))
        across[0].refresh_from_db()
        assert across[0].newcomer_id == across[1].newcomer_id

    def test_nobody_else_sees_it_then(self, world, across):
        (view,) = proposed(world.actor("hr"), world.northgate)
        asking_pairs.ask(view.pair.ref, by=world.actor("hr"), at=timezone.now())
        for who in (("hr", "southmere"), ("it", "northgate"), ("payroll", "lead"), ("manager", "northgate")):
            assert pair_for(world.actor(*who), view.pair.ref) is None

    def test_two_trainees_of_one_name_are_for_their_employer_to_tell_apart(self, world):
        hosted(world, start_date=dt.date(2026, 8, 3))
        hosted(world, start_date=dt.date(2027, 2, 1))
        assert proposed(world.actor("hr"), world.northgate, world.lead) == []
        assert len(pairs_of(world.actor("hr", "lead"), PairState.OPEN)[0]) == 1


def test_two_people_are_remembered_and_never_proposed_again(world, two):
    joining.part(two[2].pair.ref, seen=seen_of(two[2]), by=world.actor("hr"), at=timezone.now())
    assert proposed(world.actor("hr"), world.northgate) == []
    again = pair_for(world.actor("hr"), two[2].pair.ref)
    assert again.pair.state == PairState.TWO_PEOPLE


def test_whoever_is_not_one_of_them_is_not_the_joined_one_either(world, two):
    third = listed(world, "Mohamed", start_date=dt.date(2026, 9, 7))
    views = {
        frozenset((v.first.person.pk, v.second.person.pk)): v for v in proposed(world.actor("hr"), world.northgate)
    }
    parted = views[frozenset((two[1].newcomer_id, third.newcomer_id))]
    joining.part(parted.pair.ref, seen=seen_of(parted), by=world.actor("hr"), at=timezone.now())
    join(pair_for(world.actor("hr"), two[2].pair.ref), two[0], world.actor("hr"))
    assert proposed(world.actor("hr"), world.northgate) == []


def test_a_page_from_before_a_change_is_stale(world, two):
    correct_details(
        two[0].ref, changes={"family_name": "Azeez"}, by=world.actor("hr"), at=timezone.now(), reason="The passport."
    )
    with transaction.atomic(), pytest.raises(Stale):
        join(two[2], two[0], world.actor("hr"))
    assert not Joining.objects.exists()


def test_pressed_twice_joins_once(world, two):
    one = join(two[2], two[0], world.actor("hr"))
    assert join(two[2], two[0], world.actor("hr")).pk == one.pk
    assert Joining.objects.count() == 1


HEADINGS = "given_name,family_name,date_of_birth,start_date,role,employer_ods\n"


def roster(world, *rows):
    return import_roster(
        BytesIO((HEADINGS + "\n".join(rows)).encode()), organisation=world.northgate, by=world.actor("hr"),
        at=timezone.now(),
    ).plan  # fmt: skip


def test_a_list_that_still_has_the_old_spelling_finds_the_joined_person_and_changes_nothing(world, two):
    join(two[2], two[0], world.actor("hr"))
    plan = roster(world, "Mohamed,Aziz,1994-07-03,2027-02-01,Clinical fellow,ZN1")
    assert (len(plan.new), len(plan.changed), plan.unchanged) == (0, 0, [2])


def test_an_import_asks_to_look_and_the_worker_finds_the_pair(world):
    from onboarding.jobs import run_due

    listed(world)
    roster(world, "Mohamed,Aziz,1994-07-03,2027-02-01,Clinical fellow,ZN1")
    run_due(timezone.now())
    assert len(pairs_of(world.actor("hr"), PairState.OPEN)[0]) == 1


def test_erasing_the_person_erases_the_record_that_was_joined_into_theirs(world, two):
    Newcomer.objects.filter(pk=two[1].newcomer_id).update(user=UserFactory(), personal_email="once@mail.example")
    view = pair_for(world.actor("hr"), two[2].pair.ref)
    join(view, two[0], world.actor("hr"))
    erase(Placement.objects.get(pk=two[0].pk), by=world.actor("hr"), at=timezone.now())
    assert not Newcomer.objects.exists()
    assert not Pair.objects.exists()
    assert not User.objects.filter(newcomer__isnull=False).exists()


def test_who_is_asked_gets_a_mail_that_names_nobody_until_it_is_decided(world):
    listed(world)
    hosted(world)
    (view,) = proposed(world.actor("hr"), world.northgate)
    for _ in range(2):
        asking_pairs.ask(view.pair.ref, by=world.actor("hr"), at=timezone.now())
    mail = OutboxMail.objects.get(kind="pair_asked")
    assert (mail.recipient, "Aziz" in mail.text + mail.subject) == ("hr@lead.example", False)
    assert asking_pairs.recipient_now(mail) == "hr@lead.example"
    theirs = pair_for(world.actor("hr", "lead"), view.pair.ref)
    joining.part(view.pair.ref, seen=seen_of(theirs), by=world.actor("hr", "lead"), at=timezone.now())
    assert asking_pairs.recipient_now(mail) == ""
