"""Releases: dated, immutable publications. Their files lie in a folder; what they are and what they hold is here."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from core.errors import Conflict, NotFound
from core.model import Pair, Source, TargetKey
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


@dataclass(frozen=True, slots=True)
class Touched:
    """A mapping that was or is in force, and was written anew by a decision; `reason`: why it ended, where it did."""

    uuid: str
    pair: Pair
    key_event_title: str
    title: str
    reason: str


def marks(db: sqlite3.Connection) -> list[int]:
    """The newest decision of every release, one that is being made too: what they knew cannot be undone."""
    return [newest for (newest,) in db.execute("SELECT newest FROM release ORDER BY id")]


def begin(db: sqlite3.Connection, name: str, now: datetime) -> Release:
    """Hold every decision that there is now for a release of this name. Those that were begun and broke off let go.

    Raises Conflict where the release is made already.
    """
    give_up(db)
    begun = foreseen(db, name, now)
    db.execute(
        "INSERT INTO release (name, newest, made_at) VALUES (:name, :newest, :at)",
        {"name": name, "newest": begun.newest, "at": clock.text(now)},
    )
    return begun


def foreseen(db: sqlite3.Connection, name: str, now: datetime) -> Release:
    """The release of this name as it would be begun now. Raises Conflict where it is made already."""
    if is_made(db, name):
        raise Conflict(f"The release {name} is made and stays as it is; choose another name.")
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
    return Release(name, newest, now)


def finish(db: sqlite3.Connection, name: str, manifest: Mapping[str, object]) -> None:
    """Make a release that was begun public, for ever. Raises Conflict where it is not one that was begun."""
    done = db.execute(
        "UPDATE release SET manifest = :manifest WHERE name = :name AND manifest IS NULL",
        {"name": name, "manifest": json.dumps(manifest, ensure_ascii=False)},
    )
    if done.rowcount != 1:
        raise Conflict(f"The release {name} is not one that was begun: something else has ended it. Make it again.")


def give_up(db: sqlite3.Connection) -> None:
    """Let go of what releases hold that were begun and are not made."""
    db.execute("DELETE FROM release WHERE manifest IS NULL")


def is_made(db: sqlite3.Connection, name: str) -> bool:
    """Whether there is a release of this name, public for ever."""
    found = db.execute("SELECT 1 FROM release WHERE name = :name AND manifest IS NOT NULL", {"name": name})
    return found.fetchone() is not None


def unfinished(db: sqlite3.Connection) -> frozenset[str]:
    """The names of releases that were begun and are not made: at most one of them is at work."""
    return frozenset(name for (name,) in db.execute("SELECT name FROM release WHERE manifest IS NULL"))


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
        raise NotFound(f"There is no release {name}; /releases lists those there are.")
    return _release(row)


def latest(db: sqlite3.Connection) -> Release | None:
    """The newest release, or None."""
    row = db.execute(f"SELECT {_COLUMNS} FROM release WHERE manifest IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return _release(row) if row else None


def touched(db: sqlite3.Connection, since: int) -> list[Touched]:
    """What was written anew by a decision after the one numbered `since`, by Key Event, source and accession."""
    rows = db.execute(
        """
        SELECT mapping.uuid, published.key_event, key_event.title AS key_event_title, published.source,
          published.accession, target.title, published.reason
        FROM published
        JOIN mapping ON mapping.pair = published.pair
        JOIN key_event ON key_event.id = published.key_event
        JOIN target ON target.id = published.target
        WHERE published.changed > :since ORDER BY published.key_event, published.source, published.accession
        """,
        {"since": since},
    )
    return [
        Touched(
            row["uuid"],
            Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"])),
            row["key_event_title"],
            row["title"],
            row["reason"],
        )
        for row in rows
    ]


def key_events(db: sqlite3.Connection) -> int:
    """How many Key Events have a mapping in force."""
    (found,) = db.execute("SELECT count(DISTINCT key_event) FROM published WHERE ended_at IS NULL").fetchone()
    return int(found)


def instruments(db: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """The instruments by which mappings in force were assessed: name, version, and how many of them."""
    rows = db.execute(
        "SELECT instrument, instrument_version, count(*) FROM published"
        " WHERE ended_at IS NULL AND answers IS NOT NULL"
        " GROUP BY instrument, instrument_version ORDER BY instrument, instrument_version"
    )
    return [(name, version, mappings) for name, version, mappings in rows]


def _release(row: sqlite3.Row) -> Release:
    return Release(row["name"], row["newest"], clock.moment(row["made_at"]), _manifest(row["manifest"]))


@lru_cache(256)
def _manifest(text: str) -> Mapping[str, object]:
    """What a manifest says. It never changes, so each is read once and its value is everybody's."""
    found: dict[str, object] = json.loads(text)
    return MappingProxyType(found)
