"""The catalogue that is measured on: the embedded one, or a folder in the neutral form under its usual names."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core import catalogue, planning
from core.ingest import go
from core.ingest.compare import T
from core.ingest.content import AopWikiContent, Side, SourceContent
from core.ingest.files import AopWikiFiles, Files, SourceFiles
from core.ingest.neutral import File, Watch, unwatched
from core.model import Source
from core.settings import Settings
from core.sources import AOP_WIKI
from core.store import connection
from scripts.bench import ontology
from scripts.prepare import build_vectors, prepare

SHORT = {Source.WIKIPATHWAYS: "wp"}  # how the files are called where not as their source


def fill(settings: Settings, corpus: Path | None, *, grown: bool = False) -> float:
    """Make the database and the vectors; over the embedded catalogue comes what `corpus` holds. Returns the seconds
    that its vectors took; 0 without one.

    `grown`: its terms get the genes of what stands below them in a made-up hierarchy, as many as real ones have.
    """
    prepare(settings)
    if corpus is None:
        return 0.0
    for _, files in files_of(corpus):
        bring(settings.database_path, files)
    if grown:
        bring(settings.database_path, Grown(SourceFiles(Source.GO, *_targets(corpus, Source.GO)).content()))
    begun = time.monotonic()
    build_vectors(settings)
    return time.monotonic() - begun


def files_of(corpus: Path) -> Iterator[tuple[str, Files]]:
    """What the folder holds, Key Events first, with what each is of."""
    key_events, aops, genes = (_file(corpus, name) for name in ("ke.jsonl", "ke_aop_membership.json", "ke_genes.json"))
    yield AOP_WIKI, AopWikiFiles(key_events, aops=aops, genes=genes)
    for source in Source:
        yield source, SourceFiles(source, *_targets(corpus, source))


def bring(path: Path, files: Files) -> None:
    """Import them, whatever they withdraw."""
    with connection.reader(path) as db:
        plan = planning.plan(db, files, accept_shrink=True)
    with connection.writer(path) as db:
        catalogue.write(db, [(plan, "bench")], now=datetime.now(UTC))


class Grown:
    """Terms with a made-up hierarchy, and with the genes of all that stands below them there."""

    sha256 = "0" * 64

    def __init__(self, terms: SourceContent) -> None:
        self.terms = terms

    def content(self, watch: Watch = unwatched) -> SourceContent:
        """As `Files`."""
        names = dict(zip(above := ontology.parents(len(self.terms.rows)), sorted(self.terms.rows), strict=True))
        parents = {names[id]: tuple(names[parent] for parent in of) for id, of in above.items()}
        own = {id: set(symbols) for id, symbols in (self.terms.genes.entries if self.terms.genes else {}).items()}
        genes = Side("grown", go.propagated({id: own[id] for id in own if id in parents}, parents))
        return SourceContent(self.terms.source, "grown", self.terms.rows, genes, parents=Side("grown", parents))


class Altered:
    """The same rows in other words and with half of their genes, so that whoever judged them must look again."""

    sha256 = "1" * 64

    def __init__(self, files: Files) -> None:
        self.files = files

    def content(self, watch: Watch = unwatched) -> SourceContent | AopWikiContent:
        """As `Files`."""
        content = self.files.content(watch)
        genes = content.genes and replace(
            content.genes, entries={id: _halved(symbols) for id, symbols in content.genes.entries.items()}
        )
        if isinstance(content, SourceContent):
            return replace(content, genes=genes, rows={id: _reworded(row) for id, row in content.rows.items()})
        return replace(content, genes=genes, rows={id: _reworded(row) for id, row in content.rows.items()})


def _halved(symbols: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*symbols[: len(symbols) // 2], "ANOTHER"}))


def _reworded(row: T) -> T:
    return replace(row, description=" ".join(row.description.split()[::2]) or "It has a text now.")


def _targets(corpus: Path, source: Source) -> tuple[File, File]:
    short = SHORT.get(source, source)
    return _file(corpus, f"{short}.jsonl"), _file(corpus, f"{short}_gene_sets.json")


def _file(corpus: Path, name: str) -> File:
    return File(name, (corpus / name).read_bytes())
