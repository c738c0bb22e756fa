"""Two names, in any order and script, of one word or five.

W3C: never require a family name, assume an order or force case
(https://uxpatternsguide.com/sources/w3c-i18n-specdev-personal-names/). GOV.UK One Login returns capitals without
accents and no single names
(https://www.pensionsdashboardsprogramme.org.uk/connection/how-to-connect/special-characters-returned-by-identity-service),
and passports have their own rules for one name
(https://gov.uk/government/publications/how-to-show-uncommon-names-in-passports-caseworker-guidance/names-how-to-show-uncommon-names-in-passports).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from onboarding.identity import spelling
from onboarding.identity.findings import Finding, Reason, Verdict, finding, reason
from onboarding.names import fold

GIVEN, FAMILY, UNDIVIDED = "given", "family", ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one side writes it: given and family name, or `full` where the source does not divide it."""

    given: str = ""
    family: str = ""
    full: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.given, self.family, self.full) if part.strip())


class Word(NamedTuple):
    """One name: its part of the whole, its folded form, and how it was written."""

    part: str
    plain: str
    written: str


def compare_names(left: Name, right: Name) -> Finding:
    """SAME if equal after folding; EXPLAINABLE if a known kind of difference accounts for all of it; DIFFERENT
    otherwise; UNKNOWN if either side names nobody. Symmetric: only the order inside the sentences follows the sides.
    """
    ours, theirs = _words(left), _words(right)
    if not ours or not theirs:
        return Finding(Verdict.UNKNOWN)
    if are_equal(left, right):
        return Finding(Verdict.SAME)
    if _sort_key(left) <= _sort_key(right):
        return finding(_reasons(left, right, ours, theirs))
    return finding([_turned(one) for one in _reasons(right, left, theirs, ours)])


def _sort_key(name: Name) -> tuple[str, ...]:
    return tuple(fold(part) for part in (name.given, name.family, name.full))


def _turned(one: Reason) -> Reason:
    """The same reason with the sides exchanged, in its sentence too."""
    return replace(reason(one.field, one.code, one.right, one.left), verdict=one.verdict)


def are_equal(left: Name, right: Name) -> bool:
    """Whether two names are one after folding: what makes them SAME, where both name somebody."""
    if left.full.strip() or right.full.strip():
        return spelling.same_word(str(left), str(right))
    return spelling.same_word(left.given, right.given) and spelling.same_word(left.family, right.family)


def _words(name: Name) -> list[Word]:
    """The telling words of a name, each small word with the name it belongs to, placeholders left out."""
    return [
        Word(part, plain, _written(text, plain))
        for part, text in ((GIVEN, name.given), (FAMILY, name.family), (UNDIVIDED, name.full))
        for plain in spelling.name_words(text)
    ]


def _written(text: str, plain: str) -> str:
    """The run of pieces of the text that folds to this word, or the folded word where there is none."""
    pieces = text.split()
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + 5, len(pieces) + 1)):
            run = " ".join(pieces[start:end])
            if fold(run).replace(" ", "") == plain:
                return run
    return plain.capitalize()


def _reasons(left: Name, right: Name, ours: list[Word], theirs: list[Word]) -> list[Reason]:
    found = _placeholders(left, right)
    if _same_words(ours, theirs):
        return found or [reason("name", "spelling", str(left), str(right))]
    if _joined(ours) & _joined(theirs):
        return [*found, reason("name", "divided", str(left), str(right))]
    pairs, our_rest, their_rest = _best_fit(ours, theirs)
    if _scripts(ours).isdisjoint(_scripts(theirs)) and (our_rest or not pairs):
        return [*found, reason("name", "scripts", str(left), str(right))]
    if (our_rest and their_rest) or all(code == "initial" for _, _, code in pairs):
        return [*found, *_contradictions(our_rest or ours, their_rest or theirs)]
    found += [
        reason("name", code, our.written, their.written) for our, their, code in pairs if code not in ("", "same")
    ]
    found += _missing(our_rest, theirs, ours, on_left=True) + _missing(their_rest, ours, theirs, on_left=False)
    found += _misplaced(left, right, pairs)
    return found or [reason("name", "spelling", str(left), str(right))]


