"""Bags of n-grams and genes, and the index that compares them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.bags import Index, bag, bags, grams, symbols

ROWS = st.lists(st.dictionaries(st.integers(0, 12), st.floats(0.5, 3), max_size=6), min_size=1, max_size=8)


@given(ROWS, st.dictionaries(st.integers(0, 15), st.floats(0.5, 3), max_size=6))
def test_cosines_are_those_of_the_dense_vectors(rows: list[dict[int, float]], asked: dict[int, float]) -> None:
    dense = np.zeros((len(rows), 16))
    for place, row in enumerate(rows):
        dense[place, list(row)] = list(row.values())
    idf = np.log((1 + len(rows)) / (1 + (dense > 0).sum(axis=0))) + 1
    query = np.zeros(16)
    query[list(asked)] = list(asked.values())
    norms = np.linalg.norm(dense * idf, axis=1) * np.linalg.norm(query * idf)
    expected = (dense * idf) @ (query * idf) / np.where(norms > 0, norms, 1)
    assert np.allclose(Index(bags(rows)).cosines(bag(asked)), expected, atol=1e-5)


@given(ROWS, st.data())
def test_taking_rows_gives_these_rows(rows: list[dict[int, float]], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=10))
    taken = bags(rows).take(np.array(places, dtype=np.intp))
    expected = bags([rows[place] for place in places])
    assert taken.starts.tolist() == expected.starts.tolist()
    assert taken.features.tolist() == expected.features.tolist()
    assert taken.counts.tolist() == expected.counts.tolist()


def test_titles_that_share_letters_are_alike() -> None:
    index = Index(bags([grams("Apoptosis"), grams("Anti-apoptotic signalling"), grams("Fibrosis")]))
    same, related, other = index.cosines(bag(grams("apoptosis")))
    assert same > 0.99 and same > related > other


def test_nothing_shares_nothing() -> None:
    assert Index(bags([grams("Apoptosis"), {}])).cosines(bag({})).tolist() == [0, 0]
    assert Index(bags([{}, {}])).cosines(bag(symbols(["TP53"]))).tolist() == [0, 0]
    assert Index(bags([])).cosines(bag(symbols(["TP53"]))).tolist() == []
