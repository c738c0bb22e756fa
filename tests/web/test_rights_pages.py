"""The pages of people's rights: my data, erasing with a reference typed, a hold, and how long things are kept."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Organisation, Placement
from tests.web.staff import as_user, text_of


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="Nwosu")


def erase_page(placement: Placement) -> str:
    return f"/newcomers/{placement.ref}/erase/"


def test_a_newcomer_downloads_what_is_held_from_their_account(client: Client, amara: Placement) -> None:
    client.force_login(amara.newcomer.user)
    assert 'href="/account/my-data/"' in client.get("/account/").content.decode()
    assert "Ask HR at Northgate" in text_of(client.get("/account/my-data/"))
    answer = client.get("/account/my-data/copy.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "Amara" in packed.read("index.html").decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store, private"


def test_erasing_asks_for_the_reference_and_says_when_backups_end(client, world, amara) -> None:
    as_user(client, world.user("hr"))
    text = text_of(client.get(erase_page(amara)))
    assert "What goes" in text
    assert "What stays" in text
    wrong = client.post(erase_page(amara), {"typed": "yes"})
    assert wrong.status_code == 422
    assert "That is not the reference" in text_of(wrong)
    assert Placement.objects.filter(pk=amara.pk).exists()
    answer = client.post(erase_page(amara), {"typed": str(amara.ref)[-8:].upper()}, follow=True)
    assert "Erased. Backups end on" in text_of(answer)
    assert client.get(f"/newcomers/{amara.ref}/").status_code == 404
    assert "Amara" not in text_of(client.get("/newcomers/?name=Amara"))


def test_an_erased_newcomer_is_signed_out_for_good(client, world, amara) -> None:
    theirs = Client()
    theirs.force_login(amara.newcomer.user)
    assert theirs.get("/me/").status_code == 200
    as_user(client, world.user("hr")).post(erase_page(amara), {"typed": str(amara.ref)[-8:]})
    assert theirs.get("/me/").status_code == 302


def test_a_hold_takes_the_button_away_and_says_who_set_it(client, world, amara) -> None:
    as_user(client, world.user("onboarding_lead"))
    assert client.post(f"{erase_page(amara)}hold/", {"reason": " "}).status_code == 422
    answer = client.post(f"{erase_page(amara)}hold/", {"reason": "A claim at the tribunal."}, follow=True)
    text = text_of(answer)
    assert "A legal hold keeps this record" in text
    assert "Set by Onboarding lead at Northgate" in text
    assert "Type the reference" not in text
    assert client.post(erase_page(amara), {"typed": str(amara.ref)[-8:]}).status_code == 422
    assert "The hold is lifted." in text_of(client.post(f"{erase_page(amara)}lift/", follow=True))
    assert "Type the reference" in text_of(client.get(erase_page(amara)))


def test_the_onboarding_lead_erases_but_gets_no_copy_with_a_date_of_birth(client, world, amara) -> None:
    as_user(client, world.user("onboarding_lead"))
    assert "copy.zip" not in client.get(erase_page(amara)).content.decode()
    assert client.get(f"/newcomers/{amara.ref}/copy.zip").status_code == 403
    as_user(client, world.user("hr"))
    assert "copy.zip" in client.get(erase_page(amara)).content.decode()
    answer = client.get(f"/newcomers/{amara.ref}/copy.zip")
    assert b"".join(answer.streaming_content).startswith(b"PK")


@pytest.mark.parametrize("days", [{}, {"keep_pictures_days": "0"}, {"keep_mails_days": "soon"}])
def test_a_faulty_number_of_days_changes_nothing(client, world, days) -> None:
    as_user(client, world.user("onboarding_lead"))
    given = {"keep_pictures_days": "14", "keep_mails_days": "14", "keep_newcomers_days": "90"} if days else {}
    answer = client.post("/setup/zn1/keeping/", given | days)
    assert answer.status_code == 422
    assert "give a number of days from 7 to 3650" in text_of(answer)
    assert Organisation.objects.get(ods_code="ZN1").keep_newcomers_days == 365


def test_the_lead_sets_how_long_things_are_kept(client, world) -> None:
    as_user(client, world.user("onboarding_lead"))
    given = {"keep_pictures_days": "14", "keep_mails_days": "60", "keep_newcomers_days": "90"}
    assert "Saved." in text_of(client.post("/setup/zn1/keeping/", given, follow=True))
    northgate = Organisation.objects.get(ods_code="ZN1")
    assert (northgate.keep_pictures_days, northgate.keep_mails_days, northgate.keep_newcomers_days) == (14, 60, 90)
    assert client.get("/setup/zs1/keeping/").status_code == 404
