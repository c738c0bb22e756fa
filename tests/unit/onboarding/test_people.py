"""Invariants of people and places are the database's own."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from onboarding.models import Membership, Newcomer, Organisation, Placement, Team, User
from onboarding.sign_in import actor_of
from tests.factories import NewcomerFactory, OrganisationFactory, PlacementFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(make) -> bool:
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("given", "family"), [("Suharto", ""), ("", "Suharto"), ("Zoë", "Müller-Gößmann"), ("李", "")]
)
def test_one_name_is_enough(given, family):
    newcomer = NewcomerFactory(given_name=given, family_name=family)
    assert newcomer.name == f"{given} {family}".strip()
    assert newcomer.folded_name


def test_no_name_at_all_is_refused():
    assert refused(
        lambda: Newcomer.objects.bulk_create([Newcomer(folded_name="x", date_of_birth=dt.date(1990, 1, 1))])
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "gone"},
        {"employment": "agency"},
        {"mail_system": "pigeon"},
        {"role": ""},
        {"status": "withdrawn"},
        {"status": "deferred", "status_reason": ""},
        {"payday": dt.date(2026, 8, 2)},
    ],
    ids=str,
)
def test_a_placement_that_cannot_be_is_refused_by_the_database(fields):
    assert refused(lambda: PlacementFactory(**fields))


def test_the_same_placement_twice_is_refused():
    first = PlacementFactory()
    again = {"newcomer": first.newcomer, "employer": first.employer, "host": first.host}
    assert refused(lambda: PlacementFactory(**again, start_date=first.start_date))


def test_a_second_rotation_is_a_second_placement():
    first = PlacementFactory()
    PlacementFactory(newcomer=first.newcomer, employer=first.employer, start_date=dt.date(2026, 12, 2))
    assert Placement.objects.filter(newcomer=first.newcomer).count() == 2


@pytest.mark.parametrize("code", ["zn1", "Z", "Z N1", "", "ZN1-2"])
def test_an_ods_code_is_plain_capitals_and_digits(code):
    assert refused(lambda: Organisation.objects.create(ods_code=code, name="Northgate"))


def test_a_team_is_one_function_once_and_never_the_newcomer():
    org = OrganisationFactory()
    Team.objects.create(organisation=org, function="it")
    assert refused(lambda: Team.objects.create(organisation=org, function="it"))
    assert refused(lambda: Team.objects.create(organisation=org, function="newcomer"))


def test_an_email_is_kept_in_lower_case():
    assert UserFactory(email="HR@Northgate.Example").email == "hr@northgate.example"
    assert refused(lambda: User.objects.bulk_create([User(email="IT@northgate.example")]))


def test_a_user_comes_with_all_roles_in_one_query(world, django_assert_num_queries):
    user = world.user("hr")
    Membership.objects.create(user=user, organisation=world.southmere, role="it")
    with django_assert_num_queries(1):
        actor = actor_of(user)
    assert {(g.role, g.place.ods_code) for g in actor.grants} == {("hr", "ZN1"), ("it", "ZS1")}
    assert actor.has("it", world.southmere.pk)
    assert not actor.has("it", world.northgate.pk)


def test_a_covering_team_has_the_other_teams_role_until_the_last_day_of_cover(world):
    today = timezone.localdate()
    hr = Team.objects.get(organisation=world.northgate, function="hr")
    payroll = Team.objects.filter(organisation=world.northgate, function="payroll")
    payroll.update(covered_by=hr, covered_until=today)
    assert world.actor("hr").has("payroll", world.northgate.pk)
    assert not world.actor("it").has("payroll", world.northgate.pk)
    payroll.update(covered_until=today - dt.timedelta(days=1))
    assert not world.actor("hr").has("payroll", world.northgate.pk)


def test_somebody_without_a_role_and_somebody_inactive_are_nobody(world):
    outsider = UserFactory()
    assert actor_of(outsider).grants == ()
    outsider.is_active = False
    outsider.save()
    assert actor_of(outsider).user_id is None
