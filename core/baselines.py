"""What suggestions are measured against: three ways of ranking that everybody would try first.

Each reads the Key Event's title without its direction, and where it helped it the beginning of the description.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import snowballstemmer
from scipy import sparse

from core.bags import Index, bag, bags, grams
from core.embedding import spectrum
from core.embedding.tokens import words
from core.model import KeyEvent, Target
from core.ranking import top_k, unit
from core.texts import beginning, without_direction

Scores = npt.NDArray[np.float32]
Baseline = Callable[[Sequence[KeyEvent], Sequence[Target]], Scores]

TITLE, SYNONYMS, DESCRIPTION = 3.0, 1.5, 1.0
SATURATION, LENGTH = 1.2, 0.75
DIMENSIONS = 512
READ = 300

_stemmer = snowballstemmer.stemmer("english")


def bm25f(key_events: Sequence[KeyEvent], targets: Sequence[Target]) -> Scores:
    """(key events, targets) float32: BM25F over title, synonyms and description, stemmed (Robertson et al. 2004)."""
    vocabulary: dict[str, int] = {}
    total: Any = 0
    for weight, texts in (
        (TITLE, [target.title for target in targets]),
        (SYNONYMS, [" ".join(target.synonyms) for target in targets]),
        (DESCRIPTION, [target.description for target in targets]),
    ):
        counts = _counts(texts, vocabulary, grow=True)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norm = 1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()), 1e-9)
        field = sparse.diags(weight / norm) @ counts
        field.resize((len(targets), len(vocabulary)))
        if not isinstance(total, int):
            total.resize(field.shape)
        total = field + total if not isinstance(total, int) else field
    total = total.tocsr()
    having = np.diff(total.tocsc().indptr)
    total.data = total.data / (SATURATION + total.data)
    idf = np.log(1 + (len(targets) - having + 0.5) / (having + 0.5))
    asked = _counts([without_direction(each.title) for each in key_events], vocabulary) @ sparse.diags(idf)
    return np.asarray((asked @ total.T).todense(), dtype=np.float32)


def characters(key_events: Sequence[KeyEvent], targets: Sequence[Target]) -> Scores:
    """(key events, targets) float32: cosine of character 3- to 5-grams of the titles, TF-IDF."""
    index = Index(bags([grams(target.title) for target in targets]))
    return np.array([index.cosines(bag(grams(without_direction(each.title)))) for each in key_events])


def lsa(key_events: Sequence[KeyEvent], targets: Sequence[Target]) -> Scores:
    """(key events, targets) float32: cosine after latent semantic analysis with 512 dimensions (Deerwester et al. 1990)
    of title, synonyms and description, TF-IDF."""
    vocabulary: dict[str, int] = {}
    counts = _counts([" ".join([t.title, *t.synonyms, t.description]) for t in targets], vocabulary, grow=True)
    idf = sparse.diags(np.log((1 + len(targets)) / (1 + np.diff(counts.tocsc().indptr))) + 1)
    counts.data = 1 + np.log(counts.data)
    documents = (counts @ idf).astype(np.float32)
    concepts = spectrum.left_vectors(documents.T.tocsr(), DIMENSIONS, 0.0, 2, seed=149)
    texts = [f"{without_direction(each.title)} {beginning(each.description, READ)}" for each in key_events]
    asked = (_counts(texts, vocabulary) @ idf).astype(np.float32)
    return unit(asked @ concepts) @ unit(documents @ concepts).T


BASELINES: dict[str, Baseline] = {"BM25F": bm25f, "character TF-IDF": characters, "LSA 512": lsa}


def ranked(
    baseline: Baseline, key_events: Sequence[KeyEvent], targets: Sequence[Target], top: int
) -> dict[str, list[str]]:
    """The best targets of each Key Event, best first, as `core.evaluation` reads them."""
    return {
        key_event.label: [targets[place].accession for place in top_k(scores, top)]
        for key_event, scores in zip(key_events, baseline(key_events, targets), strict=True)
    }


def _counts(texts: Sequence[str], vocabulary: dict[str, int], *, grow: bool = False) -> Any:
    """(texts, words) CSR: how often each text has each stem. New stems are added to the vocabulary, or left out."""
    rows, columns = [], []
    for row, text in enumerate(texts):
        for stem in _stemmer.stemWords(words(text)):
            column = vocabulary.setdefault(stem, len(vocabulary)) if grow else vocabulary.get(stem)
            if column is not None:
                rows.append(row)
                columns.append(column)
    ones = np.ones(len(rows), np.float64)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(len(texts), len(vocabulary)))
