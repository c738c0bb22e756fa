"""Each state of a step in the words of each reader. Rows are made by hand: how they come about is the resolver's."""

import datetime as dt
from typing import Any

import pytest

from onboarding.actors import Actor, Grant, Place
from onboarding.models import Newcomer, Organisation, Placement
from steps.models import Fact, PlacementStep
from steps.pathway import parse, shipped
from steps.presenting import picture_of, present, strip_of
from steps.words import Kind

ENGLAND = parse(shipped()["england"])
TODAY = dt.date(2026, 8, 6)
TUESDAY = dt.datetime(2026, 8, 4, 9, 0, tzinfo=dt.UTC)

NORTHGATE = Organisation(pk=1, ods_code="ZN1", name="Northgate")
LEAD = Organisation(pk=3, ods_code="ZL1", name="Harbour Lead Employer", kind="lead_employer")

AMARA = Actor(user_id=7, name="Amara Okafor", newcomer_id=5)


def staff(role: str, org: Organisation = NORTHGATE) -> Actor:
    return Actor(user_id=20, name="Sam", grants=(Grant(role, Place(org.pk, org.name, org.ods_code)),))


def placement_of(employer: Organisation = NORTHGATE) -> Placement:
    newcomer = Newcomer(
        pk=5, given_name="Amara", family_name="Okafor", date_of_birth=dt.date(1994, 7, 3), user_id=AMARA.user_id
    )
    return Placement(
        pk=9, newcomer=newcomer, employer=employer, host=NORTHGATE, start_date=dt.date(2026, 8, 3), role="Fellow"
    )


def reasons(**given: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        name: []
        for name in ("waiting_on", "any_of", "because", "recheck_because", "better_after", "unlocks", "blockers")
    }
    return empty | given


def rows_of(placement: Placement, **changes: dict[str, Any]) -> list[PlacementStep]:
    """Every step ready and its own team's since Tuesday, but for the changes."""
    rows = []
    for position, step in enumerate(ENGLAND.steps):
        org = placement.employer if step.side == "employer" else placement.host
        team = None if step.owner == "newcomer" else org
        fields = {
            "state": "ready",
            "owner_function": step.owner,
            "owner_side": step.side or "",
            "owner_org": team,
            "actionable": True,
            "since": TUESDAY,
            "reasons": reasons(),
        } | changes.get(step.key, {})
        fields["reasons"] = reasons(**fields["reasons"])
        rows.append(
            PlacementStep(
                placement=placement,
                key=step.key,
                position=position,
                team_function=step.owner,
                team_org=team,
                week_one=step.week_one,
                **fields,
            )
        )
    return rows


def seen(
    key: str, by: Actor, *, employer: Organisation = NORTHGATE, facts: Any = (), **changes: dict[str, Any]
) -> Any:
    placement = placement_of(employer)
    views = present(placement, rows_of(placement, **changes), ENGLAND, actor=by, today=TODAY, facts=facts)
    return next(view for view in views if view.key == key)


def cause(step: str, state: str = "ready") -> dict[str, Any]:
    found = ENGLAND.step(step)
    return {"step": step, "state": state, "owner": {"function": found.owner, "side": found.side}}


def blocker(function: str = "it", side: str | None = "host", **more: Any) -> dict[str, Any]:
    return {
        "id": "K7RF-2XMD",
        "owner": {"function": function, "side": side},
        "since": TUESDAY.isoformat(),
        "reason": "The screen stays white",
        "independent": False,
        "symptom": "",
        "fact": 1,
        "by": None,
        "by_name": "",
    } | more


LOCKED_ESR = {"state": "locked", "actionable": False, "reasons": {"waiting_on": ["work_email"]}}
PAYSLIP_LATER = {"due_from": dt.date(2026, 8, 25)}


def test_a_step_that_is_the_newcomers_is_their_turn_and_everybody_else_reads_with_whom_it_is():
    mine = seen("elfh", AMARA)
    assert (mine.tag, mine.tag_colour, mine.sentence, mine.glyph) == (
        "Your turn",
        "blue",
        "You can do this now.",
        "yours",
    )
    theirs = seen("elfh", staff("hr"))
    assert (theirs.tag, theirs.sentence) == (
        "With newcomer",
        "With Amara Okafor since Tue 4 August (2 working days).",
    )
    assert theirs.glyph == "team"


