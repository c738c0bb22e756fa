"""Rows that go in by COPY or executemany come out as Django's own would."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from onboarding.models import AuditEntry, Newcomer, Organisation, Placement
from onboarding.rows import Repeated, insert_rows

AT = dt.datetime(2026, 8, 3, 9, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
NASTY = "Zoë\tŁukasz\\N\n\"quoted\", 'single' 李 🙂 %s"


@pytest.fixture
def trust(db: Any) -> Organisation:
    return Organisation.objects.create(ods_code="ZZ9", name="Anywhere")


@pytest.fixture
def newcomer(db: Any) -> Newcomer:
    return Newcomer.objects.create(given_name="Ana", family_name="Silva", date_of_birth=dt.date(1990, 2, 3))


def placement_row(trust: Organisation, newcomer: Newcomer, **changed: Any) -> dict[str, Any]:
    plain = Placement(newcomer=newcomer, employer=trust, host=trust, start_date=dt.date(2026, 8, 3), role="Fellow")
    columns = [f.attname for f in Placement._meta.concrete_fields if f.attname != "id"]
    return {name: getattr(plain, name) for name in columns} | changed


def insert(row: dict[str, Any]) -> None:
    insert_rows(Placement, list(row), [list(row.values())])


def test_dates_keys_truths_nothings_and_any_letters_come_back_as_they_went_in(
    trust: Organisation, newcomer: Newcomer
) -> None:
    row = placement_row(
        trust, newcomer, ref=uuid.uuid4(), role=NASTY, payday=None, needs_smartcard=True, assignment_number="007"
    )
    insert(row)
    found = Placement.objects.get()
    assert {name: getattr(found, name) for name in row} == row


AUDIT = ("organisation_id", "seq", "at", "by_id", "by_name", "action", "subject", "before", "after", "prev", "hash")


@pytest.mark.parametrize("said", [{}, {"deep": [1, None, {"name": NASTY}]}])
def test_an_instant_and_json_come_back_as_they_went_in(trust: Organisation, said: Any) -> None:
    insert_rows(AuditEntry, AUDIT, [(trust.pk, 1, AT, None, NASTY, "a", "b:1", said, {}, "", "f" * 64)])
    found = AuditEntry.objects.get()
    assert (found.at, found.by_id, found.by_name, found.before) == (AT, None, NASTY, said)


def test_rows_repeated_under_many_parents_are_those_rows_for_each(trust: Organisation) -> None:
    other = Organisation.objects.create(ods_code="ZZ8", name="Elsewhere")
    said = {"deep": [1, None, {"name": NASTY}]}
    line = [(seq, AT, None, NASTY, "a", "b:1", said, {}, "", "f" * 64) for seq in (1, 2)]
    insert_rows(
        AuditEntry, AUDIT, repeated=[(parent.pk, Repeated(AuditEntry, AUDIT, line)) for parent in (trust, other)]
    )
    found = AuditEntry.objects.order_by("organisation_id", "seq")
    assert [(e.organisation_id, e.seq) for e in found] == [(trust.pk, 1), (trust.pk, 2), (other.pk, 1), (other.pk, 2)]
    assert all((e.at, e.by_id, e.by_name, e.before) == (AT, None, NASTY, said) for e in found)


def test_no_rows_are_no_error(db: Any) -> None:
    insert_rows(Placement, ["role"], [])
    assert not Placement.objects.exists()


def test_the_databases_constraints_hold_on_this_road_too(trust: Organisation, newcomer: Newcomer) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(placement_row(trust, newcomer, role=""))
    insert(placement_row(trust, newcomer))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(placement_row(trust, newcomer))
