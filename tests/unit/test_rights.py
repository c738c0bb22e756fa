"""People's rights over all rooms: a copy is complete, erasing leaves nothing behind, the clock does it by itself."""

import datetime as dt
import io
import json
import zipfile
from itertools import chain

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from escalations.models import Escalation, Evidence, InboundMail, Message
from escalations.pack import Told
from escalations.services import packs
from onboarding import jobs
from onboarding.actors import system
from onboarding.audit import change, verify_chains
from onboarding.models import (
    AuditEntry,
    Erasure,
    Invitation,
    LegalHold,
    Newcomer,
    Notice,
    OutboxMail,
    Placement,
    User,
)  # fmt: skip
from onboarding.outbox.posting import put
from onboarding.policies import Refused
from onboarding.rights import erasing, exporting, keeping, register
from steps.models import Fact, RosterUpload
from steps.services import verbs

NOW = timezone.now()
HOUR = dt.timedelta(hours=1)
NAMES = ("Zuleykha", "Qaramanli", "zuleykha@home.example", "7712345")


def rich(world, **fields):
    """A newcomer about whom every room holds something."""
    placement = world.newcomer(
        account=True, newcomer__given_name="Zuleykha", newcomer__family_name="Qaramanli",
        newcomer__personal_email="zuleykha@home.example", newcomer__gmc_number="7712345", **fields,
    )  # fmt: skip
    own = world.newcomer_actor(placement)
    done = Fact.objects.create(
        placement=placement, step="hr_record", kind="done", at=NOW, recorded_at=NOW, by_name="HR"
    )
    Fact.objects.create(placement=placement, step="hr_record", kind="retracted", at=NOW, recorded_at=NOW, of=done)
    verbs.block(placement.ref, "hr_record", by=own, at=NOW - HOUR, reason="Zuleykha is spelt wrong")
    one = Escalation.objects.get(placement=placement)
    stored = default_storage.save("evidence/zq.png", ContentFile(b"not a picture"))
    Evidence.objects.create(
        placement=placement, escalation=one, content_hash="0" * 64, stored=stored, type="image/png", width=1,
        height=1, size=13, name="Qaramanli.png", uploaded_at=NOW, uploaded_by_name="Zuleykha Qaramanli",
    )  # fmt: skip
    raw = default_storage.save("mail-in/zq.eml", ContentFile(b"From: zuleykha@home.example"))
    InboundMail.objects.create(
        received_at=NOW, content_hash="1" * 64, stored=raw, size=27, state="attached", sender=NAMES[2], escalation=one
    )
    Message.objects.create(
        escalation=one, kind="note", visibility="staff", at=NOW, by_name="Ada Staff", body="Ring Zuleykha.",
        fact=Fact.objects.filter(placement=placement, kind="blocked").first(),
    )  # fmt: skip
    with change(by=system("tests"), at=NOW) as made:
        packs.send(
            made,
            one,
            placement,
            Told("Staff record", "Zuleykha is spelt wrong"),
            waiting=0,
            by=system("tests"),
            at=NOW,
        )
    org = placement.host_id
    put(kind="x", to=NAMES[2], subject="Hello", text="Dear Zuleykha", at=NOW, organisation_id=org)
    put(kind="y", to="it@northgate.example", subject="One", text="Zuleykha waits", at=NOW, organisation_id=org,
        subject_ref=f"escalation:{one.reference}")  # fmt: skip
    path = f"/escalations/{one.reference}/"
    Notice.objects.create(user=world.user("hr"), kind="work", says="Zuleykha waits", path=path, at=NOW)
    Invitation.objects.create(
        placement=placement, organisation=world.northgate, email=NAMES[2], token_hash="2" * 64, created_at=NOW,
        created_by_name="HR", expires_at=NOW,
    )  # fmt: skip
    RosterUpload.objects.create(
        organisation=world.northgate, by=world.user("hr"), uploaded_at=NOW, name="r.csv", dates="ISO",
        state="stored", result={"new": [["Zuleykha Qaramanli", "Registrar"]]},
    )  # fmt: skip
    return placement


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def zuleykha(world, media):
    return rich(world)


