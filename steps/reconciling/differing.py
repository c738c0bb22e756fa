"""Pure: what a row of a list says of a newcomer, field by field, and whether the two are the same person."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple, Protocol

from onboarding.identity import Finding, Name, Verdict, compare_births, compare_names
from onboarding.identity.naming import are_equal
from onboarding.identity.numbers import compare_numbers
from onboarding.identity.spelling import name_words, same_word
from onboarding.roster.dates import in_words
from steps.reconciling.extract import Extract
from steps.reconciling.joining import Somebody, name_in, name_of, number_key

SAME, THIN, DIFFER = "same", "thin", "differ"
WORDS = {
    "name": "name",
    "given_name": "given name",
    "family_name": "family name",
    "date_of_birth": "date of birth",
    "gmc_number": "GMC number",
    "assignment_number": "assignment number",
    "email": "email address",
    "start_date": "start date",
}
# a kind of difference -> what to look a symptom up by, where that is not the field
_ASPECTS = {"order": "reversed", "divided": "reversed", "day_month": "swapped"} | dict.fromkeys(
    ("middle_missing", "family_missing", "part_missing", "placeholder"), "incomplete"
)
_NAMES = {"name", "given_name", "family_name"}
_TELLS = (*_NAMES, "email", "start_date")  # their values may stand in words that others read


class Differs(NamedTuple):
    """One field in which a list differs. `aspects` are what to look a symptom up by, the best first; `says` is why
    it is not simply the same, for whoever may see both values."""

    field: str
    ours: str
    theirs: str
    aspects: tuple[str, ...]
    says: str

    def words(self) -> str:
        """For a blocker, which more people read: names and the start date as they are, of other fields the kind."""
        if self.field in _TELLS:
            return f"{WORDS[self.field]} “{self.theirs or 'none'}”, where we have “{self.ours or 'none'}”"
        swapped = " (day and month may be swapped)" if "swapped" in self.aspects else ""
        return f"another {WORDS[self.field]}{swapped}"


class Starter(Somebody, Protocol):
    @property
    def start_date(self) -> date | None: ...


Answer = tuple[Verdict, Differs | None]


class Comparer:
    """A list's columns at hand, to compare its rows with newcomers. `own_address`: the list is of work addresses, so
    that another one than ours is a difference; elsewhere people register with any address."""

    def __init__(self, extract: Extract, *, own_address: bool) -> None:
        self.extract, self.own_address = extract, own_address
        self.given, self.family, self.full = (extract.of(n) for n in ("given_name", "family_name", "full_name"))
        self.born, self.gmc, self.assignment = (
            extract.of(n) for n in ("date_of_birth", "gmc_number", "assignment_number")
        )
        self.email, self.start = extract.of("email"), extract.of("start_date")

    def verdict(self, person: Starter, row: int) -> str:
        """SAME: the name agrees, and a birthday, number or address with it, and nothing speaks against it. THIN:
        nothing speaks against it, but too little is on both sides. DIFFER: `differs` says in what."""
        if self.plainly_same(person, row):
            return SAME
        ours, theirs = name_of(person), name_in(self.extract, row)
        nameless = not name_words(str(theirs))
        if not nameless and not are_equal(ours, theirs):
            return DIFFER
        rest = list(self.rest(person, row))
        if any(differs for _, differs in rest):
            return DIFFER
        agreeing = any(found == Verdict.SAME for found, _ in rest)
        return SAME if agreeing and not nameless else THIN

    def differs(self, person: Starter, row: int) -> list[Differs]:
        """Field by field, each with why. Names take long to explain, so that it waits until somebody asks."""
        named = self.names(person, row)
        return [*([named] if named else []), *(differs for _, differs in self.rest(person, row) if differs)]

    def plainly_same(self, person: Starter, row: int) -> bool:
        """Letter by letter, as most are: the answer of `verdict` without asking what a difference means."""
        if self.given[row] != person.given_name or self.family[row] != person.family_name:
            return False
        born, gmc, assignment = self.born[row], self.gmc[row], self.assignment[row]
        born = born if person.date_of_birth else None
        gmc, assignment = gmc and person.gmc_number and gmc, assignment and person.assignment_number and assignment
        if (born and born != person.date_of_birth) or (gmc and gmc != person.gmc_number):
            return False
        if assignment and assignment != person.assignment_number:
            return False
        email, start = self.email[row], self.start[row]
        if (email and email != person.work_email) or (start and start != person.start_date):
            return False
        return bool(born or gmc or assignment or email)

    def names(self, person: Starter, row: int) -> Differs | None:
        ours, theirs = name_of(person), name_in(self.extract, row)
        found = compare_names(ours, theirs)
        if found.verdict in (Verdict.SAME, Verdict.UNKNOWN):
            return None
        field = _which(ours, theirs)
        left, right = (str(ours), str(theirs)) if field == "name" else (_part(ours, field), _part(theirs, field))
        return _differs(field, left, right, found, ("name",))

    def rest(self, person: Starter, row: int) -> Iterator[Answer]:
        yield _births(person.date_of_birth, self.born[row])
        yield _numbers("gmc_number", person.gmc_number, self.gmc[row], lambda text: text)
        yield _numbers("assignment_number", person.assignment_number, self.assignment[row], number_key)
        yield _addresses(person, self.email[row], own_address=self.own_address)
        start = self.start[row]
        if start is not None and person.start_date is not None and start != person.start_date:
            ours, theirs = in_words(person.start_date), in_words(start)
            yield Verdict.DIFFERENT, Differs("start_date", ours, theirs, ("start_date",), "The start dates differ")


def _which(ours: Name, theirs: Name) -> str:
    """The one part of a divided name that differs, or the whole name."""
    if theirs.full:
        return "name"
    if same_word(ours.given, theirs.given):
        return "family_name"
    return "given_name" if same_word(ours.family, theirs.family) else "name"


def _part(name: Name, field: str) -> str:
    return name.given if field == "given_name" else name.family


def _differs(field: str, ours: str, theirs: str, found: Finding, fallback: tuple[str, ...]) -> Differs:
    codes = [one.code for one in found.reasons]
    aspects = tuple(dict.fromkeys([*(_ASPECTS[code] for code in codes if code in _ASPECTS), *fallback]))
    # the sentences end in both values, which stand beside them
    return Differs(field, ours, theirs, aspects, "; ".join(one.says.split(": ")[0] for one in found.reasons))


def _births(ours: date | None, theirs: date | None) -> Answer:
    if ours is None or theirs is None:
        return Verdict.UNKNOWN, None
    if ours == theirs:
        return Verdict.SAME, None
    found = compare_births(ours, theirs)
    return found.verdict, _differs("date_of_birth", in_words(ours), in_words(theirs), found, ("date_of_birth",))


def _numbers(field: str, ours: str, theirs: str, base: Callable[[str], str]) -> Answer:
    if not ours or not theirs:
        return Verdict.UNKNOWN, None
    if ours == theirs or (_one_suffix(ours, theirs) and base(ours) == base(theirs)):
        return Verdict.SAME, None
    found = compare_numbers(WORDS[field], ours, theirs)
    if found.verdict in (Verdict.SAME, Verdict.UNKNOWN):
        return found.verdict, None
    return found.verdict, _differs(field, ours, theirs, found, (field,))


def _one_suffix(ours: str, theirs: str) -> bool:
    """Of two assignment numbers at most one says which post: then they need not differ."""
    return ("-" in ours) != ("-" in theirs)


def _addresses(person: Starter, theirs: str, *, own_address: bool) -> Answer:
    if not theirs:
        return Verdict.UNKNOWN, None
    if theirs in (person.work_email.lower(), person.personal_email.lower()):
        return Verdict.SAME, None
    if not own_address or not person.work_email:
        return Verdict.UNKNOWN, None
    return Verdict.DIFFERENT, Differs("email", person.work_email, theirs, ("email",), "The email addresses differ")
