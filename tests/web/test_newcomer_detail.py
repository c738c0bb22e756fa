"""One newcomer's page: where the chain stands and why, what happened, and which fields whoever may see."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Placement
from steps.services import verbs
from tests.crowd import crowd
from tests.web.staff import Clock, as_user, text_of

DAY_1 = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
DAY_2 = dt.datetime(2026, 8, 4, 9, 0, tzinfo=dt.UTC)
TICKS = ["record_active", "name_matches", "birth_date_matches", "start_date_matches", "role_matches"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(
        account=True,
        newcomer__given_name="Amara",
        newcomer__gmc_number="7700123",
        newcomer__personal_email="amara@mail.example",
        assignment_number="00412345",
    )


@pytest.fixture
def trainee(world: Any) -> Placement:
    return world.newcomer(
        employer=world.lead, host=world.northgate, newcomer__given_name="Hannah", newcomer__gmc_number="7700456",
        newcomer__personal_email="hannah@mail.example", assignment_number="00998877",
    )  # fmt: skip


def page(client: Client, world: Any, placement: Placement, role: str = "hr", org: str = "northgate") -> Any:
    return as_user(client, world.user(role, org)).get(f"/newcomers/{placement.ref}/")


def test_it_says_why_it_is_stuck_from_what_waits_to_who_has_it(client: Client, world: Any, amara: Placement) -> None:
    verbs.finish(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1, tick=TICKS)
    text = text_of(page(client, world, amara, "it"))
    assert "Why is it stuck?" in text
    assert "ESR waits for Work email, that for Identity. HR has Identity since Mon 3 August (2 working days)." in text
    assert "Training waits for e-LfH. Amara Okafor has e-LfH since Mon 20 July" in text
    assert "Week 1: 1 of 5 done." in text


def test_the_chain_links_to_the_staff_page_of_each_step(client: Client, world: Any, amara: Placement) -> None:
    html = page(client, world, amara).content.decode()
    assert f'href="/newcomers/{amara.ref}/steps/work_email/"' in html
    assert 'href="/me/' not in html


def test_the_timeline_says_who_did_what_when_and_what_was_taken_back(
    client: Client, world: Any, amara: Placement, clock: Clock
) -> None:
    hr = world.actor("hr")
    done = verbs.finish(amara.ref, "hr_record", by=hr, at=DAY_1, tick=TICKS)
    assert done.fact
    verbs.retract(amara.ref, done.fact.pk, by=hr, at=DAY_2)
    answer = page(client, world, amara)
    assert "<s>HR at Northgate finished Staff record</s>" in answer.content.decode()
    assert "Mon 3 August, 10am" in text_of(answer)
    assert "Taken back by HR at Northgate, Tue 4 August." in text_of(answer)


def test_undo_stands_only_where_the_reader_may_take_it_back(client: Client, world: Any, amara: Placement) -> None:
    verbs.finish(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1, tick=TICKS)
    assert "/undo/" in page(client, world, amara, "hr").content.decode()
    assert "/undo/" in page(client, world, amara, "onboarding_lead").content.decode()
    assert "/undo/" not in page(client, world, amara, "it").content.decode()


SECRETS = {
    "date_of_birth": ("3 July 1994", "1994"),
    "gmc_number": ("7700123",),
    "assignment_number": ("00412345",),
    "personal_email": ("amara@mail.example",),
}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("hr", set(SECRETS)),
        ("payroll", {"date_of_birth", "assignment_number"}),
        ("registration_authority", {"date_of_birth"}),
        ("it", {"assignment_number"}),
        ("library", set()),
        ("learning", set()),
        ("manager", set()),
        ("onboarding_lead", {"gmc_number", "assignment_number", "personal_email"}),
    ],
)
def test_each_role_receives_only_its_fields(client: Client, world: Any, role: str, seen: set[str]) -> None:
    amara = world.newcomer(
        newcomer__given_name="Amara", newcomer__gmc_number="7700123", newcomer__personal_email="amara@mail.example",
        assignment_number="00412345", needs_smartcard=True,
    )  # fmt: skip
    html = page(client, world, amara, role).content.decode()
    for field, texts in SECRETS.items():
        for text in texts:
            assert (text in html) == (field in seen), (field, text)


def test_the_host_never_sees_the_lead_employers_identity_fields(
    client: Client, world: Any, trainee: Placement
) -> None:
    for role in ("hr", "it", "library", "learning", "manager", "onboarding_lead"):
        html = page(client, world, trainee, role).content.decode()
        for text in ("1994", "7700456", "hannah@mail.example", "00998877"):
            assert text not in html, (role, text)
    own = page(client, world, trainee, "hr", "lead").content.decode()
    assert "3 July 1994" in own
    assert "00998877" in own


def test_typed_words_about_a_birth_date_do_not_reach_the_library(client: Client, world: Any, amara: Placement) -> None:
    verbs.block(
        amara.ref, "hr_record", by=world.newcomer_actor(amara), at=DAY_2,
        reason="My passport says 3 July 1994. The record says 7 March 1994.", symptom="swapped_day_and_month",
    )  # fmt: skip
    for role in ("library", "it", "learning", "manager"):
        for address in (f"/newcomers/{amara.ref}/", f"/newcomers/{amara.ref}/steps/hr_record/"):
            html = as_user(client, world.user(role)).get(address).content.decode()
            assert "1994" not in html, (role, address)
            assert "birth date are swapped" in html
    assert "7 March 1994" in page(client, world, amara, "hr").content.decode()


def test_the_host_does_not_read_what_was_typed_to_the_lead_employer(
    client: Client, world: Any, trainee: Placement
) -> None:
    verbs.block(trainee.ref, "hr_record", by=world.actor("hr", "lead"), at=DAY_2, reason="Born 7 March, not 3 July.")
    for role in ("hr", "onboarding_lead", "it"):
        for tail in ("", "steps/hr_record/"):
            answer = as_user(client, world.user(role)).get(f"/newcomers/{trainee.ref}/{tail}")
            assert "7 March" not in answer.content.decode(), (role, tail)


@pytest.mark.parametrize(
    "tail", ["", "steps/hr_record/", "details/", "withdrawn/", "move-start/", "steps/identity/stuck/"]
)
def test_for_another_trust_nobody_of_ours_exists(client: Client, world: Any, amara: Placement, tail: str) -> None:
    for role in ("hr", "it", "library", "manager", "onboarding_lead"):
        answer = as_user(client, world.user(role, "southmere")).get(f"/newcomers/{amara.ref}/{tail}")
        assert answer.status_code == 404


def test_a_team_without_a_step_in_the_chain_does_not_see_it(client: Client, world: Any) -> None:
    quiet = world.newcomer(uses_library=False)
    assert page(client, world, quiet, "library").status_code == 404
    assert page(client, world, quiet, "registration_authority").status_code == 404
    assert page(client, world, quiet, "it").status_code == 200


def test_someone_elses_manager_does_not_see_it(client: Client, world: Any) -> None:
    assert page(client, world, world.newcomer(manager=None), "manager").status_code == 404


def test_executives_and_newcomers_are_told_that_their_role_cannot(
    client: Client, world: Any, amara: Placement
) -> None:
    assert page(client, world, amara, "executive").status_code == 403
    assert as_user(client, amara.newcomer.user).get(f"/newcomers/{amara.ref}/").status_code == 403


def test_the_same_persons_other_placement_is_linked_only_if_it_may_be_opened(
    client: Client, world: Any, amara: Placement
) -> None:
    here = world.newcomer(newcomer=amara.newcomer, start_date=dt.date(2027, 2, 3), role="Registrar")
    away = world.newcomer(newcomer=amara.newcomer, employer=world.southmere, manager=None)
    html = page(client, world, amara).content.decode()
    assert f"/newcomers/{here.ref}/" in html
    assert str(away.ref) not in html


@pytest.mark.parametrize("role", ["hr", "library", "manager", "onboarding_lead"])
def test_the_page_costs_nine_queries_at_any_size_and_one_more_for_who_joins_records(
    client: Client, world: Any, amara: Placement, count_queries: Any, role: str
) -> None:
    as_user(client, world.user(role))
    client.get(f"/newcomers/{amara.ref}/")  # the first look of a day at a date of birth leaves an entry
    costs = []
    for more in (0, 49, 4950) if role == "hr" else (0, 49):
        crowd(amara, more)
        with count_queries() as queries:
            assert client.get(f"/newcomers/{amara.ref}/").status_code == 200
        costs.append(len(queries))
    assert set(costs) == {10 if role in ("hr", "onboarding_lead") else 9}


def test_what_is_typed_is_never_markup(client: Client, world: Any, amara: Placement) -> None:
    verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_2, reason="<script>alert(1)</script>")
    assert "<script>alert" not in page(client, world, amara).content.decode()
