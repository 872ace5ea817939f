"""An AOP as a drawing: where each Key Event stands, and how the arrows run between them, from top to bottom.

Pure, and the same input gives the same drawing. Events stand in layers, each below all that lead to it; arrows that run
back up, which AOPs have, are turned for the layering and drawn as they are. Lengths are in pixels.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 208, 84  # of an event
ACROSS, DOWN, EDGE = 20, 44, 12  # between events, between layers, around all
LANE = 16  # what an arrow takes that passes through a layer
MOST_ABREAST = 4
SWEEPS = 4

Arrow = tuple[int, int]
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a Key Event stands: the upper left corner of its box."""

    key_event: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow, or two that run both ways between the same events; `points` lead from `upstream` to `downstream`."""

    upstream: int
    downstream: int
    both: bool
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """The line as SVG draws it: straight down through layers, curved between them."""
        start, *_ = self.points
        bends = (
            f"C{x1} {(y1 + y2) // 2} {x2} {(y1 + y2) // 2} {x2} {y2}" for (x1, y1), (x2, y2) in pairwise(self.points)
        )
        return f"M{start[0]} {start[1]}{''.join(bends)}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of an AOP. `spots` are in reading order."""

    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """What takes a place in a layer: a Key Event, or an arrow that passes through."""

    layer: int
    key_event: int | None
    arrow: Arrow | None = None

    @property
    def width(self) -> int:
        return LANE if self.key_event is None else WIDTH


def draw(events: Mapping[int, int], arrows: Collection[Arrow]) -> Drawing:
    """Draw `events`, each with the rank of its level (molecule first), and the arrows between them.

    Events that no arrow touches stand by their rank, below the others. Arrows from an event to itself are left out.
    """
    wanted = {arrow for arrow in arrows if arrow[0] != arrow[1] and set(arrow) <= events.keys()}
    order = sorted(events, key=lambda id: (events[id], id))
    downward = _without_circles(order, wanted)
    layers = _compact(_layered(order, downward), events)
    rows = _rows(_ordered(_items(order, layers, downward), downward))
    places = _places(rows)
    return Drawing(
        width=max((_row_width(row) for row in rows), default=0) + 2 * EDGE,
        height=len(rows) * (HEIGHT + DOWN) - DOWN + 2 * EDGE,
        spots=tuple(Spot(item.key_event, *places[item]) for row in rows for item in row if item.key_event is not None),
        lines=tuple(_line(arrow, wanted, places, layers) for arrow in sorted(downward)),
    )


def _without_circles(order: Sequence[int], arrows: Collection[Arrow]) -> dict[Arrow, bool]:
    """The arrows, each turned where it would close a circle; True: as it runs. Of two that run both ways one stays."""
    after: dict[int, list[int]] = {id: [] for id in order}
    for upstream, downstream in sorted(arrows):
        after[upstream].append(downstream)
    found: dict[Arrow, bool] = {}
    done: set[int] = set()
    for start in sorted(order, key=lambda id: any(downstream == id for _, downstream in arrows)):
        open_path: dict[int, Iterable[int]] = {} if start in done else {start: iter(after[start])}
        while open_path:
            here, rest = next(reversed(open_path.items()))
            step = next(iter(rest), None)
            if step is None:
                done.add(open_path.popitem()[0])
            elif step in open_path:
                found.setdefault((step, here), False)
            else:
                found[here, step] = True
                if step not in done:
                    open_path[step] = iter(after[step])
    return found


def _layered(order: Sequence[int], arrows: Collection[Arrow]) -> dict[int, int | None]:
    """The layer of each event: one below the lowest that leads to it; None where no arrow touches it."""
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for upstream, downstream in arrows:
        before.setdefault(downstream, []).append(upstream)
        after.setdefault(upstream, []).append(downstream)
    found: dict[int, int] = {}

    def layer(id: int) -> int:
        if id not in found:
            found[id] = max((layer(each) + 1 for each in before.get(id, ())), default=0)
        return found[id]

    deep = {id: layer(id) for id in order}
    # What nothing leads to stands right above what it leads to, not at the top.
    for id in order:
        if id not in before and id in after:
            deep[id] = min(deep[each] for each in after[id]) - 1
    return {id: deep[id] if id in before or id in after else None for id in order}


