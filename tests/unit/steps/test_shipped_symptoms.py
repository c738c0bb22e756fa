"""Who gets which symptom of the shipped pathways: the true owner, and never a team that cannot help."""

import re

import pytest

from tests.unit.steps.shipped import KEYS, PATHWAYS, fits, steps, symptoms, taker, takers, words

FUNCTIONS = {"hr", "payroll", "it", "registration_authority", "library", "learning", "manager", "newcomer"}


@pytest.mark.parametrize("pathway", KEYS)
def test_every_symptom_has_a_cause_that_exists_and_an_owner_that_is_a_function(pathway: str) -> None:
    known = steps(pathway)
    for step, symptom in symptoms(pathway):
        where = (step["key"], symptom["key"])
        assert symptom["cause"] in known, where
        function, side = taker(pathway, symptom)
        assert function in FUNCTIONS, where
        assert (side is None) == (function == "newcomer"), where


@pytest.mark.parametrize("pathway", KEYS)
def test_what_the_newcomer_holds_says_what_to_do_and_nothing_else_does(pathway: str) -> None:
    for step, symptom in symptoms(pathway):
        held = taker(pathway, symptom)[0] == "newcomer"
        where = (step["key"], symptom["key"])
        assert ("action" in symptom) == held, where
        if held:
            sentences = re.split(r"(?<=[.?]) ", symptom["action"])
            assert symptom["action"].endswith("."), where
            assert all(len(sentence) <= 120 for sentence in sentences), where


@pytest.mark.parametrize("pathway", KEYS)
def test_nothing_wrong_in_the_staff_record_goes_to_anyone_but_hr_or_the_newcomer(pathway: str) -> None:
    for step, symptom in symptoms(pathway):
        if symptom["cause"] in ("hr_record", "identity"):
            wanted = {("hr", "employer"), ("newcomer", None)}
            assert taker(pathway, symptom) in wanted, (step["key"], symptom["key"])


@pytest.mark.parametrize("pathway", KEYS)
def test_a_wrong_name_or_birth_date_seen_anywhere_is_a_fault_of_the_staff_record(pathway: str) -> None:
    about_the_record = re.compile(r"wrong (name|birth date|start date)|(name|birth date) .*is wrong")
    for step, symptom in symptoms(pathway):
        if about_the_record.search(symptom["says"]) and symptom["key"] != "evisa_is_wrong":
            assert symptom["cause"] == "hr_record", (step["key"], symptom["key"])


def test_c1_swapped_day_and_month_is_hr_s() -> None:
    assert takers("england", "hr_record")["swapped_day_and_month"] == ("hr_record", "hr", "employer")
    assert takers("england", "esr_access")["esr_wrong_birth_date"] == ("hr_record", "hr", "employer")
    assert {taken[1] for taken in takers("england", "hr_record").values()} == {"hr", "newcomer"}


def test_c3_a_misspelt_name_is_hr_s_also_where_it_shows_in_the_email_address() -> None:
    assert takers("england", "hr_record")["misspelt_name"] == ("hr_record", "hr", "employer")
    assert takers("england", "hr_record")["reversed_names"] == ("hr_record", "hr", "employer")
    assert takers("england", "work_email")["email_wrong_name"] == ("hr_record", "hr", "employer")


@pytest.mark.parametrize("pathway", KEYS)
def test_c4_a_missing_self_service_login_is_the_employer_s_hr_and_never_the_host_s(pathway: str) -> None:
    where = "esr_access" if "esr_access" in steps(pathway) else "staff_record"
    shown = takers(pathway, where, employment="lead_employer", mail_system="nhsmail")
    logins = [key for key in shown if re.search("username|does_not_exist|password_expired|host_cannot", key)]
    assert len(logins) == 4
    assert {shown[key] for key in logins} == {(where, "hr", "employer")}
    assert ("hr", "host") not in {taken[1:] for taken in shown.values()}
    to_it = {key for key, taken in shown.items() if taken[1] == "it" and taken[0] == where}
    assert to_it == {key for key in shown if key.endswith("page_does_not_load")}


@pytest.mark.parametrize("pathway", KEYS)
def test_c5_no_computer_login_is_the_host_s_it_and_holds_up_no_self_service(pathway: str) -> None:
    found = 0
    for _, symptom in symptoms(pathway):
        if "log in to a computer" in symptom["says"]:
            found += 1
            assert taker(pathway, symptom) == ("it", "host")
            assert symptom["independent"] is True
            assert symptom["cause"] == "training"
    assert found >= 2


