"""One source, ranked: the best targets of every Key Event in arrays, and everything else when it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.bags import feature
from core.model import Source, Suggestion, TargetKey
from core.ranking import displayed, rank_of, top_k
from core.recipe import Part, Recipe, Weights
from core.scoring import Query, Ranked, Scorer, query
from core.vectors import Vectors

Floats = npt.NDArray[np.float32]

_PARTS = tuple(str(part) for part in Part)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """A source's scorer, the Key Events as queries, the place of each accession, and the best targets of each query.

    A Key Event is named by its row among the queries. Suggestions are made when they are taken from the arrays.
    """

    source: Source
    scorer: Scorer
    queries: Vectors
    places: Mapping[str, int]
    ranked: Ranked
    weights: Weights
    power: float

    def best(self, row: int, most: int) -> list[Suggestion]:
        """The best targets of a Key Event, at most `most` of those that were ranked, by rank."""
        ranked, some = self.ranked, slice(min(most, self.ranked.places.shape[1]))
        return self._suggestions(ranked.places[row, some], ranked.scores[row, some], ranked.parts[row, some])

    def of(self, row: int, accession: str) -> Suggestion | None:
        """One target, wherever it ranks: as `best` has it, or scored now. None where it has no vector."""
        place = self.places.get(accession)
        if place is None:
            return None
        if (found := self.listed(row, accession)) is not None:
            return found
        parts = _parts(self.scorer, self.queries, row)
        scores = self.scorer.scores(parts)
        one, rank = slice(place, place + 1), rank_of(scores, place)
        return self._suggestions(np.array([place]), scores[one], parts[:, one].T, first=rank)[0]

    def listed(self, row: int, accession: str) -> Suggestion | None:
        """One target as `best` has it; None where it is not among those that were ranked."""
        found = np.flatnonzero(self.ranked.places[row] == self.places.get(accession, -1))
        if not len(found):
            return None
        ranked, one = self.ranked, found[:1]
        return self._suggestions(
            ranked.places[row, one], ranked.scores[row, one], ranked.parts[row, one], first=int(one[0]) + 1
        )[0]

    def part_ranks(self, row: int, accession: str) -> dict[Part, int]:
        """The rank of a target under each part alone; parts in which it has nothing are left out."""
        place = self.places.get(accession)
        if place is None:
            return {}
        parts = zip(Part, _parts(self.scorer, self.queries, row), strict=True)
        return {part: rank_of(scores, place) for part, scores in parts if scores[place] > 0}

    def expected(self, row: int, genes: Sequence[str]) -> tuple[str, ...]:
        """Those of `genes` that are expected of a Key Event, the likeliest first."""
        bag = self.queries.expected.row(row)
        likely = dict(zip(bag.features.tolist(), bag.counts.tolist(), strict=True))
        found = {gene: likely[number] for gene in genes if (number := feature(gene)) in likely}
        return tuple(sorted(found, key=lambda gene: -found[gene]))

    def nearest(self, asked: Query, most: int) -> list[Suggestion]:
        """The targets nearest to a text without genes, by rank: what it cannot have does not count against it."""
        parts = self.scorer.parts(asked)
        scores = self.scorer.scores(parts)
        places = top_k(scores, most)
        return self._suggestions(places, scores[places], parts[:, places].T, self.weights.typed)

    def _suggestions(
        self, places: npt.NDArray[np.integer], scores: Floats, parts: Floats, extra: float | None = None, first: int = 1
    ) -> list[Suggestion]:
        """Those at these (n) `places`, ranked from `first` on; `scores` is (n), `parts` (n, parts)."""
        shown = displayed(scores, self.weights.total if extra is None else extra, self.power)
        return [
            Suggestion(TargetKey(self.source, str(id)), rank, score, dict(zip(_PARTS, values, strict=True)))
            for rank, (id, score, values) in enumerate(
                zip(self.scorer.ids[places], shown.tolist(), parts.tolist(), strict=True), start=first
            )
        ]


def filled(source: Source, targets: Vectors, queries: Vectors, recipe: Recipe) -> Shelf:
    """The shelf of a source: every query ranked, the arrays read-only."""
    weights = recipe.weights[source]
    scorer = Scorer(targets, weights)
    ranked = scorer.rank_all(queries, recipe.kept)
    for array in (ranked.places, ranked.scores, ranked.parts):
        array.flags.writeable = False
    places = {str(id): place for place, id in enumerate(targets.ids)}
    return Shelf(source, scorer, queries, places, ranked, weights, recipe.display)


@lru_cache(maxsize=16)
def _parts(scorer: Scorer, queries: Vectors, row: int) -> Floats:
    """The parts of one Key Event: kept, because a page asks for many targets of the same one."""
    return scorer.parts(query(queries, row))
