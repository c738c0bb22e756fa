"""A file's name as it may be shown: what a sender calls a picture decides nothing.

Pure: no Django. Files are stored under their content's hash.
"""

import re
import unicodedata

MOST = 60
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}  # control, direction, private, unassigned


def shown(name: str) -> str:
    """The last part of the name without anything invisible; "Picture" where nothing is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(c for c in last if unicodedata.category(c) not in INVISIBLE)
    plain = re.sub(r"[<>:\"|?*\s]+", " ", plain).strip(" .")
    if not plain or RESERVED.match(plain):
        return "Picture"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > MOST and dot and len(ending) <= 5:
        return f"{stem[: MOST - len(ending) - 2]}….{ending}"
    return plain[:MOST]
