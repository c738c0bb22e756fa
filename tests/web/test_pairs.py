"""Listed twice: the list, the comparison, and what HR and the onboarding lead press."""

import pytest
from django.urls import reverse
from django.utils import timezone

from onboarding.jobs import run_due
from onboarding.models import AuditEntry, Newcomer, Placement
from steps.models import Joining, Pair
from steps.models.joining import PairState
from steps.services import finding, joining
from tests.factories import UserFactory
from tests.unit.steps.test_joining import hosted, listed, two
from tests.web.staff import as_user, text_of

__all__ = ["two"]  # the pair that these pages show


def address(name, pair):
    return reverse(name, args=[pair.ref])


def seen_in(answer):
    return answer.context["seen"]


def pressed(client, name, pair, **data):
    """A press on the pair's page, as it stands."""
    page = client.get(address("pair", pair))
    return client.post(address(name, pair), {"seen": seen_in(page), **data}, follow=True)


def test_the_list_says_who_may_be_listed_twice_and_why(client, world, two):
    page = as_user(client, world.user("hr")).get(reverse("pairs"))
    said = text_of(page)
    assert "1 pair may be one person" in said
    assert "Mohammed Aziz and Mohamed Aziz" in said
    assert "Name: perhaps two spellings of one name; same date of birth." in said


def test_an_empty_list_says_so_and_when_we_looked(client, world):
    as_user(client, world.user("onboarding_lead"))
    assert "Nobody seems to be listed twice" in text_of(client.get(reverse("pairs")))
    assert "We are looking" in text_of(client.post(reverse("pairs_look"), follow=True))
    run_due(timezone.now())
    assert "Last looked" in text_of(client.get(reverse("pairs")))


def test_the_list_of_newcomers_and_a_newcomer_lead_to_it(client, world, two):
    as_user(client, world.user("hr"))
    assert reverse("pairs") in client.get(reverse("newcomers")).content.decode()
    assert address("pair", two[2].pair) in client.get(reverse("newcomer", args=[two[0].ref])).content.decode()
    as_user(client, world.user("it"))
    assert reverse("pairs") not in client.get(reverse("newcomers")).content.decode()


def test_hr_reads_both_sides_and_the_lead_no_date_of_birth(client, world, two):
    said = text_of(as_user(client, world.user("hr")).get(address("pair", two[2].pair)))
    assert "3 July 1994" in said
    assert "Explainable perhaps two spellings of one name" in said
    said = text_of(as_user(client, world.user("onboarding_lead")).get(address("pair", two[2].pair)))
    assert "1994" not in said
    assert "Date of birth First record" in said
    assert "Your role does not see this" in said


def test_a_look_at_the_birth_dates_is_noted_once_for_each(client, world, two):
    for _ in range(2):
        as_user(client, world.user("hr")).get(address("pair", two[2].pair))
    assert AuditEntry.objects.filter(action="identity.read").count() == 2


def test_before_the_press_it_says_what_each_side_would_keep_and_what_follows(client, world, two):
    said = text_of(as_user(client, world.user("hr")).get(address("pair", two[2].pair)))
    assert "The name stays Mohammed Aziz. It takes over the GMC number of the other." in said
    assert "The name stays Mohamed Aziz." in said
    assert "finished steps that rest on it are checked again" in said
    assert "One of them has a sign-in" in said


def test_two_sign_ins_are_spoken_of_before_and_after(client, world, two):
    other = UserFactory()
    Newcomer.objects.filter(pk=two[1].newcomer_id).update(user=other)
    as_user(client, world.user("hr"))
    assert "Both have a sign-in" in text_of(client.get(address("pair", two[2].pair)))
    pressed(client, "pair_join", two[2].pair, keep="first")
    assert "Sign in with your other email address" in text_of(as_user(client, other).get(reverse("me")))
    mine = text_of(as_user(client, Newcomer.objects.get(pk=two[0].newcomer_id).user).get(reverse("me")))
    assert "Your other placements Clinical fellow at Northgate, from Mon" in mine


def test_joined_and_undone_by_two_presses(client, world, two):
    as_user(client, world.user("hr"))
    page = pressed(client, "pair_join", two[2].pair, keep="first")
    assert "These two records were joined" in text_of(page)
    assert "Joined, HR at Northgate" in text_of(client.get(reverse("pairs")))
    page = client.post(address("pair_undo", two[2].pair), follow=True)
    assert "Undone. Both records are as they were." in text_of(page)
    assert Placement.objects.get(pk=two[1].pk).newcomer_id == two[1].newcomer_id


