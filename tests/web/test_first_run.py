"""The first run of a fresh installation: by the link from its server, and by nothing else."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.first_run import GOOD_FOR, SETTING_UP, make_link
from onboarding.models import (
    AuditEntry,
    Invitation,
    Membership,
    Organisation,
    OutboxMail,
    Payday,
    SetupLink,
    Team,
    User,
)
from steps.models import PathwayVersion
from tests.web.staff import text_of

pytestmark = pytest.mark.django_db
ANSWERS: dict[str, dict[str, Any]] = {
    "organisation": {
        "ods_code": "rx9", "name": "Eastmoor", "kind": "trust", "country": "wales", "usual_mail_system": "nhsmail",
    },
    "days": {
        "opens": "08:30", "closes": "17:00", "closed_days": "24 December 2099", "paydays": "27 January 2100",
    },
    "pathway": {"pathway": "wales"},
    "teams": {"it_mailbox": "it@eastmoor.example", "it_name": "Sam Okoro", "it_email": "Sam@eastmoor.example"},
    "lead": {"name": "Ada Linden", "email": "ada@eastmoor.example"},
}  # fmt: skip


def path_of(address: str) -> str:
    return address[address.index("/setup/") :]


@pytest.fixture
def link(db: Any) -> str:
    return path_of(make_link(at=timezone.now())[0])


def part(name: str) -> str:
    return reverse("setup_first_part", args=[name])


def answered(client: Client, link: str, **changes: Any) -> Any:
    """Pressed, and every question answered; the last answer's redirect."""
    client.post(link)
    answer = None
    for name, given in ANSWERS.items():
        answer = client.post(part(name), given | changes.get(name, {}))
        assert answer.status_code == 302, (name, text_of(answer))
    return answer


def test_the_command_prints_the_link_and_stores_no_token(db):
    out = io.StringIO()
    call_command("setup_trust", "--link", "--json", stdout=out)
    token = json.loads(out.getvalue())["link"].rstrip("/").rsplit("/", 1)[1]
    assert len(token) >= 43
    assert token not in str(SetupLink.objects.values())


def test_an_empty_installation_lets_nobody_in_without_the_link(client, db):
    text = text_of(client.get(reverse("setup")))
    assert "Week One is not set up yet" in text
    assert "manage.py setup_trust --link" in text
    for path in (part("organisation"), reverse("setup_first_check"), reverse("setup_first_done")):
        assert "is not set up yet" in text_of(client.get(path))
    for path in (part("organisation"), reverse("setup_first_make"), reverse("setup_link", args=["A" * 43])):
        client.post(path, ANSWERS["organisation"])
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_opening_the_link_changes_nothing_and_one_press_spends_it(client, link):
    for _ in range(3):  # a mail scanner
        assert "Set an organisation up" in text_of(Client().get(link))
    assert client.post(link)["Location"] == part("organisation")
    assert "is not set up yet" in text_of(Client().get(link))
    thief = Client()
    thief.post(link)
    assert "is not set up yet" in text_of(thief.get(part("organisation")))


def test_a_newer_link_ends_an_older_one_and_who_pressed_it(client, link):
    client.post(link)
    make_link(at=timezone.now())
    assert "is not set up yet" in text_of(client.get(part("organisation")))


@pytest.mark.parametrize(("pressed", "passed"), [(False, GOOD_FOR), (True, SETTING_UP)])
def test_a_link_runs_out(client, link, pressed, passed):
    if pressed:
        client.post(link)
    SetupLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = client.get(part("organisation") if pressed else link)
    assert "is not set up yet" in text_of(page)
    assert passed > dt.timedelta(0)


def test_a_trust_is_set_up_from_nothing_in_one_transaction(client, link):
    assert answered(client, link)["Location"] == reverse("setup_first_check")
    text = text_of(client.get(reverse("setup_first_check")))
    for said in ("Eastmoor (RX9), a trust", "Wales", "24 December 2099", "Led by Sam Okoro", "ada@eastmoor.example"):
        assert said in text
    assert not Organisation.objects.exists()
    done = client.post(reverse("setup_first_make"), follow=True)
    trust = Organisation.objects.get()
    assert (trust.ods_code, trust.country, trust.pathway_key) == ("RX9", "wales", "wales")
    assert (trust.opens, trust.closed_days) == (dt.time(8, 30), ["2099-12-24"])
    assert Payday.objects.get().on == dt.date(2100, 1, 27)
    assert PathwayVersion.objects.filter(key="wales").exists()
    assert Team.objects.get().mailbox == "it@eastmoor.example"
    assert set(Invitation.objects.values_list("email", "role", "leads")) == {
        ("ada@eastmoor.example", "onboarding_lead", False), ("sam@eastmoor.example", "it", True),
    }  # fmt: skip
    assert OutboxMail.objects.count() == 2
    assert not User.objects.exists()
    text = text_of(done)
    assert "Eastmoor is set up" in text
    assert "2 invitations are on their way." in text
    for missing in ("There is no team for HR", "IT has no lead", "Nobody is onboarding lead", "Nobody is manager"):
        assert missing in text
    assert AuditEntry.objects.filter(action="organisation.created").count() == 1
    assert set(AuditEntry.objects.values_list("by_name", flat=True)) == {"Whoever set Eastmoor up"}


