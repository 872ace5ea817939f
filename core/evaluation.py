"""How good rankings are, against what human curators chose. Pure functions; the formulas are those of the field.

A gold standard grades the targets of a Key Event: 3 a curator annotated it, 2 nearly, 1 in part. A target is relevant
from a least grade on. Recall at k is the share of the relevant ones among the first k; MRR one over the rank of the
first; nDCG has gains 2^grade − 1 over all grades, discounted by log2(rank + 1) (Järvelin and Kekäläinen 2002).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from core.model import Source

Grades = Mapping[str, int]
Rankings = Mapping[str, Sequence[str]]
Gold = Mapping[str, Mapping[str, Grades]]

FIRST = 10
RELEVANT = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """What one ranking, or the mean of many, is worth; all in [0, 1]."""

    recall: float
    ndcg: float
    mrr: float
    hit: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the 95 % interval of its bootstrap."""

    mean: float
    low: float
    high: float


def key(source: Source) -> str:
    """What the gold standard, and the files of a corpus in the neutral form, call a source."""
    return {Source.WIKIPATHWAYS: "wp"}.get(source, str(source))


def judged(grades: Grades, ranked: Sequence[str], least: int = RELEVANT) -> Figures:
    """The figures of one ranking, best first; a target that is there twice counts once. A grade reaches `least`."""
    relevant = {target for target, grade in grades.items() if grade >= least}
    order = list(dict.fromkeys(ranked))
    found = relevant.intersection(order[:FIRST])
    first = next((rank for rank, target in enumerate(order, start=1) if target in relevant), math.inf)
    ideal = _discounted(sorted(grades.values(), reverse=True)[:FIRST])
    return Figures(
        recall=len(found) / len(relevant),
        ndcg=_discounted([grades.get(target, 0) for target in order[:FIRST]]) / ideal,
        mrr=1 / first,
        hit=float(bool(found)),
    )


def evaluated(gold: Gold, rankings: Rankings, source: Source, least: int = RELEVANT) -> dict[str, Figures]:
    """The figures of every Key Event with a relevant target in this source; one without a ranking has none of it."""
    graded = {key_event: by_source.get(key(source), {}) for key_event, by_source in gold.items()}
    return {
        key_event: judged(grades, rankings.get(key_event, ()), least)
        for key_event, grades in graded.items()
        if max(grades.values(), default=0) >= least
    }


def summed(figures: Mapping[str, Figures], draws: int = 1000, seed: int = 0) -> dict[str, Interval]:
    """The mean of each figure over the Key Events, with the 95 % percentile bootstrap interval over them."""
    names = [field.name for field in fields(Figures)]
    table = np.array([[getattr(each, name) for name in names] for each in figures.values()])
    if not len(table):
        return {}
    picks = np.random.default_rng(seed).integers(0, len(table), (draws, len(table)))
    low, high = np.percentile(table[picks].mean(axis=1), [2.5, 97.5], axis=0)
    return {
        name: Interval(*map(float, values)) for name, *values in zip(names, table.mean(axis=0), low, high, strict=True)
    }


def _discounted(grades: Sequence[int]) -> float:
    return math.fsum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
