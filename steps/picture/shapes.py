"""What the graph is drawn of. Lengths are CSS pixels, y grows downwards."""

from dataclasses import dataclass

from steps.picture.items import Item

WIDTH, HEIGHT = 152, 104
ACROSS, DOWN = 48, 32  # the gaps between columns, and between lanes
MARGIN = 4  # half of the thickest border, and air
STUB = 14  # a preferred edge: only its end is drawn, dashed, from above
FITTING = 5  # columns beside each other on a page; more scroll
TRACKS = (5, 21)  # in a gutter, from its left or upper edge; what is behind them belongs to arrows, rings and stubs
RING = 6
ARROW = 10

GREEN, BLUE, RED, YELLOW, GREY = "#007f3b", "#005eb8", "#d5281b", "#ffb81c", "#4c6272"
BORDERS = {"done": GREEN, "limited": GREEN, "yours": BLUE, "team": BLUE, "stuck": RED, "recheck": YELLOW}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    item: Item
    column: int
    lane: int
    x: int
    y: int

    @property
    def right(self) -> int:
        return self.x + WIDTH

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2

    @property
    def border(self) -> str:
        return BORDERS.get(self.item.glyph, GREY)

    @property
    def border_width(self) -> int:
        return 4 if self.item.acting else 2

    @property
    def tag_lines(self) -> list[str]:
        return wrapped(self.item.tag, letters=17, lines=2)

    @property
    def small_lines(self) -> list[str]:
        """Who since when, and what it is better after: three short lines at most."""
        after = wrapped(f"after {self.item.better_after}", letters=23, lines=1) if self.item.better_after else []
        return wrapped(self.item.since, letters=23, lines=3 - len(after)) + after

    @property
    def squeeze(self) -> bool:
        """The title is too long for the box at its natural width."""
        return len(self.item.short) > 14


@dataclass(frozen=True, slots=True)
class Line:
    source: str
    target: str
    points: tuple[Point, ...]
    met: bool
    arrow: bool  # without one it ends in a ring

    @property
    def path(self) -> str:
        return "M" + " L".join(f"{x:g} {y:g}" for x, y in self.points)

    @property
    def colour(self) -> str:
        return GREEN if self.met else GREY

    @property
    def head(self) -> str:
        x, y = self.points[-1]
        return f"{x + ARROW:g},{y:g} {x:g},{y - 6:g} {x:g},{y + 6:g}"


@dataclass(frozen=True, slots=True)
class Ring:
    """Where the lines of a group join: one of them is enough."""

    target: str
    x: float
    y: float
    met: bool

    @property
    def colour(self) -> str:
        return GREEN if self.met else GREY

    @property
    def line(self) -> Line:
        start = (self.x + RING, self.y)
        return Line("", self.target, (start, (self.x + 3 * RING - ARROW, self.y)), self.met, arrow=True)


@dataclass(frozen=True, slots=True)
class Stub:
    x: float
    y: float
    end: float


def wrapped(text: str, *, letters: int, lines: int) -> list[str]:
    """Words on at most so many lines of about so many letters; what is too much ends in an ellipsis."""
    out: list[str] = []
    for word in text.split():
        if out and len(out[-1]) + 1 + len(word) <= letters:
            out[-1] += f" {word}"
        else:
            out.append(word)
    if len(out) > lines:
        out = out[:lines]
        out[-1] = f"{out[-1][: letters - 1]}…"
    return out
