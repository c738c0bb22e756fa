"""The onboarding lead sees the pathways, and publishes an own one with its consequences in view."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from onboarding.models import AuditEntry
from steps.models import Chain, PathwayVersion
from steps.pathway import shipped
from steps.services.arriving import arrive
from steps.services.publishing import may_use
from steps.services.verifying import differences
from tests.factories import ARRIVED, PlacementFactory
from tests.web.stage import text_of

OWN = shipped()["england"].replace('key = "england"', 'key = "zn1-england"', 1)


@pytest.fixture
def lead(client: Client, world: Any) -> Client:
    client.force_login(world.user("onboarding_lead"))
    return client


def sent(client: Client, text: str, name: str = "ours.toml") -> Any:
    return client.post(reverse("pathway_preview"), {"file": SimpleUploadedFile(name, text.encode())})


def test_the_lead_sees_every_shipped_pathway_and_which_is_for_new_arrivals(lead, world):
    world.newcomer()
    text = text_of(lead.get(reverse("pathways")))
    for key in shipped():
        assert f"{key}, version 1" in text
    assert "1 of your newcomers is on it." in text
    assert text.count("For new arrivals") == 1


def test_a_pathway_is_drawn_with_its_owners_and_told_in_words(lead):
    text = text_of(lead.get(reverse("pathway", args=["england"])))
    assert "After Identity." in text
    assert "HR, employer." in text


def test_a_pathway_comes_back_as_the_very_file(lead):
    answer = lead.get(reverse("pathway_source", args=["wales"]))
    assert answer.content.decode() == shipped()["wales"]


def test_faults_are_named_at_once_with_their_lines_and_nothing_is_published(lead):
    broken = OWN.replace('owner = "it"', 'owner = "plumber"', 1).replace(
        'after = ["identity"]', 'after = ["nowhere"]', 1
    )
    answer = sent(lead, broken)
    assert answer.status_code == 422
    text = text_of(answer)
    assert "plumber" in text
    assert "nowhere" in text
    assert "Line " in text
    assert not PathwayVersion.objects.filter(key="zn1-england").exists()


@pytest.mark.parametrize("key", ["england", "zs1-england", "zn1-"])
def test_a_shipped_or_anothers_pathway_cannot_be_published(lead, key):
    text = OWN.replace('key = "zn1-england"', f'key = "{key}"', 1)
    assert sent(lead, text).status_code == 422
    answer = lead.post(reverse("pathway_publish"), {"source": text})
    assert answer.status_code in (403, 422)
    assert PathwayVersion.objects.filter(version=2).count() == 0


def test_publishing_shows_whom_it_changes_first_and_moves_them(lead, world):
    lead.post(reverse("pathway_publish"), {"source": OWN})
    placement = PlacementFactory(employer=world.northgate)
    arrive(placement, pathway_key="zn1-england", at=ARRIVED)
    changed = OWN.replace('after = ["work_email"]', 'after = ["hr_record"]', 1)
    text = text_of(sent(lead, changed))
    assert "of 1 person" in text
    assert PathwayVersion.objects.filter(key="zn1-england").count() == 1
    answer = lead.post(reverse("pathway_publish"), {"source": changed}, follow=True)
    assert "version 2 is published. 1 newcomers moved to it." in text_of(answer)
    assert Chain.objects.get(placement=placement).pathway.version == 2
    assert list(map(str, differences())) == []


def test_a_pathway_is_used_for_new_arrivals_and_never_by_another_trust(lead, world):
    lead.post(reverse("pathway_publish"), {"source": OWN})
    lead.post(reverse("pathway_use", args=["zn1-england"]))
    world.northgate.refresh_from_db()
    assert world.northgate.usual_pathway == "zn1-england"
    assert AuditEntry.objects.filter(action="organisation.pathway").count() == 1
    other = Client()
    other.force_login(world.user("onboarding_lead", "southmere"))
    assert other.get(reverse("pathway", args=["zn1-england"])).status_code == 404
    assert "zn1-england" not in text_of(other.get(reverse("pathways")))


def test_hr_has_no_pathways(client, world):
    client.force_login(world.user("hr"))
    assert client.get(reverse("pathways")).status_code == 403


def test_a_pathway_without_an_owner_in_its_key_is_everybodys(world):
    assert may_use("locum", ["ZN1"])
    assert may_use("zn1-england", ["ZN1"])
    assert may_use("england", ["ZN1"])
    assert not may_use("zs1-england", ["ZN1"])
