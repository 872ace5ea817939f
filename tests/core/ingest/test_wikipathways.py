"""WikiPathways, as its service answers and as its GMT; and what is said of what is not as it must be."""

import pytest

from core.errors import Invalid
from core.ingest import wikipathways
from core.ingest.neutral import File
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


def test_a_gmt_gives_the_human_pathways_and_its_release() -> None:
    gmt = wikipathways.gmt(sources.file("wikipathways/pathways.gmt"))
    assert gmt.release == "20260510"
    assert gmt.titles == {"WP254": "Apoptosis"}
    assert gmt.genes == {"WP254": ("7157", "836")}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"Apoptosis\thttp://x\t1\n", "name is"),
        (
            b"Apoptosis%W_1%WP254%Homo sapiens\tx\t1\nApopto",
            "row 2: 1 columns, expected at least 3",
        ),
        (b"Apoptosis%W_1%WP254%Mus musculus\tx\t1\n", "has no pathway of Homo sapiens"),
        (sources.SAVED_PAGE, "is a web page"),
        (b"\xff\xfe", "is not text in UTF-8"),
    ],
)
def test_a_gmt_that_is_none_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        wikipathways.gmt(File("wp.gmt", content))
    assert complaint in str(refusal.value)
