"""`manage.py reconcile`: what it answers, and what it exits with."""

import json

import pytest
from django.core.management import CommandError, call_command

from steps.models import Fact, SystemHeadings
from tests.unit.steps.reconciling.lists import STAFF, step

ROWS = [
    "0012345,Okafor,Amara,1994-07-03,7654321,Active Assignment",
    "0022222,Weii,Li,1990-01-01,,Active Assignment",
    "0099999,Nobody,Here,1960-01-01,,Active Assignment",
]


@pytest.fixture
def amara(world):
    world.newcomer(
        newcomer__given_name="Li", newcomer__family_name="Wei", newcomer__date_of_birth="1990-01-01",
        assignment_number="0022222",
    )  # fmt: skip
    world.newcomer(newcomer__given_name="Sana", newcomer__family_name="Iqbal")
    return world.newcomer(newcomer__given_name="Amara", assignment_number="0012345")


def reconcile(capsys, file, *options, system="hr_record", by="hr@northgate.example"):
    call_command("reconcile", system, str(file), "--organisation", "ZN1", "--by", by, *options)
    return capsys.readouterr().out


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("\n".join([STAFF, *ROWS]))
    return path


def test_it_answers_as_json_and_writes_what_agrees_alone(capsys, amara, file):
    answer = json.loads(reconcile(capsys, file, "--json"))
    assert answer["written"] is True
    assert (answer["agreeing"], answer["unknown"]) == (1, 1)
    assert answer["disagreeing"] == [{"newcomer": "Li Wei", "field": "family_name", "ours": "Wei", "theirs": "Weii"}]
    assert answer["missing"] == [{"newcomer": "Sana Iqbal", "status": "gone", "done": False}]
    assert answer["recorded"] == {"agree": 1, "noted": 0}
    assert step(amara, "hr_record").state == "done"
    assert Fact.objects.count() == 1
    again = json.loads(reconcile(capsys, file, "--json"))
    assert (again["agreeing"], again["recorded"], Fact.objects.count()) == (1, {"agree": 0, "noted": 0}, 1)


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(capsys, amara, file):
    said = reconcile(capsys, file, "--dry-run")
    assert "3 rows: 1 agreeing, 1 disagreeing, 0 gone or inactive, 1 not there yet, 0 twice, 1 unknown here." in said
    assert "Li Wei: family_name: ours Wei, theirs Weii" in said
    assert "Nothing was written." in said
    assert not Fact.objects.exists()
    assert not SystemHeadings.objects.exists()


def test_further_kinds_are_confirmed_by_name(capsys, amara, file):
    assert "differ: 1 written." in reconcile(capsys, file, "--confirm", "differ")
    assert Fact.objects.get().kind == "blocked"


def test_a_column_is_told_once_and_remembered(capsys, amara, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("Wer,Nummer\nAmara Okafor,0012345\n")
    reconcile(capsys, path, "--column", "Wer=full_name", "--column", "Nummer=assignment_number")
    assert SystemHeadings.objects.get().columns == {"wer": "full_name", "nummer": "assignment_number"}
    assert "1 agreeing" in reconcile(capsys, path)


def test_a_refused_list_names_every_fault_and_exits_with_1(capsys, amara, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("Name,Date of birth\nAmara Okafor,03/07/1994\nLi Wei,soon\n")
    with pytest.raises(SystemExit) as end:
        reconcile(capsys, path, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (end.value.code, answer["written"]) == (1, False)
    assert [(fault["row"], fault["column"]) for fault in answer["refused"]] == [
        (2, "date_of_birth"), (3, "date_of_birth"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"by": "it@northgate.example"}, 1), ({"by": "nobody@northgate.example"}, 1), ({"system": "first_pay"}, 2),
    ],
)  # fmt: skip
def test_wrong_usage_and_people_who_may_not_are_told_apart(capsys, amara, file, options, code):
    with pytest.raises((CommandError, SystemExit)) as end:
        reconcile(capsys, file, **options)
    assert getattr(end.value, "returncode", getattr(end.value, "code", code)) in (code, 1)
    assert not Fact.objects.exists()
