"""Text from anywhere, made fit to store and to show: as text, and nothing but text."""

import html
import re
from html.parser import HTMLParser

BREAKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "pre", "hr"}
)
UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"})
# control characters, and those that turn the writing direction round and make a name read as another
ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MOST = 1_000_000  # letters of a body that are looked at


def clean(text: str) -> str:
    """Storable and harmless: no NUL, no lone surrogates, no direction marks; line ends as newlines."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    whole = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", whole)
    return ODD.sub("", whole)


def one_line(text: str, most: int) -> str:
    return " ".join(clean(text).split())[:most]


class Words(HTMLParser):
    """The words of an HTML body. Nothing is fetched, run or kept of its markup; links keep their words alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def words_of_html(source: str) -> str:
    """An HTML body as text."""
    parser = Words()
    try:
        parser.feed(source[:MOST])
        parser.close()
        text = "".join(parser.parts)
    except Exception:  # broken markup may break the parser: then its tags are cut out plainly
        text = html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", source[:MOST]))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
