"""Ten minutes of 32 curators who read and decide, with a backup and a worker that is killed: `make soak`.

SOAK_S=60 makes it a short one, CORPUS=DIR one on a catalogue in the neutral form. It measures, so nothing else should
use the machine.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from scripts.bench.catalogue import fill
from tests import people, servers
from tests.faults.figures import told
from tests.faults.load import Press, Verdict, fresh_pairs, judge, kept, percentile
from tests.faults.test_crashes import workers
from tests.house import ROOT
from tests.servers import House

pytestmark = pytest.mark.soak
SECONDS = float(os.environ.get("SOAK_S", "600"))
CORPUS = os.environ.get("CORPUS", "")
CURATORS, THINK_S = 32, (1.0, 3.0)
ELSEWHERE = ("/queue", "/explore", "/me", "/search?q=oxidative+stress", "/aops")
SLOW_PAGE_S, SLOW_DECISION_S = 0.1, 0.25
MOST_GROWTH = 1.10


@dataclass
class Curator:
    """Somebody who opens a Key Event as a browser does, judges a target of it at human speed, and opens the next."""

    client: httpx.Client
    pairs: Iterator[tuple[int, str]]
    chance: random.Random
    pages: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cut: int = 0

    def work(self, over: threading.Event) -> None:
        """Until it is over."""
        with self.client:
            over.wait(self.chance.uniform(0, THINK_S[1]))  # people do not begin at one stroke
            while not over.is_set():
                pair = next(self.pairs)
                self.timed(self.pages, "GET", f"/key-events/{pair[0]}")
                self.timed(self.pages, "GET", f"/key-events/{pair[0]}/table/details", htmx=True)
                if over.wait(self.chance.uniform(*THINK_S)):
                    break  # not all at one stroke
                self.decide(pair)
                if not over.wait(self.chance.uniform(*THINK_S)) and self.chance.random() < 0.2:
                    self.timed(self.pages, "GET", self.chance.choice(ELSEWHERE))

    def decide(self, pair: tuple[int, str]) -> None:
        press = Press(str(uuid4()), f"a note on {pair[1]}")
        self.presses.append(press)
        fields = {"target": pair[1], "act": "annotate", "note": press.note, "base_version": "0", "key": press.key}
        while not press.acknowledged:
            press.sent += 1
            path = f"/key-events/{pair[0]}/table/decisions"
            status = self.timed(self.decisions, "POST", path, fields, htmx=True)
            press.acknowledged = status == 200

    def timed(
        self, into: list[float], method: str, path: str, fields: dict[str, str] | None = None, *, htmx: bool = False
    ) -> int:
        """Ask, and keep how long it took. 0 where a killed worker took the answer along."""
        begun = time.perf_counter()
        try:
            answer = self.client.request(method, path, data=fields, headers={"HX-Request": "true"} if htmx else {})
        except httpx.TransportError:
            self.cut += 1
            time.sleep(0.05)
            return 0
        into.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            self.faults.append(f"{method} {path}: {answer.status_code}")
        return answer.status_code


def memory(house: House) -> int:
    """PSS of all processes of the server, in bytes."""
    total = 0
    for pid in [house.running[-1].process.pid, *workers(house)]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


@pytest.fixture
def house(embedded: Path, tmp_path: Path) -> Iterator[House]:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    if CORPUS:
        fill(servers.configured(data / servers.DATABASE, servers.ANYWHERE, servers.ANYWHERE), Path(CORPUS))
    with servers.house(data / servers.DATABASE, WEB_WORKERS="2", LOG_LEVEL="warning") as running:
        yield running


def test_a_long_day(house: House) -> None:
    curators, over = at_work(house), threading.Event()
    threads = [threading.Thread(target=curator.work, args=(over,)) for curator in curators]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS * 0.3)
    begun = memory(house)
    backup(house.database)
    time.sleep(SECONDS * 0.2)
    os.kill(workers(house)[0], signal.SIGKILL)
    time.sleep(SECONDS * 0.5)
    ended = memory(house)
    over.set()
    for thread in threads:
        thread.join()
    presses = [press for curator in curators for press in curator.presses]
    pages = [took for curator in curators for took in curator.pages]
    decisions = [took for curator in curators for took in curator.decisions]
    slow_page, slow_decision = percentile(pages, 0.99), percentile(decisions, 0.99)
    cut = sum(curator.cut for curator in curators)
    told(
        "soak",
        f"{SECONDS / 60:.0f} min, {len(pages):,} pages, {len(presses):,} decisions, {cut} asked for again "
        f"after the kill; p99 of decisions {slow_decision * 1000:.0f} ms, of pages {slow_page * 1000:.0f} ms; "
        f"memory {begun / 1e6:.0f} → {ended / 1e6:.0f} MB",
    )
    assert [fault for curator in curators for fault in curator.faults] == []
    assert cut <= CURATORS, "more was cut off than the killed worker had in hand"
    assert judge([press for press in presses if press.acknowledged], kept(house.database)) == Verdict()
    assert ended < begun * MOST_GROWTH
    assert slow_decision <= SLOW_DECISION_S
    assert slow_page <= SLOW_PAGE_S


def at_work(house: House) -> list[Curator]:
    pairs = fresh_pairs(house.database)
    with people.visitor(house.base_url) as first:
        people.choose(first, "reviewer")
        known = first.cookies
    found = []
    for at in range(CURATORS):
        client = people.visitor(house.base_url)
        client.cookies.update(known)
        found.append(Curator(client, iter(pairs[at::CURATORS]), random.Random(at)))
    return found


def backup(database: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(database.parent), "DATABASE_PATH": str(database)}
    command = ["nice", sys.executable, "-m", "scripts.backup"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
