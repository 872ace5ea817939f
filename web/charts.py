"""Charts as values: rows of bars and rows of periods, with every number and every word that a template draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import chart
from core.chart import Bar, Column, Tick
from core.periods import Period

MOST_NAMED = 3  # periods that fit below a plot of 320 px
NEAR = 12.0  # percent from an end of the plot: a name in the middle of so narrow a column would leave it


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row: `kind` names its colour, `word` what is counted."""

    kind: str
    word: str
    count: int
    bar: Bar


@dataclass(frozen=True, slots=True)
class Row:
    """One bar of one or more parts. `label` stands at its beginning, `said` at its end."""

    label: str
    said: str
    parts: tuple[Part, ...]

    @property
    def told(self) -> str:
        """The row for those who cannot see it: `Molecular: 60 approved, 12 proposed`, or `within a day: 9`."""
        parts = (f"{part.count:,}{'' if part.word == self.label else f' {part.word}'}" for part in self.parts)
        return f"{self.label}: {', '.join(parts)}"


def row(label: str, said: str, counts: Mapping[str, int], most: int) -> Row:
    """A row with a part for each word, on a scale from zero to `most`."""
    bars = chart.stack(list(counts.values()), most)
    return Row(
        label,
        said,
        tuple(
            Part(word.replace(" ", "-"), word, count, bar)
            for (word, count), bar in zip(counts.items(), bars, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A period whose name stands below the plot, and where: `anchor` as SVG has it. The outer ones begin and end with
    the plot, so that none leaves it."""

    label: str
    at: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Time:
    """Counts over time: a column a period, or a line from total to total. The axis ends at the last tick."""

    periods: tuple[Period, ...]
    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    line: str
    area: str
    named: tuple[Named, ...]

    @property
    def busiest(self) -> Period:
        """The period with the highest count, the first of equals."""
        return max(self.periods, key=lambda period: period.count)


def columns(periods: Sequence[Period]) -> Time:
    """A column for what was counted in each period."""
    return _time(periods, [period.count for period in periods])


def steps(periods: Sequence[Period]) -> Time:
    """A line through the total at the end of each period."""
    return _time(periods, [period.total for period in periods])


def _time(periods: Sequence[Period], values: Sequence[int]) -> Time:
    ticks = chart.scale(max(values, default=0))
    top = ticks[-1].number
    places = chart.spread(len(periods), MOST_NAMED)
    return Time(
        tuple(periods),
        ticks,
        chart.columns(values, top),
        *chart.staircase(values, top),
        tuple(_named(periods, place) for place in places),
    )


def _named(periods: Sequence[Period], place: int) -> Named:
    at = chart.middle(place, len(periods))
    if at < NEAR:
        return Named(periods[place].label, 0, "start")
    if at > chart.WHOLE - NEAR:
        return Named(periods[place].label, chart.WHOLE, "end")
    return Named(periods[place].label, at, "middle")
