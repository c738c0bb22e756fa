"""What the documents of some of the try-out's people say: a swapped birth date, a second given name, a digit off."""

import datetime as dt
from typing import Any

from django.utils import timezone

from onboarding.models import Membership, Placement
from onboarding.sign_in import actor_of
from onboarding.words import Role
from steps.models import Source
from steps.services.record import newcomer_states, state

# given name in the cohort, source, what it says; {"born": ...} is the date of birth
SAID: list[tuple[str, str, dict[str, Any]]] = [
    ("Li", Source.PASSPORT, {"given_name": "LI", "family_name": "WEI", "date_of_birth": dt.date(1994, 7, 3)}),
    ("Li", Source.GMC, {"full_name": "Wei Li", "gmc_number": "7700014"}),
    (
        "Rajesh",
        Source.PASSPORT,
        {"given_name": "RAJESH KUMAR", "family_name": "PILLAI", "date_of_birth": dt.date(1990, 10, 10)},
    ),
    ("Rajesh", Source.GMC, {"given_name": "Rajesh", "family_name": "Pillai", "gmc_number": "7700024"}),
    (
        "Olena",
        Source.NEWCOMER,
        {"given_name": "Olena", "family_name": "Kovalenko", "date_of_birth": dt.date(1993, 6, 16)},
    ),
]


def write_down(now: dt.datetime) -> None:
    """Each statement once: the same word again writes nothing."""
    from steps.demo.making import newcomer_actor

    hr = Membership.objects.select_related("user").filter(organisation__ods_code="ZN1", role=Role.HR).first()
    people = Placement.objects.select_related("newcomer__user").filter(employer__ods_code="ZN1")
    for given, source, said in SAID:
        placement = people.filter(newcomer__given_name=given).first()
        if placement is None or hr is None:
            continue
        at = min(now - dt.timedelta(hours=2), timezone.now())
        if source == Source.NEWCOMER:
            newcomer_states(placement.ref, said=said, by=newcomer_actor(placement), at=at)
        else:
            state(placement.ref, source=source, said=said, by=actor_of(hr.user), at=at)
