"""Encoders at run time: a text goes in, a unit vector comes out.

The embedded encoder is read with numpy alone; any other model goes through sentence-transformers, which is imported
only then. Both forms are one protocol, and nothing beyond this file knows which is in force.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core import repair as repairs
from core import runs
from core.embedding import layout
from core.embedding.layout import Embedded
from core.embedding.tokens import token_ids
from core.errors import OperatorError
from core.npz import Refused
from core.ranking import unit
from core.texts import QUERY

Floats = npt.NDArray[np.float32]

EMBEDDED = "embedded"
WARMING = "oxidative stress"
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder of a run makes of what people write: `text` gives the vector (width,) of a text, as the run's
    titles have it, `words` the unit vectors (n, width) of single words, zero for a word that it does not know whole.

    A transformer knows words in their texts alone: it has none for single ones.
    """

    text: Callable[[str], Floats]
    words: Callable[[Sequence[str]], Floats]


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def width(self) -> int:
        """The number of dimensions."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """(texts, width) float32 unit rows, in the order of `texts`; zero for a text in which nothing is known."""
        ...


class StaticEncoder:
    """The embedded encoder: the mean of the rows of a text's words and pieces, at unit length. Safe between threads."""

    def __init__(self, embedded: Embedded) -> None:
        self._vocabulary = embedded.vocabulary
        self._table = embedded.table
        self.width = int(embedded.table.shape[1])
        self._lengths = np.maximum(np.linalg.norm(embedded.table, axis=1, keepdims=True), np.finfo(np.float32).tiny)

    def encode(self, texts: Sequence[str]) -> Floats:
        """As `Encoder.encode`. The first 100,000 characters of a text are read."""
        out = np.zeros((len(texts), self.width), np.float32)
        for row, text in enumerate(texts):
            ids = token_ids(text[:LONGEST], self._vocabulary)
            if ids:
                out[row] = self._table[ids].mean(axis=0)
        return unit(out)

    def words(self, words: Sequence[str]) -> Floats:
        """(words, width) float32 unit rows of single words; zero for one that the catalogue does not have: what its
        pieces say is not what it means."""
        known = {row: self._vocabulary[word] for row, word in enumerate(words) if word in self._vocabulary}
        out, ids = np.zeros((len(words), self.width), np.float32), list(known.values())
        out[list(known)] = self._table[ids] / self._lengths[ids]
        return out


class TransformerEncoder:
    """Any sentence-transformers model: a folder, or a name on a hub. Torch is imported here and nowhere else."""

    def __init__(self, model: str, revision: str | None = None, *, offline: bool = False) -> None:
        """Load it, on one thread, so that workers can be forked afterwards; `offline` forbids the hub.

        Raises OperatorError where sentence-transformers is not installed, or cannot load the model.
        """
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise OperatorError(
                f"The model {model} needs sentence-transformers ({error}); pip install it, or choose MODEL=embedded."
            ) from error
        torch.set_num_threads(1)
        try:
            loaded: Any = SentenceTransformer(model, device="cpu", revision=revision, local_files_only=offline)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise OperatorError(f"The model {model} cannot be loaded: {error}") from error
        self._model = loaded
        self.width = int(self._rows([WARMING]).shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """As `Encoder.encode`, but a text of which the model says nothing is the vector of its empty text."""
        return unit(self._rows([text[:LONGEST] for text in texts]).reshape(len(texts), self.width))

    def _rows(self, texts: list[str]) -> Floats:
        rows: Floats = self._model.encode(texts, convert_to_numpy=True, show_progress_bar=False).astype(np.float32)
        return rows


def of_run(folder: Path, run: runs.Run) -> Reading:
    """What turns a text that somebody types into a vector comparable with the run's. It has been called once.

    Raises OperatorError where the encoder is missing, is not the one that the run was made with, or cannot encode.
    """
    _check_files(folder, run)
    reading = _static(folder, run) if run.model == EMBEDDED else _repaired(folder, run)
    vector = reading.text(WARMING)
    if vector.shape != (run.width,) or not np.isfinite(vector).all():
        raise OperatorError(f"The encoder of run {run.name} gives {vector.shape}, expected finite ({run.width},).")
    return reading


def _check_files(folder: Path, run: runs.Run) -> None:
    """Raise OperatorError where what encodes is not what the run was made with; vector files answer for themselves."""
    for name, expected in run.files.items():
        if name.startswith((f"{runs.ENCODER}/", runs.REPAIR)) and runs.sha256(folder / name) != expected:
            raise OperatorError(
                f"{folder / name} is not the file that run {run.name} was made with; run scripts.precompute again."
            )


def _static(folder: Path, run: runs.Run) -> Reading:
    encoder = StaticEncoder(layout.read(folder / runs.ENCODER))
    return Reading(lambda text: encoder.encode([text])[0], encoder.words)


def _repaired(folder: Path, run: runs.Run) -> Reading:
    try:
        repair = repairs.read(folder / runs.REPAIR)
    except Refused as refusal:
        raise OperatorError(f"Run {run.name} cannot encode: {refusal}; run scripts.precompute again.") from refusal
    encoder = TransformerEncoder(run.model, run.revision or None, offline=True)
    return Reading(
        lambda text: repair(QUERY, encoder.encode([text]))[0],
        lambda words: np.zeros((len(words), run.width), np.float32),
    )
