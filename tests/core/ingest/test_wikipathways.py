"""WikiPathways, as its service answers; and what is said of what is not as it must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.ingest import wikipathways
from core.model import Source, Target
from tests import sources
from tests.sources import answer

ROW = {"pathway": "https://identifiers.org/wikipathways/WP254_r9", "id": "WP254", "title": "Apoptosis"}


def test_pathways_come_with_genes_tags_and_clean_text() -> None:
    content = wikipathways.content(sources.parts("wikipathways"))
    assert content.rows["WP254"] == Target(
        Source.WIKIPATHWAYS,
        "WP254",
        "Apoptosis",
        "Apoptosis is programmed cell death & needs caspases.",
        ("apoptotic cell death pathway", "regulatory pathway"),
    )
    assert list(content.rows) == ["WP254", "WP408", "WP1742"]
    assert content.genes and content.genes.entries["WP254"] == ("CASP3", "HLA-A", "TP53")
    assert content.parents is None


def test_without_tags_it_is_read_all_the_same() -> None:
    given = {part: files for part, files in sources.parts("wikipathways").items() if part != "tags"}
    assert wikipathways.content(given).rows["WP254"].synonyms == ()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "254"}, 'id is "254", expected an id of WikiPathways like WP254'),
        ({"id": "WP٢"}, "id is"),
        ({"id": "WP255"}, 'id is "WP255", expected WP254, as its address says'),
        ({"pathway": "https://example.org/WP254"}, "pathway is"),
        ({"title": "<p></p>"}, "title is"),
    ],
)
def test_a_bad_pathway_names_its_fault(change: dict[str, str], complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        wikipathways.pathways([answer(ROW | change)])
    assert complaint in str(refusal.value)


def test_a_symbol_stands_at_the_end_of_its_address() -> None:
    for symbol in ("https://identifiers.org/ncbigene/7157", "https://identifiers.org/hgnc.symbol/7157"):
        with pytest.raises(Invalid, match="symbol is"):
            wikipathways.symbol_sets([answer({"id": "WP254", "symbol": symbol})], "symbol")


def test_genes_come_with_their_ids_at_ncbi_and_several_of_one_are_left_out() -> None:
    found = wikipathways.content(sources.parts("wikipathways")).ncbi
    assert found is not None
    assert (found.ids, found.several) == ({"CASP3": 836, "SOD1": 6647, "TP53": 7157}, 1)


def test_without_ids_at_ncbi_it_is_read_all_the_same() -> None:
    given = {part: files for part, files in sources.parts("wikipathways").items() if part != "ncbi"}
    assert wikipathways.content(given).ncbi is None


@pytest.mark.parametrize("id", ["7157", "https://identifiers.org/hgnc/7157", "https://identifiers.org/ncbigene/TP53"])
def test_an_id_at_ncbi_stands_at_the_end_of_its_address(id: str) -> None:
    row = {"symbol": "https://identifiers.org/hgnc.symbol/TP53", "ncbi": id}
    with pytest.raises(Invalid, match="ncbi is .*expected an address like https://identifiers.org/ncbigene/7157"):
        wikipathways.ncbi_ids([answer(row)])


@given(st.dictionaries(st.sampled_from(("TP53", "HLA-A", "C4B", "TNF")), st.sets(st.integers(1, 9_999), min_size=1)))
def test_a_symbol_has_an_id_exactly_where_one_came(told: dict[str, set[int]]) -> None:
    rows = [
        {"symbol": f"http://identifiers.org/hgnc.symbol/{symbol}", "ncbi": f"https://identifiers.org/ncbigene/{id}"}
        for symbol, ids in told.items()
        for id in sorted(ids)
    ]
    if not rows:
        with pytest.raises(Invalid, match="has no rows"):
            wikipathways.ncbi_ids([answer()])
        return
    found = wikipathways.ncbi_ids([answer(*rows)])
    assert found.ids == {symbol: min(ids) for symbol, ids in told.items() if len(ids) == 1}
    assert found.several == len(told) - len(found.ids)
