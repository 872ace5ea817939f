"""How good the suggestions are: the formulas, and a small frozen evaluation on the embedded catalogue in every run."""

import json
from pathlib import Path

import pytest

from core.baselines import BASELINES
from core.evaluation import Figures, evaluated, judged, key, summed
from core.model import Source
from scripts import evaluate
from tests import made

GOLD = Path(__file__).parents[1] / "golden" / "suggestions.json"


def test_a_ranking_is_judged_by_the_formulas() -> None:
    found = judged({"a": 3, "b": 2, "c": 1}, ["x", "b", "b", "a"])
    assert (found.recall, found.mrr, found.hit) == (1, 0.5, 1)
    assert found.ndcg == pytest.approx((3 / 1.58496 + 7 / 2) / (7 + 3 / 1.58496 + 1 / 2), abs=1e-5)
    assert judged({"a": 3, "b": 2}, ["b"], least=3).recall == 0


def test_only_the_first_ten_count() -> None:
    ranked = [*"0123456789", "a"]
    assert judged({"a": 3}, ranked) == Figures(recall=0, ndcg=0, mrr=1 / 11, hit=0)


def test_a_key_event_without_a_ranking_has_found_nothing() -> None:
    gold = {"KE 1": {"wp": {"WP1": 3}}, "KE 2": {"wp": {"WP1": 1}}, "KE 3": {"go": {"GO:1": 3}}}
    found = evaluated(gold, {}, Source.WIKIPATHWAYS)
    assert found == {"KE 1": Figures(0, 0, 0, 0)}


def test_a_bootstrap_has_the_mean_inside_and_is_the_same_twice() -> None:
    figures = {str(number): Figures(number % 2, 0.5, 1, 1) for number in range(100)}
    found = summed(figures)
    assert found["recall"].low < found["recall"].mean == 0.5 < found["recall"].high
    assert found["ndcg"].low == found["ndcg"].high == 0.5
    assert summed(figures) == found and summed({}) == {}


# Held a little below what was measured when the recipe was settled, so that a loss shows and a rounding does not.
FROZEN = {Source.WIKIPATHWAYS: (0.95, 0.80), Source.GO: (0.82, 0.66), Source.REACTOME: (0.96, 0.86)}


@pytest.fixture(scope="module")
def rankings(tmp_path_factory: pytest.TempPathFactory) -> dict[Source, dict[str, dict[str, list[str]]]]:
    folder = tmp_path_factory.mktemp("frozen")
    made.run(db := made.database(folder), folder / "vectors")
    return {source: dict(evaluate.rankings(db, folder / "vectors", source)) for source in Source}  # type: ignore[arg-type]


@pytest.mark.parametrize("source", Source)
def test_the_frozen_evaluation_holds(source: Source, rankings: dict[Source, dict[str, dict[str, list[str]]]]) -> None:
    gold = evaluate.read_gold(GOLD)
    means = {name: summed(evaluated(gold, found, source)) for name, found in rankings[source].items()}
    recall, ndcg = FROZEN[source]
    ours = means.pop(evaluate.OURS)
    assert (ours["recall"].mean, ours["ndcg"].mean) >= (recall, ndcg)
    assert ours["ndcg"].mean >= ndcg
    assert set(means) == set(BASELINES)
    for name, baseline in means.items():
        assert ours["ndcg"].mean > baseline["ndcg"].mean, name


def test_the_golden_targets_are_in_the_embedded_catalogue() -> None:
    gold = json.loads(GOLD.read_text())["gold"]
    for source in Source:
        rows = (made.DATA / f"{source}.jsonl").read_text("utf-8").splitlines()
        known = {json.loads(row)["id"] for row in rows}
        assert {target for each in gold.values() for target in each.get(key(source), {})} <= known