def left_behind() -> list[str]:
    """Where one of the names still stands: every row of every table, and every file."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            text = " ".join(str(value) for value in row.values())
            found += [f"{model.__name__}: {name}" for name in NAMES if name.lower() in text.lower()]
    return found


def do_jobs() -> None:
    while jobs.run_one(timezone.now()):
        pass


def test_every_table_that_leads_to_a_newcomer_is_registered():
    """A new table says in its room's `rights.py` what it holds, or it would be forgotten by copies and by erasing."""
    told = {Newcomer, *(holding.model for holding in register.holdings)}
    about, found = {Newcomer}, True
    while found:
        found = [
            model
            for model in apps.get_models()
            if model not in about
            and any(f.is_relation and f.many_to_one | bool(f.one_to_one and f.concrete) and f.related_model in about
                    for f in model._meta.get_fields() if f.concrete)
        ]  # fmt: skip
        about.update(found)
    assert {model.__name__ for model in about - told} == set()


def test_every_field_of_a_holding_is_one_of_its_table():
    for holding in register.holdings:
        names = {field.name for field in holding.model._meta.get_fields()}
        for name in chain(holding.fields, holding.files, *holding.named_by):
            assert name.removesuffix("_id").split("__")[0] in names, (holding.model, name)


def test_erasing_leaves_no_row_file_mail_or_list_with_the_person_in_it(zuleykha, world, media):
    assert {line.split(":")[0] for line in left_behind()} >= {
        "Newcomer",
        "OutboxMail",
        "Notice",
        "Pack",
        "RosterUpload",
    }
    gone = erasing.erase(zuleykha, by=world.actor("hr"), at=NOW)
    do_jobs()
    assert left_behind() == []
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert (gone.placements, gone.files) == ((zuleykha.ref,), 2)
    assert not User.objects.filter(name="Zuleykha Qaramanli").exists()


def test_the_trail_stays_whole_and_says_by_reference_that_it_was_erased(zuleykha, world):
    entries = AuditEntry.objects.filter(subject=f"placement:{zuleykha.ref}").count()
    erasing.erase(zuleykha, by=world.actor("hr"), at=NOW)
    assert AuditEntry.objects.filter(subject=f"placement:{zuleykha.ref}").count() == entries + 1
    assert verify_chains().broken_at is None
    entry = AuditEntry.objects.get(action="newcomer.erased")
    ends = timezone.localdate(NOW) + dt.timedelta(days=35)
    assert entry.after["backups_end_on"] == ends.isoformat()
    assert Erasure.objects.get(placement_ref=zuleykha.ref).backups_end_on == ends


def test_others_are_left_alone(zuleykha, world):
    other = world.newcomer(account=True)
    verbs.block(other.ref, "hr_record", by=world.newcomer_actor(other), at=NOW, reason="Mine")
    before = (Fact.objects.filter(placement=other).count(), Escalation.objects.filter(placement=other).count())
    erasing.erase(zuleykha, by=world.actor("hr"), at=NOW)
    assert (Fact.objects.filter(placement=other).count(), Escalation.objects.filter(placement=other).count()) == before
    assert User.objects.filter(pk=other.newcomer.user_id).exists()


def test_another_employers_placement_keeps_the_person_and_goes_on(zuleykha, world):
    there = world.newcomer(newcomer=zuleykha.newcomer, employer=world.southmere, manager=None)
    erasing.erase(zuleykha, by=world.actor("hr"), at=NOW)
    assert list(Placement.objects.values_list("pk", flat=True)) == [there.pk]
    assert Newcomer.objects.get().user_id is not None


@pytest.mark.parametrize(("role", "org"), [("it", "northgate"), ("hr", "southmere"), ("manager", "northgate")])
def test_nobody_but_the_employer_erases(zuleykha, world, role, org):
    with pytest.raises(Refused):
        erasing.erase(zuleykha, by=world.actor(role, org), at=NOW)
    assert Placement.objects.filter(pk=zuleykha.pk).exists()


def test_the_host_does_not_erase_a_lead_employers_trainee(world):
    trainee = world.newcomer(employer=world.lead, host=world.northgate)
    with pytest.raises(Refused):
        erasing.erase(trainee, by=world.actor("hr"), at=NOW)
    erasing.erase(trainee, by=world.actor("hr", "lead"), at=NOW)