def test_a_step_with_a_team_is_to_do_for_the_team_alone():
    newcomer, team, other = (seen("work_email", who) for who in (AMARA, staff("it"), staff("hr")))
    assert (newcomer.tag, newcomer.tag_colour) == ("With IT", "white")
    assert newcomer.sentence == ("IT can do this now, since Tue 4 August (2 working days). Nothing for you to do.")
    assert (team.tag, team.tag_colour, team.glyph) == ("To do", "blue", "yours")
    assert team.sentence == "Yours since Tue 4 August (2 working days)."
    assert other.sentence == "With IT since Tue 4 August (2 working days)."


def test_a_team_reads_how_many_steps_wait_for_it():
    assert seen("work_email", staff("it"), work_email={"unlock_count": 2}).sentence.endswith("2 steps wait for it.")
    assert seen("work_email", staff("it"), work_email={"unlock_count": 1}).sentence.endswith("1 step waits for it.")


def test_the_newcomer_is_asked_whether_what_is_handed_out_works():
    issued = {"issued": True, "owner_function": "newcomer", "owner_side": "", "owner_org": None}
    assert seen("work_email", AMARA, work_email=issued).sentence == "IT says this works. Does it for you?"
    assert seen("work_email", staff("it"), work_email=issued).sentence == (
        "With Amara Okafor to confirm since Tue 4 August (2 working days)."
    )


def test_a_locked_step_names_the_nearest_step_and_the_cause_behind_it():
    esr = LOCKED_ESR | {"reasons": {"waiting_on": ["work_email"], "because": [cause("hr_record")]}}
    view = seen("esr_access", AMARA, esr_access=esr)
    assert view.tag == "Waiting"
    assert view.sentence == (
        "Not yet: Work email comes first, which waits for Staff record. "
        "HR has Staff record since Tue 4 August (2 working days)."
    )
    assert view.needs == "Work email"
    assert view.waiting
    assert seen("esr_access", staff("hr"), esr_access=esr).sentence == "Not yet yours: Staff record is with HR."
    assert seen("esr_access", staff("it"), esr_access=esr).sentence == (
        "Waits for Work email. Held at Staff record, HR, since Tue 4 August (2 working days)."
    )


def test_a_locked_step_whose_nearest_step_is_the_cause_says_it_once():
    esr = LOCKED_ESR | {"reasons": {"waiting_on": ["work_email"], "because": [cause("work_email")]}}
    assert seen("esr_access", AMARA, esr_access=esr).sentence == (
        "Not yet: Work email comes first. IT has it since Tue 4 August (2 working days)."
    )


def test_a_step_that_waits_for_one_of_a_group_says_so_and_whose_turn_it_is():
    training = {
        "state": "locked",
        "actionable": False,
        "reasons": {
            "waiting_on": ["esr_access", "elfh"],
            "any_of": [["esr_access", "elfh"]],
            "because": [cause("elfh")],
        },
    }
    view = seen("training", AMARA, training=training)
    assert view.sentence == "Not yet: ESR or e-LfH has to work first. e-LfH is your turn."
    assert view.needs == "ESR or e-LfH"


def test_a_step_that_waits_for_several_names_each_with_its_team():
    card = {
        "state": "locked",
        "actionable": False,
        "reasons": {"waiting_on": ["hr_record", "identity"], "because": [cause("hr_record"), cause("work_email")]},
    }
    view = seen("smartcard", AMARA, smartcard=card)
    assert view.sentence.endswith("Staff record is with HR and Work email is with IT.")
    assert view.who == "HR (Staff record) and IT (Work email)"


def test_between_two_organisations_every_team_is_named_with_its_own():
    assert seen("work_email", AMARA, employer=LEAD).sentence.startswith("IT at Northgate can do this now")
    assert seen("hr_record", AMARA, employer=LEAD).sentence.startswith("HR at Harbour Lead Employer can do this now")
    assert seen("openathens", AMARA, employer=LEAD).sentence.startswith("The library at Northgate can")


STUCK = {"state": "blocked", "reasons": {"blockers": [blocker()]}}


def test_a_stuck_step_tells_the_newcomer_who_knows_and_its_owner_what_is_wrong():
    newcomer, team = (seen("work_email", who, work_email=STUCK) for who in (AMARA, staff("it")))
    assert (newcomer.tag, newcomer.tag_colour, newcomer.glyph) == ("Stuck", "red", "stuck")
    assert newcomer.sentence == "IT knows since Tue 4 August (2 working days)."
    assert team.sentence == "The screen stays white. Yours since Tue 4 August (2 working days)."


