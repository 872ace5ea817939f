"""What it takes to bring a catalogue: parsing and propagating, and how long an import keeps others from writing.

Two sizes beyond the real one: an ontology of 45,000 terms with 600,000 annotations to parse, and 25,000 processes with
two million genes counted in to import, while somebody decides all the time. And the worst that an import can find:
every row changes, and ten thousand mappings in force rest on them.
"""

import multiprocessing
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from core import catalogue, planning
from core.errors import Unavailable
from core.ingest import go
from core.ingest.files import Files, OwnFiles
from core.ingest.neutral import File
from core.model import Source
from core.store import attempts, connection, curators, migrate
from core.store.curators import Identity
from scripts.bench import decisions, ontology
from scripts.bench.catalogue import Altered, bring, files_of
from scripts.bench.table import Table
from scripts.standin.people import PEOPLE

TERMS, ROWS = 45_000, 600_000
PROCESSES, ANNOTATIONS = 25_000, 100_000
MAPPINGS = 10_000
SWAPPED = 7  # one gene of so many has another name in the second import: nearly every process changes
SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Locks:
    """Seconds under each write lock of this process, by the clock and of its own work."""

    clock: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Import:
    """What one import took. `longest` is the longest write lock by the clock, `busiest` by the work under it."""

    rows: int
    genes: int
    changed: int
    stale: int
    planned_s: float
    written_s: float
    longest: float
    busiest: float


def measure(corpus: Path | None) -> list[Table]:
    """The tables of this part; with a corpus, its import too."""
    tables = [_parsing(), _importing("An import of two million genes, while somebody decides", _generated)]
    if corpus is not None:
        tables.append(_importing("An import of the corpus, while somebody decides", _corpus, corpus))
        title = f"The corpus with every row changed under {MAPPINGS:,} mappings in force, while somebody decides"
        tables.append(_importing(title, _altered, corpus, first=_mapped))
    return tables


def _parsing() -> Table:
    terms, pairs, seconds, mib = _apart(_parsed)
    rows = (
        ("terms of the OBO file", f"{terms:,}", ""),
        ("genes counted in", f"{pairs:,}", ""),
        ("parsed and propagated in", f"{seconds:.1f} s", "60 s"),
        ("peak memory", f"{mib:,.0f} MiB", "1,024 MiB"),
    )
    return Table("A generated ontology", ("what", "measured", "at most"), rows)


def _parsed() -> tuple[int, int, float]:
    files = {
        "ontology": (File("generated.obo", ontology.obo(ontology.parents(TERMS))),),
        "annotations": (File("generated.gaf", ontology.gaf(TERMS, ROWS)),),
    }
    begun = time.monotonic()
    content = go.content(files)
    seconds = time.monotonic() - begun
    return len(content.rows), sum(map(len, content.genes.entries.values())) if content.genes else 0, seconds


