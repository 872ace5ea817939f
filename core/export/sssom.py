"""SSSOM (schema 1.1): mappings in force, rejected pairs, candidates and Key Events without a target, a file each.

Which columns a file has is known before its rows: those of its kind, and of the optional ones those that are `said`.
"""

import csv
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum

from core import sources
from core.export import chunks
from core.export.chunks import Handed
from core.export.published import Edition, Statement
from core.instruments import summary
from core.model import Contributor, Relation, Tier
from core.sources import SPECS

VERSION = "1.1"
TOOL = "Keyway"
MEASURE = "displayed score of the run, 0 to 1"
NOT_FOUND = "sssom:NoTermFound"
CURATED = "semapv:ManualMappingCuration"
SUGGESTED = "semapv:SemanticSimilarityThresholdMatching"
PREDICATES: dict[Relation, str] = {
    Relation.RELATED: "skos:relatedMatch",
    Relation.BROADER: "skos:broadMatch",
    Relation.NARROWER: "skos:narrowMatch",
    Relation.EQUIVALENT: "skos:exactMatch",
}
CONFIDENCE: dict[Tier, float] = {Tier.LOW: 0.5, Tier.MEDIUM: 0.7, Tier.HIGH: 0.9}
LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}


class Kind(StrEnum):
    """What the rows of a file are."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    CANDIDATES = "candidates"
    NO_TARGET = "no-target"


OPTIONAL = frozenset({"confidence", "curation_rule_text", "comment"})
_SUBJECT = ("record_id", "subject_id", "subject_label", "subject_category", "predicate_id")
_OBJECT = ("object_id", "object_label", "object_category", "mapping_justification")
_AUTHOR = ("author_id", "author_label")
_REVIEWER = ("reviewer_id", "reviewer_label")
_VERSIONS = ("object_source", "object_source_version")
_TOOL = ("mapping_tool", "mapping_tool_version")
_REVIEW = ("review_date", "confidence", "reviewer_agreement", "curation_rule_text")
COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.POSITIVE: (*_SUBJECT, *_OBJECT, *_AUTHOR, *_REVIEWER, *_VERSIONS, "mapping_date", *_REVIEW, "comment"),
    Kind.NEGATIVE: (*_SUBJECT, "predicate_modifier", *_OBJECT, *_AUTHOR, *_VERSIONS, "mapping_date", "comment"),
    Kind.CANDIDATES: (
        *_SUBJECT, *_OBJECT, *_VERSIONS, *_TOOL, "mapping_date", "similarity_score", "similarity_measure",
    ),
    Kind.NO_TARGET: (
        *_SUBJECT, "object_id", "mapping_justification", *_AUTHOR, *_VERSIONS, "mapping_date", "comment",
    ),
}  # fmt: skip


def table(
    statements: Iterable[Statement], kind: Kind, edition: Edition, said: Collection[str] = OPTIONAL
) -> Iterator[bytes]:
    """The file: metadata as YAML in comment lines, then tab-separated rows. `said`: the optional columns to write."""
    return chunks.of(_lines(statements, kind, edition, said))


def licence_iri(licence: str) -> str:
    """The address of a licence that is named by its SPDX identifier."""
    return LICENCES.get(licence, f"https://spdx.org/licenses/{licence}")


def prefixes(edition: Edition) -> dict[str, str]:
    """Every prefix that a file of ours may use."""
    ours = {SPECS[source].contract.prefix: SPECS[source].contract.namespace for source in SPECS}
    return {
        sources.KEY_EVENT_PREFIX: sources.KEY_EVENT_NAMESPACE,
        **ours,
        "biolink": "https://w3id.org/biolink/vocab/",
        "github": "https://github.com/",
        "infores": "https://w3id.org/biolink/infores/",
        "keyway": edition.record(""),
        "orcid": "https://orcid.org/",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sssom": "https://w3id.org/sssom/",
    }


def header(kind: Kind, edition: Edition) -> str:
    """The metadata of a file, as YAML in comment lines."""
    lines = [f"sssom_version: {json.dumps(VERSION)}", "curie_map:"]
    lines += [f"  {prefix}: {json.dumps(iri)}" for prefix, iri in sorted(prefixes(edition).items())]
    lines += [
        f"license: {json.dumps(licence_iri(edition.licence))}",
        f"mapping_set_id: {json.dumps(f'{edition.home}/exports/{kind}.sssom.tsv')}",
        f"mapping_set_version: {json.dumps(edition.version)}",
    ]
    return "".join(f"#{line}\n" for line in lines)


def _lines(statements: Iterable[Statement], kind: Kind, edition: Edition, said: Collection[str]) -> Iterator[str]:
    names = [name for name in COLUMNS[kind] if name not in OPTIONAL or name in said]
    cells = [_CELLS[name] for name in names]
    writer = csv.writer(Handed(), delimiter="\t", lineterminator="\n")
    yield header(kind, edition) + writer.writerow(names)
    for statement in statements:
        yield writer.writerow([_line(cell(statement, edition)) for cell in cells])


def _line(text: str) -> str:
    """A text on one line: readers of SSSOM part rows at line ends, quoted or not."""
    return " ".join(text.split())


def _day(at: str) -> str:
    return at[:10]


def _label(somebody: Contributor) -> str:
    return somebody.label.replace("|", "/")


def _category(statement: Statement) -> str:
    return SPECS[statement.source].contract.category


_CELLS: dict[str, Callable[[Statement, Edition], str]] = {
    "record_id": lambda row, _: f"keyway:{row.record}",
    "subject_id": lambda row, _: f"{sources.KEY_EVENT_PREFIX}:{row.key_event}",
    "subject_label": lambda row, _: row.key_event_title,
    "subject_category": lambda row, _: sources.KEY_EVENT_CATEGORY,
    "predicate_id": lambda row, _: PREDICATES[row.relation],
    "predicate_modifier": lambda row, _: "Not" if row.negative else "",
    "object_id": lambda row, _: sources.curie(row.target) if row.target else NOT_FOUND,
    "object_label": lambda row, _: row.title,
    "object_category": lambda row, _: _category(row),
    "mapping_justification": lambda row, _: CURATED if row.similarity is None else SUGGESTED,
    "author_id": lambda row, _: row.author.curie,
    "author_label": lambda row, _: _label(row.author),
    "reviewer_id": lambda row, _: row.reviewer.curie,
    "reviewer_label": lambda row, _: _label(row.reviewer),
    "object_source": lambda row, _: SPECS[row.source].contract.registry,
    "object_source_version": lambda row, edition: edition.sources.get(row.source, ""),
    "mapping_tool": lambda row, _: TOOL,
    "mapping_tool_version": lambda row, _: row.tool,
    "mapping_date": lambda row, _: _day(row.at),
    "review_date": lambda row, _: _day(row.reviewed_at),
    "confidence": lambda row, _: str(CONFIDENCE[row.tier]) if row.tier else "",
    "reviewer_agreement": lambda row, _: "1.0",
    "curation_rule_text": lambda row, _: summary(row.assessment) if row.assessment else "",
    "similarity_score": lambda row, _: "" if row.similarity is None else f"{row.similarity:.4f}",
    "similarity_measure": lambda row, _: MEASURE,
    "comment": lambda row, _: row.comment,
}
