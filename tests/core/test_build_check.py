"""The build check: good vectors pass, hubs and silence do not."""

import tracemalloc

import numpy as np

from core.build_check import Check, checked, faults, told
from core.ranking import unit

RNG = np.random.default_rng(3)


def spread(rows: int, width: int = 32) -> np.ndarray:
    return unit(RNG.standard_normal((rows, width)).astype(np.float32))


def test_spread_vectors_pass() -> None:
    targets = spread(300)
    check = checked(targets, targets, (targets, unit(targets + 0.1 * spread(300))))
    assert check.recall == 1 and check.never == 0 and check.zero == 0
    assert faults({"a": check}, trained=False) == []


def test_a_hub_fails() -> None:
    """One target in the middle of a crowd is near to every query, as with raw mean-pooled vectors."""
    centre = np.ones(32, np.float32)
    targets = unit(np.vstack([centre, 10 * spread(299) + 0.2 * centre]).astype(np.float32))
    queries = unit(spread(300) + 3 * centre)
    found = faults({"a": checked(queries, targets)}, trained=False)
    assert any("never retrieved" in fault for fault in found) and any("skew" in fault for fault in found)


def test_zero_rows_fail() -> None:
    targets = spread(200)
    targets[:10] = 0
    assert faults({"a": checked(targets, targets)}, trained=True) == [
        "a: share of zero rows is 0.050, at most 0.01 allowed"
    ]


def test_a_text_that_its_title_does_not_find_fails_unless_the_encoder_learnt_the_pairs() -> None:
    targets = spread(200)
    check = checked(targets, targets, (targets, spread(200)))
    assert check.recall is not None and check.recall < 0.2
    assert "R@10" in faults({"a": check}, trained=False)[0]
    assert faults({"a": check}, trained=True) == []


def test_below_a_hundred_targets_nothing_fails() -> None:
    check = checked(spread(5), np.zeros((99, 32), np.float32))
    assert check.zero == 1 and faults({"a": check}, trained=False) == []


def test_nothing_at_all_is_reported_too() -> None:
    check = checked(np.zeros((0, 4), np.float32), np.zeros((0, 4), np.float32))
    assert check == Check(0, 0, 0, 0) and "0 targets" in told("a", check)


def test_figures_are_kept_as_numbers() -> None:
    assert Check(3, 1.23456, 0, 0).data() == {"targets": 3, "skew": 1.2346, "never": 0, "zero": 0}


def test_a_whole_ontology_fits_into_a_small_machine() -> None:
    """What is kept of a block is its nearest alone: all else would be 4,000 × 4,000 numbers, 128 MB."""
    targets = spread(4_000, 8)
    tracemalloc.start()
    checked(targets, targets)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 10**6
