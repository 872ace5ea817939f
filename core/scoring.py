"""The score of every target of one source for a query, with its parts. Pure: arrays in, arrays out.

    score = q·d + c · cos(characters) + g · cos(genes) + e · cos(expected genes) + s · set size

`q` and `d` are unit rows; where a source wants them, q has the Key Event's neighbours in AOPs in it. The weights are
the source's in the recipe. Set size is ln(1 + genes) ÷ ln(1 + 1000), at most 1: what people annotate is rather a
process with many genes than one with two. A target without genes counts as the mean of its source, so that not
knowing is neither for nor against it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.bags import Bag, Bags, Index
from core.ranking import top_k, unit
from core.recipe import Bridge, Part, Weights
from core.vectors import Vectors

Floats = npt.NDArray[np.float32]
BLOCK = 256
FULL_SIZE = 1000
MOST_EXPECTED = 200
NOTHING = Bag(np.empty(0, np.uint32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Query:
    """What targets are compared with: a unit vector (width,), n-grams of a title, genes, expected genes, and the unit
    vector of its neighbours, None where there are none."""

    vector: Floats
    characters: Bag
    genes: Bag = NOTHING
    expected: Bag = NOTHING
    neighbours: Floats | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best targets of each query: `places` (queries, k) int32, best first, their `scores`, and the `parts` of each
    score (queries, k, parts) in the order of `Part`, before their weights; float32.

    Where a source has fewer than k targets, k is their number. Equal scores stand in the order of the targets.
    """

    places: npt.NDArray[np.int32]
    scores: Floats
    parts: Floats


class Scorer:
    """One source's targets, ready to be compared with queries. Safe between threads and after a fork."""

    def __init__(self, targets: Vectors, weights: Weights) -> None:
        self.ids = targets.ids
        self._matrix = targets.matrix
        self._neighbours = np.float32(weights.neighbours)
        self._weights = np.array([1, weights.characters, weights.genes, weights.expected, weights.size], np.float32)
        self._characters = Index(targets.characters)
        self._genes = Index(targets.genes)
        self._size = set_size(np.diff(targets.genes.starts))

    def __len__(self) -> int:
        return len(self.ids)

    def parts(self, query: Query, dense: Floats | None = None) -> Floats:
        """(parts, n) float32, in the order of `Part`, before their weights; `dense` where it is computed already."""
        return np.stack(
            [
                self._matrix @ self._mixed(query.vector, query.neighbours) if dense is None else dense,
                self._characters.cosines(query.characters),
                self._genes.cosines(query.genes),
                self._genes.cosines(query.expected),
                self._size,
            ]
        )

    def scores(self, parts: Floats) -> Floats:
        """(n,) float32: the score of every target, from its parts (parts, n)."""
        return self._weights @ parts

    def rank_all(self, queries: Vectors, k: int, step: Callable[[], object] = lambda: None) -> Ranked:
        """The k best targets of each query. `step` is called after each block of 256."""
        k = min(k, len(self))
        ranked = Ranked(
            np.empty((len(queries), k), np.int32),
            np.empty((len(queries), k), np.float32),
            np.empty((len(queries), k, len(Part)), np.float32),
        )
        for start in range(0, len(queries), BLOCK):
            block = slice(start, start + BLOCK)
            around = None if queries.neighbours is None else queries.neighbours[block]
            dense = self._mixed(queries.matrix[block], around) @ self._matrix.T
            for row, own in enumerate(dense, start=start):
                parts = self.parts(query(queries, row), own)
                scores = self.scores(parts)
                best = top_k(scores, k)
                ranked.places[row], ranked.scores[row], ranked.parts[row] = best, scores[best], parts[:, best].T
            step()
        return ranked

    def _mixed(self, rows: Floats, around: Floats | None) -> Floats:
        """Unit rows of queries with their neighbours', as much of these as the source wants."""
        return rows if around is None or not self._neighbours else unit(rows + self._neighbours * around)


def query(queries: Vectors, row: int) -> Query:
    """One Key Event of a vector file as a query."""
    around = None if queries.neighbours is None else queries.neighbours[row]
    bags = (queries.characters.row(row), queries.genes.row(row), queries.expected.row(row))
    return Query(queries.matrix[row], *bags, around)


def set_size(genes: npt.NDArray[np.int64]) -> Floats:
    """(n,) float32 in [0, 1] from the number of genes of each target; see the formula above."""
    known = genes > 0
    size = np.minimum(np.log1p(genes) / np.log1p(FULL_SIZE), 1)
    return np.where(known, size, size[known].mean() if known.any() else 0).astype(np.float32)


def expected_genes(ranked: Ranked, genes: Bags, bridge: Bridge) -> list[dict[int, float]]:
    """The genes that a query's best targets have, a query each: a gene's sum, over those targets, of a target's share
    (softmax of scores ÷ temperature) ÷ √(size of its set). The bridge from text to genes: where pathways and terms
    that fit the words agree on genes, other targets with these genes fit too.
    """
    found: list[dict[int, float]] = []
    for places, scores in zip(ranked.places[:, : bridge.targets], ranked.scores[:, : bridge.targets], strict=True):
        shares = np.exp((scores - scores.max(initial=-np.inf)) / bridge.temperature)
        sums: dict[int, float] = {}
        for place, share in zip(places, shares / shares.sum(), strict=True):
            features = genes.row(place).features.tolist()
            for feature in features:
                sums[feature] = sums.get(feature, 0.0) + float(share) / len(features) ** 0.5
        found.append(sums)
    return found


def strongest(sums: dict[int, float]) -> dict[int, float]:
    """The 200 largest entries, ties by the smaller feature."""
    return dict(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_EXPECTED])
