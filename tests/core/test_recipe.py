"""The recipe is data: it goes into a run, and comes back as it was."""

import json
from dataclasses import replace

import pytest

from core.model import Source
from core.recipe import DECREASES, DIRECTION_WORDS, INCREASES, RECIPE, Recipe, as_data, fingerprint, from_data


def test_it_goes_through_json_unchanged() -> None:
    assert from_data(json.loads(json.dumps(as_data(RECIPE)))) == RECIPE


def test_a_recipe_from_before_there_were_neighbours_has_none() -> None:
    data = json.loads(json.dumps(as_data(RECIPE)))
    for weights in data["weights"].values():
        del weights["neighbours"]
    assert {weights.neighbours for weights in from_data(data).weights.values()} == {0}


def test_every_source_has_texts_and_weights() -> None:
    assert set(RECIPE.targets) == set(RECIPE.weights) == set(Source)


@pytest.mark.parametrize("data", [{"unknown": 1}, {"bridge": 3}, {"weights": {"nowhere": {}}}, {"bridge": {"x": 1}}])
def test_data_of_another_version_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_data(data)


def test_a_fingerprint_tells_recipes_apart_and_not_the_order_of_keys() -> None:
    assert fingerprint(as_data(RECIPE)) == fingerprint(as_data(Recipe()))
    assert fingerprint(as_data(replace(RECIPE, kept=100))) != fingerprint(as_data(RECIPE))
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_a_word_goes_one_way() -> None:
    assert not INCREASES & DECREASES
    assert {"increase", "inhibition", "altered"} <= DIRECTION_WORDS
