"""What somebody wrote, and what they quoted.

The library was best in trials, and hangs on some texts ("On On On ...", long runs of spaces): so it is given a cut of
what a person can write, and everything it takes away stays readable in a fold.
"""

import re
from dataclasses import dataclass

from mailparser_reply import EmailReplyParser

LETTERS, LINE = 20_000, 998
RUNS = re.compile(r"[^\S\n]{2,}")
BLANKS = re.compile(r"\n{4,}")
KEPT = 100_000  # letters of the fold


@dataclass(frozen=True, slots=True)
class Reply:
    """`said` is new; `quoted` is what stood below, or the whole text where they cannot be told apart."""

    said: str
    quoted: str


def shortened(text: str) -> str:
    lines = (line.rstrip()[:LINE] for line in text[:LETTERS].split("\n"))
    return BLANKS.sub("\n\n\n", RUNS.sub(" ", "\n".join(lines)))


def reply_in(text: str) -> Reply:
    """
    >>> reply_in("It is mended.\\n\\nOn Mon, 3 Aug 2026 at 10:00, Week One wrote:\\n> Please look.").said
    'It is mended.'
    """
    short = shortened(text)
    try:
        said = without_quoted_end((EmailReplyParser(languages=["en"]).parse_reply(text=short) or "").strip())
    except Exception:  # a library's fault costs a fold, never a reply
        return Reply(short.strip(), "")
    whole = text.strip()
    if not said:
        return Reply("", whole[:KEPT])
    if short.strip().startswith(said):
        rest = short.strip()[len(said) :].strip()
        too_long = len(text) > LETTERS
        return Reply(said, whole[:KEPT] if too_long else rest)
    return Reply(said, whole[:KEPT] if whole != said else "")


def without_quoted_end(said: str) -> str:
    """Quoted lines with nothing below them are not new, whether or not a line announced them."""
    lines = said.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip()
