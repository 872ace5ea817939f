"""What Key Events and targets were before a snapshot changed them, kept where somebody had decided on them."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from core.model import KeyEvent, Pair, Source, Target, TargetKey
from core.store import gene_sets


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A mapping in force, with the decision that approved or affirmed it last."""

    pair: Pair
    by: int


def keep_key_events(db: sqlite3.Connection, ids: Collection[int], snapshot: int) -> None:
    """Write down what these Key Events are, because `snapshot` is about to change them."""
    db.execute(
        """
        INSERT INTO key_event_before (key_event, snapshot, title, description, gene_set)
        SELECT key_event.id, :snapshot, title, description, gene_set
        FROM json_each(:ids) AS changed JOIN key_event ON key_event.id = changed.value
        WHERE EXISTS (SELECT 1 FROM pair WHERE pair.key_event = key_event.id)
        """,
        {"ids": json.dumps(list(ids)), "snapshot": snapshot},
    )


def keep_targets(db: sqlite3.Connection, keys: Collection[TargetKey], snapshot: int) -> None:
    """Write down what these targets are, because `snapshot` is about to change them."""
    db.execute(
        """
        INSERT INTO target_before (target, snapshot, title, description, gene_set)
        SELECT target.id, :snapshot, title, description, gene_set
        FROM json_each(:keys) AS changed
        JOIN target ON target.source = changed.value ->> 0 AND target.accession = changed.value ->> 1
        WHERE EXISTS (SELECT 1 FROM pair WHERE pair.target = target.id)
        """,
        {"keys": json.dumps(list(keys)), "snapshot": snapshot},
    )


def key_event(db: sqlite3.Connection, now: KeyEvent, decision: int) -> KeyEvent:
    """The Key Event as it stood when `decision` was made; what it is now, where no snapshot has changed it since."""
    row = db.execute(
        """
        SELECT key_event_before.title, key_event_before.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = key_event_before.gene_set) AS symbols
        FROM key_event_before JOIN snapshot ON snapshot.id = key_event_before.snapshot
        WHERE key_event_before.key_event = :id AND snapshot.decisions >= :decision
        ORDER BY key_event_before.snapshot LIMIT 1
        """,
        {"id": now.id, "decision": decision},
    ).fetchone()
    return now if row is None else replace(now, **_told(row))


def target(db: sqlite3.Connection, now: Target, decision: int) -> Target:
    """The target as it stood when `decision` was made; what it is now, where no snapshot has changed it since."""
    row = db.execute(
        """
        SELECT target_before.title, target_before.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = target_before.gene_set) AS symbols
        FROM target JOIN target_before ON target_before.target = target.id
        JOIN snapshot ON snapshot.id = target_before.snapshot
        WHERE target.source = :source AND target.accession = :accession AND snapshot.decisions >= :decision
        ORDER BY target_before.snapshot LIMIT 1
        """,
        {"source": now.source, "accession": now.accession, "decision": decision},
    ).fetchone()
    return now if row is None else replace(now, **_told(row))


def touched(db: sqlite3.Connection, snapshot: int) -> list[Confirmed]:
    """The mappings in force whose Key Event or target `snapshot` changed, brought back or withdrew."""
    rows = db.execute(
        """
        SELECT mapping.key_event, target.source, target.accession, mapping.confirmed
        FROM mapping JOIN target ON target.id = mapping.target JOIN key_event ON key_event.id = mapping.key_event
        WHERE mapping.confirmed IS NOT NULL AND (target.snapshot = :snapshot OR key_event.snapshot = :snapshot)
        ORDER BY mapping.key_event, target.source, target.accession
        """,
        {"snapshot": snapshot},
    )
    return [
        Confirmed(Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"])), row["confirmed"])
        for row in rows
    ]


def _told(row: sqlite3.Row) -> dict[str, Any]:
    genes = gene_sets.symbols(row["symbols"])
    return {"title": row["title"], "description": row["description"], "genes": genes, "withdrawn": False}
