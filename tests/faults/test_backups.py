"""Backups of a big database that is written to all the time, half of them killed (F5)."""

import random
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core import backups
from core.store import connection, copies
from tests import servers
from tests.acts import annotate, annotated, noise
from tests.faults.figures import told
from tests.faults.load import percentile
from tests.house import ROOT
from tests.waiting import eventually

pytestmark = pytest.mark.slow
MIB, RUNS, A_SECOND = 200, 8, 220


class Writer(threading.Thread):
    """Writes so many decisions a second, each its own transaction, and keeps how long each took."""

    def __init__(self, database: Path) -> None:
        super().__init__(daemon=True)
        self.database, self.over, self.took = database, threading.Event(), list[float]()

    def run(self) -> None:
        due = time.monotonic()
        with connection.writer(self.database) as db:
            while not self.over.is_set():
                begun = time.perf_counter()
                with connection.transaction(db):
                    annotate(db, 1)
                self.took.append(time.perf_counter() - begun)
                due = max(due + 1 / A_SECOND, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))


def backup(database: Path) -> subprocess.Popen[bytes]:
    environment = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(database.parent), "DATABASE_PATH": str(database)}
    quiet = subprocess.DEVNULL
    command = ["nice", sys.executable, "-m", "scripts.backup"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)


def written(folder: Path) -> int:
    """How many bytes a backup that is under way has written: the copy, then what it is packed into."""
    found = 0
    for file in folder.glob(".draft-*/*"):
        with suppress(FileNotFoundError):
            found += file.stat().st_size
    return found


def killed_at(process: subprocess.Popen[bytes], folder: Path, size: float) -> bool:
    """Kill a backup once it has written so many bytes. Returns whether it was at work until then."""
    eventually("the backup does not get on", lambda: process.poll() is not None or written(folder) >= size, 600, 0.01)
    ended = process.poll() is not None
    process.kill()
    return not ended


def test_every_backup_that_has_a_name_is_good(made_database: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(made_database, tmp_path / servers.DATABASE))
    for _ in range(MIB // 20):
        annotated(database, 1, noise(20))
    assert database.stat().st_size >= MIB * 2**20
    writer, chance, killed, longest = Writer(database), random.Random(1), 0, 0.0
    folder, meanwhile = tmp_path / "backups", []
    writer.start()
    begun = time.monotonic()
    for run in range(RUNS):
        process, since, before = backup(database), time.monotonic(), len(writer.took)
        if run % 2:
            whole = MIB * 2**20 + backups.listed(folder)[0].size
            killed += killed_at(process, folder, chance.uniform(0, 0.9) * whole)
        code = process.wait()
        longest = longest if run % 2 else max(longest, time.monotonic() - since)
        assert run % 2 or code == 0
        meanwhile += [] if run % 2 else [len(writer.took) - before]
    seconds = time.monotonic() - begun
    writer.over.set()
    writer.join()
    found = backups.listed(folder)
    assert killed == RUNS // 2, "some were faster than they were killed"
    assert len(found) >= RUNS - killed
    for copy in found:
        backups.unpack(copy.path, tmp_path / "unpacked.db")
        copies.inspect(tmp_path / "unpacked.db")
    rate, slow = len(writer.took) / seconds, percentile(writer.took, 0.99)
    words = f"{len(found)} named of {RUNS}, {killed} killed, all good; {longest:.0f} s each"
    told("F5", f"{words}; {rate:.0f} writes/s meanwhile, p99 {slow * 1000:.0f} ms")
    assert min(meanwhile) > 1, "nobody could write while a backup was made"
