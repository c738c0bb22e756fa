"""`manage.py import_roster`: what it prints for people and for machines, and its exit codes."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from onboarding.models import Placement
from onboarding.roster import read_roster
from steps.services.verifying import differences
from tests.unit.steps.arrival.files import AT, file_of, person

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[4] / "docs" / "sample-roster.csv"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def run(world: Any, tmp_path: Path) -> Any:
    """`run(content, *options)` gives (exit code, what was printed)."""

    def running(content: bytes, *options: str, by: str = "hr@northgate.example", organisation: str = "ZN1") -> Any:
        file = tmp_path / "roster.csv"
        file.write_bytes(content)
        out = io.StringIO()
        try:
            call_command("import_roster", str(file), "--organisation", organisation, "--by", by, *options, stdout=out)
        except SystemExit as left:
            return left.code, out.getvalue()
        except CommandError as error:
            return error.returncode, str(error)
        return 0, out.getvalue()

    return running


def test_a_good_file_is_stored_and_counted(run):
    code, said = run(file_of(person(), person(given_name="Imran")))
    assert (code, said) == (0, "2 rows: 2 new, 0 changed, 0 the same, 0 refused.\nStored.\n")
    assert Placement.objects.count() == 2


def test_machines_get_one_object_of_the_promised_shape(run):
    code, said = run(file_of(person(), person(given_name="Imran", date_of_birth="03/04/1994")), "--json")
    answer = json.loads(said)
    assert code == 1
    assert {k: v for k, v in answer.items() if k != "warnings"} == {
        "written": False, "created": 0, "changed": 0, "unchanged": 0,
        "refused": [{"row": 3, "column": "date_of_birth", "problem": "03/04/1994 may be 3 April or 4 March."}],
    }  # fmt: skip
    code, said = run(file_of(person()), "--json")
    assert (code, json.loads(said)) == (
        0,
        {"written": True, "created": 1, "changed": 0, "unchanged": 0, "refused": [], "warnings": []},
    )
    code, said = run(file_of(person(role="Registrar"), person(given_name="Imran")), "--json")
    assert {k: json.loads(said)[k] for k in ("created", "changed", "unchanged")} == {
        "created": 1,
        "changed": 1,
        "unchanged": 0,
    }


def test_a_fault_of_the_whole_file_has_neither_row_nor_column(run):
    code, said = run(b"", "--json")
    assert code == 1
    assert json.loads(said)["refused"] == [{"row": None, "column": None, "problem": "The file is empty."}]


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(run):
    code, said = run(file_of(person()), "--dry-run", "--json")
    assert (code, json.loads(said)["created"], json.loads(said)["written"]) == (0, 1, False)
    assert not Placement.objects.exists()


def test_the_good_rows_are_taken_by_choice_and_the_others_written_to_a_file(run, tmp_path):
    mend = tmp_path / "mend.csv"
    rows = [person(), person(given_name="Imran", date_of_birth="1994-02-30")]
    code, said = run(file_of(*rows), "--take-good-rows", "--refused", str(mend))
    assert code == 1
    assert "Row 3, date_of_birth: There is no 30 February 1994." in said
    assert said.endswith("Stored.\n")
    assert Placement.objects.count() == 1
    back = mend.read_bytes().replace(b"1994-02-30", b"1994-02-28")
    assert run(back)[0] == 0
    assert Placement.objects.count() == 2


def test_wrong_usage_is_2_and_a_refusal_is_1(run, world):
    assert run(file_of(person()), "--dates", "guess")[0] in (1, 2)
    with pytest.raises(CommandError) as missing:
        call_command("import_roster", "nowhere.csv", "--organisation", "ZN1", "--by", "hr@northgate.example")
    assert missing.value.returncode == 2
    assert run(file_of(person()), by="it@northgate.example") == (
        1,
        "Only HR and the onboarding lead of an organisation can import its newcomers.",
    )
    assert run(file_of(person()), by="nobody@northgate.example")[0] == 1
    assert run(file_of(person()), organisation="ZZ9")[0] == 1
    assert not Placement.objects.exists()


def test_an_organisations_own_headings_are_used(run, world):
    world.northgate.heading_map = {"Position Title": "role", "Cost centre": ""}
    world.northgate.save()
    content = file_of({**person(), "Cost centre": "A1"}).replace(b"role", b"Position Title")
    assert run(content)[0] == 0
    assert Placement.objects.get().role == "Clinical fellow"


def test_the_sample_roster_of_the_documentation_is_taken_whole(run):
    content = SAMPLE.read_bytes()
    code, said = run(content, "--json")
    roster = read_roster(io.BytesIO(content), today=AT.date())
    assert (code, json.loads(said)["created"]) == (0, len(roster.rows))
    assert list(differences()) == []
