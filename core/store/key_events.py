"""Key Events: one, all, their places in AOPs and their neighbours there; and what an import writes."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from core.errors import NotFound
from core.model import Aop, AopRole, KeyEvent, Level, Membership
from core.store import gene_sets


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A Key Event one arrow away, with the AOPs in which that arrow stands."""

    id: int
    title: str
    level: Level | None
    aops: tuple[Aop, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What leads to a Key Event, and what it leads to; by id."""

    upstream: tuple[Neighbour, ...]
    downstream: tuple[Neighbour, ...]


WHOLE = """
key_event.id, key_event.title, key_event.description, key_event.level, key_event.withdrawn,
  (SELECT symbols FROM gene_set WHERE gene_set.id = key_event.gene_set) AS symbols
"""


def get(db: sqlite3.Connection, id: int) -> KeyEvent:
    """The Key Event with this number, a withdrawn one too. Raises NotFound."""
    # bound as text: a number beyond 64 bits cannot be bound, and is none of ours
    row = db.execute(f"SELECT {WHOLE} FROM key_event WHERE id = :id", {"id": str(id)}).fetchone()
    if row is None:
        raise NotFound(f"There is no KE {id} in the catalogue; the queue lists those there are.")
    return _key_event(row)


def by_ids(db: sqlite3.Connection, ids: Collection[int]) -> dict[int, KeyEvent]:
    """The Key Events with these numbers, by number; unknown ones are left out."""
    rows = db.execute(
        f"SELECT {WHOLE} FROM key_event WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(sorted(ids))},
    )
    return {row["id"]: _key_event(row) for row in rows}


def catalogue(db: sqlite3.Connection) -> list[KeyEvent]:
    """All Key Events that are not withdrawn, with their genes, by id."""
    return [key_event for key_event in everything(db) if not key_event.withdrawn]


def everything(db: sqlite3.Connection) -> list[KeyEvent]:
    """All Key Events that ever were here, withdrawn ones too, with their genes, by id."""
    return [_key_event(row) for row in db.execute(f"SELECT {WHOLE} FROM key_event ORDER BY id")]


def ids(db: sqlite3.Connection) -> list[int]:
    """The numbers of all Key Events that are not withdrawn, rising."""
    return [id for (id,) in db.execute("SELECT id FROM key_event WHERE withdrawn = 0 ORDER BY id")]


def decided(db: sqlite3.Connection) -> list[int]:
    """The numbers of the Key Events on whose pairs somebody has decided, rising."""
    return [id for (id,) in db.execute("SELECT DISTINCT key_event FROM pair ORDER BY key_event")]


MEMBERSHIPS = (
    "SELECT aop_member.key_event, aop_member.role, aop.id, aop.title, aop.oecd_status"
    " FROM aop_member JOIN aop ON aop.id = aop_member.aop"
)


def memberships(db: sqlite3.Connection) -> list[Membership]:
    """Every Key Event's places in AOPs, by Key Event and AOP."""
    rows = db.execute(f"{MEMBERSHIPS} ORDER BY aop_member.key_event, aop.id")
    return [_membership(row) for row in rows]


def memberships_of(db: sqlite3.Connection, key_event: int) -> list[Membership]:
    """One Key Event's places in AOPs, by AOP."""
    rows = db.execute(f"{MEMBERSHIPS} WHERE aop_member.key_event = :id ORDER BY aop.id", {"id": key_event})
    return [_membership(row) for row in rows]


def neighbours(db: sqlite3.Connection, key_event: int) -> Neighbours:
    """The Key Events one arrow up and one arrow down."""
    return Neighbours(
        upstream=_neighbours(db, key_event, here="downstream", there="upstream"),
        downstream=_neighbours(db, key_event, here="upstream", there="downstream"),
    )


def values(key_event: KeyEvent, sets: Mapping[tuple[str, ...], int]) -> dict[str, object]:
    """What `put` writes of a Key Event; as `targets.values`."""
    return {
        "id": key_event.id,
        "title": key_event.title,
        "description": key_event.description,
        "level": key_event.level,
        "genes": len(key_event.genes),
        "gene_set": sets.get(key_event.genes),
    }


def put(db: sqlite3.Connection, rows: Iterable[Mapping[str, object]], snapshot: int) -> None:
    """Write the Key Events that `snapshot` added, changed or brought back; as `targets.put`. Decisions on them stay."""
    db.executemany(
        """
        INSERT INTO key_event (id, title, description, level, genes, gene_set, withdrawn, snapshot)
        VALUES (:id, :title, :description, :level, :genes, :gene_set, 0, :snapshot)
        ON CONFLICT (id) DO UPDATE SET title = :title, description = :description, level = :level, genes = :genes,
          gene_set = :gene_set, withdrawn = 0, snapshot = :snapshot
        """,
        ({**row, "snapshot": snapshot} for row in rows),
    )


def withdraw(db: sqlite3.Connection, id: int, snapshot: int) -> None:
    """Mark a Key Event that `snapshot` no longer has. All that is known of it stays for the decisions."""
    db.execute(
        "UPDATE key_event SET withdrawn = 1, snapshot = :snapshot WHERE id = :id", {"id": id, "snapshot": snapshot}
    )


def refresh_text(db: sqlite3.Connection, ids: Collection[int]) -> None:
    """Let search find these Key Events by their text as it is now; as `targets.refresh_text`."""
    values = {"ids": json.dumps(list(ids))}
    db.execute("DELETE FROM key_event_text WHERE rowid IN (SELECT value FROM json_each(:ids))", values)
    db.execute(
        """
        INSERT INTO key_event_text (rowid, label, title, description)
        SELECT id, 'KE ' || id, title, description
        FROM key_event WHERE id IN (SELECT value FROM json_each(:ids)) AND withdrawn = 0
        """,
        values,
    )


def _neighbours(db: sqlite3.Connection, key_event: int, *, here: str, there: str) -> tuple[Neighbour, ...]:
    rows = db.execute(
        f"""
        SELECT key_event.id, key_event.title, key_event.level, aop.id AS aop, aop.title AS aop_title, aop.oecd_status
        FROM aop_relationship
        JOIN key_event ON key_event.id = aop_relationship.{there}
        JOIN aop ON aop.id = aop_relationship.aop
        WHERE aop_relationship.{here} = :id AND key_event.withdrawn = 0 ORDER BY key_event.id, aop.id
        """,
        {"id": key_event},
    )
    return tuple(_neighbour(list(group)) for _, group in groupby(rows, key=lambda row: row["id"]))


def _neighbour(rows: list[sqlite3.Row]) -> Neighbour:
    first = rows[0]
    aops = tuple(Aop(row["aop"], row["aop_title"], row["oecd_status"]) for row in rows)
    return Neighbour(first["id"], first["title"], _level(first["level"]), aops)


def _key_event(row: sqlite3.Row) -> KeyEvent:
    return KeyEvent(
        id=row["id"],
        title=row["title"],
        description=row["description"],
        level=_level(row["level"]),
        withdrawn=bool(row["withdrawn"]),
        genes=gene_sets.symbols(row["symbols"]),
    )


def _membership(row: sqlite3.Row) -> Membership:
    role = AopRole(row["role"]) if row["role"] else None
    return Membership(row["key_event"], Aop(row["id"], row["title"], row["oecd_status"]), role)


def _level(word: str | None) -> Level | None:
    return Level(word) if word else None