def _placeholders(left: Name, right: Name) -> list[Reason]:
    ours, theirs = (
        {word for text in (name.given, name.family, name.full) for word in spelling.words(text)}
        for name in (left, right)
    )
    shown = [
        " ".join(word.upper() for word in sorted(side - other) if spelling.is_placeholder(word))
        for side, other in ((ours, theirs), (theirs, ours))
    ]
    return [
        reason("name", "placeholder", text, "") if at == 0 else reason("name", "placeholder", "", text)
        for at, text in enumerate(shown)
        if text
    ]


def _same_words(ours: list[Word], theirs: list[Word]) -> bool:
    return [(word.part, word.plain) for word in ours] == [(word.part, word.plain) for word in theirs]


def _joined(words: list[Word]) -> frozenset[str]:
    return spelling.spellings(" ".join(word.plain for word in words))


class _Pair(NamedTuple):
    our: Word
    their: Word
    code: str


def _best_fit(ours: list[Word], theirs: list[Word]) -> tuple[list[_Pair], list[Word], list[Word]]:
    """Each word with the one it fits best, the better fits first, then the words that fit none."""
    fits = []
    for (i, our), (j, their) in product(enumerate(ours), enumerate(theirs)):
        fit = _fit(our.plain, their.plain)
        if fit:
            fits.append((fit[0], our.part != their.part, abs(i - j), i, j, fit[1]))
    our_free, their_free = set(range(len(ours))), set(range(len(theirs)))
    pairs = []
    for _, _, _, i, j, code in sorted(fits):
        if i in our_free and j in their_free:
            our_free.remove(i)
            their_free.remove(j)
            pairs.append((i, j, code))
    chosen = [_Pair(ours[i], theirs[j], code) for i, j, code in sorted(pairs)]
    return chosen, [ours[i] for i in sorted(our_free)], [theirs[j] for j in sorted(their_free)]


def _fit(our: str, their: str) -> tuple[int, str] | None:
    if spelling.same_word(our, their):
        return 0, "same"
    if spelling.sounds_alike(our, their):
        return 1, "transliteration"
    level = spelling.likeness(our, their)
    if level == spelling.NEAR:
        return 2, "one_letter"
    return (3, "initial") if level == spelling.ALIKE and min(len(our), len(their)) == 1 else None


def _scripts(words: Iterable[Word]) -> set[str]:
    return {unicodedata.name(char, "UNKNOWN").split()[0] for word in words for char in word.plain if char.isalpha()}


def _contradictions(ours: list[Word], theirs: list[Word]) -> list[Reason]:
    alike = any(spelling.likeness(our.plain, their.plain) <= spelling.ALIKE for our, their in product(ours, theirs))
    code = "look_alike" if alike else "name"
    return [reason("name", code, _text(ours), _text(theirs))]


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.written for word in words)


def _missing(rest: list[Word], others: list[Word], own: list[Word], *, on_left: bool) -> list[Reason]:
    """What one side leaves out: a middle name, one of several family names, or a whole part."""
    if not rest:
        return []
    codes = set()
    for word in rest:
        left_in_part = [one for one in own if one.part == word.part and one not in rest]
        named = word.part in (GIVEN, FAMILY) and left_in_part
        codes.add({GIVEN: "middle_missing", FAMILY: "family_missing"}[word.part] if named else "part_missing")
    text = _text(rest)
    return [reason("name", code, text if on_left else "", "" if on_left else text) for code in sorted(codes)]


def _misplaced(left: Name, right: Name, pairs: list[_Pair]) -> list[Reason]:
    """Names that stand in the other part, or in another order."""
    moved = [
        pair
        for pair in pairs
        if UNDIVIDED not in (pair.our.part, pair.their.part) and pair.our.part != pair.their.part
    ]
    exchanged = {pair.our.part for pair in moved} == {GIVEN, FAMILY} or (moved and len(moved) == len(pairs))
    if exchanged or not _in_order([pair.their for pair in pairs], pairs, right):
        return [reason("name", "order", str(left), str(right))]
    return [reason("name", "divided", str(left), str(right))] if moved else []


def _in_order(theirs: list[Word], pairs: list[_Pair], right: Name) -> bool:
    """Whether the words of the right side, taken in the order of the left, stand in their own order."""
    rest = iter(_words(right))
    return all(any(word == one for one in rest) for word in theirs)
