"""Import a catalogue: a folder of fetched sources, or the targets of one source and Key Events in the neutral form."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from core import catalogue, planning, settings
from core.catalogue import Report
from core.errors import OperatorError
from core.ingest.files import AopWikiFiles, Files, SourceFiles
from core.ingest.forms import FORMS
from core.ingest.neutral import File
from core.model import Source
from core.store import connection, migrate
from scripts import fetched
from scripts.command import run

T = TypeVar("T")


def main(arguments: Sequence[str]) -> None:
    """Read and compare everything, then write it all in one transaction, and say what changed."""
    options = _options(arguments)
    now = datetime.now(UTC)
    with connection.reader(options.db) as db, connection.snapshot(db):
        migrate.check(db, options.db)
        plans = [
            (planning.plan(db, files, accept_shrink=options.accept_shrink, watch=watch), release)
            for files, release in _given(options, f"{now:%Y-%m-%d}")
        ]
    with connection.writer(options.db) as db:
        reports = catalogue.write(db, plans, now=now, watch=watch)
    for report in reports:
        print(told(report))
    print(_next(options.db, reports))


def watch(rows: Sequence[T], what: str, /) -> Iterable[T]:
    """A progress bar on stderr."""
    bar: Iterable[T] = tqdm(rows, desc=what, unit=" rows", file=sys.stderr, leave=True, dynamic_ncols=True)
    return bar


def told(report: Report) -> str:
    """The report as a person reads it."""
    snapshot = report.snapshot
    lines = [
        f"{snapshot.of} {snapshot.release}: {snapshot.total:,} rows, {report.before:,} before",
        f"  {snapshot.added:,} added{_of_which(report.back)}",
        f"  {snapshot.changed:,} changed",
        f"  {report.unchanged:,} unchanged",
        f"  {snapshot.withdrawn:,} withdrawn{': gone from its source, kept here' if snapshot.withdrawn else ''}",
    ]
    skipped = [
        f"  {count:,} {'entry' if count == 1 else 'entries'} of {name} skipped: not of what was imported"
        for name, count in report.skipped.items()
        if count
    ]
    if ncbi := report.ncbi:
        several = f"; {ncbi.several:,} with several are left out" if ncbi.several else ""
        skipped.append(f"  {len(ncbi.ids):,} genes with their ids at NCBI, from {ncbi.name}{several}")
    mappings = "mapping" if report.stale == 1 else "mappings"
    stale = [f"  {report.stale:,} {mappings} in force to look at again: /recheck"] if report.stale else []
    return "\n".join(lines + skipped + stale)


def _of_which(back: int) -> str:
    return f", of which {back:,} {'is' if back == 1 else 'are'} back after having been withdrawn" if back else ""


def _next(path: Path, reports: Sequence[Report]) -> str:
    """What is to be done after an import, if anything."""
    if not any(each.snapshot.added + each.snapshot.changed + each.snapshot.withdrawn for each in reports):
        return "nothing of the rows changed: vectors stay as they are; restart the server to show the new dates"
    return (
        f"next: python -m scripts.precompute --db {path} --out {path.parent / 'vectors'}, then restart the server;"
        " until then suggestions are those of the catalogue before"
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.import_catalogue", description=__doc__)
    parser.add_argument("--db", type=Path, help="the database file (DATABASE_PATH)")
    parser.add_argument("--source", choices=[*map(str, Source)], help="whose targets --jsonl holds")
    parser.add_argument("--jsonl", type=Path, help="targets, one JSON object a line")
    parser.add_argument("--gene-sets", type=Path, help="their genes: {id: [symbols]}; without it they stay as they are")
    parser.add_argument("--ncbi-genes", type=Path, help="ids of genes at NCBI: {symbol: id}; likewise")
    parser.add_argument("--key-events", type=Path, help="Key Events, one JSON object a line")
    parser.add_argument("--aops", type=Path, help="their AOPs and roles; without it they stay as they are")
    parser.add_argument("--aop-relationships", type=Path, help="arrows, one JSON object a line; likewise")
    parser.add_argument("--genes", type=Path, help="genes of Key Events: {id: [symbols]}; likewise")
    parser.add_argument("--fetched", type=Path, help="a folder that scripts.fetch_sources filled, each source whole")
    parser.add_argument("--only", nargs="+", choices=list(map(str, FORMS)), help="these sources of that folder")
    parser.add_argument("--release", help="what the source calls this release; without it, today's date")
    parser.add_argument(
        "--accept-shrink", action="store_true", help="import although more than 10 %% of the rows are gone"
    )
    options = parser.parse_args(arguments)
    options.db = options.db or settings.read().database_path
    if (options.source is None) != (options.jsonl is None):
        parser.error("--source and --jsonl go together")
    if (options.gene_sets or options.ncbi_genes) and not options.jsonl:
        parser.error("--gene-sets and --ncbi-genes need --source and --jsonl")
    if (options.aops or options.aop_relationships or options.genes) and not options.key_events:
        parser.error("--aops, --aop-relationships and --genes need --key-events")
    if options.only and not options.fetched:
        parser.error("--only needs --fetched")
    if not options.jsonl and not options.key_events and not options.fetched:
        parser.error("nothing to import: give --fetched, or --source and --jsonl, or --key-events")
    return options


def _given(options: argparse.Namespace, today: str) -> Iterator[tuple[Files, str]]:
    """What is to be imported, each with its release."""
    for files in _files(options):
        yield files, options.release or today
    if options.fetched:
        manifest = fetched.read(options.fetched)
        wanted = options.only or list(manifest.releases)
        for of in wanted:
            if of not in manifest.releases:
                raise OperatorError(f"{of} is not whole in {options.fetched}; run scripts.fetch_sources {of}")
            yield manifest.files(options.fetched, of), options.release or manifest.releases[of]


def _files(options: argparse.Namespace) -> list[SourceFiles | AopWikiFiles]:
    found: list[SourceFiles | AopWikiFiles] = []
    if options.key_events:
        found.append(
            AopWikiFiles(
                _read(options.key_events),
                aops=_maybe(options.aops),
                relationships=_maybe(options.aop_relationships),
                genes=_maybe(options.genes),
            )
        )
    if options.jsonl:
        sides = _maybe(options.gene_sets), _maybe(options.ncbi_genes)
        found.append(SourceFiles(Source(options.source), _read(options.jsonl), *sides))
    return found


def _read(path: Path) -> File:
    try:
        return File(path.name, path.read_bytes())
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}; check the name and its permissions") from error


def _maybe(path: Path | None) -> File | None:
    return _read(path) if path else None


if __name__ == "__main__":
    run(main)
