"""Wrong tries of the last minutes, counted in the database so that all workers count together."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from core.store import clock


def note(db: sqlite3.Connection, who: Collection[str], now: datetime) -> None:
    """Note a wrong try of each of `who`: the person, and where they are."""
    db.executemany("INSERT INTO attempt (who, at) VALUES (:who, :at)", [{"who": w, "at": clock.text(now)} for w in who])


def since(db: sqlite3.Connection, who: str, begin: datetime) -> list[datetime]:
    """When `who` has tried since `begin`, in order."""
    rows = db.execute(
        "SELECT at FROM attempt WHERE who = :who AND at > :begin ORDER BY at", {"who": who, "begin": clock.text(begin)}
    )
    return [clock.moment(at) for (at,) in rows]


def forget(db: sqlite3.Connection, before: datetime) -> None:
    """Keep nothing of tries that were before `before`."""
    db.execute("DELETE FROM attempt WHERE at <= :before", {"before": clock.text(before)})
