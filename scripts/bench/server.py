"""What a curator waits for, and what the machine pays: requests, latency, start-up, bytes."""

import asyncio
import os
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import httpx

from core import settings as environment
from core.errors import OperatorError
from core.model import Pair, Source
from core.settings import Settings
from core.store import connection, curators, decisions, key_events, sessions, targets
from core.store.curators import Identity
from scripts import processes
from scripts.bench.browser import in_browser
from scripts.bench.catalogue import fill
from scripts.bench.table import Table, percentile
from scripts.bench.used import cpu_s
from scripts.run import enrol, server_command
from scripts.standin.people import BY_LOGIN
from web.sessions import cookie_name

ROUNDS = 300
CLIENTS = 32
START_S = 120.0
KE = 1115
Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is measured: how to reach it as a curator, and how long it took to answer first."""

    settings: Settings
    process: int
    cookies: Mapping[str, str]
    started_s: float


def measure(corpus: Path | None) -> list[Table]:
    """All tables of this part, on the catalogue in `corpus`, or on the embedded one."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder))
        settings = environment.read(variables)
        fill(settings, corpus)
        enrol(settings)
        with running(settings, variables, workers=2) as server:
            size = catalogue_size(settings)
            return [
                Table(
                    "Start-up and catalogue",
                    ("what", "value"),
                    (*size, ("first answer after", f"{server.started_s:.2f} s")),
                ),
                asyncio.run(latencies(server)),
                *in_browser(server.settings.base_url, server.cookies, KE),
            ]


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a server that nobody signs in to: its one session is made in the database."""
    with processes.listen("127.0.0.1", 5800) as free:
        port = free.getsockname()[1]
    return {
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_LEVEL": "warning",
        "GITHUB_CLIENT_ID": "bench",
        "GITHUB_CLIENT_SECRET": "bench",
    }


@contextmanager
def running(settings: Settings, variables: Mapping[str, str], workers: int) -> Iterator[Running]:
    """A real server with this many workers, stopped at the end."""
    begun = time.monotonic()
    child = processes.start(
        "The server", server_command(settings, dev=False), {**variables, "WEB_WORKERS": str(workers)}
    )
    try:
        processes.wait_for(f"{settings.base_url}/healthz", [child], START_S)
        started = time.monotonic() - begun
        yield Running(settings, child.process.pid, {cookie_name(settings): session(settings)}, started)
    finally:
        processes.stop([child])


def session(settings: Settings) -> str:
    """The token of a reviewer's session, in the bench's own database: nobody limits how fast reviewers write."""
    persona = BY_LOGIN["reviewer"]
    with connection.writer(settings.database_path) as db, connection.transaction(db):
        person = curators.by_identity(db, Identity(settings.issuer, persona.number, persona.login))
        assert person is not None
        return sessions.begin(db, person.id, datetime.now(UTC))


def catalogue_size(settings: Settings) -> tuple[tuple[str, str], ...]:
    """How large the catalogue is."""
    with connection.reader(settings.database_path) as db:
        counts = targets.counts(db)
        return (
            ("Key Events", f"{len(key_events.ids(db)):,}"),
            *((f"targets, {source}", f"{counts[source]:,}") for source in Source),
        )


async def latencies(server: Running) -> Table:
    """Page, partials and decisions, from one client and from many."""
    rows = []
    for clients in (1, CLIENTS):
        asked = {name: get(path) for name, path in PAGES.items()}
        asked |= {f"{name}, made anew": anew(PAGES[name], clients) for name in PAGES if name.startswith("Key Event")}
        asked["reject, and its undo"] = press(server.settings.database_path, clients)
        for name, ask in asked.items():
            before = cpu_s(server.process)
            taken, whole = await many(server, clients, ask)
            cost = 1000 * (cpu_s(server.process) - before) / len(taken)
            p50, p95 = (f"{1000 * percentile(taken, share):.1f}" for share in (0.5, 0.95))
            rows.append((name, str(clients), p50, p95, f"{len(taken) / whole:,.0f}", f"{cost:.1f}"))
    return Table("Latency", ("what", "clients", "p50 ms", "p95 ms", "a second", "CPU ms of an answer"), tuple(rows))


PAGES = {
    "home": "/",
    "queue": "/queue",
    "Key Event, page": f"/key-events/{KE}",
    "Key Event, details of all rows": f"/key-events/{KE}/table/details",
    "search": f"/key-events/{KE}/table/search?{urlencode({'q': 'oxidative damage of mitochondria'})}",
}


def get(path: str) -> Ask:
    """Ask for this page."""
    return lambda client, number: client.get(path)


def anew(path: str, clients: int) -> Ask:
    """Ask for this page at an address that nobody has asked for yet: no worker has kept it."""
    return lambda client, number: client.get(f"{path}?anew={clients}-{number}")


def press(database: Path, clients: int) -> Ask:
    """A press and its undo, each two on a pair that nobody has decided on: nobody is refused, and no history grows. The
    two come after one another, from one client."""
    with connection.reader(database) as db:
        of_source = [each.key for each in targets.catalogue(db, next(iter(Source)))]
        every = (Pair(event, key) for key in of_source for event in key_events.ids(db))
        free = list(islice((pair for pair in every if not decisions.of_pair(db, pair)), ROUNDS))

    async def pressed(client: httpx.AsyncClient, number: int) -> httpx.Response:
        turn, which = number // clients % 2, number % clients + clients * (number // clients // 2)
        pair = free[which]
        fields = {"target": str(pair.target), "act": ("reject", "undo")[turn], "base_version": turn}
        key = f"{clients}/{pair.key_event}/{pair.target}/{turn}"
        return await client.post(f"/key-events/{pair.key_event}/table/decisions", data={**fields, "key": key})

    return pressed


async def many(server: Running, clients: int, ask: Ask, rounds: int = ROUNDS) -> tuple[list[float], float]:
    """Seconds of each of so many requests and of all; each of `clients` asks again when it has its answer."""
    taken: list[float] = []

    async def work(which: int) -> None:
        for number in range(which, rounds, clients):
            begun = time.perf_counter()
            answer = await ask(client, number)
            taken.append(time.perf_counter() - begun)
            if answer.status_code != 200:
                raise OperatorError(f"{answer.request.url} answered {answer.status_code}: {answer.text[:300]}")

    base_url = server.settings.base_url
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(
        base_url=base_url,
        cookies=dict(server.cookies),
        headers={"Origin": base_url},
        limits=limits,
        trust_env=False,
        timeout=60,
    ) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(work(which) for which in range(clients)))
        return taken, time.perf_counter() - begun
