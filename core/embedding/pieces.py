"""Which pieces of words get a vector of their own, for words that the catalogue does not have.

A rule of our own, because the trainers of tokenizer libraries do not promise the same pieces twice: every beginning
and every ending of three to eight letters that at least `SPREAD` different stems share. A piece stands for the mean of
the words that have it; single characters stand for nothing and only let a word be read to its end.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.embedding.tokens import CONTINUES

LENGTHS = range(3, 9)
SPREAD = 4


def chosen(stems: Mapping[str, str]) -> dict[str, list[str]]:
    """Each piece with the words that have it, both by the alphabet; `stems` gives each word its stem."""
    found: dict[str, list[str]] = {}
    for word in sorted(stems):
        for length in LENGTHS:
            if length < len(word):
                found.setdefault(word[:length], []).append(word)
                found.setdefault(CONTINUES + word[-length:], []).append(word)
    spread = {piece: words for piece, words in found.items() if len({stems[word] for word in words}) >= SPREAD}
    return {piece: spread[piece] for piece in sorted(spread) if piece not in stems}


def characters(words: Sequence[str]) -> list[str]:
    """Every character of `words`, as a beginning and as a continuation, by the alphabet."""
    single = sorted({character for word in words for character in word})
    return [*single, *(CONTINUES + character for character in single)]


def vectors(
    pieces: Mapping[str, Sequence[str]], ids: Mapping[str, int], rows: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """(pieces, dimensions) float32: the mean row of each piece's words."""
    means = [rows[[ids[word] for word in words]].mean(axis=0) for words in pieces.values()]
    return np.array(means, dtype=np.float32).reshape(len(pieces), rows.shape[1])
