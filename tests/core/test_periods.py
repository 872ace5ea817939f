"""Days as periods: nothing counted twice or lost, no hole in the row, a unit that the eye can take in."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import MOST, Unit, begin, periods

DAYS = st.dictionaries(st.dates(date(1996, 1, 1), date(2090, 1, 1)), st.integers(1, 500), max_size=40)


@given(DAYS, st.one_of(st.none(), st.dates(date(1996, 1, 1), date(2090, 1, 1))))
def test_every_day_is_counted_once_in_a_row_without_holes(days: dict[date, int], last: date | None) -> None:
    row = periods(days, last)
    assert sum(period.count for period in row) == sum(days.values())
    assert [period.total for period in row] == [sum(each.count for each in row[:at]) for at in range(1, len(row) + 1)]
    assert bool(row) == bool(days)
    if row:
        unit, end = row[0].unit, max([*days, *([last] if last else [])])
        assert row[0].first == begin(unit, min(days))
        assert row[-1].first == begin(unit, end)
        for earlier, later in pairwise(row):
            assert begin(unit, later.first - timedelta(days=1)) == earlier.first
        assert unit is Unit.YEAR or len(row) <= MOST + MOST // 10 + 2


@pytest.mark.parametrize(
    ("first", "last", "unit", "label"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), Unit.DAY, "2026-11-23"),
        (date(2026, 11, 25), date(2027, 2, 1), Unit.WEEK, "2026-11-23"),
        (date(2026, 11, 25), date(2028, 2, 1), Unit.MONTH, "2026-11"),
        (date(2016, 11, 25), date(2036, 2, 1), Unit.YEAR, "2016"),
        (date(1, 1, 1), date(9999, 12, 31), Unit.YEAR, "0001"),
    ],
)
def test_the_longer_the_time_the_longer_the_unit(first: date, last: date, unit: Unit, label: str) -> None:
    row = periods({first: 1, last: 1})
    assert (row[0].unit, row[0].label) == (unit, label)
