"""A system's own list, from the upload to confirmed facts, as IT does it; on a phone and without script as well."""

from typing import Any

import pytest

from onboarding.models import Placement
from steps.models import Fact, PlacementStep
from tests.browser.conftest import Person, verify_email
from tests.web.stage import finished

HEADING = "First name,Last name,Primary SMTP address,Employee number,Account status,Last login,Ward"
ROWS = [
    "Amara,Okafor,amara.okafor@nhs.net,0012345,Active,2026-08-03,Ash",
    "Li,Weii,li.weii@nhs.net,0022222,Active,,Ash",
    "Sana,Iqbal,sana.iqbal@nhs.net,0033333,Inactive,2026-06-01,Oak",
    "Margaret,Holloway,margaret.holloway@nhs.net,0099999,Active,2026-08-04,Oak",
]


@pytest.fixture
def people(world: Any) -> dict[str, Placement]:
    made = {
        given: world.newcomer(
            newcomer__given_name=given, newcomer__family_name=family, assignment_number=number, account=True
        )
        for given, family, number in (
            ("Amara", "Okafor", "0012345"),
            ("Li", "Wei", "0022222"),
            ("Sana", "Iqbal", "0033333"),
        )
    }
    finished(world, made["Sana"], "hr_record", "identity", "work_email")
    verify_email(made["Sana"].newcomer.user)
    return made


def state_of(placement: Placement, key: str) -> str:
    return PlacementStep.objects.get(placement=placement, key=key).state


class It:
    """Somebody of IT with the mail system's list."""

    def __init__(self, person: Person, *, script: bool) -> None:
        self.person, self.page, self.script = person, person.page, script
        person.sign_in("it@northgate.example")

    def finds_the_page_sound(self) -> None:
        if self.script:  # axe is a script itself
            self.person.finds_the_page_sound()

    def when_they_bring_the_list_in(self, rows: list[str]) -> None:
        self.person.open("/reconcile/")
        self.finds_the_page_sound()
        content = "\n".join([HEADING, *rows]).encode()
        self.page.locator("input[type=file]").set_input_files(
            {"name": "accounts.csv", "mimeType": "text/csv", "buffer": content}
        )
        self.page.get_by_label("Year first with hyphens").check()
        self.page.get_by_role("button", name="Compare the list").click()

    def then_the_columns_are_guessed_and_kept(self) -> None:
        assert "Are these columns right?" in self.person.h1
        assert self.page.get_by_label("“Employee number” is").input_value() == "assignment_number"
        assert self.page.get_by_label("“Ward” is").input_value() == "-"
        self.finds_the_page_sound()
        self.page.get_by_role("button", name="Keep and compare").click()

    def then_the_page_says(self, *words: str) -> None:
        for one in words:
            assert one in self.person.text, self.person.text
        self.finds_the_page_sound()

    def when_they_press(self, words: str) -> None:
        self.page.get_by_role("button", name=words).click()
        self.page.wait_for_load_state()


@pytest.mark.parametrize("how", [{}, {"phone": True}, {"script": False}], ids=["desk", "phone", "no script"])
def test_a_list_of_mail_accounts_becomes_facts_that_a_person_has_confirmed(
    world: Any, people: dict[str, Placement], person: Any, how: dict[str, bool]
) -> None:
    it = It(person(**how), script=how.get("script", True))
    it.when_they_bring_the_list_in(ROWS)
    it.then_the_columns_are_guessed_and_kept()
    it.then_the_page_says(
        "4 rows: 1 agree, 1 differ, 1 gone or inactive",
        "1 row is about nobody who is new here.",
        "Family name: ours Wei",
    )
    assert not Fact.objects.filter(source="extract:work_email").exists()

    it.when_they_press("Mark 1 done")
    it.then_the_page_says("1 newcomer taken from the list.")
    assert state_of(people["Amara"], "work_email") == "done"

    it.person.expected.add(422)
    it.when_they_press("Send those I chose to the owners")
    it.then_the_page_says("Choose at least one person, or leave them as they are.")
    assert it.page.title().startswith("Error:")
    it.page.locator(".nhsuk-error-summary a").click()
    if it.script:
        assert it.page.evaluate("document.activeElement.type") == "checkbox"
    it.page.get_by_label("Li Wei").check()
    it.when_they_press("Send those I chose to the owners")
    it.then_the_page_says("1 newcomer sent to whoever has to mend it.")
    assert state_of(people["Li"], "hr_record") == "blocked"  # a mailbox copies the record, so that HR mends it

    it.when_they_press("Check 1 again")
    it.then_the_page_says("1 newcomer to be checked again.")
    assert state_of(people["Sana"], "work_email") == "recheck"

    facts = Fact.objects.count()
    it.when_they_bring_the_list_in(ROWS)
    it.then_the_page_says("4 rows: nothing to confirm")  # the same list again, and nobody is asked about columns
    assert Fact.objects.count() == facts

    sana = person(phone=True)
    sana.sign_in(people["Sana"].newcomer.user.email)
    sana.open("/me/steps/work_email/")
    assert "what its list says changed" in sana.text
    sana.finds_the_page_sound()
