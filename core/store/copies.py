"""A copy of the database in one step, what must be true of it, and whether anybody has the database open."""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import OperatorError
from core.store import connection, migrate

# Where SQLite locks a database file: whoever has it open in WAL mode holds a shared lock on some of these bytes.
FIRST_LOCKED, LOCKED = 0x40000000, 512
BEGINS = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Contents:
    """Which database this is, and how far it goes. `newest` is the id of its last act, decision or no-target."""

    uuid: str
    schema: int
    decisions: int
    newest: int


def copy(database: Path, draft: Path) -> Contents:
    """Write a copy of a database in use to `draft`. Returns what the database held before the copy was begun.

    In one step: a copy in several begins anew whenever another process writes, and may never end. Raises OperatorError
    where there is no database that Keyway made, and sqlite3.Error where it cannot be read or written.
    """
    with connection.reader(database) as db:
        before = contents(db, database)
        with closing(sqlite3.connect(draft)) as target:
            db.backup(target, pages=-1)
    return before


def inspect(path: Path) -> Contents:
    """What a copy that nobody uses holds. Leaves no file beside it.

    Raises OperatorError unless it is whole (structure, foreign keys) and a database that Keyway made: an empty file
    passes SQLite's own check.
    """
    try:
        with closing(_untouched(path)) as db:
            problems = [str(row[0]) for row in db.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            problems += [
                f"row {row[1]} of {row[0]} points to nothing in {row[2]}"
                for row in db.execute("PRAGMA foreign_key_check").fetchmany(3)
            ]
            if problems:
                raise OperatorError(f"{path} is damaged: {'; '.join(problems)}")
            return contents(db, path)
    except sqlite3.DatabaseError as error:
        raise OperatorError(f"{path} is damaged, or no database: {error}") from error


def refuse_damaged(database: Path) -> None:
    """Look at the structure of a database in use. Raises OperatorError, with the way out, where it is damaged."""
    with connection.reader(database) as db:
        try:
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise OperatorError(f"{database} is damaged: {found}; restore a backup: scripts/restore_db.sh --list")


def contents(db: sqlite3.Connection, path: Path) -> Contents:
    """What the database holds. Raises OperatorError where it is not one that Keyway made; its schema may be older."""
    schema = migrate.version(db)
    if schema == 0:
        raise OperatorError(f"{path} is empty: it has none of Keyway's tables")
    row = db.execute("SELECT uuid FROM instance").fetchone()
    if row is None:
        raise OperatorError(f"{path} has Keyway's tables but no instance row: this is not a database that Keyway made")
    decisions, newest = db.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM (SELECT id FROM decision UNION ALL SELECT id FROM no_target)"
    ).fetchone()
    return Contents(row[0], schema, decisions, newest)


def digest(db: sqlite3.Connection, newest: int) -> str:
    """SHA-256, in hex, over every act up to the one with the id `newest`: what two databases must agree on."""
    found = hashlib.sha256()
    for row in db.execute(
        "SELECT id, uuid, pair, person, act, base_version, note, at FROM decision WHERE id <= :newest"
        " UNION ALL SELECT id, uuid, key_event, person, source, base_version, note, at FROM no_target"
        " WHERE id <= :newest ORDER BY id",
        {"newest": newest},
    ):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def digest_of(path: Path, newest: int) -> str:
    """`digest` of a copy that nobody uses."""
    with closing(_untouched(path)) as db:
        return digest(db, newest)


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Have the database to oneself: whoever opens it meanwhile waits. Needs no sound database, and opens none.

    Raises OperatorError where somebody has it open.
    """
    with database.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, LOCKED, FIRST_LOCKED)
        except OSError as error:
            raise OperatorError(f"{database} is in use; stop Keyway first, then run this again") from error
        yield


def _untouched(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody changes; without `immutable`, reading would make -wal and -shm beside it."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    db.execute("PRAGMA trusted_schema = OFF")
    return db
