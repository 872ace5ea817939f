"""Truncated singular value decomposition by random projection (Halko, Martinsson and Tropp 2011, algorithm 4.4)."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

OVERSAMPLE = 32


def left_vectors(matrix: Any, rank: int, power: float, iterations: int, seed: int) -> Matrix:
    """(rows, rank) float32: the left singular vectors of a square sparse matrix, each column times σ^power.

    Columns fall by σ; where the matrix has fewer rows than `rank`, the missing columns are zero. The sign of each
    column is that of its largest entry made positive, so that equal input gives equal bytes.
    """
    size = matrix.shape[0]
    found, width = min(rank, size), min(rank + OVERSAMPLE, size)
    start = np.random.default_rng(seed).standard_normal((size, width), dtype=np.float32)
    basis, _ = np.linalg.qr(matrix @ start)
    for _ in range(iterations):
        basis, _ = np.linalg.qr(matrix @ (matrix.T @ basis))
    projected = matrix.T @ basis
    squares, rotation = np.linalg.eigh((projected.T @ projected).astype(np.float64))
    order = np.argsort(-squares, kind="stable")[:found]
    sigma = np.sqrt(np.maximum(squares[order], 0))
    vectors = basis @ (rotation[:, order] * sigma**power).astype(np.float32)
    top = np.abs(vectors).argmax(axis=0)
    vectors *= np.where(vectors[top, np.arange(found)] < 0, -1, 1).astype(np.float32)
    return np.pad(vectors, ((0, 0), (0, rank - found)))
