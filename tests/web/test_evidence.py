"""Pictures on the stuck page and in the conversation: kept anew, covered, left out, and shown to whom they concern."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from escalations.evidence import scanning
from escalations.models import Escalation, Evidence, Message, Pack
from escalations.services import pictures
from onboarding.models import Job, OutboxMail, Placement
from tests.faults import hostile_pictures as hostile
from tests.web.stage import Clock, stuck, text_of

TOLD = {"symptom": "hr_record.wrong_birth_date", "tried": "today", "error": ""}
CHECK, SEND = "/me/steps/hr_record/stuck/check/", "/me/steps/hr_record/stuck/send/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara")


@pytest.fixture
def mine(amara: Placement) -> Client:
    return signed_in(amara.newcomer.user)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def file(content: bytes, name: str = "screen.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def check(client: Client, *files: SimpleUploadedFile, **more: Any) -> Any:
    return client.post(CHECK, {**TOLD, "pictures": list(files), **more})


def test_a_picture_is_previewed_then_sent_with_the_pack_and_seen_in_the_conversation(mine, world):
    page = check(mine, file(hostile.picture()))
    assert "Picture 1: screen.png" in text_of(page)
    assert "Pictures: 1 picture of what they see" in text_of(page)
    assert page.content.decode().count('type="checkbox"') == 24 + 1
    draft = Evidence.objects.get()
    assert draft.escalation is None
    mine.post(SEND, TOLD)
    sent = Pack.objects.get()
    assert [e["hash"] for e in sent.evidence] == [draft.content_hash]
    (attached,) = OutboxMail.objects.get(kind="pack").attachments
    assert default_storage.open(attached["stored"]).read().startswith(b"\x89PNG")
    hr = signed_in(world.user("hr"))
    assert str(draft.ref) in hr.get(f"/escalations/{sent.escalation.reference}/").content.decode()


def test_it_is_served_as_a_picture_that_can_do_nothing_and_is_kept_nowhere(mine):
    check(mine, file(hostile.picture()))
    answer = mine.get(f"/pictures/{Evidence.objects.get().ref}/")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_a_draft_is_its_newcomers_alone(mine, world):
    check(mine, file(hostile.picture()))
    address = f"/pictures/{Evidence.objects.get().ref}/"
    for role in ("hr", "onboarding_lead", "it"):
        assert signed_in(world.user(role)).get(address).status_code == 404
    assert signed_in(world.newcomer(account=True).newcomer.user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_once_sent_it_is_for_those_who_read_the_conversation(mine, world):
    check(mine, file(hostile.picture()))
    mine.post(SEND, TOLD)
    address = f"/pictures/{Evidence.objects.get().ref}/"
    for role, status in (("hr", 200), ("onboarding_lead", 200), ("it", 404), ("library", 404)):
        assert signed_in(world.user(role)).get(address).status_code == status
    assert signed_in(world.user("hr", "southmere")).get(address).status_code == 404


def test_there_is_no_other_address_for_a_file(mine):
    check(mine, file(hostile.picture()))
    stored = Evidence.objects.get().stored
    for address in (f"/media/{stored}", f"/{stored}", f"/static/{stored}"):
        assert mine.get(address).status_code == 404


def test_covering_blackens_the_stored_file_and_forgets_the_other(mine, django_capture_on_commit_callbacks):
    check(mine, file(hostile.picture(size=(60, 40))))
    before = Evidence.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        page = check(mine, shown=str(before.ref), **{f"cover-{before.ref}": ["0", "23"]})
    after = Evidence.objects.get()
    assert (after.covered, page.status_code) == ([0, 23], 200)
    assert not default_storage.exists(before.stored)
    image = Image.open(io.BytesIO(default_storage.open(after.stored).read())).convert("RGB")
    assert image.getpixel((0, 0)) == (0, 0, 0)
    assert image.getpixel((30, 20)) == hostile.RED


def test_what_is_ticked_is_covered_even_if_send_is_pressed_at_once(mine):
    check(mine, file(hostile.picture()))
    one = Evidence.objects.get()
    mine.post(SEND, {**TOLD, "shown": str(one.ref), f"cover-{one.ref}": "5"})
    assert Evidence.objects.get().covered == [5]
    assert Pack.objects.get().evidence[0]["hash"] == Evidence.objects.get().content_hash != one.content_hash


def test_what_is_left_out_is_not_sent_and_not_kept(mine, django_capture_on_commit_callbacks):
    check(mine, file(hostile.picture()), file(hostile.picture("JPEG"), "b.jpg"))
    first, second = Evidence.objects.order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        mine.post(SEND, {**TOLD, "shown": [str(first.ref), str(second.ref)], f"out-{first.ref}": "on"})
    assert [e["name"] for e in Pack.objects.get().evidence] == ["b.jpg"]
    assert not default_storage.exists(first.stored)
    assert Evidence.objects.count() == 1


def test_nobody_covers_or_sends_anothers_draft(mine, world):
    other = world.newcomer(account=True)
    check(signed_in(other.newcomer.user), file(hostile.picture()))
    draft = Evidence.objects.get()
    mine.post(SEND, {**TOLD, "shown": str(draft.ref), f"out-{draft.ref}": "on", f"cover-{draft.ref}": "1"})
    assert Pack.objects.get().evidence == []
    assert (Evidence.objects.get().covered, Evidence.objects.get().left_out) == ([], False)


def test_a_file_that_cannot_be_read_is_named_and_the_text_and_the_others_stay(mine):
    page = check(mine, file(b"<svg/>", "logo.svg.png"), file(hostile.picture()), error="E-104")
    assert page.status_code == 422
    assert "logo.svg.png is not a picture we can read." in text_of(page)
    assert "E-104" in page.content.decode()
    assert "Ready to send: screen.png." in text_of(page)


def test_the_same_picture_pressed_twice_is_kept_once_and_a_sixth_is_refused(mine):
    for _ in range(2):
        check(mine, file(hostile.picture()))
    assert Evidence.objects.count() == 1
    page = check(mine, *(file(hostile.picture(size=(10 + n, 10))) for n in range(5)))
    assert "5 pictures are the most." in text_of(page)


def test_a_newcomers_quota_is_said(mine, monkeypatch):
    monkeypatch.setattr(pictures, "QUOTA", 1)
    check(mine, file(hostile.picture()))
    page = check(mine, file(hostile.picture("JPEG"), "more.jpg"))
    assert "more.jpg was not kept: 1 pictures are the most we keep for one newcomer." in text_of(page)


def test_a_reply_brings_pictures_and_their_file_name_is_inert(mine, world, amara):
    reference = stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara))
    name = "<img src=x onerror=alert(1)>.png"
    mine.post(
        f"/escalations/{reference}/say/", {"body": "Here.", "press": "p", "pictures": [file(hostile.picture(), name)]}
    )
    body = signed_in(world.user("hr")).get(f"/escalations/{reference}/").content.decode()
    assert "<img src=x" not in body
    assert str(Evidence.objects.get(escalation__reference=reference).ref) in body
    assert len(OutboxMail.objects.get(kind="answered").attachments) == 1


# covering before a reply


@pytest.fixture
def reference(amara, world) -> str:
    return stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara))


def look(client: Client, reference: str, *files: SimpleUploadedFile, **more: Any) -> Any:
    """ "Cover parts of pictures first"."""
    return client.post(f"/escalations/{reference}/pictures/", {"press": "p", "pictures": list(files), **more})


def test_parts_of_a_replys_picture_are_covered_before_anybody_else_sees_it(mine, world, reference):
    page = look(mine, reference, file(hostile.picture(size=(60, 40))), body="Here.")
    assert "Cover parts of your pictures" in text_of(page)
    assert "Here." in page.content.decode()
    draft = Evidence.objects.get()
    hr = signed_in(world.user("hr"))
    assert hr.get(f"/pictures/{draft.ref}/").status_code == 404
    told = {"body": "Here.", "press": "p", "shown": [str(draft.ref)], f"cover-{draft.ref}": ["0", "23"]}
    for _ in range(2):
        assert mine.post(f"/escalations/{reference}/say/", told).status_code == 302
    image = Image.open(io.BytesIO(b"".join(hr.get(f"/pictures/{draft.ref}/").streaming_content)))
    assert image.getpixel((0, 0)) == image.getpixel((59, 39)) == (0, 0, 0)
    assert image.getpixel((30, 20)) == hostile.RED
    (mail,) = OutboxMail.objects.filter(kind="answered")
    assert [one["stored"] for one in mail.attachments] == [Evidence.objects.get().stored]


def test_a_picture_that_is_left_out_of_a_reply_or_was_forgotten_there_does_not_go(mine, reference):
    look(mine, reference, file(hostile.picture()), file(hostile.picture("JPEG"), "b.jpg"), body="Here.")
    first, second = Evidence.objects.order_by("pk")
    told = {"body": "No picture.", "press": "q"}
    mine.post(f"/escalations/{reference}/say/", told)  # from the conversation itself: it shows no draft
    assert Evidence.objects.filter(escalation=None).count() == 2
    told |= {"press": "r", "shown": [str(first.ref), str(second.ref)], f"out-{first.ref}": "on"}
    mine.post(f"/escalations/{reference}/say/", told)
    assert Evidence.objects.get().ref == second.ref


def test_an_empty_text_is_refused_with_the_pictures_still_there(mine, reference):
    page = look(mine, reference, file(hostile.picture()), body="")
    assert page.status_code == 200
    told = {"body": " ", "press": "p", "shown": [str(Evidence.objects.get().ref)]}
    page = mine.post(f"/escalations/{reference}/say/", told)
    assert page.status_code == 422
    assert "Write something first." in text_of(page)
    assert str(Evidence.objects.get(escalation=None).ref) in page.content.decode()


def test_looking_at_pictures_without_one_or_at_something_else_is_said(mine, reference):
    assert "Choose a picture first." in text_of(look(mine, reference, body="Here."))
    page = look(mine, reference, file(b"no picture"), body="Here.")
    assert page.status_code == 422
    assert "screen.png is not a picture we can read." in text_of(page)
    assert "Here." in page.content.decode()
    page = look(mine, reference, *[file(hostile.picture(size=(20 + n, 20))) for n in range(6)])
    assert "5 pictures are the most." in text_of(page)


def test_a_picture_can_be_covered_before_it_is_called_still_wrong_and_goes_with_the_new_pack(mine, world, reference):
    mine.post(f"/escalations/{reference}/works/")
    page = look(mine, reference, file(hostile.picture()), body="It says E-104.", then="still_wrong")
    assert "What do you see now?" in text_of(page)
    told = {"body": "It says E-104.", "press": "p", "then": "still_wrong", "shown": [str(Evidence.objects.get().ref)]}
    for _ in range(2):
        assert mine.post(f"/escalations/{reference}/still-wrong/", told).status_code == 302
    sent = Pack.objects.latest("pk")
    assert [e["ref"] for e in sent.evidence] == told["shown"]
    assert Message.objects.filter(body__contains="E-104").count() == 0  # it was raised with these words, once


def test_nobody_sends_anothers_draft_along(mine, world, reference):
    hr = signed_in(world.user("hr"))
    look(hr, reference, file(hostile.picture()), body="See here.", visibility="everyone")
    theirs = str(Evidence.objects.get().ref)
    mine.post(f"/escalations/{reference}/say/", {"body": "Mine?", "press": "q", "shown": [theirs]})
    assert Evidence.objects.get().escalation is None
    assert hr.post(
        f"/escalations/{reference}/say/",
        {"body": "See here.", "visibility": "staff", "press": "p", "shown": [theirs]},
    )["Location"].endswith(f"/escalations/{reference}/")
    assert Evidence.objects.get().message.visibility == "staff"
    assert mine.get(f"/pictures/{theirs}/").status_code == 404  # as little as the note
    assert hr.get(f"/pictures/{theirs}/").status_code == 200


def test_the_library_sees_no_picture_that_was_told_to_another_team(mine, world, amara):
    from django.utils import timezone

    from steps.services import verbs

    check(mine, file(hostile.picture()))
    mine.post(SEND, TOLD)
    reference = Escalation.objects.get().reference
    verbs.hand_over(
        amara.ref, "hr_record", blocker=reference, owner="library", side="host", by=world.actor("hr"),
        at=timezone.now(), reason="Theirs?",
    )  # fmt: skip
    library = signed_in(world.user("library"))
    ref = str(Evidence.objects.get().ref)
    assert ref not in library.get(f"/escalations/{reference}/").content.decode()
    assert library.get(f"/pictures/{ref}/").status_code == 404
    assert OutboxMail.objects.filter(kind="pack").latest("pk").attachments == []


# a virus scanner


def test_a_scanner_that_is_down_keeps_a_picture_back_until_it_answers(mine, settings, monkeypatch):
    settings.CLAMAV_SOCKET = "/nowhere/clamd.ctl"
    page = check(mine, file(hostile.picture()))
    one = Evidence.objects.get()
    assert one.screening == "waiting"
    assert "waits for the virus scanner" in text_of(page)
    assert mine.get(f"/pictures/{one.ref}/").status_code == 404
    mine.post(SEND, TOLD)
    assert OutboxMail.objects.get(kind="pack").attachments == []
    job = Job.objects.get(kind=pictures.SCREEN)
    pictures.screen(job, job.run_after)
    assert Evidence.objects.get().screening == "waiting"
    assert Job.objects.filter(kind=pictures.SCREEN).count() == 2
    monkeypatch.setattr(scanning, "scan", lambda content: scanning.Answer.CLEAN)
    pictures.screen(job, job.run_after)
    assert mine.get(f"/pictures/{one.ref}/").status_code == 200


def test_what_the_scanner_finds_is_refused_and_never_stored(mine, settings, monkeypatch):
    settings.CLAMAV_SOCKET = "/nowhere/clamd.ctl"
    monkeypatch.setattr(scanning, "scan", lambda content: scanning.Answer.FOUND)
    page = check(mine, file(hostile.picture()))
    assert "screen.png was refused by the virus scanner." in text_of(page)
    assert not Evidence.objects.exists()
