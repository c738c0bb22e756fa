"""The week-1 report: who is ready, what is missing, whose move it is; for whom, at what cost; and the command."""

import csv
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from onboarding.models import AuditEntry, Membership, Placement, Team
from steps.models import PlacementStep
from steps.services import placements, verbs
from steps.services.forecasting import foresee
from steps.services.looking_back import look_back
from tests.crowd import crowd
from tests.web.staff import Clock, as_user, text_of
from tests.web.stage import finished

DAY_1 = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
WEEK_ONE = ("hr_record", "identity", "work_email", "esr_access", "training")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(newcomer__given_name="Amara", department="Medicine")


def make_ready(world: Any, placement: Placement) -> Placement:
    """Everything of week 1 done, by whoever does it."""
    person = world.newcomer_actor(placement)
    for minute, step in enumerate(WEEK_ONE):
        at = DAY_1 + dt.timedelta(minutes=minute)
        row = PlacementStep.objects.get(placement=placement, key=step)
        owner = world.actor(row.team_function)
        definition = next(s for s in steps_of(placement) if s.key == step)
        every = [c.key for c in definition.checks]
        if definition.confirmed_by:
            verbs.issue(placement.ref, step, by=owner, at=at, tick=every)
            verbs.finish(placement.ref, step, by=person, at=at, tick=every)
        else:
            verbs.finish(placement.ref, step, by=owner, at=at, tick=every)
    return placement


def steps_of(placement: Placement) -> Any:
    from steps.selectors.pathways import pathway_of

    return pathway_of(placement.chain.pathway).steps


def report(client: Client, world: Any, role: str = "onboarding_lead", org: str = "northgate", query: str = "") -> str:
    answer = as_user(client, world.user(role, org)).get(f"/readiness/{query}")
    assert answer.status_code == 200
    return text_of(answer)


def test_one_sentence_says_how_many_are_ready_and_who_has_the_rest(
    client: Client, world: Any, amara: Placement
) -> None:
    make_ready(world, world.newcomer(account=True, newcomer__given_name="Imran"))
    text = report(client, world)
    assert "1 of 2 starters of 3 August is ready" in text
    assert "1 is not: 1 waits for HR at Northgate and 1 has a step of their own to do." in text
    assert "Missing: Staff record, Identity, Work email, ESR, Training." in text
    assert "HR at Northgate: Staff record since Mon 20 July (12 working days)" in text
    assert "Imran Okafor Clinical fellow. Starts Mon 3 August. Ready" in text


def test_who_is_checked_again_is_ready_and_says_so(client: Client, world: Any) -> None:
    imran = make_ready(world, world.newcomer(account=True, newcomer__given_name="Imran"))
    verbs.correct(imran.ref, "hr_record", by=world.actor("hr"), at=DAY_1 + dt.timedelta(hours=2), fields=["name"])
    text = report(client, world)
    assert "1 of 1 starter of 3 August is ready" in text
    assert "To be checked again: Identity, Work email, ESR." in text


