"""What readers of the list of mappings, reviewers and curators wait for, with 100,000 decisions in the database."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from core import settings as environment
from core.model import Role
from core.settings import Settings
from core.store import connection, curators, mappings, sessions
from core.store.curators import Identity
from scripts.bench import decisions
from scripts.bench.catalogue import fill
from scripts.bench.server import CLIENTS, Running, press, running, surroundings
from scripts.bench.table import Table, percentile
from scripts.run import enrol
from web import start
from web.sessions import cookie_name

DECISIONS = 100_000
ROUNDS = 1600
PAUSE_S = 1.0
PACED_S = 8
READER, REVIEWER = "reader", "reviewer"
PAGES = (
    ("review queue", "/review", REVIEWER),
    ("review queue, one tier", "/review?tier=high", REVIEWER),
    ("explore, approved", "/explore", REVIEWER),
    ("a Key Event", "/key-events/{key_event}", REVIEWER),
    ("explore, approved", "/explore", READER),
    ("explore, all by confidence", "/explore?state=all&sort=confidence", READER),
    ("explore, of a Key Event", "/explore?state=all&key_event={key_event}", READER),
    ("explore, of an AOP and a tier", "/explore?aop={aop}&tier=high", READER),
    ("explore, with a gene", "/explore?gene=TNF", READER),
    ("explore, of a person since a day", "/explore?person=curator&since=2025-03-01&sort=target", READER),
    ("explore, nothing fits", "/explore?state=all&person=nobody&tier=high", READER),
    ("a mapping", "/mappings/{mapping}", READER),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How pages are asked for: by how many at once, each with a page in so many seconds (0: again as soon as one is
    there), and whether somebody decides every second meanwhile, so that no page can be kept for longer."""

    name: str
    clients: int
    pause: float = 0.0
    deciding: bool = False


WAYS = (
    Way("1", 1),
    Way("32, a page a second", CLIENTS, PAUSE_S),
    Way("32, a page a second, a decision a second", CLIENTS, PAUSE_S, deciding=True),
    Way("32, at once again", CLIENTS),
)


def measure(corpus: Path | None) -> list[Table]:
    """The tables of this part, on the catalogue in `corpus`, or on the embedded one."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder))
        settings = environment.read(variables)
        fill(settings, corpus)
        enrol(settings)
        made = decisions.decide(settings.database_path, DECISIONS, warm=start.warmed(settings))
        with running(settings, variables, workers=2) as server:
            return [size(settings, made), asyncio.run(latencies(server))]


def size(settings: Settings, made: int) -> Table:
    """How much there is to list."""
    with connection.reader(settings.database_path) as db:
        counts = mappings.counts(db)
    rows = (("decisions", f"{made:,}"), *((f"mappings, {state}", f"{count:,}") for state, count in counts.items()))
    return Table("What is listed", ("what", "value"), rows)


async def latencies(server: Running) -> Table:
    """Each page in each way. Every reviewer is a person of their own, so that none reads a page made for another."""
    known = {"key_event": "1115", "aop": "17", "mapping": await _some_mapping(server)}
    cookies = {READER: [""] * CLIENTS, REVIEWER: _reviewers(server.settings)}
    rows: list[tuple[str, ...]] = []
    for name, path, who in PAGES:
        for way in WAYS:
            async with _deciding(server) if way.deciding else nullcontext():
                taken, whole = await _read(server, path.format(**known), cookies[who][: way.clients], way)
            p50, p95 = (f"{1000 * percentile(taken, share):.1f}" for share in (0.5, 0.95))
            rows.append((name, who, way.name, p50, p95, f"{len(taken) / whole:,.0f}"))
    return Table("Latency", ("page", "to a", "clients", "p50 ms", "p95 ms", "a second"), tuple(rows))


def _reviewers(settings: Settings) -> list[str]:
    """The cookies of as many reviewers as there are clients, who are made for that."""
    now = datetime.now(UTC)
    with connection.writer(settings.database_path) as db, connection.transaction(db):
        people = [
            curators.enrol(db, Identity(settings.issuer, 9000 + number, f"reviewer-{number}"), Role.REVIEWER, now)
            for number in range(CLIENTS)
        ]
        return [f"{cookie_name(settings)}={sessions.begin(db, person.id, now)}" for person in people]


async def _some_mapping(server: Running) -> str:
    async with httpx.AsyncClient(base_url=server.settings.base_url, trust_env=False) as client:
        return (await client.get("/explore")).text.partition("/mappings/")[2].partition('"')[0]


@asynccontextmanager
async def _deciding(server: Running) -> AsyncIterator[None]:
    """Meanwhile somebody rejects a target and takes it back, a press a second."""
    pressed = press(server.settings.database_path, clients=1)

    async def decide(client: httpx.AsyncClient) -> None:
        for number in range(10_000):
            (await pressed(client, number)).raise_for_status()
            await asyncio.sleep(PAUSE_S)

    base_url, cookies = server.settings.base_url, dict(server.cookies)
    async with httpx.AsyncClient(
        base_url=base_url, cookies=cookies, headers={"Origin": base_url}, trust_env=False
    ) as client:
        task = asyncio.create_task(decide(client))
        try:
            yield
        finally:
            task.cancel()


async def _read(server: Running, path: str, cookies: Sequence[str], way: Way) -> tuple[list[float], float]:
    """Seconds of each answer and of all; who pauses begins at another moment of the first pause than the others."""
    taken: list[float] = []
    rounds = PACED_S if way.pause else max(ROUNDS // way.clients, 5)

    async def reader(which: int, cookie: str) -> None:
        await asyncio.sleep(way.pause * which / way.clients)
        line = await asyncio.open_connection(server.settings.host, server.settings.port)
        for _ in range(rounds):
            begun = time.perf_counter()
            try:
                await _get(*line, path, cookie)
            except (asyncio.IncompleteReadError, ConnectionError):  # a worker left after its share, or hung up
                line = await asyncio.open_connection(server.settings.host, server.settings.port)
                await _get(*line, path, cookie)
            taken.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, way.pause - taken[-1]))
        line[1].close()

    begun = time.perf_counter()
    await asyncio.gather(*(reader(which, cookie) for which, cookie in enumerate(cookies)))
    return taken, time.perf_counter() - begun


async def _get(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter, path: str, cookie: str) -> None:
    """Ask for a page and read it. By hand: a client for people would take more of the machine than the server."""
    headers = f"Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n"
    outgoing.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    assert " 200 " in head.partition("\r\n")[0], f"{path}: {head}"
    await incoming.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
