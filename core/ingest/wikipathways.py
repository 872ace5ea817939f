"""WikiPathways, as its SPARQL service answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from core.ingest import parts, sparql, text
from core.ingest.content import NcbiIds, Side, SourceContent
from core.ingest.neutral import File, Row, Watch, unwatched
from core.ingest.parts import Files, Form, Part
from core.model import Source, Target
from core.sources import spec

SETTING = "WIKIPATHWAYS_SPARQL_URL"
SPECIES = "Homo sapiens"
PREFIXES = """
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>
"""
HUMAN = f"""?pathway a wp:Pathway ; dcterms:identifier ?id ; wp:organismName ?organism .
  FILTER (str(?organism) = "{SPECIES}")"""
PATHWAYS = f"""
SELECT DISTINCT ?pathway ?id ?title ?description WHERE {{
  {HUMAN}
  ?pathway dc:title ?title .
  OPTIONAL {{ ?pathway dcterms:description ?description }}
}}
"""
GENES = f"""
SELECT DISTINCT ?id ?symbol WHERE {{
  {HUMAN}
  ?gene dcterms:isPartOf ?pathway ; wp:bdbHgncSymbol ?symbol .
}}
"""
NCBI = f"""
SELECT DISTINCT ?symbol ?ncbi WHERE {{
  {HUMAN}
  ?gene dcterms:isPartOf ?pathway ; wp:bdbHgncSymbol ?symbol ; wp:bdbEntrezGene ?ncbi .
}}
"""
TAGS = f"""
SELECT DISTINCT ?id ?tag WHERE {{
  {HUMAN}
  ?pathway wp:pathwayOntologyTag ?ontology .
  ?ontology rdfs:label ?tag .
}}
"""
PATHWAY_IRI: Final = re.compile(r"https?://identifiers\.org/wikipathways[/:](WP[1-9][0-9]{0,6})(?:_r[0-9]+)?/?")
NCBI_IRI: Final = re.compile(r"https?://identifiers\.org/ncbigene[/:]([1-9][0-9]{0,9})")
SYMBOL_IRI: Final = re.compile(r"https?://identifiers\.org/hgnc\.symbol[/:](.+)")


def content(files: Files, watch: Watch = unwatched) -> SourceContent:
    """The human pathways with genes and tags. Raises Invalid, naming file, row, field and value, for a bad answer."""
    rows, genes = parts.of(files, "pathways"), parts.of(files, "genes")
    tags = symbol_sets(files["tags"], "tag") if files.get("tags") else {}
    return SourceContent(
        source=Source.WIKIPATHWAYS,
        name=rows[0].name,
        rows={each.accession: _tagged(each, tags.get(each.accession, ())) for each in pathways(rows, watch)},
        genes=Side(genes[0].name, symbol_sets(genes, "symbol")),
        ncbi=ncbi_ids(files["ncbi"]) if files.get("ncbi") else None,
    )


def pathways(files: Sequence[File], watch: Watch = unwatched) -> list[Target]:
    """The pathways, each once; the first row counts where a field has several values."""
    found: dict[str, Target] = {}
    for row in sparql.rows(files, watch):
        accession = _accession(row)
        address = sparql.identified(row, "pathway", PATHWAY_IRI, "https://identifiers.org/wikipathways/WP254_r1")
        if address != accession:
            raise row.bad("id", f"{address}, as its address says")
        target = Target(Source.WIKIPATHWAYS, accession, row.title("title"), text.paragraphs(row.text("description")))
        found.setdefault(accession, target)
    return list(found.values())


def symbol_sets(files: Sequence[File], variable: str) -> dict[str, tuple[str, ...]]:
    """Gene symbols (at the end of their address), or tags, by the id of their pathway; each once, sorted."""
    found: dict[str, set[str]] = {}
    for row in sparql.rows(files):
        value = row.title(variable) if variable == "tag" else _symbol(row, variable)
        found.setdefault(_accession(row), set()).add(value)
    return {accession: tuple(sorted(values)) for accession, values in found.items()}


def ncbi_ids(files: Sequence[File]) -> NcbiIds:
    """What NCBI calls each gene. One product may stand for several genes there; such symbols are left out."""
    found: dict[str, set[int]] = {}
    for row in sparql.rows(files):
        number = sparql.identified(row, "ncbi", NCBI_IRI, "https://identifiers.org/ncbigene/7157")
        found.setdefault(_symbol(row, "symbol"), set()).add(int(number))
    alone = {symbol: min(numbers) for symbol, numbers in sorted(found.items()) if len(numbers) == 1}
    return NcbiIds(files[0].name, alone, len(found) - len(alone))


def _tagged(target: Target, tags: tuple[str, ...]) -> Target:
    return replace(target, synonyms=tuple(tag for tag in tags if tag != target.title))


def _accession(row: Row) -> str:
    value = row.text("id").strip()
    if not (value.isascii() and spec(Source.WIKIPATHWAYS).accession.fullmatch(value)):
        raise row.bad("id", "an id of WikiPathways like WP254")
    return value


def _symbol(row: Row, variable: str) -> str:
    end = sparql.identified(row, variable, SYMBOL_IRI, "https://identifiers.org/hgnc.symbol/TP53")
    return sparql.symbol(row, variable, unquote(end))


FORM = Form(
    parts=(
        Part("pathways", SETTING, query=PREFIXES + PATHWAYS, order="?id ?pathway ?title ?description"),
        Part("genes", SETTING, query=PREFIXES + GENES, order="?id ?symbol"),
        Part("ncbi", SETTING, query=PREFIXES + NCBI, order="?symbol ?ncbi", needed=False),
        Part("tags", SETTING, query=PREFIXES + TAGS, order="?id ?tag", needed=False),
    ),
    content=content,
    release=parts.unnamed,
)
