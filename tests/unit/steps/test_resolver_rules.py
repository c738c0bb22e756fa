"""The rules one by one, on the example of the interface and on small pathways."""

import json

import pytest

from steps.documents import Answers
from steps.pathway import parse, shipped

ENGLAND = parse(shipped()["england"])
answers = Answers({"england": ENGLAND}.get)
WHO = {
    "country": "england",
    "employment": "trust",
    "role": "Clinical fellow",
    "mail_system": "nhsmail",
    "needs_smartcard": False,
    "uses_library": True,
    "start_date": "2026-08-03",
    "payday": "2026-08-27",
    "employer": "ZN1",
    "host": "ZN1",
}
EXAMPLE = {
    "pathway": "england",
    "newcomer": WHO,
    "today": "2026-08-05",
    "facts": [
        {"id": "f1", "step": "hr_record", "fact": "done", "at": "2026-07-30T10:00:00+01:00"},
        {
            "step": "esr_access",
            "fact": "blocked",
            "at": "2026-08-04T09:00:00+01:00",
            "blocker": "b7",
            "owner": "it",
            "side": "host",
            "reason": "password expired",
        },
        {"step": "hr_record", "fact": "reopened", "at": "2026-08-04T12:00:00+01:00"},
    ],
}
HR_RECORD = (
    '{"key": "hr_record", "state": "ready", "owner": {"function": "hr", "side": "employer"}, "issued": false, '
    '"parked": false, "waiting_on": [], "any_of": [], "because": [], "recheck_because": [], "limited": false, '
    '"better_after": [], "upgrade": false, "due_from": null, '
    '"unlocks": ["identity", "work_email", "esr_access", "openathens", "first_pay"]}'
)
ESR_ACCESS = (
    '{"key": "esr_access", "state": "blocked", "owner": {"function": "it", "side": "host"}, "issued": false, '
    '"parked": true, "waiting_on": ["work_email"], "any_of": [], "because": [{"step": "hr_record", "state": "ready", '
    '"owner": {"function": "hr", "side": "employer"}}], "recheck_because": [], "limited": false, "better_after": [], '
    '"upgrade": false, "due_from": null, "unlocks": ["first_pay"]}'
)
REST = (
    '"act_now": ["hr_record", "elfh"], "week_one": {"by": "2026-08-07", "ready": false, '
    '"missing": ["hr_record", "identity", "work_email", "esr_access", "training"], "recheck": []}}'
)


def resolved(*facts, today="2026-08-05", **attributes):
    """Facts are written "step kind day", with more as a dictionary: ("elfh done 3", {"full": True})."""
    told = []
    for fact in facts:
        words, more = (fact, {}) if isinstance(fact, str) else fact
        step, kind, day = words.split()
        told.append({"step": step, "fact": kind, "at": f"2026-08-{int(day):02}T09:00:00Z", **more})
    document = {"pathway": "england", "newcomer": {**WHO, **attributes}, "today": today, "facts": told}
    answer = answers.data(document)
    assert "errors" not in answer, answer
    return {step["key"]: step for step in answer["steps"]} | {"act_now": answer["act_now"], "week": answer["week_one"]}


def test_the_example_of_the_interface_is_answered_byte_for_byte():
    text, good = answers.text(json.dumps(EXAMPLE))
    assert good
    assert HR_RECORD in text
    assert ESR_ACCESS in text
    assert text.endswith(REST)
    assert len(json.loads(text)["steps"]) == 9


def test_a_step_that_is_not_there_passes_on_what_it_came_after():
    steps = resolved(mail_system="none")
    assert steps["work_email"] == {"key": "work_email", "state": "not_applicable"}
    assert steps["esr_access"]["waiting_on"] == ["identity"]
    assert steps["elfh"]["better_after"] == []


def test_a_blocker_after_done_makes_it_unmet_and_sends_nothing_below_to_recheck():
    steps = resolved(
        "hr_record done 1", "identity done 2", "work_email done 3", "esr_access done 4", "work_email blocked 5"
    )
    assert steps["work_email"]["state"] == "blocked"
    assert steps["work_email"]["parked"] is False
    assert steps["esr_access"]["state"] == "done"
    assert "work_email" in steps["week"]["missing"]


@pytest.mark.parametrize(("independent", "parked", "acts"), [(False, True, False), (True, False, True)])
def test_a_blocked_step_that_waits_is_parked_unless_the_blocker_is_independent(independent, parked, acts):
    steps = resolved(("work_email blocked 1", {"independent": independent, "owner": "newcomer"}))
    assert steps["work_email"]["parked"] is parked
    assert ("work_email" in steps["act_now"]) is acts


def test_of_several_blockers_the_oldest_owner_acts_and_while_it_waits_the_oldest_independent_one():
    blockers = [
        ("work_email blocked 1", {"blocker": "a", "owner": "hr"}),
        ("work_email blocked 2", {"blocker": "b", "owner": "newcomer", "independent": True}),
    ]
    assert resolved(*blockers)["work_email"]["owner"] == {"function": "newcomer", "side": None}
    free = resolved(*blockers, "hr_record done 1", "identity done 1")
    assert free["work_email"]["owner"] == {"function": "hr", "side": "employer"}
    cleared = resolved(*blockers, ("work_email cleared 3", {"blocker": "a"}), "hr_record done 1", "identity done 1")
    assert cleared["work_email"]["owner"] == {"function": "newcomer", "side": None}


