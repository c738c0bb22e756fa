"""Conversations follow the facts: whatever happens to a blocker, and those that were open before there were any."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from escalations.models import Escalation, Holding
from escalations.services.keeping import differences
from onboarding.models import Placement
from steps.services import verbs

migration = importlib.import_module("escalations.migrations.0004_conversations_of_open_blockers")


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True)


@pytest.fixture
def reference(world: Any, amara: Placement) -> str:
    raised = verbs.block(
        amara.ref, "hr_record", by=world.newcomer_actor(amara), at=timezone.now(), reason="Wrong date.",
        symptom="wrong_birth_date",
    )  # fmt: skip
    return raised.fact.blocker


def hand_over(world: Any, amara: Placement, reference: str, owner: str, side: str = "host") -> None:
    by = world.actor("onboarding_lead")
    verbs.hand_over(
        amara.ref, "hr_record", blocker=reference, owner=owner, side=side, by=by, at=timezone.now(), reason="Theirs."
    )


def told() -> list[str]:
    return list(map(str, differences()))


def test_each_hand_over_ends_one_holding_and_begins_another(world, amara, reference):
    for owner in ("it", "library"):
        hand_over(world, amara, reference, owner)
    hand_over(world, amara, reference, "newcomer", "")
    held = Holding.objects.filter(escalation__reference=reference).order_by("pk")
    assert [h.function for h in held] == ["hr", "it", "library", "newcomer"]
    assert [h.until is None for h in held] == [False, False, False, True]
    assert Escalation.objects.get().hand_overs == 3
    assert told() == []


def test_taking_a_hand_over_back_gives_it_to_whoever_had_it(world, amara, reference):
    hand_over(world, amara, reference, "it")
    fact = amara.facts.filter(kind="handed_over").get()
    verbs.retract(amara.ref, fact.pk, by=world.actor("onboarding_lead"), at=timezone.now())
    assert Escalation.objects.get().owner_function == "hr"
    assert told() == []


def test_taking_the_raising_back_ends_it(world, amara, reference):
    fact = amara.facts.filter(kind="blocked").get()
    verbs.retract(amara.ref, fact.pk, by=world.actor("onboarding_lead"), at=timezone.now())
    found = Escalation.objects.get()
    assert (found.status, found.cleared_by) == ("cleared", world.user("onboarding_lead"))
    assert told() == []


@pytest.mark.parametrize("broken", [{"status": "cleared", "cleared_at": timezone.now()}, {"owner_function": "it"}])
def test_verify_names_a_conversation_that_says_something_else(reference, broken):
    Escalation.objects.update(**broken)
    assert len(told()) == 1
    assert reference in told()[0]


def test_verify_names_a_blocker_without_a_conversation_and_one_without_a_blocker(world, amara, reference):
    Escalation.objects.filter(reference=reference).update(reference="AAAA-AAAA")
    assert len(told()) == 2


def test_blockers_that_were_open_before_get_their_conversation_once(world, amara, reference):
    hand_over(world, amara, reference, "it")
    Escalation.objects.all().delete()
    for _ in range(2):
        migration.open_them(apps, None)
    found = Escalation.objects.get()
    assert (found.reference, found.owner_function, found.symptom) == (reference, "it", "wrong_birth_date")
    assert found.opened_by == amara.newcomer.user
    assert told() == []
