"""Repairing a transformer's vectors: out with what all texts of one field have in common, then half-whitening.

Raw mean-pooled vectors crowd together (hubs); removing the mean of each field, and scaling the principal directions by
σ^-power, spreads them. After "all-but-the-top" (Mu and Viswanath 2018) and whitening (Su et al. 2021), per field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import npz
from core.npz import Refused
from core.ranking import unit
from core.recipe import Whitening

Floats = npt.NDArray[np.float32]

SMALLEST = 1e-3
KINDS = {"fields": "U", "means": "f", "projection": "f"}


@dataclass(frozen=True, slots=True)
class Repair:
    """The mean (width,) of each field, and one projection (width, dimensions) for all."""

    means: Mapping[str, Floats]
    projection: Floats

    def __call__(self, field: str, rows: Floats) -> Floats:
        """(n, dimensions) float32 unit rows from the raw rows (n, width) of one field; a zero row stays zero.

        Raises KeyError for a field that the repair was not fitted on.
        """
        known = (rows != 0).any(axis=1, keepdims=True)
        return unit(np.where(known, (unit(rows) - self.means[field]) @ self.projection, np.float32(0)))


def fitted(fields: Mapping[str, Floats], whitening: Whitening) -> Repair:
    """The repair of raw rows by field. Directions whose σ is below a thousandth of the largest are left out, so that
    few or similar texts give fewer dimensions, never noise; the columns beyond are zero."""
    means: dict[str, Floats] = {}
    centred = []
    for name, rows in fields.items():
        spoken = unit(rows[(rows != 0).any(axis=1)])
        means[name] = spoken.mean(axis=0) if len(spoken) else np.zeros(rows.shape[1], np.float32)
        centred.append(spoken - means[name])
    together = np.concatenate(centred).astype(np.float64)
    squares, directions = np.linalg.eigh(together.T @ together / max(len(together), 1))
    order = np.argsort(-squares, kind="stable")[: whitening.dimensions]
    sigma = np.sqrt(np.maximum(squares[order], 0))
    kept = sigma > SMALLEST * sigma.max(initial=0)
    scale = np.where(kept, np.where(kept, sigma, 1) ** -whitening.power, 0)
    directions = directions[:, order] * np.where(directions[:, order].sum(axis=0) < 0, -1, 1)
    return Repair(means, (directions * scale).astype(np.float32))


def write(path: Path, repair: Repair) -> None:
    """Write a repair to an NPZ file; equal repairs give equal bytes."""
    means = np.array(list(repair.means.values()), dtype=np.float32)
    npz.write(path, {"fields": np.array(list(repair.means)), "means": means, "projection": repair.projection})


def read(path: Path) -> Repair:
    """The repair in a file. Raises Refused where it is not one."""
    arrays = npz.read(path, KINDS)
    fields, means, projection = (arrays[name] for name in KINDS)
    shapes = fields.shape, means.shape, projection.shape
    if (fields.ndim, means.ndim, projection.ndim) != (1, 2, 2) or means.shape != (len(fields), len(projection)):
        raise Refused(f"{path.name} has shapes {shapes}; expected fields, their means, and a projection of these")
    if not (np.isfinite(means).all() and np.isfinite(projection).all()):
        raise Refused(f"{path.name} holds a number that is not finite")
    return Repair(dict(zip(fields.tolist(), means.astype(np.float32), strict=True)), projection.astype(np.float32))
