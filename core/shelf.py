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
        return [self._listed(row, column) for column in range(min(most, self.ranked.places.shape[1]))]

    def of(self, row: int, accession: str) -> Suggestion | None:
        """One target, wherever it ranks: as `best` has it, or scored now. None where it has no vector."""
        place = self.places.get(accession)
        if place is None:
            return None
        if (found := self.listed(row, accession)) is not None:
            return found
        parts = _parts(self.scorer, self.queries, row)
        scores = self.scorer.scores(parts)
        return self._suggestion(place, rank_of(scores, place), scores[place], parts[:, place], self.weights.total)

    def listed(self, row: int, accession: str) -> Suggestion | None:
        """One target as `best` has it; None where it is not among those that were ranked."""
        column = np.flatnonzero(self.ranked.places[row] == self.places.get(accession, -1))
        return self._listed(row, int(column[0])) if len(column) else None

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
        return tuple(
            sorted((gene for gene in genes if feature(gene) in likely), key=lambda gene: -likely[feature(gene)])
        )

    def nearest(self, asked: Query, most: int) -> list[Suggestion]:
        """The targets nearest to a text without genes, by rank: what it cannot have does not count against it."""
        parts = self.scorer.parts(asked)
        scores = self.scorer.scores(parts)
        return [
            self._suggestion(place, rank, scores[place], parts[:, place], self.weights.typed)
            for rank, place in enumerate(top_k(scores, most), start=1)
        ]

    def _listed(self, row: int, column: int) -> Suggestion:
        ranked = self.ranked
        place, score, parts = ranked.places[row, column], ranked.scores[row, column], ranked.parts[row, column]
        return self._suggestion(place, column + 1, score, parts, self.weights.total)

    def _suggestion(
        self, place: np.integer | int, rank: int, score: np.float32, parts: Floats, extra: float
    ) -> Suggestion:
        shown = float(displayed(np.asarray(score), extra, self.power))
        values = {str(part): float(value) for part, value in zip(Part, parts, strict=True)}
        return Suggestion(TargetKey(self.source, str(self.scorer.ids[place])), rank, shown, values)


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
