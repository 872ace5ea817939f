"""Days put together to periods that a chart can show: each follows the one before, none is left out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

MOST = 48  # periods, more or less, before a longer unit is taken; years may be more


class Unit(StrEnum):
    """How long a period is. Weeks begin on Mondays."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_LONGEST: dict[Unit, int] = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}  # days


@dataclass(frozen=True, slots=True)
class Period:
    """One of a row of periods: its first day, what was counted in it, and up to its end from the beginning of all."""

    unit: Unit
    first: date
    count: int
    total: int

    @property
    def label(self) -> str:
        """`2026-11-23` (of a week, its Monday), `2026-11` or `2026`."""
        return self.first.isoformat()[: {Unit.MONTH: 7, Unit.YEAR: 4}.get(self.unit, 10)]


def periods(days: Mapping[date, int], last: date | None = None) -> tuple[Period, ...]:
    """Counts by day as periods from the first day to the last one (`last` where that is later), empty ones too.

    The unit is the shortest of which about `MOST` are enough. No days: no periods.
    """
    if not days:
        return ()
    first, last = min(days), max([*days, *([last] if last else [])])
    unit = next((unit for unit in Unit if (last - first).days < MOST * _LONGEST[unit]), Unit.YEAR)
    counts = dict.fromkeys(_row(unit, first, last), 0)
    for day, count in days.items():
        counts[begin(unit, day)] += count
    return tuple(
        Period(unit, start, count, total)
        for (start, count), total in zip(counts.items(), accumulate(counts.values()), strict=True)
    )


def begin(unit: Unit, day: date) -> date:
    """The first day of the period that a day lies in."""
    match unit:
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def _row(unit: Unit, first: date, last: date) -> list[date]:
    """The beginnings of all periods from the one with the first day to the one with the last."""
    found, end = [begin(unit, first)], begin(unit, last)
    while found[-1] < end:
        found.append(begin(unit, found[-1] + timedelta(days=_LONGEST[unit])))
    return found
