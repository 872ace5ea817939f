"""Encoding many texts in batches that survive an interruption: what was encoded once is read back, not made again."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.encoder import Encoder
from core.recipe import fingerprint

Floats = npt.NDArray[np.float32]

BATCH = 256


def count(texts: Sequence[str]) -> int:
    """How many batches the texts make."""
    return -(-len(texts) // BATCH)


def encoded(encoder: Encoder, texts: Sequence[str], kept: Path, step: Callable[[], object]) -> Floats:
    """(n, width) float32: the vectors of `texts`, in their order. `step` is called after each batch.

    Each finished batch is a file in the folder `kept`, named by the hash of its texts; one that is there already, whole
    and of the right shape, is not encoded again.
    """
    rows = [np.empty((0, encoder.width), np.float32)]
    for start in range(0, len(texts), BATCH):
        batch = list(texts[start : start + BATCH])
        file = kept / f"{fingerprint(batch)}.npy"
        found = _read(file, (len(batch), encoder.width))
        if found is None:
            found = encoder.encode(batch)
            _write(file, found)
        rows.append(found)
        step()
    return np.concatenate(rows)


def _read(file: Path, shape: tuple[int, int]) -> Floats | None:
    try:
        rows = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return rows if rows.shape == shape and rows.dtype == np.float32 else None


def _write(file: Path, rows: Floats) -> None:
    draft = file.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as stream:
        np.save(stream, rows, allow_pickle=False)
    os.replace(draft, file)
