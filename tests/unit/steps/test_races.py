"""Two people press at one moment, on real connections: both are answered truthfully, and nothing is doubled.

PostgreSQL only: SQLite lets one writer in at a time, so that the same code cannot race there.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from onboarding.models import AuditEntry
from onboarding.policies import Refused
from steps.models import Fact, PlacementStep
from steps.services import verbs
from steps.services.verifying import differences
from tests.factories import ARRIVED

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing can race"),
    pytest.mark.django_db(transaction=True),
]

ROUNDS = 200


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    """Runs each press in a thread of its own, released together; gives what each answered, exceptions included."""
    barrier = threading.Barrier(len(presses))
    answers: list[Any] = [None] * len(presses)

    def run(index: int, press: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            answers[index] = press()
        except Exception as error:
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_two_presses_on_one_step_at_one_moment_write_one_fact_and_both_are_told_the_truth(world):
    """Slow: 200 rounds of two threads, several seconds, because a race window is narrow."""
    hr = world.actor("hr")
    other = world.actor("hr")
    for _ in range(ROUNDS // 20):
        placements = [world.newcomer(arrived_at=ARRIVED) for _ in range(20)]
        ticks = [c.key for c in first_step(placements[0]).checks]
        for placement in placements:
            entries = AuditEntry.objects.count()
            one, two = at_once(
                *(
                    lambda who=who, ref=placement.ref, ticks=ticks: verbs.finish(
                        ref, "hr_record", by=who, at=timezone.now(), seen=1, tick=ticks
                    )
                    for who in (hr, other)
                )
            )
            assert sorted([one.written, two.written]) == [False, True]
            assert one.fact.pk == two.fact.pk
            assert Fact.objects.filter(placement=placement).count() == 1
            assert AuditEntry.objects.count() == entries + 1
    assert list(differences()) == []


def test_two_people_clear_one_blocker_and_one_of_them_wins(world):
    lead, hr = world.actor("onboarding_lead"), world.actor("hr")
    for _ in range(20):
        placement = world.newcomer()
        raised = verbs.block(placement.ref, "hr_record", by=hr, at=timezone.now(), reason="The name is wrong.")
        reference = raised.fact.blocker
        answers = at_once(
            *(
                lambda who=who, ref=placement.ref, reference=reference: verbs.clear(
                    ref, "hr_record", blocker=reference, by=who, at=timezone.now(), reason="Mended."
                )
                for who in (lead, hr)
            )
        )
        assert sorted(a.written for a in answers) == [False, True]
        assert Fact.objects.filter(placement=placement, kind="cleared").count() == 1


def test_different_presses_on_one_placement_both_count(world):
    """One finishes the record while the other says it is stuck: whoever comes second sees the first."""
    hr, lead = world.actor("hr"), world.actor("onboarding_lead")
    for _ in range(20):
        placement = world.newcomer()
        ticks = [c.key for c in first_step(placement).checks]
        finished, stuck = at_once(
            lambda ref=placement.ref, t=ticks: verbs.finish(
                ref, "hr_record", by=hr, at=timezone.now(), seen=1, tick=t
            ),
            lambda ref=placement.ref: verbs.block(
                ref, "hr_record", by=lead, at=timezone.now(), reason="Wrong day.", seen=1
            ),
        )
        written = [a for a in (finished, stuck) if not isinstance(a, Exception)]
        refused = [a for a in (finished, stuck) if isinstance(a, Exception)]
        assert len(written) == 1
        assert isinstance(refused[0], Refused)
        assert Fact.objects.filter(placement=placement).count() == 1
        assert PlacementStep.objects.get(placement=placement, key="hr_record").version == 2
    assert list(differences()) == []


def test_writers_on_three_chains_of_the_trail_never_deadlock(world):
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    own, other = world.newcomer(), world.newcomer(employer=world.southmere)
    pairs = [(trainee, world.actor("hr", "lead")), (own, world.actor("hr")), (other, world.actor("hr", "southmere"))]
    for n in range(10):
        answers = at_once(
            *(
                lambda p=placement, who=actor, n=n, m=m: verbs.block(
                    p.ref, "hr_record", by=who, at=timezone.now(), reason=f"Reason {n} {m}"
                )
                for placement, actor in pairs
                for m in range(3)
            )
        )
        assert [a for a in answers if isinstance(a, Exception)] == []
    assert list(differences()) == []


def first_step(placement: Any) -> Any:
    from steps.selectors.pathways import pathway_of

    return pathway_of(placement.chain.pathway).steps[0]


def test_a_joining_and_a_correction_at_one_moment_leave_one_person_and_true_verdicts(world):
    """Whoever comes second works on what the first has left, or is told that it changed."""
    from steps.models import Joining, Pair
    from steps.selectors.pairs import pair_for, seen_of
    from steps.services import finding, joining
    from steps.services.placements import correct_details

    hr = world.actor("hr")
    for nth in range(8):
        same = {"newcomer__family_name": f"Aziz{'abcdefgh'[nth]}", "arrived_at": ARRIVED}
        one = world.newcomer(newcomer__given_name="Mohammed", **same)
        other = world.newcomer(newcomer__given_name="Mohamed", **same, start_date=one.start_date.replace(year=2027))
        finding.find(world.northgate.pk, at=timezone.now())
        pair = Pair.objects.get(first=one.newcomer_id, second=other.newcomer_id)
        seen = seen_of(pair_for(hr, pair.ref))

        def join(pair=pair, one=one, seen=seen) -> Any:
            return joining.join(pair.ref, keep=one.newcomer_id, seen=seen, by=hr, at=timezone.now())

        def correct(other=other) -> Any:
            return correct_details(
                other.ref, changes={"gmc_number": "7712345"}, by=hr, at=timezone.now(), reason="It has one."
            )

        answers = at_once(join, join, correct)
        assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)] == []
        assert Joining.objects.filter(pair=pair).count() == (0 if isinstance(answers[0], Refused) else 1)
    assert list(differences()) == []
