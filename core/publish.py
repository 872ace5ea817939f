"""The journey of the published result: what can be had in which format, streamed from one state of the data.

The pages, the API, the downloads and a release all write through `EXPORTS`.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from uuid import NAMESPACE_URL, uuid5

from core.errors import NotFound
from core.export import gmt, rdf, sssom, tabular
from core.export.published import Edition, GeneSet, LeftOut, Published, Statement, statement
from core.export.workbook import workbook
from core.model import GeneNames, KeyEvent, Relation, Source, Suggestion
from core.runs import Run
from core.store import exports, genes, key_events, snapshots, statements, targets
from core.store.exports import Selection
from core.store.published import Revision
from core.warm import Warm

BEST = 10
FORMS = 3  # raised when a format writes the same data as other bytes, so that no copy outlives it
TSV = "text/tab-separated-values; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of an export: which mappings, under which edition, with whose suggestions."""

    selection: Selection
    edition: Edition
    warm: Warm = Warm()

    @property
    def source(self) -> Source | None:
        """The one source that is wanted, or None for all."""
        return self.selection.filter.source


Write = Callable[[sqlite3.Connection, Asked], Iterator[bytes]]
WriteSets = Callable[[Iterable[GeneSet], Mapping[str, int] | None], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Export:
    """One file that can be had. `all_decisions`: it shows more than mappings in force; `suggests`: the run's word too;
    `genes`: it has gene sets, with genes by these names, and lacks what has none."""

    name: str
    title: str
    media: str
    write: Write
    all_decisions: bool = False
    suggests: bool = False
    genes: GeneNames | None = None


def _rows(db: sqlite3.Connection, asked: Asked) -> Iterator[Published]:
    return exports.rows(db, asked.selection, described=False)


def _table_rows(db: sqlite3.Connection, asked: Asked) -> Iterator[Published]:
    """The mappings with what the columns of a table read: those of all sources tell neither text nor depth."""
    return exports.rows(db, asked.selection, described=asked.source is not None)


def _records(db: sqlite3.Connection, asked: Asked) -> Iterator[Published]:
    return exports.rows(db, asked.selection)


def _positive(db: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
    said = exports.said(db, asked.selection)
    return sssom.table(map(statement, _rows(db, asked)), sssom.Kind.POSITIVE, asked.edition, said)


def _negative(db: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
    found = list(statements.rejected(db, asked.source))
    return sssom.table(found, sssom.Kind.NEGATIVE, asked.edition, _said(found))


def _no_target(db: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
    found = list(statements.nothing_fits(db, asked.source))
    return sssom.table(found, sssom.Kind.NO_TARGET, asked.edition, _said(found))


def _candidates(db: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
    return sssom.table(candidates(db, asked.warm, asked.source), sssom.Kind.CANDIDATES, asked.edition)


def _said(found: list[Statement]) -> frozenset[str]:
    return frozenset({"comment"} if any(each.comment for each in found) else ())


def _gene_sets(stem: str, title: str, lines: WriteSets, names: GeneNames) -> Export:
    def write(db: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
        return lines(exports.gene_sets(db, asked.selection), ids(db, names))

    return Export(_sets_name(stem, names), title, TEXT, write, genes=names)


def _sets_name(stem: str, names: GeneNames) -> str:
    return f"{stem}.gmt" if names is GeneNames.SYMBOLS else f"{stem}-{names}.gmt"


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("mappings.csv", "Table, comma-separated", "text/csv; charset=utf-8",
               lambda db, asked: tabular.table_csv(_table_rows(db, asked), asked.source)),
        Export("mappings.tsv", "Table, tab-separated", TSV,
               lambda db, asked: tabular.table_tsv(_table_rows(db, asked), asked.source)),
        Export("mappings.xlsx", "Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
               lambda db, asked: workbook(_table_rows(db, asked), asked.source)),
        Export("mappings.json", "JSON, as the API has it", "application/json",
               lambda db, asked: tabular.records_json(_records(db, asked))),
        Export("mappings.jsonl", "JSON Lines", "application/jsonl",
               lambda db, asked: tabular.records_jsonl(_records(db, asked))),
        Export("mappings.ttl", "RDF Turtle with PROV", "text/turtle; charset=utf-8",
               lambda db, asked: rdf.turtle(_rows(db, asked), asked.edition)),
        _gene_sets("pairs", "Gene sets, one a pair", gmt.pairs, GeneNames.SYMBOLS),
        _gene_sets("key-events", "Gene sets, one a Key Event", gmt.key_events, GeneNames.SYMBOLS),
        _gene_sets("pairs", "Gene sets by NCBI Gene id, one a pair", gmt.pairs, GeneNames.NCBI),
        _gene_sets("key-events", "Gene sets by NCBI Gene id, one a Key Event", gmt.key_events, GeneNames.NCBI),
        Export("positive.sssom.tsv", "SSSOM, mappings in force", TSV, _positive),
        Export("negative.sssom.tsv", "SSSOM, rejected pairs", TSV, _negative, all_decisions=True),
        Export("no-target.sssom.tsv", "SSSOM, nothing fits", TSV, _no_target, all_decisions=True),
        Export("candidates.sssom.tsv", "SSSOM, undecided suggestions", TSV, _candidates,
               all_decisions=True, suggests=True),
    )
}  # fmt: skip


def export(name: str) -> Export:
    """The export of this file name. Raises NotFound naming those there are."""
    if name not in EXPORTS:
        raise NotFound(f"There is no export {name}; there are {', '.join(EXPORTS)}.")
    return EXPORTS[name]


def by_names(export: Export, names: GeneNames) -> Export:
    """The file of gene sets that has the same ones with genes by these names."""
    assert export.genes, "only gene sets name genes"
    return EXPORTS[_sets_name(export.name.removesuffix(".gmt").removesuffix(f"-{export.genes}"), names)]


def ids(db: sqlite3.Connection, names: GeneNames) -> dict[str, int] | None:
    """What stands in the place of symbols where genes go by these names; None: nothing, they are the symbols."""
    return genes.ncbi(db) if names is GeneNames.NCBI else None


def edition(db: sqlite3.Connection, home: str, licence: str, version: str) -> Edition:
    """What a file made now says of itself."""
    sources = {of: snapshot.release for of, snapshot in snapshots.in_force(db).items()}
    return Edition(home, version, licence, sources)


def revision(export: Export, state: Revision, warm: Warm) -> str:
    """Which state of the data an export shows: `m1234.s5.p1a2b3c4d`, for rejections and the like all decisions."""
    run = f".r{warm.run.name}" if export.suggests and warm.run else ""
    return f"{f'd{state.decided}.' if export.all_decisions else ''}{state}{run}"


def tag(export: Export, selection: Selection, revision: str, home: str) -> str:
    """A name for the bytes that these would give."""
    words = (FORMS, export.name, selection, revision, home)
    return sha256(repr(words).encode()).hexdigest()[:24]


def left_out(db: sqlite3.Connection, export: Export, selection: Selection, most: int = sys.maxsize) -> LeftOut:
    """What an export lacks, because no gene is known of a target, or no id of a gene: of genes not many over `most`."""
    return exports.left_out(db, selection, ids(db, export.genes), most) if export.genes else LeftOut()


def candidates(db: sqlite3.Connection, warm: Warm, source: Source | None = None) -> Iterator[Statement]:
    """The ten best undecided suggestions of the run in force for each Key Event and source, best first."""
    if warm.run is None:
        return
    decided, nothing = statements.answered(db)
    often = Counter((key_event, target.source) for key_event, target in decided)
    titles = {each: targets.titles(db, each) for each in ([source] if source else Source)}
    for key_event in key_events.catalogue(db):
        for each, named in titles.items():
            if (key_event.id, each) in nothing:
                continue
            undecided = (
                suggestion
                for suggestion in warm.best(key_event.id, each, BEST + often[key_event.id, each])
                if (key_event.id, suggestion.target) not in decided and suggestion.target.accession in named
            )
            for suggestion in islice(undecided, BEST):
                title = named[suggestion.target.accession]
                yield _candidate(key_event, suggestion, title, warm.run)


def _candidate(key_event: KeyEvent, suggestion: Suggestion, title: str, run: Run) -> Statement:
    return Statement(
        record=str(uuid5(NAMESPACE_URL, f"{run.name} {key_event.id} {suggestion.target}")),
        key_event=key_event.id,
        key_event_title=key_event.title,
        source=suggestion.target.source,
        relation=Relation.RELATED,
        target=suggestion.target,
        title=title,
        at=run.built,
        similarity=suggestion.score,
        tool=run.name,
    )
