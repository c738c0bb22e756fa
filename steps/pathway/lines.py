"""Where each key of a TOML file stands. tomllib answers values without their lines, and people mend files by line."""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'{3,5}", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]+")


class LostError(ValueError):
    """The text is not TOML as far as the walk can follow it."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key given again: where, where it was first, and the stretch of text to pass over."""

    path: Path
    line: int
    first_line: int
    span: tuple[int, int]


@dataclass(slots=True)
class Lines:
    """Line numbers (from 1) by path; the path of the second step's owner is ("step", 1, "owner")."""

    at: dict[Path, int] = field(default_factory=dict)
    repeated: list[Repeated] = field(default_factory=list)

    def of(self, path: Path) -> int:
        """Answer the line of that path, or of the nearest thing around it."""
        while path and path not in self.at:
            path = path[:-1]
        return self.at.get(path, 1)


class _Walk:
    """One walk over the text. It only skips values: tomllib reads them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.lines = Lines()
        self.tables: dict[Path, int] = {}  # how many tables an array of tables has so far
        self.given: set[Path] = set()

    def line(self, pos: int) -> int:
        return bisect_right(self.starts, pos)

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.pos)
        if found is None:
            raise LostError(self.pos)
        self.pos = found.end()
        return found.group()

    def expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.pos):
            raise LostError(self.pos)
        self.pos += len(mark)

    def at(self, mark: str) -> bool:
        return self.text.startswith(mark, self.pos)

    def whole(self) -> Lines:
        prefix: Path = ()
        self.skip(_BLANK)
        while self.pos < len(self.text):
            if self.at("["):
                prefix = self.heading()
            else:
                self.pair(prefix, inline=False)
            self.skip(_BLANK)
        return self.lines

    def heading(self) -> Path:
        start, many = self.pos, self.at("[[")
        self.expect("[[" if many else "[")
        *outer, last = self.key()
        self.expect("]]" if many else "]")
        path: Path = ()
        for part in outer:
            path = self.newest((*path, part))
        path = (*path, last)
        if many:
            self.lines.at.setdefault(path, self.line(start))
            self.tables[path] = self.tables.get(path, 0) + 1
            path = self.newest(path)
        self.lines.at.setdefault(path, self.line(start))
        return path

    def newest(self, path: Path) -> Path:
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self.skip(_SPACE)
            if self.at('"'):
                parts.append(next(iter(tomllib.loads(self.skip(_BASIC) + "=0"))))
            elif self.at("'"):
                parts.append(self.skip(_LITERAL)[1:-1])
            else:
                parts.append(self.skip(_BARE_KEY))
            self.skip(_SPACE)
            if not self.at("."):
                return tuple(parts)
            self.pos += 1

    def pair(self, prefix: Path, *, inline: bool) -> None:
        start = self.pos
        path = (*prefix, *self.key())
        self.expect("=")
        self.skip(_SPACE)
        line = self.line(start)
        repeated = path in self.given
        if not repeated:
            self.given.add(path)
            for length in range(len(prefix) + 1, len(path) + 1):
                self.lines.at.setdefault(path[:length], line)
        self.value((*path, "(again)") if repeated else path)
        if repeated:
            first = self.lines.at[path]
            # In an inline table the comma before it goes as well.
            since = self.text.rindex(",", 0, start) if inline else start
            self.lines.repeated.append(Repeated(path, line, first, (since, self.pos)))

    def value(self, path: Path) -> None:
        if self.at('"""'):
            self.skip(_LONG_BASIC)
        elif self.at("'''"):
            self.skip(_LONG_LITERAL)
        elif self.at('"'):
            self.skip(_BASIC)
        elif self.at("'"):
            self.skip(_LITERAL)
        elif self.at("["):
            self.array(path)
        elif self.at("{"):
            self.inline_table(path)
        else:
            self.skip(_PLAIN)

    def array(self, path: Path) -> None:
        self.expect("[")
        self.skip(_BLANK)
        index = 0
        while not self.at("]"):
            self.lines.at.setdefault((*path, index), self.line(self.pos))
            self.value((*path, index))
            index += 1
            self.skip(_BLANK)
            if not self.at("]"):
                self.expect(",")
                self.skip(_BLANK)
        self.expect("]")

    def inline_table(self, path: Path) -> None:
        self.expect("{")
        self.skip(_SPACE)
        while not self.at("}"):
            self.pair(path, inline=True)
            self.skip(_SPACE)
            if not self.at("}"):
                self.expect(",")
                self.skip(_SPACE)
        self.expect("}")


def lines_of(text: str) -> Lines:
    """Answer where everything stands in a TOML text; LostError where the walk cannot follow it."""
    try:
        return _Walk(text).whole()
    except (RecursionError, ValueError, IndexError) as fault:
        raise LostError(str(fault)) from fault


def without_repeats(text: str, lines: Lines) -> str:
    """Answer the text with each repeated key blanked out, its lines where they were, so that the rest can be read."""
    for repeat in lines.repeated:
        start, end = repeat.span
        blank = "".join(letter if letter == "\n" else " " for letter in text[start:end])
        text = text[:start] + blank + text[end:]
    return text
