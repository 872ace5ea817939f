"""The score and its parts, as the formula says."""

from dataclasses import replace

import numpy as np
import pytest

from core.bags import bag, bags, grams, symbols
from core.ranking import unit
from core.recipe import Bridge, Part, Weights
from core.scoring import Query, Ranked, Scorer, expected_genes, query, set_size, strongest
from core.vectors import Vectors

TITLES = ["Apoptosis", "Oxidative stress", "Fibrosis", "Oxidative phosphorylation"]
GENES = [["TP53", "CASP3"], ["SOD1", "CAT", "GPX1"], [], ["SOD1"]]
NONE = bags([{} for _ in TITLES])
ROWS = unit(np.random.default_rng(4).standard_normal((4, 6)).astype(np.float32))
TARGETS = Vectors(
    np.array(list("abcd")), ROWS, bags(list(map(grams, TITLES))), bags(list(map(symbols, GENES))), NONE, {}
)
WEIGHTS = Weights(characters=0.2, genes=0.1, expected=0.3, size=0.05)
ASKED = Query(ROWS[1], bag(grams("oxidative stress")), bag(symbols(["SOD1"])), bag({**symbols(["CAT"])}))


def test_the_score_is_the_weighted_sum_of_its_parts() -> None:
    scorer = Scorer(TARGETS, WEIGHTS)
    parts = scorer.parts(ASKED)
    assert parts.shape == (len(Part), 4) and parts.dtype == np.float32
    assert np.allclose(scorer.scores(parts), np.array([1, 0.2, 0.1, 0.3, 0.05]) @ parts)
    assert np.allclose(parts[0], ROWS @ ROWS[1], atol=1e-6)
    assert parts[1, 1] == pytest.approx(1, abs=1e-5) and parts[1, 0] == 0
    assert parts[2, 3] == pytest.approx(1, abs=1e-5) and 0 < parts[2, 1] < 1 and parts[2, 2] == 0
    assert parts[3, 1] > 0 and parts[3, 3] == 0


def test_ranking_all_is_ranking_each() -> None:
    scorer = Scorer(TARGETS, WEIGHTS)
    ranked = scorer.rank_all(TARGETS, 3)
    for row in range(4):
        parts = scorer.parts(query(TARGETS, row))
        scores = scorer.scores(parts)
        order = np.argsort(-scores, kind="stable")[:3]
        assert ranked.places[row].tolist() == order.tolist()
        assert np.allclose(ranked.scores[row], scores[order], atol=1e-6)
        assert np.allclose(ranked.parts[row], parts[:, order].T, atol=1e-6)


def test_neighbours_count_within_the_dense_part_as_much_as_a_source_wants() -> None:
    around = unit(ROWS[::-1].copy())
    scorer = Scorer(TARGETS, replace(WEIGHTS, neighbours=0.5))
    queries = replace(TARGETS, neighbours=around)
    parts = scorer.parts(query(queries, 1))
    assert np.allclose(parts[0], ROWS @ unit(ROWS[1] + 0.5 * around[1]), atol=1e-6)
    ranked = scorer.rank_all(queries, 4)
    assert np.allclose(ranked.parts[1, :, 0], parts[0, ranked.places[1]], atol=1e-6)
    assert np.allclose(Scorer(TARGETS, WEIGHTS).parts(query(queries, 1))[0], ROWS @ ROWS[1], atol=1e-6)
    assert replace(WEIGHTS, neighbours=0.5).total == WEIGHTS.total, "the dense part stays a cosine"


def test_fewer_targets_than_asked_for_are_all_ranked() -> None:
    assert Scorer(TARGETS, WEIGHTS).rank_all(TARGETS, 200).places.shape == (4, 4)
    nothing = TARGETS.take(np.array([], dtype=np.intp))
    assert Scorer(nothing, WEIGHTS).rank_all(TARGETS, 200).places.shape == (4, 0)


def test_a_target_without_genes_counts_as_the_mean() -> None:
    sizes = set_size(np.array([0, 10, 1000, 50_000]))
    assert sizes[2] == sizes[3] == 1 and 0 < sizes[1] < 1
    assert sizes[0] == pytest.approx(sizes[1:].mean())
    assert set_size(np.array([0, 0])).tolist() == [0, 0]


def test_expected_genes_are_those_of_the_best_targets() -> None:
    ranked = Ranked(np.array([[1, 3, 0]]), np.array([[0.9, 0.8, -5.0]], np.float32), np.empty(0, np.float32))
    (found,) = expected_genes(ranked, TARGETS.genes, Bridge(targets=3, temperature=0.1))
    names = {name: next(iter(symbols([name]))) for genes in GENES for name in genes}
    share = 1 / (1 + np.exp(-1))
    assert found[names["CAT"]] == pytest.approx(share / 3**0.5, abs=1e-6)
    assert found[names["SOD1"]] == pytest.approx(share / 3**0.5 + (1 - share), abs=1e-6)
    assert found[names["TP53"]] < 1e-9


def test_the_strongest_are_kept() -> None:
    kept = strongest({number: 1.0 + (number == 7) for number in range(500)})
    assert len(kept) == 200 and list(kept)[:3] == [7, 0, 1]
