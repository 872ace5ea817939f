"""No-targets: an append-only table, as decisions are. Rows are added and read, never changed."""

import sqlite3
from datetime import datetime
from uuid import uuid4

from core.model import NoTarget, Source
from core.store import acts, clock

_COLUMNS = "id, uuid, key_event, source, person, at, note, undoes"


def of_key_event(db: sqlite3.Connection, key_event: int) -> list[NoTarget]:
    """Every no-target act on a Key Event, in order."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM no_target WHERE key_event = :key_event ORDER BY id", {"key_event": key_event}
    )
    return [_no_target(row) for row in rows]


def by_key(db: sqlite3.Connection, person: int, key: str) -> NoTarget | None:
    """What a person's form with this idempotency key has written already; None where nothing was."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM no_target WHERE person = :person AND idempotency_key = :key",
        {"person": person, "key": key},
    ).fetchone()
    return _no_target(row) if row else None


def key_events(db: sqlite3.Connection) -> set[int]:
    """The Key Events on which somebody has said, now or once, that nothing fits."""
    return {row[0] for row in db.execute("SELECT DISTINCT key_event FROM no_target")}


def add(
    db: sqlite3.Connection, key_event: int, source: Source | None, person: int, at: datetime, key: str,
    note: str = "", undoes: int | None = None,
) -> NoTarget:  # fmt: skip
    """Append a no-target, or the undo of one (`undoes`)."""
    act = NoTarget(acts.next_id(db), str(uuid4()), key_event, source, person, at, note, undoes)
    (version,) = db.execute("SELECT count(*) FROM no_target WHERE key_event = :id", {"id": key_event}).fetchone()
    values = {
        "id": act.id,
        "uuid": act.uuid,
        "key_event": key_event,
        "source": source,
        "person": person,
        "note": note,
        "undoes": undoes,
        "base_version": version,
        "idempotency_key": key,
        "at": clock.text(at),
    }
    acts.append(db, "no_target", values)
    return act


def _no_target(row: sqlite3.Row) -> NoTarget:
    return NoTarget(
        row["id"], row["uuid"], row["key_event"], Source(row["source"]) if row["source"] else None, row["person"],
        clock.moment(row["at"]), row["note"], row["undoes"],
    )  # fmt: skip
