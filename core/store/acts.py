"""What the two append-only tables of acts share, decisions and no-targets: one order, and one answer to a race."""

import sqlite3

from core.errors import Conflict


def append(db: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    """Add a row. Raises Conflict where another act was faster."""
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    try:
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
    except sqlite3.IntegrityError as error:
        raise Conflict("Somebody decided this pair in the same moment: look at it again, nothing was saved.") from error


def next_id(db: sqlite3.Connection) -> int:
    """One sequence for both tables: all acts have one order. Safe inside `BEGIN IMMEDIATE` alone."""
    (newest,) = db.execute(
        "SELECT max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(id) FROM no_target), 0))"
    ).fetchone()
    return int(newest) + 1
