"""How much there is of everything, counted."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.store import clock


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by word. `people` counts those without a role as "none"; `sessions` are those in force."""

    decisions: Mapping[str, int]
    no_targets: int
    mappings: Mapping[str, int]
    key_events: Mapping[str, int]
    people: Mapping[str, int]
    sessions: int


def figures(db: sqlite3.Connection, now: datetime) -> Figures:
    """As the database is in this transaction."""
    return Figures(
        decisions=_counted(db, "SELECT act, count(*) FROM decision GROUP BY act"),
        no_targets=db.execute("SELECT count(*) FROM no_target").fetchone()[0],
        mappings=_counted(db, "SELECT state, count(*) FROM mapping GROUP BY state"),
        key_events=_counted(
            db,
            "SELECT coalesce(progress, 'open'), count(*) FROM key_event"
            " LEFT JOIN key_event_progress ON key_event_progress.key_event = key_event.id GROUP BY 1",
        ),
        people=_counted(db, "SELECT coalesce(role, 'none'), count(*) FROM person GROUP BY 1"),
        sessions=db.execute(
            "SELECT count(*) FROM session WHERE expires_at > :now", {"now": clock.text(now)}
        ).fetchone()[0],
    )


def _counted(db: sqlite3.Connection, sql: str) -> dict[str, int]:
    return dict(tuple(row) for row in db.execute(sql))
