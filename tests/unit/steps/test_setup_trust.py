"""`manage.py setup_trust`: from flags or asked for, everything wrong at once, and nothing changed twice."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from onboarding.models import AuditEntry, Membership, Organisation, Payday, Team, User
from steps.models import PathwayVersion
from steps.setup import Wanted, ask, shortfalls
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
FUNCTIONS = ("hr", "payroll", "it", "registration_authority", "library", "learning")
TRUST = [
    "--ods=rx9", "--name=Eastmoor", "--country=wales", "--lead-email=Ada@eastmoor.example", "--lead-name=Ada Linden",
    "--member=manager=maya@eastmoor.example=Maya Castell", "--member=hr=ada@eastmoor.example", "--payday=2099-09-27",
    *(f"--team={function}={function}@eastmoor.example" for function in FUNCTIONS),
]  # fmt: skip


LABELS = ("HR", "Registration authority", "IT", "Library", "Learning and development", "Payroll")
SHORT_OF_A_TRUST_FROM_FLAGS = [
    *(f"{label} has no lead, who is asked when it is late." for label in LABELS),
    "No mail has gone out yet. Invite somebody, and see whether it comes.",
    "manage.py send_outbox --loop has not been heard of. Start it on the server.",
    "manage.py work --loop has not been heard of. Start it on the server.",
]


def run(*arguments):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("setup_trust", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        code = left.code
    return code, out.getvalue(), err.getvalue()


def run_json(*arguments):
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


def test_a_whole_trust_from_flags_with_a_link_for_each_new_account(settings):
    settings.SITE_URL = "https://weekone.eastmoor.example"
    code, answer = run_json(*TRUST)
    trust = Organisation.objects.get()
    assert (code, answer["ods"], trust.name, trust.country) == (0, "RX9", "Eastmoor", "wales")
    assert answer["still_short"] == SHORT_OF_A_TRUST_FROM_FLAGS
    assert [a["email"] for a in answer["accounts"]] == ["ada@eastmoor.example", "maya@eastmoor.example"]
    assert all(a["link"].startswith(f"{settings.SITE_URL}/account/password/reset/key/") for a in answer["accounts"])
    assert set(Membership.objects.values_list("user__email", "role")) == {
        ("ada@eastmoor.example", "onboarding_lead"),
        ("ada@eastmoor.example", "hr"),
        ("maya@eastmoor.example", "manager"),
    }
    assert Team.objects.count() == len(FUNCTIONS)
    assert PathwayVersion.objects.filter(key="wales").exists()
    assert Payday.objects.get().on.isoformat() == "2099-09-27"
    assert set(AuditEntry.objects.values_list("by_name", flat=True)) == {"setup_trust"}


def test_the_onboarding_lead_comes_in_by_the_printed_link(client):
    link = run_json(*TRUST)[1]["accounts"][0]["link"]
    form = client.get(link[link.index("/account/") :])["Location"]
    client.post(form, {"password1": "a long week one", "password2": "a long week one"})
    client.post(reverse("account_login"), {"login": "ada@eastmoor.example", "password": "a long week one"})
    assert client.get(reverse("audit")).status_code == 200


def test_run_again_it_changes_nothing_and_prints_no_link():
    run(*TRUST)
    entries = AuditEntry.objects.count()
    code, out, _ = run(*TRUST)
    assert (code, AuditEntry.objects.count()) == (0, entries)
    assert "Nothing differs" in out
    assert "/password/" not in out


def test_run_again_with_one_flag_it_changes_that_alone():
    run(*TRUST)
    _, answer = run_json("--ods=RX9", "--team=it=desk@eastmoor.example", "--pathway=england")
    assert answer["changes"] == [
        "Newcomers are put on the pathway england.",
        "IT is written to at desk@eastmoor.example.",
    ]
    assert Organisation.objects.get().country == "wales"


def test_every_problem_is_named_at_once_and_nothing_is_written():
    code, answer = run_json(
        "--ods=!", "--kind=shop", "--country=france", "--mail-system=post", "--pathway=englnd", "--lead-name=Ada",
        "--team=libary=l@eastmoor.example", "--team=it=nowhere", "--member=it=sam@eastmoor.example",
        "--member=chief=eve@eastmoor.example=Eve", "--payday=2099-02-30",
    )  # fmt: skip
    said = "\n".join(answer["problems"])
    assert (code, answer["written"], len(answer["problems"])) == (1, False, 12)
    for part in (
        "An ODS code", "a name of 1 to 120", '"shop" is no kind', '"france" is no country', '"post" is no mail system',
        'No pathway "englnd" is published. Did you mean "england"?', '"libary" is no team', 'mean "library"?',
        '"nowhere" is no address', "Give sam@eastmoor.example a name", '"chief" is no role', '"" is not an email',
        '"2099-02-30" is no date',
    ):  # fmt: skip
        assert part in said
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("flags", [[], ["--ods=RX9", "--team=it"], ["--ods=RX9", "--member=it"]])
def test_a_call_that_makes_no_sense_is_wrong_usage(flags):
    with pytest.raises(CommandError) as refused:
        call_command("setup_trust", "--json", *flags)
    assert flags or refused.value.returncode == 2


def test_a_try_out_is_left_alone():
    OrganisationFactory(demo=True)
    code, out, err = run(*TRUST)
    assert (code, out) == (1, "")
    assert "This database is a try-out" in err


def test_the_checklist_names_all_that_falls_short(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    code, out, _ = run("--ods=RX9", "--name=Eastmoor")
    assert code == 0
    for function in ("HR", "Payroll", "IT", "Registration authority", "Library", "Learning and development"):
        assert f"[ ] There is no team for {function}, which has steps. Give it one with --team" in out
    for part in ("Nobody is onboarding lead", "Nobody is manager", "No payday lies ahead", "Set EMAIL_URL"):
        assert part in out


def test_a_lead_employer_needs_the_mailboxes_of_its_own_side_alone():
    run("--ods=RX8", "--name=Harbour", "--kind=lead_employer")
    short = " ".join(map(str, shortfalls(Organisation.objects.get(), today=timezone.localdate())))
    assert "no team for HR" in short
    assert "no team for IT" not in short
    assert "no team for Library" not in short


def asked(answers, wanted=None):
    wanted, said, given = wanted or Wanted(), [], iter(answers)
    ask(wanted, read=lambda question: next(given), say=said.append)
    assert next(given, None) is None
    return wanted, said


def test_asked_step_by_step_a_wrong_answer_is_asked_for_again():
    wanted, said = asked([
        "?", "rx9", "", "Eastmoor", "", "france", "wales", "",
        "people", "hr@eastmoor.example", *[""] * 5,
        "ada@eastmoor.example", "Ada Linden",
        "chief", "manager", "maya@eastmoor.example", "", "Maya Castell", "",
        "27.9.2099", "2099-09-27", "",
    ])  # fmt: skip
    assert (wanted.ods_code, wanted.name, wanted.kind, wanted.country) == ("RX9", "Eastmoor", "trust", "wales")
    assert wanted.teams == [("hr", "hr@eastmoor.example")]
    assert [(m.role, m.name) for m in wanted.members] == [
        ("onboarding_lead", "Ada Linden"),
        ("manager", "Maya Castell"),
    ]
    assert wanted.paydays == ["2099-09-27"]
    assert len(said) == 7


def test_asked_again_empty_answers_keep_what_is_there():
    run(*TRUST)
    wanted, _ = asked(["rx9", *[""] * 12])
    assert (wanted.name, wanted.country) == ("Eastmoor", "wales")
    assert ("it", "it@eastmoor.example") in wanted.teams
    assert wanted.members == []


def test_leaving_off_in_the_middle_changes_nothing(monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def end(question):
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    with pytest.raises(CommandError, match="Nothing was changed"):
        run()
    assert not Organisation.objects.exists()
