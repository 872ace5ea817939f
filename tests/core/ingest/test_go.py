"""The Gene Ontology, read; the true-path rule; and what is said of a file that is not as it must be."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.ingest import go
from core.ingest.neutral import File
from core.model import Source, Target
from tests import sources

Graph = tuple[Mapping[str, set[str]], Mapping[str, Sequence[str]]]
OBO = "format-version: 1.2\ndata-version: releases/2026-06-15\n\n"


def obo(*stanzas: str) -> File:
    return File("go.obo", (OBO + "\n\n".join(f"[Term]\n{stanza}" for stanza in stanzas) + "\n").encode())


def test_processes_come_with_text_parents_and_genes() -> None:
    content = go.content(sources.parts("go"))
    assert list(content.rows) == ["GO:0008150", "GO:0008219", "GO:0012501", "GO:0006915", "GO:0097190"]
    assert content.rows["GO:0006915"] == Target(
        Source.GO,
        "GO:0006915",
        "apoptotic process",
        "A process that ends in the death of the cell by caspases.",
        ("apoptosis", "apoptotic cell death"),
    )
    assert content.rows["GO:0008219"].description == 'Any process in which a cell "dies", whatever the cause.'
    assert content.parents and content.parents.entries["GO:0097190"] == ("GO:0008150", "GO:0006915")


def test_genes_are_counted_in_upwards_without_those_that_are_denied() -> None:
    content = go.content(sources.parts("go"))
    assert content.genes
    genes = content.genes.entries
    assert genes["GO:0097190"] == ("TP53",)
    assert genes["GO:0006915"] == ("CASP8", "IL6", "TP53")  # by part_of, through a function, and an alternative id
    assert genes["GO:0012501"] == ("CASP3", "CASP8", "IL6", "TP53")
    assert "BCL2" not in genes["GO:0008150"]
    assert not {"NONE1", "MOUSE1", "FAR1", "GONE1"} & set(genes["GO:0008150"])


def test_old_ids_lead_to_what_stands_now() -> None:
    replaced = go.content(sources.parts("go")).replaced
    assert replaced == {
        "GO:0008632": ("GO:0006915", "GO:0097190"),
        "GO:0006916": ("GO:0006915", "GO:0097190"),
        "GO:0006917": ("GO:0006915",),
    }


def test_functions_can_be_asked_for_too() -> None:
    content = go.content(sources.parts("go"), namespaces=("molecular_function",))
    assert list(content.rows) == ["GO:0097153"]


def test_the_release_is_the_one_in_the_header() -> None:
    assert go.release(sources.parts("go")) == "2026-06-15"
    assert go.read_release(File("go.obo", b"format-version: 1.2\n[Term]\ndata-version: no\n")) is None


def test_replacements_in_a_circle_lead_nowhere() -> None:
    ends = ["is_obsolete: true\nreplaced_by: GO:2", "is_obsolete: true\nreplaced_by: GO:1"]
    ontology = go.read(obo(*(f"id: GO:{number}\nname: a\n{end}" for number, end in enumerate(ends, start=1))))
    assert go.replacements(ontology) == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (sources.SAVED_PAGE, "is a web page, “302 Found”"),
        (b"", "is empty"),
        (sources.file("go/go-basic.obo").content[:900], "is not OBO, or cut off"),
        (obo("id: GO:0000001\nname: a\nis_a: GO:0000002").content, "is under GO:0000002, which the file lacks"),
        (b"[Term]\nid: GO:0000001\nname: \xff\n", "is not text in UTF-8"),
        (b"[Term]\nname: a\n", "is not OBO, or cut off"),
        (sources.gzipped(sources.file("go/go-basic.obo")).content[:300], "is broken or cut off"),
    ],
)
def test_an_ontology_that_is_broken_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        go.read(File("go.obo", content))
    assert complaint in str(refusal.value)


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="goes in a circle, .*GO:1"):
        go.propagated({}, {"GO:1": ["GO:2"], "GO:2": ["GO:1"]})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"!gaf-version: 2.2\n", "has no human annotation"),
        (b"UniProtKB\tP04637\tTP53\tinvolved_in\tGO:0097190\n", "row 1: 5 columns, expected at least 15"),
        (sources.file("go/goa_human.gaf").content.replace(b"GO:0097190", b"0097190"), "the columns of GAF 2.2"),
        (sources.SAVED_PAGE, "is a web page"),
    ],
)
def test_annotations_that_are_broken_are_refused(content: bytes, complaint: str) -> None:
    ontology = go.read(sources.file("go/go-basic.obo"))
    with pytest.raises(Invalid) as refusal:
        go.annotations(File("goa.gaf", content), ontology, go.replacements(ontology))
    assert complaint in str(refusal.value)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Symbols of some terms, and parents without circles: each term's stand before it."""
    size = draw(st.integers(1, 12))
    parents = {str(n): [str(p) for p in draw(st.sets(st.integers(0, n - 1), max_size=3))] for n in range(1, size)}
    own = draw(st.dictionaries(st.integers(0, size - 1).map(str), st.sets(st.sampled_from("ABCDEF"), min_size=1)))
    return own, {"0": [], **parents}


@given(graphs())
def test_the_true_path_rule_holds(graph: Graph) -> None:
    own, parents = graph
    found = {id: set(symbols) for id, symbols in go.propagated(own, parents).items()}
    for child, above in parents.items():
        for parent in above:
            assert found.get(child, set()) <= found.get(parent, set())
    for id, symbols in found.items():
        below = [child for child, above in parents.items() if id in above]
        assert symbols == own.get(id, set()).union(*(found.get(child, set()) for child in below))
    assert own.keys() <= found.keys()


@settings(deadline=None)
@given(graphs())
def test_an_ontology_of_any_shape_is_read_back(graph: Graph) -> None:
    _, parents = graph
    stanzas = [
        f"id: GO:{id:0>7}\nname: n{id}\nnamespace: biological_process\n" + "\n".join(f"is_a: GO:{p:0>7}" for p in above)
        for id, above in parents.items()
    ]
    ontology = go.read(obo(*stanzas))
    assert {id: term.parents for id, term in ontology.terms.items()} == {
        f"GO:{id:0>7}": [f"GO:{p:0>7}" for p in above] for id, above in parents.items()
    }
