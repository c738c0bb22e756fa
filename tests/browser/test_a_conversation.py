"""The whole of "I'm stuck", by real mail: from a doctor on day 3 who cannot get into ESR to IT's open step.

The mail goes out by SMTP to a server on this machine, which delivers what is addressed to Week One into a mailbox on
an IMAP server, from which it is fetched. HR never opens Week One until it clears.
"""

import datetime as dt
import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from imap_tools import BaseMailBox
from PIL import Image, ImageDraw

from escalations.models import Escalation, Evidence
from escalations.services import fetching
from escalations.services.fetching import account, opened
from onboarding.working_days import add_working_days
from steps.models import PlacementStep
from steps.services.verifying import differences
from tests.browser.conftest import verify_email
from tests.factories import World
from tests.faults import dovecot
from tests.smtp import Server, running

pytestmark = pytest.mark.skipif(bool(dovecot.why_not()), reason=dovecot.why_not() or "there is one")
BOX = "week-one@trust.example"
ASKED = "Which page says that? Please send us a picture of it."


class Post(Server):
    """A mail server that has one mailbox of its own: Week One's. Whatever else it takes stays in `mails`."""

    def __init__(self, box: str) -> None:
        super().__init__()
        self.box = box

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if any(to.startswith("week-one+") for to in envelope.rcpt_tos):
            with opened(account(self.box)) as box:
                box.append(envelope.content)
            return "250 delivered"
        return await super().handle_DATA(server, session, envelope)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture
def post(settings: Any, live_server: Any) -> Iterator[Post]:
    """Mail goes out to it and comes in from its mailbox."""
    with dovecot.mailbox_server() as box, running(Post(box)) as server:
        settings.IMAP_URL, settings.REPLY_ADDRESS = box, BOX
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.SITE_URL = live_server.url
        yield server


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def screenshot_of_an_error(path: Path) -> Path:
    """As a phone takes it: tall."""
    image = Image.new("RGB", (390, 700), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 390, 60), fill="#005eb8")
    draw.text((20, 300), "We cannot find you (E-104)", fill="black")
    image.save(path)
    return path


