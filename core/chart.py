"""The geometry of charts: how long bars are, what an axis says, how a line steps. Pure.

A plot is as wide as its page leaves it, so lengths along it are in percent of the plot, and what is written keeps its
size; heights are in percent too where a plot has an axis upwards. Bars and axes begin at zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

WHOLE = 100.0
PLACES = 3  # of a percent: a thousandth of it is less than a pixel on any screen
GAP = 0.15  # of a column's share of the plot
WIDEST = 12.0  # percent of the plot that a column takes: few of them stay columns and are no walls


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that lies: where it begins and how long it is, in percent of the plot's width."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Column:
    """A bar that stands: its place and size in percent of the plot, `y` from the top."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis, and how far along it stands, in percent."""

    number: int
    at: float


def stack(parts: Sequence[int], whole: int) -> tuple[Bar, ...]:
    """A bar a part, each beginning where the one before ends, on a scale from zero to `whole`.

    Parts are counts, none below zero, at most `whole` together; of nothing there are bars without length.
    """
    ends = [share(end, whole) for end in accumulate(parts, initial=0)]
    return tuple(Bar(start, _rounded(end - start)) for start, end in pairwise(ends))


def share(part: int, whole: int) -> float:
    """A count in percent of another one; 0 of nothing."""
    return _rounded(WHOLE * part / whole) if whole else 0.0


def scale(most: int, steps: int = 4) -> tuple[Tick, ...]:
    """An axis from zero: whole numbers in steps of 1, 2 or 5 times a power of ten, `steps` of them at the most.

    The last one is the first that is not below `most`; it stands at the end of the axis.
    """
    step = next(step for step in _steps() if step * steps >= most)
    last = max(1, -(-most // step))
    return tuple(Tick(place * step, share(place, last)) for place in range(last + 1))


def columns(values: Sequence[int], top: int) -> tuple[Column, ...]:
    """A column a value, side by side over the whole plot, each in the middle of its share; `top` is the upper end."""
    each = WHOLE / max(1, len(values))
    width = min(each * (1 - GAP), WIDEST)
    return tuple(
        Column(
            _rounded(each * (place + 0.5) - width / 2),
            _rounded(WHOLE - share(value, top)),
            _rounded(width),
            share(value, top),
        )
        for place, value in enumerate(values)
    )


def staircase(values: Sequence[int], top: int) -> tuple[str, str]:
    """Two paths in a box of 100 by 100: a line that holds each value for its share of the plot, and the area below it.

    Both are empty without values.
    """
    if not values:
        return "", ""
    edge = "".join(
        f"V{_plain(WHOLE - share(value, top))}H{_plain(WHOLE * place / len(values))}"
        for place, value in enumerate(values, start=1)
    )
    start = _plain(WHOLE - share(values[0], top))
    return f"M0 {start}{edge}", f"M0 100{edge}V100Z"


def spread(count: int, most: int) -> tuple[int, ...]:
    """Which of `count` places in a row are named, `most` (2 or more) at most: all of them; or the first, the last, and
    evenly between them as many as leave one out between any two."""
    if count <= most:
        return tuple(range(count))
    most = min(most, (count + 1) // 2)
    return tuple(round(step * (count - 1) / (most - 1)) for step in range(most))


def middle(place: int, count: int) -> float:
    """How far along a plot the middle of one of `count` columns is, in percent."""
    return _rounded(WHOLE * (place + 0.5) / max(1, count))


def _steps() -> Iterable[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _rounded(value: float) -> float:
    return round(value, PLACES)


def _plain(value: float) -> str:
    return f"{_rounded(value):g}"