def _compact(layers: Mapping[int, int | None], events: Mapping[int, int]) -> dict[int, int]:
    """Layers without gaps; events that no arrow touches below the others, those of one rank together."""
    used = sorted({layer for layer in layers.values() if layer is not None})
    ranks = sorted({events[id] for id, layer in layers.items() if layer is None})
    return {
        id: used.index(layer) if layer is not None else len(used) + ranks.index(events[id])
        for id, layer in layers.items()
    }


def _items(order: Sequence[int], layers: Mapping[int, int], arrows: Collection[Arrow]) -> list[list[_Item]]:
    found: list[list[_Item]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for id in order:
        found[layers[id]].append(_Item(layers[id], id))
    for upstream, downstream in sorted(arrows):
        for layer in range(layers[upstream] + 1, layers[downstream]):
            found[layer].append(_Item(layer, None, (upstream, downstream)))
    return found


def _ordered(layers: list[list[_Item]], arrows: Collection[Arrow]) -> list[list[_Item]]:
    """The layers with each item near the middle of those it is joined to: fewer arrows cross."""
    joined: dict[int | Arrow, set[int | Arrow]] = {}
    for upstream, downstream in arrows:
        for one, other in (
            (upstream, downstream),
            (upstream, (upstream, downstream)),
            ((upstream, downstream), downstream),
        ):
            joined.setdefault(one, set()).add(other)
            joined.setdefault(other, set()).add(one)
    for sweep in range(SWEEPS):
        steps = range(1, len(layers)) if sweep % 2 == 0 else range(len(layers) - 2, -1, -1)
        for step in steps:
            beside = layers[step - 1 if sweep % 2 == 0 else step + 1]
            at = {_name(item): place / max(1, len(beside) - 1) for place, item in enumerate(beside)}
            layers[step] = _settled(layers[step], at, joined)
    return layers


def _settled(
    items: Sequence[_Item], at: Mapping[int | Arrow, float], joined: Mapping[int | Arrow, set[int | Arrow]]
) -> list[_Item]:
    def middle(numbered: tuple[int, _Item]) -> float:
        place, item = numbered
        near = [at[each] for each in {_name(item), *joined.get(_name(item), ())} if each in at]
        return sum(near) / len(near) if near else place / max(1, len(items) - 1)

    return [item for _, item in sorted(enumerate(items), key=lambda numbered: (middle(numbered), numbered[0]))]


def _rows(layers: Iterable[Sequence[_Item]]) -> list[list[_Item]]:
    """The layers as rows, a layer that is too broad as several."""
    found: list[list[_Item]] = []
    for layer in layers:
        row: list[_Item] = []
        for item in layer:
            if item.key_event is not None and sum(each.key_event is not None for each in row) == MOST_ABREAST:
                found.append(row)
                row = []
            row.append(item)
        found.append(row)
    return found


def _places(rows: Sequence[Sequence[_Item]]) -> dict[_Item, Point]:
    """The upper left corner of each item; rows are centred."""
    widest = max(map(_row_width, rows), default=0)
    found = {}
    for number, row in enumerate(rows):
        x = EDGE + (widest - _row_width(row)) // 2
        for item in row:
            found[item] = (x, EDGE + number * (HEIGHT + DOWN))
            x += item.width + ACROSS
    return found


def _row_width(row: Sequence[_Item]) -> int:
    return sum(item.width for item in row) + ACROSS * (len(row) - 1)


def _line(arrow: Arrow, wanted: Collection[Arrow], places: Mapping[_Item, Point], layers: Mapping[int, int]) -> Line:
    """The line of an arrow that runs down; one that was turned is turned back."""
    upper, lower = arrow
    lanes = sorted(place for item, place in places.items() if item.arrow == arrow)
    (x1, y1), (x2, y2) = places[_Item(layers[upper], upper)], places[_Item(layers[lower], lower)]
    points = [(x1 + WIDTH // 2, y1 + HEIGHT)]
    for x, y in sorted(lanes, key=lambda place: place[1]):
        points += [(x + LANE // 2, y), (x + LANE // 2, y + HEIGHT)]
    points.append((x2 + WIDTH // 2, y2))
    if arrow in wanted:
        return Line(upper, lower, (lower, upper) in wanted, tuple(points))
    return Line(lower, upper, False, tuple(reversed(points)))


def _name(item: _Item) -> int | Arrow:
    if item.key_event is not None:
        return item.key_event
    assert item.arrow is not None
    return item.arrow
