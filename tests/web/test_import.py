"""A roster's way in: upload, preview, confirm, result."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.models import AuditEntry, Newcomer, Placement
from steps.models import RosterUpload
from steps.services import background
from steps.services.verifying import differences
from tests.web.stage import text_of

HEADING = "given_name,family_name,date_of_birth,start_date,role,employer_ods,gmc_number"
GOOD = [
    "Adaeze,Nwosu,1994-07-03,2026-09-07,Clinical fellow,ZN1,7000001",
    "Suharto,,1991-02-01,2026-09-07,Trust doctor,ZN1,",
]
BAD = "Imran,Qureshi,03/04/1991,2026-09-07,Clinical fellow,ZN1,7000003"
OTHERS = "Li,Wei,1991-04-03,2026-09-07,Clinical fellow,ZS1,7000004"


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def hr(client: Client, world: Any) -> Client:
    client.force_login(world.user("hr"))
    return client


def sent(client: Client, *rows: str, heading: str = HEADING, name: str = "roster.csv", dates: str = "ISO") -> Any:
    file = SimpleUploadedFile(name, "\n".join([heading, *rows]).encode())
    return client.post(reverse("import_roster"), {"file": file, "dates": dates}, follow=True)


def press(client: Client, name: str, **data: Any) -> Any:
    upload = RosterUpload.objects.order_by("-pk").first()
    return client.post(reverse(name, args=[upload.ref]), data, follow=True)


def test_a_good_file_is_shown_first_and_stored_when_confirmed(hr):
    answer = sent(hr, *GOOD)
    assert "2 rows: 2 new, 0 changed, 0 the same, 0 refused" in text_of(answer)
    assert not Newcomer.objects.exists()
    answer = press(hr, "import_confirm")
    assert "HR has 2 records to check" in text_of(answer)
    assert "HR at Northgate has 2 new records to check." in text_of(answer)
    assert sorted(Newcomer.objects.values_list("family_name", flat=True)) == ["", "Nwosu"]


def test_the_same_file_again_changes_nothing(hr):
    sent(hr, *GOOD)
    press(hr, "import_confirm")
    entries = AuditEntry.objects.count()
    assert "There is nothing to store." in text_of(sent(hr, *GOOD))
    assert AuditEntry.objects.count() == entries


def test_a_second_press_stores_nothing_twice_and_sees_the_result(hr):
    sent(hr, *GOOD)
    press(hr, "import_confirm")
    assert "HR has 2 records to check" in text_of(press(hr, "import_confirm"))
    assert AuditEntry.objects.filter(action="roster.imported").count() == 1
    assert Placement.objects.count() == 2


def test_refused_rows_are_named_and_nothing_is_stored_unless_the_good_ones_are_chosen(hr):
    answer = sent(hr, GOOD[0], BAD, OTHERS)
    text = text_of(answer)
    assert "3 rows: 1 new, 0 changed, 0 the same, 2 refused" in text
    assert "Row 3 Column date_of_birth" in text
    assert "ZS1 is not one of yours." in text
    assert "Row 3 Column date_of_birth What was read 03/04/1991" in text
    assert "Mend and upload again" in text
    assert "Store" not in text
    press(hr, "import_confirm")
    assert not Placement.objects.exists()
    answer = press(hr, "import_take_good")
    assert "2 refused rows were not stored." in text_of(answer)
    assert Placement.objects.count() == 1


def test_refused_rows_come_back_as_a_file_to_mend(hr):
    sent(hr, GOOD[0], BAD)
    upload = RosterUpload.objects.get()
    answer = hr.get(reverse("import_refused", args=[upload.ref]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Imran" in lines[1]
    assert lines[0].endswith("problem")
    press(hr, "import_take_good")
    again = hr.get(reverse("import_refused", args=[upload.ref]))
    assert again.content == answer.content
    assert "attachment" in again["Content-Disposition"]
    upload.refresh_from_db()
    assert b"Adaeze" not in bytes(upload.content)  # of what was stored nothing is kept in the upload


def test_a_change_shows_before_and_after(hr):
    sent(hr, *GOOD)
    press(hr, "import_confirm")
    text = text_of(sent(hr, GOOD[0].replace("Clinical fellow", "Registrar")))
    assert "1 changed" in text
    assert "What Role Before Clinical fellow After Registrar" in text
    assert "Store 1 row" in text
    press(hr, "import_confirm")
    assert Placement.objects.filter(role="Registrar").exists()


def test_the_lead_is_not_shown_a_birth_date_that_is_held(hr, world):
    sent(hr, *GOOD)
    press(hr, "import_confirm")
    lead = Client()
    lead.force_login(world.user("onboarding_lead"))
    text = text_of(sent(lead, GOOD[0].replace("1994-07-03", "1994-03-07")))
    assert "What Date of birth Before Not shown to you After As in the file" in text
    assert "1994" not in text
    whole = lead.get(reverse("import_list", args=[RosterUpload.objects.last().ref, "changed"]))
    assert b"not shown to you" in whole.content
    assert b"1994" not in whole.content
    assert "Before 3 July 1994 After 7 March 1994" in text_of(sent(hr, GOOD[0].replace("1994-07-03", "1994-03-07")))


def test_a_file_is_there_for_the_person_who_uploaded_it_alone(hr, world):
    sent(hr, *GOOD)
    upload = RosterUpload.objects.get()
    for role, org in (("onboarding_lead", "northgate"), ("hr", "southmere")):
        other = Client()
        other.force_login(world.user(role, org))
        assert other.get(reverse("import_file", args=[upload.ref])).status_code == 404
        assert other.post(reverse("import_confirm", args=[upload.ref])).status_code == 404
    assert not Placement.objects.exists()


def test_dates_have_no_default_and_a_file_is_asked_for(hr):
    answer = hr.post(reverse("import_roster"), {})
    assert answer.status_code == 422
    assert "Choose a file." in text_of(answer)
    assert "Say how dates are written in the file." in text_of(answer)


def test_an_organisations_own_headings_are_told_once(hr, world):
    heading = HEADING.replace("role", "Position Title") + ",Cost centre"
    rows = [row + ",A1" for row in GOOD]
    text = text_of(sent(hr, *rows, heading=heading))
    assert "“Position Title” is" in text
    answer = press(hr, "import_headings", heading_0="role", heading_1="-")
    assert "2 rows: 2 new" in text_of(answer)
    assert "2 rows: 2 new" in text_of(sent(hr, *rows, heading=heading))
    assert AuditEntry.objects.filter(action="organisation.headings").count() == 1


def test_a_hostile_name_and_hostile_cells_are_only_text(hr):
    row = "<script>alert(1)</script>,=HYPERLINK(1),1994-07-03,2026-09-07,{{ 7*7 }},ZN1,"
    body = sent(hr, row, name="..\\\u202e<img src=x>.csv").content.decode()
    assert "<script>alert" not in body
    assert "<img src=x>" not in body
    assert "\u202e" not in body
    assert "{{ 7*7 }}" in body


def test_a_roster_over_the_limit_is_refused_with_the_limit(hr, monkeypatch):
    monkeypatch.setattr("steps.import_forms.MAX_BYTES", 100)
    monkeypatch.setattr("steps.views.holding.MAX_BYTES", 100)
    answer = sent(hr, *GOOD * 10)
    assert answer.status_code == 422
    assert "Split it into smaller files." in text_of(answer)
    assert not RosterUpload.objects.exists()


def test_the_file_is_dropped_when_it_is_stored_and_a_day_after_the_upload(hr, world):
    sent(hr, *GOOD)
    press(hr, "import_confirm")
    assert RosterUpload.objects.get().content is None
    old = timezone.now() - background.KEPT * 2
    RosterUpload.objects.update(uploaded_at=old)
    sent(hr, *GOOD)
    assert RosterUpload.objects.count() == 1


def test_work_that_a_dead_process_left_can_be_started_again(hr, world):
    sent(hr, *GOOD)
    upload = RosterUpload.objects.get()
    RosterUpload.objects.update(state="storing", lease_until=timezone.now() - background.LEASE)
    answer = hr.get(reverse("import_file", args=[upload.ref]))
    assert "Nothing was stored by half." in text_of(answer)
    press(hr, "import_again")
    assert Placement.objects.count() == 2


def test_work_that_goes_on_shows_how_far_it_is(hr, world):
    sent(hr, *GOOD)
    upload = RosterUpload.objects.get()
    RosterUpload.objects.update(state="storing", lease_until=timezone.now() + background.LEASE, done=30, total=60)
    answer = hr.get(reverse("import_file", args=[upload.ref]))
    assert "50% read." in text_of(answer)
    assert "Check progress" in text_of(answer)
    said = hr.get(reverse("import_progress", args=[upload.ref])).json()
    assert said == {"working": True, "percent": 50, "says": "50% read."}
    press(hr, "import_again")
    assert not Placement.objects.exists()
