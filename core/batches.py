"""Encoding many texts, each once: an interruption costs one batch, and what was encoded before serves the next time.

A folder holds what one model has made of texts. Every batch is a file there when it is finished; at the end one file
holds all of this time's texts, and what nobody needs any more is gone.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import npz
from core.encoder import Encoder

Floats = npt.NDArray[np.float32]
Progress = Callable[[int], Callable[[], object]]  # given the number of steps, what to call after each

BATCH = 256
ALL = "all.npz"
KINDS = {"texts": "U", "rows": "f"}
SAME = 1e-3  # how far the vector of a text may be from what its model gave before


def encoded(encoder: Encoder, texts: Sequence[str], kept: Path, progress: Progress) -> Floats:
    """(n, width) float32: the vectors of `texts`, in their order; a text that the folder `kept` knows is not encoded
    again. `progress` is told how many batches there are to encode, and when each is done."""
    names = {text: hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts}
    known = _known(encoder, names, kept)
    new = [text for text in names if names[text] not in known]
    starts = range(0, len(new), BATCH)
    step = progress(len(starts))
    for start in starts:
        batch = new[start : start + BATCH]
        found = dict(zip((names[text] for text in batch), encoder.encode(batch), strict=True))
        _write(kept / f"{next(iter(found))}.npz", found)
        known |= found
        step()
    standing = {name: known[name] for name in names.values()}
    _write(kept / ALL, standing)
    for file in kept.glob("*.npz"):
        if file.name != ALL:
            file.unlink()
    return np.array([standing[names[text]] for text in texts], np.float32).reshape(-1, encoder.width)


def _known(encoder: Encoder, names: Mapping[str, str], kept: Path) -> dict[str, Floats]:
    """What the folder knows, by the name of the text; nothing where the model gives another vector for one by now."""
    known: dict[str, Floats] = {}
    for file in sorted(kept.glob("*.npz")):
        known |= _read(file, encoder.width)
    again = next((text for text, name in names.items() if name in known), None)
    if again is None or np.allclose(encoder.encode([again])[0], known[names[again]], atol=SAME):
        return known
    return {}


def _read(file: Path, width: int) -> dict[str, Floats]:
    """The vectors in a file; none where it is broken, or another encoder's."""
    try:
        found = npz.read(file, KINDS)
    except npz.Refused:
        return {}
    texts, rows = found["texts"], found["rows"]
    if rows.shape != (len(texts), width) or rows.dtype != np.float32:
        return {}
    return dict(zip(map(str, texts), rows, strict=True))


def _write(file: Path, found: Mapping[str, Floats]) -> None:
    draft = file.with_suffix(f".{os.getpid()}")
    npz.write(
        draft, {"texts": np.array(list(found), dtype=np.str_), "rows": np.array(list(found.values()), np.float32)}
    )
    os.replace(draft, file)
