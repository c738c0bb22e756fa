"""Pure: the systems whose lists are known, by the key of the step that each is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ACTIVE, PENDING, LEAVER, INACTIVE, GONE, UNCLEAR = "active", "pending", "leaver", "inactive", "gone", "unclear"

_PLAIN = frozenset({"Mail", "Smartcard", "Staff", "Training"})  # no names of systems
_NAMES = ("misspelt_name", "name_incomplete")


@dataclass(frozen=True, slots=True)
class System:
    """A list about one step. `function` is whose system it is: they bring its list in, beside the onboarding lead.

    `symptoms` are, for a field that differs, the pathway's symptoms that fit, the best first: the first one that the
    step has says who the true owner is. `twice` is the symptom of being in it twice. `several`: more than one row a
    person is usual. `any_status`: whoever is in the list has what the step wants, whatever the row's status says.
    """

    key: str
    title: str
    holds: str  # "an account", "a record"
    function: str
    symptoms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    twice: str = ""
    several: bool = False
    any_status: bool = False

    @property
    def name(self) -> str:
        """Inside a sentence: "the mail accounts", "the OpenAthens report"."""
        first, _, rest = self.title.partition(" ")
        return f"the {first.lower() if first in _PLAIN else first} {rest}"


_RECORD = {
    "name": _NAMES,
    "reversed": ("reversed_names", *_NAMES),
    "incomplete": ("name_incomplete", "misspelt_name"),
    "date_of_birth": ("wrong_birth_date",),
    "swapped": ("swapped_day_and_month", "wrong_birth_date"),
    "gmc_number": ("wrong_gmc_number",),
    "start_date": ("old_start_date",),
}
_ACCESS = {
    "name": ("esr_wrong_name", "staff_record_wrong_name"),
    "date_of_birth": ("esr_wrong_birth_date", "staff_record_wrong_birth_date"),
    "assignment_number": ("esr_wrong_number",),
    "start_date": ("esr_wrong_start_date",),
}
SYSTEMS: Mapping[str, System] = {
    one.key: one
    for one in (
        System("hr_record", "Staff record list", "a staff record", "hr", _RECORD, "two_records"),
        System("work_email", "Mail accounts", "a mail account", "it", {"name": ("email_wrong_name",)}),
        System("esr_access", "ESR sign-ins", "a sign-in", "hr", _ACCESS),
        System("staff_record", "eESS or HRPTS sign-ins", "a sign-in", "hr", _ACCESS),
        System(
            "smartcard", "Smartcard list", "a smartcard", "registration_authority", {"name": ("card_wrong_name",)},
            "card_duplicate",
        ),
        System("elfh", "e-LfH report", "an e-LfH account", "learning", twice="two_elfh_accounts", several=True),
        System("turas", "Turas report", "a Turas account", "learning", several=True),
        System("openathens", "OpenAthens report", "a library account", "library"),
        System(
            "training", "Training compliance report", "a training record", "learning", several=True, any_status=True
        ),
    )
}  # fmt: skip

_WORDS = {
    ACTIVE: "active, enabled, live, current, complete, completed, compliant, yes, y, true, 1, open, issued, "
    "registered, assigned, approved, passed, ok, valid, employed, employee, active assignment, in use, in date, "
    "up to date, active - assigned, licensed, unlocked, joined, joiner",
    PENDING: "pending, provisioning, awaiting approval, awaiting activation, invited, not activated, unactivated, "
    "pending approval, requested, in progress, applicant, offer accepted, new, created, awaiting first login, "
    "not yet registered, printed, awaiting collection",
    LEAVER: "leaver, marked as leaver, marked for leaving, left, ex employee, ex-employee, former employee, "
    "terminate assignment, terminated, leaving",
    INACTIVE: "inactive, disabled, suspended, closed, locked, expired, revoked, deleted, cancelled, no, n, false, 0, "
    "ended, archived, withdrawn, dormant, inactive assignment, suspend assignment, rejected, blocked, deactivated, "
    "not compliant, non compliant, non-compliant, lost",
}
_STATUS = {word: status for status, words in _WORDS.items() for word in words.split(", ")}


def status_of(words: str, system: System, *, leaver: bool = False) -> str:
    """What a row's own word for its status means; without a word, whoever is in the list is there. `leaver`: the row
    has the day of a leaver mark."""
    said = " ".join(words.casefold().replace("_", " ").split())
    found = _STATUS.get(said, UNCLEAR) if said else ACTIVE
    if leaver and found in (ACTIVE, UNCLEAR):
        return LEAVER
    return ACTIVE if system.any_status and found != LEAVER else found
