"""The build check: does a run find what it must, before it is put in force? Pure functions of vectors.

Limits are those of `docs/ranking.md`: a raw mean-pooled transformer fails them, every encoder that was worth serving
passed. Below 100 targets the figures are reported and nothing fails.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NEAREST = 10
ENOUGH = 100
MOST_SKEW, MOST_NEVER, MOST_ZERO, LEAST_RECALL = 5.0, 0.20, 0.01, 0.80
BLOCK = 256


@dataclass(frozen=True, slots=True)
class Check:
    """The figures of one source, or of the Key Events as queries.

    `skew` is that of the k-occurrence (how often each target is among the nearest 10 of a query), `never` the share of
    targets that are in no such list, `zero` the share of zero rows, `recall` the share of targets with a text whose
    title finds that text among the nearest 10 (None below 100 such targets).
    """

    targets: int
    skew: float
    never: float
    zero: float
    recall: float | None = None

    def data(self) -> dict[str, float]:
        """The figures that there are, as JSON has them."""
        return {name: round(float(value), 4) for name, value in asdict(self).items() if value is not None}


def checked(queries: Floats, targets: Floats, own_text: tuple[Floats, Floats] | None = None) -> Check:
    """Check unit rows `targets` (n, width) by unit rows `queries` (m, width); `own_text` are the titles and the texts,
    row by row, of the targets that have one."""
    nearest = _nearest(queries, targets)
    found = np.bincount(nearest.ravel(), minlength=len(targets)).astype(np.float64)
    return Check(
        targets=len(targets),
        skew=_skew(found),
        never=float((found == 0).mean()) if len(targets) else 0.0,
        zero=float((~targets.any(axis=1)).mean()) if len(targets) else 0.0,
        recall=_recall(*own_text) if own_text and len(own_text[0]) >= ENOUGH else None,
    )


def faults(checks: Mapping[str, Check], *, trained: bool) -> list[str]:
    """A sentence for each figure outside its limit. `trained`: the encoder has learnt from the pairs of title and text,
    so that finding these again proves nothing."""
    found = []
    for name, check in checks.items():
        limits = [
            ("skew of the k-occurrence", check.skew, check.skew <= MOST_SKEW, f"at most {MOST_SKEW}"),
            ("share never retrieved", check.never, check.never <= MOST_NEVER, f"at most {MOST_NEVER}"),
            ("share of zero rows", check.zero, check.zero <= MOST_ZERO, f"at most {MOST_ZERO}"),
        ]
        if check.recall is not None and not trained:
            limits.append(
                ("title to own text R@10", check.recall, check.recall >= LEAST_RECALL, f"at least {LEAST_RECALL}")
            )
        if check.targets >= ENOUGH:
            found += [
                f"{name}: {what} is {value:.3f}, {limit} allowed" for what, value, fine, limit in limits if not fine
            ]
    return found


def told(name: str, check: Check) -> str:
    """One line for people."""
    recall = f"{check.recall:.3f}" if check.recall is not None else "-"
    return (
        f"{name:14} {check.targets:7,} targets   title to own text R@10 {recall:>5}"
        f"   k-occurrence skew {check.skew:5.2f}   never retrieved {check.never:6.1%}   zero rows {check.zero:6.2%}"
    )


def _nearest(queries: Floats, targets: Floats) -> npt.NDArray[np.intp]:
    """(m, min(10, n)): the places of the nearest targets of each query that is not zero, in no order."""
    queries = queries[queries.any(axis=1)]
    k = min(NEAREST, len(targets))
    rows = [  # copied, or each would keep the order of all targets in memory: gigabytes for a whole ontology
        np.argpartition(-(queries[start : start + BLOCK] @ targets.T), k - 1, axis=1)[:, :k].copy()
        for start in range(0, len(queries), BLOCK)
        if k
    ]
    return np.concatenate(rows) if rows else np.empty((0, k), np.intp)


def _skew(found: npt.NDArray[np.float64]) -> float:
    """The third standardised moment; 0 where all are equal (Radovanović et al. 2010 measure hubs by it)."""
    spread = found.std() if len(found) else 0.0
    return float((((found - found.mean()) / spread) ** 3).mean()) if spread else 0.0


def _recall(titles: Floats, texts: Floats) -> float:
    nearest = _nearest(titles, texts)
    known = np.flatnonzero(titles.any(axis=1))
    return float((nearest == known[:, None]).any(axis=1).sum() / len(titles))
