"""Which pairs are looked at at all: those that share a key. 5,000 x 5,000 leaves some hundred thousand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from onboarding.identity.dates import Born
from onboarding.identity.spelling import sound
from onboarding.matching.records import FAMILY, GIVEN, Plain

_FULLEST = 4_000  # a key that this many pairs share says too little to look at them all
_RARE = 200
_LONG_ENOUGH = 4
_LONGEST = 30  # letters of a text that keys are made of

Key = tuple[str, ...]


def candidates(left: Sequence[Plain], right: Sequence[Plain]) -> list[tuple[int, int]]:
    """Pairs of positions that share a key, in order."""
    theirs: dict[Key, list[int]] = defaultdict(list)
    for j, row in enumerate(right):
        for key in set(_keys(row)):
            theirs[key].append(j)
    ours: dict[Key, list[int]] = defaultdict(list)
    for i, row in enumerate(left):
        for key in set(_keys(row)):
            if key in theirs:
                ours[key].append(i)
    width = len(right)
    found: set[int] = set()
    for key, rows in ours.items():
        others = theirs[key]
        if len(rows) * len(others) <= (_RARE if key[0] == "word" else _FULLEST):
            found.update(i * width + j for i in rows for j in others)
    return [divmod(code, width) for code in sorted(found)]


def _keys(row: Plain) -> Iterator[Key]:
    words = {word for role in (GIVEN, FAMILY) for word in (*row.words[role], row.joined[role]) if word}
    yield from _number_keys(row)
    yield from _date_keys(row, words)
    yield from _name_keys(row, words)


def _number_keys(row: Plain) -> Iterator[Key]:
    """The number, and the number with any one character lost: numbers one slip apart share one of these."""
    if row.number:
        yield "number", row.number.lstrip("0")
        if len(row.number) >= _LONG_ENOUGH:
            yield from (("number", shorter) for shorter in _one_lost(row.number))


def _date_keys(row: Plain, words: set[str]) -> Iterator[Key]:
    if not row.born:
        return
    initials = {word[0] for word in words}
    for whole in _whole_dates(row.born):
        yield "date", whole
    for part in _one_lost(row.born.digits):
        yield from (("date slip", part, initial) for initial in initials)
    if row.born.parts:
        year, month, day = (str(part) for part in row.born.parts)
        sounds = {sound(word) for word in words} | {word[:3] for word in words}
        for part in (f"{year}", f"-{month}-{day}", f"-{day}-{month}"):
            yield from (("date part", part, said) for said in sounds)


def _whole_dates(born: Born) -> set[str]:
    if not born.parts:
        return {born.text.casefold()}
    year, month, day = born.parts
    return {f"{year} {month} {day}", f"{year} {day} {month}"}


def _name_keys(row: Plain, words: set[str]) -> Iterator[Key]:
    for word in words:
        yield "word", word
    for given in row.words[GIVEN]:
        for family in row.words[FAMILY]:
            first, second = sorted((given, family))
            yield "names", first, second
            yield "sounds", *sorted((sound(given), sound(family)))
            yield "start of one", given, family[:2]
            yield "start of one", family, given[:2]
    given, family = row.joined
    if given and family:
        yield from (("family slip", given[0], shorter) for shorter in _one_lost(family))
        yield from (("given slip", family[:2], shorter) for shorter in _one_lost(given))


def _one_lost(text: str) -> set[str]:
    text = text[:_LONGEST]
    return {text[:at] + text[at + 1 :] for at in range(len(text))} | {text}
