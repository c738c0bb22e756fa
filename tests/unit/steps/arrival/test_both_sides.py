"""A lead employer's trainee, listed by employer and by host: one person, and nobody learns what is not theirs."""

import datetime as dt
from typing import Any

import pytest

from onboarding.models import Newcomer, Placement
from steps.models import Fact
from steps.services.verifying import differences
from tests.unit.steps.arrival.files import person, take_in, told

TRAINEE = {"employer_ods": "ZL1", "host_ods": "ZN1"}


@pytest.fixture(autouse=True)
def _verified(db: Any) -> Any:
    yield
    assert list(differences()) == []


@pytest.fixture
def lead(world: Any) -> Any:
    return lambda *rows: told(take_in(world.lead, world.actor("hr", "lead"), *rows))


@pytest.fixture
def host(world: Any) -> Any:
    return lambda *rows: told(take_in(world.northgate, world.actor("hr"), *rows))


@pytest.mark.parametrize("first", ["lead", "host"])
def test_whoever_lists_the_trainee_second_joins_the_placement(lead, host, first):
    one, other = (lead, host) if first == "lead" else (host, lead)
    assert one(person(**TRAINEE)) == (1, 0, 0, [])
    assert other(person(**TRAINEE)) == (0, 0, 1, [])
    placement = Placement.objects.get()
    assert (placement.employment, placement.employer.ods_code, placement.host.ods_code) == (
        "lead_employer",
        "ZL1",
        "ZN1",
    )


def test_the_host_sets_what_is_the_hosts_and_not_who_the_person_is(lead, host):
    lead(person(**TRAINEE, gmc_number="7000001", assignment_number="00412345", personal_email="a@mail.example"))
    rows = person(
        **TRAINEE, gmc_number="7000001", family_name="Okoro", date_of_birth="1990-01-01", role="Registrar",
        assignment_number="99999999", personal_email="b@mail.example", department="Surgery",
    )  # fmt: skip
    assert host(rows) == (0, 1, 0, [])
    placement = Placement.objects.select_related("newcomer").get()
    who = placement.newcomer
    assert (who.name, who.date_of_birth, who.personal_email) == (
        "Amara Okafor",
        dt.date(1994, 7, 3),
        "a@mail.example",
    )
    assert (placement.department, placement.role, placement.assignment_number) == (
        "Surgery",
        "Clinical fellow",
        "00412345",
    )
    assert not Fact.objects.exists()


def test_only_the_employer_moves_the_start(lead, host):
    lead(person(**TRAINEE))
    assert host(person(**TRAINEE, start_date="2026-08-10")) == (0, 0, 0, [(2, "start_date")])
    assert lead(person(**TRAINEE, start_date="2026-08-10")) == (0, 1, 0, [])


def test_a_trust_that_is_no_lead_employer_cannot_place_its_staff_elsewhere(host):
    assert host(person(host_ods="ZS1")) == (0, 0, 0, [(2, "employer_ods")])


def test_the_next_host_cannot_attach_itself_to_a_person_it_does_not_know(world, lead):
    """A GMC number is public: naming one must not open the lead employer's record of its owner."""
    lead(person(**TRAINEE, gmc_number="7000001", work_email="amara@nhs.net"))
    southmere = take_in(
        world.southmere,
        world.actor("hr", "southmere"),
        person(employer_ods="ZL1", host_ods="ZS1", gmc_number="7000001", start_date="2027-02-01"),
    )
    assert told(southmere) == (1, 0, 0, [])
    assert Placement.objects.get(host=world.southmere).newcomer.work_email == ""


def test_the_lead_employer_still_finds_a_placement_that_the_next_host_listed_first(world, lead):
    lead(person(**TRAINEE, gmc_number="7000001"))
    second = person(employer_ods="ZL1", host_ods="ZS1", start_date="2027-02-01")
    take_in(world.southmere, world.actor("hr", "southmere"), second)
    rows = [person(**TRAINEE, gmc_number="7000001"), second | {"gmc_number": "7000001"}]
    assert lead(*rows) == (0, 1, 1, [])
    assert Placement.objects.count() == 2
    assert lead(*rows) == (0, 0, 2, [])


def test_a_host_that_employs_a_former_trainee_does_not_rename_the_lead_employers_record(world, lead, host):
    lead(person(**TRAINEE, gmc_number="7000001"))
    own = person(gmc_number="7000001", family_name="Okoro", date_of_birth="1990-01-01", start_date="2026-09-01")
    assert host(own) == (1, 0, 0, [])
    who = Newcomer.objects.get()
    assert (who.name, who.date_of_birth, who.placements.count()) == ("Amara Okafor", dt.date(1994, 7, 3), 2)
    assert host(own) == (0, 0, 1, [])
