"""What follows from the decisions, kept beside them in the same transaction so that lists and counts are quick."""

import json
import sqlite3
from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from core.model import Mapping, Pair, Progress, Relation, Source, State, TargetKey, Tier
from core.store import clock

# What names a mapping for ever: its first proposing decision; one that was never proposed, its first of any kind.
NAME = """
SELECT decision.uuid FROM decision WHERE decision.pair = pair.id
ORDER BY decision.act NOT IN ('propose', 'import'), decision.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another Key Event to which a target is mapped. `uuid` names the mapping; `stale`: it must be looked at again."""

    key_event: int
    title: str
    state: State
    uuid: str
    relation: Relation | None
    tier: Tier | None
    stale: bool = False


def keep(db: sqlite3.Connection, mapping: Mapping) -> None:
    """Write the state of a pair that has decisions."""
    claim = mapping.claim or mapping.approved
    tier = claim.tier if claim else None
    db.execute(
        f"""
        INSERT INTO mapping (pair, uuid, key_event, target, source, accession, state, person, author, relation, tier,
          asked_back, stale, confirmed, version, at)
        SELECT pair.id, ({NAME}), pair.key_event, pair.target, target.source, target.accession, :state, :person,
          :author, :relation, :tier, :asked_back, :stale, :confirmed, :version, :at
        FROM pair JOIN target ON target.id = pair.target
        WHERE pair.key_event = :key_event AND target.source = :source AND target.accession = :accession
        ON CONFLICT (pair) DO UPDATE SET uuid = excluded.uuid, state = :state, person = :person, author = :author,
          relation = :relation, tier = :tier, asked_back = :asked_back, stale = :stale, confirmed = :confirmed,
          version = :version, at = :at
        """,
        {
            "key_event": mapping.pair.key_event,
            "source": mapping.pair.target.source,
            "accession": mapping.pair.target.accession,
            "state": mapping.state,
            "person": mapping.person,
            "author": claim.author if claim else mapping.proposer,
            "relation": claim.relation if claim else None,
            "tier": tier,
            "asked_back": int(mapping.asked_back),
            "stale": int(mapping.stale),
            "confirmed": mapping.confirmed,
            "version": mapping.version,
            "at": clock.text(mapping.at) if mapping.at else None,
        },
    )


def keep_stale(db: sqlite3.Connection, marks: MappingOf[Pair, bool]) -> None:
    """Write whether mappings in force must be looked at again; those that are marked so already stay untouched."""
    db.execute(
        """
        UPDATE mapping SET stale = marked.value ->> 3 FROM json_each(:marks) AS marked
        JOIN target ON target.source = marked.value ->> 1 AND target.accession = marked.value ->> 2
        JOIN pair ON pair.key_event = marked.value ->> 0 AND pair.target = target.id
        WHERE mapping.pair = pair.id AND mapping.stale <> marked.value ->> 3
        """,
        {"marks": json.dumps([(pair.key_event, *pair.target, int(stale)) for pair, stale in marks.items()])},
    )


def stale(db: sqlite3.Connection, key_events: Collection[int] | None = None) -> list[Pair]:
    """The mappings that must be looked at again, of these Key Events or all, by Key Event, source and accession."""
    rows = db.execute(
        f"""
        SELECT mapping.key_event, target.source, target.accession
        FROM mapping JOIN target ON target.id = mapping.target
        WHERE mapping.stale = 1
          {"" if key_events is None else "AND mapping.key_event IN (SELECT value FROM json_each(:key_events))"}
        ORDER BY mapping.key_event, target.source, target.accession
        """,
        {"key_events": json.dumps(sorted(key_events or ()))},
    )
    return [Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"])) for row in rows]


def keep_progress(db: sqlite3.Connection, key_event: int, progress: Progress, no_target: Collection[Source]) -> None:
    """Write how far a Key Event is, and for which sources nothing fits."""
    db.execute(
        "INSERT INTO key_event_progress (key_event, progress, no_target) VALUES (:key_event, :progress, :no_target) "
        "ON CONFLICT (key_event) DO UPDATE SET progress = :progress, no_target = :no_target",
        {"key_event": key_event, "progress": progress, "no_target": json.dumps(sorted(no_target))},
    )


def elsewhere(db: sqlite3.Connection, pairs: Collection[Pair]) -> dict[Pair, tuple[Elsewhere, ...]]:
    """For each pair, the other Key Events to which its target is mapped or proposed, by Key Event."""
    rows = db.execute(
        "SELECT wanted.value ->> 0 AS asked, target.source, target.accession, mapping.key_event, key_event.title, "
        "mapping.state, mapping.uuid, mapping.relation, mapping.tier, mapping.stale "
        "FROM json_each(:pairs) AS wanted "  # CROSS: from the few that are wanted, never from all mappings
        "CROSS JOIN target ON target.source = wanted.value ->> 1 AND target.accession = wanted.value ->> 2 "
        "CROSS JOIN mapping ON mapping.target = target.id AND mapping.state IN ('proposed', 'approved', 'revision') "
        "JOIN key_event ON key_event.id = mapping.key_event "
        "WHERE mapping.key_event <> wanted.value ->> 0 ORDER BY wanted.key, mapping.key_event",
        {"pairs": json.dumps([(pair.key_event, *pair.target) for pair in pairs])},
    )
    found: dict[Pair, tuple[Elsewhere, ...]] = {}
    for row in rows:
        pair = Pair(row["asked"], TargetKey(Source(row["source"]), row["accession"]))
        found[pair] = (*found.get(pair, ()), _elsewhere(row))
    return found


def _elsewhere(row: sqlite3.Row) -> Elsewhere:
    return Elsewhere(
        key_event=row["key_event"],
        title=row["title"],
        state=State(row["state"]),
        uuid=row["uuid"],
        relation=Relation(row["relation"]) if row["relation"] else None,
        tier=Tier(row["tier"]) if row["tier"] else None,
        stale=bool(row["stale"]),
    )


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many pairs stand in each state (states without any are left out)."""
    return {row["state"]: row["n"] for row in db.execute("SELECT state, count(*) AS n FROM mapping GROUP BY state")}


def forget(db: sqlite3.Connection) -> None:
    """Empty both tables, for a rebuild from the decisions."""
    db.execute("DELETE FROM mapping")
    db.execute("DELETE FROM key_event_progress")
