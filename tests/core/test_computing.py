"""From a catalogue to vectors: what is weighed, who is whose neighbour."""

import numpy as np
import pytest

from core.computing import composed, neighbours
from core.ranking import unit
from core.texts import Field

ROWS = unit(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], np.float32))


def test_a_short_aop_says_more_than_a_long_one() -> None:
    around = neighbours([[1, 2], [1], [2], [2]], ROWS)
    assert np.allclose(around[0], unit(ROWS[1] + (ROWS[2] + ROWS[3]) / 2), atol=1e-6)
    assert np.allclose(around[1], ROWS[0], atol=1e-6), "one's own row is not among one's neighbours'"


def test_what_two_share_twice_counts_twice() -> None:
    around = neighbours([[1, 2, 3], [1, 2], [3], []], ROWS)
    assert np.allclose(around[0], unit(2 * ROWS[1] + ROWS[2]), atol=1e-6)


def test_who_shares_no_aop_has_no_neighbours() -> None:
    assert not neighbours([[1], [2], [], []], ROWS).any()
    assert neighbours([[], [], [], []], ROWS).shape == ROWS.shape and neighbours([], ROWS[:0]).shape == (0, 3)


def test_a_field_that_is_empty_does_not_count() -> None:
    known = {"heart": ROWS[0], "muscle": ROWS[1], "…": np.zeros(3, np.float32)}
    fields = [
        Field("title", 0.6, [("heart",), ("heart",), ("…",)]),
        Field("synonyms", 0.4, [("muscle", "muscle"), (), ()]),
        Field("none", 0.0, [("?",), ("?",), ("?",)]),
    ]
    found = composed(fields, lambda name, texts: np.array([known[text] for text in texts]), 3)
    assert np.allclose(found[0], unit(0.6 * ROWS[0] + 0.4 * ROWS[1]), atol=1e-6)
    assert found[1].tolist() == pytest.approx(ROWS[0].tolist()) and not found[2].any()
