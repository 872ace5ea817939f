"""The queue: the Key Events in which people work through the catalogue, filtered, in stable order, page by page."""

import json
import sqlite3
from dataclasses import dataclass, replace

from core.model import Aop, Level, Progress, Source, State
from core.store import sought

_PROGRESS = "coalesce(key_event_progress.progress, 'open')"
_WITH_PROGRESS = "LEFT JOIN key_event_progress ON key_event_progress.key_event = key_event.id"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which Key Events somebody wants to work through; the empty one is all of them."""

    progress: Progress | None = None
    aop: int | None = None
    level: Level | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One Key Event of the queue, with what has been decided: pairs by state, and the sources where nothing fits."""

    id: int
    title: str
    level: Level | None
    aops: int
    progress: Progress
    decided: dict[State, int]
    no_target: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue. `number` counts from 1; `total` is the number of Key Events over all pages."""

    rows: tuple[Row, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty queue has one, which says so."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Key Event stands in a filtered queue: `12 of 131`. `position` is None where the filter leaves it out."""

    position: int | None
    total: int
    previous: int | None
    next: int | None


def page(db: sqlite3.Connection, filter: Filter, number: int = 1, size: int = 50) -> Page:
    """A page of the Key Events that `filter` leaves, by id. A page past the end is the last one."""
    where, values = _where(db, filter)
    total = db.execute(f"SELECT count(*) FROM key_event WHERE {where}", values).fetchone()[0]
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = db.execute(
        f"""
        SELECT key_event.id, key_event.title, key_event.level,
          (SELECT count(*) FROM aop_member WHERE aop_member.key_event = key_event.id) AS aops,
          {_PROGRESS} AS progress,
          (SELECT json_group_object(state, pairs) FROM (
             SELECT state, count(*) AS pairs FROM mapping
             WHERE mapping.key_event = key_event.id AND mapping.state <> 'open' GROUP BY state)) AS decided,
          coalesce(key_event_progress.no_target, '[]') AS no_target
        FROM key_event {_WITH_PROGRESS}
        WHERE {where} ORDER BY key_event.id LIMIT :size OFFSET :skip
        """,
        values | {"size": size, "skip": (number - 1) * size},
    )
    return Page(tuple(_row(row) for row in rows), number, size, total)


def place(db: sqlite3.Connection, filter: Filter, key_event: int) -> Place:
    """Where `key_event` stands among those that `filter` leaves, and its neighbours there (J and K)."""
    where, values = _where(db, filter)
    row = db.execute(
        f"""
        SELECT count(*) AS total, sum(id < :here) AS before, sum(id = :here) AS here,
          max(id) FILTER (WHERE id < :here) AS previous, min(id) FILTER (WHERE id > :here) AS next
        FROM key_event WHERE {where}
        """,
        values | {"here": key_event},
    ).fetchone()
    position = row["before"] + 1 if row["here"] else None
    return Place(position, row["total"], row["previous"], row["next"])


def counts(db: sqlite3.Connection, filter: Filter | None = None) -> dict[Progress, int]:
    """How many Key Events are open, in progress and done, among those that `filter` leaves, whatever its progress."""
    where, values = _where(db, replace(filter or Filter(), progress=None))
    rows = db.execute(
        f"SELECT {_PROGRESS} AS progress, count(*) FROM key_event {_WITH_PROGRESS} WHERE {where} GROUP BY 1", values
    )
    return dict.fromkeys(Progress, 0) | {Progress(progress): count for progress, count in rows}


def by_level(db: sqlite3.Connection) -> dict[Level | None, dict[Progress, int]]:
    """How far the Key Events of each level are, from molecule to population; None, where there is one, is no level."""
    rows = db.execute(
        f"SELECT key_event.level, {_PROGRESS} AS progress, count(*) FROM key_event {_WITH_PROGRESS}"
        " WHERE key_event.withdrawn = 0 GROUP BY 1, 2"
    )
    found: dict[Level | None, dict[Progress, int]] = {}
    for level, progress, count in rows:
        found.setdefault(Level(level) if level else None, dict.fromkeys(Progress, 0))[Progress(progress)] = count
    return {level: found[level] for level in (*Level, None) if level in found}


def levels(db: sqlite3.Connection) -> list[Level]:
    """The levels that some Key Event has, from molecule to population."""
    found = {level for (level,) in db.execute("SELECT DISTINCT level FROM key_event WHERE withdrawn = 0")}
    return [level for level in Level if level in found]


def aop(db: sqlite3.Connection, filter: Filter) -> Aop | None:
    """The AOP that a filter names; None where it names none, or one that is not here."""
    row = db.execute("SELECT id, title, oecd_status FROM aop WHERE id = :id", {"id": filter.aop}).fetchone()
    return Aop(**row) if row else None


def _where(db: sqlite3.Connection, filter: Filter) -> tuple[str, dict[str, object]]:
    clauses, values = ["key_event.withdrawn = 0"], dict[str, object]()
    if filter.progress is not None:
        clauses.append(
            "key_event.id NOT IN (SELECT key_event FROM key_event_progress WHERE progress <> 'open')"
            if filter.progress is Progress.OPEN
            else "key_event.id IN (SELECT key_event FROM key_event_progress WHERE progress = :progress)"
        )
        values["progress"] = filter.progress
    if filter.aop is not None:
        clauses.append("key_event.id IN (SELECT key_event FROM aop_member WHERE aop = :aop)")
        values["aop"] = str(filter.aop)  # as text: a number beyond 64 bits cannot be bound
    if filter.level is not None:
        clauses.append("key_event.level = :level")
        values["level"] = filter.level
    if filter.text.strip():
        clause, given = sought.clause("key_event", sought.read(db, filter.text))
        clauses.append(clause)
        values |= given
    return " AND ".join(clauses), values


def _row(row: sqlite3.Row) -> Row:
    decided = {State(state): pairs for state, pairs in json.loads(row["decided"]).items()}
    return Row(
        id=row["id"],
        title=row["title"],
        level=Level(row["level"]) if row["level"] else None,
        aops=row["aops"],
        progress=Progress(row["progress"]),
        decided=decided,
        no_target=tuple(Source(source) for source in json.loads(row["no_target"])),
    )
