"""Letters: one form for each text, and the signs that some were lost before the file came here."""

import unicodedata
from itertools import pairwise

from onboarding.roster.csv_file import SAVE_AS_UTF8

# Copied along from word processors and web pages; nobody typed them. The joiners U+200C and U+200D stay:
# Persian and Indian names need them.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

ESCAPED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'\n")
"""How a cell that a spreadsheet would take for a formula is written back (see `refused_csv`)."""

# Windows-1252 shows these where another code page meant a common letter of another language (Polish and
# Czech, Turkish, Mac): in a file without a mark they are more likely wrong than right.
_DOUBTFUL = frozenset("þðýÞÐÝìùÌÙÿŸƒªºµˆ")


def tidy(cell: str) -> str:
    """NFC, without outer or doubled spaces. Raises ValueError, in words, for what is not text."""
    if cell.startswith(ESCAPED):
        cell = cell[1:]
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split()) if " " in cell else cell
    text = unicodedata.normalize("NFC", cell.translate(_UNSEEN).strip())
    for char in text:
        category = unicodedata.category(char)
        if category == "Cc":
            what = "a line break" if char in "\r\n" else "a tab" if char == "\t" else "a control character"
            raise ValueError(f"has {what} in it ({ord(char):02X}).")
        if category in ("Cs", "Co", "Cn", "Zl", "Zp") or char in _TURNING:
            raise ValueError(f"has a character in it that is no letter (U+{ord(char):04X}).")
    if "\ufffd" in text:
        raise ValueError(f"has lost a letter (\ufffd). {SAVE_AS_UTF8}")
    return " ".join(text.split())


class MixedUp(ValueError):
    """Says in words that a text's letters are not those that somebody wrote."""


def look_for_lost_letters(text: str, *, guessed: bool = False) -> None:
    """Raises `MixedUp` if the text reads as if its letters were mixed up.

    With `guessed` (the file was read as Windows-1252 for want of a mark) only what is very likely a letter
    of a western European language passes.
    """
    if text.isascii():
        return
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        meant = ""
    if meant:
        raise MixedUp(f'"{text}" has mixed-up letters; probably "{meant}". {SAVE_AS_UTF8}')
    if guessed and any(_is_doubtful(word) for word in text.split()):
        raise MixedUp(f'"{text}" may have wrong letters. {SAVE_AS_UTF8}')


def _is_doubtful(word: str) -> bool:
    foreign = [char for char in word if not char.isascii()]
    if not all((char.isalpha() and char not in _DOUBTFUL) or char == "’" for char in foreign):
        return True
    if len(word) > 2 and len([char for char in foreign if char != "’"]) * 2 >= len(word):
        return True  # Greek or Cyrillic read as Windows-1252 is all accents
    # A capital behind a small letter: Mac and DOS code pages put them there.
    return any(not after.isascii() and before.islower() and after.isupper() for before, after in pairwise(word))
