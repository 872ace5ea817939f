"""Workers and whole servers that are killed or stopped while 16 reviewers press (F1, F2, F10)."""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx
import pytest

from core import backups, restore
from core.store import connection, copies
from tests import servers
from tests.faults.figures import told
from tests.faults.load import Press, Verdict, begin, judge, kept
from tests.servers import House
from tests.waiting import eventually

pytestmark = pytest.mark.slow
CLIENTS = 16
FOR_S, AT_MOST_S, KILLS, LEAST = 30.0, 900.0, 30, 3000  # longer only where others use the machine
RESTARTS = 10


@pytest.fixture
def house(embedded: Path, tmp_path: Path) -> Iterator[House]:
    """gunicorn with two workers over the embedded catalogue, without its vectors."""
    database = Path(shutil.copy(embedded / servers.DATABASE, tmp_path))
    with servers.house(database, WEB_WORKERS="2", LOG_LEVEL="warning") as running:
        yield running


def workers(house: House) -> list[int]:
    """The processes that answer."""
    master = house.running[-1].process.pid
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def ready_after(house: House) -> float:
    """How long it takes until it can do its work again, all of it."""
    begun = time.monotonic()

    def ready() -> bool:
        try:
            return servers.get(f"{house.base_url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    eventually("it does not do its work", ready, every_s=0.01)
    return time.monotonic() - begun


def test_workers_are_killed_at_random(house: House) -> None:
    load, chance, kills, begun = begin(house, CLIENTS), random.Random(1), 0, time.monotonic()
    while time.monotonic() < begun + FOR_S or (
        (kills < KILLS or load.acknowledged < LEAST) and time.monotonic() < begun + AT_MOST_S
    ):
        time.sleep(chance.uniform(0.3, 1.2))
        if alive := workers(house):
            os.kill(chance.choice(alive), signal.SIGKILL)
            kills += 1
    presses = load.stop()
    verdict = judge(presses, kept(house.database))
    told("F1", f"{kills} kills, {sum(p.acknowledged for p in presses):,} acknowledged, {said(verdict)}")
    assert verdict == Verdict()
    assert kills >= KILLS
    assert sum(press.acknowledged for press in presses) >= LEAST
    assert any(press.sent > 1 for press in presses), "no press met a kill"


def test_the_whole_group_is_killed(house: House) -> None:
    load, took = begin(house, CLIENTS), []
    for _ in range(RESTARTS):
        time.sleep(1.5)
        house.kill()
        begun = time.monotonic()
        house.start()
        took.append(time.monotonic() - begun + ready_after(house))
    presses = load.stop()
    verdict = judge(presses, kept(house.database))
    acknowledged = sum(press.acknowledged for press in presses)
    words = f"ready after {median(took):.1f} s, at worst {max(took):.1f}"
    told("F2", f"{RESTARTS} kills, {acknowledged:,} acknowledged, {said(verdict)}, {words}")
    assert verdict == Verdict()
    assert any(press.sent > 1 for press in presses), "no press met a kill"


def test_it_is_stopped_and_started_as_in_an_update(house: House) -> None:
    load = begin(house, CLIENTS)
    for _ in range(RESTARTS):
        time.sleep(1.5)
        house.stop()
        house.start()
    presses = load.stop()
    verdict = judge(presses, kept(house.database))
    told("F10", f"{RESTARTS} restarts, {sum(p.acknowledged for p in presses):,} acknowledged, {said(verdict)}")
    assert verdict == Verdict()
    assert any(press.sent > 1 for press in presses), "no press met a restart"


def test_a_copy_comes_back_over_a_killed_server(house: House) -> None:
    """Restored to what the copy held, and it serves; what came after lies beside it. The control, a plain `cp`, is in
    tests/core/test_restore.py."""
    pressed(house, 200)
    copy, held = backups.make(house.database, house.database.parent / "backups", datetime.now(UTC))
    pressed(house, 200)
    house.kill()
    assert house.database.with_name(f"{house.database.name}-wal").stat().st_size > 0
    _, aside = restore.restore(copy.path, house.database, copy.path.parent, datetime.now(UTC))
    restored = copies.inspect(house.database).decisions
    house.start()
    assert servers.get(f"{house.base_url}/readyz").status_code == 200
    assert aside is not None
    with connection.writer(aside / house.database.name) as db:
        before = copies.contents(db, house.database).decisions
    told("F8", f"{before:,} decisions there, {held.decisions:,} in the copy, {restored:,} after the restore; it serves")
    assert before > held.decisions == restored > 0


def pressed(house: House, times: int) -> None:
    load = begin(house, CLIENTS)
    eventually("nobody answers", lambda: load.acknowledged >= times, 600)
    load.stop()


def said(verdict: Verdict) -> str:
    return f"lost {verdict.lost}, wrong {verdict.wrong}, twice {verdict.twice}"


class TestJudge:
    """The control: the judge sees each kind of harm."""

    PRESSES = (Press("a", "one", 1, True), Press("b", "two", 3, True), Press("c", "three", 2, False))

    @pytest.mark.parametrize(
        ("kept", "expected"),
        [
            ([("a", "one"), ("b", "two")], Verdict()),
            ([("a", "one"), ("b", "two"), ("c", "three")], Verdict()),  # saved, and the answer was lost on its way
            ([("a", "one")], Verdict(lost=1)),
            ([("a", "one"), ("b", "other")], Verdict(wrong=1)),
            ([("a", "one"), ("b", "two"), ("b", "two")], Verdict(twice=1)),
            ([("a", "one"), ("b", "two"), ("c", "three"), ("c", "three")], Verdict(twice=1)),
            ([("a", "one"), ("b", "two"), ("x", "never pressed")], Verdict(unknown=1)),
        ],
    )
    def test_it_sees(self, kept: list[tuple[str, str]], expected: Verdict) -> None:
        assert judge(self.PRESSES, kept) == expected
