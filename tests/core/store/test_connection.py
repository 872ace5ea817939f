"""Every connection behaves as it must, decisions cannot be changed, and what fails leaves nothing half-written."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import OperatorError, Unavailable
from core.store import connection, library, migrate
from core.store.connection import connect, reader, transaction, writer
from core.store.database import Database
from tests.aside import aside

NOW = datetime(2026, 11, 23, 22, 47, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty database of the newest schema."""
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    return path


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    with writer(path) as db:
        yield db


def decide(db: sqlite3.Connection) -> None:
    """One decision and one no-target, by one person, with the least that they need."""
    with transaction(db):
        for statement in (
            "INSERT INTO snapshot (id, of, release, imported_at, sha256, total, added, changed, withdrawn) "
            "VALUES (1, 'aopwiki', 'r', 't', 's', 1, 1, 0, 0)",
            "INSERT INTO key_event (id, title, snapshot) VALUES (149, 'Increase, inflammation', 1)",
            "INSERT INTO target (id, source, accession, title, snapshot) VALUES (1, 'go', 'GO:0006954', 'flame', 1)",
            "INSERT INTO person (id, issuer, subject, login, created_at) VALUES (1, 'i', 1, 'curator', 't')",
            "INSERT INTO pair (id, key_event, target) VALUES (1, 149, 1)",
            "INSERT INTO decision (id, uuid, pair, person, act, base_version, idempotency_key, at) "
            "VALUES (1, 'd', 1, 1, 'reject', 0, 'k', 't')",
            "INSERT INTO no_target (id, uuid, key_event, person, base_version, idempotency_key, at) "
            "VALUES (2, 'n', 149, 1, 0, 'k', 't')",
        ):
            db.execute(statement)


class TestPragmas:
    WANTED = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "recursive_triggers": 1,
        "trusted_schema": 0,
    }

    @pytest.mark.parametrize(("mode", "query_only"), [("ro", 1), ("rw", 0)])
    def test_every_connection_is_told_and_asked_back(self, path: Path, mode: str, query_only: int) -> None:
        db = connect(path, mode=mode)
        try:
            found = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in self.WANTED}
            assert found == self.WANTED
            assert db.execute("PRAGMA query_only").fetchone()[0] == query_only
        finally:
            db.close()

    def test_the_connections_of_a_worker_are_told_too(self, path: Path) -> None:
        def pragmas(db: sqlite3.Connection) -> dict[str, object]:
            return {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in self.WANTED}

        async def ask() -> list[dict[str, object]]:
            database = Database(path)
            await database.open()
            try:
                return [await database.read(pragmas), await database.write(pragmas)]
            finally:
                await database.close()

        assert aside(ask()) == [self.WANTED, self.WANTED]

    def test_a_setting_that_does_not_take_stops_the_start(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connection.PRAGMAS, "synchronous", ("NORMAL", 2))
        with pytest.raises(OperatorError, match="synchronous is 1, expected 2"):
            connect(path, mode="rw")

    def test_a_reader_cannot_write(self, path: Path) -> None:
        with reader(path) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM instance")


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["decision", "no_target"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {table} SET note = 'other'",
            "DELETE FROM {table}",
            "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            "REPLACE INTO {table} SELECT * FROM {table}",
        ],
    )
    def test_a_decision_cannot_be_changed(self, db: sqlite3.Connection, table: str, statement: str) -> None:
        decide(db)
        before = [tuple(row) for row in db.execute(f"SELECT * FROM {table}")]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), transaction(db):
            db.execute(statement.format(table=table))
        assert [tuple(row) for row in db.execute(f"SELECT * FROM {table}")] == before

    @pytest.mark.parametrize("column", ["uuid", "base_version", "idempotency_key"])
    def test_nothing_replaces_a_decision_by_another_of_its_keys(self, db: sqlite3.Connection, column: str) -> None:
        decide(db)
        values = {"id": 9, "uuid": "other", "base_version": 9, "idempotency_key": "other"}
        values[column] = {"uuid": "d", "base_version": 0, "idempotency_key": "k"}[column]  # type: ignore[assignment]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), transaction(db):
            db.execute(
                "INSERT OR REPLACE INTO decision (id, uuid, pair, person, act, base_version, idempotency_key, at) "
                "VALUES (:id, :uuid, 1, 1, 'unsure', :base_version, :idempotency_key, 't')",
                values,
            )
        assert db.execute("SELECT act FROM decision").fetchall()[0][0] == "reject"

    def test_a_made_up_target_cannot_be_decided_on(self, db: sqlite3.Connection) -> None:
        decide(db)
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), transaction(db):
            db.execute("INSERT INTO pair (key_event, target) VALUES (149, 99)")

    def test_columns_hold_the_type_that_they_say(self, db: sqlite3.Connection) -> None:
        with pytest.raises(sqlite3.IntegrityError, match="cannot store BLOB"), transaction(db):
            db.execute("INSERT INTO aop VALUES (17, x'00', NULL)")