def test_who_withdrew_or_deferred_leaves_the_count_with_a_reason(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe")
    placements.set_status(amara.ref, "withdrawn", by=world.actor("hr"), at=DAY_1, reason="Took another post.")
    text = report(client, world)
    assert "0 of 1 starter of 3 August are ready" in text
    assert "Not counted: 1" in text
    assert "Withdrawn: Took another post." in text


def test_without_a_week_it_is_this_one_or_the_next_with_starters(client: Client, world: Any, clock: Clock) -> None:
    world.newcomer(start_date=dt.date(2026, 9, 2))
    assert "starter of 2 September" in report(client, world)
    assert "No one starts 3 to 9 August" in report(client, world, query="?week=2026-08-05")
    clock.turn_to(2026, 9, 4, 9)
    assert "starter of 2 September" in report(client, world)
    clock.turn_to(2026, 9, 7, 9)
    assert "No one starts 7 to 13 September" in report(client, world)


def test_the_start_weeks_stand_side_by_side(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(start_date=dt.date(2026, 8, 6))
    world.newcomer(start_date=dt.date(2026, 8, 12))
    text = report(client, world)
    assert "0 of 2 starters of 3 to 6 August are ready" in text
    assert "Week 3 to 9 August Starters 2 Ready 0" in text
    assert "Week 10 to 16 August Starters 1 Ready 0" in text


def test_filters_narrow_the_count_and_the_weeks(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", department="Surgery", role="Registrar")
    for query in ("?department=Surgery", "?role=Registrar"):
        text = report(client, world, query=query)
        assert "0 of 1 starter" in text
        assert "Chinwe" in text
        assert "Amara" not in text
        assert "Starters 1 Ready 0" in text
    assert "No one starts 3 to 9 August" in report(client, world, query="?department=Nowhere&week=2026-08-03")


def test_a_lead_employer_reads_its_trainees_by_host(client: Client, world: Any) -> None:
    world.newcomer(employer=world.lead, host=world.southmere, newcomer__given_name="Farid", manager=None)
    world.newcomer(employer=world.lead, host=world.northgate, newcomer__given_name="Mei", manager=None)
    assert "0 of 2 starters" in report(client, world, "executive", "lead")
    text = report(client, world, "executive", "lead", "?host=ZS1")
    assert "Farid" in text
    assert "Mei" not in text
    assert "Hosted by Southmere, employed by Harbour Lead Employer." in text
    own = report(client, world, "executive", "southmere")
    assert "Farid" in own
    assert "Mei" not in own


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?week=soon", "The week is not a day that there is."),
        ("?week=2026-02-30", "The week is not a day that there is."),
        ("?week=0001-01-01", "Choose a week between the years 2000 and 2200."),
        ("?page=0", "There is no such page."),
        ("?page=x", "There is no such page."),
        ("?department=%00", "Null characters are not allowed."),
    ],
)
def test_a_bad_address_is_a_clear_sentence(client: Client, world: Any, query: str, says: str) -> None:
    answer = as_user(client, world.user("executive")).get(f"/readiness/{query}")
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_managers_read_of_their_own_people(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    text = report(client, world, "manager")
    assert "0 of 1 starter" in text
    assert "Chinwe" not in text


def test_executives_read_the_whole_organisation_and_open_nobody(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", manager=None)
    answer = as_user(client, world.user("executive")).get("/readiness/")
    assert "0 of 2 starters" in text_of(answer)
    assert f"/newcomers/{amara.ref}/" not in answer.content.decode()
    lead = as_user(client, world.user("onboarding_lead")).get("/readiness/").content.decode()
    assert f"/newcomers/{amara.ref}/" in lead


def test_teams_read_of_those_in_whose_chain_they_are(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(newcomer__given_name="Chinwe", uses_library=False)
    assert "0 of 1 starter" in report(client, world, "library")
    assert "0 of 2 starters" in report(client, world, "it")


def test_another_trust_reads_of_nobody_here_and_newcomers_not_at_all(client: Client, world: Any) -> None:
    amara = world.newcomer(account=True, newcomer__given_name="Amara")
    for role in ("executive", "onboarding_lead", "hr", "manager"):
        assert "Amara" not in report(client, world, role, "southmere")
    assert as_user(client, amara.newcomer.user).get("/readiness/").status_code == 403


def test_the_report_holds_no_identity_field(client: Client, world: Any) -> None:
    world.newcomer(newcomer__gmc_number="7700123", assignment_number="00412345")
    for role in ("executive", "hr", "library", "manager"):
        html = as_user(client, world.user(role)).get("/readiness/").content.decode()
        for text in ("1994", "7700123", "00412345"):
            assert text not in html


def test_the_bar_has_its_numbers_as_text(client: Client, world: Any, amara: Placement) -> None:
    verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1, reason="Two records.")
    world.newcomer()
    html = as_user(client, world.user("executive")).get("/readiness/").content.decode()
    assert '<title id="bar-title">0 ready, 1 with a team, 0 only the newcomer can go on, 1 stuck</title>' in html
    assert "style=" not in html[html.index("<svg viewBox") :]


def test_a_long_list_comes_in_pages(client: Client, world: Any, amara: Placement) -> None:
    crowd(amara, 60)
    text = report(client, world)
    assert "0 of 61 starters" in text
    assert "1 to 50 of 61, those who are not ready first." in text
    assert "51 to 61 of 61" in report(client, world, query="?page=2")


@pytest.mark.parametrize("role", ["onboarding_lead", "executive", "manager", "it"])
def test_the_report_costs_four_queries_at_any_size(
    client: Client, world: Any, amara: Placement, count_queries: Any, role: str
) -> None:
    as_user(client, world.user(role))
    costs = []
    for more in (0, 49, 4950) if role == "executive" else (0, 49):
        crowd(amara, more)
        with count_queries() as queries:
            assert client.get("/readiness/").status_code == 200
        costs.append(len(queries))
    assert set(costs) == {4}


def test_it_says_when_each_is_likely_ready_and_from_when_that_is(client: Client, world: Any) -> None:
    world.newcomer(arrived_at=DAY_1)
    assert "Too early to say." in report(client, world)
    foresee(DAY_1)
    text = report(client, world)
    assert "Likely Thu 13 August: less than 1 in 10 to be ready by Fri 7 August." in text
    assert "Forecast from Mon 3 August." in text
    (row,) = csv.DictReader(io.StringIO(run("--organisation", "ZN1", "--format", "csv")))
    assert (row["likely_ready"], row["chance"]) == ("2026-08-13", "0.05")
    answer = json.loads(run("--organisation", "ZN1", "--json"))["newcomers"][0]
    assert (answer["likely_ready"], answer["chance"]) == ("2026-08-13", 0.05)


def test_it_ranks_whom_to_call_first_by_what_that_buys(client: Client, world: Any) -> None:
    """Seven wait for IT alone, near the end of week 1; one for HR's first step, with everything still to come."""
    for _ in range(7):
        finished(world, world.newcomer(account=True, arrived_at=DAY_1), "hr_record", "identity", "elfh", "training")
    world.newcomer(arrived_at=DAY_1, newcomer__given_name="Chinwe")
    look_back(DAY_1 + dt.timedelta(days=2))
    foresee(DAY_1 + dt.timedelta(days=2))
    text = report(client, world, query="?week=2026-08-03")
    first, moves = text.index("Call first"), text.index("Whose move it is")
    assert first < text.index("IT at Northgate: Work email for 7. Clearing them makes about") < moves
    assert "more ready by Fri 7 August." in text[first:moves]
    assert "HR at Northgate: Staff record for 1" not in text[first:moves]
    assert "Call first" not in report(client, world, query="?week=2026-08-03&department=Nowhere")


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("readiness", *args, stdout=out)
    return out.getvalue()


def test_the_command_answers_in_the_published_shape(world: Any, amara: Placement) -> None:
    make_ready(world, world.newcomer(account=True, newcomer__given_name="Imran"))
    verbs.finish(
        amara.ref, "hr_record", by=world.actor("hr"), at=DAY_1,
        tick=[c.key for c in steps_of(amara)[0].checks],
    )  # fmt: skip
    answer = json.loads(run("--organisation", "ZN1", "--from", "2026-08-03", "--to", "2026-08-09", "--json"))
    assert {k: answer[k] for k in ("organisation", "from", "to", "starters", "ready")} == {
        "organisation": "ZN1", "from": "2026-08-03", "to": "2026-08-09", "starters": 2, "ready": 1,
    }  # fmt: skip
    first = answer["newcomers"][0]
    assert first["id"] == str(amara.ref)
    assert first["week_one"] == {
        "by": "2026-08-07", "ready": False, "missing": ["identity", "work_email", "esr_access", "training"],
        "recheck": [],
    }  # fmt: skip
    assert first["waiting_for"] == [
        {"step": "identity", "owner": {"organisation": "ZN1", "function": "hr"}, "since": "2026-08-03T10:00:00+01:00"},
        {
            "step": "elfh",
            "owner": {"organisation": None, "function": "newcomer"},
            "since": "2026-07-20T10:00:00+01:00",
        },
    ]
    assert (first["likely_ready"], first["chance"]) == (None, None)
    assert {"organisation": "ZN1", "function": "hr", "newcomers": 1, "steps": 1} in answer["by_owner"]


def test_the_command_says_it_in_words(world: Any, amara: Placement) -> None:
    text = run("--organisation", "zn1")
    assert text.startswith("0 of 1 starter of 3 August are ready. 1 is not: 1 waits for HR at Northgate")
    assert "Amara Okafor, 2026-08-03: missing Staff record" in text
    assert run("--organisation", "ZS1").strip() == "No one starts 3 to 9 August."


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--organisation", "ZZ9"], "There is no organisation with the ODS code “ZZ9”."),
        (["--organisation", "ZN1", "--from", "3/8/2026"], "“3/8/2026” is not a date."),
        (["--organisation", "ZN1", "--from", "2026-08-09", "--to", "2026-08-03"], "The period is the wrong way round"),
        (["--organisation", "ZN1", "--from", "9999-12-31"], "There is no week from that date on."),
    ],
)
def test_the_command_refuses_in_a_sentence(world: Any, args: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says.replace("(", "\\(")) as refused:
        run(*args)
    assert refused.value.returncode == 1


def test_the_csv_holds_no_formula(world: Any) -> None:
    world.newcomer(newcomer__given_name="=cmd|'/c calc'!A1", newcomer__family_name="", department="@SUM(A1)")
    rows = list(csv.DictReader(io.StringIO(run("--organisation", "ZN1", "--format", "csv"))))
    assert rows[0]["newcomer"] == "'=cmd|'/c calc'!A1"
    assert rows[0]["department"] == "'@SUM(A1)"
    assert rows[0]["ready"] == "no"


def test_the_command_reads_of_no_other_organisation(world: Any, amara: Placement) -> None:
    assert "Amara" not in run("--organisation", "ZS1", "--from", "2026-08-03", "--json")


def test_the_report_can_be_taken_along_as_a_file_that_runs_nothing(
    client: Client, world: Any, amara: Placement
) -> None:

    world.newcomer(newcomer__given_name="=HYPERLINK(1)", newcomer__family_name="+Eze")
    as_user(client, world.user("executive"))
    text = client.get("/readiness/week.csv?week=2026-08-03").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1) +Eze" in text
    assert "Amara" in text
    answer = client.get("/readiness/week.xlsx?week=2026-08-03")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    formula = next(cell for name, cell in cells.items() if str(name).startswith("=HYPERLINK"))[0]
    assert formula.data_type == "s"
    assert all(isinstance(row[1].value, dt.datetime) for row in cells.values())
    assert AuditEntry.objects.filter(action="readiness.exported", organisation=world.northgate).count() == 2


