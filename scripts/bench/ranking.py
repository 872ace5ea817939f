"""How fast suggestions are made: the encoder's build, all Key Events ranked, one question, and what workers share."""

import gc
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from core import runs, settings, vectors, warm
from core.embedding import building
from core.model import Source
from core.ranking import top_k
from core.recipe import RECIPE
from core.scoring import Scorer
from core.store import connection, key_events, targets
from core.texts import all_pairs, all_texts
from core.vectors import Vectors
from core.warm import Warm
from scripts import precompute
from scripts.bench import catalogue
from scripts.bench.table import Table, percentile
from scripts.bench.used import memory

EVENTS, ROWS, WIDTH, BEST = 1_561, 15_000, RECIPE.embedding.dimensions, 20
WORKERS = 4
QUESTION = "oxidative damage of mitochondria"


def measure(corpus: Path | None) -> list[Table]:
    """The table of this part: of the embedded catalogue, or of `corpus`."""
    with tempfile.TemporaryDirectory(prefix="keyway-bench-") as folder:
        here = settings.read({"DATA_DIR": folder})
        catalogue.fill(here, corpus)
        rows = [*_build(here.database_path), *_served(here)]
    return [Table("Ranking", ("what", "measured"), (*rows, *_against_plain()))]


def _build(db: Path) -> list[tuple[str, str]]:
    read, _ = precompute.read(db)
    texts, pairs = list(all_texts(read)), list(all_pairs(read, RECIPE.targets))
    seconds = _seconds(lambda: building.built(texts, pairs, RECIPE.embedding))
    return [(f"embedded encoder built from {len(texts):,} texts and {len(pairs):,} pairs", f"{seconds:.1f} s")]


def _served(here: settings.Settings) -> list[tuple[str, str]]:
    """What the server does with the run: take it up, answer questions, fork."""
    with connection.reader(here.database_path) as db:
        ids, accessions = key_events.ids(db), {source: targets.accessions(db, source) for source in Source}
    started = perf_counter()
    taken = warm.load(here.vectors_dir, ids, accessions)
    loaded = perf_counter() - started
    size = sum(map(len, accessions.values()))
    asked = sorted(_seconds(lambda: taken.search(QUESTION, BEST)) for _ in range(200))
    page = sorted(_seconds(lambda: taken.first(ids[0], 30, 8)) for _ in range(200))
    alone, together = _memory(taken, 1), _memory(taken, WORKERS)
    return [
        (f"run taken up: read, checked, {len(ids):,} Key Events ranked against {size:,} targets", f"{loaded:.2f} s"),
        (f"of {EVENTS:,} Key Events against {ROWS:,} × {WIDTH}, with all parts: ranking alone", _at_size(taken)),
        ("one free-text question: encode, rank all, 20 best (p50, p95)", _milliseconds(asked)),
        ("first 30 rows of a Key Event (p50, p95)", _milliseconds(page)),
        (f"memory (PSS) of this process and 1, {WORKERS} forked workers that rank", f"{alone} MB, {together} MB"),
    ]


def _at_size(taken: Warm) -> str:
    """The largest source of the run, repeated to the size of all sources of a real catalogue."""
    assert taken.folder is not None
    files = {source: vectors.read(taken.folder / runs.vector_file(source)) for source in Source}
    source = max(files, key=lambda each: len(files[each]))
    asked = _repeated(vectors.read(taken.folder / runs.KEY_EVENTS), EVENTS)
    scorer = Scorer(_repeated(files[source], ROWS), taken.recipe.weights[source])
    return f"{_seconds(lambda: scorer.rank_all(asked, taken.recipe.kept)):.2f} s"


def _repeated(file: Vectors, rows: int) -> Vectors:
    return file.take(np.resize(np.arange(len(file)), rows))


def _against_plain() -> list[tuple[str, str]]:
    """Ranking a query beside the bare product of the same size: turn by turn, so that both have the same machine."""
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((ROWS, WIDTH), dtype=np.float32)
    query = rng.standard_normal(WIDTH, dtype=np.float32)
    turns = [(_seconds(lambda: matrix @ query), _seconds(lambda: top_k(matrix @ query, BEST))) for _ in range(300)]
    plain, ranked = (percentile([turn[side] for turn in turns], 0.5) * 1e3 for side in (0, 1))
    what = f"{ROWS:,} × {WIDTH}: product, and product with its {BEST} best (p50)"
    return [(what, f"{plain:.2f} ms, {ranked:.2f} ms: {ranked / plain:.2f} times")]


def _memory(taken: Warm, workers: int) -> int:
    """Megabytes of this process and of forked workers that have answered a question, shared pages counted once."""
    gc.collect()
    gc.freeze()
    ready, done = os.pipe(), os.pipe()
    children = []
    for _ in range(workers):
        child = os.fork()
        if not child:
            taken.search(QUESTION, BEST)
            gc.collect()
            os.write(ready[1], b".")
            os.read(done[0], 1)
            os._exit(0)
        children.append(child)
    for _ in children:
        os.read(ready[0], 1)
    total = memory(os.getpid())
    os.write(done[1], b"." * workers)
    for child in children:
        os.waitpid(child, 0)
    gc.unfreeze()
    return round(total)


def _milliseconds(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.5) * 1e3:.2f} ms, {percentile(seconds, 0.95) * 1e3:.2f} ms"


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
