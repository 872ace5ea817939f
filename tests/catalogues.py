"""Small catalogues for tests, brought into a real database by the real journey."""

import json
from datetime import UTC, datetime
from pathlib import Path

from core import catalogue, planning
from core.catalogue import Report
from core.ingest.files import AopWikiFiles, Files, SourceFiles
from core.ingest.neutral import File, Watch, unwatched
from core.model import Source
from core.store import connection, migrate

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

KEY_EVENTS = (
    {"id": "KE 149", "title": "Increase, Inflammation", "description": "Cytokines rise.", "level": "Tissue"},
    {"id": "KE 1115", "title": "Increase, Reactive oxygen species", "level": "Cellular"},
    {"id": "KE 344", "title": "N/A, Liver fibrosis", "level": "Organ"},
    {"id": "KE 55", "title": "Increase, Cell injury/death"},
)
AOPS = {
    "KE 149": [{"aop_id": "AOP 144", "aop_title": "Lysosomal damage leading to liver fibrosis", "role": "KE"}],
    "KE 1115": [{"aop_id": "AOP 144", "aop_title": "Lysosomal damage leading to liver fibrosis", "role": "MIE"}],
    "KE 344": [
        {"aop_id": "AOP 144", "aop_title": "Lysosomal damage leading to liver fibrosis", "role": "AO"},
        {"aop_id": "AOP 38", "aop_title": "Protein alkylation leading to liver fibrosis", "oecd_status": "Endorsed"},
    ],
    "KE 99999": [{"aop_id": "AOP 7", "aop_title": "Of a Key Event that is not here"}],
}
RELATIONSHIPS = (
    {"aop_id": "AOP 144", "upstream": "KE 1115", "downstream": "KE 149"},
    {"aop_id": "AOP 144", "upstream": "KE 149", "downstream": "KE 344"},
    {"aop_id": "AOP 144", "upstream": "KE 149", "downstream": "KE 99999"},
)
GENES = {"KE 149": ["IL6", "TNF", "IL1B"], "KE 1115": ["SOD1"], "KE 99999": ["ACHE"]}

PATHWAYS = (
    {"id": "WP254", "title": "Apoptosis", "description": "Programmed death; p53 upstream.", "tags": ["cell death"]},
    {"id": "WP408", "title": "Oxidative stress response"},
    {"id": "WP4341", "title": "Inflammatory cytokines", "description": "Apoptosis is mentioned here only."},
    {"id": "WP1742", "title": "p53 signaling"},
)
PATHWAY_GENES = {
    "WP254": ["TP53", "CASP3", "TNF"],
    "WP408": ["SOD1", "NFE2L2"],
    "WP4341": ["IL6", "TNF"],
    "WP9": ["ACHE"],
}
NCBI_GENES = {"TP53": 7157, "CASP3": 836, "SOD1": "6647"}
TERMS = (
    {"id": "GO:0006954", "title": "inflammatory response", "synonyms": ["inflammation"]},
    {"id": "GO:0072593", "title": "reactive oxygen species metabolic process", "synonyms": ["ROS metabolism"]},
)


def lines(*rows: object, name: str = "rows.jsonl") -> File:
    """JSON lines."""
    return File(name, "\n".join(json.dumps(row) for row in rows).encode())


def entries(content: object, name: str = "side.json") -> File:
    """A side file."""
    return File(name, json.dumps(content).encode())


AOP_WIKI_FILES = AopWikiFiles(
    lines(*KEY_EVENTS, name="ke.jsonl"),
    aops=entries(AOPS, name="aops.json"),
    relationships=lines(*RELATIONSHIPS, name="arrows.jsonl"),
    genes=entries(GENES, name="ke_genes.json"),
)
PATHWAY_FILES = SourceFiles(
    Source.WIKIPATHWAYS, lines(*PATHWAYS, name="wp.jsonl"), entries(PATHWAY_GENES, name="wp_genes.json")
)
TERM_FILES = SourceFiles(Source.GO, lines(*TERMS, name="go.jsonl"))


def pathways(*rows: object, genes: object = None, ncbi: object = None) -> SourceFiles:
    """Files of WikiPathways with these rows."""
    sides = (entries(side) if side else None for side in (genes, ncbi))
    return SourceFiles(Source.WIKIPATHWAYS, lines(*rows, name="wp.jsonl"), *sides)


def number_genes(path: Path) -> None:
    """Bring ids of genes at NCBI for some of the genes of the small catalogue."""
    bring(path, pathways(*PATHWAYS, ncbi=NCBI_GENES))


def bring(path: Path, *files: Files, accept_shrink: bool = False, now: datetime = NOW) -> list[Report]:
    """Import `files` at one moment."""
    with connection.reader(path) as db, connection.snapshot(db):
        plans = [planning.plan(db, each, accept_shrink=accept_shrink) for each in files]
    with connection.writer(path) as db:
        return catalogue.write(db, [(plan, "test") for plan in plans], now=now)


def traced(path: Path, *files: Files, watch: Watch = unwatched) -> tuple[list[Report], list[list[str]]]:
    """Import; what it reports, and what it asks of the database under each write lock that it takes."""
    asked: list[list[str]] = []

    def note(statement: str) -> None:
        if statement.startswith("BEGIN"):
            asked.append([statement])
        elif db.in_transaction and not statement.startswith("--"):
            asked[-1].append(statement)

    with connection.reader(path) as db, connection.snapshot(db):
        plans = [planning.plan(db, each) for each in files]
    with connection.writer(path) as db:
        db.set_trace_callback(note)
        reports = catalogue.write(db, [(plan, "test") for plan in plans], now=NOW, watch=watch)
        db.set_trace_callback(None)
    return reports, [statements for begin, *statements in asked if begin == "BEGIN IMMEDIATE"]


def empty(folder: Path) -> Path:
    """A new database."""
    path = folder / "keyway.db"
    migrate.migrate(path, NOW)
    return path


def small(folder: Path) -> Path:
    """A new database with the small catalogue above."""
    path = empty(folder)
    bring(path, AOP_WIKI_FILES, PATHWAY_FILES, TERM_FILES)
    return path
