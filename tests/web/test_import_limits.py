"""A roster's way in: who may, what is hidden, what is inert, what happens when things go wrong or at once."""

import threading
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.models import AuditEntry, Membership, Placement
from onboarding.words import Role
from steps.models import RosterUpload
from steps.services import background, uploads
from steps.services.verifying import differences
from steps.views import holding
from tests.web.stage import text_of
from tests.web.test_import import BAD, GOOD, HEADING, press, sent


@pytest.fixture
def hr(client: Client, world: Any) -> Client:
    client.force_login(world.user("hr"))
    return client


def signed_in(world: Any, role: str, org: str = "northgate") -> Client:
    other = Client()
    other.force_login(world.user(role, org))
    return other


@pytest.mark.parametrize("role", [r for r in Role.values if r not in ("hr", "onboarding_lead")])
def test_a_role_that_cannot_import_is_told_so(world, role):
    client = signed_in(world, role)
    assert client.get(reverse("import_roster")).status_code == 403
    assert sent(client, *GOOD).status_code == 403
    assert not RosterUpload.objects.exists()


def test_nobody_imports_without_signing_in(client, db):
    assert "/login/" in client.get(reverse("import_roster"))["Location"]
    assert "/login/" in client.post(reverse("import_roster"), {})["Location"]


def test_a_role_that_is_taken_away_takes_the_upload_with_it(hr, world):
    sent(hr, *GOOD)
    Membership.objects.filter(user=world.user("hr")).delete()
    address = reverse("import_file", args=[RosterUpload.objects.get().ref])
    assert hr.get(address).status_code == 403
    Membership.objects.create(user=world.user("hr"), organisation=world.southmere, role="hr")
    assert hr.get(address).status_code == 404
    assert press(hr, "import_confirm").status_code == 404
    assert not Placement.objects.exists()


def test_the_upload_asks_for_the_token_although_its_file_is_held_in_memory(world):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user("hr"))
    file = SimpleUploadedFile("roster.csv", b"given_name")
    assert strict.post(reverse("import_roster"), {"file": file, "dates": "ISO"}).status_code == 403
    strict.get(reverse("import_roster"))
    token = strict.cookies["csrftoken"].value
    file.seek(0)
    posted = {"file": file, "dates": "ISO", "csrfmiddlewaretoken": token}
    assert strict.post(reverse("import_roster"), posted).status_code == 302