def test_what_somebody_typed_about_a_blocker_is_not_for_every_team_in_the_chain():
    assert "white" not in seen("work_email", staff("library"), work_email=STUCK).sentence
    assert "white" in seen("work_email", staff("onboarding_lead"), work_email=STUCK).sentence


def test_a_symptom_of_the_pathway_is_quoted_in_the_newcomers_words_for_everyone():
    stuck = {"state": "blocked", "reasons": {"blockers": [blocker(symptom="email_locked", reason="x")]}}
    assert seen("work_email", staff("library"), work_email=stuck).sentence == (
        "Stuck: “My email account is locked.” With IT since Tue 4 August (2 working days)."
    )


def test_what_only_the_newcomer_can_clear_says_how():
    stuck = {
        "state": "blocked",
        "owner_function": "newcomer",
        "owner_side": "",
        "owner_org": None,
        "reasons": {"blockers": [blocker("newcomer", None, symptom="no_uk_mobile", independent=True)]},
    }
    view = seen("work_email", AMARA, work_email=stuck)
    assert view.kind == Kind.STUCK_NEWCOMER
    assert view.sentence.startswith("Only you can clear this: Get a UK SIM card")
    assert seen("work_email", staff("it"), work_email=stuck).sentence.startswith(
        "With Amara Okafor since Tue 4 August"
    )


def test_a_parked_step_is_nobodys_yet():
    parked = {
        "state": "blocked",
        "parked": True,
        "actionable": False,
        "reasons": {"blockers": [blocker()], "waiting_on": ["identity"], "because": [cause("identity")]},
    }
    view = seen("work_email", AMARA, work_email=parked)
    assert view.tag == "Stuck, waiting"
    assert view.sentence == "Identity comes first, with HR. Then we ask you to try again."
    assert not view.acting
    assert seen("work_email", staff("it"), work_email=parked).sentence == "Not yet yours: Identity is with HR."


DONE = {"state": "done", "actionable": False, "done_at": TUESDAY}


def test_a_finished_step_says_who_said_so():
    assert seen("hr_record", AMARA, hr_record=DONE).sentence == "HR confirmed this on Tue 4 August."
    assert seen("work_email", AMARA, work_email=DONE).sentence == "You told us on Tue 4 August that this works."
    assert seen("elfh", AMARA, elfh=DONE).sentence == "You told us on Tue 4 August that this is done."
    assert seen("hr_record", staff("it"), hr_record=DONE).sentence == "Done Tue 4 August."


def test_with_the_facts_at_hand_the_team_reads_the_persons_name_and_the_newcomer_who_really_said_it():
    by_it = [Fact(pk=1, step="work_email", kind="done", at=TUESDAY, by_id=20, by_name="Sam Okoro")]
    assert seen("work_email", staff("it"), work_email=DONE, facts=by_it).sentence == "Sam Okoro, Tue 4 August."
    assert seen("work_email", AMARA, work_email=DONE, facts=by_it).sentence == "IT confirmed this on Tue 4 August."
    by_amara = [Fact(pk=1, step="work_email", kind="done", at=TUESDAY, by_id=7, by_name="Amara Okafor")]
    assert seen("work_email", staff("it"), work_email=DONE, facts=by_amara).sentence == (
        "Amara Okafor says it works, Tue 4 August."
    )


def test_a_step_to_check_again_is_asked_of_its_owner_and_still_counts():
    again = DONE | {"state": "recheck", "actionable": True, "reasons": {"recheck_because": ["hr_record"]}}
    newcomer = seen("identity", AMARA, identity=again)
    assert newcomer.sentence == ("Done, but Staff record changed on Tue 4 August. HR is checking. Keep using it.")
    assert newcomer.met
    assert seen("identity", staff("hr"), identity=again).sentence == (
        "Staff record changed on Tue 4 August. Is this still right?"
    )
    assert seen("identity", staff("it"), identity=again).sentence == "Done, being checked again."
    assert seen("elfh", AMARA, elfh=again).sentence == "Staff record changed on Tue 4 August. Is this still right?"


