"""What stands near what: distance-weighted co-occurrence, and positive pointwise mutual information of it.

Formulas: window and weights as in HAL and GloVe (Pennington et al. 2014), context distribution smoothing and PPMI as in
Levy, Goldberg and Dagan (2015).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ids = npt.NDArray[np.int64]


def near(documents: Sequence[Ids], size: int, window: int) -> Any:
    """Symmetric (size, size) CSR float64: for each two tokens of one document at distance d ≤ window, 1/√d."""
    flat = np.concatenate([np.empty(0, np.int64), *documents])
    owner = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    total = sparse.csr_matrix((size, size))
    for distance in range(1, window + 1):
        same = owner[distance:] == owner[:-distance]
        left, right = flat[:-distance][same], flat[distance:][same]
        weight = np.full(len(left), 1 / np.sqrt(distance))
        total = total + sparse.coo_matrix((weight, (left, right)), shape=(size, size)).tocsr()
    return (total + total.T).tocsr()


def ppmi(cooccurrence: Any, smoothing: float, shift: float = 0.0) -> Any:
    """(size, size) CSR float32: max(0, log(p(w, c) / (p(w) p(c)^smoothing)) − shift), zeros not stored."""
    matrix = cooccurrence.tocoo()
    rows = np.asarray(cooccurrence.sum(axis=1)).ravel()
    context = rows**smoothing
    total, total_context = rows.sum(), context.sum()
    joint = matrix.data / total
    value = np.log(joint / ((rows[matrix.row] / total) * (context[matrix.col] / total_context))) - shift
    kept = value > 0
    return sparse.csr_matrix(
        (value[kept].astype(np.float32), (matrix.row[kept], matrix.col[kept])), shape=cooccurrence.shape
    )