class TestOpening:
    def test_a_missing_database_is_not_made(self, tmp_path: Path) -> None:
        path = tmp_path / "not-mounted" / "keyway.db"
        for mode in ("ro", "rw"):
            with pytest.raises(OperatorError, match=r"no database at .*keyway\.db; make one with"):
                connect(path, mode=mode)
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_no_database_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "keyway.db"
        path.write_text("This is a letter, not a database. " * 40)
        with pytest.raises(OperatorError, match=r"cannot open the database .*not a database; restore a backup"):
            connect(path, mode="rw")
        assert path.read_text().startswith("This is a letter")

    def test_one_that_another_program_holds_is_not_to_be_restored(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(OperatorError, match="database is locked; end what holds it"):
                connect(path, mode="rw")

    def test_a_worker_whose_database_is_missing_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="no database"):
            aside(Database(tmp_path / "keyway.db").open())


class TestTransactions:
    def test_what_fails_in_the_middle_leaves_nothing(self, db: sqlite3.Connection) -> None:
        with pytest.raises(RuntimeError), transaction(db):
            db.execute("INSERT INTO aop VALUES (17, 'title', NULL)")
            raise RuntimeError
        assert not db.in_transaction
        assert db.execute("SELECT count(*) FROM aop").fetchone()[0] == 0

    def test_a_read_sees_one_moment(self, path: Path, db: sqlite3.Connection) -> None:
        with reader(path) as other, connection.snapshot(other):
            before = other.execute("SELECT count(*) FROM aop").fetchone()[0]
            with transaction(db):
                db.execute("INSERT INTO aop VALUES (17, 'title', NULL)")
            assert other.execute("SELECT count(*) FROM aop").fetchone()[0] == before

    def test_a_lock_that_cannot_be_had_says_that_nothing_was_saved(self, path: Path, db: sqlite3.Connection) -> None:
        with writer(path) as other, transaction(other):
            db.execute("PRAGMA busy_timeout = 50")
            with pytest.raises(Unavailable, match="Nothing was saved: the database is busy"), transaction(db):
                pass

    def test_readers_and_writers_at_once_are_never_locked_out(self, path: Path) -> None:
        """Eight requests write and eight read through each of two workers, which have two connections each."""
        writes, workers = 25, 2
        failed: list[BaseException] = []

        def add(db: sqlite3.Connection, number: int) -> None:
            found = db.execute("SELECT count(*) FROM aop WHERE id = :id", {"id": number}).fetchone()[0]
            assert found == 0
            db.execute("INSERT INTO aop VALUES (:id, 'title', NULL)", {"id": number})

        def count(db: sqlite3.Connection) -> int:
            return int(db.execute("SELECT count(*) FROM aop").fetchone()[0])

        async def work(worker: int) -> None:
            database = Database(path)
            await database.open()
            try:
                first = worker * 1000
                await asyncio.gather(
                    *(database.write(add, first + n) for n in range(8 * writes)),
                    *(database.read(count) for _ in range(8 * writes)),
                )
            finally:
                await database.close()

        def run(worker: int) -> None:
            try:
                asyncio.run(work(worker))
            except BaseException as error:  # noqa: BLE001 (told to the main thread)
                failed.append(error)

        threads = [threading.Thread(target=run, args=(worker,)) for worker in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        with reader(path) as db:
            assert count(db) == workers * 8 * writes


class TestFullDisk:
    PROGRAM = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        from core.errors import Unavailable
        from core.store.connection import reader, transaction, writer

        path = Path(sys.argv[1])
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # else the kernel ends the process instead of refusing the write

        def fill(db, first):
            with transaction(db):
                for id in range(first, first + 200):
                    db.execute("INSERT INTO aop VALUES (:id, :title, NULL)", {"id": id, "title": "long " * 400})

        with writer(path) as db:
            fill(db, 1)
            full = max(each.stat().st_size for each in path.parent.iterdir())
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (full, hard))
            try:
                for first in range(1000, 100000, 1000):
                    fill(db, first)
            except Unavailable as error:
                print(error)
            with reader(path) as other:
                ids = [row[0] for row in other.execute("SELECT id FROM aop ORDER BY id")]
                print(len(ids) % 200, max(ids) % 1000 in (199, 200))
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            fill(db, 500000)
            print(db.execute("PRAGMA integrity_check").fetchone()[0])
        """
    )

    def test_nothing_is_half_written_and_it_recovers_by_itself(self, path: Path) -> None:
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
        done = subprocess.run(
            [sys.executable, "-c", self.PROGRAM, str(path)],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        told, whole, sound = done.stdout.splitlines()
        assert told.startswith("Nothing was saved: the disk")
        assert (whole, sound) == ("0 True", "ok")


class TestLibrary:
    @pytest.mark.parametrize(
        ("version", "bug"),
        [
            ((3, 6, 23), False),
            ((3, 7, 0), True),
            ((3, 40, 1), True),
            ((3, 44, 5), True),
            ((3, 44, 6), False),
            ((3, 46, 1), True),
            ((3, 50, 6), True),
            ((3, 50, 7), False),
            ((3, 51, 2), True),
            ((3, 51, 3), False),
            ((3, 53, 4), False),
        ],
    )
    def test_the_wal_reset_bug_is_known_by_its_versions(self, version: tuple[int, int, int], bug: bool) -> None:
        assert library.has_wal_reset_bug(version) is bug

    def test_what_runs_here_is_sound(self) -> None:
        assert not library.has_wal_reset_bug(library.version)
        assert library.version == sqlite3.sqlite_version_info
        assert sys.modules["sqlite3"] is library.module
        assert library.describe().startswith("SQLite 3.")
