"""Teaching word vectors what belongs together: in-batch contrastive learning on pairs of texts, in numpy.

A text is the unit mean of its rows. In each batch every left text must find its right one among all right texts, and
the other way round (softmax cross-entropy over scaled cosines: the loss that sentence-transformers calls multiple
negatives ranking, symmetric; van den Oord et al. 2018). Adam (Kingma and Ba 2015) moves only the rows that were read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Pair = tuple[Ids, Ids]


@dataclass(frozen=True, slots=True)
class Lesson:
    """How long and how fast to learn: `scale` multiplies the cosines, `rate` falls linearly to zero."""

    epochs: int
    batch: int
    scale: float
    rate: float
    seed: int


def taught(rows: Matrix, pairs: Sequence[Pair], lesson: Lesson, step: Callable[[], object]) -> Matrix:
    """A copy of `rows` (words, dimensions) float32 after the lesson on `pairs` of non-empty texts, as ids of rows.

    The seed shuffles the order of the pairs, so that equal input gives equal bytes. `step` is called once a batch.
    """
    learnt = rows.copy()
    first, second = np.zeros_like(rows), np.zeros_like(rows)
    shuffle = np.random.default_rng(lesson.seed)
    batches = [
        order[start : start + lesson.batch]
        for order in (shuffle.permutation(len(pairs)) for _ in range(lesson.epochs))
        for start in range(0, len(pairs), lesson.batch)
    ]
    for number, batch in enumerate(batches, start=1):
        read, slope = gradient(learnt, [pairs[index] for index in batch], lesson.scale)
        first[read] += 0.1 * (slope - first[read])
        second[read] += 0.001 * (slope**2 - second[read])
        rate = lesson.rate * (1 - (number - 1) / len(batches)) * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
        learnt[read] -= np.float32(rate) * first[read] / (np.sqrt(second[read]) + np.float32(1e-8))
        step()
    return learnt


def batches(pairs: int, lesson: Lesson) -> int:
    """How many steps a lesson on that many pairs takes."""
    return lesson.epochs * -(-pairs // lesson.batch)


def gradient(rows: Matrix, pairs: Sequence[Pair], scale: float) -> tuple[Ids, Matrix]:
    """The rows that the pairs read, rising, and the gradient of the loss for each of them."""
    read = np.unique(np.concatenate([ids for pair in pairs for ids in pair]))
    left, right = (_bags([pair[side] for pair in pairs], read) for side in (0, 1))
    table = rows[read]
    a, size_a = _unit(left @ table)
    b, size_b = _unit(right @ table)
    cosines: Matrix = np.float32(scale) * (a @ b.T)
    wrong: Matrix = _softmax(cosines) + _softmax(cosines.T).T
    wrong[np.diag_indices(len(pairs))] -= 2
    wrong *= np.float32(scale / (2 * len(pairs)))
    return read, left.T @ _through(wrong @ b, a, size_a) + right.T @ _through(wrong.T @ a, b, size_b)


def _bags(texts: Sequence[Ids], read: Ids) -> Any:
    """(texts, read) CSR float32 whose product with rows is the mean row of each text."""
    lengths = np.array([len(ids) for ids in texts])
    columns = np.searchsorted(read, np.concatenate(texts))
    weights = np.repeat(1 / lengths, lengths).astype(np.float32)
    owners = np.repeat(np.arange(len(texts)), lengths)
    return sparse.csr_matrix((weights, (owners, columns)), shape=(len(texts), len(read)), dtype=np.float32)


def _unit(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """Unit rows, and their lengths before as a column, never zero."""
    size: Matrix = np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.float32(1e-12))
    return matrix / size, size


def _through(gradient: Matrix, unit: Matrix, size: Matrix) -> Matrix:
    """The gradient before normalisation: what is along the row falls away, the rest shrinks by its length."""
    before: Matrix = (gradient - unit * (gradient * unit).sum(axis=1, keepdims=True)) / size
    return before


def _softmax(matrix: Matrix) -> Matrix:
    """Softmax over each row."""
    powers: Matrix = np.exp(matrix - matrix.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares
