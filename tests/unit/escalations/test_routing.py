"""Where a blocker goes: the ten worked examples, with the teams that must never be asked; then the rules."""

import datetime as dt
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from escalations import routing
from escalations.routing import Case, Held, Names, Route, Standing
from steps.pathway import Pathway, Symptom, applies, parse, shipped
from steps.resolver import Fact, resolve

MONDAY = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)
WEDNESDAY = dt.date(2026, 8, 5)
TRUST = {
    "country": "england", "employment": "trust", "role": "Clinical fellow", "mail_system": "nhsmail",
    "needs_smartcard": False, "uses_library": True, "payday": dt.date(2026, 8, 27), "employer": "ZN1", "host": "ZN1",
}  # fmt: skip
TRAINEE = {**TRUST, "employment": "lead_employer", "employer": "ZL1"}

HR, IT, LIBRARY = ("hr", "employer"), ("it", "host"), ("library", "host")
PAYROLL, LEARNING = ("payroll", "employer"), ("learning", "host")
NEWCOMER = ("newcomer", None)


@cache
def pathway(key: str) -> Pathway:
    return parse(shipped()[key])


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 8, day, hour, tzinfo=dt.UTC)


def done(*steps: str, at: dt.datetime = MONDAY) -> list[Fact]:
    return [Fact(step, "done", at + dt.timedelta(minutes=i)) for i, step in enumerate(steps)]


def case(*facts: Fact, key: str = "england", today: dt.date = WEDNESDAY, **newcomer: Any) -> Case:
    """The chain as the resolver has it after these facts; whoever it concerns is employed by a trust."""
    who = {**TRUST, **newcomer}
    graph = pathway(key)
    standings = {}
    for verdict in resolve(graph, who, facts, today=today).steps:
        standings[verdict.key] = Standing(
            state=verdict.state,
            owner=(verdict.owner.function, verdict.owner.side),
            since=verdict.since or MONDAY - dt.timedelta(days=14),
            waiting_on=verdict.waiting_on,
            because=tuple(cause.step for cause in verdict.because),
            issued=verdict.issued,
            due_from=verdict.due_from,
            blockers=tuple(Held(b.id, (b.owner.function, b.owner.side), b.since, b.id) for b in verdict.blockers),
        )
    return Case(graph, standings, today, who["country"])


def symptom(graph: Pathway, key: str) -> Symptom:
    return next(s for step in graph.steps for s in step.symptoms if s.key == key)


def routed(chain: Case, seen_at: str, key: str | None) -> Route:
    return routing.route(chain, seen_at=seen_at, symptom=symptom(chain.pathway, key) if key else None)


def blocked(step: str, symptom_key: str, owner: str, side: str | None, when: dt.datetime, **more: Any) -> Fact:
    """A blocker whose id is its symptom's key, as `case` reads it back."""
    return Fact(step, "blocked", when, blocker=symptom_key, owner=owner, side=side, reason="It says so", **more)


def names(employer: str = "Northgate", host: str = "Northgate") -> Names:
    words = {"hr": "HR", "it": "IT", "library": "the library", "payroll": "payroll", "newcomer": "you"}

    def team(function: str, side: str | None) -> str:
        return f"{words.get(function, function)} at {employer if side == 'employer' else host}"

    return Names(team, lambda function: words.get(function, function), employer, host)


def reached(chain: Case, who: dict[str, Any], *steps: str) -> set[routing.Owner]:
    """Everybody whom any symptom shown at these steps can reach."""
    return {
        routing.route(chain, seen_at=step, symptom=one).owner
        for step in steps
        for _, several in routing.symptoms_seen(chain.pathway, chain.standings, step, who)
        for one in several
    }


# the ten worked examples


@pytest.mark.parametrize(
    ("seen_at", "key"),
    [
        ("hr_record", "swapped_day_and_month"),
        ("esr_access", "esr_wrong_birth_date"),
        ("work_email", "it_has_no_record"),
    ],
)
def test_c1_swapped_day_and_month_goes_to_hr_and_never_to_it_or_the_library(seen_at: str, key: str) -> None:
    found = routed(case(), seen_at, key)
    assert (found.kind, found.step, found.owner) == ("sent", "hr_record", HR)
    assert routed(case(*done("hr_record", "identity")), seen_at, key).owner == HR


def test_c2_names_that_two_documents_fold_alike_are_no_symptom_that_stops_anything() -> None:
    chain = case(*done("hr_record", "identity"))
    assert chain.standings["work_email"].state == "ready"


