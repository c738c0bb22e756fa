"""A trust from an empty database to its first invited newcomer, signed in on a phone: by real mail, in a browser."""

import datetime as dt
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from onboarding.first_run import make_link
from onboarding.models import Membership, Organisation, Placement, Team
from steps.services.verifying import differences
from tests.browser.conftest import Person
from tests.smtp import Server, running

NEW_PASSWORD = "correct horse battery staple"
WEEKDAYS = 7


@pytest.fixture
def post(settings: Any, live_server: Any) -> Iterator[Server]:
    with running(Server()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.SITE_URL = live_server.url
        yield server


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/invitation/\S+)", str(body.get_content()))
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("transactional_db")
class TestATrustFromNothing:
    """Whoever runs the server prints a link; a lead sets the trust up; the first newcomer signs in on a phone."""

    def test_the_whole_story(self, person: Any, post: Server, tmp_path: Path) -> None:
        self.post, self.tmp = post, tmp_path
        self.stranger, self.lead, self.newcomer = person(), person(), person(phone=True)
        self.given_an_installation_that_holds_nothing()
        self.when_the_lead_answers_the_five_questions()
        self.then_the_trust_is_there_and_the_lead_is_invited_by_mail()
        self.when_the_lead_comes_in_by_that_mail()
        self.then_setup_says_what_is_missing_and_where_it_is_mended()
        self.when_the_lead_mends_the_library_and_takes_on_hr_as_well()
        self.when_the_lead_says_who_really_makes_mail_accounts_here()
        self.when_the_lead_imports_the_first_newcomer_and_invites_them()
        self.then_the_newcomer_comes_in_on_a_phone_and_sees_their_week()
        assert list(map(str, differences())) == []

    def given_an_installation_that_holds_nothing(self) -> None:
        self.stranger.open("/setup/")
        assert self.stranger.h1 == "Week One is not set up yet"
        self.stranger.finds_the_page_sound()
        self.address, _ = make_link(at=timezone.now())

    def press(self, who: Person, button: str) -> None:
        who.page.get_by_role("button", name=button).click()

    def goes_on(self, h1: str) -> None:
        """The page is looked at, answered, and the next one comes."""
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Continue")
        self.lead.page.get_by_role("heading", name=h1, level=1).wait_for()

    def when_the_lead_answers_the_five_questions(self) -> None:
        page = self.lead.page
        page.goto(self.address)
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Start")
        page.get_by_label("ODS code").fill("r!")
        page.get_by_label("Name").fill("Eastmoor")
        self.lead.expected.add(422)
        self.press(self.lead, "Continue")
        page.get_by_role("link", name="An ODS code is 2 to 10").click()
        assert page.evaluate("document.activeElement.id") == "id_ods_code"
        page.get_by_label("ODS code").fill("rx9")
        self.goes_on("Hours and days")
        page.get_by_label("Days off").fill("24 December 2099")
        self.goes_on("Pathway")
        self.goes_on("Teams")
        page.get_by_label("Shared mailbox of IT").fill("it@eastmoor.example")
        self.goes_on("The onboarding lead")
        page.get_by_label("Name").fill("Ada Linden")
        page.get_by_label("Work email").fill("ada@eastmoor.example")
        self.goes_on("Check your answers")
        self.lead.finds_the_page_sound()
        assert Organisation.objects.count() == 0
        self.press(self.lead, "Set it up and send the invitations")

    def then_the_trust_is_there_and_the_lead_is_invited_by_mail(self) -> None:
        self.lead.page.get_by_role("heading", name="Eastmoor is set up").wait_for()
        self.lead.finds_the_page_sound()
        assert Organisation.objects.get().ods_code == "RX9"
        call_command("send_outbox", verbosity=0)
        assert [mail["To"] for mail in self.post.mails] == ["ada@eastmoor.example"]

    def comes_in(self, who: Person, mail: EmailMessage) -> None:
        who.open(link_in(mail))
        self.press(who, "Start")
        self.press(who, "Yes, this is me")
        who.page.get_by_label("New password").fill(NEW_PASSWORD)
        who.page.get_by_label("The same again").fill(NEW_PASSWORD)
        self.press(who, "Save this password")
        who.page.wait_for_url(lambda url: "/password/" not in url)

    def when_the_lead_comes_in_by_that_mail(self) -> None:
        self.comes_in(self.lead, self.post.mails[-1])

    def then_setup_says_what_is_missing_and_where_it_is_mended(self) -> None:
        self.lead.open("/setup/")
        assert self.lead.h1 == "Setup: Eastmoor"
        assert "There is no team for Library" in self.lead.text
        assert "No mail has gone out yet" not in self.lead.text
        self.lead.finds_the_page_sound()

    def when_the_lead_mends_the_library_and_takes_on_hr_as_well(self) -> None:
        page = self.lead.page
        page.get_by_role("link", name="There is no team for Library").click()
        page.get_by_label("Shared mailbox").fill("library@eastmoor.example")
        page.get_by_label("Lead").select_option(label="Ada Linden (Onboarding lead)")
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Save")
        page.get_by_text("Library: saved.").wait_for()
        assert Team.objects.get(function="library").lead.name == "Ada Linden"  # type: ignore[union-attr]
        for name in ("organisation", "days", "pathway", "who-sees-what", "teams"):
            self.lead.open(f"/setup/rx9/{name}/")
            self.lead.finds_the_page_sound()
        self.lead.open("/setup/rx9/people/")
        self.lead.finds_the_page_sound()
        page.get_by_role("link", name="Change Ada Linden").click()
        page.get_by_label("HR", exact=True).check()
        page.get_by_label("Manager").check()
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Save")
        page.get_by_text("Ada Linden: HR, Manager, Onboarding lead.").wait_for()
        assert set(Membership.objects.values_list("role", flat=True)) == {"hr", "manager", "onboarding_lead"}

    def when_the_lead_says_who_really_makes_mail_accounts_here(self) -> None:
        page = self.lead.page
        self.lead.open("/setup/rx9/steps/")
        self.lead.finds_the_page_sound()
        page.locator("a[href$='/steps/work_email/owner/']").click()
        page.get_by_label("Library").check()
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Save")
        page.get_by_text("Your own way").wait_for()
        page.locator("a[href$='/steps/hr_record/guidance/']").click()
        page.get_by_label("In your words").fill("HR sits in Block C.")
        self.lead.finds_the_page_sound()
        self.press(self.lead, "Save")
        page.get_by_text("Words of your own").wait_for()

    def when_the_lead_imports_the_first_newcomer_and_invites_them(self) -> None:
        today = timezone.localdate()
        monday = today + dt.timedelta(days=WEEKDAYS - today.weekday())
        path = self.tmp / "first.csv"
        path.write_text(
            "given_name,family_name,date_of_birth,start_date,role,employer_ods,personal_email,manager_email\n"
            f"Zoë,Müller,1994-07-03,{monday},Clinical fellow,RX9,zoe@home.example,ada@eastmoor.example\n"
        )
        page = self.lead.page
        self.lead.open("/newcomers/import/")
        page.set_input_files("input[type=file]", path)
        page.locator("input[name=dates][value=ISO]").check()
        self.press(self.lead, "Check the file")
        self.press(self.lead, "Store 1 row")
        self.press(self.lead, "Invite 1 person")
        page.get_by_text("1 invitation on the way.").wait_for()
        assert Placement.objects.get().steps.get(key="work_email").team_function == "library"
        call_command("work", verbosity=0)
        call_command("send_outbox", verbosity=0)
        (self.invitation,) = [mail for mail in self.post.mails if mail["To"] == "zoe@home.example"]

    def then_the_newcomer_comes_in_on_a_phone_and_sees_their_week(self) -> None:
        self.comes_in(self.newcomer, self.invitation)
        self.newcomer.open("/me/")
        self.newcomer.finds_the_page_sound()
        assert "HR" in self.newcomer.text
        self.newcomer.open("/me/steps/hr_record/")
        assert "HR sits in Block C." in self.newcomer.text
        self.newcomer.finds_the_page_sound()
