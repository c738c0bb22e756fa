"""From a roster file to a cleared step, for every role: the product's main job, in a browser on real input."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from onboarding.models import Newcomer, Placement
from steps.models import PlacementStep
from steps.services.verifying import differences
from tests.browser.conftest import Person, verify_email
from tests.factories import UserFactory, World

GIVEN = ["Adaeze", "Imran", "Zoë", "Łukasz", "Priya", "Mohamed", "Chiamaka", "Aung", "Grace", "Siobhán"]
FAMILY = ["Nwosu", "Qureshi", "Müller", "O'Brien"]
HEADING = "given_name,family_name,date_of_birth,start_date,role,employer_ods,gmc_number"


def roster(*, faults: bool) -> str:
    """40 made-up people who start next week; with a swapped date, a rounded number and another trust's row."""
    monday = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    rows = []
    for n in range(40):
        born, number, employer = f"199{n % 10}-07-03", f"{7_000_000 + n}", "ZN1"
        if faults:
            born = "03/07/1990" if n == 4 else born
            number = "7.0E+6" if n == 9 else number
            employer = "ZS1" if n == 19 else employer
        rows.append(f"{GIVEN[n % 10]},{FAMILY[n // 10]},{born},{monday},Clinical fellow,{employer},{number}")
    return "\n".join([HEADING, *rows])


