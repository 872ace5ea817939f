"""Order by score: the best first, ties as they stand, whatever the numbers are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.ranking import displayed, rank_of, top_k, unit

SCORES = arrays(np.float32, st.integers(0, 60), elements=st.sampled_from([-1, 0, 0.25, 0.5, 0.5000001, 1, np.nan]))


@given(SCORES, st.integers(0, 70))
def test_the_best_are_those_of_a_stable_sort(scores: np.ndarray, k: int) -> None:
    known = np.where(np.isnan(scores), -np.inf, scores)
    assert top_k(scores, k).tolist() == np.argsort(-known, kind="stable")[:k].tolist()


@given(SCORES.filter(lambda scores: len(scores) > 0 and not np.isnan(scores).any()))
def test_a_rank_is_the_place_in_that_order(scores: np.ndarray) -> None:
    order = top_k(scores, len(scores)).tolist()
    assert [rank_of(scores, place) for place in order] == list(range(1, len(scores) + 1))


def test_unit_rows_have_length_one_and_zero_stays_zero() -> None:
    rows = unit(np.array([[3, 4], [0, 0], [1e-20, 0]], dtype=np.float32))
    assert rows.dtype == np.float32
    assert np.allclose(rows, [[0.6, 0.8], [0, 0], [1, 0]])


@given(arrays(np.float32, 20, elements=st.floats(-3, 3, width=32)), st.sampled_from([1.0, 4.0]))
def test_the_score_that_people_see_lies_between_0_and_1_and_keeps_the_order(scores: np.ndarray, power: float) -> None:
    seen = displayed(np.sort(scores), 0.5, power)
    assert seen.min() >= 0 and seen.max() <= 1
    assert (np.diff(seen) >= 0).all()
