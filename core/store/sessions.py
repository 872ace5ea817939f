"""Sessions: a random token in the browser, its SHA-256 here, so that a copy of the database lets nobody in."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from core.model import Person
from core.store import clock, curators

LIFETIME = timedelta(days=14)
TOKEN_BYTES = 32


def begin(db: sqlite3.Connection, person_id: int, now: datetime) -> str:
    """Begin a session and return its token, which is kept nowhere else. Sessions that have ended are cleared away."""
    token = token_urlsafe(TOKEN_BYTES)
    db.execute("DELETE FROM session WHERE expires_at <= :now", {"now": clock.text(now)})
    db.execute(
        "INSERT INTO session (digest, person, created_at, expires_at) VALUES (:digest, :person, :created, :expires)",
        {
            "digest": _digest(token),
            "person": person_id,
            "created": clock.text(now),
            "expires": clock.text(now + LIFETIME),
        },
    )
    return token


def visitor(db: sqlite3.Connection, token: str, now: datetime) -> Person | None:
    """Whose session this is, as they are at this moment; None for a session that is not, or a disabled person."""
    row = db.execute(
        f"SELECT {curators.COLUMNS}, "
        "(SELECT count(*) FROM mapping WHERE mapping.author = person.id AND mapping.asked_back = 1) AS asked_back "
        "FROM session JOIN person ON person.id = session.person "
        "WHERE session.digest = :digest AND session.expires_at > :now AND person.enabled = 1",
        {"digest": _digest(token), "now": clock.text(now)},
    ).fetchone()
    return None if row is None else replace(curators.person(row), asked_back=row["asked_back"])


def end(db: sqlite3.Connection, token: str) -> None:
    """End this session; one that is not is no error."""
    db.execute("DELETE FROM session WHERE digest = :digest", {"digest": _digest(token)})


def end_all(db: sqlite3.Connection, person_id: int) -> int:
    """End every session of a person. Returns how many there were."""
    return db.execute("DELETE FROM session WHERE person = :person", {"person": person_id}).rowcount


def end_everybodys(db: sqlite3.Connection) -> int:
    """End every session there is, as a restored copy must. Returns how many there were."""
    return db.execute("DELETE FROM session").rowcount


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
