"""What the sources say of somebody, side by side with the staff record: what is the same, what differs, and why.

Pure: no Django and no clock. The verdicts are `onboarding.identity`'s; here they get their place in a table, their
words, and the letters that differ. A date or a number that differs is never explained away: the record is corrected
first (a birth date swapped is the classic: 3 July on the passport, 7 March on the record). A name may have an
explanation, which HR writes down (https://nibusinessinfo.co.uk/content/keeping-records-workers-documents).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.identity import Finding, Name, Verdict, compare_births, compare_names, compare_numbers
from onboarding.identity.spelling import same_word
from onboarding.names import fold
from onboarding.wording import MONTHS, capital, date_words, list_words

NAMES = ("given_name", "family_name", "full_name")
FIELDS = (*NAMES, "date_of_birth", "start_date", "role", "gmc_number")
LABELS = {
    "given_name": "Given names",
    "family_name": "Family name",
    "full_name": "Name, undivided",
    "date_of_birth": "Date of birth",
    "start_date": "Start date",
    "role": "Role",
    "gmc_number": "GMC number",
}
INSIDE = {  # the same inside a sentence
    "name": "name",
    "date_of_birth": "birth date",
    "start_date": "start date",
    "role": "role",
    "gmc_number": "GMC number",
}
SHORT = {  # the code of an explainable finding, as its tag says it
    "order": "names swapped",
    "divided": "divided differently",
    "middle_missing": "a middle name on one side only",
    "family_missing": "a family name on one side only",
    "part_missing": "a name on one side only",
    "placeholder": "a placeholder",
    "transliteration": "two spellings of one name?",
    "one_letter": "one letter",
    "initial": "an initial",
    "scripts": "two scripts",
    "spelling": "not written alike",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says, its dates as dates; blank or None where it says nothing. `heading` names it on the page,
    `inside` in a sentence, `typed` says who typed it and when. `superseded`: a better source has spoken since, so
    that this one holds nothing up."""

    source: str
    heading: str
    inside: str
    given_name: str = ""
    family_name: str = ""
    full_name: str = ""
    date_of_birth: dt.date | None = None
    start_date: dt.date | None = None
    role: str = ""
    gmc_number: str = ""
    typed: str = ""
    id: int | None = None
    superseded: bool = False

    @property
    def name(self) -> Name:
        return Name(self.given_name, self.family_name, self.full_name)


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One source's word on one field. `tag` is said in words and in colour; `heard` tells a screen reader where."""

    source: str
    heading: str
    pieces: tuple[Piece, ...] = ()
    verdict: Verdict = Verdict.UNKNOWN
    tag: str = ""
    says: tuple[str, ...] = ()
    heard: str = ""

    @property
    def colour(self) -> str:
        return {Verdict.EXPLAINABLE: "yellow", Verdict.DIFFERENT: "red"}.get(self.verdict, "")


@dataclass(frozen=True, slots=True)
class Row:
    field: str
    label: str
    record: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which a source and the record are not the same."""

    field: str
    source: Said
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """`in_the_way`: must be corrected, or asked about, first. `to_explain`: HR may say why it stands."""

    columns: tuple[Said, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]

    @property
    def in_the_way(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d.verdict == Verdict.DIFFERENT and not d.source.superseded)

    @property
    def to_explain(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d not in self.in_the_way)


def compared(record: Said, sources: Sequence[Said]) -> Compared:
    """The table: a row a field that anybody speaks of, a column a source, each held against the record."""
    names = {said.source: name_finding(record, said) for said in sources}
    rows, differences = [], []
    for field in FIELDS:
        if not any(getattr(said, field) for said in (record, *sources)):
            continue
        cells = tuple(cell(record, said, field, names[said.source]) for said in sources)
        rows.append(Row(field, LABELS[field], as_words(shown(record, field), field), cells))
    for said in sources:
        for field in INSIDE:
            verdict = names[said.source].verdict if field == "name" else finding(record, said, field).verdict
            if verdict in (Verdict.EXPLAINABLE, Verdict.DIFFERENT):
                differences.append(Difference(field, said, verdict))
    return Compared(tuple(sources), tuple(rows), tuple(differences))


def shown(record: Said, field: str) -> str | dt.date | None:
    """The record's own word beside a field: a source that does not divide the name is held against the whole."""
    value: str | dt.date | None = str(record.name) if field == "full_name" else getattr(record, field)
    return value


def name_finding(record: Said, said: Said) -> Finding:
    return compare_names(record.name, said.name)


def finding(record: Said, said: Said, field: str) -> Finding:
    """Of a field that is no name. Anything but the same is a difference, and only a role's can be explained."""
    ours, theirs = getattr(record, field), getattr(said, field)
    if not theirs:
        return Finding(Verdict.UNKNOWN)
    if not ours:
        return Finding(Verdict.DIFFERENT)
    match field:
        case "date_of_birth":
            found = compare_births(ours, theirs)
        case "gmc_number":
            found = compare_numbers("GMC number", ours, theirs)
        case "role":
            return Finding(role_verdict(ours, theirs))
        case _:
            return Finding(Verdict.SAME if ours == theirs else Verdict.DIFFERENT)
    return found if found.verdict == Verdict.SAME else Finding(Verdict.DIFFERENT, found.reasons)


