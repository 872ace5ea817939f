"""Charts: bars that tell the truth about their numbers, axes from zero, lines that end where they should."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import chart

COUNTS = st.lists(st.integers(0, 10_000_000), max_size=12)
NEAR = 0.01  # percent of the plot


@given(COUNTS, st.integers(0, 1000))
def test_bars_lie_side_by_side_from_zero_each_as_long_as_its_count(parts: list[int], rest: int) -> None:
    whole = sum(parts) + rest
    bars = chart.stack(parts, whole)
    assert len(bars) == len(parts)
    end = 0.0
    for bar, part in zip(bars, parts, strict=True):
        assert bar.x == pytest.approx(end, abs=1e-6)
        assert bar.width >= 0
        assert bar.width == pytest.approx(100 * part / whole if whole else 0, abs=NEAR)
        end = bar.x + bar.width
    assert end <= 100 + 1e-6


@given(st.integers(0, 10**12), st.integers(1, 12))
def test_an_axis_begins_at_zero_and_ends_with_a_round_number_that_is_enough(most: int, steps: int) -> None:
    ticks = chart.scale(most, steps)
    numbers = [tick.number for tick in ticks]
    step = numbers[1]
    assert (numbers[0], ticks[0].at, ticks[-1].at) == (0, 0, 100)
    assert numbers == [step * place for place in range(len(numbers))]
    assert re.fullmatch("[125]0*", str(step))
    assert numbers[-2] < max(1, most) <= numbers[-1]
    assert len(numbers) <= steps + 1


@pytest.mark.parametrize(
    ("most", "numbers"),
    [(0, [0, 1]), (1, [0, 1]), (7, [0, 2, 4, 6, 8]), (141, [0, 50, 100, 150]), (400, [0, 100, 200, 300, 400])],
)
def test_an_axis_as_people_would_draw_it(most: int, numbers: list[int]) -> None:
    assert [tick.number for tick in chart.scale(most)] == numbers


@given(COUNTS)
def test_columns_stand_on_the_ground_inside_of_the_plot_and_apart(values: list[int]) -> None:
    top = chart.scale(max(values, default=0))[-1].number
    drawn = chart.columns(values, top)
    assert len(drawn) == len(values)
    before = -1.0
    for column, value in zip(drawn, values, strict=True):
        assert column.y + column.height == pytest.approx(100)
        assert column.height == pytest.approx(100 * value / top, abs=NEAR)
        assert before < column.x
        before = column.x + column.width
        assert before <= 100
        assert column.width <= chart.WIDEST


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_a_line_passes_through_every_value_and_its_area_closes(values: list[int]) -> None:
    top = chart.scale(max(values))[-1].number
    line, area = chart.staircase(values, top)
    heights = [float(height) for height in re.findall(r"V([\d.e-]+)H", line)]
    assert heights == [pytest.approx(100 - 100 * value / top, abs=NEAR) for value in values]
    along = [float(place) for place in re.findall(r"H([\d.e-]+)", line)]
    assert along == sorted(along)
    assert along[-1] == 100
    assert area.startswith("M0 100V") and area.endswith("V100Z")


def test_without_values_there_is_nothing_to_draw() -> None:
    assert chart.stack([], 0) == chart.columns([], 1) == ()
    assert chart.staircase([], 1) == ("", "")
    assert chart.share(0, 0) == 0


@given(st.integers(1, 500), st.integers(2, 9))
def test_names_along_an_axis_are_few_and_evenly_spaced_from_first_to_last(count: int, most: int) -> None:
    named = chart.spread(count, most)
    assert (named[0], named[-1]) == (0, count - 1)
    assert len(named) <= min(count, most)
    gaps = {later - earlier for earlier, later in pairwise(named)}
    assert count <= most or min(gaps) >= 2
    assert max(gaps, default=1) - min(gaps, default=1) <= 1
    assert all(0 < chart.middle(place, count) < 100 for place in named)
