"""A made set of international people in two files, with the slips that offices make. Seeded: the same each time.

Two mixes of slips: `USUAL`, of domain errors in everyday numbers, and `HARSH`, rarer and worse: more gaps, more typing
errors, more marriages, siblings and namesakes.
"""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onboarding.matching import Record
from tests.benchmarks.made_names import (
    FAMILY,
    GIVEN,
    OFTEN_ONE_NAME,
    ROMANISED,
    SEVERAL_GIVEN_NAMES,
    TWO_FAMILY_NAMES,
)

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CULTURES = sorted(GIVEN)
_STOCK = {culture: (GIVEN[culture].split(), FAMILY[culture].split()) for culture in _CULTURES}
_SPELLINGS = {one.lower(): names for names in ROMANISED for one in names}


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each slip happens to a row of the right file."""

    accents: float = 0.35
    capitals: float = 0.4
    joined: float = 0.08
    reversed: float = 0.04
    middle_lost: float = 0.3
    family_lost: float = 0.15
    placeholder: float = 0.5  # of people with one name
    romanised: float = 0.3
    typed: float = 0.1
    typed_again: float = 0.02
    married: float = 0.0
    name_gone: float = 0.01
    day_month: float = 0.03
    digit: float = 0.03
    birth_gone: float = 0.03
    number_digit: float = 0.04
    number_gone: float = 0.15
    siblings: float = 0.02
    twins: float = 0.004
    namesakes: float = 0.01
    listed_again: float = 0.03


USUAL = Mix()
HARSH = Mix(
    accents=0.6,
    capitals=0.2,
    joined=0.1,
    reversed=0.1,
    middle_lost=0.4,
    family_lost=0.25,
    romanised=0.4,
    typed=0.25,
    typed_again=0.08,
    married=0.02,
    name_gone=0.05,
    day_month=0.05,
    digit=0.06,
    birth_gone=0.08,
    number_digit=0.08,
    number_gone=0.3,
    siblings=0.05,
    twins=0.01,
    namesakes=0.03,
    listed_again=0.1,
)


@dataclass(frozen=True, slots=True)
class Made:
    left: list[Record]
    right: list[Record]
    pairs: set[tuple[str, str]]  # the ids that are one person


def made_people(people: int, mix: Mix = USUAL, seed: int = 1) -> Made:
    """`people` rows on the left; on the right about as many, three in four of them people of the left."""
    dice = random.Random(seed)
    left = _population(people, mix, dice)
    known = dice.sample(left, people * 3 // 4)
    strangers = _population(people - len(known), mix, dice)
    right: list[Record] = []
    pairs: set[tuple[str, str]] = set()
    for person in known:
        for _ in range(2 if dice.random() < mix.listed_again else 1):
            right.append(replace(_damaged(person, mix, dice), id=f"r{len(right)}"))
            pairs.add((person.id, right[-1].id))
    for stranger in strangers:
        right.append(replace(_damaged(stranger, mix, dice), id=f"r{len(right)}"))
    dice.shuffle(right)
    return Made(left, right, pairs)


def _population(people: int, mix: Mix, dice: random.Random) -> list[Record]:
    made: list[Record] = []
    while len(made) < people:
        person = _person(dice)
        if made:
            other = dice.choice(made)
            roll = dice.random()
            if roll < mix.twins:
                person = replace(person, family_name=other.family_name, date_of_birth=other.date_of_birth)
            elif roll < mix.twins + mix.siblings:
                person = replace(person, family_name=other.family_name)
            elif roll < mix.twins + mix.siblings + mix.namesakes:
                person = replace(person, given_name=other.given_name, family_name=other.family_name)
        made.append(replace(person, id=f"l{len(made)}"))
    return made


def _person(dice: random.Random) -> Record:
    culture = dice.choice(_CULTURES)
    given_names, family_names = _STOCK[culture]
    given = [_common(given_names, dice)]
    family = [_common(family_names, dice)]
    if culture in SEVERAL_GIVEN_NAMES and dice.random() < 0.5:
        given.append(_common(given_names, dice))
    if culture in TWO_FAMILY_NAMES:
        family.append(_common(family_names, dice))
    if culture in OFTEN_ONE_NAME and dice.random() < 0.1:
        given = []
    born = date(1958, 1, 1) + timedelta(days=int(dice.triangular(0, 16_000, 13_000)))
    number = str(dice.randrange(6_000_000, 8_000_000)) if dice.random() < 0.85 else ""
    return Record("", " ".join(given), " ".join(family), born.isoformat(), number)


def _common(names: list[str], dice: random.Random) -> str:
    """The first names of a list come up more often."""
    return names[int(len(names) * dice.random() ** 1.6)].replace(
        "-", dice.choice("- ") if dice.random() < 0.2 else "-"
    )


def _damaged(person: Record, mix: Mix, dice: random.Random) -> Record:
    given, family = _damaged_names(person.given_name.split(), person.family_name.split(), mix, dice)
    if dice.random() < mix.name_gone:
        given, family = ("", family) if dice.random() < 0.7 else (given, "")
    if not given and family and dice.random() < mix.placeholder:
        given = dice.choice(["FNU", "XXXX", ".", "-"])
    if dice.random() < mix.reversed:
        given, family = family, given
    if dice.random() < mix.accents:
        given, family = _plain(given, dice), _plain(family, dice)
    if dice.random() < mix.capitals:
        given, family = given.upper(), family.upper()
    return replace(
        person,
        given_name=given,
        family_name=family,
        date_of_birth=_damaged_date(person.date_of_birth, mix, dice),
        number=_damaged_number(person.number, mix, dice),
    )


def _damaged_names(given: list[str], family: list[str], mix: Mix, dice: random.Random) -> tuple[str, str]:
    if len(given) > 1 and dice.random() < mix.middle_lost:
        given = given[:1]
    if len(family) > 1 and dice.random() < mix.family_lost:
        family = [dice.choice(family)]
    if dice.random() < mix.married:
        family = [_common(_STOCK[dice.choice(_CULTURES)][1], dice)]
    for names in (given, family):
        for at, name in enumerate(names):
            if name.lower() in _SPELLINGS and dice.random() < mix.romanised:
                names[at] = dice.choice(_SPELLINGS[name.lower()])
    whole = [" ".join(given), " ".join(family)]
    if dice.random() < mix.joined:
        whole = [name.replace("-", dice.choice(["", " "])).replace(" ", dice.choice(["", "-", " "])) for name in whole]
    for chance in (mix.typed, mix.typed_again):
        if dice.random() < chance:
            at = dice.randrange(2)
            whole[at] = _mistyped(whole[at], _LETTERS, dice)
    return whole[0], whole[1]


def _plain(name: str, dice: random.Random) -> str:
    """Without accents, the one way or the other."""
    longer = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"} if dice.random() < 0.4 else {}
    always = {"ß": "ss", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "Þ": "Th", "ø": "o", "Ø": "O",
              "æ": "ae", "ı": "i", "’": "'"}  # fmt: skip
    spelt = "".join(longer.get(char, always.get(char, char)) for char in name)
    return "".join(char for char in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(char))


def _mistyped(text: str, alphabet: str, dice: random.Random) -> str:
    if len(text) < 2:
        return text
    at = dice.randrange(len(text) - 1)
    slips: list[Callable[[], str]] = [
        lambda: text[:at] + dice.choice(alphabet) + text[at + 1 :],
        lambda: text[:at] + dice.choice(alphabet) + text[at:],
        lambda: text[:at] + text[at + 1 :],
        lambda: text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ]
    return dice.choice(slips)()


def _damaged_date(born: str, mix: Mix, dice: random.Random) -> str:
    roll = dice.random()
    year, month, day = born.split("-")
    if roll < mix.birth_gone:
        return ""
    if roll < mix.birth_gone + mix.day_month:
        return f"{year}-{day}-{month}"
    if roll < mix.birth_gone + mix.day_month + mix.digit:
        digits = list(year + month + day)
        digits[dice.randrange(2, 8)] = dice.choice("0123456789")
        return "".join(digits)
    return born


def _damaged_number(number: str, mix: Mix, dice: random.Random) -> str:
    if not number or dice.random() < mix.number_gone:
        return ""
    return _mistyped(number, "0123456789", dice) if dice.random() < mix.number_digit else number
