"""Gene symbols: each stands once, and targets and Key Events point to it."""

import sqlite3
from collections.abc import Collection


def learn(db: sqlite3.Connection, symbols: Collection[str]) -> None:
    """See to it that every one of `symbols` is known."""
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM gene").fetchone()
    db.executemany(
        "INSERT INTO gene (symbol) VALUES (:symbol) ON CONFLICT (symbol) DO NOTHING",
        ({"symbol": symbol} for symbol in sorted(symbols)),
    )
    db.execute(
        "INSERT INTO gene_text (rowid, symbol) SELECT id, symbol FROM gene WHERE id > :newest", {"newest": newest}
    )
