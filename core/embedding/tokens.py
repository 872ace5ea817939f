"""Texts as words, and words as ids: the one tokenisation of building, serving and sentence-transformers.

The rule is that of a WordPiece tokenizer: NFKC, lower case, Greek spelled out, split at everything that is neither
letter nor number, then the longest known beginning of a word, and so on with `##` pieces. It is written here in Python
(as `layout` writes it for the `tokenizers` library, which a test compares) because forty lines are less than a
dependency with sixteen of its own.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
    "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
}  # fmt: skip
UNKNOWN = "[UNK]"
CONTINUES = "##"
MAX_WORD = 100

_WORD = re.compile(r"[^\W_]+")
_SPELLED = str.maketrans({letter: f" {name} " for letter, name in GREEK.items()})


def normalised(text: str) -> str:
    """`text` in NFKC and lower case, with Greek letters spelled out as words of their own."""
    return unicodedata.normalize("NFKC", text).lower().translate(_SPELLED)


def words(text: str) -> list[str]:
    """The words of `text`, in its order: runs of letters and numbers of the normalised text."""
    return _WORD.findall(normalised(text))


def pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The ids of `word`: its own where it is known, otherwise of its longest known beginning, and so on with what is
    left (`##rest`). A word that cannot be covered, or of more than 100 characters, is the one unknown id.
    """
    known = vocabulary.get(word)
    if known is not None and len(word) <= MAX_WORD:
        return [known]
    ids: list[int] = []
    start = 0
    while start < len(word) and len(word) <= MAX_WORD:
        prefix = CONTINUES if start else ""
        end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in vocabulary), None)
        if end is None:
            break
        ids.append(vocabulary[prefix + word[start:end]])
        start = end
    return ids if ids and start == len(word) else [vocabulary[UNKNOWN]]


def token_ids(text: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The ids of all words of `text`, in its order."""
    return [piece for word in words(text) for piece in pieces(word, vocabulary)]


def counts(texts: Iterable[str]) -> dict[str, int]:
    """How often each word occurs in `texts`, in the order of the alphabet."""
    found: dict[str, int] = {}
    for text in texts:
        for word in words(text):
            found[word] = found.get(word, 0) + 1
    return dict(sorted(found.items()))
