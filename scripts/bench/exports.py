"""What a reader waits for who takes 100,000 mappings, in every format, and what a worker pays for it."""

import http.client
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core import settings as environment
from core.model import Source
from core.publish import EXPORTS
from core.settings import Settings
from core.store import connection, exports, genes
from scripts.bench import decisions
from scripts.bench.catalogue import fill
from scripts.bench.server import Running, running, surroundings
from scripts.bench.table import Table, percentile
from scripts.run import enrol

MAPPINGS = 100_000
SETS = 10_000  # gene sets, which are timed by themselves
AGAIN = 200  # times that somebody asks who has it already
PATIENCE_S = 600
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Taken:
    """How one file came: seconds until the answer began, its first byte, `SETS` lines and all of it; and how much."""

    headers: float
    first: float
    sets: float | None
    whole: float
    size: int
    lines: int


def measure(corpus: Path | None) -> list[Table]:
    """The tables of this part, on the catalogue in `corpus`, or on the embedded one, which has fewer pairs."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder))
        settings = environment.read(variables)
        fill(settings, corpus)
        enrol(settings)
        _number_genes(settings.database_path)
        decisions.publish(settings.database_path, MAPPINGS)
        with connection.reader(settings.database_path) as db:
            mappings = exports.count(db)
        with running(settings, variables, workers=1) as server:
            return [files(server, mappings), *others(server)]


def _number_genes(database: Path) -> None:
    """Bring made-up ids at NCBI for two genes of three, as a catalogue has them."""
    with connection.writer(database) as db, connection.transaction(db):
        known = genes.learn(db, ())
        genes.keep_ncbi(db, Source.WIKIPATHWAYS, {symbol: id for symbol, id in known.items() if id % 3})


def files(server: Running, mappings: int) -> Table:
    """Every file, by one reader, as it is sent without compression."""
    rows = []
    for name in EXPORTS:
        worker = _worker(server.process)
        _forget_peak(worker)
        taken = _take(server.settings, f"/exports/{name}")
        rate = mappings / taken.whole if name.startswith(("mappings", "pairs", "key-events", "positive")) else 0
        rows.append((
            name,
            f"{rate:,.0f}" if rate else "",
            f"{1000 * taken.headers:.0f}",
            f"{1000 * taken.first:.0f}",
            f"{taken.whole:.2f}",
            f"{taken.lines:,}",
            f"{taken.size / 1e6:.1f}",
            f"{_peak(worker):.0f}",
        ))  # fmt: skip
    title = f"{mappings:,} mappings, a file each, one reader"
    columns = ("file", "mappings/s", "answer ms", "first byte ms", "whole s", "lines", "MB", "worker's peak MB")
    return Table(title, columns, tuple(rows))


def others(server: Running) -> Iterator[Table]:
    """Ten thousand gene sets; the table compressed on its way; who has it already."""
    sets = _take(server.settings, "/exports/pairs.gmt")
    packed = _take(server.settings, "/exports/mappings.csv", {"Accept-Encoding": "gzip"})
    tag = _head(server.settings, "/exports/mappings.csv", {})[1]
    again = [_head(server.settings, "/exports/mappings.csv", {"If-None-Match": tag})[0] for _ in range(AGAIN)]
    yield Table(
        "Beside them",
        ("what", "value"),
        (
            (f"the first {SETS:,} gene sets", f"{sets.sets:.2f} s" if sets.sets else "fewer sets"),
            ("mappings.csv, compressed on its way", f"{packed.whole:.2f} s, {packed.size / 1e6:.1f} MB"),
            (
                "304 for who has it, p50 and p95",
                " and ".join(f"{1000 * percentile(again, share):.1f} ms" for share in (0.5, 0.95)),
            ),
        ),
    )


def _take(settings: Settings, path: str, headers: dict[str, str] | None = None) -> Taken:
    line = _line(settings)
    begun, lines, sets = time.perf_counter(), 0, None
    line.request("GET", path, headers=headers or {})
    answer = line.getresponse()
    answered = time.perf_counter() - begun
    assert answer.status == http.client.OK, f"{path}: {answer.status}"
    piece = answer.read(1)
    first, size = time.perf_counter() - begun, len(piece)
    while piece := answer.read1(PIECE):
        size += len(piece)
        lines += piece.count(b"\n")
        if sets is None and lines >= SETS:
            sets = time.perf_counter() - begun
    whole = time.perf_counter() - begun
    line.close()
    return Taken(answered, first, sets, whole, size, lines)


def _head(settings: Settings, path: str, headers: dict[str, str]) -> tuple[float, str]:
    line = _line(settings)
    begun = time.perf_counter()
    line.request("GET" if headers else "HEAD", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    assert answer.status == (http.client.NOT_MODIFIED if headers else http.client.OK), f"{path}: {answer.status}"
    line.close()
    return taken, answer.headers["ETag"]


def _line(settings: Settings) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(settings.base_url).netloc, timeout=PATIENCE_S)


def _worker(master: int) -> int:
    """The only worker of a server."""
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(worker)


def _forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")


def _peak(process: int) -> float:
    """The most memory that a process has held since its peak was forgotten, in MB, what it shares included."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
