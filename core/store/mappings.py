"""What follows from the decisions, kept beside them in the same transaction so that lists and counts are quick."""

import json
import sqlite3
from collections.abc import Collection

from core.model import Mapping, Progress, Source
from core.store import clock


def keep(db: sqlite3.Connection, mapping: Mapping) -> None:
    """Write the state of a pair that has decisions."""
    claim = mapping.claim or mapping.approved
    tier = claim.assessment.tier if claim and claim.assessment else None
    db.execute(
        "INSERT INTO mapping (pair, key_event, target, source, state, person, author, relation, tier, asked_back, stale, "
        "version, at) "
        "SELECT pair.id, pair.key_event, pair.target, target.source, :state, :person, :author, :relation, :tier, :asked_back, "
        ":stale, :version, :at FROM pair JOIN target ON target.id = pair.target "
        "WHERE pair.key_event = :key_event AND target.source = :source AND target.accession = :accession "
        "ON CONFLICT (pair) DO UPDATE SET state = :state, person = :person, author = :author, relation = :relation, "
        "tier = :tier, asked_back = :asked_back, stale = :stale, version = :version, at = :at",
        {
            "key_event": mapping.pair.key_event,
            "source": mapping.pair.target.source,
            "accession": mapping.pair.target.accession,
            "state": mapping.state,
            "person": mapping.person,
            "author": claim.author if claim else None,
            "relation": claim.relation if claim else None,
            "tier": tier,
            "asked_back": int(mapping.asked_back),
            "stale": int(mapping.stale),
            "version": mapping.version,
            "at": clock.text(mapping.at) if mapping.at else None,
        },
    )


def keep_progress(db: sqlite3.Connection, key_event: int, progress: Progress, no_target: Collection[Source]) -> None:
    """Write how far a Key Event is, and for which sources nothing fits."""
    db.execute(
        "INSERT INTO key_event_progress (key_event, progress, no_target) VALUES (:key_event, :progress, :no_target) "
        "ON CONFLICT (key_event) DO UPDATE SET progress = :progress, no_target = :no_target",
        {"key_event": key_event, "progress": progress, "no_target": json.dumps(sorted(no_target))},
    )


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many pairs stand in each state (states without any are left out)."""
    return {row["state"]: row["n"] for row in db.execute("SELECT state, count(*) AS n FROM mapping GROUP BY state")}


def forget(db: sqlite3.Connection) -> None:
    """Empty both tables, for a rebuild from the decisions."""
    db.execute("DELETE FROM mapping")
    db.execute("DELETE FROM key_event_progress")
