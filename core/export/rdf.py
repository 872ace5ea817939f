"""Turtle: a direct triple a pair, and each mapping as a resource with its authorship (PROV), dates and versions.

rdflib writes every term; what stands between them is a resource after the other, each as it comes, so that memory stays
flat and a file of a hundred thousand mappings takes seconds.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from rdflib import FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from core import orcid, sources
from core.export import chunks, sssom
from core.export.published import Edition, Published
from core.instruments import summary
from core.model import Contributor, Relation
from core.sources import SPECS

SSSOM = Namespace("https://w3id.org/sssom/")
SEMAPV = Namespace("https://w3id.org/semapv/vocab/")
Said = list[tuple[URIRef, URIRef | Literal]]
PREDICATES: dict[Relation, URIRef] = {
    relation: SKOS[predicate.removeprefix("skos:")] for relation, predicate in sssom.PREDICATES.items()
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


_NAMES = Graph(bind_namespaces="none").namespace_manager
for _prefix, _namespace in PREFIXES.items():
    _NAMES.bind(_prefix, _namespace)
_VOCABULARIES = tuple(map(str, PREFIXES.values()))


def turtle(mappings: Iterable[Published], edition: Edition) -> Iterator[bytes]:
    """The file: prefixes, the mapping set, then the mappings in their order, each person before the first of theirs."""
    return chunks.of(_resources(mappings, edition))


def _resources(mappings: Iterable[Published], edition: Edition) -> Iterator[str]:
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    yield _resource(_set(edition), _about(edition))
    known: set[Contributor] = set()
    for mapping in mappings:
        for somebody in (mapping.author, mapping.approver):
            if somebody not in known:
                known.add(somebody)
                yield _resource(_person(somebody), [(RDF.type, PROV.Person), (FOAF.name, Literal(somebody.label))])
        subject, object = key_event(mapping.key_event), URIRef(sources.iri(mapping.target))
        predicate = PREDICATES[mapping.relation]
        yield (
            _resource(subject, [(RDFS.label, Literal(mapping.key_event_title)), (predicate, object)])
            + _resource(object, [(RDFS.label, Literal(mapping.title))])
            + _resource(URIRef(edition.record(mapping.uuid)), _mapping(mapping, edition))
        )


def _resource(itself: URIRef, said: Said) -> str:
    """All that is said of a resource, as one block."""
    facts = " ;\n    ".join(f"{_verb(what)} {_object(value)}" for what, value in said)
    return f"\n{itself.n3()}\n    {facts} .\n"


def _verb(predicate: URIRef) -> str:
    return "a" if predicate == RDF.type else _word(predicate)


def _object(value: URIRef | Literal) -> str:
    if isinstance(value, Literal):
        return value.n3(_NAMES)
    return _word(value) if str.startswith(value, _VOCABULARIES) else value.n3()


@lru_cache
def _word(term: URIRef) -> str:
    """A term of one of the vocabularies, by its prefix."""
    return term.n3(_NAMES)


def key_event(number: int) -> URIRef:
    """A Key Event in linked data."""
    return URIRef(f"{sources.KEY_EVENT_NAMESPACE}{number}")


def _set(edition: Edition) -> URIRef:
    return URIRef(f"{edition.home}/exports/mappings.ttl")


def _about(edition: Edition) -> Said:
    return [
        (RDF.type, SSSOM.MappingSet),
        (OWL.versionInfo, Literal(edition.version)),
        (DCTERMS.license, URIRef(sssom.licence_iri(edition.licence))),
        *((DCTERMS.source, Literal(f"{source} {release}")) for source, release in sorted(edition.sources.items())),
    ]


def _mapping(mapping: Published, edition: Edition) -> Said:
    """All that is said of one mapping."""
    source = mapping.target.source
    said: Said = [
        (RDF.type, SSSOM.Mapping),
        (RDF.type, PROV.Entity),
        (OWL.annotatedSource, key_event(mapping.key_event)),
        (OWL.annotatedProperty, PREDICATES[mapping.relation]),
        (OWL.annotatedTarget, URIRef(sources.iri(mapping.target))),
        (DCTERMS.isPartOf, _set(edition)),
        (SSSOM.mapping_justification, SEMAPV.ManualMappingCuration),
        (PROV.wasAttributedTo, _person(mapping.author)),
        (PROV.generatedAtTime, _time(mapping.proposed_at)),
        (SSSOM.reviewer_id, _person(mapping.approver)),
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
    if mapping.comment:
        said.append((RDFS.comment, Literal(mapping.comment)))
    return said


def _person(somebody: Contributor) -> URIRef:
    return URIRef(orcid.PAGE.format(somebody.orcid) if somebody.orcid else f"https://github.com/{somebody.login}")


def _time(at: str) -> Literal:
    return Literal(datetime.fromisoformat(at).replace(microsecond=0))


def _date(at: str) -> Literal:
    return Literal(datetime.fromisoformat(at).date())
