"""Many reviewers who annotate as fast as they can; a press that was not answered is sent again under its own key."""

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from core.store import connection
from tests import people
from tests.servers import House

OK, AGAIN = 200, frozenset({429, 502, 503, 504})
PATIENCE_S = 300.0


@dataclass
class Press:
    """One press: under which key, with which note, sent how often, and whether somebody was told that it is saved."""

    key: str
    note: str
    sent: int = 0
    acknowledged: bool = False


@dataclass
class Presser:
    """One browser of one person, with pairs of its own: every press is the first on its pair."""

    client: httpx.Client
    pairs: Iterator[tuple[int, str]]
    presses: list[Press] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    unexpected: list[int] = field(default_factory=list)

    def press(self) -> None:
        """Press once, and send it until it is answered for good."""
        pair = next(self.pairs)
        press = Press(str(uuid4()), f"a note on {pair[1]} of {pair[0]}")
        self.presses.append(press)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            press.sent += 1
            begun = time.perf_counter()
            try:
                answer = self._send(press, *pair)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code == OK:
                self.slow.append(time.perf_counter() - begun)
                press.acknowledged = True
                return
            if answer.status_code not in AGAIN:
                self.unexpected.append(answer.status_code)
                raise AssertionError(f"{answer.status_code}: {answer.text}")
            time.sleep(0.02)
        raise AssertionError("nobody answered for five minutes")

    def _send(self, press: Press, key_event: int, target: str) -> httpx.Response:
        return self.client.post(
            f"/key-events/{key_event}/table/decisions",
            data={"target": target, "act": "annotate", "note": press.note, "base_version": "0", "key": press.key},
            headers={"HX-Request": "true"},
        )


@dataclass(frozen=True, slots=True)
class Load:
    """All of them, pressing until `stop`."""

    pressers: tuple[Presser, ...]
    over: threading.Event
    threads: tuple[threading.Thread, ...]

    def stop(self) -> list[Press]:
        """Let everybody finish the press that they are at. Returns all presses."""
        self.over.set()
        for thread in self.threads:
            thread.join()
        return [press for presser in self.pressers for press in presser.presses]

    @property
    def acknowledged(self) -> int:
        """How many presses were answered so far."""
        return sum(press.acknowledged for presser in self.pressers for press in presser.presses)


def begin(house: House, clients: int) -> Load:
    """So many reviewers begin."""
    pairs = fresh_pairs(house.database)
    with people.visitor(house.base_url) as first:
        people.choose(first, "reviewer")
        known = first.cookies
    pressers = []
    for at in range(clients):
        client = people.visitor(house.base_url)
        client.timeout = httpx.Timeout(10)
        client.cookies.update(known)
        pressers.append(Presser(client, iter(pairs[at::clients])))
    over = threading.Event()

    def go(presser: Presser) -> None:
        with presser.client:
            while not over.is_set():
                presser.press()

    threads = tuple(threading.Thread(target=go, args=(presser,)) for presser in pressers)
    for thread in threads:
        thread.start()
    return Load(tuple(pressers), over, threads)


def fresh_pairs(database: Path) -> list[tuple[int, str]]:
    """Pairs that nobody has decided on, one Key Event after the other."""
    with connection.reader(database) as db:
        rows = db.execute(
            "SELECT key_event.id, target.source || ':' || target.accession FROM target, key_event"
            " WHERE NOT EXISTS (SELECT 1 FROM pair WHERE pair.key_event = key_event.id AND pair.target = target.id)"
            " ORDER BY target.id, key_event.id"
        )
        return [(event, target) for event, target in rows]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many acknowledged presses are not there, are there with another note, or are there more than once; how many
    decisions are there that nobody pressed."""

    lost: int = 0
    wrong: int = 0
    twice: int = 0
    unknown: int = 0


def judge(presses: Collection[Press], kept: Iterable[tuple[str, str]]) -> Verdict:
    """Hold what people were told against what is there, as key and note."""
    kept = list(kept)
    times: Mapping[str, int] = Counter(key for key, _ in kept)
    notes = dict(kept)
    acknowledged = [press for press in presses if press.acknowledged]
    return Verdict(
        lost=sum(times.get(press.key, 0) == 0 for press in acknowledged),
        wrong=sum(press.key in notes and notes[press.key] != press.note for press in acknowledged),
        twice=sum(times.get(press.key, 0) > 1 for press in presses),
        unknown=len(times.keys() - {press.key for press in presses}),
    )


def kept(database: Path) -> list[tuple[str, str]]:
    """Key and note of every note in the database."""
    with connection.reader(database) as db:
        rows = db.execute("SELECT idempotency_key, note FROM decision WHERE act = 'annotate'")
        return [(key, note) for key, note in rows]


def percentile(values: Iterable[float], part: float) -> float:
    """The value that this part of them is under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