def test_blocking_an_open_one_again_only_changes_its_owner():
    steps = resolved(
        ("work_email blocked 1", {"owner": "hr", "independent": True}), ("work_email blocked 2", {"owner": "manager"})
    )
    assert steps["work_email"]["owner"] == {"function": "manager", "side": "host"}
    assert steps["work_email"]["parked"] is False


def test_a_correction_asks_those_below_that_watch_the_field_for_a_look():
    chain = ("hr_record done 1", "identity done 2", "work_email done 3", "esr_access done 4", "first_pay done 4")
    steps = resolved(*chain, ("hr_record corrected 5", {"fields": ["date_of_birth"]}))
    on_recheck = [key for key, step in steps.items() if isinstance(step, dict) and step.get("state") == "recheck"]
    assert on_recheck == ["identity", "esr_access"]
    assert steps["identity"]["recheck_because"] == ["hr_record"]
    again = resolved(*chain, ("hr_record corrected 5", {"fields": ["date_of_birth"]}), "identity done 6")
    assert again["identity"]["state"] == "done"
    assert again["esr_access"]["state"] == "recheck"


def test_a_correction_in_the_instant_of_the_done_or_before_asks_for_nothing():
    assert resolved("hr_record corrected 2", "hr_record done 1", "identity done 2")["identity"]["state"] == "done"


def test_training_that_watches_nothing_is_rechecked_when_a_way_that_it_came_by_is_reopened():
    steps = resolved("elfh done 1", "training done 2", ("elfh corrected 3", {"fields": ["email"]}))
    assert steps["training"]["state"] == "done"
    assert resolved("elfh done 1", "training done 2", "elfh reopened 3")["training"]["recheck_because"] == ["elfh"]
    assert resolved("elfh done 3", "training done 2", "elfh reopened 4")["training"]["state"] == "done"


def test_a_done_that_is_questioned_stands_and_asks_its_own_owner_for_a_look_until_it_is_done_again():
    base = ("hr_record done 1", "identity done 1", "work_email done 2", "esr_access done 2", "work_email questioned 3")
    steps = resolved(*base)
    assert (steps["work_email"]["state"], steps["work_email"]["recheck_because"]) == ("recheck", ["work_email"])
    assert "work_email" in steps["act_now"]
    assert steps["esr_access"]["state"] == "done"  # what lies below is not touched
    assert resolved(*base, "work_email done 4")["work_email"]["state"] == "done"
    assert resolved(*base, "work_email reopened 4", "work_email done 5")["work_email"]["state"] == "done"
    assert resolved("work_email questioned 1", "work_email done 2")["work_email"]["state"] == "done"


def test_elfh_on_a_private_address_is_limited_until_the_work_email_arrives_and_it_is_done_again():
    early = resolved("elfh done 1")
    assert (early["elfh"]["limited"], early["elfh"]["upgrade"], early["elfh"]["better_after"]) == (
        True,
        False,
        ["work_email"],
    )
    arrived = resolved("elfh done 1", "work_email done 2")
    assert (arrived["elfh"]["upgrade"], arrived["elfh"]["owner"]["function"]) == (True, "newcomer")
    assert "elfh" in arrived["act_now"]
    assert resolved("elfh done 1", "work_email done 2", "elfh done 3")["elfh"]["limited"] is False
    assert resolved(("elfh done 1", {"full": True}))["elfh"]["limited"] is False
    assert resolved("work_email done 1", ("elfh done 2", {"full": False}))["elfh"]["upgrade"] is True


def test_issued_hands_the_step_to_the_newcomer_until_done():
    base = ("hr_record done 1", "identity done 1", "work_email issued 2")
    assert resolved(*base)["work_email"]["owner"] == {"function": "newcomer", "side": None}
    assert resolved(*base)["work_email"]["issued"] is True
    assert resolved(*base, "work_email done 3")["work_email"]["issued"] is False


@pytest.mark.parametrize(
    ("today", "payday", "acts"),
    [("2026-08-24", "2026-08-27", False), ("2026-08-25", "2026-08-27", True), ("2026-08-25", None, False)],
)
def test_the_first_payslip_is_nobodys_task_until_two_working_days_before_payday(today, payday, acts):
    steps = resolved("esr_access done 1", today=today, payday=payday)
    assert steps["first_pay"]["state"] == "ready"
    assert ("first_pay" in steps["act_now"]) is acts


def test_a_waiver_takes_a_step_out_and_a_done_or_a_reopening_brings_it_back():
    waived = ("work_email waived 2", {"reason": "has an old one"})
    assert resolved(waived)["work_email"]["state"] == "not_applicable"
    assert resolved(waived, "work_email done 3")["work_email"]["state"] == "done"
    assert resolved(waived, "work_email reopened 3")["work_email"]["state"] == "locked"
    assert resolved("work_email done 2", waived)["work_email"]["state"] == "done"  # at one instant the done comes last
