"""Bags: sparse vectors over named features (character n-grams, genes), and the inverted index that compares them.

A feature is the CRC-32 of its name, so that bags of one run and of another, and of a text typed just now, share one
space without a vocabulary. Cosines are over count × idf (Spärck Jones 1972); the idf is that of the index.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.tokens import words

Floats = npt.NDArray[np.float32]

GRAMS = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Bags:
    """n sparse rows: row i has `features[starts[i]:starts[i + 1]]` (uint32, rising) with `counts` (float32, > 0)."""

    starts: npt.NDArray[np.int64]
    features: npt.NDArray[np.uint32]
    counts: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, index: int) -> "Bag":
        """One row as a bag of its own."""
        part = slice(self.starts[index], self.starts[index + 1])
        return Bag(self.features[part], self.counts[part])

    def take(self, rows: npt.NDArray[np.intp]) -> "Bags":
        """The bags of some rows, in the order of `rows`."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], sizes)
        return Bags(starts, self.features[places], self.counts[places])


@dataclass(frozen=True, slots=True)
class Bag:
    """One sparse vector: features (uint32, rising) and their counts."""

    features: npt.NDArray[np.uint32]
    counts: Floats


def feature(name: str) -> int:
    """The number of a named feature."""
    return zlib.crc32(name.encode())


def grams(text: str) -> dict[int, float]:
    """The character 3-, 4- and 5-grams of the words of `text`, a blank at both ends of each: 1 + ln(count)."""
    found: dict[int, int] = {}
    for word in words(text):
        padded = f" {word} "
        for size in GRAMS:
            for start in range(len(padded) - size + 1):
                number = feature(padded[start : start + size])
                found[number] = found.get(number, 0) + 1
    return {number: float(1 + np.log(count)) for number, count in found.items()}


def symbols(genes: Iterable[str]) -> dict[int, float]:
    """A gene set: each symbol once."""
    return {feature(gene): 1.0 for gene in genes}


def bag(counts: Mapping[int, float]) -> Bag:
    """One bag of features and counts; those that are not above zero are left out."""
    return bags([counts]).row(0)


def bags(rows: Sequence[Mapping[int, float]]) -> Bags:
    """Bags of features and counts, one a row, in the order of `rows`."""
    sorted_rows = [sorted((number, count) for number, count in row.items() if count > 0) for row in rows]
    flat = [entry for row in sorted_rows for entry in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in sorted_rows])]).astype(np.int64)
    return Bags(
        starts,
        np.array([number for number, _ in flat], dtype=np.uint32),
        np.array([count for _, count in flat], dtype=np.float32),
    )


class Index:
    """An inverted index over bags: the cosines of one bag with all of them touch only the features they share."""

    def __init__(self, bags: Bags) -> None:
        self.size = len(bags)
        owners = np.repeat(np.arange(self.size, dtype=np.int32), np.diff(bags.starts))
        order = np.argsort(bags.features, kind="stable")
        self._features, self._starts = np.unique(bags.features[order], return_index=True)
        self._starts = np.append(self._starts, len(order))
        self._idf = np.log((1 + self.size) / (1 + np.diff(self._starts))).astype(np.float32) + np.float32(1)
        weights = bags.counts[order] * np.repeat(self._idf, np.diff(self._starts))
        self._rows = owners[order]
        norms = np.sqrt(np.bincount(self._rows, weights.astype(np.float64) ** 2, self.size))
        self._weights = weights / np.maximum(norms, 1e-12)[self._rows].astype(np.float32)

    def cosines(self, query: Bag) -> Floats:
        """(n,) float32 in [0, 1], in the order of the bags; all zero for a bag that shares nothing."""
        places = np.searchsorted(self._features, query.features)
        places[places == len(self._features)] = 0
        known = self._features[places] == query.features if len(self._features) else np.zeros(0, bool)
        places, counts = places[known], query.counts[known]
        if not len(places):
            return np.zeros(self.size, np.float32)
        weights = counts * self._idf[places]
        unknown = query.counts[~known] * np.float32(np.log(1 + self.size) + 1)
        norm = np.sqrt((weights**2).sum() + (unknown**2).sum())
        starts, stops = self._starts[places], self._starts[places + 1]
        sizes = stops - starts
        ends = np.cumsum(sizes)
        found = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
        scores = np.bincount(self._rows[found], self._weights[found] * np.repeat(weights / norm, sizes), self.size)
        return scores.astype(np.float32)
