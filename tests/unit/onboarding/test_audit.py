"""The trail cannot be changed, and it tells when it was."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from onboarding import triggers
from onboarding.actors import system
from onboarding.audit import change, verify_chains
from onboarding.models import AuditEntry, AuditHead, Organisation
from tests.factories import OrganisationFactory

AT = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
BY = system("tests")


def write(*orgs: Organisation, action: str = "test.write", **after: object) -> None:
    with change(by=BY, at=AT) as made:
        made.note(organisation_ids=[o.pk for o in orgs], action=action, subject="test:1", after=after)


@pytest.fixture
def northgate(db: None) -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def southmere(db: None) -> Organisation:
    return OrganisationFactory(ods_code="ZS1", name="Southmere")


def test_a_write_leaves_one_entry_in_each_organisation_it_concerns(northgate, southmere):
    write(northgate, southmere)
    assert list(AuditEntry.objects.values_list("organisation__ods_code", "seq")) == [("ZN1", 1), ("ZS1", 1)]


def test_employer_and_host_in_one_leave_one_entry(northgate):
    write(northgate, northgate)
    assert AuditEntry.objects.count() == 1


def test_entries_of_an_inner_change_are_written_with_the_outer_ones(northgate):
    with change(by=BY, at=AT) as outer:
        outer.note(organisation_ids=[northgate.pk], action="outer", subject="test:1")
        write(northgate, action="inner")
    assert list(AuditEntry.objects.order_by("seq").values_list("action", flat=True)) == ["outer", "inner"]


def test_an_inner_change_that_fails_takes_its_entries_with_it(northgate):
    def fail() -> None:
        with change(by=BY, at=AT) as inner:
            inner.note(organisation_ids=[northgate.pk], action="inner", subject="test:1")
            raise RuntimeError

    with change(by=BY, at=AT) as outer:
        outer.note(organisation_ids=[northgate.pk], action="outer", subject="test:1")
        with pytest.raises(RuntimeError):
            fail()
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["outer"]


def test_a_change_that_fails_leaves_no_entry(northgate):
    def fail() -> None:
        with change(by=BY, at=AT) as made:
            made.note(organisation_ids=[northgate.pk], action="lost", subject="test:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE onboarding_auditentry SET action = 'nothing'", "DELETE FROM onboarding_auditentry"],
)
def test_the_database_refuses_to_change_or_drop_an_entry(northgate, statement):
    write(northgate)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_database_refuses_to_truncate_the_trail(northgate):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE onboarding_auditentry")


def test_the_triggers_are_there_after_all_migrations(db):
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'onboarding_auditentry'::regclass AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'onboarding_auditentry'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert len(cursor.fetchall()) == 2


def test_an_unbroken_trail_is_said_to_be_unbroken(northgate, southmere):
    for number in range(3):
        write(northgate, southmere, number=number)
    assert verify_chains().entries == 6
    assert verify_chains().broken_at is None


def tamper(statement: str, *parameters: object) -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    triggers.install(connection)


def test_an_entry_changed_behind_the_triggers_is_named(northgate):
    for number in range(4):
        write(northgate, number=number)
    tamper("UPDATE onboarding_auditentry SET action = %s WHERE seq = %s", "nothing", 3)
    assert verify_chains().broken_at == "ZN1:3"


def test_an_entry_dropped_from_the_middle_is_named_by_the_next(northgate):
    for number in range(4):
        write(northgate, number=number)
    tamper("DELETE FROM onboarding_auditentry WHERE seq = %s", 2)
    assert verify_chains().broken_at == "ZN1:3"


def test_a_dropped_tail_is_noticed_by_the_head(northgate):
    for number in range(3):
        write(northgate, number=number)
    tamper("DELETE FROM onboarding_auditentry WHERE seq = %s", 3)
    assert verify_chains().broken_at == "ZN1:3"
    assert AuditHead.objects.get(organisation=northgate).seq == 3


def test_an_entry_can_neither_be_saved_nor_deleted_in_code(northgate):
    write(northgate)
    entry = AuditEntry.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
