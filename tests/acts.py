"""Decisions for tests that need some and do not care what they say."""

import os
import sqlite3
from pathlib import Path
from uuid import uuid4

from core.store import clock, connection
from tests.catalogues import NOW


def annotate(db: sqlite3.Connection, times: int, note: str = "") -> None:
    """Put `times` more notes on one pair, inside the caller's transaction."""
    db.execute(
        "INSERT OR IGNORE INTO person (id, issuer, subject, login, created_at) VALUES (900, 'i', 900, 'busy', :at)",
        {"at": clock.text(NOW)},
    )
    db.execute("INSERT OR IGNORE INTO pair (id, key_event, target) SELECT 900, 149, min(id) FROM target")
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
    (version,) = db.execute("SELECT coalesce(max(base_version) + 1, 0) FROM decision WHERE pair = 900").fetchone()
    db.executemany(
        "INSERT INTO decision (id, uuid, pair, person, act, note, base_version, idempotency_key, at)"
        " VALUES (:id, :uuid, 900, 900, 'annotate', :note, :version, :uuid, :at)",
        [
            {"id": newest + 1 + n, "uuid": str(uuid4()), "note": note, "version": version + n, "at": clock.text(NOW)}
            for n in range(times)
        ],
    )


def annotated(database: Path, times: int, note: str = "") -> Path:
    """The database, with `times` more notes."""
    with connection.writer(database) as db, connection.transaction(db):
        annotate(db, times, note)
    return database


def noise(mebibytes: int) -> str:
    """Text that does not compress to nothing."""
    return os.urandom(mebibytes * 1024 * 512).hex()
