"""Ten minutes of a busy workshop, with a backup and a worker that is killed: `make soak`.

32 curators have divided the catalogue, as people do who want to get through it. Each opens a Key Event (the page, and
the details that its script asks for; styles and scripts are in the browser already), reads it for 2 to 4 seconds,
judges 3 to 8 of its open rows from the top, with 1 to 3 seconds before each press and, where they accept, before the
last answer of the assessment, and goes on to the next; after every other one they look at another page. That is a
press every two or three seconds: published speeds are 10 to 100 seconds a judgement, so the load is that of some
hundred people who read.

SOAK_S=60 makes it a short one, CORPUS=DIR one on a catalogue in the neutral form: the embedded one is so small that
everything is judged after some minutes, and notes are made from then on. It measures, so nothing else should use the
machine; the curators themselves take some of it, which they would not in a house.
"""

import asyncio
import os
import random
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest

from core.model import Role
from core.store import connection, curators, key_events, sessions
from core.store.curators import Identity
from scripts.bench.catalogue import fill
from scripts.bench.used import cpu_s, memory
from tests import people, servers
from tests.faults.figures import told
from tests.faults.load import Verdict, judge, percentile
from tests.faults.test_crashes import workers
from tests.faults.workshop import Curator, Line
from tests.house import ROOT
from tests.servers import House
from web.sessions import cookie_name

pytestmark = pytest.mark.soak
SECONDS = float(os.environ.get("SOAK_S", "600"))
CORPUS = os.environ.get("CORPUS", "")
CURATORS = 32
SLOW_PAGE_S, SLOW_DECISION_S = 0.1, 0.25
MOST_GROWTH = 1.10


@dataclass(frozen=True, slots=True)
class Machine:
    """What the server has of the machine: memory in MB, and the seconds of CPU that it has used so far."""

    memory: float
    cpu_s: float


def machine(house: House) -> Machine:
    """All processes of the server; the CPU of those that are gone, too."""
    master = house.running[-1].process.pid
    return Machine(memory(master), cpu_s(master))


@pytest.fixture
def house(embedded: Path, tmp_path: Path) -> Iterator[House]:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    if CORPUS:
        fill(servers.configured(data / servers.DATABASE, servers.ANYWHERE, servers.ANYWHERE), Path(CORPUS))
    with servers.house(data / servers.DATABASE, WEB_WORKERS="2", LOG_LEVEL="warning") as running:
        yield running


def test_a_long_day(house: House) -> None:
    curators = workshop(house)
    at_first, before, after = asyncio.run(at_work(house, curators))
    presses = [press for curator in curators for press in curator.presses]
    pages = [took for curator in curators for took in curator.pages]
    decisions = [took for curator in curators for took in curator.decisions]
    slow_page, slow_decision = percentile(pages, 0.99), percentile(decisions, 0.99)
    cut = sum(curator.cut for curator in curators)
    told(
        "soak",
        f"{SECONDS / 60:.0f} min, {len(pages):,} pages, {len(presses):,} decisions, {cut} asked for again "
        f"after the kill; p99 of decisions {slow_decision * 1000:.0f} ms, of pages {slow_page * 1000:.0f} ms; "
        f"{1000 * (after.cpu_s - at_first.cpu_s) / (len(pages) + len(decisions)):.0f} ms of CPU an answer; "
        f"memory {before.memory:.0f} → {after.memory:.0f} MB",
    )
    assert [fault for curator in curators for fault in curator.faults] == []
    assert cut <= CURATORS, "more was cut off than the killed worker had in hand"
    assert judge([press for press in presses if press.acknowledged], kept(house.database)) == Verdict()
    assert after.memory < before.memory * MOST_GROWTH
    assert slow_decision <= SLOW_DECISION_S
    assert slow_page <= SLOW_PAGE_S


async def at_work(house: House, curators: list[Curator]) -> tuple[Machine, Machine, Machine]:
    """The day: what the server took of the machine at first, when it was well under way, and at its end."""
    over, at_first = asyncio.Event(), machine(house)
    working = [asyncio.create_task(curator.work(over)) for curator in curators]
    await asyncio.sleep(SECONDS * 0.3)
    before = machine(house)
    await backup(house.database)
    await asyncio.sleep(SECONDS * 0.2)
    os.kill(workers(house)[0], signal.SIGKILL)
    await asyncio.sleep(SECONDS * 0.5)
    after = machine(house)
    over.set()
    await asyncio.gather(*working)
    return at_first, before, after


def workshop(house: House) -> list[Curator]:
    """Curators of their own names, signed in, each with their part of the queue, over and over."""
    cookie, now, found = cookie_name(servers.configured(house.database, house.base_url, "")), datetime.now(UTC), []
    with connection.writer(house.database) as db, connection.transaction(db):
        ids = key_events.ids(db)
        for at in range(CURATORS):
            identity = Identity(people.ISSUER, 1000 + at, f"curator-{at}")
            token = sessions.begin(db, curators.enrol(db, identity, Role.CURATOR, now).id, now)
            line = Line(house.base_url, f"{cookie}={token}")
            found.append(Curator(line, cycle(ids[at::CURATORS]), random.Random(at)))
    return found


def kept(database: Path) -> list[tuple[str, str]]:
    """Key and note of every decision."""
    with connection.reader(database) as db:
        return [(key, note) for key, note in db.execute("SELECT idempotency_key, note FROM decision")]


async def backup(database: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(database.parent), "DATABASE_PATH": str(database)}
    command = ("nice", sys.executable, "-m", "scripts.backup")
    made = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL)
    assert await made.wait() == 0, "the backup failed"