def test_c6_the_trust_s_own_mail_asks_for_no_nhsmail_and_names_no_national_helpdesk() -> None:
    for pathway in ("england", "england-early-esr"):
        for key in ("work_email", "elfh"):
            step = steps(pathway)[key]
            shown = [
                step["title"],
                step["short"],
                step["why"],
                step.get("upgrade", ""),
                *step["do"],
                *step["dont"],
            ]
            for kind in ("check", "guidance", "symptom"):
                shown += words([row for row in step[kind] if fits(row.get("applies", {}), {"mail_system": "trust"})])
            assert not [text for text in shown if re.search(r"nhsmail|nhs\.net|0333", text, re.IGNORECASE)]
        assert "no_uk_mobile" not in takers(pathway, "work_email", mail_system="trust")


def test_c7_an_esr_login_in_a_closed_mailbox_follows_the_work_email() -> None:
    shown = takers("england", "esr_access", mail_system="trust")
    assert shown["esr_login_in_closed_mailbox"] == ("work_email", "it", "host")
    assert {taken[1] for taken in shown.values()}.isdisjoint({"payroll"})
    assert "esr_login_in_closed_mailbox" not in takers("england", "esr_access", mail_system="none")


@pytest.mark.parametrize("pathway", ["scotland", "northern-ireland"])
def test_c8_nothing_outside_england_and_wales_speaks_of_esr_or_nhsmail(pathway: str) -> None:
    stray = [
        text
        for text in words(PATHWAYS[pathway])
        if re.search(r"\besr|esr\b|nhsmail|nhs\.net|assignment number|england", text, re.IGNORECASE)
    ]
    assert stray == []


def test_c8_scotland_speaks_of_its_own_systems() -> None:
    text = " ".join(words(PATHWAYS["scotland"]))
    for name in ("eESS", "Turas", "nhs.scot", "Knowledge Network"):
        assert name in text


@pytest.mark.parametrize("pathway", KEYS)
def test_c9_library_access_is_the_library_s_and_never_it_s_or_hr_s(pathway: str) -> None:
    taken = takers(pathway, "openathens")
    assert taken["openathens_pending"] == ("openathens", "library", "host")
    assert {function for _, function, _ in taken.values()} <= {"library", "newcomer"}
    assert steps(pathway)["openathens"]["week_one"] is False


@pytest.mark.parametrize("pathway", KEYS)
def test_c10_a_payslip_is_payroll_s_and_never_it_s(pathway: str) -> None:
    taken = takers(pathway, "first_pay")
    assert taken["no_payslip"] == ("first_pay", "payroll", "employer")
    assert taken["missed_cut_off"] == ("first_pay", "payroll", "employer")
    assert taken["emergency_tax_code"] == ("first_pay", "newcomer", None)
    assert "it" not in {function for _, function, _ in taken.values()}


@pytest.mark.parametrize("pathway", KEYS)
@pytest.mark.parametrize("key", ["expired_share_code", "no_proof_of_uk_address"])
def test_what_only_the_newcomer_can_bring_is_never_parked(pathway: str, key: str) -> None:
    symptom = next(symptom for _, symptom in symptoms(pathway) if symptom["key"] == key)
    assert symptom["independent"] is True
    assert taker(pathway, symptom) == ("newcomer", None)


def test_the_english_traps_each_reach_their_true_owner() -> None:
    expected = {
        "no_uk_mobile": ("work_email", "newcomer", None),
        "account_at_old_trust": ("work_email", "it", "host"),
        "pending_over_a_day": ("work_email", "it", "host"),
        "mailbox_inactive": ("work_email", "it", "host"),
        "code_to_old_phone": ("work_email", "it", "host"),
        "password_expired": ("work_email", "it", "host"),
        "account_does_not_exist": ("work_email", "it", "host"),
        "old_start_date": ("hr_record", "hr", "employer"),
        "documents_disagree": ("hr_record", "newcomer", None),
        "card_locked": ("smartcard", "registration_authority", "host"),
        "card_duplicate": ("smartcard", "registration_authority", "host"),
        "role_not_sponsored": ("smartcard", "manager", "host"),
        "esr_wrong_name": ("hr_record", "hr", "employer"),
        "esr_off_site": ("esr_access", "newcomer", None),
        "two_elfh_accounts": ("elfh", "newcomer", None),
        "general_access_only": ("elfh", "newcomer", None),
        "elfh_asks_to_link": ("elfh", "newcomer", None),
        "openathens_rejected": ("openathens", "library", "host"),
        "training_not_assigned": ("training", "learning", "host"),
        "earlier_training_ignored": ("training", "learning", "host"),
        "wrong_assignment_number": ("first_pay", "payroll", "employer"),
    }
    for pathway in ("england", "england-early-esr"):
        found = {symptom["key"]: (symptom["cause"], *taker(pathway, symptom)) for _, symptom in symptoms(pathway)}
        assert {key: found[key] for key in expected} == expected


def test_wales_adds_violence_and_aggression_and_names_its_own_library() -> None:
    assert "violence_and_aggression" in {check["key"] for check in steps("wales")["training"]["check"]}
    assert "e-Library" in steps("wales")["openathens"]["title"]
    assert "NHSmail" not in " ".join(words(PATHWAYS["wales"]))