def test_limited_access_says_until_when_and_an_upgrade_says_how():
    limited = DONE | {"limited": True, "reasons": {"better_after": ["work_email"]}}
    assert seen("elfh", AMARA, elfh=limited).sentence == "Works, with less access until Work email is done."
    upgrade = DONE | {"limited": True, "upgrade": True, "actionable": True}
    view = seen("elfh", AMARA, elfh=upgrade)
    assert (view.tag, view.sentence) == (
        "Upgrade due",
        "Your work email has arrived. Change your e-LfH email to it.",
    )
    assert view.glyph == "yours"
    assert seen("elfh", staff("hr"), elfh=upgrade).sentence == "Can be improved; can wait."


def test_what_is_not_needed_says_why():
    gone = {"state": "not_applicable", "actionable": False, "owner_function": "", "owner_org": None}
    assert seen("smartcard", AMARA, smartcard=gone).sentence == "Your role does not need this."
    assert seen("smartcard", staff("registration_authority"), smartcard=gone).sentence == (
        "Not needed: this step is only for roles that need a smartcard."
    )
    waived = gone | {"reasons": {"waived": {"reason": "has one", "by": "Ria", "at": TUESDAY.isoformat()}}}
    assert seen("smartcard", AMARA, smartcard=waived).sentence == "Ria decided that you do not need this: has one."
    assert seen("smartcard", staff("hr"), smartcard=waived).sentence == "Waived Tue 4 August."


@pytest.mark.parametrize("state", ["ready", "locked"])
def test_before_its_day_a_payslip_is_nobodys_task(state):
    later = {"state": state, "due_from": dt.date(2026, 8, 25), "reasons": {"waiting_on": ["esr_access"]}}
    view = seen("first_pay", AMARA, first_pay=later)
    assert (view.tag, view.sentence, view.glyph) == (
        "Not due yet",
        "Payslips show from Tue 25 August. Nothing is wrong.",
        "not_due",
    )
    assert not view.acting
    assert seen("first_pay", staff("payroll"), first_pay=later).sentence == "Due from Tue 25 August."


def test_a_payslip_whose_payday_nobody_knows_is_not_due_either():
    view = seen("first_pay", AMARA, first_pay={"actionable": False, "due_from": None})
    assert view.sentence == "This waits for your first payday, which we do not know yet. Nothing is wrong."


def test_once_it_is_due_a_payslip_is_payrolls():
    due = {"due_from": TODAY}
    assert seen("first_pay", staff("payroll"), first_pay=due).tag == "To do"


def test_a_newcomer_who_got_in_early_is_believed_and_the_owner_asked():
    says = {"says_works_at": TUESDAY}
    assert seen("work_email", AMARA, work_email=says).sentence == (
        "You told us on Tue 4 August that this works. We asked IT to confirm it."
    )
    assert seen("work_email", staff("it"), work_email=says).sentence == (
        "Amara Okafor says it works, Tue 4 August. Confirm it."
    )


def test_nobody_ever_reads_a_date_of_birth_or_a_code_word():
    placement = placement_of()
    for actor in (AMARA, *(staff(role) for role in ("hr", "it", "library", "payroll", "onboarding_lead"))):
        for view in present(placement, rows_of(placement), ENGLAND, actor=actor, today=TODAY):
            text = f"{view.tag} {view.sentence} {view.who} {view.needs} {view.better_after}"
            assert "1994" not in text
            assert "_" not in text


def test_the_strip_counts_week_one_and_leaves_out_what_is_not_needed():
    placement = placement_of()
    gone = {"state": "not_applicable", "actionable": False}
    rows = rows_of(placement, hr_record=DONE, identity=DONE | {"state": "recheck"}, work_email=gone, esr_access=STUCK)
    strip = strip_of(rows, actor=AMARA, today=TODAY)
    assert strip.sentence == "Week 1: 2 of 4 done, 1 stuck."
    assert strip.glyphs == ("done", "recheck", "stuck", "team")


def test_the_picture_has_every_step_that_is_there_once():
    placement = placement_of()
    gone = {"state": "not_applicable", "actionable": False}
    rows = rows_of(placement, smartcard=gone)
    views = present(placement, rows, ENGLAND, actor=AMARA, today=TODAY)
    chain = picture_of([v for v in views if v.key != "smartcard"] + [v for v in views if v.key == "smartcard"])
    listed = [e.item.key for e in (*chain.listing.main, *chain.listing.alongside) if e.item]
    assert sorted(listed) == sorted(s.key for s in ENGLAND.steps if s.key != "smartcard")
    assert [item.key for item in chain.listing.not_needed] == ["smartcard"]
    assert len(chain.drawing.boxes) == len(listed)