def test_one_link_makes_one_organisation_however_often_it_is_pressed(client, link):
    answered(client, link)
    twin = Client()
    twin.cookies.update(client.cookies)
    client.post(reverse("setup_first_make"))
    assert "This link has run out" in text_of(twin.post(reverse("setup_first_make")))
    assert Organisation.objects.count() == 1


def test_the_first_onboarding_lead_comes_in_by_the_mail_and_finds_what_is_missing(client, link):
    from onboarding.invitations import token_of

    answered(client, link)
    client.post(reverse("setup_first_make"))
    for email in ("ada@eastmoor.example", "sam@eastmoor.example"):
        browser = Client()
        browser.post(reverse("invitation", args=[token_of(Invitation.objects.get(email=email).ref)]))
        browser.post(reverse("invitation_yes"))
        if email.startswith("ada"):
            text = text_of(browser.get(reverse("setup"), follow=True))
            assert "Setup: Eastmoor" in text
            assert "There is no team for HR, which has steps." in text
    assert Team.objects.get().lead.email == "sam@eastmoor.example"
    assert set(Membership.objects.values_list("role", flat=True)) == {"onboarding_lead", "it"}


@pytest.mark.parametrize(
    ("name", "wrong", "why"),
    [
        ("organisation", {"ods_code": "R!"}, "An ODS code is 2 to 10 capital letters and digits"),
        ("organisation", {"country": "france"}, "Choose one of these."),
        ("days", {"closed_days": "24/12/2099"}, "Write it as 24 December 2026."),
        ("days", {"opens": "18:00"}, "Choose a time after the first one."),
        ("pathway", {"pathway": "zn1-secret"}, "Choose one of these."),
        ("teams", {"it_name": ""}, "Give the name of whoever leads IT."),
        ("teams", {"it_mailbox": "a@b.example, c@d.example"}, "Write an email address"),
        ("lead", {"email": "ada"}, "Write an email address"),
    ],
)
def test_a_wrong_answer_is_asked_for_again(client, link, name, wrong, why):
    client.post(link)
    for before, given in ANSWERS.items():
        if before == name:
            break
        client.post(part(before), given)
    answer = client.post(part(name), ANSWERS[name] | wrong)
    assert answer.status_code == 422
    assert why in text_of(answer)


def test_no_question_can_be_skipped_and_each_can_be_changed_later(client, link):
    client.post(link)
    assert client.get(part("lead"))["Location"] == part("organisation")
    assert client.post(reverse("setup_first_make"))["Location"] == part("organisation")
    answered(client, link)
    client.post(part("organisation"), ANSWERS["organisation"] | {"name": "Westmoor"})
    assert "Westmoor" in text_of(client.get(reverse("setup_first_check")))


def test_a_code_that_is_there_already_is_refused_so_nobody_takes_an_organisation_over(client, world):
    link = path_of(make_link(at=timezone.now())[0])
    client.post(link)
    answer = client.post(part("organisation"), ANSWERS["organisation"] | {"ods_code": "ZN1"})
    assert answer.status_code == 422
    assert "An organisation of that code is set up already." in text_of(answer)


def test_a_lead_employer_is_asked_for_the_teams_of_its_own_side_alone(client, link):
    client.post(link)
    client.post(part("organisation"), ANSWERS["organisation"] | {"kind": "lead_employer", "country": "england"})
    client.post(part("days"), ANSWERS["days"])
    client.post(part("pathway"), {"pathway": "england"})
    text = text_of(client.get(part("teams")))
    assert "Shared mailbox of HR" in text
    assert "Shared mailbox of IT" not in text


def test_a_second_trust_comes_in_by_a_link_of_its_own_beside_the_first(client, world):
    answered(client, path_of(make_link(at=timezone.now())[0]))
    client.post(reverse("setup_first_make"))
    assert Organisation.objects.filter(ods_code="RX9").exists()
    lead = Client()
    lead.force_login(world.user("onboarding_lead"))
    assert lead.get(reverse("setup_place", args=["rx9"])).status_code == 404
