"""The trail is checked each night, its heads can be kept elsewhere, and it names no newcomer."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from onboarding import jobs, triggers
from onboarding.actors import Actor, system
from onboarding.audit import change, checking
from onboarding.models import AuditEntry, AuditHead, OutboxMail
from onboarding.words import Role
from tests.factories import OrganisationFactory

AT = dt.datetime(2026, 8, 4, 3, 0, tzinfo=dt.UTC)  # 4am in London


@pytest.fixture
def trail(world):
    for number in range(4):
        with change(by=system("tests"), at=AT) as made:
            made.note(organisation_ids=[world.northgate.pk], action="test.write", subject="t:1", after={"n": number})
    return world


def behind_the_triggers(statement: str, *parameters: object) -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    triggers.install(connection)


def night(now: dt.datetime = AT) -> None:
    checking._planned = ""
    checking.plan(now)
    while jobs.run_one(timezone.now()):
        pass


def test_the_night_writes_down_that_the_trail_is_unbroken(trail):
    night()
    head = AuditHead.objects.get(organisation=trail.northgate)
    assert (head.broken_at, head.checked_at is not None) == (0, True)
    assert not OutboxMail.objects.exists()


def test_a_night_is_planned_once_and_not_before_two(trail):
    checking._planned = ""
    checking.plan(dt.datetime(2026, 8, 4, 0, 30, tzinfo=dt.UTC))
    checking._planned = ""
    checking.plan(AT)
    checking._planned = ""
    checking.plan(AT + dt.timedelta(hours=5))
    assert list(jobs.Job.objects.values_list("unique_key", flat=True)) == ["audit.check:2026-08-04"]


def test_whoever_leads_is_told_once_of_the_first_broken_entry_and_nobody_elsewhere(trail):
    lead = trail.user("onboarding_lead")
    behind_the_triggers("UPDATE onboarding_auditentry SET action = %s WHERE seq = %s", "nothing", 3)
    night()
    night(AT + dt.timedelta(days=1))
    assert AuditHead.objects.get(organisation=trail.northgate).broken_at == 3
    mails = OutboxMail.objects.filter(kind=checking.BROKEN)
    assert [(mail.recipient, "entry 3" in mail.text) for mail in mails] == [(lead.email, True)]


def test_a_tail_that_was_cut_off_is_found_by_the_heads_that_were_mailed(trail, settings, tmp_path, capsys):
    settings.AUDIT_ANCHOR_EMAIL = "anchor@elsewhere.example"
    night()
    mail = OutboxMail.objects.get(kind=checking.HEADS)
    kept = tmp_path / "heads.eml"
    kept.write_text(f"Subject: {mail.subject}\n\n{mail.text}")
    assert checking.missing_heads(kept.read_text().splitlines()) == []

    behind_the_triggers("DELETE FROM onboarding_auditentry WHERE seq = 4")
    third = AuditEntry.objects.get(seq=3)
    AuditHead.objects.filter(organisation=trail.northgate).update(seq=3, hash=third.hash)
    assert checking.verify_chains().broken_at is None
    with pytest.raises(SystemExit):
        call_command("verify", "--json", "--against", str(kept))
    assert json.loads(capsys.readouterr().out)["audit"]["missing_heads"] == ["ZN1:4"]


def test_heads_are_one_line_of_json_an_organisation(trail):
    OrganisationFactory(ods_code="ZS1", name="Southmere")
    out = io.StringIO()
    call_command("verify", "--heads", stdout=out)
    (line,) = map(json.loads, out.getvalue().splitlines())
    assert (line["organisation"], line["seq"], len(line["hash"])) == ("ZN1", 4, 64)


@pytest.mark.parametrize(
    "text", ["", "no head here", '{"organisation": "ZN1"}', '{"seq": }', '{"organisation": 1, "seq": 1, "hash": ""}']
)
def test_a_file_without_heads_is_a_wrong_use(db, tmp_path, text):
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("verify", "--against", str(file))
    assert refused.value.returncode == 2


def test_an_entry_holds_no_value_that_says_who_a_newcomer_is(world):
    said = {"date_of_birth": "1994-03-07", "family_name": "Nwosu", "reason": "Born in March.", "role": "Registrar"}
    with change(by=system("tests"), at=AT) as made:
        made.note(
            organisation_ids=[world.northgate.pk], action="a", subject="s:1",
            before={"date_of_birth": "1994-07-03", "personal_email": ""}, after=said,
        )  # fmt: skip
    entry = AuditEntry.objects.get()
    assert entry.before == {"date_of_birth": True, "personal_email": False}
    assert entry.after == {"date_of_birth": True, "family_name": True, "reason": True, "role": "Registrar"}


def test_a_newcomer_is_named_by_nothing_and_staff_by_their_name(world):
    amara = world.newcomer_actor(world.newcomer(account=True))
    hr = world.actor("hr")
    both = Actor(user_id=7, name="Ade", newcomer_id=3, grants=hr.grants)
    for by in (amara, hr, both):
        with change(by=by, at=AT) as made:
            made.note(organisation_ids=[world.northgate.pk], action="a", subject="s:1")
    names = list(AuditEntry.objects.order_by("seq").values_list("by_name", flat=True))
    assert names == ["newcomer", hr.name, "Ade"]
    assert AuditEntry.objects.get(by_name="newcomer").by_id == amara.user_id


def test_only_a_lead_of_now_gets_the_warning(trail):
    lead = trail.user("onboarding_lead")
    mail = OutboxMail(kind=checking.BROKEN, organisation=trail.northgate, recipient=lead.email)
    assert checking.lead_now(mail) == lead.email
    lead.memberships.filter(role=Role.ONBOARDING_LEAD).delete()
    assert checking.lead_now(mail) == ""