def _importing(
    title: str, work: Callable[..., list[tuple[str, Import]]], *given: object,
    first: Callable[..., object] = lambda *_: None,
) -> Table:  # fmt: skip
    """What `work` imports into a database, while another process writes to it as fast as it may; `first` fills it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keyway.db"
        migrate.migrate(path, datetime.now(UTC))
        first(path, *given)
        begun, ended, waits = SPAWN.Event(), SPAWN.Event(), SPAWN.Queue()
        other = SPAWN.Process(target=_decide, args=(path, begun, ended, waits))
        other.start()
        begun.wait()
        imports, mib = _apart(work, path, *given)
        ended.set()
        written, refused, waited = waits.get()
        other.join()
        size = path.stat().st_size / 1e6
    rows = [(what, *_told(found)) for what, found in imports]
    rows += [("peak memory", f"{mib:,.0f} MiB", *[""] * 4), ("database", f"{size:,.0f} MB", *[""] * 4)]
    meanwhile = f"{written:,} times, {refused:,} in vain"
    rows.append(("who decided meanwhile", meanwhile, "", "", f"waited {1000 * waited:,.0f} ms at most", ""))
    columns = ("what", "rows, genes, changed, stale", "compared", "written", "longest lock", "work under it")
    return Table(title, columns, tuple(rows))


def _told(found: Import) -> tuple[str, ...]:
    return (
        f"{found.rows:,}, {found.genes:,}, {found.changed:,}, {found.stale:,}",
        f"{found.planned_s:.1f} s",
        f"{found.written_s:.1f} s",
        f"{1000 * found.longest:,.0f} ms",
        f"{1000 * found.busiest:,.0f} ms",
    )


def _generated(path: Path) -> list[tuple[str, Import]]:
    obo = File("generated.obo", ontology.obo(ontology.parents(PROCESSES)))
    names = {f"GENE{number}": f"OTHER{number}" for number in range(0, ontology.SYMBOLS, SWAPPED)}
    gafs = [File("generated.gaf", ontology.gaf(PROCESSES, ANNOTATIONS, swapped)) for swapped in ({}, names)]
    given = [OwnFiles(Source.GO, {"ontology": (obo,), "annotations": (gaf,)}) for gaf in gafs]
    return [("first", _brought(path, given[0])), ("again, changed", _brought(path, given[1]))]


def _corpus(path: Path, corpus: Path) -> list[tuple[str, Import]]:
    return [(name, _brought(path, files)) for name, files in files_of(corpus)]


def _mapped(path: Path, corpus: Path) -> None:
    """Fill the database with the corpus and with mappings in force, on as many Key Events and targets as there are."""
    for _, files in files_of(corpus):
        bring(path, files)
    with connection.writer(path) as db, connection.transaction(db):
        for who in PEOPLE:
            curators.enrol(db, Identity("bench", who.number, who.login, who.name), who.role, datetime.now(UTC))
    decisions.publish(path, MAPPINGS)


def _altered(path: Path, corpus: Path) -> list[tuple[str, Import]]:
    return [(name, _brought(path, Altered(files))) for name, files in files_of(corpus)]


def _brought(path: Path, files: Files) -> Import:
    begun = time.monotonic()
    with connection.reader(path) as db:
        plan = planning.plan(db, files)
    planned = time.monotonic()
    with _watched() as locks, connection.writer(path) as db:
        (report,) = catalogue.write(db, [(plan, "bench")], now=datetime.now(UTC))
    written = time.monotonic()
    return Import(
        rows=report.snapshot.total,
        genes=sum(len(row.genes) for row in plan.difference.written),
        changed=len(plan.difference.written),
        stale=report.stale,
        planned_s=planned - begun,
        written_s=written - planned,
        longest=max(locks.clock),
        busiest=max(locks.work),
    )


@contextmanager
def _watched() -> Iterator[Locks]:
    """Note how long this process holds the write lock each time."""
    locks, real = Locks(), connection.transaction

    @contextmanager
    def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        with real(db):
            begun, worked = time.monotonic(), time.process_time()
            yield db
        locks.clock.append(time.monotonic() - begun)
        locks.work.append(time.process_time() - worked)

    connection.transaction = transaction
    try:
        yield locks
    finally:
        connection.transaction = real


def _decide(path: Path, begun: Event, ended: Event, waits: Any) -> None:
    """Write as somebody decides, again and again; tell how often, how often in vain, and the longest wait."""
    written, refused, waited = 0, 0, 0.0
    with connection.writer(path) as db:
        while not ended.is_set():
            start = time.monotonic()
            try:
                with connection.transaction(db):
                    attempts.note(db, ["bench"], datetime.now(UTC))
                written += 1
            except Unavailable:
                refused += 1
            waited = max(waited, time.monotonic() - start)
            begun.set()
            time.sleep(0.02)
    waits.put((written, refused, waited))


def _apart(work: Callable[..., Any], *given: object) -> tuple[Any, ...]:
    """What `work` returns, done in a process of its own; and the most memory that it had, in MiB."""
    with SPAWN.Pool(1) as pool:
        found, mib = pool.apply(_with_memory, (work, *given))
    return (*found, mib) if isinstance(found, tuple) else (found, mib)


def _with_memory(work: Callable[..., Any], *given: object) -> tuple[Any, float]:
    found = work(*given)
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