@pytest.mark.usefixtures("transactional_db")
class TestADoctorWhoCannotGetIntoEsr:
    """The cause is upstream: the birth date in the HR record. HR gets the pack, and IT does not."""

    def test_the_whole_story(self, world: World, person: Any, post: Post, tmp_path: Path) -> None:
        self.world, self.post, self.tmp = world, post, tmp_path
        self.doctor, self.hr, self.it = person(phone=True), person(), person()
        self.given_a_doctor_from_abroad_on_day_3_whose_record_has_day_and_month_swapped()
        self.when_she_says_what_she_sees_at_esr()
        self.then_hr_has_a_pack_by_mail_and_it_has_nothing()
        self.when_hr_answers_that_mail_and_asks_for_a_picture()
        self.then_she_reads_it_by_mail_and_in_the_conversation()
        self.when_she_adds_a_picture_on_her_phone()
        self.then_hr_has_the_picture_by_mail()
        self.when_hr_corrects_the_record_and_clears()
        self.then_she_is_told_and_its_step_opens()
        self.then_the_thread_shows_all_of_it()
        assert list(map(str, differences())) == []

    def mails_go_out(self) -> None:
        call_command("send_outbox", verbosity=0)

    # given

    def given_a_doctor_from_abroad_on_day_3_whose_record_has_day_and_month_swapped(self) -> None:
        today = timezone.localdate()
        self.placement = self.world.newcomer(
            account=True, newcomer__given_name="Chiamaka", newcomer__family_name="Eze",
            newcomer__date_of_birth=dt.date(1994, 3, 7), start_date=add_working_days(today, -2, "england"),
            arrived_at=timezone.now() - dt.timedelta(days=14),
        )  # fmt: skip
        user = self.placement.newcomer.user
        user.email = "chiamaka@mail.example"
        user.save(update_fields=["email"])
        verify_email(user)
        self.doctor.sign_in("chiamaka@mail.example")
        self.it.sign_in("it@northgate.example")
        assert self.it.h1 == "IT at Northgate: 0 to do"

    # when

    def when_she_says_what_she_sees_at_esr(self) -> None:
        page = self.doctor.page
        self.doctor.open("/me/steps/esr_access/stuck/")
        self.doctor.finds_the_page_sound()
        page.get_by_label("ESR does not accept my birth date").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("HR at Northgate has to fix this, not IT.").wait_for()
        self.doctor.finds_the_page_sound()
        page.get_by_label("Today, ").check()
        page.get_by_label("What does the error say?").fill("We cannot find you (E-104)")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Check what HR at Northgate will get").wait_for()
        assert "Date of birth: 7 March 1994" in self.doctor.text
        self.doctor.finds_the_page_sound()
        page.get_by_role("button", name="Send to HR").click()
        page.get_by_role("heading", name="Sent").wait_for()
        self.doctor.finds_the_page_sound()
        self.escalation = Escalation.objects.get()
        self.reference = self.escalation.reference
        assert self.reference in page.locator(".nhsuk-panel").inner_text()

    # then

    def then_hr_has_a_pack_by_mail_and_it_has_nothing(self) -> None:
        self.mails_go_out()
        (self.pack,) = self.post.to("hr@northgate.example")
        assert self.pack["Subject"] == f"[{self.reference}] A newcomer cannot go on: Staff record"
        text = words_of(self.pack)
        for said in ("Chiamaka Eze", "7 March 1994", "Clinical fellow", "We cannot find you (E-104)"):
            assert said in text
        assert self.post.to("it@northgate.example") == []
        self.it.expected = {404}
        self.it.open(f"/escalations/{self.reference}/")
        assert self.it.h1 == "We cannot find that, or it is not yours"
        self.it.open("/queue/")
        assert self.it.h1 == "IT at Northgate: 0 to do"

    def when_hr_answers_that_mail_and_asks_for_a_picture(self) -> None:
        answer = EmailMessage()
        answer["From"], answer["To"] = "HR at Northgate <hr@northgate.example>", self.pack["Reply-To"]
        answer["Subject"] = f"Re: {self.pack['Subject']}"
        answer["In-Reply-To"], answer["Message-ID"] = self.pack["Message-ID"], "<answer-1@northgate.example>"
        quoted = "\n".join(f"> {line}" for line in words_of(self.pack).splitlines())
        answer.set_content(f"{ASKED}\n\nOn Wed, 5 Aug 2026 at 10:00, Week One wrote:\n{quoted}\n")
        with smtplib.SMTP("127.0.0.1", self.post.port) as sending:
            sending.send_message(answer)
        assert fetching.once(self.post.box) == {"attached": 1}
        with opened(account(self.post.box)) as box:
            assert left_in_the_inbox(box) == 0

    def then_she_reads_it_by_mail_and_in_the_conversation(self) -> None:
        self.mails_go_out()
        told = self.post.to("chiamaka@mail.example")[-1]
        assert "Chiamaka" not in told["Subject"]
        link = re.search(r"http://\S+/escalations/\S+", words_of(told))
        assert link
        self.doctor.page.goto(link[0].rstrip(".,"))
        assert ASKED in self.doctor.text
        assert "wrote by mail" in self.doctor.text
        assert "Stuck" in self.doctor.text  # a reply clears nothing
        self.doctor.finds_the_page_sound()

    def when_she_adds_a_picture_on_her_phone(self) -> None:
        page = self.doctor.page
        page.get_by_label("Reply").fill("Here it is.")
        page.set_input_files("input[type=file]", screenshot_of_an_error(self.tmp / "IMG_0104.png"))
        page.get_by_role("button", name="Send reply").click()
        page.locator(".nhsuk-notification-banner--success").wait_for()
        picture = page.locator(".app-said__picture")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('.app-said__picture').naturalWidth === 390")
        self.doctor.finds_the_page_sound()

    def then_hr_has_the_picture_by_mail(self) -> None:
        self.mails_go_out()
        told = self.post.to("hr@northgate.example")[-1]
        assert "Here it is." in words_of(told)
        assert [part.get_filename() for part in told.iter_attachments()] == ["picture-1.png"]
        assert told["References"] == self.pack["Message-ID"]
        assert Evidence.objects.get().escalation == self.escalation

    def when_hr_corrects_the_record_and_clears(self) -> None:
        page = self.hr.page
        self.hr.sign_in("hr@northgate.example")
        self.hr.open(f"/newcomers/{self.placement.ref}/details/")
        page.locator("input[name=date_of_birth_day]").fill("3")
        page.locator("select[name=date_of_birth_month]").select_option(label="July")
        page.locator("textarea[name=reason]").fill("Day and month were swapped.")
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
        if "/details/" in page.url:  # what it changes below is shown first, where it changes something
            page.locator("main button[type=submit]").first.click()
            page.wait_for_load_state()
        self.hr.open(f"/escalations/{self.reference}/")
        self.hr.finds_the_page_sound()
        page.get_by_role("button", name="Clear", exact=True).click()
        page.get_by_label("What did you do?").fill("Your birth date is 3 July 1994 now, in ESR too.")
        page.get_by_label("Yes: I tick its checks next").check()
        self.hr.finds_the_page_sound()
        page.get_by_role("button", name="Clear").click()
        self.finish(re.compile("^Finish"))
        self.hr.open(f"/newcomers/{self.placement.ref}/steps/identity/")
        self.finish(re.compile("^Finish"))

    def finish(self, button: re.Pattern[str]) -> None:
        page = self.hr.page
        pressed = page.get_by_role("button", name=button)
        pressed.wait_for()
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        pressed.click()
        page.wait_for_url(lambda url: "/finish/" not in url)
        page.locator(".nhsuk-notification-banner--success").wait_for()

    def then_she_is_told_and_its_step_opens(self) -> None:
        self.mails_go_out()
        told = self.post.to("chiamaka@mail.example")
        assert any("Your birth date is 3 July 1994 now" in words_of(mail) for mail in told)
        assert PlacementStep.objects.get(placement=self.placement, key="work_email").state == "ready"
        self.it.open("/queue/")
        assert self.it.h1 == "IT at Northgate: 1 to do"
        assert "Chiamaka Eze" in self.it.text
        self.doctor.open("/me/")
        assert "IT" in self.doctor.text
        self.doctor.finds_the_page_sound()

    def then_the_thread_shows_all_of_it(self) -> None:
        self.doctor.open(f"/escalations/{self.reference}/")
        thread = "\n".join(self.doctor.page.locator("article").all_inner_texts())
        order = [
            "Chiamaka Eze said that this is stuck", "Week One sent this to HR at Northgate", "wrote by mail", ASKED,
            "Chiamaka Eze wrote", "Here it is.", "cleared it", "Your birth date is 3 July 1994 now",
        ]  # fmt: skip
        found = [thread.index(words) for words in order]
        assert found == sorted(found)
        assert "Cleared" in self.doctor.text
        page = self.doctor.page
        page.get_by_text("What was sent").click()
        assert "7 March 1994" in self.doctor.text  # frozen: as it was when it went
        self.doctor.finds_the_page_sound()


def left_in_the_inbox(box: BaseMailBox) -> int:
    box.folder.set("INBOX")
    return len(box.uids())
