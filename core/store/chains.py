"""What the AOPs have and lack: their Key Events with what is decided on them, and all AOPs with their counts."""

import json
import re
import sqlite3
from dataclasses import dataclass

from core.coverage import Event
from core.errors import NotFound
from core.model import Aop, AopRole, Level, Relationship, Source
from core.store import search

ANYWHERE = 5  # letters; shorter words are looked for where a word of the title begins
SPACED = "' ' || replace(replace(aop.title, '-', ' '), '(', ' ')"
LABEL = re.compile(r"\bAOP\s*([0-9]+)", re.IGNORECASE)
SORTS = {
    "number": "aop.id",
    "gaps": "gaps DESC, aop.id",
    "approved": "approved DESC, aop.id",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which AOPs somebody looks for; the empty one is all of them. `status` is one that OECD gives."""

    text: str = ""
    status: str = ""
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class Row:
    """An AOP in a list: its Key Events, how many have an approved mapping, and for how many nothing is decided."""

    aop: Aop
    events: int
    approved: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Whole:
    """An AOP with its Key Events and arrows."""

    aop: Aop
    events: tuple[Event, ...]
    arrows: tuple[Relationship, ...]


def aop(db: sqlite3.Connection, id: int) -> Whole:
    """An AOP with all of it. Raises NotFound."""
    row = db.execute("SELECT id, title, oecd_status FROM aop WHERE id = :id", {"id": id}).fetchone()
    if row is None:
        raise NotFound(f"There is no AOP {id} in the catalogue; the list has those there are.")
    arrows = db.execute(
        "SELECT aop, upstream, downstream FROM aop_relationship WHERE aop = :id ORDER BY upstream, downstream",
        {"id": id},
    )
    return Whole(Aop(**row), _events(db, id), tuple(Relationship(**arrow) for arrow in arrows))


def page(db: sqlite3.Connection, filter: Filter, number: int, size: int) -> tuple[list[Row], int]:
    """Page `number` (from 1) of the AOPs that `filter` leaves, and how many there are."""
    where, values = _where(filter)
    (total,) = db.execute(f"SELECT count(*) FROM aop WHERE {where}", values).fetchone()
    rows = db.execute(
        f"""
        SELECT aop.id, aop.title, aop.oecd_status, count(*) AS events,
          sum(EXISTS (SELECT 1 FROM mapping WHERE mapping.key_event = aop_member.key_event
            AND mapping.state IN ('approved', 'revision'))) AS approved,
          sum(NOT EXISTS (SELECT 1 FROM mapping WHERE mapping.key_event = aop_member.key_event
            AND mapping.state IN ('approved', 'revision', 'proposed'))
            AND NOT EXISTS (SELECT 1 FROM key_event_progress
              WHERE key_event_progress.key_event = aop_member.key_event AND no_target <> '[]')) AS gaps
        FROM aop JOIN aop_member ON aop_member.aop = aop.id
        WHERE {where} GROUP BY aop.id ORDER BY {SORTS[filter.sort]} LIMIT :size OFFSET :skip
        """,
        values | {"size": size, "skip": (number - 1) * size},
    )
    return [_row(row) for row in rows], total


def numbers(db: sqlite3.Connection) -> list[int]:
    """The numbers of all AOPs that have a Key Event."""
    return [number for (number,) in db.execute("SELECT DISTINCT aop FROM aop_member ORDER BY aop")]


def statuses(db: sqlite3.Connection) -> list[str]:
    """The OECD statuses that some AOP has, by name."""
    rows = db.execute("SELECT DISTINCT oecd_status FROM aop WHERE oecd_status IS NOT NULL ORDER BY oecd_status")
    return [status for (status,) in rows]


def _events(db: sqlite3.Connection, aop: int) -> tuple[Event, ...]:
    counts: dict[tuple[int, bool], dict[Source, int]] = {}
    for row in db.execute(
        """
        SELECT mapping.key_event, mapping.source, mapping.state <> 'proposed' AS approved, count(*) AS pairs
        FROM aop_member JOIN mapping ON mapping.key_event = aop_member.key_event
          AND mapping.state IN ('approved', 'revision', 'proposed')
        WHERE aop_member.aop = :aop GROUP BY 1, 2, 3
        """,
        {"aop": aop},
    ):
        counts.setdefault((row["key_event"], bool(row["approved"])), {})[Source(row["source"])] = row["pairs"]
    rows = db.execute(
        """
        SELECT key_event.id, key_event.title, key_event.level, key_event.withdrawn, aop_member.role,
          coalesce(key_event_progress.no_target, '[]') AS no_target
        FROM aop_member JOIN key_event ON key_event.id = aop_member.key_event
        LEFT JOIN key_event_progress ON key_event_progress.key_event = key_event.id
        WHERE aop_member.aop = :aop ORDER BY key_event.id
        """,
        {"aop": aop},
    )
    return tuple(
        Event(
            id=row["id"],
            title=row["title"],
            level=Level(row["level"]) if row["level"] else None,
            role=AopRole(row["role"]) if row["role"] else None,
            withdrawn=bool(row["withdrawn"]),
            approved=counts.get((row["id"], True), {}),
            proposed=counts.get((row["id"], False), {}),
            nothing=frozenset(Source(source) for source in json.loads(row["no_target"])),
        )
        for row in rows
    )


def _where(filter: Filter) -> tuple[str, dict[str, object]]:
    clauses = ["EXISTS (SELECT 1 FROM aop_member WHERE aop_member.aop = aop.id)"]
    values: dict[str, object] = {}
    for place, word in enumerate(LABEL.sub(r"\1", filter.text).split()):
        spaced = word.replace("-", " ")
        begins = "" if len(word) >= ANYWHERE else " "  # "ros" is not looked for in fibrosis
        clauses.append(f"({SPACED} LIKE :word{place} ESCAPE '\\' OR CAST(aop.id AS TEXT) = :number{place})")
        values |= {f"word{place}": f"%{begins}{search.literally(spaced)}%", f"number{place}": word}
    if filter.status:
        clauses.append("aop.oecd_status = :status")
        values["status"] = filter.status
    return " AND ".join(clauses), values


def _row(row: sqlite3.Row) -> Row:
    return Row(Aop(row["id"], row["title"], row["oecd_status"]), row["events"], row["approved"], row["gaps"])
