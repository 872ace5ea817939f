"""Every connection to the database is made here, and each is told, and asked back, how it must behave.

What is written is written inside `BEGIN IMMEDIATE`, so that two writers queue instead of failing half-way.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import OperatorError, Unavailable

BUSY_TIMEOUT_MS = 5000
COMMAND_CACHE_KIB = 256 * 1024
# name -> (value to set, value to read back). synchronous=FULL: NORMAL loses acknowledged commits at a power cut.
PRAGMAS: dict[str, tuple[str, object]] = {
    "busy_timeout": (str(BUSY_TIMEOUT_MS), BUSY_TIMEOUT_MS),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "trusted_schema": ("OFF", 0),
}
PERMISSIONS = "mend the permissions of the file and of its folder"
WAY_OUT = {
    sqlite3.SQLITE_BUSY: "end what holds it, and try again",
    sqlite3.SQLITE_CANTOPEN: PERMISSIONS,
    sqlite3.SQLITE_READONLY: PERMISSIONS,
}


def _settle(db: sqlite3.Connection, path: Path, *, query_only: bool) -> sqlite3.Connection:
    wanted = dict(PRAGMAS)
    if query_only:
        wanted["query_only"] = ("ON", 1)
        del wanted["journal_mode"]  # a reader cannot change it; it is read back below all the same
    for name, (value, _) in wanted.items():
        _set(db, name, value)
    for name, (_, expected) in (PRAGMAS | wanted).items():
        found = db.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise OperatorError(
                f"{path}: PRAGMA {name} is {found!r}, expected {expected!r}; is the file on a local disk?"
            )
    db.row_factory = sqlite3.Row
    return db


def _set(db: sqlite3.Connection, name: str, value: str) -> None:
    """Set a PRAGMA. Only the first process turns a new file to WAL, and SQLite does not let the others wait for it."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            db.execute(f"PRAGMA {name} = {value}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Open `path` as a reader (`mode="ro"`), a writer (`"rw"`), or create it (`"rwc"`, the migrate command only).

    Autocommit (`isolation_level=None`): transactions are begun in this module and nowhere else. Raises OperatorError
    where the file is missing, is no database, or does not take the settings of `PRAGMAS`.
    """
    if mode != "rwc" and not path.is_file():
        raise OperatorError(f"no database at {path}; make one with: python -m scripts.migrate --db {path}")
    db: sqlite3.Connection | None = None
    try:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        return _settle(db, path, query_only=mode == "ro")
    except sqlite3.DatabaseError as error:
        if db is not None:
            db.close()
        way_out = WAY_OUT.get(error.sqlite_errorcode & 0xFF, "restore a backup or name another file")
        raise OperatorError(f"cannot open the database {path}: {error}; {way_out}") from error
    except OperatorError:
        if db is not None:
            db.close()
        raise


@contextmanager
def reader(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection for a command, closed at the end."""
    db = connect(path, mode="ro")
    try:
        yield db
    finally:
        db.close()


@contextmanager
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    """A writing connection for a command, closed at the end. Write inside `transaction(db)`.

    With room for a whole catalogue: an import that reads its own pages back from the disk holds the lock twice as long.
    """
    db = connect(path, mode="rw")
    try:
        db.execute(f"PRAGMA cache_size = -{COMMAND_CACHE_KIB}")
        yield db
    finally:
        db.close()


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything inside is written together or not at all. Takes the write lock first (`BEGIN IMMEDIATE`).

    Raises Unavailable, with nothing saved, where the lock or the disk cannot be had.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise _unavailable(error, "Nothing was saved") from error


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Every read inside sees the database as it is at the first of them. Raises Unavailable where the disk fails."""
    try:
        db.execute("BEGIN")
        try:
            yield db
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise _unavailable(error, "Nothing could be read") from error


def data_version(db: sqlite3.Connection) -> int:
    """Another number than before whenever another connection has committed since this one last asked."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def _unavailable(error: sqlite3.OperationalError, what: str) -> Exception:
    """Disk full, locked and read-only as a word of the domain; anything else is a fault of ours and stays as it is."""
    code = error.sqlite_errorcode & 0xFF
    words = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "the database is busy",
        sqlite3.SQLITE_IOERR: "the disk does not answer",
        sqlite3.SQLITE_READONLY: "the database is read-only",
        sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    }
    return Unavailable(f"{what}: {words[code]}.") if code in words else error
