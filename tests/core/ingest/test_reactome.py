"""Reactome's downloads, read; and what is said of one that is not as it must be."""

from collections.abc import Callable

import pytest

from core.errors import Invalid
from core.ingest import reactome
from core.ingest.neutral import File
from core.model import Source, Target
from tests import sources

READ: list[Callable[[File], object]] = [
    reactome.pathways,
    reactome.parents,
    reactome.gene_sets,
    reactome.summations,
]


def test_human_pathways_come_with_parents_genes_and_summations() -> None:
    content = reactome.content(sources.parts("reactome"))
    assert list(content.rows) == ["R-HSA-109581", "R-HSA-5357801", "R-HSA-3299685"]
    assert content.rows["R-HSA-109581"] == Target(
        Source.REACTOME, "R-HSA-109581", "Apoptosis", "Cells die by caspases.\nA second paragraph with a tab."
    )
    assert content.rows["R-HSA-5357801"].description == ""
    assert content.parents and content.parents.entries == {"R-HSA-109581": ("R-HSA-5357801",)}
    assert content.genes and content.genes.entries["R-HSA-3299685"] == ("CAT", "SOD1")


def test_a_parent_has_the_genes_of_its_children() -> None:
    content = reactome.content(sources.parts("reactome"))
    assert content.genes and content.parents
    for child, parents in content.parents.entries.items():
        for parent in parents:
            assert set(content.genes.entries[child]) <= set(content.genes.entries[parent])


@pytest.mark.parametrize("read", READ)
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (sources.SAVED_PAGE, "is a web page"),
        (b" \n", "is empty"),
        (b"R-BTA-1\tR-BTA-2\tBos taurus\n", "has nothing of Homo sapiens"),
        (b"R-HSA-1", "1 columns, expected at least"),
        (sources.zipped(File("x", b"x" * 5000)).content[:60], "is broken or cut off"),
        (sources.gzipped(File("x", b"x" * 5000)).content[:-4], "is broken or cut off"),
    ],
)
def test_what_is_no_table_is_refused(read: Callable[[File], object], content: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(File("reactome.txt", content))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [(b"R-HSA-0\tA\tHomo sapiens", 'id is "R-HSA-0"'), (b"R-HSA-1\t<p></p>\tHomo sapiens", "name is")],
)
def test_a_bad_pathway_names_its_fault(row: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        reactome.pathways(File("names.txt", row))
    assert complaint in str(refusal.value)
