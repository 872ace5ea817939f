"""A person's journal: what they did to pairs and to whole Key Events, newest first, with the titles to read it by."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from core.model import Act, Relation, Source, TargetKey, Tier
from core.store import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `act` None is a no-target, then `target` is None too and `source` None means all sources."""

    id: int
    at: datetime
    key_event: int
    key_event_title: str
    source: Source | None
    target: TargetKey | None
    target_title: str
    act: Act | None
    relation: Relation | None
    tier: Tier | None
    note: str
    undone: bool


def of(db: sqlite3.Connection, person: int, before: int | None, limit: int) -> list[Entry]:
    """The acts of `person` with ids below `before` (None: the newest), `limit` at most. Undos mark what they undid."""
    rows = db.execute(
        """
        SELECT acts.id, acts.at, acts.key_event, key_event.title AS key_event_title, acts.source, target.accession,
          coalesce(target.title, '') AS target_title, acts.act, acts.relation, acts.tier, acts.note, acts.undone
        FROM (
          SELECT * FROM (
            SELECT decision.id, decision.at, pair.key_event, target.source, pair.target, decision.act,
              decision.relation, decision.tier, decision.note,
              EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = decision.id) AS undone
            FROM decision JOIN pair ON pair.id = decision.pair JOIN target ON target.id = pair.target
            WHERE decision.person = :person AND decision.act <> 'undo' AND decision.id < :before
            ORDER BY decision.id DESC LIMIT :limit)
          UNION ALL
          SELECT * FROM (
            SELECT no_target.id, no_target.at, no_target.key_event, no_target.source, NULL, NULL, NULL, NULL,
              no_target.note, EXISTS (SELECT 1 FROM no_target AS undo WHERE undo.undoes = no_target.id)
            FROM no_target
            WHERE no_target.person = :person AND no_target.undoes IS NULL AND no_target.id < :before
            ORDER BY no_target.id DESC LIMIT :limit)
        ) AS acts
        JOIN key_event ON key_event.id = acts.key_event
        LEFT JOIN target ON target.id = acts.target
        ORDER BY acts.id DESC LIMIT :limit
        """,
        {"person": person, "before": before if before is not None else 2**62, "limit": limit},
    )
    return [_entry(row) for row in rows]


def _entry(row: sqlite3.Row) -> Entry:
    source = Source(row["source"]) if row["source"] else None
    return Entry(
        id=row["id"],
        at=clock.moment(row["at"]),
        key_event=row["key_event"],
        key_event_title=row["key_event_title"],
        source=source,
        target=TargetKey(source, row["accession"]) if source and row["accession"] else None,
        target_title=row["target_title"],
        act=Act(row["act"]) if row["act"] else None,
        relation=Relation(row["relation"]) if row["relation"] else None,
        tier=Tier(row["tier"]) if row["tier"] else None,
        note=row["note"],
        undone=bool(row["undone"]),
    )
