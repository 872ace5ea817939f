"""Turtle: a direct triple a pair, and each mapping as a resource with its authorship (PROV), dates and versions.

rdflib writes it, some mappings at a time, so that memory stays flat: pieces of Turtle one after another are Turtle.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice

from rdflib import FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from core import sources
from core.export import sssom
from core.export.published import Edition, Published
from core.instruments import summary
from core.model import Contributor, Relation
from core.sources import SPECS

SSSOM = Namespace("https://w3id.org/sssom/")
SEMAPV = Namespace("https://w3id.org/semapv/vocab/")
AT_ONCE = 200
PREDICATES: dict[Relation, URIRef] = {
    Relation.RELATED: SKOS.relatedMatch,
    Relation.BROADER: SKOS.broadMatch,
    Relation.NARROWER: SKOS.narrowMatch,
    Relation.EQUIVALENT: SKOS.exactMatch,
}
PREFIXES = {
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "owl": OWL,
    "prov": PROV,
    "rdfs": RDFS,
    "semapv": SEMAPV,
    "skos": SKOS,
    "sssom": SSSOM,
    "xsd": XSD,
}


def turtle(mappings: Iterable[Published], edition: Edition) -> Iterator[bytes]:
    """The file: prefixes, the mapping set, then the mappings in their order."""
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()).encode()
    yield _body(_about(edition))
    waiting = iter(mappings)
    while some := list(islice(waiting, AT_ONCE)):
        graph = _graph()
        for mapping in some:
            _state(graph, mapping, edition)
        yield _body(graph)


def key_event(number: int) -> URIRef:
    """A Key Event in linked data."""
    return URIRef(f"{sources.KEY_EVENT_NAMESPACE}{number}")


def _graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _body(graph: Graph) -> bytes:
    """The graph as Turtle, without the prefixes, which stand at the head of the file: up to the first empty line."""
    return b"\n" + graph.serialize(format="turtle").partition("\n\n")[2].encode()


def _set(edition: Edition) -> URIRef:
    return URIRef(f"{edition.home}/exports/mappings.ttl")


def _about(edition: Edition) -> Graph:
    graph = _graph()
    about = _set(edition)
    graph.add((about, RDF.type, SSSOM.MappingSet))
    graph.add((about, OWL.versionInfo, Literal(edition.version)))
    graph.add((about, DCTERMS.license, URIRef(sssom.licence_iri(edition.licence))))
    for source, release in sorted(edition.sources.items()):
        graph.add((about, DCTERMS.source, Literal(f"{source} {release}")))
    return graph


def _state(graph: Graph, mapping: Published, edition: Edition) -> None:
    """Add all that is said of one mapping."""
    subject, object = key_event(mapping.key_event), URIRef(sources.iri(mapping.target))
    predicate, itself = PREDICATES[mapping.relation], URIRef(edition.record(mapping.uuid))
    source = mapping.target.source
    graph.add((subject, predicate, object))
    graph.add((subject, RDFS.label, Literal(mapping.key_event_title)))
    graph.add((object, RDFS.label, Literal(mapping.title)))
    said: list[tuple[URIRef, URIRef | Literal]] = [
        (RDF.type, SSSOM.Mapping),
        (RDF.type, PROV.Entity),
        (OWL.annotatedSource, subject),
        (OWL.annotatedProperty, predicate),
        (OWL.annotatedTarget, object),
        (DCTERMS.isPartOf, _set(edition)),
        (SSSOM.mapping_justification, SEMAPV.ManualMappingCuration),
        (PROV.generatedAtTime, _time(mapping.proposed_at)),
        (SSSOM.mapping_date, _date(mapping.proposed_at)),
        (SSSOM.review_date, _date(mapping.approved_at)),
        (SSSOM.object_source, URIRef(SPECS[source].home)),
        (SSSOM.object_source_version, Literal(edition.sources.get(source, ""), datatype=XSD.string)),
        (SSSOM.subject_source_version, Literal(edition.sources.get(sources.AOP_WIKI, ""), datatype=XSD.string)),
    ]
    if mapping.tier:
        said.append((SSSOM.confidence, Literal(Decimal(str(sssom.CONFIDENCE[mapping.tier])))))
    if mapping.assessment:
        said.append((SSSOM.curation_rule_text, Literal(summary(mapping.assessment))))
    if mapping.note:
        said.append((RDFS.comment, Literal(mapping.note)))
    for role, somebody in ((PROV.wasAttributedTo, mapping.author), (SSSOM.reviewer_id, mapping.approver)):
        said.append((role, _person(graph, somebody)))
    for what, value in said:
        graph.add((itself, what, value))


def _person(graph: Graph, somebody: Contributor) -> URIRef:
    home = "https://orcid.org/" if somebody.orcid else "https://github.com/"
    itself = URIRef(home + (somebody.orcid or somebody.login))
    graph.add((itself, RDF.type, PROV.Person))
    graph.add((itself, FOAF.name, Literal(somebody.label)))
    return itself


def _time(at: datetime) -> Literal:
    return Literal(at.replace(microsecond=0))


def _date(at: datetime) -> Literal:
    return Literal(at.date())