def test_without_a_choice_it_asks_for_one(client, world, two):
    page = pressed(as_user(client, world.user("hr")), "pair_join", two[2].pair)
    assert page.status_code == 422
    assert "Choose which of the two records is kept." in page.content.decode()
    assert not Joining.objects.exists()


def test_two_people_are_called_so(client, world, two):
    page = pressed(as_user(client, world.user("hr")), "pair_part", two[2].pair)
    assert "These are two people" in text_of(page)
    assert Pair.objects.get().state == PairState.TWO_PEOPLE


def test_a_page_from_before_a_change_is_a_conflict(client, world, two):
    as_user(client, world.user("hr"))
    seen = seen_in(client.get(address("pair", two[2].pair)))
    Newcomer.objects.filter(pk=two[0].newcomer_id).update(family_name="Azeez")
    page = client.post(address("pair_join", two[2].pair), {"seen": seen, "keep": "first"})
    assert page.status_code == 409
    assert "This changed while you had it open" in text_of(page)


def test_why_it_cannot_be_undone_stands_where_the_button_was(client, world, two):
    as_user(client, world.user("hr"))
    pressed(client, "pair_join", two[2].pair, keep="first")
    world.newcomer(
        newcomer=Newcomer.objects.get(pk=two[0].newcomer_id), start_date=two[0].start_date.replace(year=2028)
    )
    said = text_of(client.get(address("pair", two[2].pair)))
    assert "Another post was added to the joined record" in said
    assert "Undo the joining" not in said
    assert client.post(address("pair_undo", two[2].pair)).status_code == 422


class TestAcrossOrganisations:
    @pytest.fixture
    def across(self, world):
        listed(world)
        hosted(world, newcomer__gmc_number="7712345")
        finding.find(world.northgate.pk, at=timezone.now())
        return Pair.objects.get()

    def test_the_host_reads_nothing_of_the_trainees_identity_not_even_that_it_agrees(self, client, world, across):
        page = as_user(client, world.user("hr")).get(address("pair", across))
        said = text_of(page)
        assert "7712345" not in said
        assert said.count("Harbour Lead Employer keeps this to itself") == 3  # date of birth, GMC number, email
        assert "Same name." in text_of(client.get(reverse("pairs")))
        assert "Join the two records" not in said
        assert "Ask Harbour Lead Employer" in said

    def test_asked_the_lead_employer_reads_whether_they_agree_and_no_value_of_the_other(self, client, world, across):
        as_user(client, world.user("hr")).post(address("pair_ask", across))
        Newcomer.objects.filter(gmc_number="").update(date_of_birth="1994-03-07")
        page = as_user(client, world.user("hr", "lead")).get(address("pair", across))
        said = text_of(page)
        assert "7 March 1994" not in said
        assert "day and month may be swapped" in said
        assert "Northgate asked for a decision" in said
        own = Placement.objects.get(employer=world.northgate)
        assert str(own.ref) not in page.content.decode()

    def test_the_lead_employer_joins_and_the_host_sees_that_it_is_done(self, client, world, across):
        as_user(client, world.user("hr")).post(address("pair_ask", across))
        pressed(as_user(client, world.user("hr", "lead")), "pair_join", across, keep="second")
        assert Joining.objects.get().made["moved"]
        assert "These two records were joined" in text_of(
            as_user(client, world.user("hr")).get(address("pair", across))
        )


def test_the_pages_cost_the_same_for_one_pair_and_for_many(client, world, two, count_queries):
    as_user(client, world.user("hr")).get(address("pair", two[2].pair))  # the first look at a birth date is noted
    costs = []
    for nth in range(2):
        for n in range(nth * 12):
            for given in ("Zoë", "Zoe"):
                one = f"{given} {'abcdefghijklm'[n]}"
                listed(world, one, "Müller", newcomer__date_of_birth=two[0].newcomer.date_of_birth.replace(day=n + 1))
        finding.find(world.northgate.pk, at=timezone.now())
        for path in (reverse("pairs"), address("pair", two[2].pair)):
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            costs.append(len(queries))
    assert costs[:2] == costs[2:]


def test_a_joined_person_has_two_posts_under_one_name(client, world, two):
    joining.join(
        two[2].pair.ref, keep=two[0].newcomer_id, seen=joining.seen_of(two[2]), by=world.actor("hr"), at=timezone.now()
    )
    said = text_of(as_user(client, world.user("hr")).get(reverse("newcomer", args=[two[0].ref])))
    assert "Other placements of Mohammed Aziz" in said
