"""A system's list on the page: brought in, its columns, the preview, each kind confirmed alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.models import AuditEntry
from steps.models import Extract, Fact, SystemHeadings
from steps.services import background, verbs
from steps.services.verifying import differences
from tests.web.stage import text_of

HEADING = "Employee Number,Last Name,First Name,Date of Birth,Professional Registration Number,Assignment Status"
AMARA = "0012345,Okafor,Amara,1994-07-03,7654321,Active Assignment"
LI = "0022222,Weii,Li,1990-01-01,,Active Assignment"
NOBODY = "0099999,Nobody,Here,1960-01-01,,Active Assignment"


@pytest.fixture(autouse=True)
def verdicts_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world):
    world.newcomer(
        newcomer__given_name="Li", newcomer__family_name="Wei", newcomer__date_of_birth="1990-01-01",
        assignment_number="0022222",
    )  # fmt: skip
    return world.newcomer(
        newcomer__given_name="Amara", newcomer__gmc_number="7654321", assignment_number="0012345", account=True
    )


@pytest.fixture
def hr(client: Client, world: Any) -> Client:
    client.force_login(world.user("hr"))
    return client


def sent(client: Client, world: Any, *rows: str, heading: str = HEADING, system: str = "hr_record") -> Any:
    file = SimpleUploadedFile("staff.csv", "\n".join([heading, *rows]).encode())
    data = {"file": file, "dates": "ISO", "system": f"{world.northgate.pk}:{system}"}
    return client.post(reverse("reconcile"), data, follow=True)


def ref() -> Any:
    return Extract.objects.order_by("-pk").values_list("ref", flat=True)[0]


def press(client: Client, kind: str, **data: Any) -> Any:
    return client.post(reverse("reconcile_confirm", args=[ref(), kind]), data, follow=True)


def as_guessed(client: Client, answer: Any) -> Any:
    """Keeps the columns as they were guessed."""
    form = answer.context["form"]
    data = {name: field.initial for name, field in form.fields.items()}
    return client.post(reverse("reconcile_columns", args=[ref()]), data, follow=True)


def compared(client: Client, world: Any, *rows: str, **options: Any) -> Any:
    answer = sent(client, world, *rows, **options)
    return as_guessed(client, answer) if "Are these columns right?" in text_of(answer) else answer


def test_columns_are_guessed_shown_once_and_remembered(hr, world, amara):
    answer = sent(hr, world, AMARA, LI, NOBODY)
    assert "Are these columns right?" in text_of(answer)
    assert not hasattr(answer.context, "groups")
    text = text_of(as_guessed(hr, answer))
    assert "3 rows: 1 agree, 1 differ" in text
    assert SystemHeadings.objects.get().columns["employeenumber"] == "assignment_number"
    assert "3 rows: 1 agree, 1 differ" in text_of(sent(hr, world, AMARA, LI, NOBODY))


def test_a_column_that_was_guessed_wrong_is_put_right(hr, world, amara):
    answer = sent(hr, world, "Amara,Okafor,0012345", heading="Name,Surname,Personal no")
    data = {"column_0": "given_name", "column_1": "family_name", "column_2": "assignment_number"}
    text = text_of(hr.post(reverse("reconcile_columns", args=[ref()]), data, follow=True))
    assert "1 row: 1 agree" in text
    assert "Nothing we need" in text_of(answer)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"column_0": "-", "column_1": "-"}, "Say which column tells who a row is about"),
        ({"column_0": "email", "column_1": "email"}, "Two columns cannot both be the email address."),
        ({}, "Say what “Login” is, or leave it out."),
        ({"column_0": "email"}, "Say what “Ward” is, or leave it out."),
        ({"column_0": "user", "column_1": "-"}, "Select a valid choice"),
    ],
)
def test_columns_that_make_no_sense_are_refused_and_nothing_is_kept(hr, world, amara, data, says):
    sent(hr, world, "a@nhs.net,Ash", heading="Login,Ward")
    answer = hr.post(reverse("reconcile_columns", args=[ref()]), data)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not SystemHeadings.objects.exists()


def test_nothing_is_written_before_a_kind_is_confirmed_and_then_that_kind_alone(hr, world, amara):
    text = text_of(compared(hr, world, AMARA, LI, NOBODY))
    assert "Family name : ours Wei , theirs Weii" in text or "Family name : ours Wei, theirs Weii" in text
    assert "1 row is about nobody who is new here." in text
    assert "0099999" not in text
    assert not Fact.objects.exists()
    text = text_of(press(hr, "agree"))
    assert "1 newcomer taken from the list." in text
    assert list(Fact.objects.values_list("step", "kind", "source")) == [("hr_record", "done", "extract:hr_record")]
    assert "Send those I chose to the owners" in text


def test_those_who_differ_are_sent_to_their_owners_one_by_one(hr, world, amara):
    compared(hr, world, AMARA, LI)
    answer = press(hr, "differ")
    assert answer.status_code == 422
    assert "Choose at least one person" in text_of(answer)
    chosen = next(iter(Extract.objects.get().items["differ"]))
    assert press(hr, "differ", who=["999999"]).status_code == 422
    text = text_of(press(hr, "differ", who=[chosen]))
    assert "1 newcomer sent to whoever has to mend it." in text
    fact = Fact.objects.get()
    assert (fact.kind, fact.symptom, fact.owner) == ("blocked", "misspelt_name", "hr")


def test_a_second_press_writes_nothing_twice(hr, world, amara):
    compared(hr, world, AMARA)
    press(hr, "agree")
    assert "1 newcomer taken from the list." in text_of(press(hr, "agree"))
    assert AuditEntry.objects.filter(action="extract.taken").count() == 1


def test_the_same_list_again_has_nothing_to_confirm(hr, world, amara):
    compared(hr, world, AMARA)
    press(hr, "agree")
    text = text_of(compared(hr, world, AMARA))
    assert "1 row: nothing to confirm" in text
    assert "1 newcomer agrees already, with nothing new." in text


def test_what_changed_after_the_preview_is_a_conflict_and_is_left_alone(hr, world, amara):
    compared(hr, world, AMARA)
    verbs.tick(amara.ref, "hr_record", checks=["record_active"], by=world.actor("hr"), at=timezone.now(), who="owner")
    answer = press(hr, "agree")
    assert answer.status_code == 409
    assert "Something changed after you were shown this. Left as they are: Amara Okafor." in text_of(answer)
    assert not Fact.objects.exists()
    text = text_of(hr.post(reverse("reconcile_again", args=[ref()]), follow=True))
    assert "Mark 1 done" in text


def test_faults_are_listed_by_row_and_column_and_nothing_can_be_confirmed(hr, world, amara):
    answer = sent(hr, world, AMARA.replace("1994-07-03", "03/07/1994"), LI.replace("0022222", "1.2E+10"))
    text = text_of(answer)
    assert "The list cannot be used" in text
    assert "Row 2 Column Date of birth" in text
    assert "Row 3 Column Assignment number What to mend 1.2E+10 is rounded; save as text." in text
    press(hr, "agree")
    assert not Fact.objects.exists()


def test_a_list_is_there_for_the_person_who_brought_it_in_alone(hr, world, amara):
    compared(hr, world, AMARA)
    for role, org in (("onboarding_lead", "northgate"), ("hr", "southmere"), ("it", "northgate")):
        other = Client()
        other.force_login(world.user(role, org))
        for name, *more in (("reconcile_file",), ("reconcile_list", "agree"), ("reconcile_columns",)):
            assert other.get(reverse(name, args=[ref(), *more])).status_code == 404
        assert other.post(reverse("reconcile_confirm", args=[ref(), "agree"])).status_code == 404
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("role", "systems"),
    [
        ("hr", ["ESR sign-ins", "Staff record list", "eESS or HRPTS sign-ins"]), ("it", ["Mail accounts"]),
        ("library", ["OpenAthens report"]), ("registration_authority", ["Smartcard list"]),
    ],
)  # fmt: skip
def test_each_team_is_offered_its_own_systems(client, world, role, systems):
    client.force_login(world.user(role))
    form = client.get(reverse("reconcile")).context["form"]
    assert sorted({label for _, label in form.choices}) == systems
    file = SimpleUploadedFile("a.csv", b"Name\nA\n")
    data = {"system": f"{world.northgate.pk}:training", "dates": "ISO", "file": file}
    client.post(reverse("reconcile"), data)
    assert not Extract.objects.filter(system="training").exists()


def test_payroll_and_managers_have_no_list_to_bring_in(client, world):
    for role in ("payroll", "manager", "executive"):
        client.force_login(world.user(role))
        assert client.get(reverse("reconcile")).status_code == 403


def test_a_large_list_is_worked_on_elsewhere_and_says_how_far_it_is(hr, world, amara, monkeypatch):
    begun = []
    monkeypatch.setattr(background, "SMALL", 10)
    monkeypatch.setattr(background.threading, "Thread", lambda **told: begun.append(told) or Idle())
    answer = sent(hr, world, AMARA)
    assert "Comparing the list" in text_of(answer)
    assert [told["target"] for told in begun] == [background.in_background]
    Extract.objects.update(done=30, total=60)
    said = hr.get(reverse("reconcile_progress", args=[ref()])).json()
    assert said == {"working": True, "percent": 50, "says": "50% compared."}


def test_many_newcomers_of_a_small_list_are_taken_elsewhere(hr, world, amara, monkeypatch):
    compared(hr, world, AMARA)
    begun = []
    monkeypatch.setattr("steps.services.extracts.MANY", 0)
    monkeypatch.setattr(background.threading, "Thread", lambda **told: begun.append(told) or Idle())
    assert "Taking what you confirmed" in text_of(press(hr, "agree"))
    assert len(begun) == 1
    assert not Fact.objects.exists()


class Idle:
    def start(self) -> None:
        pass


def test_what_a_dead_process_began_is_finished_without_calling_its_work_changed(hr, world, amara):
    compared(hr, world, AMARA)
    shown = Extract.objects.get().items
    press(hr, "agree")
    # as it stands after a process died between the last newcomer and its own last word
    Extract.objects.update(
        state="storing", taking="agree", taken={}, items=shown, lease_until=timezone.now() - background.LEASE
    )
    assert "This has stopped" in text_of(hr.get(reverse("reconcile_file", args=[ref()])))
    hr.post(reverse("reconcile_again", args=[ref()]))
    assert Extract.objects.get().taken["agree"] | {"at": "", "who": ""} == {
        "written": 0, "stood": 1, "stale": 0, "names": [], "at": "", "who": "",
    }  # fmt: skip


def test_all_of_a_kind_comes_as_a_file(hr, world, amara):
    compared(hr, world, AMARA, LI)
    lines = hr.get(reverse("reconcile_list", args=[ref(), "differ"])).content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Li Wei,3,,Active Assignment (active),family name,Wei,Weii,HR at Northgate"
    assert hr.get(reverse("reconcile_list", args=[ref(), "nothing"])).status_code == 404


def test_the_preview_asks_the_database_as_often_for_many_as_for_one(hr, world, amara, count_queries):
    compared(hr, world, AMARA)
    address = reverse("reconcile_file", args=[ref()])
    with count_queries() as one:
        hr.get(address)
    rows = []
    for n in range(5):
        world.newcomer(newcomer__given_name=f"More{n}", assignment_number=f"333333{n}")
        rows.append(f"333333{n},Okafor,More{n},1994-07-03,,Active")
    compared(hr, world, AMARA, *rows)
    address = reverse("reconcile_file", args=[ref()])
    with count_queries() as many:
        hr.get(address)
    assert len(many) == len(one)
