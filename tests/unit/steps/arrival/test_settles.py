"""Files of a few people with confusable names, numbers and posts: whatever was taken in, the same file again is the
same, in any order of its rows, and never ends in an error."""

import random
from typing import Any

import pytest
from django.db import transaction

from onboarding.models import Newcomer, Placement
from steps.services.verifying import differences
from tests.unit.steps.arrival.files import person, take_in, told

SCENES = 60


def confusable(dice: random.Random) -> dict[str, str]:
    employer, host = dice.choice([("ZN1", ""), ("ZN1", ""), ("ZL1", "ZN1")])
    return person(
        given_name=dice.choice(["Amara", "AMARA", "Zoë", ""]),
        family_name=dice.choice(["Okafor", "Oka-for"]),
        date_of_birth=dice.choice(["1994-07-03", "1994-07-03", "1994-03-07"]),
        start_date=dice.choice(["2026-08-03", "2026-09-07", "2027-02-01"]),
        employer_ods=employer,
        host_ods=host,
        gmc_number=dice.choice(["", "", "7000001", "7000002"]),
        assignment_number=dice.choice(["", "", "00000001", "00000002"]),
        work_email=dice.choice(["", "a@nhs.net", "b@nhs.net"]),
        needs_smartcard=dice.choice(["", "yes", "no"]),
    )


def stored() -> Any:
    people = Newcomer.objects.order_by("pk").values_list("given_name", "family_name", "gmc_number", "work_email")
    posts = Placement.objects.order_by("pk").values_list(
        "newcomer_id", "start_date", "assignment_number", "employer_id"
    )
    return list(people), list(posts)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_file_that_was_taken_in_changes_nothing_the_second_time(world):
    """Slow: many small imports, on top of what earlier files left."""
    hr = world.actor("hr")
    for seed in range(SCENES):
        dice = random.Random(seed)
        files = [[confusable(dice) for _ in range(dice.randrange(1, 5))] for _ in range(3)]
        with transaction.atomic():
            for rows in files:
                first = take_in(world.northgate, hr, *rows, take_good_rows=True)
                good = [row for n, row in enumerate(rows, start=2) if n not in first.plan.roster.refused_rows]
                if not good:
                    continue
                before = stored()
                for order in (good, good[::-1]):
                    again = told(take_in(world.northgate, hr, *order, take_good_rows=True))
                    assert again == (0, 0, len(good), []), (seed, rows, again)
                assert stored() == before, (seed, rows)
            assert list(differences()) == []
            transaction.set_rollback(True)
