"""Vector files: what one run knows of the things of one kind, checked before it is believed.

A file holds `ids` (Unicode), `matrix` (float32, unit rows, zero rows left zero), three bags of each thing, for Key
Events their `neighbours` as well, and `run`, a JSON text that says what made it, with a checksum of all the rest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core import npz
from core.bags import Bags
from core.npz import Refused

Floats = npt.NDArray[np.float32]

BAGS = ("characters", "genes", "expected")
PARTS = {"starts": np.int64, "features": np.uint32, "counts": np.float32}
NEIGHBOURS = "neighbours"
KINDS = {"ids": "U", "matrix": "f", NEIGHBOURS: "f"} | {
    f"{bag}_{part}": np.dtype(kind).kind for bag in BAGS for part, kind in PARTS.items()
}
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """n things of one run: `ids` (n,), `matrix` (n, width), and three bags each, all in one order.

    `characters` are the n-grams of the title, `genes` the gene set, `expected` the genes that a Key Event's best
    targets have (empty for targets). `run` is what made them: name, model, revision, recipe, text hash, counts.
    `neighbours` (n, width) are unit rows for what stands beside each thing; None where nothing does.
    """

    ids: npt.NDArray[np.str_]
    matrix: Floats
    characters: Bags
    genes: Bags
    expected: Bags
    run: Mapping[str, object]
    neighbours: Floats | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[np.intp]) -> "Vectors":
        """Some of the things, in the order of `rows`, read-only as the whole is."""
        bags = [bags.take(rows) for bags in (self.characters, self.genes, self.expected)]
        around = None if self.neighbours is None else _frozen(self.neighbours[rows])
        return Vectors(self.ids[rows], _frozen(self.matrix[rows]), bags[0], bags[1], bags[2], self.run, around)


def write(path: Path, vectors: Vectors) -> None:
    """Write the file; equal vectors give equal bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {"ids": vectors.ids, "matrix": vectors.matrix}
    for name, bags in zip(BAGS, (vectors.characters, vectors.genes, vectors.expected), strict=True):
        arrays |= {f"{name}_starts": bags.starts, f"{name}_features": bags.features, f"{name}_counts": bags.counts}
    if vectors.neighbours is not None:
        arrays[NEIGHBOURS] = vectors.neighbours
    run = json.dumps({**vectors.run, "sha256": npz.checksum(arrays)}, sort_keys=True)
    npz.write(path, {**arrays, "run": np.array(run)})


def read(path: Path) -> Vectors:
    """Read and check a file. The arrays are read-only.

    Raises Refused, with the reason, for a file that is missing, broken, too large, pickled, or not as `write` makes it:
    names, types and shapes of the arrays, an id twice, a row whose length is not 1 or 0, the checksum.
    """
    arrays = npz.read(path, {**KINDS, "run": "U"}, optional=frozenset({NEIGHBOURS}))
    run = _metadata(arrays.pop("run"), path.name)
    found = npz.checksum(arrays)
    if run.get("sha256") != found:
        raise Refused(f"{path.name} has checksum {found[:12]}…, expected {str(run.get('sha256'))[:12]}…")
    ids, matrix, around = arrays["ids"], arrays["matrix"], arrays.get(NEIGHBOURS)
    _check_rows(ids, matrix, path.name)
    if around is not None:
        _check_rows(ids, around, path.name)
        if around.shape != matrix.shape:
            raise Refused(f"{path.name} has neighbours {around.shape}; expected {matrix.shape}")
    bags = [_bags(arrays, bag, path.name, len(ids)) for bag in BAGS]
    return Vectors(ids, matrix, bags[0], bags[1], bags[2], run, around)


def _frozen(rows: Floats) -> Floats:
    rows.flags.writeable = False
    return rows


def _metadata(array: npt.NDArray[Any], file: str) -> dict[str, object]:
    try:
        run = json.loads(str(array[()]))
    except ValueError as error:
        raise Refused(f"{file} does not say which run made it: {error}") from error
    if not isinstance(run, dict):
        raise Refused(f"{file} does not say which run made it")
    return run


def _check_rows(ids: npt.NDArray[Any], matrix: npt.NDArray[Any], file: str) -> None:
    if ids.ndim != 1 or matrix.ndim != 2 or len(ids) != len(matrix) or matrix.dtype != np.float32:
        raise Refused(f"{file} has ids {ids.shape} and a {matrix.dtype} matrix {matrix.shape}; expected float32 rows")
    unique, counts = np.unique(ids, return_counts=True)
    if len(unique) < len(ids):
        raise Refused(f"{file} has {unique[counts.argmax()]} {counts.max()} times; each id must be there once")
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    wrong = ~((np.abs(norms - 1) < TOLERANCE) | (norms == 0))  # NaN is neither
    if wrong.any():
        first = int(wrong.argmax())
        raise Refused(f"{file}: {wrong.sum()} rows are not of length 1 or 0, first {ids[first]} with {norms[first]}")


def _bags(arrays: Mapping[str, npt.NDArray[Any]], bag: str, file: str, size: int) -> Bags:
    starts, features, counts = (arrays[f"{bag}_{part}"] for part in PARTS)
    types = {part: arrays[f"{bag}_{part}"].dtype for part in PARTS}
    if any(types[part] != np.dtype(kind) for part, kind in PARTS.items()):
        raise Refused(f"{file}: {bag} has types {types}; expected {PARTS}")
    if starts.shape != (size + 1,) or features.ndim != 1 or features.shape != counts.shape:
        raise Refused(f"{file}: {bag} has shapes {starts.shape}, {features.shape}, {counts.shape} for {size} things")
    if starts[0] != 0 or starts[-1] != len(features) or (np.diff(starts) < 0).any():
        raise Refused(f"{file}: {bag} does not begin and end where its things do")
    if not (np.isfinite(counts).all() and (counts > 0).all()):
        raise Refused(f"{file}: {bag} counts something that is not above zero")
    return Bags(starts, features, counts)
