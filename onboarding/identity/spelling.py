"""How alike two words of a name are: equal, two spellings of one sound, a slip of the pen, or different.

Likeness here only words a message or ranks a proposal. What may pass as equal is `same_word` alone.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from onboarding.names import fold, fold_variants

# What offices write where a passport shows one name only, or none. FNU and LNU: first, last name unknown;
# XXXX: an empty field of a passport's name line.
# https://gov.uk/government/publications/how-to-show-uncommon-names-in-passports-caseworker-guidance
PLACEHOLDERS = frozenset({"fnu", "lnu", "nfn", "nln", "nmn", "unknown", "unk", "none", "null", "nil", "na", "n a"})
_CROSSES = re.compile(r"x{2,}|\?+")
# Two letters in capitals where a third document has one with dots: Mueller for Müller. Not before the ends
# -el and -elle of Samuel, Michael, Noelle, nor in Spanish gue and que, nor in short words (Suen is not Sun).
_UMLAUT_PAIR = re.compile(r"(?<![aeiouyq])([aou])e(?=[bcdfghjkmnprstvwxz]|ll(?!es?$)|l[bcdfghjkmnpqrstvwxz])")
_SPANISH = re.compile(r"gue[rvzs]|que")
_SHORTEST_UMLAUT = 6

# Small words that belong to the name after them: de la Cruz is one name, and so is El-Sayed.
PARTICLES = frozenset(
    {"al", "el", "ul", "ur", "ud", "bin", "ibn", "bint", "ben", "abu", "abou", "umm", "abd", "abdul", "abdel", "abdal"}
    | {"de", "del", "della", "dela", "di", "da", "das", "do", "dos", "du", "la", "le", "las", "los", "y", "e"}
    | {"van", "von", "vander", "der", "den", "ter", "ten", "zu", "zur", "af", "av"}
    | {"st", "san", "santa", "o", "mc", "mac", "ni", "ap", "ab"}
)

_ROMAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ы": "y", "э": "e", "ю": "iu", "я": "ia",
    "ь": "", "ъ": "", "і": "i", "є": "ie", "ґ": "g",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "υ": "y",
    "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_SOUNDS = (
    ("tsch", "ch"), ("tch", "ch"), ("sch", "sh"), ("dj", "j"), ("dzh", "j"), ("ph", "f"), ("kh", "k"),
    ("gh", "g"), ("dh", "d"), ("th", "t"), ("bh", "b"), ("ck", "k"), ("qu", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("ce", "se"), ("ci", "si"),
)  # fmt: skip
_HARD_C = re.compile(r"c(?!h)")
_DOUBLED = re.compile(r"(.)\1+")
_MOST_WORDS = 20  # of a name; the rest of a longer text is no name
_NEAR_LENGTH = 3
_ALIKE, _FAINTLY_ALIKE = 0.9, 0.8


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a name, in order, placeholders too."""
    return tuple(fold(text).split())


@lru_cache(maxsize=200_000)
def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name without placeholders, each small word joined to the next: `("delacruz",)`."""
    found: list[str] = []
    small = ""
    for word in words(text):
        if is_placeholder(word):
            continue
        if word in PARTICLES:
            small += word
        else:
            found.append(small + word)
            small = ""
    if small:
        found.append(small)
    return tuple(found[:_MOST_WORDS])


def is_placeholder(word: str) -> bool:
    """Whether a folded word stands for "no name here"."""
    return word in PLACEHOLDERS or bool(_CROSSES.fullmatch(word))


@lru_cache(maxsize=200_000)
def spellings(text: str) -> frozenset[str]:
    """Every plain spelling of a name as one run of letters: spaces, hyphens and accents make no difference."""
    variants = fold_variants(text)
    shortened = {"".join(_without_umlaut_pairs(word) for word in variant.split()) for variant in variants}
    return frozenset({variant.replace(" ", "") for variant in variants} | shortened)


def _without_umlaut_pairs(word: str) -> str:
    if len(word) < _SHORTEST_UMLAUT or not word.isascii() or _SPANISH.search(word):
        return word
    return _UMLAUT_PAIR.sub(r"\1", word)


def same_word(left: str, right: str) -> bool:
    """Whether two names are one after folding: Müller, MULLER and MUELLER are."""
    return not spellings(left).isdisjoint(spellings(right))


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """The consonants that a romanisation keeps: Mohammed, Muhammad and Mohamed all give `mhmd`."""
    plain = "".join(_ROMAN.get(char, char) for char in word.replace(" ", ""))
    for written, said in _SOUNDS:
        plain = plain.replace(written, said)
    plain = _DOUBLED.sub(r"\1", _HARD_C.sub("k", plain))
    first = "a" if plain[:1] in tuple("aeiou") else plain[:1]
    rest = re.sub(r"[aeiouy]|v(?=[aeiou]?[bcdfghjklmnprstvz])|h$", "", plain[1:])
    return first + _DOUBLED.sub(r"\1", rest)


def sounds_alike(left: str, right: str) -> bool:
    """Whether two folded words may be two romanisations of one name: never a proof that they are."""
    if not left or not right or sound(left) != sound(right):
        return False
    if not (left.isascii() and right.isascii()):
        return True
    return len(sound(left)) > 1 and OSA.distance(left, right) <= max(2, min(len(left), len(right)) // 2)


EXACT, NEAR, ALIKE, FAINT, DIFFERENT = range(5)


def likeness(left: str, right: str) -> int:
    """EXACT, NEAR (one slip, or one sound), ALIKE, FAINT or DIFFERENT, for two folded words. Symmetric."""
    return _likeness(left, right) if left <= right else _likeness(right, left)


@lru_cache(maxsize=500_000)
def _likeness(left: str, right: str) -> int:
    if left == right or not spellings(left).isdisjoint(spellings(right)):
        return EXACT
    shorter = min(len(left), len(right))
    if shorter == 1:
        return ALIKE if left[:1] == right[:1] else DIFFERENT
    slips = OSA.distance(left, right, score_cutoff=2)
    if (slips == 1 and shorter >= _NEAR_LENGTH) or (shorter > _NEAR_LENGTH and sounds_alike(left, right)):
        return NEAR
    closeness = max(JaroWinkler.similarity(left, right), JaroWinkler.similarity(left[::-1], right[::-1]))
    if slips <= 2 <= shorter - 3 or closeness >= _ALIKE:
        return ALIKE
    return FAINT if closeness >= _FAINTLY_ALIKE else DIFFERENT
