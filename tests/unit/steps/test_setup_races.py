"""Two who set one organisation up at one moment, on real connections. PostgreSQL only, as `test_races` says."""

import pytest
from django.db import connection
from django.utils import timezone

from onboarding import first_run
from onboarding.models import AuditEntry, Membership, Organisation, SetupLink
from onboarding.staffing import Left, end_access
from steps.services import owning
from tests.factories import UserFactory
from tests.unit.steps.test_races import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing can race"),
    pytest.mark.django_db(transaction=True),
]


def test_two_leads_who_end_each_others_access_at_one_moment_leave_one(world):
    from onboarding.sign_in import actor_of

    pk = world.northgate.pk
    for n in range(5):
        Membership.objects.filter(organisation=pk, role="onboarding_lead").delete()
        pair = [UserFactory(email=f"lead{n}{who}@northgate.example") for who in "ab"]
        for user in pair:
            Membership.objects.create(user=user, organisation=world.northgate, role="onboarding_lead")
        one, other = ((user, actor_of(user)) for user in pair)
        now = timezone.now()
        answers = at_once(
            lambda one=one, other=other, now=now: end_access(other[0].pk, organisation_id=pk, by=one[1], at=now),
            lambda one=one, other=other, now=now: end_access(one[0].pk, organisation_id=pk, by=other[1], at=now),
        )
        assert [type(a) for a in answers].count(Left) == 1, answers
        assert Membership.objects.filter(organisation=pk, role="onboarding_lead").count() == 1


def test_one_set_up_link_is_pressed_by_one_of_two(db):
    address, _ = first_run.make_link(at=timezone.now())
    token = address.rstrip("/").rsplit("/", 1)[1]
    answers = at_once(*[lambda: first_run.spend(token, at=timezone.now())] * 4)
    assert [type(a) for a in answers].count(SetupLink) == 1, answers


def test_two_owners_chosen_at_one_moment_are_one_change_and_one_conflict(world):
    from onboarding.seen import ChangedMeanwhile, mark_of

    lead, pk = world.actor("onboarding_lead"), world.northgate.pk
    world.newcomer()
    seen = mark_of(owning.kept_owner(Organisation.objects.get(pk=pk), "work_email"))
    answers = at_once(
        *[
            lambda team=team: owning.set_owner(pk, "work_email", (team, "host"), seen=seen, by=lead, at=timezone.now())
            for team in ("library", "learning")
        ]
    )
    assert sorted(str(type(a).__name__) for a in answers) == [ChangedMeanwhile.__name__, "int"], answers
    assert AuditEntry.objects.filter(action="step.owner").count() == 1