def test_a_file_holds_what_its_reader_may_see_and_no_birth_date(client: Client, world: Any, amara: Placement) -> None:
    world.newcomer(employer=world.southmere, newcomer__given_name="Outsider", manager=None)
    as_user(client, world.user("manager"))
    text = client.get("/readiness/week.csv?week=2026-08-03").content.decode()
    assert "Outsider" not in text
    assert "1994" not in text
    assert as_user(client, world.user("hr")).get("/readiness/week.csv?week=soon").status_code == 422


def test_the_command_writes_a_workbook_to_a_file(world: Any, amara: Placement, tmp_path: Any) -> None:
    target = tmp_path / "week.xlsx"
    run("--organisation", "ZN1", "--from", "2026-08-03", "--format", "xlsx", "--output", str(target))
    assert target.read_bytes().startswith(b"PK")
    with pytest.raises(CommandError, match="--output"):
        run("--organisation", "ZN1", "--from", "2026-08-03", "--format", "xlsx")


def test_a_code_that_is_no_organisation_is_a_clear_sentence(client: Client, world: Any, amara: Placement) -> None:
    as_user(client, world.user("executive"))
    for name in ("employer", "host"):
        answer = client.get(f"/readiness/?{name}=ZZ9")
        assert answer.status_code == 422
        assert "There is no organisation with the ODS code “ZZ9”." in text_of(answer)
    assert "No one starts 3 to 9 August" in text_of(client.get("/readiness/?week=2026-08-03&employer=ZS1"))


