"""Gene symbols: each stands once, and targets and Key Events point to it."""

import sqlite3
from collections.abc import Collection


def learn(db: sqlite3.Connection, symbols: Collection[str]) -> None:
    """See to it that every one of `symbols` is known."""
    db.executemany(
        "INSERT INTO gene (symbol) VALUES (:symbol) ON CONFLICT (symbol) DO NOTHING",
        ({"symbol": symbol} for symbol in sorted(symbols)),
    )