def test_a_hold_keeps_everything_by_hand_and_by_the_clock_until_it_is_lifted(zuleykha, world):
    hr = world.actor("hr")
    erasing.hold(zuleykha, reason="A claim.", by=hr, at=NOW)
    assert erasing.hold(zuleykha, reason="Another.", by=hr, at=NOW).reason == "A claim."
    with pytest.raises(Refused, match="legal hold"):
        erasing.erase(zuleykha, by=hr, at=NOW)
    later = NOW + dt.timedelta(days=4000)
    keeping.sweep(later)
    assert Placement.objects.filter(pk=zuleykha.pk).exists()
    assert Evidence.objects.filter(placement=zuleykha).exists()
    assert erasing.lift(zuleykha, by=hr, at=NOW)
    assert not erasing.lift(zuleykha, by=hr, at=NOW)
    keeping.sweep(later)
    assert left_behind() == []
    assert not LegalHold.objects.exists()


def cleared(placement, world, at):
    one = Escalation.objects.get(placement=placement)
    verbs.clear(
        placement.ref, "hr_record", blocker=one.reference, by=world.actor("hr"), at=at, reason="Spelt right now."
    )


def test_pictures_go_first_and_thirty_days_after_what_they_show_was_cleared(zuleykha, world, media):
    cleared(zuleykha, world, NOW)
    counts = {days: keeping.sweep(NOW + dt.timedelta(days=days), dry_run=True)[0] for days in (29, 31)}
    assert {days: swept.count for days, swept in counts.items()} == {29: 0, 31: 1}
    keeping.sweep(NOW + dt.timedelta(days=31))
    do_jobs()
    assert not Evidence.objects.exists()
    assert not (media / "evidence/zq.png").exists()
    assert Message.objects.filter(body="Ring Zuleykha.").exists()
    assert AuditEntry.objects.get(action="evidence.removed").after == {"pictures": 1}


def test_pictures_of_what_is_still_stuck_stay(zuleykha):
    keeping.sweep(NOW + dt.timedelta(days=60))
    assert Evidence.objects.count() == 1


def test_the_clock_twice_is_the_same_as_once(zuleykha, world):
    cleared(zuleykha, world, NOW)
    later = NOW + dt.timedelta(days=100)
    first = {s.kind: s.count for s in keeping.sweep(later)}
    second = {s.kind: s.count for s in keeping.sweep(later)}
    assert first["pictures"] == 1
    assert first["lists"] == 1
    assert second == dict.fromkeys(second, 0)


def test_a_clock_that_is_cut_short_goes_on_where_it_stopped(world, media, monkeypatch):
    placements = [world.newcomer() for _ in range(3)]
    later = NOW + dt.timedelta(days=900)
    real, calls = keeping.erase, []

    def dies_after_one(placement, **kwargs):
        if calls:
            raise KeyboardInterrupt
        calls.append(placement)
        return real(placement, **kwargs)

    monkeypatch.setattr(keeping, "erase", dies_after_one)
    with pytest.raises(KeyboardInterrupt):
        keeping.sweep(later)
    monkeypatch.setattr(keeping, "erase", real)
    assert Placement.objects.count() == len(placements) - 1
    keeping.sweep(later)
    assert not Placement.objects.exists()
    assert Erasure.objects.count() == 3


def test_a_newcomer_is_kept_while_anything_happens_and_with_a_later_post(world, media):
    old, busy = world.newcomer(), world.newcomer()
    both = world.newcomer()
    world.newcomer(newcomer=both.newcomer, start_date=dt.date(2028, 8, 7))
    later = NOW + dt.timedelta(days=400)
    Fact.objects.create(placement=busy, step="hr_record", kind="done", at=NOW, recorded_at=later, by_name="HR")
    keeping.sweep(later)
    assert not Placement.objects.filter(pk=old.pk).exists()
    assert Placement.objects.filter(newcomer__in=[busy.newcomer, both.newcomer]).count() == 3


