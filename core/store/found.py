"""Looking for anything by what a person types: Key Events, AOPs, genes and targets in one go."""

import sqlite3
from dataclasses import dataclass

from core.model import Aop, Level, Source
from core.store import chains, genes, hierarchy, search, sought, targets
from core.store.genes import Hit
from core.store.hierarchy import Relative
from core.store.sought import Sought
from core.store.targets import TargetHit

MOST_GENES = 6
WEIGHTS = "20, 20, 1"  # label, title, description: the columns of key_event_text


@dataclass(frozen=True, slots=True)
class KeyEventHit:
    """A Key Event that a search found."""

    id: int
    title: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a text means, the best of each kind first. `led` are the targets to which an id leads that was given up."""

    genes: tuple[Hit, ...]
    key_events: tuple[KeyEventHit, ...]
    aops: tuple[Aop, ...]
    targets: tuple[TargetHit, ...]
    led: tuple[Relative, ...]

    def __bool__(self) -> bool:
        return bool(self.genes or self.key_events or self.aops or self.targets or self.led)


def anything(db: sqlite3.Connection, text: str, source: Source | None, most: int) -> Found:
    """What all words of `text` name, `most` of each kind at most; targets of one source where one is given."""
    names, _ = chains.page(db, chains.Filter(text=search.storable(text)), 1, most) if search.pieces(text) else ([], 0)
    return Found(
        genes=tuple(genes.named(db, text, MOST_GENES)),
        key_events=tuple(key_events(db, text, most)),
        aops=tuple(row.aop for row in names),
        targets=tuple(targets.search(db, text, source, most)),
        led=tuple(hierarchy.led(db, search.storable(text).upper())),
    )


def key_events(db: sqlite3.Connection, text: str, limit: int) -> list[KeyEventHit]:
    """The Key Events that all words of `text` name, ordered as targets are: number (`149`, `KE 149`), titles, text,
    genes. *Increase, Inflammation* is the one called inflammation."""
    asked = sought.read(db, text)
    found = _by_text(db, asked, limit) if asked.match else []
    if asked.either and len(found) < limit:
        found += [hit for hit in _by_genes(db, asked, limit + len(found)) if hit not in found][: limit - len(found)]
    return found


def _by_text(db: sqlite3.Connection, asked: Sought, limit: int) -> list[KeyEventHit]:
    rows = db.execute(
        f"""
        SELECT key_event.id, key_event.title, key_event.level,
          key_event.title = :named COLLATE NOCASE OR key_event.title LIKE :directed ESCAPE '\\' AS named,
          (key_event.id IN (SELECT rowid FROM key_event_text WHERE key_event_text MATCH :titled))
            + (key_event.id IN (SELECT rowid FROM key_event_text WHERE key_event_text MATCH :entitled)) AS titled
        FROM key_event_text JOIN key_event ON key_event.id = key_event_text.rowid
        WHERE key_event_text MATCH :match AND key_event.withdrawn = 0
        ORDER BY 'ke' || key_event.id = :text OR CAST(key_event.id AS TEXT) = :text DESC, named DESC, titled DESC,
          CASE WHEN titled THEN length(key_event.title) END, bm25(key_event_text, {WEIGHTS}), key_event.id
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
    return [_hit(row) for row in rows]


def _by_genes(db: sqlite3.Connection, asked: Sought, limit: int) -> list[KeyEventHit]:
    clause, values = sought.clause("key_event", asked)
    rows = db.execute(
        f"SELECT id, title, level FROM key_event WHERE {clause} AND withdrawn = 0 ORDER BY genes, id LIMIT :limit",
        values | {"limit": limit},
    )
    return [_hit(row) for row in rows]


def _hit(row: sqlite3.Row) -> KeyEventHit:
    return KeyEventHit(row["id"], row["title"], Level(row["level"]) if row["level"] else None)
