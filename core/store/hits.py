"""What a person's words find: targets and Key Events, those that name them first, then those that have such a gene."""

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.model import Level, Source, TargetKey
from core.store import search, sought
from core.store.sought import Sought

Hit = TypeVar("Hit", "TargetHit", "KeyEventHit")
TARGET_WEIGHTS = "20, 20, 8, 1"  # accession, title, synonyms, description: the columns of target_text
KEY_EVENT_WEIGHTS = "20, 20, 1"  # label, title, description: the columns of key_event_text

NUMBER = re.compile(r"(?:KE\s*)?([0-9]{1,9})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class TargetHit:
    """A target that a search found."""

    key: TargetKey
    title: str
    description: str
    genes: int


@dataclass(frozen=True, slots=True)
class KeyEventHit:
    """A Key Event that a search found."""

    id: int
    title: str
    level: Level | None


def targets(db: sqlite3.Connection, text: str, source: Source | None = None, limit: int = 20) -> list[TargetHit]:
    """The targets that all words of `text` name, best first; withdrawn ones are left out.

    First the one whose accession was typed, then those that have the text as title or synonym, then those with all
    words in the title (whole ones before those that go on, the shortest title first), then by bm25 with synonyms above
    the description; then those that have a gene of that name and the other words in their text, the fewest genes first.
    Ties by source and accession. Any text is allowed; one without a letter or digit finds nothing.
    """
    asked = sought.read(db, text)
    by_text = _targets_by_text(db, asked, source, limit) if asked.match else []
    return _filled_up(asked, by_text, limit, lambda most: _targets_by_genes(db, asked, source, most))


def _targets_by_text(db: sqlite3.Connection, asked: Sought, source: Source | None, limit: int) -> list[TargetHit]:
    rows = db.execute(
        f"""
        SELECT target.source, target.accession, target.title, target.description, target.genes,
          target.title = :text COLLATE NOCASE OR instr(lower(target.synonyms), :quoted) > 0 AS named,
          (target.id IN (SELECT rowid FROM target_text WHERE target_text MATCH :titled))
            + (target.id IN (SELECT rowid FROM target_text WHERE target_text MATCH :entitled)) AS titled
        FROM target_text JOIN target ON target.id = target_text.rowid
        WHERE target_text MATCH :match AND target.withdrawn = 0 {"AND target.source = :source" if source else ""}
        ORDER BY target.accession = :text COLLATE NOCASE DESC, named DESC, titled DESC,
          CASE WHEN titled THEN length(target.title) END, bm25(target_text, {TARGET_WEIGHTS}),
          target.source, target.accession
        LIMIT :limit
        """,
        {
            "match": asked.match,
            "titled": f"title : ({asked.match})",
            "entitled": f"title : ({asked.whole})",
            "text": asked.text,
            "quoted": json.dumps(asked.text.lower(), ensure_ascii=False),
            "source": source,
            "limit": limit,
        },
    )
    return [_target(row) for row in rows]


def _targets_by_genes(db: sqlite3.Connection, asked: Sought, source: Source | None, limit: int) -> list[TargetHit]:
    clause, values = sought.clause("target", asked)
    rows = db.execute(
        f"""
        SELECT source, accession, title, description, genes FROM target
        WHERE {clause} AND withdrawn = 0 {"AND source = :source" if source else ""}
        ORDER BY genes, source, accession LIMIT :limit
        """,
        values | {"source": source, "limit": limit},
    )
    return [_target(row) for row in rows]


def key_events(db: sqlite3.Connection, text: str, limit: int) -> list[KeyEventHit]:
    """The Key Events that all words of `text` name, ordered as targets are: number (`149`, `KE 149`), titles, text,
    genes. *Increase, Inflammation* is the one called inflammation."""
    asked = sought.read(db, text)
    by_text = _key_events_by_text(db, asked, limit) if asked.match else []
    return _filled_up(asked, by_text, limit, lambda most: _key_events_by_genes(db, asked, most))


def gone(db: sqlite3.Connection, text: str) -> list[TargetHit | KeyEventHit]:
    """The withdrawn target or Key Event whose id was typed: its page is still there, and nothing else leads to it."""
    id = search.storable(text)
    rows = db.execute(
        "SELECT source, accession, title, description, genes FROM target"
        " WHERE source IN (SELECT value FROM json_each(:sources)) AND accession = :id AND withdrawn = 1",
        {"sources": json.dumps(list(Source)), "id": id.upper()},
    )
    found: list[TargetHit | KeyEventHit] = [_target(row) for row in rows]
    if number := NUMBER.fullmatch(id):
        events = db.execute(
            "SELECT id, title, level FROM key_event WHERE id = :id AND withdrawn = 1", {"id": int(number[1])}
        )
        found += [_key_event(row) for row in events]
    return found


def _key_events_by_text(db: sqlite3.Connection, asked: Sought, limit: int) -> list[KeyEventHit]:
    rows = db.execute(
        f"""
        SELECT key_event.id, key_event.title, key_event.level,
          key_event.title = :named COLLATE NOCASE OR key_event.title LIKE :directed ESCAPE '\\' AS named,
          (key_event.id IN (SELECT rowid FROM key_event_text WHERE key_event_text MATCH :titled))
            + (key_event.id IN (SELECT rowid FROM key_event_text WHERE key_event_text MATCH :entitled)) AS titled
        FROM key_event_text JOIN key_event ON key_event.id = key_event_text.rowid
        WHERE key_event_text MATCH :match AND key_event.withdrawn = 0
        ORDER BY 'ke' || key_event.id = :text OR CAST(key_event.id AS TEXT) = :text DESC, named DESC, titled DESC,
          CASE WHEN titled THEN length(key_event.title) END, bm25(key_event_text, {KEY_EVENT_WEIGHTS}), key_event.id
        LIMIT :limit
        """,
        {
            "match": asked.match,
            "titled": f"title : ({asked.match})",
            "entitled": f"title : ({asked.whole})",
            "named": asked.text,
            "directed": f"%, {search.literally(asked.text)}",
            "text": "".join(piece.word for piece in search.pieces(asked.text)),
            "limit": limit,
        },
    )
    return [_key_event(row) for row in rows]


def _key_events_by_genes(db: sqlite3.Connection, asked: Sought, limit: int) -> list[KeyEventHit]:
    clause, values = sought.clause("key_event", asked)
    rows = db.execute(
        f"SELECT id, title, level FROM key_event WHERE {clause} AND withdrawn = 0 ORDER BY genes, id LIMIT :limit",
        values | {"limit": limit},
    )
    return [_key_event(row) for row in rows]


def _key_event(row: sqlite3.Row) -> KeyEventHit:
    return KeyEventHit(row["id"], row["title"], Level(row["level"]) if row["level"] else None)


def _filled_up(asked: Sought, by_text: list[Hit], limit: int, by_genes: Callable[[int], Sequence[Hit]]) -> list[Hit]:
    """Those found by their text, filled up to `limit` with others that `by_genes` finds."""
    if not asked.either or len(by_text) == limit:
        return by_text
    others = [hit for hit in by_genes(limit + len(by_text)) if hit not in by_text]
    return by_text + others[: limit - len(by_text)]


def _target(row: sqlite3.Row) -> TargetHit:
    key = TargetKey(Source(row["source"]), row["accession"])
    return TargetHit(key, row["title"], row["description"], row["genes"])
