"""What waits for somebody: claims for a reviewer, stale mappings for anybody; oldest first, filtered, page by page."""

import sqlite3
from dataclasses import dataclass

from core.model import Pair, Source, TargetKey, Tier


@dataclass(frozen=True, slots=True)
class Filter:
    """Which waiting pairs somebody wants to see; the empty one is all of them. `author` is a login.

    `stale`: those in force that must be looked at again, in place of those that wait for a reviewer; a revision of one
    waits for a reviewer.
    """

    key_event: int | None = None
    aop: int | None = None
    author: str = ""
    tier: Tier | None = None
    source: Source | None = None
    stale: bool = False


def page(db: sqlite3.Connection, filter: Filter, number: int, size: int) -> tuple[list[Pair], int]:
    """Page `number` (from 1) of the waiting pairs, by the time of their claim and by pair, and how many there are."""
    kept, values = _kept(filter)
    rows = db.execute(
        f"SELECT key_event, source, accession {kept} ORDER BY at, pair LIMIT :size OFFSET :skip",
        values | {"size": size, "skip": (number - 1) * size},
    )
    found = [Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"])) for row in rows]
    return found, count(db, filter)


def count(db: sqlite3.Connection, filter: Filter) -> int:
    """How many pairs wait."""
    kept, values = _kept(filter)
    return int(db.execute(f"SELECT count(*) {kept}", values).fetchone()[0])


def authors(db: sqlite3.Connection) -> list[str]:
    """The logins of those whose claims wait, by name."""
    rows = db.execute(
        "SELECT login FROM person WHERE EXISTS (SELECT 1 FROM mapping "
        "WHERE mapping.author = person.id AND mapping.state IN ('proposed', 'revision')) ORDER BY login"
    )
    return [login for (login,) in rows]


def _kept(filter: Filter) -> tuple[str, dict[str, object]]:
    where, values = _where(filter)
    return f"FROM mapping INDEXED BY {'mapping_stale' if filter.stale else 'mapping_waiting'} WHERE {where}", values


def _where(filter: Filter) -> tuple[str, dict[str, object]]:
    waits = "stale = 1 AND state = 'approved'" if filter.stale else "state IN ('proposed', 'revision')"
    clauses, values = [waits], dict[str, object]()
    if filter.key_event is not None:
        clauses.append("key_event = :key_event")
        values["key_event"] = filter.key_event
    if filter.aop is not None:
        clauses.append("key_event IN (SELECT key_event FROM aop_member WHERE aop = :aop)")
        values["aop"] = filter.aop
    if filter.author:
        clauses.append("author IN (SELECT id FROM person WHERE login = :author)")
        values["author"] = filter.author
    if filter.tier is not None:
        clauses.append("tier = :tier")
        values["tier"] = filter.tier
    if filter.source is not None:
        clauses.append("source = :source")
        values["source"] = filter.source
    return " AND ".join(clauses), values
