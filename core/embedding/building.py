"""From texts and pairs of texts to the embedded encoder: words, stems, co-occurrence, vectors, a lesson, pieces."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import snowballstemmer

from core.embedding import contrast, counting, pieces, spectrum
from core.embedding.layout import Embedded
from core.embedding.tokens import UNKNOWN, counts, words
from core.errors import OperatorError
from core.recipe import Embedding

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Progress = Callable[[str, int], Callable[[], object]]


def quiet(task: str, steps: int) -> Callable[[], object]:
    """A progress that shows nothing. A progress is told a task and its steps, and gives what to call after each."""
    return lambda: None


def built(
    texts: Sequence[str], pairs: Sequence[tuple[str, str]], recipe: Embedding, progress: Progress = quiet
) -> Embedded:
    """The encoder that `texts` and `pairs` make. Equal input gives equal bytes on one machine.

    Raises OperatorError where the texts have no words at all.
    """
    stems = stemmed(sorted(counts(texts)))
    if not stems:
        raise OperatorError("The catalogue has no text to learn from; import one first (scripts.import_catalogue).")
    ids = {stem: number for number, stem in enumerate(sorted(set(stems.values())))}
    step = progress("words", 3)
    documents = [_ids(text, stems, ids) for text in texts]
    near = counting.near(documents, len(ids), recipe.window)
    step()
    surprising = counting.ppmi(near, recipe.smoothing)
    rows = spectrum.left_vectors(surprising, recipe.dimensions, recipe.spectrum_power, recipe.iterations, recipe.seed)
    step()
    rows *= _idf(documents, len(ids))[:, None]
    step()
    rows = _taught(rows, [(_ids(a, stems, ids), _ids(b, stems, ids)) for a, b in pairs], recipe, progress)
    return _assembled(stems, ids, rows)


def stemmed(alphabet: Sequence[str]) -> dict[str, str]:
    """Each word with its stem (Porter's English stemmer); words of one stem share a vector."""
    return dict(zip(alphabet, snowballstemmer.stemmer("english").stemWords(list(alphabet)), strict=True))


def _ids(text: str, stems: dict[str, str], ids: dict[str, int]) -> Ids:
    return np.array([ids[stems[word]] for word in words(text) if word in stems], dtype=np.int64)


def _idf(documents: Sequence[Ids], size: int) -> Matrix:
    """ln(documents ÷ documents that have it), a stem each."""
    having = np.bincount(np.concatenate([np.unique(document) for document in documents]), minlength=size)
    return np.log(np.float32(len(documents)) / having).astype(np.float32)


def _taught(rows: Matrix, pairs: Sequence[contrast.Pair], recipe: Embedding, progress: Progress) -> Matrix:
    lesson = contrast.Lesson(recipe.epochs, recipe.batch, recipe.scale, recipe.rate, recipe.seed)
    usable = [pair for pair in pairs if len(pair[0]) and len(pair[1])]
    return contrast.taught(rows, usable, lesson, progress("pairs", contrast.batches(len(usable), lesson)))


def _assembled(stems: dict[str, str], ids: dict[str, int], rows: Matrix) -> Embedded:
    """All words, then the pieces, then single characters: the unknown first, and it and they at zero."""
    alphabet = list(stems)
    chosen = pieces.chosen(stems)
    parts = pieces.vectors(chosen, {word: ids[stem] for word, stem in stems.items()}, rows)
    single = [piece for piece in pieces.characters(alphabet) if piece not in stems and piece not in chosen]
    table = np.vstack(
        [
            np.zeros_like(rows[:1]),
            rows[[ids[stems[word]] for word in alphabet]],
            parts,
            np.zeros_like(rows, shape=(len(single), rows.shape[1])),
        ]
    )
    names = [UNKNOWN, *alphabet, *chosen, *single]
    return Embedded({name: number for number, name in enumerate(names)}, np.ascontiguousarray(table))
