"""An AOP drawn: nothing overlaps, every arrow is there, and circles are no trouble."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chain import HEIGHT, WIDTH, Arrow, Drawing, draw


def layers(drawing: Drawing) -> list[set[int]]:
    """The events row by row."""
    rows = sorted({spot.y for spot in drawing.spots})
    return [{spot.key_event for spot in drawing.spots if spot.y == y} for y in rows]


def test_a_chain_runs_from_top_to_bottom() -> None:
    drawing = draw({3: 2, 1: 0, 2: 1}, [(1, 2), (2, 3)])
    assert layers(drawing) == [{1}, {2}, {3}]
    assert [spot.key_event for spot in drawing.spots] == [1, 2, 3]
    assert drawing.width == WIDTH + 24
    first, second = drawing.lines
    assert (first.upstream, first.downstream, first.both) == (1, 2, False)
    assert first.path.startswith(f"M{drawing.spots[0].x + WIDTH // 2} {drawing.spots[0].y + HEIGHT}C")


def test_what_starts_late_stands_above_what_it_leads_to() -> None:
    assert layers(draw({1: 0, 2: 0, 3: 0, 9: 0}, [(1, 2), (2, 3), (9, 3)])) == [{1}, {2, 9}, {3}]


def test_an_arrow_over_a_layer_passes_beside_what_stands_there() -> None:
    drawing = draw({1: 0, 2: 0, 3: 0}, [(1, 2), (2, 3), (1, 3)])
    (over,) = [line for line in drawing.lines if (line.upstream, line.downstream) == (1, 3)]
    (beside,) = [spot for spot in drawing.spots if spot.key_event == 2]
    assert len(over.points) == 4
    assert all(not beside.x <= x <= beside.x + WIDTH for x, y in over.points[1:3])


def test_two_that_lead_to_each_other_share_a_line() -> None:
    (line,) = draw({1: 0, 2: 0}, [(1, 2), (2, 1)]).lines
    assert (line.upstream, line.downstream, line.both) == (1, 2, True)


def test_a_circle_is_drawn_with_an_arrow_back_up() -> None:
    drawing = draw({1: 0, 2: 0, 3: 0}, [(1, 2), (2, 3), (3, 1)])
    assert layers(drawing) == [{1}, {2}, {3}]
    (back,) = [line for line in drawing.lines if line.upstream == 3]
    assert back.downstream == 1
    assert back.points[0][1] > back.points[-1][1]


def test_without_arrows_events_stand_by_their_level() -> None:
    assert layers(draw({1: 5, 2: 0, 3: 5, 4: 2}, [])) == [{2}, {4}, {1, 3}]
    assert layers(draw({1: 0, 2: 1, 7: 0}, [(1, 2)])) == [{1}, {2}, {7}]


def test_a_broad_layer_goes_over_several_rows() -> None:
    assert list(map(len, layers(draw(dict.fromkeys(range(1, 11), 0), [])))) == [4, 4, 2]


@pytest.mark.parametrize("arrow", [(1, 1), (1, 9), (9, 1)])
def test_an_arrow_to_nowhere_is_left_out(arrow: Arrow) -> None:
    assert draw({1: 0, 2: 1}, [arrow]).lines == ()


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw({}, []).spots == ()


ids = st.integers(1, 14)
aops = st.tuples(st.dictionaries(ids, st.integers(0, 6), max_size=14), st.sets(st.tuples(ids, ids), max_size=24))


@settings(deadline=None)
@given(aops)
def test_any_aop_is_drawn_whole(aop: tuple[dict[int, int], set[Arrow]]) -> None:
    events, arrows = aop
    drawing = draw(events, arrows)
    assert drawing == draw(dict(reversed(events.items())), sorted(arrows, reverse=True)), "it depends on the order"
    at = {spot.key_event: spot for spot in drawing.spots}
    assert at.keys() == events.keys()
    for one, other in combinations(drawing.spots, 2):
        assert (
            one.x + WIDTH < other.x or other.x + WIDTH < one.x or one.y + HEIGHT < other.y or other.y + HEIGHT < one.y
        )
    drawn = {(line.upstream, line.downstream) for line in drawing.lines}
    drawn |= {(line.downstream, line.upstream) for line in drawing.lines if line.both}
    assert drawn == {arrow for arrow in arrows if arrow[0] != arrow[1] and set(arrow) <= events.keys()}
    for line in drawing.lines:
        first, last = at[line.upstream], at[line.downstream]
        assert (line.points[0][0], line.points[-1][0]) == (first.x + WIDTH // 2, last.x + WIDTH // 2)
        heights = [y for _, y in line.points]
        assert all(one <= other for one, other in pairwise(heights)) or all(
            one >= other for one, other in pairwise(heights)
        )
    assert all(spot.x >= 0 and spot.x + WIDTH <= drawing.width for spot in drawing.spots)
    assert all(spot.y >= 0 and spot.y + HEIGHT <= drawing.height for spot in drawing.spots)