@pytest.mark.parametrize(("seen_at", "key"), [("hr_record", "misspelt_name"), ("work_email", "email_wrong_name")])
def test_c3_a_name_spelt_wrong_goes_to_hr_and_never_to_it(seen_at: str, key: str) -> None:
    assert routed(case(*done("hr_record", "identity")), seen_at, key).owner == HR


def test_c4_a_trainee_without_an_esr_login_is_the_lead_employers_hr_and_never_the_hosts() -> None:
    chain = case(*done("hr_record", "identity", "work_email"), **TRAINEE)
    for key in ("no_esr_username", "esr_account_does_not_exist", "esr_password_expired", "host_cannot_find_me"):
        found = routed(chain, "esr_access", key)
        assert (found.kind, found.step, found.owner) == ("sent", "esr_access", HR)
    says = routing.why(chain.pathway, found, names("Harbour", "Northgate"))
    assert says.startswith("HR at Harbour has to fix this, not HR or IT at Northgate.")


@pytest.mark.parametrize(
    ("seen_at", "key"), [("training", "no_computer_login"), ("work_email", "email_no_computer_login")]
)
def test_c5_no_computer_login_is_the_hosts_it_and_leaves_esr_alone(seen_at: str, key: str) -> None:
    chain = case(*done("hr_record", "identity"), **TRAINEE)
    found = routed(chain, seen_at, key)
    assert (found.kind, found.owner, found.independent) == ("sent", IT, True)
    assert found.step == "training"
    assert routing.why(chain.pathway, found, names("Harbour", "Northgate")) == (
        "IT at Northgate has to fix this, not Harbour. Your other steps go on meanwhile."
    )


def test_c6_where_the_trust_has_its_own_mail_its_it_is_asked_and_nothing_of_nhsmail_is_offered() -> None:
    who = {**TRUST, "mail_system": "trust"}
    chain = case(*done("hr_record", "identity"), mail_system="trust")
    offered = routing.symptoms_seen(chain.pathway, chain.standings, "work_email", who)
    own = {s.key for step, several in offered for s in several if step.key == "work_email"}
    assert not own & {"no_uk_mobile", "pending_over_a_day", "account_at_old_trust"}
    assert routed(chain, "work_email", "no_first_password").owner == IT


def test_c7_where_esr_waits_for_work_email_it_follows_the_emails_owner_and_never_payroll() -> None:
    chain = case(*done("hr_record", "identity"), today=WEDNESDAY)
    found = routed(chain, "esr_access", "no_esr_username")
    assert (found.kind, found.step, found.owner) == ("usual", "work_email", IT)
    assert (found.way, found.by) == (("esr_access", "work_email"), dt.date(2026, 8, 6))
    late = routed(case(*done("hr_record", "identity"), today=dt.date(2026, 8, 7)), "esr_access", "no_esr_username")
    assert (late.kind, late.owner) == ("sent", IT)
    assert (
        routing.why(chain.pathway, late, names())
        == "IT at Northgate has Work email, not HR. ESR waits for Work email."
    )
    assert PAYROLL not in reached(chain, TRUST, "esr_access")


def test_c8_in_scotland_the_boards_are_asked_and_nobody_runs_esr() -> None:
    who = {**TRAINEE, "country": "scotland", "employer": "SL1", "host": "SB1"}
    chain = case(*done("hr_record", "identity"), key="scotland", **who)
    assert "esr_access" not in chain.pathway.keys
    words = [s.says + s.action for step in chain.pathway.steps for s in step.symptoms if applies(s.applies, who)]
    assert not [text for text in words if "ESR" in text.split() or "assignment number" in text]
    assert routed(chain, "staff_record", "identity_name_differs").owner == HR
    assert reached(chain, who, "work_email") <= {HR, IT, NEWCOMER}


def test_c9_library_access_that_is_pending_goes_to_the_library_and_neither_to_it_nor_to_hr() -> None:
    chain = case(*done("hr_record"))
    found = routed(chain, "openathens", "openathens_pending")
    assert (found.kind, found.step, found.owner) == ("sent", "openathens", LIBRARY)
    own = [s for s in chain.pathway.step("openathens").symptoms if applies(s.applies, TRUST)]
    assert {routing.route(chain, seen_at="openathens", symptom=s).owner for s in own} == {LIBRARY, NEWCOMER}


def test_c10_a_payslip_before_payday_is_not_due_and_nothing_is_sent() -> None:
    found = routed(case(today=dt.date(2026, 8, 24)), "first_pay", "no_payslip")
    assert (found.kind, found.due_from) == ("not_due", dt.date(2026, 8, 25))