def role_verdict(ours: str, theirs: str) -> Verdict:
    """Roles are worded freely: one that says more than the other may be the same post."""
    left, right = set(fold(ours).split()), set(fold(theirs).split())
    if fold(ours) == fold(theirs):
        return Verdict.SAME
    return Verdict.EXPLAINABLE if left <= right or right <= left else Verdict.DIFFERENT


def cell(record: Said, said: Said, field: str, name: Finding) -> Cell:
    value, ours = getattr(said, field), shown(record, field)
    if not value:
        absent = field in NAMES[:2] and said.name.full == "" and bool(ours) and name.verdict != Verdict.SAME
        return Cell(said.source, said.heading, tag="Not there" if absent else "")
    text, ours_text = as_words(value, field), as_words(ours, field)
    found = name if field in NAMES else finding(record, said, field)
    if field in NAMES and (found.verdict == Verdict.SAME or same_word(text, ours_text)):
        found = Finding(Verdict.SAME)
    if found.verdict == Verdict.SAME:
        return Cell(said.source, said.heading, (Piece(text),), Verdict.SAME, "Same")
    if isinstance(ours, dt.date) and isinstance(value, dt.date):
        pieces, heard = date_parts(ours, value)
    else:
        pieces, heard = letters(ours_text, text)
    says = tuple(f"{one.says}." for one in found.reasons)
    return Cell(said.source, said.heading, pieces, found.verdict, tag_of(found, ours, value), says, heard)


def tag_of(found: Finding, ours: object, theirs: object) -> str:
    if found.verdict == Verdict.EXPLAINABLE:
        why = [SHORT[one.code] for one in found.reasons if one.code in SHORT]
        return f"Explainable: {list_words(list(dict.fromkeys(why)) or ['worded differently'])}"
    if not ours:
        return "Different: not on the record"
    if isinstance(ours, dt.date) and isinstance(theirs, dt.date):
        same_year = ours.year == theirs.year
        left, right = (day_and_month(d) if same_year else date_words(d) for d in (theirs, ours))
        return f"Different: {left} or {right}?"
    return "Different"


def day_and_month(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def as_words(value: object, field: str) -> str:
    return date_words(value) if isinstance(value, dt.date) else str(value or "")


def letters(ours: str, theirs: str) -> tuple[tuple[Piece, ...], str]:
    """`theirs` in pieces, the stretch marked that differs from `ours`; and where, for whoever hears it. Case and
    accents do not count. A letter that is missing here is marked by the one before it.

    >>> pieces, heard = letters("Mohammed", "MOHAMED")
    >>> [piece.text for piece in pieces], heard
    (['MOHA', 'M', 'ED'], 'differs at letter 5')
    """
    left, right = [fold(c) or c for c in ours], [fold(c) or c for c in theirs]
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    stop = len(right) - end
    if start == stop:
        start, stop = (start - 1, stop) if start else (start, stop + 1)
    parts = (Piece(theirs[:start]), Piece(theirs[start:stop], True), Piece(theirs[stop:]))
    return tuple(p for p in parts if p.text), f"differs at letter {start + 1}"


def date_parts(ours: dt.date, theirs: dt.date) -> tuple[tuple[Piece, ...], str]:
    """The same for dates, by day, month and year.

    >>> date_parts(dt.date(1994, 3, 7), dt.date(1994, 7, 3))[1]
    'differs in 3 and July'
    """
    left, right = date_words(ours).split(" "), date_words(theirs).split(" ")
    apart = [new for new, old in zip(right, left, strict=True) if new != old]
    pieces = [Piece(new, new != old) for new, old in zip(right, left, strict=True)]
    spaced = [p for piece in pieces for p in (piece, Piece(" "))][:-1]
    return tuple(spaced), f"differs in {list_words(apart)}"


def in_words(differences: Sequence[Difference]) -> str:
    """What differs, once each: "the birth date and the name"."""
    return list_words([f"the {INSIDE[field]}" for field in dict.fromkeys(d.field for d in differences)])


def warning(differences: Sequence[Difference]) -> str:
    """For a list, without a word of what it says: "The birth date differs (the passport)". Empty if nothing does."""
    if not differences:
        return ""
    several = len({d.field for d in differences}) > 1
    who = list_words(list(dict.fromkeys(d.source.inside.rstrip(",") for d in differences)))
    return f"{capital(in_words(differences))} {'differ' if several else 'differs'} ({who})"


def refusal(differences: Sequence[Difference]) -> str:
    """Why the record cannot be confirmed, and what can be done about it.

    >>> refusal([Difference("date_of_birth", Said("passport", "Passport", "the passport"), Verdict.DIFFERENT)])
    'You cannot confirm while the birth date differs (the passport says otherwise).'
    """
    who = list_words(list(dict.fromkeys(d.source.inside for d in differences)))
    several = len({d.field for d in differences}) > 1
    says = "say" if len({d.source.source for d in differences}) > 1 else "says"
    verb = "differ" if several else "differs"
    return f"You cannot confirm while {in_words(differences)} {verb} ({who} {says} otherwise)."
