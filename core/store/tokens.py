"""Tokens: a person's keys for programs. The text is shown once; its SHA-256 is here, so a copy lets nobody in."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from core.errors import NotFound
from core.model import Person, Role
from core.store import clock, curators

PREFIX = "kw_"
TOKEN_BYTES = 32
_COLUMNS = "token.id, token.label, token.scope, token.created_at, token.expires_at, token.revoked_at, token.used_at"


class TokenState(StrEnum):
    """Whether a token still opens anything, and why not."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `scope` is the most that it may be used for, whatever its person may; `used_at` when a program last
    decided with it."""

    id: int
    label: str
    scope: Role
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day on which it opens anything."""
        return (self.expires_at - timedelta(microseconds=1)).date()

    def state(self, now: datetime) -> TokenState:
        """What it is good for at this moment."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.VALID if now < self.expires_at else TokenState.EXPIRED

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.state(now) is TokenState.VALID


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is, and which."""

    person: Person
    token: Token


def make(
    db: sqlite3.Connection, person: int, label: str, scope: Role, expires_at: datetime, now: datetime
) -> tuple[Token, str]:
    """A new token and its text, which is kept nowhere else."""
    text = PREFIX + token_urlsafe(TOKEN_BYTES)
    (id,) = db.execute(
        "INSERT INTO token (digest, person, label, scope, created_at, expires_at) "
        "VALUES (:digest, :person, :label, :scope, :created, :expires) RETURNING id",
        {
            "digest": _digest(text),
            "person": person,
            "label": label,
            "scope": scope.word,
            "created": clock.text(now),
            "expires": clock.text(expires_at),
        },
    ).fetchone()
    return Token(id, label, scope, now, expires_at), text


def holder(db: sqlite3.Connection, text: str, now: datetime) -> Holder | None:
    """Whose token this text is, as they are at this moment; None for one that does not count, or a disabled person."""
    row = db.execute(
        f"SELECT {_COLUMNS}, token.person FROM token WHERE token.digest = :digest", {"digest": _digest(text)}
    ).fetchone()
    if row is None or not _token(row).valid(now):
        return None
    person = curators.get(db, row["person"])
    return Holder(person, _token(row)) if person.enabled else None


def visitor(db: sqlite3.Connection, text: str, now: datetime) -> Person | None:
    """Who is asking with this token: its person, with no more than its scope; None where it does not count."""
    found = holder(db, text, now)
    if found is None:
        return None
    if found.person.role is None:
        return found.person
    return replace(found.person, role=min(found.person.role, found.token.scope))


def of(db: sqlite3.Connection, person: int) -> list[Token]:
    """A person's tokens, newest first, those that do not count any more too."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM token WHERE person = :person ORDER BY id DESC", {"person": person})
    return [_token(row) for row in rows]


def use(db: sqlite3.Connection, id: int, now: datetime) -> None:
    """Keep that a program has decided with it now."""
    db.execute("UPDATE token SET used_at = :now WHERE id = :id", {"id": id, "now": clock.text(now)})


def revoke(db: sqlite3.Connection, id: int, person: int, now: datetime) -> None:
    """Let a person's token open nothing any more. Raises NotFound where it is none of theirs."""
    changed = db.execute(
        "UPDATE token SET revoked_at = coalesce(revoked_at, :now) WHERE id = :id AND person = :person",
        {"id": id, "person": person, "now": clock.text(now)},
    ).rowcount
    if not changed:
        raise NotFound(f"You have no token {id}; your tokens page lists them.")


def revoke_everybodys(db: sqlite3.Connection, now: datetime) -> int:
    """Revoke every token there is, as a restored copy must. Returns how many there were."""
    return db.execute("UPDATE token SET revoked_at = :now WHERE revoked_at IS NULL", {"now": clock.text(now)}).rowcount


def decided_since(db: sqlite3.Connection, person: int, begin: datetime, most: int) -> list[datetime]:
    """When a person decided since `begin`, the newest `most` at most, newest first."""
    rows = db.execute(
        "SELECT at FROM (SELECT at FROM decision WHERE person = :person ORDER BY id DESC LIMIT :most)"
        " WHERE at > :begin",
        {"person": person, "most": most, "begin": clock.text(begin)},
    )
    return [clock.moment(at) for (at,) in rows]


def _token(row: sqlite3.Row) -> Token:
    return Token(
        id=row["id"],
        label=row["label"],
        scope=Role[row["scope"].upper()],
        created_at=clock.moment(row["created_at"]),
        expires_at=clock.moment(row["expires_at"]),
        revoked_at=clock.moment(row["revoked_at"]) if row["revoked_at"] else None,
        used_at=clock.moment(row["used_at"]) if row["used_at"] else None,
    )


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
