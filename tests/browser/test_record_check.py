"""A wrong birth date is found before day 1: the newcomer says so on a phone, HR sees both and mends the record."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from steps.models import PlacementStep, RecordCheck
from steps.services.verifying import differences
from tests.browser.conftest import Person, verify_email
from tests.factories import UserFactory, World


def fill_date(who: Person, name: str, day: str, month: str, year: str) -> None:
    who.page.locator(f"input[name={name}_day]").fill(day)
    who.page.locator(f"select[name={name}_month]").select_option(label=month)
    who.page.locator(f"input[name={name}_year]").fill(year)


@pytest.mark.usefixtures("transactional_db")
class TestTheRecordIsRightBeforeDayOne:
    @pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
    def test_both_sides(self, world: World, person: Any, script: bool) -> None:
        self.world = world
        self.newcomer, self.hr = person(phone=True, script=script), person(script=script)
        self.script = script
        self.given_a_record_with_day_and_month_swapped()
        self.when_the_newcomer_says_what_the_passport_says()
        self.then_the_record_stands_and_hr_is_warned()
        self.when_hr_reads_the_passport()
        self.then_the_table_shows_both_dates_and_refuses_to_confirm()
        self.when_hr_corrects_the_record_and_confirms_it()
        self.then_the_record_is_done_with_its_evidence_and_the_newcomer_is_asked_once_more()
        assert list(map(str, differences())) == []

    def sound(self, who: Person) -> None:
        if self.script:  # axe is a script
            who.finds_the_page_sound()

    def given_a_record_with_day_and_month_swapped(self) -> None:
        self.placement = self.world.newcomer(
            newcomer__given_name="Wei", newcomer__family_name="Li", newcomer__date_of_birth=dt.date(1994, 3, 7),
            start_date=timezone.localdate() + dt.timedelta(days=7),
        )  # fmt: skip
        who = self.placement.newcomer
        who.user = UserFactory(email="wei@mail.example", name=who.name)
        who.save(update_fields=["user"])
        verify_email(who.user)

    def when_the_newcomer_says_what_the_passport_says(self) -> None:
        page = self.newcomer.page
        self.newcomer.sign_in("wei@mail.example")
        page.get_by_role("link", name="Are they exactly what your passport says?").click()
        page.get_by_role("heading", name="Is this exactly what your passport says?").wait_for()
        assert "7 March 1994" in self.newcomer.text
        self.sound(self.newcomer)
        page.get_by_role("link", name="No, something differs").click()
        page.get_by_role("heading", name="What does your passport say?").wait_for()
        self.sound(self.newcomer)
        fill_date(self.newcomer, "date_of_birth", "3", "July", "1994")
        page.get_by_role("button", name="Send this to HR").click()
        page.get_by_text("HR compares this with your record").wait_for()

    def then_the_record_stands_and_hr_is_warned(self) -> None:
        self.placement.newcomer.refresh_from_db()
        assert self.placement.newcomer.date_of_birth == dt.date(1994, 3, 7)
        self.hr.sign_in("hr@northgate.example")
        assert "The birth date differs (the passport, as Wei Li reads it)" in self.hr.text
        assert "1994" not in self.hr.text
        self.sound(self.hr)

    def when_hr_reads_the_passport(self) -> None:
        page = self.hr.page
        self.hr.open(f"/newcomers/{self.placement.ref}/record/")
        self.sound(self.hr)
        page.get_by_role("link", name="Write down what the passport says").click()
        page.get_by_label("Given names").fill("WEI")
        page.get_by_label("Family name").fill("LI")
        self.hr.expected.add(422)
        page.get_by_role("button", name="Write it down").click()
        page.get_by_role("heading", name="There is a problem").wait_for()
        assert page.title().startswith("Error: ")
        fill_date(self.hr, "date_of_birth", "3", "July", "1994")
        page.get_by_role("button", name="Write it down").click()
        page.get_by_text("Written down: what the passport says.").wait_for()

    def then_the_table_shows_both_dates_and_refuses_to_confirm(self) -> None:
        assert "Different: 3 July or 7 March?" in self.hr.text
        assert "You cannot confirm while the birth date differs" in self.hr.text
        assert self.hr.page.get_by_role("button", name="Confirm record").count() == 0
        marked = self.hr.page.locator(".app-record__differs").all_inner_texts()
        assert {"3", "July"} <= set(marked)
        self.sound(self.hr)

    def when_hr_corrects_the_record_and_confirms_it(self) -> None:
        page = self.hr.page
        page.get_by_role("link", name="Take the date of birth from the passport").click()
        page.get_by_text("Date of birth: 7 March 1994 becomes 3 July 1994").wait_for()
        page.get_by_role("button", name="Correct the record").click()
        confirm = page.get_by_role("button", name="Confirm record")
        confirm.wait_for()
        self.sound(self.hr)
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        confirm.click()
        page.get_by_text("The record is confirmed.").wait_for()

    def then_the_record_is_done_with_its_evidence_and_the_newcomer_is_asked_once_more(self) -> None:
        assert PlacementStep.objects.get(placement=self.placement, key="hr_record").state == "done"
        assert set(RecordCheck.objects.get().statements.values_list("source", flat=True)) == {"passport", "newcomer"}
        page = self.newcomer.page
        self.newcomer.open("/me/steps/hr_record/")
        assert "3 July 1994" in self.newcomer.text
        page.get_by_role("button", name="Yes, exactly").click()
        page.get_by_text("You told us that this is what your passport says.").wait_for()
        self.sound(self.newcomer)
