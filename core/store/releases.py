"""Releases: dated, immutable publications. Their files lie in a folder; what they are and what they hold is here."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import Conflict, NotFound
from core.store import clock

_COLUMNS = "name, newest, made_at, manifest"


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `newest` is the newest decision it knew; `manifest` what its folder says of it, empty while it is
    being made."""

    name: str
    newest: int
    made_at: datetime
    manifest: Mapping[str, object] = field(default_factory=dict, hash=False)


def marks(db: sqlite3.Connection) -> list[int]:
    """The newest decision of every release, one that is being made too: what they knew cannot be undone."""
    return [newest for (newest,) in db.execute("SELECT newest FROM release ORDER BY id")]


def begin(db: sqlite3.Connection, name: str, now: datetime) -> Release:
    """Hold every decision that there is now for a release of this name; one that was begun and broke off begins anew.

    Raises Conflict where the release is made already.
    """
    db.execute("DELETE FROM release WHERE name = :name AND manifest IS NULL", {"name": name})
    if db.execute("SELECT 1 FROM release WHERE name = :name", {"name": name}).fetchone():
        raise Conflict(f"The release {name} is made and stays as it is; choose another name.")
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
    db.execute(
        "INSERT INTO release (name, newest, made_at) VALUES (:name, :newest, :at)",
        {"name": name, "newest": newest, "at": clock.text(now)},
    )
    return Release(name, newest, now)


def finish(db: sqlite3.Connection, name: str, manifest: Mapping[str, object]) -> None:
    """Make a release that was begun public, for ever."""
    db.execute(
        "UPDATE release SET manifest = :manifest WHERE name = :name AND manifest IS NULL",
        {"name": name, "manifest": json.dumps(manifest, ensure_ascii=False)},
    )


def give_up(db: sqlite3.Connection, name: str) -> None:
    """Let go of what a release that was begun holds."""
    db.execute("DELETE FROM release WHERE name = :name AND manifest IS NULL", {"name": name})


def made(db: sqlite3.Connection) -> list[Release]:
    """The releases, newest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM release WHERE manifest IS NOT NULL ORDER BY id DESC")
    return [_release(row) for row in rows]


def get(db: sqlite3.Connection, name: str) -> Release:
    """The release of this name. Raises NotFound."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM release WHERE name = :name AND manifest IS NOT NULL", {"name": name}
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no release {name}; the downloads page lists those there are.")
    return _release(row)


def _release(row: sqlite3.Row) -> Release:
    return Release(row["name"], row["newest"], clock.moment(row["made_at"]), json.loads(row["manifest"]))