def test_no_file_touches_the_disk_of_the_web_process(hr, monkeypatch):
    """Django writes what is over 2 MB to a temporary file, unless told otherwise."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", fail)
    monkeypatch.setattr(background, "SMALL", 10_000_000)
    row = GOOD[0] + "," + "x" * 90_000
    answer = sent(hr, *[row] * 30)
    assert answer.status_code == 200
    assert "cells, the heading" in text_of(answer)


def test_past_the_limit_nothing_more_is_kept(rf, monkeypatch):
    monkeypatch.setattr(holding, "MAX_BYTES", 100)
    handler = holding.HeldInMemory(rf.post("/"))
    handler.new_file("file", "a.csv", "text/csv", None)
    for start in range(0, 400, 40):
        handler.receive_data_chunk(b"x" * 40, start)
    assert handler.kept.getbuffer().nbytes <= 100
    assert handler.file_complete(400).size == 400


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\\u202egpj.csv", "<img src=x onerror=alert(1)>.csv", "a" * 300 + ".csv", "CON.png"],
)
def test_a_hostile_file_name_is_text_without_a_folder(hr, name):
    answer = sent(hr, *GOOD, name=name)
    assert answer.status_code == 200
    kept = RosterUpload.objects.get().name
    assert len(kept) <= 120
    assert not set(kept) & set("/\\\u202e")
    assert "<img" not in answer.content.decode()


def test_cells_that_a_spreadsheet_would_run_are_inert_in_every_download(hr):
    row = "=HYPERLINK(1),@SUM(1),1994-07-03,2026-09-07,+Role,ZN1,"
    sent(hr, row, BAD.replace("Imran", "=1+1"))
    ref = RosterUpload.objects.get().ref
    for address in (reverse("import_refused", args=[ref]), reverse("import_list", args=[ref, "new"])):
        text = hr.get(address).content.decode("utf-8-sig")
        assert not any(cell.strip('"')[:1] in tuple("=+-@") for line in text.splitlines() for cell in line.split(","))
    assert hr.get(reverse("import_list", args=[ref, "anything"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"\x00\x00\x00", "unknown heading"),
        (b"given_name,\x00evil\x00\r\na,b", "unknown heading"),
        (b"PK\x03\x04 not a zip", "cannot be read as an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        ((HEADING + "\nA\x00B,C,1994-07-03,2026-09-07,R,ZN1,").encode(), "a control character"),
    ],
)
def test_a_broken_file_is_refused_in_words(hr, content, says):
    file = SimpleUploadedFile("roster.csv", content)
    answer = hr.post(reverse("import_roster"), {"file": file, "dates": "ISO"}, follow=True)
    assert answer.status_code == 200
    assert says in text_of(answer)


def test_two_headings_cannot_both_be_one_column(hr):
    heading = HEADING.replace("role", "Position Title") + ",Job"
    sent(hr, *[row + ",x" for row in GOOD], heading=heading)
    answer = press(hr, "import_headings", heading_0="role", heading_1="role")
    assert answer.status_code == 422
    assert "“Position Title” and “Job” cannot both be role." in text_of(answer)
    answer = press(hr, "import_headings", heading_0="given_name", heading_1="-")
    assert answer.status_code == 422  # the file has that column
    assert "Keep and check again" in text_of(answer)


def test_a_long_heading_can_be_told_too(hr, world):
    long = "Position title as the board has agreed it to be called from now on for all posts"
    sent(hr, *GOOD, heading=HEADING.replace("role", long))
    assert "2 rows: 2 new" in text_of(press(hr, "import_headings", heading_0="role"))
    world.northgate.refresh_from_db()
    assert world.northgate.heading_map == {long: "role"}


def test_the_first_hundred_are_shown_and_the_rest_can_be_had(hr):
    sent(hr, *[f"N{n},Okafor,1994-07-03,2026-09-07,Fellow,ZN1," for n in range(103)], *[BAD] * 102)
    answer = hr.get(reverse("import_file", args=[RosterUpload.objects.get().ref]))
    text = text_of(answer)
    assert text.count("from Mon 7 September 2026") == 100
    assert "The first 100 of 103." in text
    ref = RosterUpload.objects.get().ref
    lines = {
        kind: hr.get(reverse("import_list", args=[ref, kind])).content.splitlines() for kind in ("new", "problem")
    }
    assert len(lines["new"]) == 104
    assert len(lines["problem"]) > 102


def test_the_result_says_what_really_happened_when_something_changed_meanwhile(hr, world):
    sent(hr, *GOOD)
    first = RosterUpload.objects.get()
    sent(hr, GOOD[0])
    press(hr, "import_confirm")
    answer = hr.post(reverse("import_confirm", args=[first.ref]), follow=True)
    text = text_of(answer)
    assert "HR has 1 record to check" in text
    assert "You were shown 2 new, 0 changed, 0 the same and 0 refused." in text
    assert "2 rows: 1 new, 0 changed, 1 the same, 0 refused." in text


def test_rows_that_came_to_be_refused_meanwhile_stop_the_storing(hr, world):
    sent(hr, GOOD[0] + ",00000001", heading=HEADING + ",assignment_number")
    first = RosterUpload.objects.get()
    other = GOOD[0].replace("Adaeze", "Chidi").replace("7000001", "7000009")
    sent(hr, other + ",00000001", heading=HEADING + ",assignment_number")
    press(hr, "import_confirm")
    text = text_of(hr.post(reverse("import_confirm", args=[first.ref]), follow=True))
    assert "Something changed since you looked" in text
    assert "belongs to another newcomer here." in text
    assert Placement.objects.count() == 1


def test_a_fault_of_ours_stores_nothing_and_can_be_tried_again(hr, monkeypatch, caplog):
    sent(hr, *GOOD)
    monkeypatch.setattr(uploads, "outcome", lambda *a, **k: 1 / 0)
    assert "Something broke, and nothing was stored." in text_of(press(hr, "import_confirm"))
    assert not Placement.objects.exists()
    assert "Adaeze" not in caplog.text
    monkeypatch.undo()
    assert "2 rows: 2 new" in text_of(press(hr, "import_again"))


def test_the_lead_may_import_for_two_organisations_and_has_to_say_for_which(world):
    Membership.objects.create(user=world.user("onboarding_lead"), organisation=world.lead, role="hr")
    lead = signed_in(world, "onboarding_lead")
    page = text_of(lead.get(reverse("import_roster")))
    assert "Whose roster is it?" in page
    answer = sent(lead, *GOOD)
    assert answer.status_code == 422
    assert "Choose whose roster it is." in text_of(answer)
    file = SimpleUploadedFile("roster.csv", "\n".join([HEADING, *GOOD]).encode())
    chosen = {"file": file, "dates": "ISO", "organisation": world.southmere.pk}
    assert lead.post(reverse("import_roster"), chosen).status_code == 422
    file.seek(0)
    assert lead.post(reverse("import_roster"), chosen | {"organisation": world.northgate.pk}).status_code == 302


def test_one_file_at_a_time_and_not_more_than_five_are_kept(hr, world):
    for _ in range(7):
        sent(hr, *GOOD)
    assert RosterUpload.objects.count() == 5
    RosterUpload.objects.update(state="storing", lease_until=timezone.now() + background.LEASE)
    answer = sent(hr, *GOOD)
    assert answer.status_code == 422
    assert "still being worked on" in text_of(answer)


def test_an_import_leaves_one_entry_of_its_own_without_the_file_name(hr):
    sent(hr, *GOOD, name="patients of Dr Smith.csv")
    press(hr, "import_confirm")
    entry = AuditEntry.objects.get(action="roster.imported")
    assert entry.after == {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert entry.subject == "organisation:ZN1"
    assert AuditEntry.objects.filter(action="placement.arrived").count() == 2


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory locks its tables to other threads")
@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_worked_on_in_the_background(world, monkeypatch):
    """Real threads and connections: the page answers at once, the work goes on, its result is in the row."""
    monkeypatch.setattr(background, "SMALL", 10)
    client = signed_in(world, "hr")
    sent(client, *GOOD)
    assert waited_for("checked")
    press(client, "import_confirm")
    assert waited_for("stored")
    assert Placement.objects.count() == 2
    assert list(differences()) == []


def waited_for(state: str) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if RosterUpload.objects.get().state == state:
            return not any(t.name == "roster" and t.join(5) for t in threading.enumerate())
        time.sleep(0.05)
    return False


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing can race")
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_one_moment_store_once_and_both_see_the_result(world):
    client = signed_in(world, "hr")
    sent(client, *GOOD)
    ref = RosterUpload.objects.get().ref
    barrier, answers = threading.Barrier(4), []

    def confirm() -> None:
        mine = signed_in(world, "hr")
        barrier.wait(20)
        answers.append(mine.post(reverse("import_confirm", args=[ref])))
        connections.close_all()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    [t.start() for t in threads]
    [t.join(30) for t in threads]
    assert {a.status_code for a in answers} == {302}
    assert Placement.objects.count() == 2
    assert AuditEntry.objects.filter(action="roster.imported").count() == 1
    assert "HR has 2 records to check" in text_of(client.get(reverse("import_file", args=[ref])))
