"""rdflib parses the Turtle, and SPARQL over it gives the mapped pairs, their authors and their dates."""

from collections.abc import Callable
from pathlib import Path

import rdflib
from rdflib import XSD, Literal

from tests.contract.conftest import items
from tests.servers import Keyway

Fetch = Callable[[str], Path]
PAIRS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?event ?target WHERE {
  ?event skos:relatedMatch|skos:broadMatch|skos:narrowMatch|skos:exactMatch ?target
}
"""
PROVENANCE = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX sssom: <https://w3id.org/sssom/>
SELECT ?mapping ?author ?date ?confidence WHERE {
  ?mapping a sssom:Mapping ; owl:annotatedTarget <https://identifiers.org/wikipathways/WP408> ;
    owl:annotatedSource <https://identifiers.org/aop.events/1115> ;
    prov:wasAttributedTo ?author ; sssom:mapping_date ?date ; sssom:confidence ?confidence .
}
"""


def test_sparql_gives_the_mapped_pairs(fetch: Fetch, site: Keyway) -> None:
    graph = rdflib.Graph().parse(fetch("/exports/mappings.ttl"), format="turtle")
    found = {(str(row.event).rpartition("/")[2], str(row.target).rpartition("/")[2]) for row in graph.query(PAIRS)}
    told = {
        (str(item["ke_id"])[3:], str(item.get("pathway_id") or item["go_term_id"]).replace("GO:", "GO_"))
        for item in items(site)
    }
    assert found == told
    assert len(found) == 6


def test_a_mapping_is_a_resource_with_typed_values(fetch: Fetch, site: Keyway) -> None:
    graph = rdflib.Graph().parse(fetch("/exports/mappings.ttl"), format="turtle")
    (row,) = graph.query(PROVENANCE)
    assert str(row.mapping).startswith(f"{site.base_url}/mappings/")
    assert str(row.author) == "https://github.com/curator"
    assert row.date == Literal("2026-11-23", datatype=XSD.date)
    assert row.confidence.datatype == XSD.decimal


def test_an_empty_file_parses(fetch: Fetch) -> None:
    graph = rdflib.Graph().parse(fetch("/exports/mappings.ttl?source=reactome"), format="turtle")
    assert list(graph.query(PAIRS)) == []


def test_titles_come_back_as_they_are(fetch: Fetch) -> None:
    graph = rdflib.Graph().parse(fetch("/exports/mappings.ttl"), format="turtle")
    labels = {str(label) for label in graph.objects(predicate=rdflib.RDFS.label)}
    assert {'=1+1, "quoted"\tand tabbed', "+ plus | pipe, 🧬 and a\nline end"} <= labels
