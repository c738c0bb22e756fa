"""Pure: which column of a system's list is what. Each names them its own way; guessed once, then remembered."""

from collections.abc import Mapping, Sequence

from onboarding.roster.columns import plain
from onboarding.roster.faults import Fault
from onboarding.roster.rows import column_letter

FIELDS: Mapping[str, str] = {
    "given_name": "Given name",
    "family_name": "Family name",
    "full_name": "Whole name",
    "date_of_birth": "Date of birth",
    "assignment_number": "Assignment number",
    "gmc_number": "GMC number",
    "email": "Email address",
    "start_date": "Start date",
    "status": "Status",
    "since": "Status since, or made on",
    "last_used_on": "Last used on",
    "leaver_on": "Marked as leaver on",
}
DATES = frozenset({"date_of_birth", "start_date", "since", "last_used_on", "leaver_on"})
LEFT_OUT = ""  # in a map: a heading that is nothing to us

_GUESSES = {
    "given_name": "given name, given names, first name, first names, forename, forenames, fore name, known as",
    "family_name": "family name, last name, surname, family names",
    "full_name": "name, full name, display name, employee name, learner name, learner, card holder, cardholder, "
    "card holder name, person, user name in full, user full name, staff name",
    "date_of_birth": "date of birth, dob, birth date, born, d.o.b., birthday",
    "assignment_number": "assignment number, assignment, assignment no, employee number, employee no, staff number, "
    "payroll number, staff id, esr number, esr assignment number, personnel number, employee id, pay number",
    "gmc_number": "gmc number, gmc, gmc no, gmc reference, gmc reference number, registration number, professional "
    "registration number, professional registration",
    "email": "email, e-mail, email address, e-mail address, work email, mail, primary smtp address, primary email, "
    "user principal name, upn, nhsmail, nhsmail address, mailbox, registered email, work email address",
    "start_date": "start date, latest start date, hire date, start date in position, contract start date, "
    "assignment start date, joining date",
    "status": "status, account status, state, enabled, active, account enabled, completion status, compliance, "
    "compliant, compliance status, card status, assignment status, user status",
    "since": "status since, status date, status changed, status changed on, created, created on, created date, "
    "date created, account created, date of request, requested on, issued on, issue date, registered on, "
    "registration date",
    "last_used_on": "last used, last used on, last login, last log in, last logon, last log on, last sign in, "
    "last signed in, last signed in on, last access, last accessed, last activity, last active, last login date, "
    "last logon date, last used date, last seen",
    "leaver_on": "leaver date, marked as leaver, marked as leaver on, leaver since, left on, leaving date, "
    "termination date, leaver marked on",
}
_BY_HEADING = {plain(text): name for name, texts in _GUESSES.items() for text in texts.split(",")}


def guess(heading: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[str, int]:
    """Field -> position in the row. What was remembered (plain heading -> field) goes before every guess, and of two
    headings with one meaning the first is taken."""
    told, found = remembered or {}, dict[str, int]()
    keys = [plain(text) for text in heading]
    for known in (told, _BY_HEADING):
        for position, key in enumerate(keys):
            field = known.get(key, LEFT_OUT)
            if field in FIELDS and field not in found and (known is told or key not in told):
                found[field] = position
    return found


def faults_of(heading: Sequence[str], found: Mapping[str, int]) -> list[Fault]:
    """Why these columns cannot be used: a heading that is there twice, or nothing that says who a row is about."""
    keys = [plain(text) for text in heading]
    faults = []
    for field, position in found.items():
        places = [at for at, key in enumerate(keys) if key == keys[position]]
        if len(places) > 1:
            letters = " and ".join(column_letter(at + 1) for at in places)
            says = f"The heading is there more than once, in columns {letters}, so nobody can tell which is meant."
            faults.append(Fault(1, heading[position].strip()[:60] or field, says))
    if not faults and not identifies(found):
        faults.append(Fault(1, None, NOBODY))
    return faults


NOBODY = "No column says who a row is about. A name, a number or an email address has to be there."
_WHO = ("full_name", "given_name", "family_name", "assignment_number", "gmc_number", "email")


def identifies(found: Mapping[str, int]) -> bool:
    return any(name in found for name in _WHO)


def as_map(heading: Sequence[str], found: Mapping[str, int]) -> dict[str, str]:
    """What to remember of these columns: plain heading -> field, or "" for one that nobody reads."""
    by_position = {position: name for name, position in found.items()}
    return {plain(text): by_position.get(at, LEFT_OUT) for at, text in enumerate(heading) if plain(text)}
