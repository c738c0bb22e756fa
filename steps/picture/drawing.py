"""The graph of a newcomer's chain as geometry: boxes in columns and lanes, lines that never pass behind a box.

Pure. Lengths are CSS pixels, y grows downwards. A column is the longest hard or any path to a step; lane 0 is the
main line. Between columns there is a gutter for what runs up and down, between lanes one for what runs along. In a
gutter each source has a track of its own, so that two lines never lie on each other.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from steps.picture.items import Graph, Item, graph_of, main_line
from steps.picture.shapes import (
    ACROSS,
    ARROW,
    DOWN,
    FITTING,
    HEIGHT,
    MARGIN,
    RING,
    STUB,
    TRACKS,
    WIDTH,
    Box,
    Line,
    Point,
    Ring,
    Stub,
)

Net = tuple[str, ...]  # lines of one net may lie on each other


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    rings: tuple[Ring, ...]
    stubs: tuple[Stub, ...]
    width: int
    height: int
    columns: int

    @property
    def scrolls(self) -> bool:
        return self.columns > FITTING


def drawing(items: Sequence[Item]) -> Drawing:
    graph = graph_of(items)
    boxes = placed(graph)
    routes = [route for key in boxes for route in routes_into(key, graph, boxes)]
    tracks = Tracks(routes)
    lanes = 1 + max((box.lane for box in boxes.values()), default=0)
    columns = 1 + max((box.column for box in boxes.values()), default=-1)
    below = DOWN if any(route.gutter == lanes for route in routes) else MARGIN
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(route.line(tracks, graph) for route in routes),
        rings=rings_of(routes, graph),
        stubs=tuple(Stub(box.x + 24, box.y - STUB, box.y) for box in boxes.values() if box.item.better_after),
        width=2 * MARGIN + columns * (WIDTH + ACROSS) - ACROSS if columns else 0,
        height=lane_top(lanes - 1) + HEIGHT + below if columns else 0,
        columns=columns,
    )


def lane_top(lane: int) -> int:
    return MARGIN + STUB + lane * (HEIGHT + DOWN)


def column_left(column: int) -> int:
    return MARGIN + column * (WIDTH + ACROSS)


def placed(graph: Graph) -> dict[str, Box]:
    """Every step in its column; the main line in lane 0, the others in the first lane that is free there."""
    main = set(main_line(graph))
    taken: set[tuple[int, int]] = set()
    boxes = {}
    for key, item in graph.items.items():
        column, lane = graph.depth[key], 0 if key in main else 1
        while lane and (column, lane) in taken:
            lane += 1
        taken.add((column, lane))
        boxes[key] = Box(item, column, lane, column_left(column), lane_top(lane))
    return boxes


@dataclass(frozen=True, slots=True)
class Route:
    """How one line runs, before its tracks are known. `gutter`: the lane above which it runs along, if it does."""

    source: Box
    target: Box
    port: float
    straight: bool
    ring: bool
    group: tuple[str, ...]

    @property
    def gutter(self) -> int | None:
        if self.straight or self.target.column == self.source.column + 1:
            return None
        return (
            self.source.lane + 1 if self.source.lane == self.target.lane else max(self.source.lane, self.target.lane)
        )

    @property
    def end(self) -> Point:
        return (self.target.x - (4 * RING if self.ring else ARROW), self.port)

    @property
    def out(self) -> Net:
        return ("out", self.source.item.key)

    @property
    def into(self) -> Net:
        return ("in", self.target.item.key, str(self.port))

    def line(self, tracks: "Tracks", graph: Graph) -> Line:
        start: Point = (self.source.right, self.source.middle)
        met = graph.items[self.source.item.key].met
        points: list[Point] = [start]
        if not (self.straight and self.port == self.source.middle):
            x = column_left(self.source.column + 1) - ACROSS + tracks.across(self.source.column, self.out)
            points.append((x, start[1]))
            if self.gutter is not None:
                y = lane_top(self.gutter) - DOWN + tracks.along(self.gutter, self.out)
                last = self.target.x - ACROSS + tracks.across(self.target.column - 1, self.into)
                points += [(x, y), (last, y), (last, self.port)]
            else:
                points.append((x, self.port))
        points.append(self.end)
        return Line(self.source.item.key, self.target.item.key, tuple(points), met, arrow=not self.ring)


class Tracks:
    """Which track of its gutter each net runs on. Nets whose stretches do not meet share one."""

    def __init__(self, routes: Sequence[Route]) -> None:
        across: dict[int, dict[Net, list[float]]] = defaultdict(lambda: defaultdict(list))
        along: dict[int, dict[Net, list[float]]] = defaultdict(lambda: defaultdict(list))
        for route in routes:
            if route.gutter is None:
                across[route.source.column][route.out] += [route.source.middle, route.port]
                continue
            height = lane_top(route.gutter) - DOWN
            across[route.source.column][route.out] += [route.source.middle, height, height + DOWN]
            across[route.target.column - 1][route.into] += [route.port, height, height + DOWN]
            along[route.gutter][route.out] += [route.source.right, route.target.x]
        self._across = {gutter: assigned(nets) for gutter, nets in across.items()}
        self._along = {gutter: assigned(nets) for gutter, nets in along.items()}

    def across(self, gutter: int, net: Net) -> float:
        return self._across[gutter][net]

    def along(self, gutter: int, net: Net) -> float:
        return self._along[gutter][net]


def assigned(nets: dict[Net, list[float]]) -> dict[Net, float]:
    """An offset for each net: the first track on which its stretch meets no other, tracks spread over the gutter."""
    ends: list[list[tuple[float, float]]] = []
    track_of = {}
    for net, reached in sorted(nets.items(), key=lambda one: (min(one[1]), one[0])):
        low, high = min(reached), max(reached)
        track = next(
            (i for i, held in enumerate(ends) if all(high < other[0] or other[1] < low for other in held)), len(ends)
        )
        if track == len(ends):
            ends.append([])
        ends[track].append((low, high))
        track_of[net] = track
    first, last = TRACKS
    step = (last - first) / max(len(ends) - 1, 1)
    middle = (first + last) / 2
    return {net: middle if len(ends) == 1 else first + track * step for net, track in track_of.items()}


def routes_into(key: str, graph: Graph, boxes: dict[str, Box]) -> list[Route]:
    """The lines that end at a step. Each hard one and each group has a port of its own on the left side of the box:
    the middle for what comes straight, above it for what comes from above, below for the rest."""
    target, edges = boxes[key], graph.edges[key]
    arrivals = [((hard,), False) for hard in edges.hard] + [(group, True) for group in edges.groups]
    sides: dict[str, list[tuple[tuple[str, ...], bool]]] = {"straight": [], "above": [], "below": []}
    for arrival in arrivals:
        side = min((side_of(boxes[one], target, boxes) for one in arrival[0]), key=list(sides).index)
        if side == "straight" and sides["straight"]:
            side = "below"
        sides[side].append(arrival)
    routes = []
    for side, arriving in sides.items():
        for nth, (keys, ring) in enumerate(arriving):
            port = port_at(target, side, nth, len(arriving))
            for one in keys:
                straight = side == "straight" and side_of(boxes[one], target, boxes) == "straight"
                routes.append(Route(boxes[one], target, port, straight, ring, keys))
    return routes


def side_of(source: Box, target: Box, boxes: dict[str, Box]) -> str:
    if source.lane == target.lane and not any(
        box.lane == source.lane and source.column < box.column < target.column for box in boxes.values()
    ):
        return "straight"
    return "above" if source.lane < target.lane else "below"


def port_at(target: Box, side: str, nth: int, of: int) -> float:
    if side == "straight":
        return target.middle
    offset = 12 + round((HEIGHT / 2 - 16) * (nth + 0.5) / of)
    return target.middle - offset if side == "above" else target.middle + offset


def rings_of(routes: Sequence[Route], graph: Graph) -> tuple[Ring, ...]:
    rings = {
        (route.target.item.key, route.port): Ring(
            target=route.target.item.key,
            x=route.target.x - 3 * RING,
            y=route.port,
            met=any(graph.items[key].met for key in route.group),
        )
        for route in routes
        if route.ring
    }
    return tuple(rings.values())
