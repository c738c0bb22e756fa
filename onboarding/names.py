"""Folding of people's names: one plain form for search and identity keys, and the set of ways to write it.

Identity services and machine-readable passports write names in capitals without accents, and differ on how:
GOV.UK One Login turns Müller Gößmann into MULLER GOSSMANN
(https://www.pensionsdashboardsprogramme.org.uk/connection/how-to-connect/special-characters-returned-by-identity-service),
some passports print MUELLER GOESSMANN (ICAO Doc 9303 part 3 allows both). So `fold` gives one form and
`fold_variants` all of them.
"""

import unicodedata
from functools import lru_cache
from itertools import product

# Letters that no Unicode decomposition takes apart, and keyboard variants of one Arabic letter.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ß": "ss",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "a",
        "ک": "ك",
        "ی": "ي",
        "ى": "ي",
        "ـ": "",
    }
)
# Further spellings of a letter beside the one of `fold`, as ICAO Doc 9303 part 3 transliterates it.
_ALSO = {
    "ä": ("ae",),
    "ö": ("oe",),
    "ü": ("ue",),
    "å": ("aa",),
    "ø": ("oe",),
    "æ": ("a",),
    "ß": ("s",),
    "ð": ("dh",),
    "þ": ("t",),
    "ñ": ("nxx",),
    "ə": ("e",),
}
_MOST_COMBINED = 6  # more such letters in one text than this are all read one way at a time, not in every mix
_LONGEST_COMBINED = 100
# Accents and vowel points that a name may go without. Signs that carry a syllable (Devanagari, Thai, kana)
# lie outside these blocks and stay.
_DROPPED_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_APOSTROPHE_LETTERS = frozenset("ʹʺʻʼʽʾʿˈˊˋ՚׳״")


def _is_dropped(char: str) -> bool:
    code = ord(char)
    return unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me") and (
        unicodedata.category(char)[0] == "C" or any(low <= code <= high for low, high in _DROPPED_MARKS)
    )


def _is_separator(char: str) -> bool:
    return unicodedata.category(char)[0] in "ZP" or unicodedata.category(char) == "Sk" or char in _APOSTROPHE_LETTERS


def _plain(text: str) -> str:
    """One pass of `fold`, which can set free a letter that only a second pass sees."""
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lowered).casefold()
    kept = "".join(
        " " if char.isspace() or _is_separator(char) else char
        for char in apart
        if char.isspace() or not _is_dropped(char)
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """The plain form of a name, for search and identity keys: `fold(" O’Brien-MÜLLER") == "o brien muller"`.

    Case, accents and invisible characters go; ø ł đ ð þ æ ı ß become plain letters; every run of spaces,
    hyphens, apostrophes, dots and other punctuation becomes one space. Other scripts keep their letters.
    Folding twice is folding once.
    """
    plain = _plain(text)
    for _ in range(3):
        again = _plain(plain)
        if again == plain:
            break
        plain = again
    return plain


@lru_cache(maxsize=50_000)
def fold_variants(text: str) -> frozenset[str]:
    """Every plain form that a document may give this name: `{"muller", "mueller"}` for Müller.

    Always holds `fold(text)`. A plain text has itself alone: MUELLER is not read back as Müller here.
    """
    lowered = unicodedata.normalize("NFC", text.replace("ẞ", "ß").lower())
    letters = [char for char in lowered if char in _ALSO]
    if not letters:
        return frozenset({fold(text)})
    if len(letters) > _MOST_COMBINED or len(text) > _LONGEST_COMBINED:
        longer = "".join(_ALSO.get(char, (char,))[0] for char in lowered)
        return frozenset({fold(text), fold(longer)})
    choices = [(char, *_ALSO.get(char, ())) for char in lowered]
    return frozenset({fold(text)} | {fold("".join(chosen)) for chosen in product(*choices)})
