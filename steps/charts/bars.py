"""Bars lying side by side under their words: they read on a phone, where a chart is as wide as a thumb is long.

A row has its words and its value above, and under them one thick bar, or a thick and a thin one to compare. Parts of a
bar differ in pattern, so that they read in black and white. All rows share one scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 480  # units; letters are 20 high, so they are 15 px high at 360 px
WORDS, THICK, THIN, GAP = 26, 24, 10, 14
LEAST: Final = 3.0  # what is there at all can be seen


@dataclass(frozen=True, slots=True)
class Line:
    """A row to be drawn. `amounts`: (pattern, amount), side by side; `before`: one thin bar beneath, None for none."""

    label: str
    value: str
    amounts: tuple[tuple[str, float], ...]
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    x: float
    width: float
    pattern: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row in its place: `words_y` is the base line of its words, `y` the top of its bar."""

    label: str
    value: str
    words_y: float
    y: float
    parts: tuple[Part, ...]
    before_y: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Bars:
    rows: tuple[Row, ...]
    width: int
    height: float


def bars(lines: Sequence[Line], *, width: int = WIDTH) -> Bars:
    """Answer every row in its place; the longest bar is as wide as the chart.

    >>> bars([Line("Identity", "4", (("solid", 3), ("dots", 1))), Line("ESR", "2", (("solid", 2),))]).rows[0].parts
    (Part(x=1, width=358.5, pattern='solid'), Part(x=359.5, width=119.5, pattern='dots'))
    """
    longest = max((max(sum(n for _, n in line.amounts), line.before or 0.0) for line in lines), default=0.0)
    scale = (width - 2) / longest if longest else 0.0
    rows, y = [], 0.0
    for line in lines:
        top = y + WORDS
        before = None if line.before is None else _wide(line.before, scale)
        rows.append(Row(line.label, line.value, y + WORDS - 7, top, _parts(line, scale), top + THICK + 2, before))
        y = top + THICK + GAP + (0 if before is None else THIN + 2)
    return Bars(tuple(rows), width, y)


def _wide(amount: float, scale: float) -> float:
    return round(max(amount * scale, LEAST), 1) if amount else 0.0


def _parts(line: Line, scale: float) -> tuple[Part, ...]:
    parts: list[Part] = []
    x: float = 1
    for pattern, amount in line.amounts:
        if amount:
            parts.append(Part(x, _wide(amount, scale), pattern))
            x = round(x + parts[-1].width, 1)
    return tuple(parts)
