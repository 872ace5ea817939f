"""The schema's history: numbered SQL files, each applied once, in one transaction, under the write lock."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from core.errors import OperatorError
from core.store import clock
from core.store.connection import connect, snapshot, transaction

FOLDER = Path(__file__).with_name("migrations")
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema. `number` counts from 1 without gaps."""

    number: int
    name: str
    sql: str


def known() -> list[Migration]:
    """The steps this code knows, in order. Raises OperatorError where two have one number: one would be passed over."""
    steps = []
    for path in sorted(FOLDER.glob("*.sql")):
        match = NAME.fullmatch(path.name)
        if match is None:
            raise OperatorError(f"{path} is not named NNNN_words.sql")
        steps.append(Migration(int(match[1]), path.stem, path.read_text("utf-8")))
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise OperatorError(f"{FOLDER} must number its steps 0001, 0002 … each once: {[step.name for step in steps]}")
    return steps


def version(db: sqlite3.Connection) -> int:
    """The number of the last step applied; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def check(db: sqlite3.Connection, path: Path) -> None:
    """Raise OperatorError unless this is Keyway's database at exactly the schema that this code knows."""
    newest = known()[-1].number
    found = version(db)
    if found > newest:
        raise OperatorError(
            f"{path} is at schema {found}, this version of Keyway knows up to {newest}: install the newer Keyway, "
            "or restore a backup from before the update"
        )
    if found < newest:
        raise OperatorError(
            f"{path} is at schema {found}, expected {newest}; run: python -m scripts.migrate --db {path}"
        )
    if db.execute("SELECT count(*) FROM instance").fetchone()[0] != 1:
        raise OperatorError(f"{path} has Keyway's tables but no instance row: this is not a database that Keyway made")


def made_at(db: sqlite3.Connection) -> datetime:
    """When this database was made."""
    return clock.moment(db.execute("SELECT created_at FROM instance").fetchone()[0])


def migrate(path: Path, now: datetime) -> list[Migration]:
    """Bring the database at `path` to the newest schema, making it where there is none. Returns the steps applied."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = connect(path, mode="rwc")
    try:
        with snapshot(db):
            found = version(db)
            if found > known()[-1].number:
                check(db, path)
        pending = [step for step in known() if step.number > found]
        for step in pending:
            _apply(db, step, now)
        with snapshot(db):
            check(db, path)
        return pending
    finally:
        db.close()


def _apply(db: sqlite3.Connection, step: Migration, now: datetime) -> None:
    with transaction(db):
        if version(db) >= step.number:  # another process was faster
            return
        for statement in statements(step.sql):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {step.number}")
        if step.number == 1:
            db.execute(
                "INSERT INTO instance (id, uuid, created_at) VALUES (1, :uuid, :at)",
                {"uuid": str(uuid4()), "at": clock.text(now)},
            )


def statements(sql: str) -> list[str]:
    """The statements of a script, in order; `executescript` would commit the transaction around it."""
    found, pending = [], ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
