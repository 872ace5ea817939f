"""Snapshots: one row for each import of a source, or of AOP-Wiki."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace

from core.model import Snapshot
from core.store import clock

COLUMNS = "id, of, release, imported_at, sha256, total, added, changed, withdrawn, genes"


def add(db: sqlite3.Connection, snapshot: Snapshot) -> Snapshot:
    """Write `snapshot` (its id is not looked at) and answer with it under the id it got.

    Beside it stands the newest decision there is, so that acts and imports have one order whatever the clocks say.
    """
    (id,) = db.execute(
        "INSERT INTO snapshot (of, release, imported_at, sha256, total, added, changed, withdrawn, genes,"
        " decisions) VALUES (:of, :release, :imported_at, :sha256, :total, :added, :changed, :withdrawn, :genes,"
        " (SELECT coalesce(max(id), 0) FROM decision)) RETURNING id",
        {
            "of": snapshot.of,
            "release": snapshot.release,
            "imported_at": clock.text(snapshot.imported_at),
            "sha256": snapshot.sha256,
            "total": snapshot.total,
            "added": snapshot.added,
            "changed": snapshot.changed,
            "withdrawn": snapshot.withdrawn,
            "genes": snapshot.genes,
        },
    ).fetchone()
    return replace(snapshot, id=id)


def newest(db: sqlite3.Connection, of: str) -> Snapshot | None:
    """The last import of a source or of AOP-Wiki; None where there was none."""
    row = db.execute(f"SELECT {COLUMNS} FROM snapshot WHERE of = :of ORDER BY id DESC LIMIT 1", {"of": of}).fetchone()
    return _snapshot(row) if row else None


def last(db: sqlite3.Connection) -> int:
    """The number of the last import there was, whatever it is of; 0 where there was none."""
    (id,) = db.execute("SELECT coalesce(max(id), 0) FROM snapshot").fetchone()
    return int(id)


def of(db: sqlite3.Connection, whose: Collection[str]) -> list[Snapshot]:
    """Every import of these sources, or of AOP-Wiki, in the order in which they happened."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM snapshot WHERE of IN (SELECT value FROM json_each(:whose)) ORDER BY id",
        {"whose": json.dumps(list(whose))},
    )
    return [_snapshot(row) for row in rows]


def in_force(db: sqlite3.Connection) -> dict[str, Snapshot]:
    """The newest snapshot of each source and of AOP-Wiki, by what it is of."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM snapshot WHERE id IN (SELECT max(id) FROM snapshot GROUP BY of) ORDER BY of"
    )
    return {row["of"]: _snapshot(row) for row in rows}


def _snapshot(row: sqlite3.Row) -> Snapshot:
    return Snapshot(**{**dict(row), "imported_at": clock.moment(row["imported_at"])})
