"""Truncated singular value decomposition by random projection (Halko, Martinsson and Tropp 2011, algorithm 4.4)."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

OVERSAMPLE = 32
NEGLIGIBLE = 1e-12


def left_vectors(matrix: Any, rank: int, power: float, iterations: int, seed: int) -> Matrix:
    """(rows, rank) float32: the left singular vectors of a sparse matrix, each column times σ^power.

    Columns fall by σ; where the matrix has fewer than `rank` rows or columns, the missing ones are zero. The sign of
    each column is that of its largest entry made positive, so that equal input gives equal bytes.
    """
    size = min(matrix.shape)
    found, width = min(rank, size), min(rank + OVERSAMPLE, size)
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), dtype=np.float32)
    basis = _orthonormal(matrix @ start)
    for _ in range(iterations):
        basis = _orthonormal(matrix @ _orthonormal(matrix.T @ basis))
    squares, rotation = np.linalg.eigh(_gram(matrix.T @ basis))
    order = np.argsort(-squares, kind="stable")[:found]
    sigma = np.sqrt(np.maximum(squares[order], 0))
    vectors = basis @ (rotation[:, order] * sigma**power).astype(np.float32)
    top = np.abs(vectors).argmax(axis=0)
    vectors *= np.where(vectors[top, np.arange(found)] < 0, -1, 1).astype(np.float32)
    return np.pad(vectors, ((0, 0), (0, rank - found)))


def _orthonormal(columns: Matrix) -> Matrix:
    """An orthonormal basis of the columns, zero columns where there are fewer directions than columns.

    By the eigenvectors of the Gram matrix: all in matrix products, which two busy cores share well, where a QR
    decomposition of this shape took ten times as long on a machine with other work.
    """
    squares, rotation = np.linalg.eigh(_gram(columns))
    kept = squares > NEGLIGIBLE * squares.max(initial=0)
    scale = np.where(kept, 1 / np.sqrt(np.where(kept, squares, 1)), 0)
    return columns @ (rotation * scale).astype(np.float32)


def _gram(columns: Matrix) -> npt.NDArray[np.float64]:
    """Columns against columns, in double precision: their lengths differ by orders of magnitude."""
    double = columns.astype(np.float64)
    return double.T @ double