def test_a_week_without_starters_leads_to_the_next_that_has_some(client: Client, world: Any) -> None:
    world.newcomer(start_date=dt.date(2026, 8, 19), department="Surgery")
    text = report(client, world, query="?week=2026-08-03&department=Surgery")
    assert "No one starts 3 to 9 August Only department Surgery. Show everybody The next start: 17 to 23" in text
    assert "The next start" not in report(client, world, query="?week=2026-08-03&department=Medicine")


def test_a_team_in_which_nobody_is_is_named(client: Client, world: Any, amara: Placement) -> None:
    assert "Nobody is in this team" not in report(client, world)
    Membership.objects.filter(organisation=world.northgate, role="hr").delete()
    assert "Nobody is in this team" not in report(client, world)  # it has a mailbox
    Team.objects.filter(organisation=world.northgate, function="hr").update(mailbox="")
    text = report(client, world)
    assert "HR at Northgate. Nobody is in this team in Week One. The onboarding lead can name somebody." in text
    assert text.count("Nobody is in this team") == 1


def test_a_pathway_without_a_step_for_week_1_says_so(client: Client, world: Any, amara: Placement) -> None:
    PlacementStep.objects.filter(placement=amara).update(week_one=False)
    text = report(client, world)
    assert "For 1 of them the pathway marks no step for week 1, so nothing can be missing." in text
    assert as_user(client, world.user("executive")).get("/readiness/wall/").status_code == 200
    assert as_user(client, world.user("executive")).get("/readiness/summary/").status_code == 200
