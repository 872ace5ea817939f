"""A copy is whole, of one moment, and Keyway's; and one can tell whether somebody has the database open."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.store import connection, copies
from tests.acts import annotate, annotated
from tests.house import ROOT

OPEN_AND_WRITE = """
import sys
from pathlib import Path
from core.store import connection
from tests.acts import annotate
path, mode = Path(sys.argv[1]), sys.argv[2]
with connection.connect(path, mode=mode) as db:
    db.execute("PRAGMA wal_autocheckpoint = 0")
    if mode == "rw":
        with connection.transaction(db):
            annotate(db, 5)
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def somebody(database: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open, and, as "rw", has left five notes in its -wal."""
    command = [sys.executable, "-c", OPEN_AND_WRITE, str(database), mode]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def killed_with_its_wal(database: Path) -> None:
    """A Keyway that was killed: five acknowledged notes are in the -wal alone."""
    with somebody(database, "rw") as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert database.with_name(f"{database.name}-wal").stat().st_size > 0


def test_a_copy_holds_what_the_database_held(database: Path, tmp_path: Path) -> None:
    annotated(database, 3)
    before = copies.copy(database, tmp_path / "copy.db")
    assert copies.inspect(tmp_path / "copy.db") == before
    assert before.decisions == before.newest == 3
    assert not list(tmp_path.glob("copy.db-*"))


def test_a_copy_made_while_others_write_is_of_one_moment(database: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            annotated(database, 2)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for n in range(5):
            before = copies.copy(database, tmp_path / f"{n}.db")
            held = copies.inspect(tmp_path / f"{n}.db")
            assert held.decisions >= before.decisions
            assert held.decisions % 2 == 0
    finally:
        done.set()
        writing.join()


def test_what_is_in_the_wal_alone_is_copied(database: Path, tmp_path: Path) -> None:
    killed_with_its_wal(database)
    copies.copy(database, tmp_path / "copy.db")
    assert copies.inspect(tmp_path / "copy.db").decisions == 5


class TestInspecting:
    def test_an_empty_file_is_no_copy(self, tmp_path: Path) -> None:
        (tmp_path / "copy.db").touch()
        with pytest.raises(OperatorError, match="is empty: it has none of Keyway's tables"):
            copies.inspect(tmp_path / "copy.db")

    def test_an_empty_file_passes_the_check_of_sqlite_alone(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "copy.db") as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        db.close()

    def test_somebody_elses_database_is_no_copy(self, database: Path) -> None:
        with connection.writer(database) as db:
            db.execute("DELETE FROM instance")
        with pytest.raises(OperatorError, match="no instance row"):
            copies.inspect(database)

    def test_a_decision_on_nothing_is_found(self, database: Path) -> None:
        with connection.writer(database) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            with connection.transaction(db):
                annotate(db, 1)
                db.execute("DELETE FROM pair")
        with pytest.raises(OperatorError, match="row 1 of decision points to nothing in pair"):
            copies.inspect(database)

    @pytest.mark.parametrize("keep", [100, 20_000, 200_000])
    def test_a_file_that_was_cut_off_is_found(self, database: Path, keep: int) -> None:
        os.truncate(database, keep)
        with pytest.raises(OperatorError, match="is damaged"):
            copies.inspect(database)

    def test_looking_leaves_nothing_behind(self, database: Path) -> None:
        before = sorted(database.parent.iterdir())
        copies.inspect(database)
        assert sorted(database.parent.iterdir()) == before


class TestAlone:
    @pytest.mark.parametrize("mode", ["ro", "rw"])
    def test_an_idle_connection_of_another_process_is_seen(self, database: Path, mode: str) -> None:
        with somebody(database, mode), pytest.raises(OperatorError, match="is in use; stop Keyway first"):
            copies.alone(database).__enter__()

    def test_a_killed_one_is_not_in_the_way(self, database: Path) -> None:
        killed_with_its_wal(database)
        with copies.alone(database):
            pass

    def test_a_damaged_database_can_be_had(self, database: Path) -> None:
        database.write_bytes(b"no database at all")
        with copies.alone(database):
            pass

    def test_whoever_comes_meanwhile_waits(self, database: Path) -> None:
        ask = "import sys; from pathlib import Path; from core.store import connection as c\n"
        ask += (
            "c.BUSY_TIMEOUT_MS = 100; c.PRAGMAS['busy_timeout'] = ('100', 100); c.connect(Path(sys.argv[1]), mode='rw')"
        )
        with copies.alone(database):
            said = subprocess.run([sys.executable, "-c", ask, database], cwd=ROOT, capture_output=True, text=True)
        assert "database is locked" in said.stderr


def test_the_digest_tells_a_changed_note(database: Path, tmp_path: Path) -> None:
    annotated(database, 3)
    other = Path(shutil.copy(database, tmp_path / "other.db"))
    assert copies.digest_of(other, 3) == copies.digest_of(database, 3)
    annotated(database, 1)
    assert copies.digest_of(other, 3) == copies.digest_of(database, 3)
    with connection.writer(other) as db:
        db.execute("DROP TRIGGER decision_keep_update")
        db.execute("UPDATE decision SET note = 'never said' WHERE id = 2")
    assert copies.digest_of(other, 3) != copies.digest_of(database, 3)