@pytest.mark.usefixtures("transactional_db")
class TestFromARosterToAClearedStep:
    """The onboarding lead imports; HR confirms; IT's queue gains exactly whom that unlocks; the newcomer goes on."""

    def test_the_whole_story(self, world: World, person: Any, tmp_path: Path) -> None:
        self.world, self.tmp = world, tmp_path
        self.lead, self.hr, self.it = person(), person(), person()
        self.newcomer = person(phone=True)
        self.given_a_lead_with_a_roster_of_forty_with_three_faults()
        self.when_the_lead_mends_it_and_imports_it()
        self.then_every_newcomer_has_a_chain_and_hr_has_forty_records_to_check()
        self.when_hr_confirms_a_record_and_sees_the_papers()
        self.then_its_queue_has_exactly_the_one_whose_email_that_unlocks()
        self.when_it_finishes_the_email()
        self.then_the_newcomers_page_asks_whether_it_works()
        self.when_the_newcomer_says_that_it_works()
        self.then_the_newcomer_is_told_who_has_the_next_step()
        self.when_hr_corrects_the_date_of_birth()
        self.then_the_finished_steps_below_ask_for_a_look()
        assert list(map(str, differences())) == []

    def upload(self, text: str, name: str) -> None:
        path = self.tmp / name
        path.write_text(text)
        self.lead.open("/newcomers/import/")
        self.lead.page.set_input_files("input[type=file]", path)
        self.lead.page.locator("input[name=dates][value=ISO]").check()
        self.lead.page.get_by_role("button", name="Check the file").click()

    def given_a_lead_with_a_roster_of_forty_with_three_faults(self) -> None:
        self.lead.sign_in("onboarding_lead@northgate.example")
        self.upload(roster(faults=True), "august.csv")
        self.lead.page.get_by_role("heading", name="40 rows: 37 new, 0 changed, 0 the same, 3 refused").wait_for()
        for row, says in (
            (6, "may be 3 July or 7 March"),
            (11, "7.0E+6 is rounded"),
            (21, "ZS1 is not one of yours."),
        ):
            line = self.lead.page.get_by_role("row").filter(has_text=says)
            assert str(row) in line.inner_text()
        assert Newcomer.objects.count() == 0
        self.lead.finds_the_page_sound()

    def when_the_lead_mends_it_and_imports_it(self) -> None:
        self.upload(roster(faults=False), "august-mended.csv")
        self.lead.page.get_by_role("button", name="Store 40 rows").click()
        self.lead.page.get_by_role("heading", name="HR has 40 records to check").wait_for()
        self.lead.finds_the_page_sound()

    def then_every_newcomer_has_a_chain_and_hr_has_forty_records_to_check(self) -> None:
        assert Placement.objects.count() == 40
        assert PlacementStep.objects.filter(key="hr_record", state="ready").count() == 40
        self.placement = Placement.objects.select_related("newcomer", "chain__pathway").get(
            newcomer__gmc_number="7000002"
        )
        self.give_an_account()
        self.hr.sign_in("hr@northgate.example")
        assert self.hr.h1 == "HR at Northgate: 40 to do"

    def give_an_account(self) -> None:
        who = self.placement.newcomer
        who.user = UserFactory(email="zoe@mail.example", name=who.name)
        who.save(update_fields=["user"])
        verify_email(who.user)

    def finish(self, who: Person, key: str, button: str) -> None:
        who.open(f"/newcomers/{self.placement.ref}/steps/{key}/")
        for box in who.page.locator("main input[type=checkbox]").all():
            box.check()
        who.page.get_by_role("button", name=button).click()
        who.page.locator(".nhsuk-notification-banner--success").wait_for()

    def when_hr_confirms_a_record_and_sees_the_papers(self) -> None:
        self.it.sign_in("it@northgate.example")
        assert self.it.h1 == "IT at Northgate: 0 to do"
        self.finish(self.hr, "hr_record", "Finish")
        self.finish(self.hr, "identity", "Finish")

    def then_its_queue_has_exactly_the_one_whose_email_that_unlocks(self) -> None:
        self.it.open("/queue/")
        assert self.it.h1 == "IT at Northgate: 1 to do"
        assert "Zoë Nwosu" in self.it.text
        self.it.finds_the_page_sound()

    def when_it_finishes_the_email(self) -> None:
        self.newcomer.sign_in("zoe@mail.example")
        assert "register for e-LfH" in self.newcomer.h1
        self.finish(self.it, "work_email", "This works now: ask Zoë Nwosu")

    def then_the_newcomers_page_asks_whether_it_works(self) -> None:
        self.newcomer.open("/me/")
        assert "Work email" in self.newcomer.h1
        assert "IT says this works. Does it for you?" in self.newcomer.text
        self.newcomer.finds_the_page_sound()

    def when_the_newcomer_says_that_it_works(self) -> None:
        page = self.newcomer.page
        page.get_by_role("link", name="Say whether it works").or_(
            page.get_by_role("button", name="Say whether it works")
        ).click()
        yes = page.get_by_role("button", name="Yes")
        yes.wait_for()  # `all` looks at once, and would find the boxes of the page before: none
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        yes.click()
        page.locator(".nhsuk-notification-banner--success").wait_for()

    def then_the_newcomer_is_told_who_has_the_next_step(self) -> None:
        self.newcomer.open("/me/")
        assert "HR" in self.newcomer.text
        assert PlacementStep.objects.get(placement=self.placement, key="esr_access").state == "ready"

    def when_hr_corrects_the_date_of_birth(self) -> None:
        page = self.hr.page
        self.hr.open(f"/newcomers/{self.placement.ref}/details/")
        page.locator("select[name=date_of_birth_month]").select_option(label="March")
        page.locator("input[name=date_of_birth_day]").fill("7")
        page.locator("textarea[name=reason]").fill("Day and month were swapped.")
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
        if page.locator("main button[type=submit]").count() and "/details/" in page.url:
            page.locator("main button[type=submit]").first.click()
            page.wait_for_load_state()

    def then_the_finished_steps_below_ask_for_a_look(self) -> None:
        self.placement.newcomer.refresh_from_db()
        assert self.placement.newcomer.date_of_birth == dt.date(1992, 3, 7)
        assert PlacementStep.objects.get(placement=self.placement, key="identity").state == "recheck"
        self.hr.open("/queue/")
        assert self.hr.h1 == "HR at Northgate: 41 to do"  # 39 records, the email's next step, and the look
        self.hr.open(f"/newcomers/{self.placement.ref}/")
        assert "Check again" in self.hr.text
        self.hr.finds_the_page_sound()
