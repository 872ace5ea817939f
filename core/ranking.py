"""Ordering by score: unit rows, the k best with stable ties, the score that people see. Pure functions of arrays."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]


def unit(matrix: Floats) -> Floats:
    """Rows of length 1, float32, same shape; a zero row stays zero."""
    norms = np.linalg.norm(matrix, axis=-1, keepdims=True)
    rows: Floats = (matrix / np.where(norms > 0, norms, 1)).astype(np.float32)
    return rows


def top_k(scores: Floats, k: int) -> Places:
    """The places of the k largest of `scores` (n,), best first; of equal scores the earlier place first.

    Fewer than k scores: all of them. NaN counts as the least. Takes O(n + k log k).
    """
    scores = np.where(np.isnan(scores), -np.inf, scores) if np.isnan(scores.min(initial=0)) else scores
    if k >= len(scores):
        return np.argsort(-scores, kind="stable")
    if k <= 0:
        return np.empty(0, np.intp)
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    above = np.flatnonzero(scores > least)
    tied = np.flatnonzero(scores == least)[: k - len(above)]
    chosen = np.concatenate([above, tied])
    return chosen[np.argsort(-scores[chosen], kind="stable")]


def rank_of(scores: Floats, place: int) -> int:
    """The rank, from 1, that `top_k` gives to a place: larger scores before it, and equal ones at earlier places."""
    own = scores[place]
    return int(np.count_nonzero(scores > own) + np.count_nonzero(scores[:place] == own)) + 1


def displayed(scores: Floats, extra: float, power: float) -> Floats:
    """The score that people see, in [0, 1]: ((c + 1) / 2)^power, where c is score ÷ (1 + extra) clipped to [-1, 1].

    `extra` is the sum of the weights beside the dense one. The order of scores stays as it is.
    """
    cosines = np.clip(scores / np.float32(1 + extra), -1, 1)
    shown: Floats = (((cosines + 1) / 2) ** np.float32(power)).astype(np.float32)
    return shown
