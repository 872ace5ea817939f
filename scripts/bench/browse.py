"""What a reader waits for who browses: pages and searches, with as many genes as the real Gene Ontology has."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from core import settings as environment
from core.model import Source
from core.settings import Settings
from core.store import chains, connection, found, key_events, targets
from scripts.bench.catalogue import fill
from scripts.bench.server import get, many, running, surroundings
from scripts.bench.table import Table, percentile
from scripts.bench.used import memory
from scripts.run import enrol

QUESTIONS = ("p53", "IL6", "TGF", "GO:0006915", "apoptosis of hepatocytes", "oxidative stress", "TNF apoptosis", "cell")
TIMES = 40
MOST, ALL = 12, 100_000
GENE = "TNF"


def measure(corpus: Path | None) -> list[Table]:
    """The tables of this part, on the catalogue in `corpus`, or on the embedded one."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder))
        settings = environment.read(variables)
        taken = fill(settings, corpus, grown=True)
        enrol(settings)
        pages = _pages(settings)
        with running(settings, variables, workers=1) as server:
            rows = tuple((name, *_waits(asyncio.run(many(server, 1, get(path)))[0])) for name, path in pages)
            started = ("first answer of a server after", f"{server.started_s:.2f} s")
            held = ("memory of that server after all pages (PSS)", f"{memory(server.process):.0f} MB")
        computed = ("vectors computed in", f"{taken:.0f} s" if taken else "not measured: no corpus")
        return [
            Table("Size", ("what", "value"), (*_size(settings), computed, started, held)),
            Table("Pages, one reader (goal: 20 ms)", ("page", "p50 ms", "p95 ms"), rows),
            _searches(settings),
        ]


def _pages(settings: Settings) -> list[tuple[str, str]]:
    """Pages by name: the largest of each kind."""
    with connection.reader(settings.database_path) as db:
        aop = max(chains.page(db, chains.Filter(), 1, ALL)[0], key=lambda row: row.events)
        largest = [max(targets.catalogue(db, source), key=lambda each: len(each.genes)) for source in Source]
        key_event = max(key_events.catalogue(db), key=lambda each: len(each.genes))
    return [
        ("AOPs", "/aops"),
        ("AOPs, most gaps first", "/aops?sort=gaps"),
        (f"the AOP of {aop.events} Key Events", f"/aops/{aop.aop.id}"),
        ("Key Events of a level, with a word", "/queue?level=Cellular&text=increase"),
        *(
            (
                f"target, {each.source}, {len(each.genes):,} genes",
                f"/targets/{each.source}/{quote(each.accession)}",
            )
            for each in largest
        ),
        (f"the gene {GENE}", f"/genes/{GENE}"),
        ("search: p53", "/search?q=p53"),
        ("search: apoptosis of hepatocytes", "/search?q=apoptosis+of+hepatocytes"),
        ("a Key Event", f"/key-events/{key_event.id}"),
        ("its details", f"/key-events/{key_event.id}/table/details"),
    ]


def _waits(seconds: Sequence[float]) -> tuple[str, str]:
    return f"{1000 * percentile(seconds, 0.5):.1f}", f"{1000 * percentile(seconds, 0.95):.1f}"


def _size(settings: Settings) -> list[tuple[str, str]]:
    with connection.reader(settings.database_path) as db:
        genes = {source: [len(each.genes) for each in targets.catalogue(db, source)] for source in Source}
    size = settings.database_path.stat().st_size / 1e6
    rows = [(f"targets, {source}", f"{len(of):,} with {sum(of):,} genes") for source, of in genes.items()]
    return [*rows, ("database", f"{size:.0f} MB")]


def _searches(settings: Settings) -> Table:
    """Genes, Key Events, AOPs and targets by name, without the page around them."""
    rows = []
    with connection.reader(settings.database_path) as db:
        for question in QUESTIONS:
            taken = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                found.anything(db, question, None, MOST)
                taken.append(time.perf_counter() - begun)
            rows.append((question, *_waits(taken)))
    return Table("Searches by name (goal: 30 ms)", ("text", "p50 ms", "p95 ms"), tuple(rows))