def test_an_organisation_sets_how_long_it_keeps_and_nobody_elses(world, media):
    here, there = world.newcomer(), world.newcomer(employer=world.southmere, manager=None)
    lead = world.actor("onboarding_lead")
    days = {"keep_pictures_days": 7, "keep_mails_days": 7, "keep_newcomers_days": 30}
    assert keeping.set_days(world.northgate.pk, days=days, by=lead, at=NOW)
    assert not keeping.set_days(world.northgate.pk, days=days, by=lead, at=NOW)
    with pytest.raises(Refused):
        keeping.set_days(world.southmere.pk, days=days, by=lead, at=NOW)
    with pytest.raises(Refused):
        keeping.set_days(world.northgate.pk, days=days | {"keep_mails_days": 1}, by=lead, at=NOW)
    keeping.sweep(NOW + dt.timedelta(days=200))
    assert not Placement.objects.filter(pk=here.pk).exists()
    assert Placement.objects.filter(pk=there.pk).exists()


def test_texts_of_old_mails_go_and_waiting_ones_stay(world):
    old = put(kind="x", to="a@b.example", subject="S", text="Dear Amara", at=NOW, organisation_id=world.northgate.pk)
    waits = put(kind="x", to="c@b.example", subject="S", text="Dear Ade", at=NOW, organisation_id=world.northgate.pk)
    OutboxMail.objects.filter(pk=old.pk).update(state="sent", sent_at=NOW)
    keeping.sweep(NOW + dt.timedelta(days=91))
    texts = dict(OutboxMail.objects.values_list("pk", "text"))
    assert texts == {old.pk: keeping.GONE, waits.pk: "Dear Ade\n" if texts[waits.pk].endswith("\n") else "Dear Ade"}


def opened(copy) -> tuple[zipfile.ZipFile, dict, str]:
    with copy:
        packed = zipfile.ZipFile(io.BytesIO(copy.read()))
    return packed, json.loads(packed.read("data.json")), packed.read("index.html").decode()


def test_a_newcomers_copy_is_complete_and_names_nobody_else(zuleykha, world):
    packed, data, page = opened(exporting.own_copy(by=world.newcomer_actor(zuleykha), at=NOW))
    for name in (*NAMES, "is spelt wrong", "Ring Zuleykha.", "Dear Zuleykha"):
        assert name in page
    titles = {section["title"] for section in data["sections"]}
    assert titles >= {"You", "Your posts", "Your steps", "What happened", "What was said", "Pictures", "Mails to you"}
    assert "Ada Staff" not in page
    assert world.user("hr").name not in page.replace(f"HR at {world.northgate.name}", "")
    assert sorted(packed.namelist()) == ["data.json", "files/001.png", "files/002.eml", "index.html"]
    assert "<script" not in page


def test_a_copy_holds_nothing_of_others(zuleykha, world):
    other = world.newcomer(newcomer__given_name="Somebody", newcomer__family_name="Else", account=True)
    verbs.block(other.ref, "hr_record", by=world.newcomer_actor(other), at=NOW, reason="Nobody's business")
    _, _, page = opened(exporting.own_copy(by=world.newcomer_actor(zuleykha), at=NOW))
    assert not [text for text in ("Somebody", "Nobody's business", "Else") if text in page]


def test_an_employers_copy_leaves_another_employers_posts_out(zuleykha, world):
    world.newcomer(newcomer=zuleykha.newcomer, employer=world.southmere, manager=None, role="Secret agent")
    _, _, page = opened(exporting.copy_for(zuleykha, by=world.actor("hr"), at=NOW))
    assert "Secret agent" not in page
    for actor in (world.actor("hr", "southmere"), world.actor("onboarding_lead"), world.actor("it")):
        with pytest.raises(Refused):
            exporting.copy_for(zuleykha, by=actor, at=NOW)
    assert AuditEntry.objects.filter(action="newcomer.copied").count() == 1


def test_the_command_erases_and_says_what_went(zuleykha, world, capsys):
    call_command("erase", str(zuleykha.ref), "--by", world.user("hr").email, "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["placements"] == [str(zuleykha.ref)]
    assert left_behind() == []


def test_the_clocks_command_only_counts_when_asked_to(zuleykha, capsys):
    call_command("retention", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["dry_run"] is True
    call_command("retention")
    assert "Newcomers: 0 went." in capsys.readouterr().out
