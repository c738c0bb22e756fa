"""One person in two records: HR compares them on a phone, joins them, sees both posts, and takes it apart again."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from onboarding.models import Newcomer
from steps.services import finding
from tests.browser.conftest import verify_email
from tests.factories import World


@pytest.mark.usefixtures("transactional_db")
class TestListedTwice:
    def test_joined_and_taken_apart_again(self, world: World, person: Any) -> None:
        self.world = world
        self.hr, self.newcomer = person(phone=True), person(phone=True)
        self.given_two_spellings_of_one_person()
        self.when_hr_opens_the_pair()
        self.then_both_sides_and_what_follows_stand_there()
        self.when_hr_joins_without_saying_which_is_kept()
        self.then_the_question_is_asked_where_the_error_leads()
        self.when_hr_keeps_the_first()
        self.then_the_newcomer_has_both_posts()
        self.when_hr_undoes_it()
        self.then_the_newcomer_has_one_post_again()

    def given_two_spellings_of_one_person(self) -> None:
        same = {"newcomer__family_name": "El-Sayed", "newcomer__date_of_birth": dt.date(1992, 10, 19)}
        first = self.world.newcomer(account=True, newcomer__given_name="Mohamed", **same)
        self.world.newcomer(newcomer__given_name="Mohammed", start_date=dt.date(2027, 2, 1), **same)
        self.user = first.newcomer.user
        verify_email(self.user)
        finding.find(self.world.northgate.pk, at=timezone.now())

    def when_hr_opens_the_pair(self) -> None:
        self.hr.sign_in("hr@northgate.example")
        self.hr.open("/newcomers/")
        self.hr.page.get_by_role("link", name="Listed twice?").click()
        assert self.hr.h1 == "1 pair may be one person"
        self.hr.finds_the_page_sound()
        self.hr.page.get_by_role("link", name="Mohamed El-Sayed and Mohammed El-Sayed").click()

    def then_both_sides_and_what_follows_stand_there(self) -> None:
        self.hr.page.get_by_text("perhaps two spellings of one name").wait_for()
        assert "One of them has a sign-in." in self.hr.text
        self.hr.finds_the_page_sound()

    def when_hr_joins_without_saying_which_is_kept(self) -> None:
        self.hr.expected = {422}
        self.hr.page.get_by_role("button", name="Join the two records").click()

    def then_the_question_is_asked_where_the_error_leads(self) -> None:
        self.hr.page.get_by_role("link", name="Choose which of the two records is kept.").click()
        assert self.hr.page.evaluate("document.activeElement.type") == "radio"
        assert self.hr.page.title().startswith("Error: ")
        self.hr.finds_the_page_sound()

    def when_hr_keeps_the_first(self) -> None:
        self.hr.page.get_by_label("First record: Mohamed El-Sayed").check()
        self.hr.page.get_by_role("button", name="Join the two records").click()
        self.hr.page.get_by_role("heading", name="These two records were joined").wait_for()
        self.hr.finds_the_page_sound()

    def then_the_newcomer_has_both_posts(self) -> None:
        self.newcomer.sign_in(self.user.email)
        self.newcomer.open("/me/")
        assert "Your other placements" in self.newcomer.text
        self.newcomer.finds_the_page_sound()
        assert Newcomer.objects.count() == 2

    def when_hr_undoes_it(self) -> None:
        self.hr.page.get_by_role("button", name="Undo the joining").click()
        self.hr.page.get_by_text("Undone. Both records are as they were.").wait_for()
        self.hr.finds_the_page_sound()

    def then_the_newcomer_has_one_post_again(self) -> None:
        self.newcomer.open("/me/")
        assert "Your other placements" not in self.newcomer.text