@pytest.mark.parametrize(
    "steps", [(), ("hr_record", "identity"), ("hr_record", "identity", "work_email", "esr_access")]
)
def test_c10_once_payday_has_passed_it_is_payroll_whatever_the_login_does_and_never_it(steps: tuple[str, ...]) -> None:
    found = routed(case(*done(*steps), today=dt.date(2026, 8, 28)), "first_pay", "no_payslip")
    assert (found.kind, found.step, found.owner, found.independent) == ("sent", "first_pay", PAYROLL, True)


def test_c10_while_payday_is_unknown_no_payslip_is_due() -> None:
    found = routed(case(payday=None), "first_pay", "no_payslip")
    assert (found.kind, found.due_from) == ("not_due", None)


# the cross-checks


def test_a_mending_the_step_above_opens_the_one_below_and_the_symptom_goes_there() -> None:
    before = routed(case(), "work_email", "no_first_password")
    after = routed(case(*done("hr_record", "identity")), "work_email", "no_first_password")
    assert (before.step, before.owner) == ("hr_record", HR)
    assert (after.step, after.owner) == ("work_email", IT)


def test_b_a_record_that_is_corrected_wrongly_leaves_the_steps_below_to_be_looked_at() -> None:
    facts = [*done("hr_record", "identity"), Fact("hr_record", "corrected", at(4), fields=("date_of_birth",))]
    assert case(*facts).standings["identity"].state == "recheck"
    assert routed(case(*facts), "identity", "identity_name_differs").step == "hr_record"


def test_c_the_words_name_the_nearest_step_and_the_cause_behind_it() -> None:
    chain = case(today=dt.date(2026, 8, 31))
    found = routed(chain, "esr_access", "no_esr_username")
    assert (found.way[0], found.way[1], found.way[-1]) == ("esr_access", "work_email", "hr_record")
    says = routing.why(chain.pathway, found, names())
    assert says.startswith("HR at Northgate has Staff record, not IT. ESR waits for Work email, which waits for ")


def test_e_an_expired_share_code_is_the_newcomers_and_then_hrs_and_never_its() -> None:
    chain = case(*done("hr_record"))
    found = routed(chain, "identity", "expired_share_code")
    assert (found.kind, found.owner, found.independent) == ("yourself", NEWCOMER, True)
    assert "share code" in found.action
    held = case(
        *done("hr_record"), blocked("identity", "expired_share_code", "newcomer", None, at(4), independent=True)
    )
    seen_below = routed(held, "work_email", "no_first_password")
    assert (seen_below.kind, seen_below.step, seen_below.action) == ("yourself", "identity", found.action)
    cleared = case(*done("hr_record"), today=dt.date(2026, 8, 31))
    assert routed(cleared, "work_email", "no_first_password").owner == HR


# the rules


def test_a_wrong_birth_date_in_esr_says_that_hr_has_to_mend_it_and_not_it() -> None:
    chain = case(*done("hr_record", "identity", "work_email"))
    says = routing.why(chain.pathway, routed(chain, "esr_access", "esr_wrong_birth_date"), names())
    assert says.startswith("HR at Northgate has to fix this, not IT. Every other system copies your name, birth date")


def test_what_is_known_already_is_not_sent_again() -> None:
    chain = case(blocked("hr_record", "swapped_day_and_month", "hr", "employer", at(4)))
    same = routed(chain, "hr_record", "swapped_day_and_month")
    assert (same.kind, same.reference, same.since, same.owner) == ("known", "swapped_day_and_month", at(4), HR)
    below = routed(chain, "esr_access", "no_esr_username")
    assert (below.kind, below.step, below.reference) == ("known", "hr_record", "swapped_day_and_month")


def test_another_symptom_of_a_step_that_is_stuck_is_sent() -> None:
    chain = case(blocked("hr_record", "swapped_day_and_month", "hr", "employer", at(4)))
    assert routed(chain, "hr_record", "misspelt_name").kind == "sent"


def test_a_blocker_that_was_handed_over_is_known_to_whoever_has_it_now() -> None:
    over = Fact("hr_record", "handed_over", at(5), blocker="wrong_role", owner="manager", side="host", reason="Theirs")
    chain = case(blocked("hr_record", "wrong_role", "hr", "employer", at(4)), over)
    assert routed(chain, "hr_record", "wrong_role").owner == ("manager", "host")


def test_a_step_that_its_owner_made_ready_and_that_fails_goes_back_to_the_owner() -> None:
    chain = case(*done("hr_record", "identity"), Fact("work_email", "issued", at(4)))
    found = routed(chain, "work_email", "account_does_not_exist")
    assert (found.kind, found.owner) == ("sent", IT)


