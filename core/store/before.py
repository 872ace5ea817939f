"""What Key Events and targets were before a snapshot changed them, kept where somebody had decided on them."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from core.model import KeyEvent, Pair, Source, Target, TargetKey
from core.store import gene_sets


class Confirmed(NamedTuple):
    """A mapping in force, with the decision that approved or affirmed it last, and with the snapshots that changed its
    Key Event and its target first since then: what it was judged on stands there. None where none has."""

    pair: Pair
    by: int
    key_event: int | None
    target: int | None


def _first(what: str, id: str, decision: str) -> str:
    """The first snapshot that changed a Key Event or a target after a decision, as SQL."""
    return (
        f"(SELECT min(kept.snapshot) FROM {what}_before AS kept JOIN snapshot ON snapshot.id = kept.snapshot"
        f" WHERE kept.{what} = {id} AND snapshot.decisions >= {decision})"
    )


_CONFIRMED = f"""
SELECT mapping.key_event, target.source, target.accession, mapping.confirmed,
  {_first("key_event", "mapping.key_event", "mapping.confirmed")} AS of_key_event,
  {_first("target", "mapping.target", "mapping.confirmed")} AS of_target
FROM mapping JOIN target ON target.id = mapping.target JOIN key_event ON key_event.id = mapping.key_event
WHERE mapping.confirmed IS NOT NULL
"""


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
        f"""
        SELECT kept.title, kept.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = kept.gene_set) AS symbols
        FROM key_event_before AS kept
        WHERE kept.key_event = :id AND kept.snapshot = {_first("key_event", ":id", ":decision")}
        """,
        {"id": now.id, "decision": decision},
    ).fetchone()
    return now if row is None else replace(now, **_told(row))


def target(db: sqlite3.Connection, now: Target, decision: int) -> Target:
    """The target as it stood when `decision` was made; what it is now, where no snapshot has changed it since."""
    row = db.execute(
        f"""
        SELECT kept.title, kept.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = kept.gene_set) AS symbols
        FROM target JOIN target_before AS kept ON kept.target = target.id
        WHERE target.source = :source AND target.accession = :accession
          AND kept.snapshot = {_first("target", "target.id", ":decision")}
        """,
        {"source": now.source, "accession": now.accession, "decision": decision},
    ).fetchone()
    return now if row is None else replace(now, **_told(row))


def key_events(
    db: sqlite3.Connection, now: Mapping[int, KeyEvent], snapshots: Collection[tuple[int, int | None]]
) -> dict[tuple[int, int | None], KeyEvent]:
    """Those of `now`, by number, as they were before each of these snapshots changed them; in one query. What no
    snapshot changed is left out."""
    rows = db.execute(
        """
        SELECT kept.key_event AS id, kept.snapshot, kept.title, kept.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = kept.gene_set) AS symbols
        FROM json_each(:wanted) AS wanted JOIN key_event_before AS kept
          ON kept.key_event = wanted.value ->> 0 AND kept.snapshot = wanted.value ->> 1
        """,
        {"wanted": json.dumps(list(snapshots))},
    )
    return {(row["id"], row["snapshot"]): replace(now[row["id"]], **_told(row)) for row in rows}


def targets(
    db: sqlite3.Connection, now: Mapping[TargetKey, Target], snapshots: Collection[tuple[TargetKey, int | None]]
) -> dict[tuple[TargetKey, int | None], Target]:
    """As `key_events`."""
    rows = db.execute(
        """
        SELECT target.source, target.accession, kept.snapshot, kept.title, kept.description,
          (SELECT symbols FROM gene_set WHERE gene_set.id = kept.gene_set) AS symbols
        FROM json_each(:wanted) AS wanted
        JOIN target ON target.source = wanted.value ->> 0 AND target.accession = wanted.value ->> 1
        JOIN target_before AS kept ON kept.target = target.id AND kept.snapshot = wanted.value ->> 2
        """,
        {"wanted": json.dumps([(*key, snapshot) for key, snapshot in snapshots])},
    )
    found = ((TargetKey(Source(row["source"]), row["accession"]), row) for row in rows)
    return {(key, row["snapshot"]): replace(now[key], **_told(row)) for key, row in found}


def touched(db: sqlite3.Connection, snapshot: int) -> list[Confirmed]:
    """The mappings in force whose Key Event or target `snapshot` changed, brought back or withdrew."""
    rows = db.execute(
        f"{_CONFIRMED} AND (target.snapshot = :snapshot OR key_event.snapshot = :snapshot)", {"snapshot": snapshot}
    )
    return [_confirmed(row) for row in rows]


def resting(db: sqlite3.Connection, ids: Collection[int], keys: Collection[TargetKey]) -> list[Confirmed]:
    """The mappings in force of these Key Events or of these targets."""
    rows = db.execute(
        f"""
        {_CONFIRMED} AND (mapping.key_event IN (SELECT value FROM json_each(:ids)) OR mapping.target IN (
          SELECT target.id FROM json_each(:keys) AS these
          JOIN target ON target.source = these.value ->> 0 AND target.accession = these.value ->> 1))
        """,
        {"ids": json.dumps(list(ids)), "keys": json.dumps(list(keys))},
    )
    return [_confirmed(row) for row in rows]


def _confirmed(row: sqlite3.Row) -> Confirmed:
    pair = Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"]))
    return Confirmed(pair, row["confirmed"], row["of_key_event"], row["of_target"])


def _told(row: sqlite3.Row) -> dict[str, Any]:
    genes = gene_sets.symbols(row["symbols"])
    return {"title": row["title"], "description": row["description"], "genes": genes, "withdrawn": False}
