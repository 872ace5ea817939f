"""What a reader of the list of mappings waits for, with 100,000 decisions in the database and 32 readers at once."""

import asyncio
import tempfile
import time
from pathlib import Path

import httpx

from core import settings as environment
from core.settings import Settings
from core.store import connection, mappings
from scripts.bench import decisions
from scripts.bench.catalogue import fill
from scripts.bench.server import CLIENTS, Running, running, surroundings
from scripts.bench.table import Table, percentile
from scripts.run import enrol

DECISIONS = 100_000
ROUNDS = 1600
PAUSE_S = 1.0  # a reader who turns pages as fast as they can look at them
PAGES = {
    "approved, newest first": "/explore",
    "all states, by confidence": "/explore?state=all&sort=confidence",
    "of a Key Event": "/explore?state=all&key_event=1115",
    "of an AOP and a tier": "/explore?aop=17&tier=high",
    "with a gene": "/explore?gene=TNF",
    "of a person since a day": "/explore?person=curator&since=2025-03-01&sort=target",
    "fits nothing": "/explore?state=all&person=nobody&tier=high",
}


def measure(corpus: Path | None) -> list[Table]:
    """The list's tables, on the catalogue in `corpus`, or on the embedded one."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder))
        settings = environment.read(variables)
        fill(settings, corpus)
        enrol(settings)
        made = decisions.decide(settings.database_path, DECISIONS)
        with running(settings, variables, workers=2) as server:
            return [size(settings, made), asyncio.run(latencies(server))]


def size(settings: Settings, made: int) -> Table:
    """How much there is to list."""
    with connection.reader(settings.database_path) as db:
        counts = mappings.counts(db)
    rows = (("decisions", f"{made:,}"), *((f"mappings, {state}", f"{count:,}") for state, count in counts.items()))
    return Table("What is listed", ("what", "value"), rows)


async def latencies(server: Running) -> Table:
    """Each page: one reader; 32 who look at each page for a second; 32 who ask again at once.

    Readers' pages are kept until the next commit; a curator's are made anew for each request."""
    rows: list[tuple[str, ...]] = []
    cookie = "; ".join(f"{name}={value}" for name, value in server.cookies.items())
    pages = {**{name: (path, "") for name, path in PAGES.items()}, "a mapping": (await _some_mapping(server), "")}
    pages["approved, to a curator"] = "/explore", cookie
    for name, (path, whose) in pages.items():
        for readers, pause in ((1, 0.0), (CLIENTS, PAUSE_S), (CLIENTS, 0.0)):
            taken = await _read(server, path, whose, readers, pause)
            how = f"{readers}, a page a second" if pause else str(readers)
            rows.append((name, how, f"{1000 * percentile(taken, 0.5):.1f}", f"{1000 * percentile(taken, 0.95):.1f}"))
    return Table("Latency", ("page", "readers", "p50 ms", "p95 ms"), tuple(rows))


async def _some_mapping(server: Running) -> str:
    async with httpx.AsyncClient(base_url=server.settings.base_url, trust_env=False) as client:
        return "/mappings/" + (await client.get("/explore")).text.partition("/mappings/")[2].partition('"')[0]


async def _read(server: Running, path: str, cookie: str, readers: int, pause: float) -> list[float]:
    """Seconds of each answer; readers who pause begin one after the other within the first pause."""
    taken: list[float] = []
    rounds = max(ROUNDS // readers // (4 if pause else 1), 5)

    async def reader(which: int) -> None:
        await asyncio.sleep(pause * which / readers)
        line = await asyncio.open_connection(server.settings.host, server.settings.port)
        for _ in range(rounds):
            begun = time.perf_counter()
            try:
                await _get(*line, path, cookie)
            except (asyncio.IncompleteReadError, ConnectionError):  # a worker left after its share, or hung up
                line = await asyncio.open_connection(server.settings.host, server.settings.port)
                await _get(*line, path, cookie)
            taken.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, pause - taken[-1]))
        line[1].close()

    await asyncio.gather(*(reader(which) for which in range(readers)))
    return taken


async def _get(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter, path: str, cookie: str) -> None:
    """Ask for a page and read it. By hand: a client for people would take more of the machine than the server."""
    headers = f"Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n"
    outgoing.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    assert " 200 " in head.partition("\r\n")[0], f"{path}: {head}"
    await incoming.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