def test_what_waits_for_a_step_that_the_newcomer_has_yet_to_try_is_the_newcomers_turn() -> None:
    chain = case(*done("hr_record", "identity"), Fact("work_email", "issued", at(4)))
    found = routed(chain, "esr_access", "no_esr_username")
    assert (found.kind, found.step, found.issued) == ("yourself", "work_email", True)


def test_within_the_usual_time_nothing_is_sent_unless_it_stops_the_newcomer() -> None:
    chain = case(*done("hr_record", "identity", at=at(4)))
    found = routed(chain, "esr_access", "no_esr_username")
    assert found.kind == "usual"
    assert routing.sent_anyway(found).kind == "sent"
    not_due = routed(case(), "first_pay", "no_payslip")
    assert routing.sent_anyway(not_due) == not_due


def test_when_nothing_fits_the_steps_owner_takes_a_look_even_while_the_step_waits() -> None:
    found = routed(case(), "work_email", None)
    assert (found.kind, found.step, found.owner) == ("sent", "work_email", IT)
    assert (found.needs_a_look, found.independent) == (True, True)


def test_when_nothing_fits_a_step_of_the_newcomers_own_whoever_waits_for_it_takes_a_look() -> None:
    found = routed(case(), "elfh", None)
    assert found.owner != NEWCOMER
    assert (found.kind, found.step) == ("sent", "elfh")


def test_symptoms_come_from_the_step_and_then_from_those_above_it_nearest_first() -> None:
    chain = case()
    offered = [step.key for step, _ in routing.symptoms_seen(chain.pathway, chain.standings, "esr_access", TRUST)]
    assert offered == ["esr_access", "work_email", "identity", "hr_record"]


def test_symptoms_of_a_step_that_is_not_there_are_not_offered_but_those_above_it_are() -> None:
    who = {**TRUST, "mail_system": "none"}
    chain = case(mail_system="none")
    offered = [step.key for step, _ in routing.symptoms_seen(chain.pathway, chain.standings, "esr_access", who)]
    assert offered == ["esr_access", "identity", "hr_record"]


@pytest.mark.parametrize("key", sorted(shipped()))
@pytest.mark.parametrize("country_of", [TRUST, TRAINEE])
@pytest.mark.parametrize(
    "steps", [(), ("hr_record",), ("hr_record", "identity"), ("hr_record", "identity", "work_email")]
)
def test_every_symptom_of_every_shipped_pathway_leads_somewhere(
    key: str, country_of: dict[str, Any], steps: tuple[str, ...]
) -> None:
    graph = pathway(key)
    who = {**country_of, "country": graph.country, "needs_smartcard": True}
    chain = case(*done(*steps), key=key, today=dt.date(2026, 8, 31), **who)
    for step in graph.steps:
        for _, several in routing.symptoms_seen(graph, chain.standings, step.key, who):
            for one in several:
                found = routing.route(chain, seen_at=step.key, symptom=one)
                assert chain.standings[found.step].there
                if found.kind == "sent":
                    assert found.owner != NEWCOMER
                    called = names("Harbour", "Northgate") if who["employer"] == "ZL1" else names()
                    whose, _, wrong = routing.why(graph, found, called).partition(".")[0].partition(", not ")
                    assert called.team(*found.owner).lower() in whose.lower()
                    assert called.team(*found.owner) not in wrong
                    assert wrong or found.owner == IT
                if found.kind == "yourself":
                    assert found.owner == NEWCOMER


# handing over


def test_the_likeliest_next_owner_comes_first_and_says_why() -> None:
    chain = case(*done("hr_record", "identity"))
    first, *rest = routing.takers(
        chain, step="work_email", symptom=symptom(chain.pathway, "no_first_password"), holder=HR, both_sides=False
    )
    assert (first.owner, first.suggested) == (IT, True)
    assert first.why
    assert not any(taker.suggested for taker in rest)
    assert NEWCOMER in {taker.owner for taker in rest}


def test_the_holder_is_no_choice_and_nobody_is_offered_twice() -> None:
    chain = case()
    found = [t.owner for t in routing.takers(chain, step="esr_access", symptom=None, holder=IT, both_sides=True)]
    assert IT not in found
    assert len(found) == len(set(found))
    assert {("hr", "host"), HR, LEARNING, PAYROLL} <= set(found)


def test_routing_imports_no_django() -> None:
    code = "import sys, escalations.routing; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
