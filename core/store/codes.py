"""Access codes for workshops: each lets a number of people who are signed in be curators, until a day.

The code itself is shown to whoever makes it and kept nowhere; what is kept is its SHA-256. It has 80 random bits, so
that a slow hash would add nothing.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import choice

from core.errors import Invalid, NotFound
from core.store import clock

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # read from a beamer: no I, O, 0, 1
GROUPS, GROUP = 4, 4


class CodeState(StrEnum):
    """Whether a code still lets people in, and why not."""

    OPEN = "open"
    EXPIRED = "expired"
    USED_UP = "used up"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Code:
    """An access code without the code. `made_by` is an admin's login, empty for the operator's command."""

    id: int
    label: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    most_uses: int
    uses: int
    revoked_at: datetime | None

    @property
    def last_day(self) -> date:
        """The last day on which the code lets people in."""
        return last_day(self.expires_at)

    def state(self, now: datetime) -> CodeState:
        """What the code is good for at this moment."""
        if self.revoked_at is not None:
            return CodeState.REVOKED
        if self.expires_at <= now:
            return CodeState.EXPIRED
        return CodeState.USED_UP if self.uses >= self.most_uses else CodeState.OPEN


def last_day(end: datetime) -> date:
    """The last day before `end` is over: what ends at midnight is good for the whole day before."""
    return (end - timedelta(microseconds=1)).date()


_SELECT = """
SELECT access_code.id, access_code.label, coalesce(person.login, '') AS made_by, access_code.made_at,
  access_code.expires_at, access_code.most_uses, access_code.revoked_at,
  (SELECT count(*) FROM access_code_use WHERE access_code_use.code = access_code.id) AS uses
FROM access_code LEFT JOIN person ON person.id = access_code.made_by
"""


def make(
    db: sqlite3.Connection, label: str, expires_at: datetime, most_uses: int, made_by: int | None, now: datetime
) -> tuple[Code, str]:
    """A new code, and its text: `K7QM-2XWP-9RTD-4HJN`, which nobody can ask for again.

    Raises Invalid where another code has this label: people are told apart by it.
    """
    text = "-".join("".join(choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    row = db.execute(
        "INSERT INTO access_code (digest, label, made_by, made_at, expires_at, most_uses)"
        " VALUES (:digest, :label, :made_by, :made_at, :expires_at, :most_uses)"
        " ON CONFLICT (label) DO NOTHING RETURNING id",
        {
            "digest": _digest(text),
            "label": label,
            "made_by": made_by,
            "made_at": clock.text(now),
            "expires_at": clock.text(expires_at),
            "most_uses": most_uses,
        },
    ).fetchone()
    if row is None:
        raise Invalid(f"There is a code called “{label}” already: call this one something else.", "label")
    return get(db, row["id"]), text


def get(db: sqlite3.Connection, id: int) -> Code:
    """The code with this number. Raises NotFound."""
    return _one(db, "access_code.id = :value", id, f"There is no access code {id}.")


def by_label(db: sqlite3.Connection, label: str) -> Code:
    """The code with this label. Raises NotFound."""
    return _one(db, "access_code.label = :value", label, f"There is no access code called {label!r}.")


def by_text(db: sqlite3.Connection, text: str) -> Code | None:
    """The code that somebody typed, in any case and with any dashes; None where there is none."""
    row = db.execute(f"{_SELECT} WHERE access_code.digest = :digest", {"digest": _digest(text)}).fetchone()
    return _code(row) if row else None


def every(db: sqlite3.Connection) -> list[Code]:
    """All codes, newest first."""
    return [_code(row) for row in db.execute(f"{_SELECT} ORDER BY access_code.id DESC").fetchall()]


def use(db: sqlite3.Connection, code: int, person: int, now: datetime) -> bool:
    """Note that somebody came in by a code. False, and nothing noted, where they did so before."""
    noted = db.execute(
        "INSERT INTO access_code_use (code, person, at) VALUES (:code, :person, :at) ON CONFLICT DO NOTHING",
        {"code": code, "person": person, "at": clock.text(now)},
    )
    return noted.rowcount == 1


def revoke(db: sqlite3.Connection, code: int, now: datetime) -> Code:
    """Let nobody in by this code any more; whom it let in stays. Raises NotFound."""
    db.execute(
        "UPDATE access_code SET revoked_at = coalesce(revoked_at, :at) WHERE id = :code",
        {"code": code, "at": clock.text(now)},
    )
    return get(db, code)


def revoke_all(db: sqlite3.Connection, now: datetime) -> int:
    """Let nobody in by any code any more, as a restored copy must. Returns how many were still in force."""
    return db.execute(
        "UPDATE access_code SET revoked_at = :at WHERE revoked_at IS NULL", {"at": clock.text(now)}
    ).rowcount


def _digest(text: str) -> str:
    plain = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    return sha256(plain.encode()).hexdigest()


def _one(db: sqlite3.Connection, where: str, value: object, missing: str) -> Code:
    row = db.execute(f"{_SELECT} WHERE {where}", {"value": value}).fetchone()
    if row is None:
        raise NotFound(missing)
    return _code(row)


def _code(row: sqlite3.Row) -> Code:
    return Code(
        id=row["id"],
        label=row["label"],
        made_by=row["made_by"],
        made_at=clock.moment(row["made_at"]),
        expires_at=clock.moment(row["expires_at"]),
        most_uses=row["most_uses"],
        uses=row["uses"],
        revoked_at=clock.moment(row["revoked_at"]) if row["revoked_at"] else None,
    )
