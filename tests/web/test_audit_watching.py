"""Refusals, exports and looks at a date of birth are in the trail too."""

import csv
import io
import uuid
from typing import Any

import pytest
from django.test import Client

from onboarding.models import AuditEntry
from tests.web.staff import as_user


@pytest.fixture
def amara(world):
    return world.newcomer()


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("seq"))


def test_a_refused_page_leaves_one_entry_an_hour_in_their_own_organisation(client: Client, world: Any) -> None:
    as_user(client, world.user("library"))
    for _ in range(3):
        assert client.get("/audit/").status_code == 403
    (entry,) = entries("access.denied")
    assert (entry.organisation, entry.by_name) == (world.northgate, world.user("library").name)
    assert (entry.subject, entry.after) == ("page:audit", {"method": "GET"})


def test_a_record_that_is_not_theirs_and_one_that_is_not_there_leave_the_same(client, world, amara) -> None:
    as_user(client, world.user("hr", "southmere"))
    for ref in (amara.ref, uuid.uuid4()):
        assert client.get(f"/newcomers/{ref}/").status_code == 404
    theirs, nobodys = entries("access.denied")
    assert theirs.organisation == nobodys.organisation == world.southmere
    assert {**theirs.after, "record": ""} == {**nobodys.after, "record": ""}


def test_a_wrong_address_that_names_no_record_leaves_nothing(client: Client, world: Any) -> None:
    as_user(client, world.user("hr"))
    assert client.get("/no/such/page/").status_code == 404
    assert not entries("access.denied")


def test_a_newcomers_refusal_is_in_the_trails_of_employer_and_host(client, world) -> None:
    placement = world.newcomer(account=True, employer=world.southmere, host=world.northgate)
    client.force_login(placement.newcomer.user)
    assert client.get("/queue/").status_code == 403
    assert {e.organisation_id for e in entries("access.denied")} == {world.northgate.pk, world.southmere.pk}


def test_who_sees_a_date_of_birth_leaves_one_entry_a_day_and_no_query_after_it(
    client, world, amara, count_queries
) -> None:
    as_user(client, world.user("hr"))
    costs = []
    for _ in range(3):
        with count_queries() as queries:
            assert client.get(f"/newcomers/{amara.ref}/").status_code == 200
        costs.append(len(queries))
    (entry,) = entries("identity.read")
    assert (entry.subject, entry.after) == (f"placement:{amara.ref}", {"fields": ["date_of_birth"]})
    assert costs[1] == costs[2] < costs[0]


@pytest.mark.parametrize("role", ["library", "it", "onboarding_lead"])
def test_who_sees_none_leaves_no_entry(client, world, amara, role) -> None:
    as_user(client, world.user(role))
    assert client.get(f"/newcomers/{amara.ref}/").status_code == 200
    assert not entries("identity.read")


def test_the_export_holds_what_the_filters_leave_and_leaves_an_entry(client, world, amara) -> None:
    as_user(client, world.user("library"))
    client.get("/audit/")
    as_user(client, world.user("onboarding_lead"))
    answer = client.get("/audit/entries.csv?action=access")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading[:4] == ["organisation", "entry", "at", "who"]
    assert [row[4] for row in rows] == ["Access: denied"]
    (entry,) = entries("audit.exported")
    assert entry.after == {"action": "access"}
    assert answer["Content-Disposition"].startswith("attachment")


def test_another_trusts_lead_exports_none_of_it(client, world) -> None:
    as_user(client, world.user("library"))
    client.get("/audit/")
    as_user(client, world.user("onboarding_lead", "southmere"))
    answer = client.get("/audit/entries.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {world.southmere.ods_code}


def test_a_faulty_filter_exports_nothing(client, world) -> None:
    as_user(client, world.user("onboarding_lead"))
    assert client.get("/audit/entries.csv?first=soon").status_code == 422
    assert not entries("audit.exported")
