"""AOP-Wiki as its SPARQL service answers: Key Events, AOPs with roles, relationships, genes."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from core.ingest import parts, sparql, text
from core.ingest.content import AopWikiContent, Side
from core.ingest.neutral import File, Row, Watch, unwatched
from core.ingest.parts import Files, Form, Part
from core.model import Aop, AopRole, KeyEvent, Level, Membership, Relationship

SETTING = "AOPWIKI_SPARQL_URL"
PREFIXES = """
PREFIX aopo: <http://aopkb.org/aop_ontology#>
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX edam: <http://edamontology.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX nci: <http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
KEY_EVENTS = """
SELECT DISTINCT ?KE ?label ?title ?description ?level ?page WHERE {
  ?KE a aopo:KeyEvent ; rdfs:label ?label ; dc:title ?title .
  OPTIONAL { ?KE dc:description ?description }
  OPTIONAL { ?KE nci:C25664 ?level }
  OPTIONAL { ?KE foaf:page ?page }
}
"""
AOPS = """
SELECT DISTINCT ?AOP ?label ?title ?status WHERE {
  ?AOP a aopo:AdverseOutcomePathway ; rdfs:label ?label ; dc:title ?title .
  OPTIONAL { ?AOP nci:C25688 ?status }
}
"""
MEMBERS = """
SELECT DISTINCT ?AOP ?KE ?role WHERE {
  VALUES (?has ?role) {
    (aopo:has_key_event "KE")
    (aopo:has_molecular_initiating_event "MIE")
    (aopo:has_adverse_outcome "AO")
  }
  ?AOP a aopo:AdverseOutcomePathway ; ?has ?KE .
}
"""
RELATIONSHIPS = """
SELECT DISTINCT ?AOP ?upstream ?downstream WHERE {
  ?AOP a aopo:AdverseOutcomePathway ; aopo:has_key_event_relationship ?KER .
  ?KER aopo:has_upstream_key_event ?upstream ; aopo:has_downstream_key_event ?downstream .
}
"""
# data_2298 is the gene's HGNC number and only says that the gene has one; the symbol is its label.
GENES = """
SELECT DISTINCT ?KE ?symbol WHERE {
  ?KE a aopo:KeyEvent ; edam:data_1025 ?gene .
  ?gene edam:data_2298 ?hgnc ; rdfs:label ?symbol .
}
"""
KEY_EVENT_IRI: Final = re.compile(r"https?://identifiers\.org/aop\.events[/:]([1-9][0-9]{0,8})/?")
AOP_IRI: Final = re.compile(r"https?://identifiers\.org/aop[/:]([1-9][0-9]{0,8})/?")
# A Key Event that begins or ends an AOP is listed among its Key Events too: the more telling role counts.
TELLING = (AopRole.MIE, AopRole.AO, AopRole.KE)


def content(files: Files, watch: Watch = unwatched) -> AopWikiContent:
    """All of AOP-Wiki. Raises Invalid, naming file, row, field and value, where an answer is missing or bad."""
    events, genes = parts.of(files, "key-events"), parts.of(files, "genes")
    known, members = parts.of(files, "aops"), parts.of(files, "members")
    arrows = parts.of(files, "relationships")
    return AopWikiContent(
        name=events[0].name,
        rows={key_event.label: key_event for key_event in key_events(events, watch)},
        genes=Side(genes[0].name, gene_sets(genes)),
        memberships=Side(members[0].name, memberships(members, aops(known))),
        relationships=Side(arrows[0].name, relationships(arrows)),
    )


def key_events(files: Sequence[File], watch: Watch = unwatched) -> list[KeyEvent]:
    """The Key Events, each once: where an optional field has several values, the first row counts."""
    found: dict[int, KeyEvent] = {}
    for row in sparql.rows(files, watch):
        number = _key_event(row, "KE")
        if row.text("label") and row.number("label", "KE") != number:
            raise row.bad("label", f"KE {number}, as its address says")
        key_event = KeyEvent(
            number, row.title("title"), text.paragraphs(row.text("description")), row.choice("level", Level)
        )
        found.setdefault(number, key_event)
    return list(found.values())


def aops(files: Sequence[File]) -> dict[int, Aop]:
    """The AOPs by number, with their OECD status where they have one."""
    found: dict[int, Aop] = {}
    for row in sparql.rows(files):
        number = _aop(row)
        found.setdefault(number, Aop(number, row.title("title"), text.line(row.text("status")) or None))
    return found


def memberships(files: Sequence[File], known: dict[int, Aop]) -> list[Membership]:
    """The places of Key Events in AOPs, one for each pair of the two; AOPs that are not `known` are left out."""
    roles: dict[tuple[int, int], set[AopRole]] = {}
    for row in sparql.rows(files):
        role = row.choice("role", AopRole) or AopRole.KE
        roles.setdefault((_key_event(row, "KE"), _aop(row)), set()).add(role)
    return [
        Membership(key_event, known[aop], min(found, key=TELLING.index))
        for (key_event, aop), found in roles.items()
        if aop in known
    ]


def relationships(files: Sequence[File]) -> list[Relationship]:
    """The arrows of AOPs, each once, in their order."""
    arrows = (
        Relationship(_aop(row), _key_event(row, "upstream"), _key_event(row, "downstream"))
        for row in sparql.rows(files)
    )
    return list(dict.fromkeys(arrows))


def gene_sets(files: Sequence[File]) -> dict[str, tuple[str, ...]]:
    """Gene symbols by the label of their Key Event, each once, sorted."""
    return {f"KE {number}": tuple(sorted(symbols)) for number, symbols in _symbols(files).items()}


def _symbols(files: Sequence[File]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for number, symbol in _pairs(files):
        found.setdefault(number, set()).add(symbol)
    return found


def _pairs(files: Sequence[File]) -> Iterator[tuple[int, str]]:
    for row in sparql.rows(files):
        yield _key_event(row, "KE"), sparql.symbol(row, "symbol", row.text("symbol").strip())


def _key_event(row: Row, variable: str) -> int:
    return int(sparql.identified(row, variable, KEY_EVENT_IRI, "https://identifiers.org/aop.events/149"))


def _aop(row: Row) -> int:
    return int(sparql.identified(row, "AOP", AOP_IRI, "https://identifiers.org/aop/38"))


FORM = Form(
    parts=(
        Part("key-events", SETTING, query=PREFIXES + KEY_EVENTS, order="?KE ?level ?description ?page"),
        Part("aops", SETTING, query=PREFIXES + AOPS, order="?AOP ?title ?status"),
        Part("members", SETTING, query=PREFIXES + MEMBERS, order="?AOP ?KE ?role"),
        Part("relationships", SETTING, query=PREFIXES + RELATIONSHIPS, order="?AOP ?upstream ?downstream"),
        Part("genes", SETTING, query=PREFIXES + GENES, order="?KE ?symbol"),
    ),
    content=content,
    release=parts.unnamed,
)
